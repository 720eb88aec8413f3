"""Ordering an extract, and taking it back. Call from inside the company."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from django.db import connection

from skrin.domain.refusal import Refusal
from skrin.office.extracts import terms
from skrin.office.extracts.making import make_due as make_due
from skrin.office.mail.actions import Letter
from skrin.office.records.files import Asked


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is ordered. `id` is made by who asks, and the same for the same order; `store`: whose
    people see it; `entries`: how many are read for it; `letter`: how it is sent when it is made,
    None = it is fetched."""

    id: str
    store: int
    person_name: str
    subject: str
    asked: Asked
    entries: int
    letter: Letter | None = None


def order(company: int, wanted: Wanted, now_ms: int) -> bool:
    """Put an order in the caller's transaction; False when it was ordered before.

    Refused: `extract_too_many` (most).
    """
    with connection.cursor() as cursor:
        # Two orders at once must not both be the last that is allowed.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('extracts'), %s)", [company % 2**31])
        cursor.execute(
            "SELECT count(*) FILTER (WHERE id = %s), count(*) FILTER (WHERE state = ANY(%s))"
            " FROM extracts_order WHERE company_id = %s",
            [wanted.id, list(terms.OPEN), company],
        )
        known, waiting = cursor.fetchone() or (0, 0)
        if known:
            return False
        if waiting >= terms.MOST_OPEN:
            raise Refusal("extract_too_many", most=terms.MOST_OPEN)
        cursor.execute(
            "INSERT INTO extracts_order (company_id, id, store, person_name, subject, asked,"
            " letter, state, entries, ordered_at_ms) VALUES"
            " (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                *(company, wanted.id, wanted.store, wanted.person_name, wanted.subject),
                msgspec.json.encode(wanted.asked).decode(),
                msgspec.json.encode(wanted.letter).decode() if wanted.letter else "",
                *(terms.WAITING, wanted.entries, now_ms),
            ],
        )
        cursor.execute(
            "INSERT INTO extracts_due (company_id, order_id, due_at_ms) VALUES (%s, %s, %s)",
            [company, wanted.id, now_ms],
        )
    return True


def withdraw(company: int, order_id: str, now_ms: int) -> bool:
    """A person takes back what is not made yet; whether that was so."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE extracts_order SET state = %s, ended_at_ms = %s"
            " WHERE company_id = %s AND id = %s AND state = ANY(%s)",
            [terms.WITHDRAWN, now_ms, company, order_id, list(terms.OPEN)],
        )
        done: bool = cursor.rowcount == 1
        if done:
            cursor.execute(
                "UPDATE extracts_due SET due_at_ms = %s WHERE company_id = %s AND order_id = %s",
                [now_ms, company, order_id],
            )
    return done
