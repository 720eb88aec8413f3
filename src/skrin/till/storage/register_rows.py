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

_KEPT_ROW = "CASE WHEN section = 'images' THEN NULL ELSE row END"
_KEEP = f"""
INSERT INTO register_history
SELECT :section, :key, :seq,
    (SELECT {_KEPT_ROW} FROM register_row WHERE section = :section AND key = :key),
    (SELECT hash FROM register_row WHERE section = :section AND key = :key)
"""  # noqa: S608 - no part of it comes from elsewhere.
_BEFORE = """
CREATE TEMP TABLE register_before (
    section TEXT NOT NULL, key TEXT NOT NULL, row BLOB, hash BLOB NOT NULL,
    PRIMARY KEY (section, key)
) WITHOUT ROWID
"""
"""With a key: each new row is looked up among the old ones."""
_KEEP_DIFFERENCE = f"""
INSERT INTO register_history
SELECT section, key, :seq, {_KEPT_ROW}, hash FROM register_before AS old
WHERE NOT EXISTS (SELECT 1 FROM register_row AS now
    WHERE now.section = old.section AND now.key = old.key AND now.hash = old.hash)
UNION ALL
SELECT section, key, :seq, NULL, NULL FROM register_row AS now
WHERE NOT EXISTS (SELECT 1 FROM register_before AS old
    WHERE now.section = old.section AND now.key = old.key)
"""  # noqa: S608


def replace_all(
    db: sqlite3.Connection, rows: Iterable[Changed], buckets: Mapping[int, bytes], seq: int
) -> None:
    """Take all published rows away and put these, in the order of (section, key), in their place,
    with the digests of their buckets. `seq`: the entry that says so."""
    (usual,) = db.execute("PRAGMA cache_size").fetchone()
    db.execute(f"PRAGMA cache_size = -{LOADING_CACHE_KIB}")
    had_some = db.execute("SELECT EXISTS (SELECT 1 FROM register_row)").fetchone()[0]
    try:
        if had_some:
            db.execute(_BEFORE)
            db.execute(
                "INSERT INTO register_before SELECT section, key, row, hash FROM register_row"
            )
        db.execute("DELETE FROM register_row")
        # In order, and not row by row: a third of the time.
        db.execute("DROP INDEX register_row_by_bucket")
        db.executemany(_PUT, rows)
        db.execute("CREATE INDEX register_row_by_bucket ON register_row (bucket)")
        if had_some:
            db.execute(_KEEP_DIFFERENCE, {"seq": seq})
            db.execute("DROP TABLE register_before")
        _put_buckets(db, buckets)
        index_all(db)
    finally:
        db.execute(f"PRAGMA cache_size = {usual:d}")


def change(
    db: sqlite3.Connection, rows: Iterable[Changed], buckets: Mapping[int, bytes], seq: int
) -> None:
    """Put these rows in their places, and the digests of the buckets that they changed. What stood
    there is kept as it was before the entry `seq`."""
    for section, key, row, hashed, bucket in rows:
        db.execute(_KEEP, {"section": section, "key": key, "seq": seq})
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
