"""A simulated fiscal control unit: CleanCash frames (CCSP, v2) over TCP, with its own counters."""
