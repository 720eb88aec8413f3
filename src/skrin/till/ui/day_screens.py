"""Pages beside selling: the status, the day and its reports, earlier receipts.

As in `screens`: ready to be shown, no template formats an amount.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from skrin.till.ui.screens import Frame, Level, Notice, Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the till's state, in words."""

    icon: Literal[
        "office",
        "control_unit",
        "card_terminal",
        "printer",
        "scale",
        "version",
        "clock",
        "disk",
        "host",
        "battery",
        "network",
    ]
    name: str
    level: Level
    state: str
    """"Svarade för 3 s sedan"."""
    advice: str = ""
    """What to do, when something is to be done."""
    facts: tuple[tuple[str, str], ...] = ()
    """Label and value: ("Oskickade händelser", "12")."""
    url: str = ""
    """Its own page, where it has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """``till/status.html``: the whole truth."""

    frame: Frame
    headline: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document as the printer sets it."""

    text: str
    """Lines ended by newline, no line longer than `columns`."""
    columns: Literal[32, 42, 48] = 42


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDay:
    """A business day that waits for its Z. POST close_day: day."""

    day: str
    """ISO date, sent back."""
    name: str
    """"i dag, torsdag 20 november"."""
    summary: str
    """"41 kvitton, 3 912,00"."""
    can_close: bool = True
    reason: str = ""
    """Why it cannot be closed now."""
    url: str = ""
    """Where it is closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A day that has its Z."""

    number: str
    name: str
    total: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """``till/day.html``. POST x_report, close_day (day), float (amount)."""

    frame: Frame
    day_name: str
    report: Paper | None
    """The X as it is now, or after closing the Z; None when nothing has happened, and where it is
    hidden from who has no right to the day's figures."""
    hidden: bool = False
    x_rule: str = "allow"
    """An X is "allow", "pin" (a manager says yes) or "deny"."""
    report_title: str = ""
    """"X-rapport" or "Z-rapport 12"."""
    open_days: tuple[OpenDay, ...] = ()
    closed: tuple[Closed, ...] = ()
    asks_float: bool = False
    """The day has no float of its own yet."""
    float_amount: str = ""
    float_error: str = ""
    float_stated: str = ""
    """The float that was stated for today; empty: none was."""
    notice: Notice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRow:
    """One receipt in the list."""

    number: str
    time: str
    kind: str
    """"Försäljning"; a return says so."""
    method: str
    total: str
    url: str
    level: Level = "good"
    remark: str = ""
    """"Väntar på utskrift"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipts:
    """``till/receipts.html``: receipts of an interval of days, latest first (R-FIND-004).

    GET receipts: first, last (ISO dates), number.
    """

    frame: Frame
    day_name: str
    rows: tuple[ReceiptRow, ...]
    first: str = ""
    last: str = ""
    number: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPage:
    """``till/receipt.html``: one receipt as paper."""

    frame: Frame
    number: str
    paper: Paper
    remark: str = ""
    ways: tuple[Way, ...] = ()
    copy_tap: str = ""
    """The id of the tap that would make the copy. POST receipt_copy; empty: none can be made."""
    notice: Notice | None = None
