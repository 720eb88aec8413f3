"""Totals per hour, kept in the transaction that takes the entries in."""
