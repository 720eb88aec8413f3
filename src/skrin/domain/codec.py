"""Entry bodies and register rows to JSON and back: the one file of the domain that knows msgspec."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

import msgspec

from skrin.domain.entry import JournalDamage
from skrin.domain.journal import KINDS

T = TypeVar("T")

_encoder = msgspec.json.Encoder(order=None)


def encode(value: object) -> bytes:
    """A frozen dataclass (an entry's body, a row of a register) as UTF-8 JSON."""
    return _encoder.encode(value)


@cache
def _decoder(kind: type) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind, strict=True)


def decode(kind: type[T], data: bytes) -> T:
    """Read JSON back into `kind`. Raises `ValueError` when it does not fit; unknown fields are left."""
    try:
        result: T = _decoder(kind).decode(data)
    except msgspec.MsgspecError as fault:
        raise ValueError(str(fault)) from fault
    return result


def decode_body(kind: str, version: int, body: bytes) -> object | None:
    """The body of an entry, or None for a (kind, version) that this program does not know.

    Raises `JournalDamage` when a known kind cannot be read.
    """
    shape = KINDS.get((kind, version))
    if shape is None:
        return None
    try:
        decoded: object = decode(shape, body)
    except ValueError as fault:
        raise JournalDamage(f"the body of {kind} cannot be read: {fault}") from fault
    return decoded
