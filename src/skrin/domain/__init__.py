"""The pure floor of the house: money, carts, receipts, entries and their folds.

Nothing here does I/O, reads a clock or draws a random number; time and ids are handed in.
"""
