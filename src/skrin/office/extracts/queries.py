"""What was ordered, how far it is, and the files. Call from inside the company."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from skrin.office.extracts import terms
from skrin.office.extracts.terms import (
    BROKE,
    DAMAGED,
    FAILED,
    MADE,
    MAKING,
    TOO_LARGE,
    WAITING,
    WITHDRAWN,
)

__all__ = [
    "BROKE",
    "DAMAGED",
    "FAILED",
    "MADE",
    "MAKING",
    "TOO_LARGE",
    "WAITING",
    "WITHDRAWN",
    "Extract",
    "content",
    "extract",
    "extracts",
    "is_large",
]
"""With the states and reasons of `terms`, for who shows an order."""


@dataclass(frozen=True, slots=True)
class Extract:
    """An order as it stands; see `terms` for `state` and `reason`. `detail`: where the journal is
    damaged; `mail_reason`: why it was made and yet not sent; `mailed`: whether it was to be."""

    id: str
    store: int
    person_name: str
    subject: str
    state: str
    reason: str
    detail: str
    mail_reason: str
    mailed: bool
    entries: int
    entries_done: int
    ordered_at_ms: int
    ended_at_ms: int
    name: str
    size_bytes: int
    sha256: str

    def has_file(self, now_ms: int) -> bool:
        """Whether it can be fetched: for some days after it was made."""
        return self.state == terms.MADE and self.until_ms > now_ms

    @property
    def until_ms(self) -> int:
        """So long its file is kept."""
        return self.ended_at_ms + terms.KEEP_FILE_MS


_COLUMNS = (
    "id, store, person_name, subject, state, reason, detail, mail_reason, letter <> '', entries,"
    " entries_done, ordered_at_ms, ended_at_ms, name, size_bytes, sha256"
)


def is_large(file_format: str, entries: int) -> bool:
    """Whether it takes too long for a page."""
    return entries > terms.AT_ONCE.get(file_format, terms.AT_ONCE_ELSE)


def extracts(company: int, limit: int = 100) -> list[Extract]:
    """The latest orders first."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM extracts_order"  # noqa: S608 (a constant)
            " WHERE company_id = %s ORDER BY ordered_at_ms DESC, id LIMIT %s",
            [company, limit],
        )
        return [Extract(*row) for row in cursor.fetchall()]


def extract(company: int, order_id: str) -> Extract | None:
    """One order."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM extracts_order"  # noqa: S608 (a constant)
            " WHERE company_id = %s AND id = %s",
            [company, order_id],
        )
        row = cursor.fetchone()
    return Extract(*row) if row else None


def content(company: int, order_id: str) -> Iterator[bytes]:
    """The file of what is made, piece by piece."""
    piece = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT p.content FROM extracts_piece p JOIN extracts_order o"
                " ON o.company_id = p.company_id AND o.id = p.order_id AND o.tries = p.try"
                " WHERE p.company_id = %s AND p.order_id = %s AND p.piece = %s AND o.state = %s",
                [company, order_id, piece, terms.MADE],
            )
            row = cursor.fetchone()
        if row is None:
            return
        yield bytes(row[0])
        piece += 1
