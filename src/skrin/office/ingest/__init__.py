"""Takes what tills journaled: raw entries first, then their projections, in one transaction."""
