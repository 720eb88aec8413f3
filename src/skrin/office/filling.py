"""Many rows into PostgreSQL at once, the fastest way that goes through the walls.

COPY refuses a table with row-level security, so rows are inserted out of arrays: one INSERT ..
SELECT unnest(..) with an array for each column, packed here in PostgreSQL's binary format. The
arrays stand in the select list, where rows are made one at a time; in FROM all rows would be kept
aside first, a quarter of the server's time for narrow rows. Why it is done so, with figures:
docs/decisions/0005-ingest-speed.md.

Packing (`packed`) asks no database and sending (`Packed.send`) little of Python, so that one can
be done while the other runs (`sending`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import chain
from struct import Struct, pack
from typing import Any

from django.db import connection
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, Format

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
    lengths = map(_LENGTH.pack, map(len, values))
    return b"".join(chain.from_iterable(zip(lengths, values, strict=True)))


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


def _array(kind: Kind, values: Sequence[object]) -> bytes:
    """A column as PostgreSQL's binary format of an array with one dimension."""
    return _ARRAY_HEAD.pack(1, 0, kind.element_oid, len(values), 1) + kind.pack(values)


@dataclass(frozen=True, slots=True)
class Packed:
    """An INSERT with its rows, ready to be sent: the text, and of each parameter its PostgreSQL
    type, its format and its bytes."""

    statement: bytes
    types: list[int]
    formats: list[Format]
    values: list[bytes]

    def send(self) -> None:
        """Insert the rows. Raises what PostgreSQL raises (`psycopg.Error`)."""
        connection.ensure_connection()
        self._send(connection.connection)

    def _send(self, raw: Any) -> None:
        # libpq's own call: it sends, waits and reads without once asking for Python's lock, so a
        # thread in it holds nobody up. A cursor would ask for the lock after every 200 KiB.
        with raw.lock:
            result = raw.pgconn.exec_params(self.statement, self.values, self.types, self.formats)
        if result.status != ExecStatus.COMMAND_OK:
            raise error_from_result(result, encoding=raw.info.encoding)


def packed(
    table: str,
    constants: Mapping[str, object],
    columns: dict[str, Kind],
    values: Iterable[Sequence[object]],
    tail: str = "",
) -> Packed:
    """The INSERT of rows into `table`; `constants` are columns that are the same in all of them,
    whole numbers or texts.

    `values`: of each of the `columns` its values, a row's at the same place in all. `tail` is SQL
    after the rows (ON CONFLICT ..), in which the table is called `t`. Names and `tail` are
    constants of the program, never input. Raises `ValueError`, `OverflowError` or `struct.error`
    for a value that its column cannot keep.
    """
    names = ", ".join([*constants, *columns])
    places = [f"${place}" for place in range(1, len(constants) + 1)]
    places += [f"unnest(${len(places) + place})" for place in range(1, len(columns) + 1)]
    statement = f"INSERT INTO {table} AS t ({names}) SELECT {', '.join(places)} {tail}"
    fixed = [BIGINT if isinstance(value, int) else TEXT for value in constants.values()]
    return Packed(
        statement.encode(),
        [kind.element_oid for kind in fixed] + [kind.array_oid for kind in columns.values()],
        [Format.TEXT] * len(fixed) + [Format.BINARY] * len(columns),
        [str(value).encode() for value in constants.values()]
        + [_array(*column) for column in zip(columns.values(), values, strict=True)],
    )


def packed_rows(
    table: str,
    constants: Mapping[str, object],
    columns: dict[str, Kind],
    rows: Sequence[Sequence[object]],
    tail: str = "",
) -> list[Packed]:
    """The same out of rows. A list, so that no rows are no statement."""
    if not rows:
        return []
    return [packed(table, constants, columns, zip(*rows, strict=True), tail)]


def fill(
    table: str,
    constants: Mapping[str, object],
    columns: dict[str, Kind],
    rows: Sequence[Sequence[object]],
    tail: str = "",
) -> None:
    """Insert `rows` into `table` (see `packed`)."""
    for statement in packed_rows(table, constants, columns, rows, tail):
        statement.send()


@contextmanager
def sending(*, behind: bool) -> Iterator[Callable[[Packed], object]]:
    """Gives what sends a statement: at once, or `behind` the caller, who goes on without the
    database. Statements go in the order in which they were given.

    At the end all have been sent. What PostgreSQL raised behind the caller comes out there, the
    first of it.
    """
    connection.ensure_connection()
    raw = connection.connection
    if not behind:
        yield lambda statement: statement._send(raw)
        return
    with ThreadPoolExecutor(1, "filling") as thread:
        sent: list[Future[None]] = []
        yield lambda statement: sent.append(thread.submit(statement._send, raw))
        for statement in sent:
            statement.result()
