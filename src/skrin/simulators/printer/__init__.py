"""A simulated receipt printer: ESC/POS over TCP, its paper kept as text and as pictures."""
