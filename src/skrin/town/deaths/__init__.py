"""Real death: real programs on real files sell under load and are killed at random instants.

What was promised is written down outside of who is killed; after each death it is looked for. How
it works and what it found: docs/algorithms/recovery.md.
"""
