"""A till's file, read only, for what goes out of the house: its journal and its registers' history.

The till may be selling meanwhile. Everything is read a few rows at a time, each in a short look at
the file, so that an export of years neither fills the memory nor holds back the till's own upkeep
of its file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from skrin.domain.codec import decode_body
from skrin.domain.entry import Entry, read_entry
from skrin.domain.journal import PublicationApplied
from skrin.exports.history import RowChange
from skrin.sync.publication import bucket_digests, digest_of_buckets
from skrin.till.storage.schema import RARE, RARE_KINDS

CHUNK_ENTRIES = 500


class JournalFile:
    """The journal in a till's file; see `exports.journal.Journal`."""

    def __init__(self, path: Path) -> None:
        """Open a file that is there. Raises `sqlite3.Error`."""
        self._db = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=5.0
        )
        self._z_numbers: dict[tuple[str, int], int] = {}

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def last_seq(self) -> int:
        """The number of the last entry; 0 = empty."""
        seq: int = self._db.execute("SELECT coalesce(max(seq), 0) FROM entry").fetchone()[0]
        return seq

    def business_day_at(self, seq: int) -> str:
        """The business day of an entry."""
        row = self._db.execute("SELECT business_day FROM entry WHERE seq = ?", (seq,)).fetchone()
        return str(row[0])

    def entries_from(self, seq: int) -> Iterator[Entry]:
        """Entries from `seq` on, each checked against its hash."""
        while True:
            rows = self._db.execute(
                "SELECT record, hash FROM entry WHERE seq >= ? ORDER BY seq LIMIT ?",
                (seq, CHUNK_ENTRIES),
            ).fetchall()
            for record, digest in rows:
                yield read_entry(record, digest)
            if len(rows) < CHUNK_ENTRIES:
                return
            seq += CHUNK_ENTRIES

    def last_of(self, kind: str, through_seq: int) -> Entry | None:
        """The last entry of a kind up to `through_seq`."""
        rare = f" AND {RARE}" if kind in RARE_KINDS else ""
        row = self._db.execute(
            f"SELECT record, hash FROM entry WHERE kind = ? AND seq <= ?{rare}"  # noqa: S608
            " ORDER BY seq DESC LIMIT 1",
            (kind, through_seq),
        ).fetchone()
        return read_entry(*row) if row else None

    def entry_before(self, kind: str, seq: int, containing: str) -> Entry | None:
        """The last entry of `kind` before `seq` whose body holds this text."""
        found = self._db.execute(
            "SELECT record, hash FROM entry WHERE seq < ? AND kind = ? ORDER BY seq DESC",
            (seq, kind),
        )
        wanted = containing.encode()
        for record, digest in found:
            entry = read_entry(record, digest)
            if wanted in entry.body:
                found.close()
                return entry
        return None

    def z_number(self, business_day: str, period: int) -> int:
        """The number of the Z that closed a period; 0 while there is none."""
        place = business_day, period
        if place not in self._z_numbers:
            row = self._db.execute(
                "SELECT number FROM closing WHERE business_day = ? AND period = ?", place
            ).fetchone()
            self._z_numbers = {place: row[0] if row else 0}
        return self._z_numbers[place]

    def store_row(self) -> bytes | None:
        """The published row of the store, as it is now."""
        row = self._db.execute("SELECT row FROM register_row WHERE section = 'store'").fetchone()
        return row[0] if row else None

    def starts(self) -> Iterator[Entry]:
        """Every start of the program, oldest first."""
        for record, digest in self._db.execute(
            f"SELECT record, hash FROM entry WHERE kind = 'till.started' AND {RARE}"  # noqa: S608
            " ORDER BY seq"
        ):
            yield read_entry(record, digest)

    def row_now(self, section: str, key: str) -> bytes | None:
        """A published row as it is now."""
        row = self._db.execute(
            "SELECT row FROM register_row WHERE section = ? AND key = ?", (section, key)
        ).fetchone()
        return row[0] if row else None

    def rows_at(self, seq: int) -> tuple[dict[tuple[str, str], bytes], PublicationApplied | None]:
        """The registers as they were at an entry, and the publication that proves them: rows by
        (section, key), images left out. (Nothing, None) when they cannot be proven: before the
        first publication, or before this program kept what was replaced."""
        entry = self.last_of("publication.applied", seq)
        if entry is None:
            return {}, None
        applied = decode_body(entry.header.kind, entry.header.version, entry.body)
        assert isinstance(applied, PublicationApplied)
        rows: dict[tuple[str, str], tuple[bytes | None, bytes]] = {}
        for section, key, row, hashed in self._db.execute(
            "SELECT section, key, CASE WHEN section = 'images' THEN NULL ELSE row END, hash"
            " FROM register_row"
        ):
            rows[section, key] = row, hashed
        for section, key, row, hashed in self._db.execute(
            "SELECT section, key, row, hash FROM register_history WHERE seq > ? ORDER BY seq DESC",
            (entry.header.seq,),
        ):
            if hashed is None:
                rows.pop((section, key), None)
            else:
                rows[section, key] = row, hashed
        digests = bucket_digests((*place, hashed) for place, (_, hashed) in rows.items())
        if digest_of_buckets(digests) != applied.new_digest:
            return {}, None
        return {place: row for place, (row, _) in rows.items() if row is not None}, applied

    def row_changes(self, seq: int) -> Iterator[RowChange]:
        """What the publication of an entry changed, row by row; images without their content."""
        found = self._db.execute(
            "SELECT section, key, row FROM register_history WHERE seq = ? ORDER BY section, key",
            (seq,),
        ).fetchall()
        for section, key, before in found:
            yield RowChange(seq, section, key, before, self._after(section, key, seq))

    def _after(self, section: str, key: str, seq: int) -> bytes | None:
        if section == "images":
            return None
        later = self._db.execute(
            "SELECT row FROM register_history WHERE section = ? AND key = ? AND seq > ?"
            " ORDER BY seq LIMIT 1",
            (section, key, seq),
        ).fetchone()
        return later[0] if later else self.row_now(section, key)
