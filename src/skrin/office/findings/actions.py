"""Noting what ingest finds, and who has seen it. Call from inside the company."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from skrin.domain.codec import decode_body
from skrin.domain.entry import Entry, JournalDamage
from skrin.domain.payment import PaymentChecked

PROJECTED = frozenset({"payment.checked"})
"""The kinds that this app reads."""


def take(identity: tuple[int, str, int], entries: Iterable[Entry], now_ms: int) -> list[Entry]:
    """Note the payments of a journal (company, till, store) of which a card terminal told otherwise
    than a person stated (D18). Called by ingest, once for each entry; returns the entries that
    could not be read."""
    company, till, store = identity
    unread = []
    for entry in entries:
        header = entry.header
        if header.kind not in PROJECTED:
            continue
        try:
            checked = decode_body(header.kind, header.version, entry.body)
        except JournalDamage:
            checked = None
        if not isinstance(checked, PaymentChecked):
            unread.append(entry)
        elif checked.contradicts:
            _note(company, f"{till}-{store}", header.seq, checked, now_ms)
    return unread


def _note(company: int, register: str, seq: int, checked: PaymentChecked, now_ms: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO findings_payment (company_id, register, seq, attempt_id, purpose, stated,"
            " stated_minor, found, found_minor, person, found_at_ms)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [
                company,
                register,
                seq,
                checked.attempt_id,
                checked.purpose,
                checked.stated,
                checked.stated_minor,
                checked.outcome,
                checked.amount_minor,
                checked.stated_by,
                now_ms,
            ],
        )


def see(company: int, register: str, seq: int, place: int, person: str, now_ms: int) -> None:
    """Somebody has seen a finding; the first who says so stands."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO findings_seen (company_id, register, seq, place, person, seen_at_ms)"
            " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [company, register, seq, place, person, now_ms],
        )
