"""Entry bodies and register rows to JSON and back: the domain's one file that knows msgspec."""

from __future__ import annotations

import threading
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

_making = threading.Lock()
"""msgspec keeps what it knows of a class on the class, and puts it there before it is whole. A
second thread that needs the same class just then ends the whole process. So one at a time learns
new classes; after that nobody waits."""


def _decoder(kind: type) -> msgspec.json.Decoder[Any]:
    made = _decoders.get(kind)
    if made is None:
        with _making:
            made = _decoders[kind] = msgspec.json.Decoder(kind, strict=True)
    return made


def decode(kind: type[T], data: bytes) -> T:
    """Read JSON back into `kind`; unknown fields are left. Raises `ValueError` on a misfit."""
    try:
        result: T = _decoder(kind).decode(data)
    except msgspec.MsgspecError as fault:
        raise ValueError(str(fault)) from fault
    return result


def convert(kind: type[T], value: object) -> T:
    """Make `kind` of what JSON was read into already. Raises `ValueError` on a misfit."""
    _decoder(kind)  # So that the class is known: see `_making`.
    try:
        return msgspec.convert(value, kind)
    except msgspec.MsgspecError as fault:
        raise ValueError(str(fault)) from fault


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
