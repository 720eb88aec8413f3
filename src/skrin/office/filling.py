"""Many rows into PostgreSQL at once, the fastest way that goes through the walls.

COPY refuses a table with row-level security, so rows are inserted out of arrays: one INSERT ..
SELECT FROM unnest(..) with an array for each column, packed here in PostgreSQL's binary format.
Measured with 8,000 journal rows of 500 bytes it is as fast as a bare COPY of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from struct import Struct, pack
from typing import Any

import psycopg
from django.db import connection
from psycopg.adapt import Dumper
from psycopg.pq import Format

_LENGTH = Struct(">i")
_ARRAY_HEAD = Struct(">iiIii")
_PG_EPOCH = date(2000, 1, 1).toordinal()


def _pack_numbers(values: Sequence[int], size: int, code: str) -> bytes:
    """All values in one call. Raises `struct.error` when one is too large."""
    flat = [size] * (2 * len(values))
    flat[1::2] = values
    return pack(f">{f'i{code}' * len(values)}", *flat)


def _pack_int8(values: Sequence[int]) -> bytes:
    return _pack_numbers(values, 8, "q")


def _pack_int4(values: Sequence[int]) -> bytes:
    return _pack_numbers(values, 4, "i")


def _pack_bytes(values: Sequence[bytes]) -> bytes:
    length = _LENGTH.pack
    return b"".join([part for value in values for part in (length(len(value)), value)])


def _pack_text(values: Sequence[str]) -> bytes:
    """Texts of a column are often the same few, so each is packed once."""
    packed = {}
    for value in set(values):
        if "\0" in value:
            raise ValueError("PostgreSQL keeps no NUL in a text")
        raw = value.encode()
        packed[value] = _LENGTH.pack(len(raw)) + raw
    return b"".join([packed[value] for value in values])


def _pack_days(values: Sequence[str]) -> bytes:
    days = {value: date.fromisoformat(value).toordinal() - _PG_EPOCH for value in set(values)}
    return _pack_int4([days[value] for value in values])


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of column: its PostgreSQL types (element, array) and how its values are packed.

    Packing raises `ValueError` or `struct.error` for a value that the type cannot hold.
    """

    element_oid: int
    array_oid: int
    pack: Callable[[Any], bytes]


BIGINT = Kind(20, 1016, _pack_int8)
INTEGER = Kind(23, 1007, _pack_int4)
TEXT = Kind(25, 1009, _pack_text)
BYTES = Kind(17, 1001, _pack_bytes)
DAY = Kind(1082, 1182, _pack_days)
"""A date, given as YYYY-MM-DD."""


class _Array:
    """A packed column on its way to the server."""

    def __init__(self, kind: Kind, values: Sequence[object]) -> None:
        self.kind = kind
        head = _ARRAY_HEAD.pack(1, 0, kind.element_oid, len(values), 1)
        self.packed = head + kind.pack(values)


class _ArrayDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: _Array) -> bytes:
        return obj.packed


def _dumper_of(kind: Kind) -> type[_ArrayDumper]:
    return type("_ColumnDumper", (_ArrayDumper,), {"oid": kind.array_oid})


_ARRAYS = {kind: type("_Column", (_Array,), {}) for kind in (BIGINT, INTEGER, TEXT, BYTES, DAY)}
_DUMPERS = [(_ARRAYS[kind], _dumper_of(kind)) for kind in _ARRAYS]


def fill(
    table: str,
    constants: dict[str, object],
    columns: dict[str, Kind],
    rows: Sequence[Sequence[object]],
    tail: str = "",
) -> None:
    """Insert `rows` into `table`; `constants` are columns that are the same in all of them.

    `tail` is SQL after the rows (ON CONFLICT ..), in which the table is called `t`. Names and
    `tail` are constants of the program, never input.
    """
    if not rows:
        return
    names = ", ".join([*constants, *columns])
    places = ", ".join(["%s"] * len(constants))
    arrays = ", ".join(["%b"] * len(columns))
    statement = (
        f"INSERT INTO {table} AS t ({names}) SELECT {places}, * FROM unnest({arrays}) {tail}"  # noqa: S608
    )
    packed = [
        _ARRAYS[kind](kind, values)
        for kind, values in zip(columns.values(), zip(*rows, strict=True), strict=True)
    ]
    connection.ensure_connection()
    # Django's own cursor writes values into the statement's text; this one sends them beside it.
    with psycopg.Cursor(connection.connection) as cursor:
        for array, dumper in _DUMPERS:
            cursor.adapters.register_dumper(array, dumper)
        cursor.execute(statement.encode(), [*constants.values(), *packed])
