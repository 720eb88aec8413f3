"""What the control unit's page shows; the rules are those of `screens`."""

from __future__ import annotations

from dataclasses import dataclass

from skrin.till.ui.screens import Frame, Level, Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitKind:
    """A way in which a unit can be connected, and what its address looks like."""

    value: str
    name: str
    example: str
    selected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitForm:
    """What is set, or was typed. POST unit_test, unit_use: kind, address, user, password, ca_file,
    skips_zero ("yes"). The password is never shown again; left empty, the old one stays."""

    kinds: tuple[UnitKind, ...]
    address: str = ""
    user: str = ""
    has_password: bool = False
    ca_file: str = ""
    skips_zero: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitEvent:
    """A row of the log, latest first."""

    when: str
    what: str
    level: Level = "good"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitAnswer:
    """What a unit said when it was tried."""

    level: Level
    sentence: str
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPage:
    """``till/unit.html``: the control unit as it is, as it is set, and its faults (R-CTRL-006,
    OPP-056, R-MORE-012). POST unit_test, unit_use, unit_office, unit_same_owner."""

    frame: Frame
    level: Level
    state: str
    advice: str
    facts: tuple[tuple[str, str], ...]
    events: tuple[UnitEvent, ...]
    report: str
    """The fault report as text; empty while there was no fault."""
    form: UnitForm | None = None
    """None for who may not change it."""
    can_office: bool = False
    """Another unit than the office's was chosen here."""
    answer: UnitAnswer | None = None
    former_owner: str = ""
    """Why nothing is sold: unit and till belong to another company."""
    notice: Notice | None = None
