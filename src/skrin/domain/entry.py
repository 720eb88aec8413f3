"""An entry: one thing that happened at a till, numbered without gaps and chained by its hash (D1).

The record is a sequence of fields, each a 4-byte big-endian length and its bytes: text as UTF-8,
integers as decimal ASCII, no user as the empty text; the header fields in the order of `Header`,
then the previous hash (raw 32 bytes, zeros at seq 1), then the body (UTF-8 JSON). The hash is
SHA-256 over the record. Records are stored, sent and verified as these bytes and never encoded
again.
"""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from struct import Struct

from skrin.domain.record import swift

GENESIS_HASH = bytes(32)
"""The previous hash of the first entry of a journal."""

NORMAL, TRAINING = "normal", "training"

_LENGTH = Struct(">I")
_FIELD_COUNT = 15


class JournalDamage(Exception):
    """Bytes that are not what was written: a torn record, a broken chain, a changed hash."""


@swift
@dataclass(frozen=True, slots=True)
class Header:
    """Who, where and when of an entry. `business_day`: YYYY-MM-DD; `mode`: normal or training."""

    company: int
    till: str
    store: int
    seq: int
    kind: str
    version: int
    at_utc_ms: int
    utc_offset_min: int
    business_day: str
    period: int
    user: str
    app_version: str
    mode: str


@swift
@dataclass(frozen=True, slots=True)
class Entry:
    """A header, the hash before it, the body's bytes as written, and the hash over all of it."""

    header: Header
    prev_hash: bytes
    body: bytes
    record: bytes
    hash: bytes


def make_entry(header: Header, prev_hash: bytes, body: bytes) -> Entry:
    """Write the record of `body` under `header` after `prev_hash` and hash it."""
    h = header
    pack = _LENGTH.pack
    seq, at = str(h.seq).encode(), str(h.at_utc_ms).encode()
    record = b"".join(
        (
            _fields(h.company, h.till, h.store),
            pack(len(seq)),
            seq,
            _fields(h.kind, h.version),
            pack(len(at)),
            at,
            _fields(h.utc_offset_min, h.business_day, h.period, h.user, h.app_version, h.mode),
            pack(len(prev_hash)),
            prev_hash,
            pack(len(body)),
            body,
        )
    )
    return Entry(header, prev_hash, body, record, hashlib.sha256(record).digest())


# All but the number and the time of an entry are the same again and again in a day.
@functools.lru_cache(maxsize=512)
def _fields(*values: str | int) -> bytes:
    texts = [str(value).encode() for value in values]
    return b"".join([_LENGTH.pack(len(text)) + text for text in texts])


def read_entry(record: bytes, stored_hash: bytes | None = None) -> Entry:
    """Read a record back. Raises `JournalDamage` when torn or unlike its `stored_hash`."""
    digest = hashlib.sha256(record).digest()
    if stored_hash is not None and digest != stored_hash:
        raise JournalDamage("the record does not match its hash")
    fields: list[bytes] = []
    at, end = 0, len(record)
    while at < end:
        if at + 4 > end:
            raise JournalDamage("the record is torn inside a length")
        (size,) = _LENGTH.unpack_from(record, at)
        if at + 4 + size > end:
            raise JournalDamage("the record is torn inside a field")
        fields.append(record[at + 4 : at + 4 + size])
        at += 4 + size
    if len(fields) != _FIELD_COUNT:
        raise JournalDamage(f"the record has {len(fields)} fields")
    return Entry(_read_header(fields), fields[13], fields[14], record, digest)


def _read_header(fields: list[bytes]) -> Header:
    try:
        return Header(
            company=int(fields[0]),
            till=fields[1].decode(),
            store=int(fields[2]),
            seq=int(fields[3]),
            kind=fields[4].decode(),
            version=int(fields[5]),
            at_utc_ms=int(fields[6]),
            utc_offset_min=int(fields[7]),
            business_day=fields[8].decode(),
            period=int(fields[9]),
            user=fields[10].decode(),
            app_version=fields[11].decode(),
            mode=fields[12].decode(),
        )
    except ValueError as fault:
        raise JournalDamage(f"the header cannot be read: {fault}") from fault


def verify_link(entry: Entry, expected_seq: int, prev_hash: bytes) -> None:
    """Check that `entry` follows the one with `prev_hash`. Raises `JournalDamage` saying why."""
    if entry.header.seq != expected_seq:
        raise JournalDamage(f"entry {expected_seq} is missing: {entry.header.seq} stands there")
    if entry.prev_hash != prev_hash:
        raise JournalDamage(f"entry {expected_seq} does not follow the entry before it")
