"""Writing the published registers: rows, the buckets that prove them, and the index of articles.

All of it only inside a commit of `ShopFile`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping

from skrin.sync.publication import bucket_digests, bucket_of
from skrin.till.storage.article_index import SECTION, index_all, put_in, take_out

VERSION = "1"
"""Raised when buckets are made in another way: they are then made again at the next start."""

LOADING_CACHE_KIB = 65_536
"""Room for a whole publication on its way in: without it pages go to the disk several times."""

Changed = tuple[str, str, bytes | None, bytes, int]
"""(section, key, row, hash, bucket); without a row it is gone."""

_PUT = (
    "INSERT OR REPLACE INTO register_row (section, key, row, hash, bucket) VALUES (?, ?, ?, ?, ?)"
)
_PUT_BUCKET = "INSERT OR REPLACE INTO register_bucket VALUES (?, ?)"


def replace_all(
    db: sqlite3.Connection, rows: Iterable[Changed], buckets: Mapping[int, bytes]
) -> None:
    """Take all published rows away and put these, in the order of (section, key), in their place,
    with the digests of their buckets."""
    (usual,) = db.execute("PRAGMA cache_size").fetchone()
    db.execute(f"PRAGMA cache_size = -{LOADING_CACHE_KIB}")
    try:
        db.execute("DELETE FROM register_row")
        # In order, and not row by row: a third of the time.
        db.execute("DROP INDEX register_row_by_bucket")
        db.executemany(_PUT, rows)
        db.execute("CREATE INDEX register_row_by_bucket ON register_row (bucket)")
        _put_buckets(db, buckets)
        index_all(db)
    finally:
        db.execute(f"PRAGMA cache_size = {usual:d}")


def change(db: sqlite3.Connection, rows: Iterable[Changed], buckets: Mapping[int, bytes]) -> None:
    """Put these rows in their places, and the digests of the buckets that they changed."""
    for section, key, row, hashed, bucket in rows:
        if section == SECTION:
            known = db.execute(
                "SELECT row FROM register_row WHERE section = ? AND key = ?", (section, key)
            ).fetchone()
            if known:
                take_out(db, known[0])
        if row is None:
            db.execute("DELETE FROM register_row WHERE section = ? AND key = ?", (section, key))
            continue
        db.execute(_PUT, (section, key, row, hashed, bucket))
        if section == SECTION:
            put_in(db, row)
    db.executemany(_PUT_BUCKET, buckets.items())


def spread(db: sqlite3.Connection) -> None:
    """Spread rows of an older file over the buckets."""
    places = db.execute("SELECT section, key FROM register_row").fetchall()
    db.executemany(
        "UPDATE register_row SET bucket = ? WHERE section = ? AND key = ?",
        ((bucket_of(*place), *place) for place in places),
    )
    hashes = db.execute("SELECT section, key, hash FROM register_row")
    _put_buckets(db, bucket_digests(hashes))


def _put_buckets(db: sqlite3.Connection, buckets: Mapping[int, bytes]) -> None:
    db.execute("DELETE FROM register_bucket")
    db.executemany(_PUT_BUCKET, buckets.items())
