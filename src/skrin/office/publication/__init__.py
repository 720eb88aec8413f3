"""What a store's tills download: rows by section, numbered, with one digest (D25)."""
