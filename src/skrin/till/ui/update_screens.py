"""What the page of updates shows; the rules are those of `screens`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from skrin.till.ui.screens import Frame, Level, Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateNow:
    """``till/_update.html``: what goes on, polled while something does.

    POST update_fetch, update_install (when: now, window).
    """

    level: Level | Literal["quiet"]
    """quiet: neither well nor ill; there is nothing that could be."""
    state: str
    advice: str = ""
    busy: bool = False
    done: int = 0
    total: int = 0
    progress: str = ""
    """"12 of 34 MB"."""
    version: str = ""
    """The version that this is about."""
    notes: tuple[str, ...] = ()
    """What is new, paragraph by paragraph."""
    registration: bool = False
    """What is reported to the tax authority changes beside the version."""
    can_fetch: str = ""
    """What the button says; empty = there is nothing to fetch."""
    metered: bool = False
    can_install: bool = False
    window: str = ""
    """"02:00-05:00", when `can_install`."""
    waits_for_window: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatePage:
    """``till/update.html``. POST update_check, update_metered (said), update_back."""

    frame: Frame
    facts: tuple[tuple[str, str], ...]
    now: UpdateNow
    sets: bool = False
    """Whether who is there may do something."""
    updates: bool = True
    """Whether this program was started so that it can update itself."""
    before: str = ""
    """The version that one can go back to."""
    metered: str = ""
    """What was said of the link: yes, no, empty = as the machine tells."""
    metered_told: str = ""
    notice: Notice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changing:
    """``till/update_changing.html``: the till is gone for a moment; the page comes back alone."""

    frame: Frame
    version: str
