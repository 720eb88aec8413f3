"""Receipts and closings as read models of the entries; can be thrown away and rebuilt."""
