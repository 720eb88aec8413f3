"""What a country must answer, and how a fiscal unit is asked. A country is a folder beside it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from skrin.domain.receipt import FiscalMark, ReceiptSealed


@dataclass(frozen=True, slots=True)
class DatedRate:
    """A VAT rate of a class from a day on, with where it stands and when that was read."""

    vat_class: str
    since: date
    rate_bp: int
    source: str
    read_on: date


class Country(Protocol):
    """The law of a country as data and small pure functions."""

    code: str
    currency: str
    time_zone: str
    language: str
    copies_allowed: int
    needs_mark: bool

    def vat_rate_bp(self, vat_class: str, on: date) -> int:
        """The rate of a VAT class on a local calendar date (D41). Raises `Refusal` when unknown."""
        ...

    def check_registrable(
        self, org_number: str, designation: str, rates_bp: Collection[int]
    ) -> None:
        """Refuse what the fiscal unit could never be told, before any money moves (D15)."""
        ...

    def series_of(self, receipt_kind: str) -> str:
        """The number series that a kind of receipt takes its number from (D8)."""
        ...


@dataclass(frozen=True, slots=True)
class UnitIdentity:
    """Who a control unit says it is. `model` is empty where its protocol does not tell."""

    unit_id: str
    protocol: str
    firmware: str
    model: str = ""


@dataclass(frozen=True, slots=True)
class UnitStatus:
    """How a control unit says it is: `ok` False = it does not register now.

    `main_status` and `storage_status` are the unit's own digits, `detail` the rest of what it said;
    `licences` is what it says of its licences. Empty = its protocol does not tell. `fault` says why
    it does not register: a status, or the error that a registration would get.
    """

    ok: bool
    main_status: str
    detail: str
    storage_status: str = ""
    licences: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class UnitPlace:
    """Where a control unit is. `address` is without what is secret; `ca_file`: whom HTTPS trusts,
    empty = whom the machine trusts; `skips_zero`: receipts of nothing are not told it."""

    kind: str
    address: str
    user: str = ""
    password: str = ""
    ca_file: str = ""
    skips_zero: bool = False


@dataclass(frozen=True, slots=True)
class MarkRequest:
    """A sealed receipt to be registered: everything that the unit is told. Local time, no zone."""

    sealed: ReceiptSealed
    sealed_at_local: str
    receipt_type: str
    message_serial: int


SILENT, UNREADABLE, LOGIN_REFUSED, UNREACHABLE = "silent", "unreadable", "login", "unreachable"
"""Why there is no answer: none in time; one that is none; the unit wants another user or password;
nobody there."""

NO_ANSWER = frozenset({SILENT, UNREADABLE, LOGIN_REFUSED, UNREACHABLE})


class UnitSilent(Exception):
    """Trouble: no answer, or none that can be read, in time. Asking the same again is right.

    `code` is one of the four above, for words that help.
    """

    def __init__(self, why: str = "", code: str = SILENT) -> None:
        super().__init__(why)
        self.code = code


class UnitRefused(Exception):
    """The unit said no. `code` is its own; `again` tells whether the same bytes may help later;
    `renew_serial` that a new message serial is wanted (invalid sequence, D16)."""

    def __init__(self, code: str, *, again: bool, renew_serial: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.again = again
        self.renew_serial = renew_serial


__all__ = [
    "LOGIN_REFUSED",
    "NO_ANSWER",
    "SILENT",
    "UNREACHABLE",
    "UNREADABLE",
    "Country",
    "DatedRate",
    "FiscalMark",
    "MarkRequest",
    "UnitIdentity",
    "UnitPlace",
    "UnitRefused",
    "UnitSilent",
    "UnitStatus",
]
