"""Publications: sections of rows with one digest (D25), made in the office and proven at the till.

A row is (section, key, JSON bytes kept as made). Its hash is SHA-256 over the length-prefixed
section, key and bytes. Rows lie in `BUCKETS` buckets by a checksum of section and key. A bucket's
digest is SHA-256 over the hashes of its rows in the order of (section, key), 32 zeros when it is
empty; the digest of all is SHA-256 over the buckets' digests in their order. So one changed row
among a hundred thousand is proven by the hashes of its bucket and the digests of the others
(docs/decisions/0006-publications-in-buckets.md).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from struct import Struct
from zlib import crc32

SECTIONS = (
    "store",
    "groups",
    "texts",
    "images",
    "people",
    "roles",
    "settings",
    "reasons",
    "articles",
    "prices",
    "modifier_groups",
    "deals",
    "layouts",
    "payment_methods",
)

BUCKETS = 512
"""Near the root of the rows of a hundred thousand articles and their prices: as many digests are
read for one change as hashes."""

EMPTY_BUCKET = bytes(32)

_LENGTH = Struct(">I")

Place = tuple[str, str]
"""(section, key) of a row."""

Rows = Mapping[Place, bytes]


def row_hash(section: str, key: str, row: bytes) -> bytes:
    """The hash of one row."""
    # Written out: a first publication has some hundred thousand rows, and a shop waits for it.
    pack, place, name = _LENGTH.pack, section.encode(), key.encode()
    return hashlib.sha256(
        b"".join((pack(len(place)), place, pack(len(name)), name, pack(len(row)), row))
    ).digest()


def bucket_of(section: str, key: str) -> int:
    """The bucket, from 0, that a row lies in. No secret: it only spreads rows evenly."""
    return crc32(f"{section}\0{key}".encode()) % BUCKETS


def bucket_digest(hashes: Mapping[Place, bytes]) -> bytes:
    """The digest of one bucket, from the hashes of all its rows."""
    if not hashes:
        return EMPTY_BUCKET
    return hashlib.sha256(b"".join([hashes[place] for place in sorted(hashes)])).digest()


def bucket_digests(hashes: Iterable[tuple[str, str, bytes]]) -> dict[int, bytes]:
    """The digests of all buckets that hold something, from (section, key, hash) of every row."""
    return digests_in_order(
        (bucket_of(section, key), hashed) for section, key, hashed in sorted(hashes)
    )


def digests_in_order(hashes: Iterable[tuple[int, bytes]]) -> dict[int, bytes]:
    """As `bucket_digests`, from (bucket, hash) of every row in the order of (section, key)."""
    found: dict[int, list[bytes]] = {}
    for bucket, hashed in hashes:
        found.setdefault(bucket, []).append(hashed)
    return {bucket: hashlib.sha256(b"".join(rows)).digest() for bucket, rows in found.items()}


def digest_of_buckets(digests: Mapping[int, bytes]) -> str:
    """The digest (hex) over buckets; one that is not named is empty."""
    return hashlib.sha256(
        b"".join([digests.get(bucket, EMPTY_BUCKET) for bucket in range(BUCKETS)])
    ).hexdigest()


def digest(rows: Rows) -> str:
    """The digest (hex) of whole rows; nothing at all has a digest too."""
    return digest_of_buckets(
        bucket_digests((*place, row_hash(*place, row)) for place, row in rows.items())
    )
