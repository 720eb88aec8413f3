"""The till's skin: Django views over the counter, server-rendered, no state of its own."""
