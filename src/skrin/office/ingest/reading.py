"""Reading a batch: which records follow the head, and what is wrong with the first that does not.

Pure: bytes in, entries and a fault out. Nothing after a fault is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from skrin.domain.entry import Entry, JournalDamage, read_entry

TORN, BROKEN_LINK, FOREIGN, OTHER_HASH = "torn", "broken_link", "foreign", "other_hash"

STOPPING = frozenset({BROKEN_LINK, OTHER_HASH})
"""Faults that mean two histories exist: the chain stops (D26). A torn or foreign record is only
refused: the till may send it whole the next time."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a chain that the office has; seq 0 and zeros = none."""

    seq: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Fault:
    """The record at `seq` cannot be taken, and why."""

    seq: int
    why: str
    record: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class ReadBatch:
    """Entries that follow the head, in order; and the fault at which reading stopped."""

    entries: list[Entry]
    fault: Fault | None


def read_batch(records: Sequence[bytes], head: Head, identity: tuple[int, str, int]) -> ReadBatch:
    """Read `records`, whose first should be head + 1, of the journal (company, till, store)."""
    entries: list[Entry] = []
    company, till, store = identity
    seq, prev_hash = head.seq, head.hash
    for record in records:
        seq += 1
        try:
            entry = read_entry(record)
        except JournalDamage:
            return ReadBatch(entries, _fault(seq, TORN, record))
        header = entry.header
        if header.seq != seq:
            return ReadBatch(entries, _fault(seq, TORN, record))
        if header.company != company or header.till != till or header.store != store:
            return ReadBatch(entries, _fault(seq, FOREIGN, record))
        if entry.prev_hash != prev_hash:
            return ReadBatch(entries, Fault(seq, BROKEN_LINK, record, entry.hash))
        prev_hash = entry.hash
        entries.append(entry)
    return ReadBatch(entries, None)


def _fault(seq: int, why: str, record: bytes) -> Fault:
    return Fault(seq, why, record, sha256(record).digest())
