"""The totals grow: composite keys and plain SQL (D39), made in `migrations/0001_tables.py`."""
