"""The tables of a shop's file, and how every connection to one of our files is opened."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

SHOP_SCHEMA = """
CREATE TABLE entry (
    seq INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    business_day TEXT NOT NULL,
    period INTEGER NOT NULL,
    at_utc_ms INTEGER NOT NULL,
    record BLOB NOT NULL,
    hash BLOB NOT NULL
) STRICT;
CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE series (name TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE totals (
    business_day TEXT NOT NULL,
    period INTEGER NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    count INTEGER NOT NULL,
    quantity_milli INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    vat_minor INTEGER NOT NULL,
    PRIMARY KEY (business_day, period, kind, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE receipt (
    number INTEGER PRIMARY KEY,
    business_day TEXT NOT NULL,
    kind TEXT NOT NULL,
    sealed_seq INTEGER NOT NULL,
    signed_seq INTEGER NOT NULL,
    at_utc_ms INTEGER NOT NULL,
    total_minor INTEGER NOT NULL,
    method TEXT NOT NULL
) STRICT;
CREATE INDEX receipt_by_day ON receipt (business_day, number);
CREATE TABLE closing (
    number INTEGER PRIMARY KEY,
    business_day TEXT NOT NULL,
    period INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    net_minor INTEGER NOT NULL
) STRICT;
CREATE TABLE register_row (
    section TEXT NOT NULL,
    key TEXT NOT NULL,
    row BLOB NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (section, key)
) STRICT, WITHOUT ROWID;
"""

RETURNS_AND_PARKED = """
CREATE TABLE returned (
    receipt_id TEXT NOT NULL,
    line INTEGER NOT NULL,
    quantity_milli INTEGER NOT NULL,
    PRIMARY KEY (receipt_id, line)
) STRICT, WITHOUT ROWID;
CREATE TABLE parked (
    cart_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    parked_utc_ms INTEGER NOT NULL,
    content BLOB NOT NULL,
    mode TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE sold_out (article INTEGER PRIMARY KEY) STRICT;
CREATE TABLE sold_out_mark (
    article INTEGER PRIMARY KEY,
    is_on INTEGER NOT NULL,
    seq INTEGER NOT NULL
) STRICT;
"""
"""What came with returns, parked receipts and what is sold out. `sold_out` is the store's list as
the office told it; `sold_out_mark` what this till said since."""

ARTICLE_INDEX = """
CREATE TABLE article_text (
    article INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE INDEX article_by_name ON article_text (name, article);
CREATE TABLE article_code (
    code TEXT NOT NULL,
    rank INTEGER NOT NULL,
    article INTEGER NOT NULL,
    PRIMARY KEY (code, rank, article)
) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE article_part USING fts5(
    text, content = 'article_text', content_rowid = 'article', columnsize = 0,
    tokenize = 'trigram'
);
CREATE VIRTUAL TABLE article_start USING fts5(
    text, content = 'article_text', content_rowid = 'article', columnsize = 0, detail = 'none',
    prefix = '1 2', tokenize = "unicode61 remove_diacritics 0"
);
"""
"""What articles are found by (D37): `article_part` finds three letters and more anywhere in the
text, `article_start` one or two where a word begins; both have their text from `article_text`."""

RIGHTS = """
CREATE TABLE right_hold (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    is_open INTEGER NOT NULL,
    hold BLOB NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX right_hold_open ON right_hold (kind, key) WHERE is_open;
CREATE TABLE receipt_from_office (
    receipt_id TEXT PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    content BLOB NOT NULL
) STRICT, WITHOUT ROWID;
"""
"""What came with rights. `right_hold` is what lies here of each right, `is_open` while something of
it is reserved or asked for; `receipt_from_office` is the sales of other tills whose returns were
granted to this one."""

REGISTER_BUCKETS = """
ALTER TABLE register_row ADD COLUMN bucket INTEGER NOT NULL DEFAULT -1;
CREATE INDEX register_row_by_bucket ON register_row (bucket);
CREATE TABLE register_bucket (bucket INTEGER PRIMARY KEY, digest BLOB NOT NULL) STRICT;
"""
"""What proves a change of the registers without all their rows: the buckets of
sync/publication.py."""

REGISTER_HISTORY = """
CREATE TABLE register_history (
    section TEXT NOT NULL,
    key TEXT NOT NULL,
    seq INTEGER NOT NULL,
    row BLOB,
    hash BLOB,
    PRIMARY KEY (section, key, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX register_history_by_seq ON register_history (seq);
"""
"""What each row of the registers was before the publication that the entry `seq` applied; without
a hash it was not there. Of images the hash alone is kept. So the registers of any day can be made
again, and the digests in the journal prove them (R-MORE-011)."""

RARE_KINDS = (
    "journal.opened",
    "till.started",
    "publication.applied",
    "registration.set",
    "registration.reported",
    "unit.met",
)
"""Entries that are looked for by their kind; a sale makes none of them, and pays nothing for it."""

_RARE_LIST = f"kind IN ({', '.join(repr(kind) for kind in RARE_KINDS)})"

RARE_ENTRIES = f"CREATE INDEX entry_rare ON entry (kind, seq) WHERE {_RARE_LIST};"

NUMBERED_KINDS = ("copy.sealed", "pro_forma.sealed", "serial.renewed")
"""Entries that take a number and stand in no table of their own; a sale makes none of them."""

_NUMBERED_LIST = f"kind IN ({', '.join(repr(kind) for kind in NUMBERED_KINDS)})"

NUMBERED_ENTRIES = f"CREATE INDEX entry_numbered ON entry (kind) WHERE {_NUMBERED_LIST};"

TWINS = """
CREATE TABLE state_twin (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE parked_twin (
    cart_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    parked_utc_ms INTEGER NOT NULL,
    content BLOB NOT NULL,
    mode TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE sold_out_twin (article INTEGER PRIMARY KEY) STRICT;
INSERT INTO state_twin SELECT name, value FROM state;
INSERT INTO parked_twin SELECT cart_id, name, parked_utc_ms, content, mode FROM parked;
INSERT INTO sold_out_twin SELECT article FROM sold_out;
CREATE TRIGGER state_put AFTER INSERT ON state BEGIN
    INSERT OR REPLACE INTO state_twin VALUES (new.name, new.value);
END;
CREATE TRIGGER state_changed AFTER UPDATE ON state BEGIN
    INSERT OR REPLACE INTO state_twin VALUES (new.name, new.value);
END;
CREATE TRIGGER state_dropped AFTER DELETE ON state BEGIN
    DELETE FROM state_twin WHERE name = old.name;
END;
CREATE TRIGGER parked_put AFTER INSERT ON parked BEGIN
    INSERT OR REPLACE INTO parked_twin
    VALUES (new.cart_id, new.name, new.parked_utc_ms, new.content, new.mode);
END;
CREATE TRIGGER parked_dropped AFTER DELETE ON parked BEGIN
    DELETE FROM parked_twin WHERE cart_id = old.cart_id;
END;
CREATE TRIGGER sold_out_put AFTER INSERT ON sold_out BEGIN
    INSERT OR REPLACE INTO sold_out_twin VALUES (new.article);
END;
CREATE TRIGGER sold_out_dropped AFTER DELETE ON sold_out BEGIN
    DELETE FROM sold_out_twin WHERE article = old.article;
END;
"""
"""What no entry tells stands twice, so that a changed byte in it is noticed (`till/examining.py`).
By triggers: whoever writes it, an older program too, writes both."""


def _one_of(kinds: Sequence[str]) -> str:
    return f"({' OR '.join(f'kind = {kind!r}' for kind in kinds)})"


RARE, NUMBERED = _one_of(RARE_KINDS), _one_of(NUMBERED_KINDS)
"""SQLite takes the index of these for a question that says exactly this."""

PLAIN_CONDITIONS = f"""
DROP INDEX entry_rare;
DROP INDEX entry_numbered;
CREATE INDEX entry_rare ON entry (kind, seq) WHERE {RARE};
CREATE INDEX entry_numbered ON entry (kind) WHERE {NUMBERED};
"""
"""The same two indexes. For a list (`kind IN (...)`) SQLite makes a tree in its memory for each
entry that is added, and asks that; a plain comparison costs nothing that can be measured."""

SHOP_VERSIONS = (
    SHOP_SCHEMA,
    RETURNS_AND_PARKED,
    ARTICLE_INDEX,
    RIGHTS,
    REGISTER_BUCKETS,
    REGISTER_HISTORY,
    RARE_ENTRIES,
    NUMBERED_ENTRIES,
    TWINS,
    PLAIN_CONDITIONS,
)
"""What each version of the shop's file added; an older file gets the rest when it is opened."""


LOG_BYTES = 16 * 1024 * 1024
"""What is kept of SQLite's log when it begins anew: a reader that stays long, or one large commit,
lets it grow, and it would keep that size for as long as the program runs."""


def connect(path: Path) -> sqlite3.Connection:
    """A connection as every one of ours is: explicit transactions, WAL, full sync at a commit."""
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, cached_statements=256, timeout=5.0
    )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA journal_size_limit = {LOG_BYTES:d}")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def make_tables(connection: sqlite3.Connection, versions: Sequence[str]) -> None:
    """Bring a file to the newest version, each step in one commit; an empty file is version 0."""
    has: int = connection.execute("PRAGMA user_version").fetchone()[0]
    for number, schema in enumerate(versions[has:], start=has + 1):
        connection.executescript(
            f"BEGIN IMMEDIATE; {schema} PRAGMA user_version = {number}; COMMIT;"
        )


def sync_folder(folder: Path) -> None:
    """Make a file's name in its folder as durable as its content."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
