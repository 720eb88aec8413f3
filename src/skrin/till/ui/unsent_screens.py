"""What the office has not got yet, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass

from skrin.till.ui.screens import Frame, Level, Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsentRow:
    """One thing that waits: "Kvitto 12 Kontant", "13:04", "76,00", "14 min"."""

    what: str
    at: str
    figure: str
    age: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksNow:
    """How a way to pay, or something else, is while the office is away."""

    name: str
    level: Level
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """``till/unsent.html``. POST unsent_try: nothing but the asking (OPP-062, R-OFF-011)."""

    frame: Frame
    level: Level
    state: str
    """Whether the office answers, and since when it does not."""
    advice: str
    facts: tuple[tuple[str, str], ...]
    """How many wait, of what, how old the oldest is, what went wrong last."""
    rows: tuple[UnsentRow, ...] = ()
    """What a person asks for, the newest first."""
    older: str = ""
    """Where those before them are; empty: these are the oldest."""
    newest: str = ""
    """Where the list begins; empty: it begins here."""
    away: bool = False
    works: tuple[WorksNow, ...] = ()
    steps: tuple[str, ...] = ()
    """What to do while it lasts."""
    notice: Notice | None = None
