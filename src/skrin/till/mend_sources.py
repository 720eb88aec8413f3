"""Where the entries of a damaged journal still are, and which of them make the chain.

The pool takes every record that anybody has: the damaged file by SQLite and by its bare bytes, the
office, an encrypted copy. A record is known by its hash and names the hash before it, so from the
entry that was confirmed last there is one way back to the first, whatever else lies in the pool.
"""

from __future__ import annotations

import mmap
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from struct import Struct

from skrin.domain.entry import GENESIS_HASH, Entry, JournalDamage, read_entry
from skrin.sync.history import HistoryAnswer, HistoryQuestion
from skrin.till.devices.office_link import OfficeClient
from skrin.till.storage.damage import opened_at_any_rate
from skrin.till.storage.salvage import records_in

MOST_SEQ = (1 << 31) - 1

UNREADABLE = (sqlite3.Error, UnicodeError)

FILE, BYTES, OFFICE, COPY = "file", "bytes", "office", "copy"

_POOL = """
CREATE TABLE record (
    hash BLOB PRIMARY KEY, prev BLOB NOT NULL, seq INTEGER NOT NULL, source TEXT NOT NULL,
    record BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX record_by_prev ON record (prev);
CREATE TABLE chain (seq INTEGER PRIMARY KEY, hash BLOB NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Chain:
    """What can be put together: entries 1 to `head_seq`; `last_seq` is the last that anybody knows
    of; `known` how many entries came of which source. `loose` entries were found behind the gap."""

    head_seq: int
    last_seq: int
    known: dict[str, int]
    loose: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether nothing is lost."""
        return self.head_seq >= self.last_seq


class OtherHistory(Exception):
    """Two sources tell different journals of one register: a person must decide."""


class Pool:
    """Records of one register, each once, on the disk: a journal may hold years."""

    def __init__(self, folder: Path, register: tuple[int, str, int]) -> None:
        """`register`: company, till and store; records of others are not taken."""
        self._db = sqlite3.connect(folder / "pool.sqlite", isolation_level=None)
        self._db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _POOL)
        self._register = register

    def close(self) -> None:
        """Close it."""
        self._db.close()

    def take(self, source: str, records: Iterable[bytes]) -> int:
        """Take what is of this register; how many were new."""
        before = self._db.total_changes
        for record in records:
            with suppress(JournalDamage):
                entry = read_entry(record)
                h = entry.header
                if (h.company, h.till, h.store) == self._register:
                    self._db.execute(
                        "INSERT OR IGNORE INTO record VALUES (?, ?, ?, ?, ?)",
                        (entry.hash, entry.prev_hash, h.seq, source, record),
                    )
        return self._db.total_changes - before

    def chain(self, heads: Iterable[tuple[int, bytes | None]]) -> Chain:
        """Find the chain. `heads`: (seq, hash) of what was confirmed, by the witness and the
        office; without a hash only the number is known. Raises `OtherHistory`."""
        sure = sorted((head for head in heads if head[0]), reverse=True, key=lambda one: one[0])
        reached = 0
        self._write(())
        for seq, digest in sure:
            if digest is not None and (back := self._back_from(digest)):
                self._write(back)
                reached = seq
                break
        reached = self._onward(reached)
        for seq, digest in sure:
            if digest is not None and seq <= reached and self._hash_at(seq) != digest:
                raise OtherHistory(f"entry {seq} is another one here than there")
        (most,) = self._db.execute("SELECT coalesce(max(seq), 0) FROM record").fetchone()
        loose = self._db.execute("SELECT count(*) FROM record WHERE seq > ?", (reached,))
        known = self._db.execute(
            "SELECT source, count(*) FROM chain JOIN record USING (hash) GROUP BY source"
        )
        last = max([reached, *(seq for seq, _ in sure), most])
        return Chain(reached, last, dict(known.fetchall()), loose.fetchone()[0])

    def _back_from(self, digest: bytes) -> list[tuple[int, bytes]]:
        """The way from an entry to the first; nothing when it breaks off."""
        way: list[tuple[int, bytes]] = []
        while digest != GENESIS_HASH:
            row = self._db.execute(
                "SELECT seq, prev FROM record WHERE hash = ?", (digest,)
            ).fetchone()
            if row is None:
                return []
            way.append((row[0], digest))
            digest = row[1]
        return way

    def _write(self, way: Iterable[tuple[int, bytes]]) -> None:
        self._db.execute("DELETE FROM chain")
        self._db.executemany("INSERT INTO chain VALUES (?, ?)", way)

    def _hash_at(self, seq: int) -> bytes | None:
        row = self._db.execute("SELECT hash FROM chain WHERE seq = ?", (seq,)).fetchone()
        return row[0] if row else None

    def _onward(self, seq: int) -> int:
        """Go on from an entry as far as anything follows. Where two follow, one is of a commit that
        was never confirmed, and the longer way is taken."""
        digest = self._hash_at(seq) or GENESIS_HASH
        while True:
            after = self._db.execute(
                "SELECT hash FROM record WHERE prev = ? AND seq = ?", (digest, seq + 1)
            ).fetchall()
            if not after:
                return seq
            if len(after) > 1:
                after.sort(key=lambda one: self._reach(one[0]), reverse=True)
            digest, seq = after[0][0], seq + 1
            self._db.execute("INSERT OR REPLACE INTO chain VALUES (?, ?)", (seq, digest))

    def _reach(self, digest: bytes) -> int:
        """How many entries follow an entry."""
        count = 0
        while row := self._db.execute(
            "SELECT hash FROM record WHERE prev = ?", (digest,)
        ).fetchone():
            digest, count = row[0], count + 1
        return count

    def records(self) -> Iterator[bytes]:
        """The records of the chain, from the first."""
        for (record,) in self._db.execute(
            "SELECT record FROM chain JOIN record USING (hash) ORDER BY chain.seq"
        ):
            yield record

    def loose(self, after_seq: int) -> Iterator[Entry]:
        """Entries behind the gap, which follow nothing that is left."""
        for (record,) in self._db.execute(
            "SELECT record FROM record WHERE seq > ? ORDER BY seq", (after_seq,)
        ):
            yield read_entry(record)


def by_sqlite(shop: Path) -> Iterator[bytes]:
    """The records that SQLite still reads, from the first on and from the last back."""
    for order in ("", " DESC"):
        with suppress(*UNREADABLE), closing(opened_at_any_rate(shop)) as db:
            for (record,) in db.execute(f"SELECT record FROM entry ORDER BY seq{order}"):  # noqa: S608
                if isinstance(record, bytes):
                    yield record
            return


def by_bytes(shop: Path, register: tuple[int, str, int]) -> Iterator[bytes]:
    """The records that lie in the bytes of file and log."""
    texts = [str(part).encode() for part in register]
    beginning = b"".join(Struct(">I").pack(len(text)) + text for text in texts)
    with closing(_mapped(shop)) as file, closing(_mapped(Path(f"{shop}-wal"))) as log:
        yield from records_in(file.content, log.content, beginning)


class _mapped:
    """The bytes of a file; none where there is no file."""

    def __init__(self, path: Path) -> None:
        self.content: bytes | mmap.mmap = b""
        if path.is_file() and path.stat().st_size:
            with path.open("rb") as file:
                self.content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def close(self) -> None:
        if isinstance(self.content, mmap.mmap):
            self.content.close()


def head_of_office(link: OfficeClient, store: int, register: str) -> tuple[int, bytes | None]:
    """(seq, hash) of the last entry that the office has. Raises `OfficeAway`, `OfficeRefused`."""
    head_seq = link.history(HistoryQuestion(store, register, MOST_SEQ)).head_seq
    if not head_seq:
        return 0, None
    last = link.history(HistoryQuestion(store, register, head_seq - 1)).records
    return head_seq, read_entry(last[0]).hash if last else None


def by_office(link: OfficeClient, store: int, register: str) -> Iterator[bytes]:
    """The records that the office has. Raises `OfficeAway`, `OfficeRefused`."""
    after = 0
    while True:
        answer: HistoryAnswer = link.history(HistoryQuestion(store, register, after))
        yield from answer.records
        if not answer.records:
            return
        after = read_entry(answer.records[-1]).header.seq
        if after >= answer.head_seq:
            return
