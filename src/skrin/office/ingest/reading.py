"""Reading a batch: which records follow the head, and what is wrong with the first that does not.

Pure: bytes in, entries and a fault out. Nothing after a fault is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import pairwise
from struct import Struct
from struct import error as StructError
from typing import NamedTuple

from skrin.domain.entry import Entry, JournalDamage, read_entry

_LENGTH = Struct(">I")
_FIELDS_AFTER_NUMBER = 11
"""Kind to mode, the previous hash, the body (D1)."""

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


class Link(NamedTuple):
    """A record that follows the one before it, as it is stored."""

    seq: int
    kind: str
    hash: bytes
    record: bytes


@dataclass(frozen=True, slots=True)
class ReadBatch:
    """Links that follow the head, in order; those among them that are `wanted`, read whole; and
    the fault at which reading stopped."""

    links: list[Link]
    entries: list[Entry]
    fault: Fault | None


def read_batch(
    records: Sequence[bytes],
    head: Head,
    identity: tuple[int, str, int],
    wanted: frozenset[str],
) -> ReadBatch:
    """Prove `records`, whose first should be head + 1, of the journal (company, till, store).

    Every record is held against its place: number, identity, previous hash, each field within its
    length. Only the kinds in `wanted` are made into entries: half the time of a batch went into
    headers that nobody looked at.
    """
    batch = ReadBatch([], [], None)
    mine = b"".join([_field(str(part)) for part in identity])
    seq, prev_hash = head.seq, head.hash
    for record in records:
        seq += 1
        digest = sha256(record).digest()
        skimmed = _skim(record, mine + _field(str(seq)))
        if skimmed is None:
            why = _what_is_wrong(record, seq, identity)
            if why:
                return replace(batch, fault=Fault(seq, why, record, digest))
            entry = read_entry(record)
            skimmed = (entry.header.kind, entry.prev_hash)
        kind, previous = skimmed
        if previous != prev_hash:
            return replace(batch, fault=Fault(seq, BROKEN_LINK, record, digest))
        prev_hash = digest
        batch.links.append(Link(seq, kind, digest, record))
        if kind in wanted:
            batch.entries.append(read_entry(record))
    return batch


def _field(text: str) -> bytes:
    raw = text.encode()
    return _LENGTH.pack(len(raw)) + raw


def _skim(record: bytes, begin: bytes) -> tuple[str, bytes] | None:
    """(kind, previous hash) of a sound record that begins with `begin` (identity and number).

    None when it does not begin so, or anything in it is not as it should be; the slow way then
    finds out what.
    """
    if not record.startswith(begin):
        return None
    at, places = len(begin), []
    try:
        for _ in range(_FIELDS_AFTER_NUMBER):
            (size,) = _LENGTH.unpack_from(record, at)
            at += 4
            places.append(at)
            at += size
        if at != len(record):
            return None
        fields = [record[place : after - 4] for place, after in pairwise(places)]
        kind, version, at_utc_ms, offset_min, day, period, user, app, mode, previous = fields
        for number in (version, at_utc_ms, offset_min, period):
            int(number)
        b"".join((day, user, app, mode)).decode()
        return kind.decode(), previous
    except (ValueError, StructError):
        return None


def _what_is_wrong(record: bytes, seq: int, identity: tuple[int, str, int]) -> str:
    """Why a record cannot stand at `seq` of this journal; empty when it can after all."""
    try:
        header = read_entry(record).header
    except JournalDamage:
        return TORN
    if (header.company, header.till, header.store) != identity:
        return FOREIGN
    return TORN if header.seq != seq else ""
