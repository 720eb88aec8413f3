"""What needs a person's eye: where people and machines said different things, and who has seen it.

The app finds nothing itself. What rights report lies with `rights`; what a card terminal said
against a person's word is noted here by ingest. What somebody has seen is marked here, for good.
"""
