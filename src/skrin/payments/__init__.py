"""Payment protocols, a folder for each: bytes in, events out; sockets are the till's devices'."""
