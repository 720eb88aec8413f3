"""What needs a person's eye, the newest first. Call from inside the company."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace

from django.db import connection

from skrin.office.rights import queries as rights

MOST = 300
"""How many are looked through: findings are rare, and the old ones have been seen."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at. `what`: a report of rights, or what was noted (`actions.PAYMENT` ...);
    `register`, `seq`, `place` are its name: the entry that it comes from. `person`: the id of who
    did it at the till. `details`: figures and words by name. `seen_by` is empty until somebody has
    said so.
    """

    register: str
    seq: int
    place: int
    what: str
    kind: str
    key: str
    person: str
    found_at_ms: int
    details: dict[str, str | int] = field(default_factory=dict)
    seen_by: str = ""
    seen_at_ms: int = 0


def findings(company: int) -> list[Finding]:
    """The latest findings: those that nobody has seen before those that somebody has."""
    reported = [
        Finding(
            *(one.register, one.seq, one.place, one.what),
            *(one.kind, one.key, one.person, one.found_at_ms),
        )
        for one in rights.reports(company, MOST)
    ]
    seen = _seen(company)
    found = []
    for one in [*_noted(company), *reported]:
        seen_by, seen_at_ms = seen.get((one.register, one.seq, one.place), ("", 0))
        found.append(replace(one, seen_by=seen_by, seen_at_ms=seen_at_ms))
    newest_first = sorted(found, key=lambda one: -one.found_at_ms)
    return sorted(newest_first, key=lambda one: bool(one.seen_by))


def _noted(company: int) -> list[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT register, seq, what, kind, key, person, found_at_ms, details"
            " FROM findings_noted WHERE company_id = %s ORDER BY found_at_ms DESC LIMIT %s",
            [company, MOST],
        )
        rows = cursor.fetchall()
    found = []
    for *named, raw in rows:
        register, seq, what, kind, key, person, found_at_ms = named
        details = json.loads(raw) if isinstance(raw, str) else raw
        found.append(Finding(register, seq, 0, what, kind, key, person, found_at_ms, details))
    return found


def _seen(company: int) -> dict[tuple[str, int, int], tuple[str, int]]:
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
