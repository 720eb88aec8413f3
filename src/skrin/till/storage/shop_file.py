"""The file of a (till, store): its journal, and the read models that each commit changes with it.

Every connection is WAL and FULL; a commit is on the disk when it returns (D32). The entry table is
frozen (D30); every other table is a fold over it and can be thrown away and made again. All writes
come from the one writer (D20); readers have connections of their own.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from skrin.domain.entry import GENESIS_HASH, Entry, read_entry
from skrin.domain.report import REPLACING_KINDS, Totals, TotalsRow

_SCHEMA = """
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

_ADD_TOTALS = """
INSERT INTO totals VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (business_day, period, kind, key) DO UPDATE SET
    name = excluded.name,
    count = count + excluded.count,
    quantity_milli = quantity_milli + excluded.quantity_milli,
    amount_minor = amount_minor + excluded.amount_minor,
    vat_minor = vat_minor + excluded.vat_minor
"""
_PUT_TOTALS = "INSERT OR REPLACE INTO totals VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_ADD_ENTRY = "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)"

SCHEMA_VERSION = 1


def connect(path: Path) -> sqlite3.Connection:
    """A connection as every one of ours is: explicit transactions, WAL, a full sync at each commit."""
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, cached_statements=256, timeout=5.0
    )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def sync_folder(folder: Path) -> None:
    """Make a file's name in its folder as durable as its content."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class ShopFile:
    """The journal and read models of one (till, store). Not for several writers at once."""

    def __init__(self, path: Path) -> None:
        """Open the file, making it when it is not there."""
        self.path = path
        fresh = not path.exists()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = connect(path)
        if self._db.execute("PRAGMA user_version").fetchone()[0] == 0:
            self._db.executescript(
                f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
            )
        if fresh:
            sync_folder(path.parent)

    def close(self) -> None:
        """Close the writer's connection."""
        self._db.close()

    @contextmanager
    def commit(self) -> Iterator[None]:
        """One durable commit: everything written inside, or nothing of it."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    # Writing: only inside `commit`.

    def append(self, entry: Entry) -> None:
        """Add an entry after the head. The caller made its number and its chain."""
        h = entry.header
        self._db.execute(
            _ADD_ENTRY,
            (h.seq, h.kind, h.business_day, h.period, h.at_utc_ms, entry.record, entry.hash),
        )

    def raise_totals(self, business_day: str, period: int, rows: Iterable[TotalsRow]) -> None:
        """Add rows to the running totals of a period."""
        for row in rows:
            self._db.execute(
                _PUT_TOTALS if row.kind in REPLACING_KINDS else _ADD_TOTALS,
                (
                    business_day,
                    period,
                    row.kind,
                    row.key,
                    row.name,
                    row.count,
                    row.quantity_milli,
                    row.amount_minor,
                    row.vat_minor,
                ),
            )

    def put_state(self, name: str, value: str) -> None:
        """Remember a small value beside the journal."""
        self._db.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (name, value))

    def put_series(self, name: str, last: int) -> None:
        """The last number that a series has given."""
        self._db.execute("INSERT OR REPLACE INTO series VALUES (?, ?)", (name, last))

    def add_receipt(
        self,
        number: int,
        business_day: str,
        kind: str,
        sealed_seq: int,
        signed_seq: int,
        at_utc_ms: int,
        total_minor: int,
        method: str,
    ) -> None:
        """A signed receipt, to be found again."""
        self._db.execute(
            "INSERT INTO receipt VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (number, business_day, kind, sealed_seq, signed_seq, at_utc_ms, total_minor, method),
        )

    def add_closing(
        self, number: int, business_day: str, period: int, seq: int, net_minor: int
    ) -> None:
        """A Z, to be found again."""
        self._db.execute(
            "INSERT INTO closing VALUES (?, ?, ?, ?, ?)",
            (number, business_day, period, seq, net_minor),
        )

    def put_register_row(self, section: str, key: str, row: bytes | None, digest: bytes) -> None:
        """A row of the published registers; None takes it away."""
        if row is None:
            self._db.execute(
                "DELETE FROM register_row WHERE section = ? AND key = ?", (section, key)
            )
        else:
            self._db.execute(
                "INSERT OR REPLACE INTO register_row VALUES (?, ?, ?, ?)",
                (section, key, row, digest),
            )

    def clear_registers(self) -> None:
        """Take all published rows away: a whole publication follows in the same commit."""
        self._db.execute("DELETE FROM register_row")

    # Reading.

    def head(self) -> tuple[int, bytes, int, str]:
        """(seq, hash, at_utc_ms, business_day) of the last entry; seq 0 for an empty journal."""
        row = self._db.execute(
            "SELECT seq, hash, at_utc_ms, business_day FROM entry ORDER BY seq DESC LIMIT 1"
        ).fetchone()
        return tuple(row) if row else (0, GENESIS_HASH, 0, "")

    def first_day(self) -> str:
        """The business day of the first entry, or an empty text."""
        row = self._db.execute("SELECT business_day FROM entry WHERE seq = 1").fetchone()
        return row[0] if row else ""

    def entries(self, first_seq: int, limit: int = -1) -> Iterator[Entry]:
        """Entries from `first_seq` on, each checked against its stored hash."""
        for record, digest in self._db.execute(
            "SELECT record, hash FROM entry WHERE seq >= ? ORDER BY seq LIMIT ?", (first_seq, limit)
        ):
            yield read_entry(record, digest)

    def records(self, first_seq: int, max_bytes: int) -> list[bytes]:
        """Raw records from `first_seq` on: as many as `max_bytes` holds, at least one if any."""
        taken: list[bytes] = []
        size = 0
        cursor = self._db.execute(
            "SELECT record FROM entry WHERE seq >= ? ORDER BY seq", (first_seq,)
        )
        for (record,) in cursor:
            size += len(record)
            if taken and size > max_bytes:
                break
            taken.append(record)
        cursor.close()
        return taken

    def entry(self, seq: int) -> Entry | None:
        """One entry."""
        return next(self.entries(seq, 1), None) if seq else None

    def at_of(self, seq: int) -> int | None:
        """When an entry was written, in UTC milliseconds."""
        row = self._db.execute("SELECT at_utc_ms FROM entry WHERE seq = ?", (seq,)).fetchone()
        return row[0] if row else None

    def state(self, name: str, default: str = "") -> str:
        """A small value beside the journal."""
        row = self._db.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
        return row[0] if row else default

    def series(self) -> dict[str, int]:
        """The last number of every series."""
        return dict(self._db.execute("SELECT name, last FROM series").fetchall())

    def totals(self, business_day: str, period: int) -> Totals:
        """The running totals of a period."""
        rows = self._db.execute(
            "SELECT kind, key, name, count, quantity_milli, amount_minor, vat_minor"
            " FROM totals WHERE business_day = ? AND period = ?",
            (business_day, period),
        )
        return {(row[0], row[1]): TotalsRow(*row) for row in rows}

    def counted_periods(self, after: tuple[str, int] | None) -> list[tuple[str, int]]:
        """Periods after `after` (day, period) in which something was counted, in order."""
        return [
            (day, period)
            for day, period in self._db.execute(
                "SELECT DISTINCT business_day, period FROM totals"
                " WHERE (business_day, period) > (?, ?) ORDER BY business_day, period",
                after or ("", 0),
            )
        ]

    def last_closing(self) -> tuple[int, str, int, int] | None:
        """(number, business_day, period, seq) of the last Z."""
        row = self._db.execute(
            "SELECT number, business_day, period, seq FROM closing ORDER BY number DESC LIMIT 1"
        ).fetchone()
        return tuple(row) if row else None

    def closings(self, limit: int) -> list[tuple[int, str, int, int, int]]:
        """(number, business_day, period, seq, net_minor) of the latest Z, newest first."""
        return self._db.execute(
            "SELECT number, business_day, period, seq, net_minor"
            " FROM closing ORDER BY number DESC LIMIT ?",
            (limit,),
        ).fetchall()

    def closing_seq(self, number: int) -> int | None:
        """Where a Z stands in the journal."""
        row = self._db.execute("SELECT seq FROM closing WHERE number = ?", (number,)).fetchone()
        return row[0] if row else None

    def receipts_on(self, business_day: str, limit: int = 500) -> list[tuple]:
        """(number, kind, at_utc_ms, total_minor, method) of a day's receipts, newest first."""
        return self._db.execute(
            "SELECT number, kind, at_utc_ms, total_minor, method FROM receipt"
            " WHERE business_day = ? ORDER BY number DESC LIMIT ?",
            (business_day, limit),
        ).fetchall()

    def receipt_seqs(self, number: int) -> tuple[int, int] | None:
        """(sealed_seq, signed_seq) of a receipt."""
        row = self._db.execute(
            "SELECT sealed_seq, signed_seq FROM receipt WHERE number = ?", (number,)
        ).fetchone()
        return tuple(row) if row else None

    def register_rows(self) -> dict[tuple[str, str], tuple[bytes, bytes]]:
        """(row, hash) of all published rows, by (section, key)."""
        return {
            (section, key): (row, digest)
            for section, key, row, digest in self._db.execute(
                "SELECT section, key, row, hash FROM register_row"
            )
        }
