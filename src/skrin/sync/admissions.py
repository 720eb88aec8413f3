"""A till that its office has forgotten: it enrolled after the backup that the office was put back
to. It shows the office's own word, given at enrolment, that it was let in; a person says the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

from skrin.sync.messages import StoreSeat

KNOWN_AGAIN_PATH = "/sync/known-again"
ADMISSION_FORMAT = "skrin-admission-1"

KNOWN, WAITS, SENT_AWAY = "known", "waits", "sent_away"
"""What the office answers: it knows the till; a person is asked; a person has said no."""


@dataclass(frozen=True, slots=True)
class Admission:
    """What the office signs when it enrols a till. `number`: the till's own number in the office;
    `public_key` base64; `predecessors`: the till that it replaces and those before that one, which
    were all out of use then."""

    format: str
    company: int
    number: int
    till: str
    public_key: str
    label: str
    device_name: str
    seats: tuple[StoreSeat, ...]
    predecessors: tuple[str, ...]
    enrolled_at_utc_ms: int


@dataclass(frozen=True, slots=True)
class KnownAgain:
    """The office's answer to an admission: one of the states above."""

    state: str
