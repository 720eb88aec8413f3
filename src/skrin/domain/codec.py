"""Entry bodies and register rows to JSON and back: the domain's one file that knows msgspec."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from skrin.domain.entry import JournalDamage
from skrin.domain.journal import KINDS

T = TypeVar("T")

_encoder = msgspec.json.Encoder(order=None)


def encode(value: object) -> bytes:
    """A frozen dataclass (an entry's body, a row of a register) as UTF-8 JSON."""
    return _encoder.encode(value)


_decoders: dict[type, msgspec.json.Decoder[Any]] = {}


def _decoder(kind: type) -> msgspec.json.Decoder[Any]:
    made = _decoders.get(kind)
    if made is None:
        made = _decoders[kind] = msgspec.json.Decoder(kind, strict=True)
    return made


def decode(kind: type[T], data: bytes) -> T:
    """Read JSON back into `kind`; unknown fields are left. Raises `ValueError` on a misfit."""
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
