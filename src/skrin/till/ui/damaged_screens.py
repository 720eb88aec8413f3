"""What the one page of a damaged till shows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Damaged:
    """`findings` in words, `more` beside them; `office_seq` is how far the office has the journal
    of `register`, where it was `asked` and answered. `refused`: why mending changed nothing;
    `lost`: entries that nobody has any more."""

    findings: tuple[str, ...]
    more: int
    register: str
    office_seq: int
    asked: bool
    refused: str
    lost: tuple[str, ...]
    is_mending: bool
    folder: str
    token: str
