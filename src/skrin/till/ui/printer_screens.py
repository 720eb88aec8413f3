"""What the printers' page shows; the rules are those of `screens`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from skrin.till.ui.screens import Choice, Frame, Level, Notice
from skrin.till.ui.unit_screens import UnitAnswer, UnitKind

Field = Literal["", "kind", "address", "paper"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterRow:
    """A printer of this till. POST printer_try, printer_use, printer_remove: address."""

    value: str
    name: str
    level: Level
    state: str
    advice: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    in_use: bool = False
    answer: UnitAnswer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterForm:
    """What is set, or was typed. POST printer_try, printer_put: before (the address of the one that
    is changed, empty = a new one), kind, address, name, columns, code_page, shared ("yes").
    `field`: where `error` is."""

    kinds: tuple[UnitKind, ...]
    columns: tuple[Choice, ...]
    code_pages: tuple[Choice, ...]
    before: str = ""
    address: str = ""
    name: str = ""
    shared: bool = False
    error: str = ""
    field: Field = ""
    answer: UnitAnswer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintersPage:
    """``till/printers.html``: the printers of this till, trying, setting and changing them. GET
    printers?change=<address>. POST also printer_office."""

    frame: Frame
    rows: tuple[PrinterRow, ...]
    form: PrinterForm | None = None
    """None for who may not change them."""
    can_office: bool = False
    notice: Notice | None = None
