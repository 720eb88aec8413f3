"""Ordering a copy, withdrawing the order, and hearing what came of it. Inside the company."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import psycopg
from django.db import DatabaseError, connection, transaction

from skrin.domain.beside import CopyDeclined, CopySealed, DocumentRefused
from skrin.domain.codec import decode_body
from skrin.domain.entry import NORMAL, Entry, JournalDamage
from skrin.domain.refusal import Refusal
from skrin.domain.rights import terms
from skrin.office.copies.queries import LASTS_MS
from skrin.office.rights import queries as rights
from skrin.office.tills import queries as tills
from skrin.sync.messages import Person

PROJECTED = frozenset({"copy.sealed", "copy.declined", "document.refused"})
"""The kinds that this app reads."""

UNIT_REFUSED = "unit_refused"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A copy to be ordered: `id` made by who asks, the same for the same order; `key` of the
    receipt, `register` of a till in its `store`."""

    id: str
    store: int
    register: str
    key: str
    person: Person


def order(company: int, wanted: Wanted, now_ms: int) -> None:
    """Order a copy; the same order again changes nothing.

    Refused: `copy_none` (no copy of this receipt may be made), `copy_made`, `copy_ordered` (an
    order is open), `copy_frozen` (it lies at a till out of use), `copy_no_till`.
    """
    registers = tills.Registers(company)
    if registers.is_out(wanted.register) or not wanted.register.endswith(f"-{wanted.store}"):
        raise Refusal("copy_no_till")
    right = rights.row(company, terms.COPY, wanted.key)
    if right is None:
        raise Refusal("copy_none")
    if right.used >= right.total:
        raise Refusal("copy_made")
    holders = [one.register for one in right.held if one.amount]
    if not right.free and all(map(registers.is_out, holders)):
        raise Refusal("copy_frozen")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE copies_order SET state = 'over', ended_at_ms = until_ms"
            " WHERE company_id = %s AND key = %s AND state = 'ordered' AND until_ms <= %s",
            [company, wanted.key, now_ms],
        )
        cursor.execute(
            "INSERT INTO copies_order (company_id, id, store, register, key, person, person_name,"
            " role, state, ordered_at_ms, until_ms)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 'ordered', %s, %s) ON CONFLICT DO NOTHING",
            [
                *(company, wanted.id, wanted.store, wanted.register, wanted.key),
                *(wanted.person.person, wanted.person.display_name, wanted.person.role),
                *(now_ms, now_ms + LASTS_MS),
            ],
        )
        if cursor.rowcount == 1:
            return
        cursor.execute(
            "SELECT 1 FROM copies_order WHERE company_id = %s AND id = %s", [company, wanted.id]
        )
        if cursor.fetchone() is None:
            raise Refusal("copy_ordered")


def withdraw(company: int, key: str, now_ms: int) -> bool:
    """Take the open order for a receipt's copy back; whether there was one. The till hears of it
    with its next exchange: what it makes until then is made, and told."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE copies_order SET state = 'withdrawn', ended_at_ms = %s"
            " WHERE company_id = %s AND key = %s AND state = 'ordered'",
            [now_ms, company, key],
        )
        return bool(cursor.rowcount)


def take(identity: tuple[int, str, int], entries: Iterable[Entry], now_ms: int) -> list[Entry]:
    """Note what tills say of orders. Called by ingest, once for each entry, after their rights are
    counted; returns the entries that could not be read."""
    company, till, store = identity
    unread = []
    for entry in entries:
        header = entry.header
        if header.kind not in PROJECTED or header.mode != NORMAL:
            continue
        try:
            body = decode_body(header.kind, header.version, entry.body)
            with transaction.atomic():
                _hear(company, f"{till}-{store}", body, now_ms)
        except _UNFIT:
            unread.append(entry)
    return unread


_UNFIT = (DatabaseError, psycopg.Error, JournalDamage, ValueError)
"""What is raised for an entry that no till of ours writes: it is kept raw, and shown (D26)."""


def _hear(company: int, register: str, body: object, now_ms: int) -> None:
    if isinstance(body, CopySealed):
        _end(company, body.copy_id, "made", "", now_ms)
        right = rights.row(company, terms.COPY, body.key)
        if right and right.used >= right.total:
            _end_others(company, body.key, now_ms)
    elif isinstance(body, CopyDeclined):
        # Only the till that was asked, and only an open order: no word of another ends it.
        _end(company, body.order_id, "refused", body.reason, now_ms, register)
    elif isinstance(body, DocumentRefused):
        _unit_refused(company, body.document_id, now_ms)


def _end(
    company: int, order_id: str, state: str, reason: str, now_ms: int, register: str = ""
) -> None:
    """End an order. One that was made is made, although it was withdrawn or over meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE copies_order SET state = %(state)s, reason = %(reason)s,"
            " ended_at_ms = %(now)s WHERE company_id = %(company)s AND id = %(id)s"
            " AND (%(register)s = '' OR (register = %(register)s AND state = 'ordered'))",
            {
                "company": company,
                "id": order_id,
                "state": state,
                "reason": reason[:60],
                "now": now_ms,
                "register": register,
            },
        )


def _end_others(company: int, key: str, now_ms: int) -> None:
    """The one copy was made otherwise: what is still ordered of it is refused."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE copies_order SET state = 'refused', reason = %s, ended_at_ms = %s"
            " WHERE company_id = %s AND key = %s AND state = 'ordered'",
            [terms.USED_UP, now_ms, company, key],
        )


def _unit_refused(company: int, document_id: str, now_ms: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE copies_order SET state = 'refused', reason = %s, ended_at_ms = %s"
            " WHERE company_id = %s AND id = %s AND state = 'made'",
            [UNIT_REFUSED, now_ms, company, document_id],
        )
