"""The till's disk: a SQLite file for each (till, store), and one for the device (D2)."""
