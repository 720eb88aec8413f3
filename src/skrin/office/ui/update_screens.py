"""What the page of versions shows; see screens.py."""

from __future__ import annotations

from dataclasses import dataclass

from skrin.office.ui.screens import Choice, Frame, Level, Link


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRow:
    """A device and its version."""

    number: str
    name: str
    designations: str
    store: str
    ring: str
    installed: str
    marked: str
    """"0.9.0, när butiken är stängd"."""
    level: Level
    state: str
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseCard:
    """A version that this office has, and what is new in it."""

    version: str
    size: str
    notes: tuple[str, ...]
    registration: bool
    progress: tuple[tuple[str, str], ...]
    """Ring, "2 of 3 installed"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TillUpdates:
    """``office/till_updates.html``. POST till_updates: till (several), do (mark, ring), version,
    how, from, to, ring."""

    frame: Frame
    rows: tuple[UpdateRow, ...]
    releases: tuple[ReleaseCard, ...]
    versions: tuple[Choice, ...]
    hows: tuple[Choice, ...]
    rings: tuple[Choice, ...]
    window_from: str
    window_to: str
    choose: tuple[Link, ...]
    """Links that choose all tills of a ring."""
    fault: str = ""
    done: str = ""
