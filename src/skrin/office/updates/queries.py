"""How far each till is with its updates."""

from __future__ import annotations

from dataclasses import dataclass

from skrin.domain.codec import convert
from skrin.office.updates.models import Mark
from skrin.office.updates.shelf import Shelved as Shelved
from skrin.office.updates.shelf import releases as releases
from skrin.sync.messages import WIRE_VERSION
from skrin.sync.updates import UpdateQuestion

LAST_RING = 3
NOTHING_TOLD = UpdateQuestion(WIRE_VERSION, "")


@dataclass(frozen=True, slots=True)
class Marked:
    """A till's mark and what it told; `told_at_ms` 0 = it has told nothing."""

    ring: int = LAST_RING
    version: str = ""
    how: str = ""
    window_from_min: int = 120
    window_to_min: int = 300
    marked_at_ms: int = 0
    marked_by: str = ""
    told_at_ms: int = 0
    told: UpdateQuestion = NOTHING_TOLD


def marks(company_id: int) -> dict[int, Marked]:
    """The marks by the number of the till. Call from inside the company."""
    return {
        row.till_id: Marked(
            row.ring,
            row.version,
            row.how,
            row.window_from_min,
            row.window_to_min,
            row.marked_at_ms,
            row.marked_by,
            row.told_at_ms,
            convert(UpdateQuestion, row.told) if row.told else NOTHING_TOLD,
        )
        for row in Mark.objects.filter(company_id=company_id)
    }
