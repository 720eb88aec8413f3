"""The tables of a shop's file, and how every connection to one of our files is opened."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

SCHEMA_VERSION = 1

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


def connect(path: Path) -> sqlite3.Connection:
    """A connection as every one of ours is: explicit transactions, WAL, full sync at a commit."""
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, cached_statements=256, timeout=5.0
    )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def make_tables(connection: sqlite3.Connection, schema: str) -> None:
    """Make the tables of an empty file in one commit."""
    if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
        connection.executescript(
            f"BEGIN IMMEDIATE; {schema} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
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
