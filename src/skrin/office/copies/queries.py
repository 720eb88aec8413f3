"""What was ordered. Call from inside the company."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from skrin.sync.messages import OrderedCopy

ORDERED, MADE, REFUSED, WITHDRAWN, OVER = "ordered", "made", "refused", "withdrawn", "over"
LASTS_MS = 24 * 60 * 60 * 1000
"""So long a till may take; whoever waits for the paper has gone by then."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order as it stands at a moment. `register`: who is to make it. `reason`: why not, a code
    of the till, or `unit_refused`."""

    id: str
    register: str
    person_name: str
    state: str
    reason: str
    ordered_at_ms: int
    until_ms: int
    ended_at_ms: int


def for_till(company: int, till: str, store: int, now_ms: int) -> tuple[OrderedCopy, ...]:
    """What this register is to copy now, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, key, person, person_name, role FROM copies_order WHERE company_id = %s"
            " AND register = %s AND state = 'ordered' AND until_ms > %s"
            " ORDER BY ordered_at_ms, id LIMIT 20",
            [company, f"{till}-{store}", now_ms],
        )
        return tuple(OrderedCopy(*row) for row in cursor.fetchall())


def of_receipt(company: int, key: str, now_ms: int) -> list[Ordered]:
    """The orders for a receipt's copy, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, register, person_name,"
            " CASE WHEN state = 'ordered' AND until_ms <= %s THEN 'over' ELSE state END,"
            " reason, ordered_at_ms, until_ms, ended_at_ms FROM copies_order"
            " WHERE company_id = %s AND key = %s ORDER BY ordered_at_ms DESC, id LIMIT 20",
            [now_ms, company, key],
        )
        return [Ordered(*row) for row in cursor.fetchall()]
