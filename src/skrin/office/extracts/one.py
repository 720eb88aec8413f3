"""Making one extract, in the process of its own (`maker.py`): read, written, stored, said.

Each page of entries is a transaction of its own: none stays open for the minutes that this takes.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
from django.db import connection, transaction

from skrin.domain.entry import Entry, JournalDamage
from skrin.domain.refusal import Refusal
from skrin.office.extracts import terms
from skrin.office.extracts.making import Clock, Over, end
from skrin.office.mail import actions as mail
from skrin.office.mail.actions import Letter, file_named
from skrin.office.records.files import Asked, Register, make_file, packed
from skrin.office.records.queries import OfficeRecords
from skrin.office.tenancy import wall


class Unwanted(Exception):
    """The order was withdrawn, another try has it, or the office ends."""


class _Records(OfficeRecords):
    """Records that are read in short transactions, and count what was read."""

    def __init__(self, company: int, one: Register, tick: Callable[[], None]) -> None:
        super().__init__(company, one.till, one.store)
        self._tick = tick

    def _rows(self, statement: str, values: Sequence[int | str]) -> list[tuple[object, ...]]:
        with wall.inside(self.company):
            return super()._rows(statement, values)

    def store_row(self) -> bytes | None:
        with wall.inside(self.company):
            return super().store_row()

    def entries_from(self, seq: int) -> Iterator[Entry]:
        for entry in super().entries_from(seq):
            self._tick()
            yield entry


class Try:
    """One try to make an order."""

    def __init__(self, company: int, order_id: str, attempt: int, now: Clock, over: Over) -> None:
        """Nothing is read yet. `over`: whether this process is to end."""
        self._company, self._id, self._attempt = company, order_id, attempt
        self._now, self._over = now, over
        self._read, self._signed_s = 0, time.monotonic()
        self._place = Path()

    def make(self, place: Path) -> None:
        """Make it, with half-made files below `place`, and write down what came of it."""
        self._place = place
        try:
            asked, letter = self._ordered()
            self._finish(self._file(asked, place), letter)
        except Unwanted:
            return
        except Refusal as no:
            self._fail(no.code, "")
        except JournalDamage as damage:
            self._fail(terms.DAMAGED, str(damage))

    def _ordered(self) -> tuple[Asked, Letter | None]:
        with self._mine() as row:
            asked, letter = row
        return (
            msgspec.json.decode(asked, type=Asked),
            msgspec.json.decode(letter, type=Letter) if letter else None,
        )

    def _file(self, asked: Asked, place: Path) -> Path:
        self._check_room()
        made = make_file(asked, place, lambda one: _Records(self._company, one, self._tick))
        if made.suffix != ".zip" and made.stat().st_size > terms.PACK_BYTES:
            made = packed(asked, [made], place)
        if made.stat().st_size > terms.MOST_BYTES:
            raise Refusal(terms.TOO_LARGE)
        return made

    def _tick(self) -> None:
        """An entry was read: say so now and then, and end when nobody wants it any more."""
        self._read += 1
        if self._read % 100 or time.monotonic() - self._signed_s < terms.SIGN_S / 2:
            return
        self._signed_s = time.monotonic()
        self._check_room()
        with self._mine(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE extracts_order SET entries_done = %s WHERE company_id = %s AND id = %s",
                [self._read, self._company, self._id],
            )

    def _check_room(self) -> None:
        """The database may lie on the same disk, and every till waits for it when that is full.
        Raises `Refusal` `extract_too_large`."""
        place = next(one for one in (self._place, *self._place.parents) if one.exists())
        if shutil.disk_usage(place).free < terms.LEAST_FREE_BYTES:
            raise Refusal(terms.TOO_LARGE)

    def _finish(self, made: Path, letter: Letter | None) -> None:
        digest, size = self._store(made)
        with self._mine(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE extracts_order SET entries_done = entries, name = %s, size_bytes = %s,"
                " sha256 = %s, mail_reason = %s WHERE company_id = %s AND id = %s",
                [
                    *(made.name, size, digest, self._send(made, letter) if letter else ""),
                    *(self._company, self._id),
                ],
            )
            end(self._company, self._id, terms.MADE, "", "", self._now())

    def _store(self, made: Path) -> tuple[str, int]:
        digest, size, piece = hashlib.sha256(), 0, 0
        with made.open("rb") as file:
            while content := file.read(terms.PIECE_BYTES):
                with self._mine(), connection.cursor() as cursor:
                    cursor.execute(
                        "INSERT INTO extracts_piece (company_id, order_id, try, piece, content)"
                        " VALUES (%s, %s, %s, %s, %s)",
                        [self._company, self._id, self._attempt, piece, content],
                    )
                digest.update(content)
                size, piece = size + len(content), piece + 1
        return digest.hexdigest(), size

    def _send(self, made: Path, letter: Letter) -> str:
        """Order its mail, in the commit that says that it is made; why not, or nothing."""
        try:
            with transaction.atomic(), made.open("rb") as content:
                mail.order(self._company, letter, [file_named(made.name, content)], self._now())
        except Refusal as no:
            return no.code
        return ""

    def _fail(self, reason: str, detail: str) -> None:
        try:
            with self._mine():
                end(self._company, self._id, terms.FAILED, reason, detail, self._now())
        except Unwanted:
            return

    @contextmanager
    def _mine(self) -> Iterator[tuple[str, str]]:
        """A transaction that holds the order while it is this try's: (asked, letter). Raises
        `Unwanted`."""
        if self._over():
            raise Unwanted
        with wall.inside(self._company), connection.cursor() as cursor:
            cursor.execute(
                "SELECT asked, letter FROM extracts_order WHERE company_id = %s AND id = %s"
                " AND state = %s AND tries = %s FOR UPDATE",
                [self._company, self._id, terms.MAKING, self._attempt],
            )
            row = cursor.fetchone()
            if row is None:
                raise Unwanted
            yield row[0], row[1]
