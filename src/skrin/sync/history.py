"""What a till asks of the till before it: its journal, to be read (D45)."""

from __future__ import annotations

from dataclasses import dataclass

HISTORY_PATH = "/sync/history"

MAX_PIECE_BYTES = 1024 * 1024
"""What one answer carries at most."""


@dataclass(frozen=True, slots=True)
class HistoryQuestion:
    """The entries of a register after `after_seq`. It is one in whose place the asking till was
    made, or one before that; `store` is where the asking till stands."""

    store: int
    register: str
    after_seq: int


@dataclass(frozen=True, slots=True)
class HistoryAnswer:
    """Records as journaled, in order; none when there are no more. `head_seq` is how far the
    office has this journal, `designation` what the register was called."""

    designation: str
    head_seq: int
    records: tuple[bytes, ...]
