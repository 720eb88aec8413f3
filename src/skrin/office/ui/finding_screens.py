"""The screen of what needs a person's eye, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass

from skrin.office.ui.screens import Frame, Level, Link


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingCard:
    """Something to look at: what happened, and what to do about it."""

    name: str
    """What POST findings sends as `finding`."""
    level: Level
    title: str
    sentences: tuple[str, ...]
    todo: str
    where: str
    """"VK1-1, Alva, 2026-11-21 12:31"."""
    links: tuple[Link, ...] = ()
    seen: str = ""
    """"Sett av Saga 2026-11-21 14:02"; empty while nobody has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StrangerRow:
    """A till that asks to be known again. POST findings sends `till` as `let_in` or `send_away`."""

    till: str
    title: str
    sentences: tuple[str, ...]
    todo: str
    may_be_let_in: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """A till that an office waits for which was put back: how it stands, and its page ("" = of a
    store that the member may not see)."""

    name: str
    level: Level
    state: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatchingUp:
    """An office that was put back to a backup: how it knows, and the tills that it waits for."""

    why: str
    tills: tuple[Awaited, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """``office/findings.html``. POST findings: finding, go_on, let_in or send_away. `catching_up`:
    the office was put back to a backup, and what it waits for; None = it was not. `strangers`:
    tills that ask to be known again."""

    frame: Frame
    new: tuple[FindingCard, ...]
    seen: tuple[FindingCard, ...]
    catching_up: CatchingUp | None = None
    may_go_on: bool = False
    strangers: tuple[StrangerRow, ...] = ()
