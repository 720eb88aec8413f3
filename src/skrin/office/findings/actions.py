"""Noting what ingest finds, and who has seen it. Call from inside the company."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from skrin.domain.codec import decode_body
from skrin.domain.entry import Entry, JournalDamage
from skrin.domain.payment import PaymentChecked
from skrin.domain.report import DayReport

PROJECTED = frozenset({"payment.checked", "day.closed"})
"""The kinds that this app reads."""

PAYMENT, PARKED = "payment_contradicted", "parked_at_closing"
"""What is noted: a card terminal told otherwise than a person stated (D18); a day was closed with
parked receipts in a shop that wants to be told (R-PARK-007)."""


def take(identity: tuple[int, str, int], entries: Iterable[Entry], now_ms: int) -> list[Entry]:
    """Note what the entries of a journal (company, till, store) want a person to look at. Called by
    ingest, once for each entry; returns the entries that could not be read."""
    company, till, store = identity
    unread = []
    for entry in entries:
        header = entry.header
        if header.kind not in PROJECTED:
            continue
        try:
            body = decode_body(header.kind, header.version, entry.body)
        except JournalDamage:
            body = None
        if isinstance(body, PaymentChecked):
            noted = _of_payment(body)
        elif isinstance(body, DayReport):
            noted = _of_closing(body, header.user)
        else:
            unread.append(entry)
            continue
        if noted:
            _note((company, f"{till}-{store}", header.seq), noted, now_ms)
    return unread


@dataclass(frozen=True, slots=True)
class _Noted:
    what: str
    kind: str
    key: str
    person: str
    details: dict[str, str | int]


def _of_payment(checked: PaymentChecked) -> _Noted | None:
    if not checked.contradicts:
        return None
    details: dict[str, str | int] = {
        "stated": checked.stated,
        "stated_minor": checked.stated_minor,
        "found": checked.outcome,
        "found_minor": checked.amount_minor,
    }
    return _Noted(PAYMENT, checked.purpose, checked.attempt_id, checked.stated_by, details)


def _of_closing(report: DayReport, person: str) -> _Noted | None:
    if not report.parked_reported:
        return None
    details: dict[str, str | int] = {
        "count": len(report.parked),
        "total_minor": sum(one.total_minor for one in report.parked),
        "business_day": report.periods[0].business_day,
    }
    return _Noted(PARKED, "", str(report.number), person, details)


def _note(name: tuple[int, str, int], noted: _Noted, now_ms: int) -> None:
    details = json.dumps(noted.details)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO findings_noted"
            " (company_id, register, seq, what, kind, key, person, details, found_at_ms)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [*name, noted.what, noted.kind, noted.key, noted.person, details, now_ms],
        )


def see(company: int, register: str, seq: int, place: int, person: str, now_ms: int) -> None:
    """Somebody has seen a finding; the first who says so stands."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO findings_seen (company_id, register, seq, place, person, seen_at_ms)"
            " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [company, register, seq, place, person, now_ms],
        )
