"""Companies and their stores, and the wall between one company and the next (D27)."""
