"""The table of this app is plain SQL (migrations/0001_tables.py): no model."""
