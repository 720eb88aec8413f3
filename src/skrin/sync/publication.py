"""Publications: sections of rows with one digest (D25), made in the office and proven at the till.

A row is (section, key, JSON bytes kept as made). Its hash is SHA-256 over the length-prefixed
section, key and bytes; the digest is SHA-256 over the hashes in the order of (section, key).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from struct import Struct

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

_LENGTH = Struct(">I")

Rows = Mapping[tuple[str, str], bytes]


def row_hash(section: str, key: str, row: bytes) -> bytes:
    """The hash of one row."""
    # Written out: a first publication has some hundred thousand rows, and a shop waits for it.
    pack, place, name = _LENGTH.pack, section.encode(), key.encode()
    return hashlib.sha256(
        b"".join((pack(len(place)), place, pack(len(name)), name, pack(len(row)), row))
    ).digest()


def digest_of_hashes(hashes: Mapping[tuple[str, str], bytes]) -> str:
    """The digest (hex) over row hashes keyed by (section, key); nothing at all has a digest too."""
    return hashlib.sha256(b"".join([hashes[place] for place in sorted(hashes)])).hexdigest()


def digest(rows: Rows) -> str:
    """The digest (hex) of whole rows."""
    return digest_of_hashes(
        {(section, key): row_hash(section, key, row) for (section, key), row in rows.items()}
    )
