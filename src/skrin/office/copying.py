"""Rows to PostgreSQL's binary COPY, the fastest way in.

The rows of a batch are packed here and sent as one block. The format is PostgreSQL's documented
one (COPY, "Binary Format"): a signature, per row a field count and length-prefixed fields, -1 as
the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from struct import Struct
from typing import Any

_SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
_INT8 = Struct(">iq")
_INT4 = Struct(">ii")
_LENGTH = Struct(">i")
_COUNT = Struct(">h")
_PG_EPOCH = date(2000, 1, 1).toordinal()


def int8(value: int) -> bytes:
    """A bigint field. Raises `struct.error` when it does not fit."""
    return _INT8.pack(8, value)


def int4(value: int) -> bytes:
    """An integer field. Raises `struct.error` when it does not fit."""
    return _INT4.pack(4, value)


def text(value: str) -> bytes:
    """A text field. Raises `ValueError` for a NUL, which PostgreSQL cannot keep."""
    if "\0" in value:
        raise ValueError("a text holds no NUL")
    raw = value.encode()
    return _LENGTH.pack(len(raw)) + raw


def raw(value: bytes) -> bytes:
    """A bytea field."""
    return _LENGTH.pack(len(value)) + value


def day(value: str) -> bytes:
    """A date field from YYYY-MM-DD. Raises `ValueError` when it is none."""
    return _INT4.pack(4, date.fromisoformat(value).toordinal() - _PG_EPOCH)


def row(fields: Sequence[bytes]) -> bytes:
    """One row of packed fields."""
    return _COUNT.pack(len(fields)) + b"".join(fields)


Field = Callable[[Any], bytes]


def packer(fields: Sequence[Field]) -> Callable[[Sequence[object]], bytes]:
    """What packs values of these kinds into a row."""
    head = _COUNT.pack(len(fields))

    def pack(values: Sequence[object]) -> bytes:
        return head + b"".join([field(value) for field, value in zip(fields, values, strict=True)])

    return pack


def copy_in(cursor: Any, table: str, columns: str, rows: Iterable[bytes]) -> None:
    """COPY packed rows into `table`."""
    block = b"".join([_SIGNATURE, *rows, _TRAILER])
    if len(block) == len(_SIGNATURE) + len(_TRAILER):
        return
    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)") as copy:
        copy.write(block)
