"""The menu of reports, one report as paper, and the closing of a day with its count.

As in `screens`: ready to be shown, no template formats an amount.
"""

from __future__ import annotations

from dataclasses import dataclass

from skrin.till.ui.day_screens import Closed, Paper
from skrin.till.ui.screens import Choice, Frame, Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """``till/reports.html``: every report of the till. GET z_list: before, day; GET period and
    journal: first, last, by; POST accounting: number."""

    frame: Frame
    first: str
    last: str
    closed: tuple[Closed, ...] = ()
    older: str = ""
    """The address of earlier Z; empty: there are none."""
    day: str = ""
    figures: bool = True
    """This person may see what the company's figures are."""
    running: str = ""
    """How far a journal on its way to paper has come."""
    notice: Notice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A key under a report: POST to `url` with these fields."""

    label: str
    url: str
    fields: tuple[tuple[str, str], ...] = ()
    primary: bool = False
    people: tuple[Choice, ...] = ()
    """Who may approve, where this person's role wants a manager's PIN (approver, pin)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """``till/report.html``: one report as paper, with what can be done with it."""

    frame: Frame
    title: str
    paper: Paper | None
    """None: nothing was registered then, or it is `hidden` from this person's role."""
    hidden: bool = False
    presses: tuple[Press, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    """Label and address: the same by article, the next part."""
    running: str = ""
    notice: Notice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceField:
    """A note or coin to be counted."""

    field: str
    name: str
    """"500 kr"."""
    value: int
    """In minor units, for the sum on the screen."""
    typed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingForm:
    """``till/closing.html``: a day is closed, its drawer counted. POST close_day: day, piece-...,
    counted, bank, reason, approver, pin."""

    frame: Frame
    day: str
    day_name: str
    also: str = ""
    """"2 dagar före den stängs först"."""
    counts: bool = True
    """What lies in the drawer now belongs to this day."""
    required: bool = False
    expected: str = ""
    """What should lie there; empty: not shown before it is counted."""
    pieces: tuple[PieceField, ...] = ()
    counted: str = ""
    bank: bool = False
    reasons: tuple[Choice, ...] = ()
    bank_typed: str = ""
    people: tuple[Choice, ...] = ()
    """Who may approve, where this person's role wants it."""
    notice: Notice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FloatWindow:
    """``till/_window_float.html``: the change fund. POST float_set: amount."""

    title: str
    sentence: str
    amount: str
