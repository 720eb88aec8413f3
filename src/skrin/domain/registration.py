"""What a register is reported to the tax authority with, and when that must be done again.

The journal keeps what a person stated of the control unit (no protocol tells its maker or where it
stands) and that a person reported the register, with the values as they were then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Values = tuple[tuple[str, str], ...]
"""(key, value) of everything that is reported, in the order of the page."""


@dataclass(frozen=True, slots=True)
class RegistrationSet:
    """`registration.set`: what a person stated of the control unit, and who answers for the
    register."""

    unit_maker: str
    unit_model: str
    unit_hardware_revision: str
    unit_version: str
    unit_address: str
    responsible: str


@dataclass(frozen=True, slots=True)
class RegistrationReported:
    """`registration.reported`: a person says that the register was reported, on a day, with these
    values; from then on only what differs from them is to be reported."""

    on: str
    by: str
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Registration:
    """Everything that the registration of a register asks for (SFL 7 ch.; docs/fiscal/se.md)."""

    company_name: str
    org_number: str
    store_name: str
    address: str
    responsible: str
    designation: str
    register_serial: str
    model: str
    program: str
    version: str
    declaration: str
    unit_serial: str
    unit_maker: str
    unit_model: str
    unit_hardware_revision: str
    unit_version: str
    unit_address: str

    @property
    def values(self) -> Values:
        """All of it by key, and that the register has a journal memory."""
        names = (name for name in self.__slots__)
        told = [(name, str(getattr(self, name))) for name in names]
        return (*told, ("journal", "journalminne"))


REPORTED = frozenset(
    {
        "company_name",
        "org_number",
        "address",
        "designation",
        "register_serial",
        "model",
        "program",
        "version",
        "unit_serial",
        "unit_maker",
        "unit_model",
        "unit_address",
    }
)
"""What the authority's form asks for: a change of one of these is to be reported in two weeks
(SFL 7 ch. 4 §)."""


def to_report(now: Registration, reported: RegistrationReported | None) -> tuple[str, ...]:
    """The keys whose values the authority does not have yet; all of them before the first report.

    A value that is not known is nothing to report: it is asked for.
    """
    before = reported.values if reported else {}
    return tuple(
        key
        for key, value in now.values
        if key in REPORTED and value and value != before.get(key, "")
    )


def missing(now: Registration) -> tuple[str, ...]:
    """The keys that the form asks for and nobody has stated."""
    return tuple(key for key, value in now.values if not value and key in REPORTED)


def unit_words(model: str, firmware: str) -> Values:
    """What a control unit told of itself, by the keys of what is reported; what its protocol does
    not tell is left out."""
    told = (("unit_model", model), ("unit_version", firmware))
    return tuple((key, value) for key, value in told if value)


def applied(
    now: Registration, stated: RegistrationSet | None, unit_defaults: Sequence[tuple[str, str]]
) -> Registration:
    """`now` with what a person stated of the unit, else what `unit_defaults` says of it: what the
    brand says of its units, and after it (the later counts) what the unit told itself."""
    told = {name: getattr(stated, name) for name in RegistrationSet.__slots__} if stated else {}
    usual = dict(unit_defaults)
    filled = {name: told.get(name) or usual.get(name, "") for name in RegistrationSet.__slots__}
    values = {name: getattr(now, name) for name in Registration.__slots__}
    return Registration(**(values | filled))
