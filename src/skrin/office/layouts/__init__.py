"""The button layouts of the tills."""
