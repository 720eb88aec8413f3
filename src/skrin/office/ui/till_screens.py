"""What the pages show on which tills are made and taken out of use; see screens.py."""

from __future__ import annotations

from dataclasses import dataclass

from skrin.office.ui.screens import Choice, FactGroup, Frame, Level, Link


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTill:
    """``office/till_new.html``. POST till_new: store, designation, device ("" = a new one, else the
    number of a till), and label for a new one."""

    frame: Frame
    stores: tuple[Choice, ...]
    designation: str
    devices: tuple[Choice, ...] = ()
    """A new device, and those that are a till somewhere; none when there is none of these."""
    label: str = ""
    designation_error: str = ""
    label_error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitEvent:
    """A row of the log of a control unit, latest first."""

    when: str
    what: str
    is_fault: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TillUnit:
    """``office/till_unit.html``: a till's control unit, as the till last told."""

    frame: Frame
    name: str
    designation: str
    level: Level
    state: str
    to_do: str
    facts: tuple[tuple[str, str], ...]
    events: tuple[UnitEvent, ...]
    report: str = ""
    report_url: str = ""
    till_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TillCode:
    """``office/till_code.html``: a till's one-time code, shown on this page and never again."""

    frame: Frame
    name: str
    designation: str
    store: str
    code: str
    until: str
    """"söndag 22 november 2026 14:02"."""
    command: str
    """What starts the till with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireTill:
    """``office/till_retire.html``. POST till_retire: cause, reason, and for a successor replace
    ("yes") and designation."""

    frame: Frame
    name: str
    designation: str
    causes: tuple[Choice, ...]
    warnings: tuple[str, ...]
    """What is lost with it: entries not sent, money on its way."""
    reason: str = ""
    replace: bool = False
    new_designation: str = ""
    cause_error: str = ""
    reason_error: str = ""
    designation_error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TillPage:
    """``office/till.html``: one till; a group without facts is not shown."""

    frame: Frame
    name: str
    designation: str
    level: Level
    state: str
    groups: tuple[FactGroup, ...]
    code_url: str = ""
    """POST for a fresh code, while no device has become this till."""
    records_url: str = ""
    retire_url: str = ""
    """Empty for those who may not, and when it is retired."""
    stop: Stop | None = None
    conflicts: tuple[ConflictRow, ...] = ()
    unit_url: str = ""
    """The control unit's own page."""
    damage: Stop | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Why nothing more of a till is taken in, or it sells nothing, and what a person does."""

    title: str
    sentences: tuple[str, ...]
    link: Link | None = None
    found: tuple[str, ...] = ()
    technical: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictRow:
    """An entry that came and was set aside."""

    number: str
    found: str
    why: str
    came: str
    """The hash of what came, shortened."""
    stands: str
    """The hash of what stands in its place, shortened, with its kind; empty when nothing does."""
