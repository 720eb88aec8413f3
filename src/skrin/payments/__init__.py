"""Payment protocols, a folder for each: bytes in, events out. Sockets are the till's devices' business."""
