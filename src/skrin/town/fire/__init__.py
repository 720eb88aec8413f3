"""Sync under fire: real requests at a real office's door, with an enemy between (docs/algorithms/
sync.md). `python -m skrin.town.fire`."""
