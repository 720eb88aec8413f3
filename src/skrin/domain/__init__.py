"""The pure floor of the house: money, carts, receipts, entries and their folds.

Nothing here does I/O, reads a clock or draws a random number; time and ids are handed in.

A record is frozen. Those that every sale makes many of are msgspec structs, made, changed, compared
and written several times as fast as a dataclass, which all others are.
"""
