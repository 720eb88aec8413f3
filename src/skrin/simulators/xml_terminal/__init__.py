"""A simulated card terminal that speaks XML: EPAS 1.0 over TCP, or nexo 3.1 over HTTP."""
