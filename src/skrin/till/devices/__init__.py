"""The wires: sockets and files behind a contract each. They have deadlines and decide nothing."""
