"""The tables of this app are plain SQL (migrations/0001_tables.py): no model."""
