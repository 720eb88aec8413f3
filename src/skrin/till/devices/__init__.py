"""The wires: sockets and files behind one contract each. They do I/O with deadlines and decide nothing."""
