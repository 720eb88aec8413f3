"""Pages of the register's records: what an inspector looks at, and what the register is reported
with. As in `screens`: ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass

from skrin.till.ui.screens import Choice, Frame, Level, Notice

Facts = tuple[tuple[str, str], ...]
"""Label and value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Whether the journal is whole."""

    level: Level
    sentence: str
    facts: Facts = ()
    busy: bool = False
    """It is being proven just now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeFile:
    """A file that was made of the records."""

    name: str
    size: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """``till/_making.html``: a file on its way, what came of the last order, and what there is."""

    busy: bool = False
    notice: Notice | None = None
    unmapped: Facts = ()
    files: tuple[MadeFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """``till/records.html``. POST record_file (what, format, first, last), record_proof."""

    frame: Frame
    register: Facts
    unit: Facts
    unit_level: Level
    unit_state: str
    series: tuple[tuple[str, str, str, str], ...]
    """Name, first, last, holes."""
    versions: tuple[tuple[str, str], ...]
    """Since when, which."""
    closings: tuple[tuple[str, str, str, str], ...]
    """Number, day, amount, address of the page."""
    first: str
    last: str
    kinds: tuple[Choice, ...]
    formats: tuple[Choice, ...]
    making: Making
    proof: Proof | None = None
    remark: str = ""
    """That the register is not declared, or is to be reported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedField:
    """A field that a person fills in."""

    name: str
    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationPage:
    """``till/registration.html``. POST registration_unit (fields), registration_reported (on)."""

    frame: Frame
    rows: Facts
    declaration: str
    declared: bool
    changed: tuple[str, ...]
    """What is to be reported, by name."""
    missing: tuple[str, ...]
    reported: str
    """"Anmält 2026-11-20 av Anna"; empty = never."""
    sets: bool
    """Whether who is there may state something."""
    today: str
    fields: tuple[StatedField, ...] = ()
    broken: str = ""
    mail: str = ""
    """A mailto: with the control unit's number; empty while none has answered."""
    notice: Notice | None = None
