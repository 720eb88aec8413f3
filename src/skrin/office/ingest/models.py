"""The tables of raw entries grow: they have composite keys and plain SQL (D39), so no models here.

They are made in `migrations/0001_tables.py`: ingest_entry, ingest_chain, ingest_conflict,
ingest_unread.
"""
