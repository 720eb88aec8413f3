"""A simulated control unit for many registers: XCCSP, XML over HTTP or HTTPS, with its counters."""
