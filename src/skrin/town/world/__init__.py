"""The town: shops in one process, on a simulated clock, among people and devices that misbehave.

The tills are real (flow, SQLite files), and so is the office (ingest, rights, PostgreSQL). What
stands around them is thrown by dice that begin with a seed. After each step `checks` holds what
everybody wrote down against what really happened. How it works: docs/algorithms/recovery.md.
"""
