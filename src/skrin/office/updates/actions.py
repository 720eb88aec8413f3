"""Marking tills, and hearing how far each is."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from skrin.domain.refusal import Refusal
from skrin.office.tills import queries as devices
from skrin.office.updates import shelf
from skrin.office.updates.models import Mark
from skrin.sync.updates import (
    HOWS,
    PIECE_BYTES,
    PieceAnswer,
    PieceQuestion,
    UpdateAnswer,
    UpdateOffer,
    UpdateQuestion,
)
from skrin.updates.release import version_of

RINGS = (1, 2, 3)
DAY_MIN = 24 * 60


@dataclass(frozen=True, slots=True)
class Marking:
    """What tills are marked for: a version (empty = none) and how it is installed."""

    version: str
    how: str
    window_from_min: int
    window_to_min: int
    by: str
    now_ms: int


def mark(company_id: int, tills: list[int], marking: Marking) -> int:
    """Mark these tills, by their numbers; returns how many. Call from inside the company.

    Raises `Refusal`: `no_tills`, `release_unknown`, `how_unknown`, `window_unreadable`.
    """
    if marking.version and shelf.release(marking.version) is None:
        raise Refusal("release_unknown", version=marking.version)
    if marking.version and marking.how not in HOWS:
        raise Refusal("how_unknown")
    for minute in (marking.window_from_min, marking.window_to_min):
        if not 0 <= minute < DAY_MIN:
            raise Refusal("window_unreadable")
    rows = _rows(company_id, tills)
    for row in rows:
        row.version, row.how = marking.version, marking.how if marking.version else ""
        row.window_from_min = marking.window_from_min
        row.window_to_min = marking.window_to_min
        row.marked_at_ms, row.marked_by = marking.now_ms, marking.by[:40]
        row.save()
    return len(rows)


def put_in_ring(company_id: int, tills: list[int], ring: int) -> int:
    """Put these tills in a ring; returns how many. Raises `Refusal`: `no_tills`, `ring_unknown`."""
    if ring not in RINGS:
        raise Refusal("ring_unknown")
    rows = _rows(company_id, tills)
    for row in rows:
        row.ring = ring
        row.save(update_fields=["ring"])
    return len(rows)


def _rows(company_id: int, tills: list[int]) -> list[Mark]:
    found = devices.working(company_id, tills)
    rows = [Mark.objects.get_or_create(company_id=company_id, till_id=till)[0] for till in found]
    if not rows:
        raise Refusal("no_tills")
    return rows


def hear(company_id: int, till: str, question: UpdateQuestion, now_ms: int) -> UpdateAnswer:
    """Note how far a till is; what it may fetch. Call from inside the company."""
    device = devices.known_till(company_id, till)
    assert device, "its signature was checked"
    row, _made = Mark.objects.get_or_create(company_id=company_id, till_id=device.number)
    row.told, row.told_at_ms = msgspec.to_builtins(question), now_ms
    row.save(update_fields=["told", "told_at_ms"])
    marked = shelf.release(row.version) if row.version else None
    if marked is None or not _is_newer(marked.release.version, question.installed):
        return UpdateAnswer()
    return UpdateAnswer(
        UpdateOffer(
            marked.release.version,
            marked.size_bytes,
            marked.sha256,
            row.how,
            row.window_from_min,
            row.window_to_min,
            marked.manifest,
            marked.signature,
        )
    )


def _is_newer(version: str, installed: str) -> bool:
    try:
        return version_of(version) > version_of(installed)
    except ValueError:
        return False


def piece(company_id: int, till: str, question: PieceQuestion) -> PieceAnswer:
    """A piece of the set that the till is marked for; of another one nothing."""
    row = Mark.objects.filter(company_id=company_id, till__till_id=till).first()
    marked = shelf.release(question.version) if row and row.version == question.version else None
    return PieceAnswer(shelf.piece(marked, question.offset, PIECE_BYTES) if marked else b"")
