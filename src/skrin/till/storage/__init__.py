"""The till's disk: one SQLite file for each (till, store) and one for the device (D2). Plain SQL."""
