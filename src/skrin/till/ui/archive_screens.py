"""Pages of earlier tills: registers that this device keeps to be read. As in `screens`: ready to be
shown."""

from __future__ import annotations

from dataclasses import dataclass

from skrin.till.ui.day_screens import Closed, Paper, ReceiptRow
from skrin.till.ui.screens import Frame, Notice

Facts = tuple[tuple[str, str], ...]
"""Label and value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierTill:
    """A register in the list."""

    name: str
    """"K1-1, Kvarnbageriet"."""
    days: str
    source: str
    url: str
    warning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierTills:
    """``till/earlier.html``. POST earlier_import (package)."""

    frame: Frame
    tills: tuple[EarlierTill, ...]
    expected: str = ""
    """The till that this one replaced, while nothing of it has come yet."""
    notice: Notice | None = None
    imports: bool = False
    """Whether who is there may bring a package in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierRegister:
    """``till/earlier_till.html``: one register: its facts, receipts and Z."""

    frame: Frame
    title: str
    facts: Facts
    url: str
    rows: tuple[ReceiptRow, ...]
    closed: tuple[Closed, ...]
    first: str
    last: str
    number: str
    more: str = ""
    older: str = ""
    warning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierPaper:
    """``till/earlier_paper.html``: a receipt or a Z of an earlier till. POST `copy_url` (tap_id)
    prints a copy."""

    frame: Frame
    title: str
    paper: Paper
    back: str
    copy_url: str = ""
    copy_tap: str = ""
    remark: str = ""
    hint: str = ""
    """What to do to have goods of it returned."""
    notice: Notice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of the end of a register."""

    name: str
    done: bool
    sentence: str
    label: str = ""
    url: str = ""
    file: bool = False
    """The address is of a file to be saved."""
    ends: bool = False
    """This step is taken here: POST hand_over (cause, sure)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """``till/moving.html``: the end of a register, step by step."""

    frame: Frame
    register: str
    steps: tuple[Step, ...]
    sets: bool
    notice: Notice | None = None
