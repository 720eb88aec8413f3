"""What needs a person's eye, the newest first. Call from inside the company."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db import connection

from skrin.office.rights import queries as rights

PAYMENT = "payment_contradicted"
"""A card terminal told otherwise than a person stated (D18)."""

MOST = 300
"""How many are looked through: findings are rare, and the old ones have been seen."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at. `what`: a report of rights, or `PAYMENT`; `register`, `seq`, `place`
    are its name: the entry that it comes from. `person`: the id of who did it at the till.

    Of a payment: what was stated and what was found (approved or declined), and both amounts.
    `seen_by` is empty until somebody has said so.
    """

    register: str
    seq: int
    place: int
    what: str
    kind: str
    key: str
    person: str
    found_at_ms: int
    stated: str = ""
    stated_minor: int = 0
    found: str = ""
    found_minor: int = 0
    seen_by: str = ""
    seen_at_ms: int = 0


def findings(company: int) -> list[Finding]:
    """The latest findings: those that nobody has seen before those that somebody has."""
    seen = _seen(company)
    found = _payments(company, seen)
    for one in rights.reports(company, MOST):
        name = (one.register, one.seq, one.place)
        seen_by, seen_at_ms = seen.get(name, ("", 0))
        new = Finding(*name, one.what, one.kind, one.key, one.person, one.found_at_ms)
        found.append(replace(new, seen_by=seen_by, seen_at_ms=seen_at_ms))
    newest_first = sorted(found, key=lambda one: -one.found_at_ms)
    return sorted(newest_first, key=lambda one: bool(one.seen_by))


_Name = tuple[str, int, int]


def _payments(company: int, seen: dict[_Name, tuple[str, int]]) -> list[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT register, seq, attempt_id, purpose, person, found_at_ms,"
            " stated, stated_minor, found, found_minor FROM findings_payment"
            " WHERE company_id = %s ORDER BY found_at_ms DESC LIMIT %s",
            [company, MOST],
        )
        rows = cursor.fetchall()
    found = []
    for row in rows:
        register, seq, attempt_id, purpose, person, found_at_ms, *said = row
        stated, stated_minor, outcome, found_minor = said
        found.append(
            Finding(
                *(register, seq, 0, PAYMENT, purpose, attempt_id, person, found_at_ms),
                *(stated, stated_minor, outcome, found_minor),
                *seen.get((register, seq, 0), ("", 0)),
            )
        )
    return found


def _seen(company: int) -> dict[_Name, tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT register, seq, place, person, seen_at_ms FROM findings_seen"
            " WHERE company_id = %s ORDER BY seen_at_ms DESC",
            [company],
        )
        return {
            (register, seq, place): (person, seen_at_ms)
            for register, seq, place, person, seen_at_ms in cursor.fetchall()
        }
