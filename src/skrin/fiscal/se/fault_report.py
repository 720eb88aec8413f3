"""The text with which a business reports a control unit's fault to Skatteverket. Pure.

A fault is to be documented and reported without delay, through the authority's e-service for cash
registers (SKVFS 2014:10 4:1; docs/fiscal/se.md). The text has what is asked for there as far as the
till knows it; a person reads it, adds what he did, and sends it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from skrin.domain.control_unit import UnitAnswered, UnitFailed
from skrin.fiscal.se import unit_words

EMPTY = "________"


@dataclass(frozen=True, slots=True)
class FaultTimes:
    """A fault: its code, from when to when (local, `2026-11-20 10:02`; `until` empty = still), and
    the receipt that waited, 0 = none."""

    code: str
    since: str
    until: str
    waiting_number: int = 0


@dataclass(frozen=True, slots=True)
class Reported:
    """Whose register and unit: as printed on receipts, and as the unit named itself."""

    company_name: str
    org_number: str
    store_name: str
    address: tuple[str, ...]
    designation: str
    register_model: str
    register_serial: str
    version: str
    unit_id: str
    unit_model: str
    unit_firmware: str


def fault_times(events: Iterable[tuple[str, object]]) -> list[FaultTimes]:
    """The faults that (local time, entry's body) tell, oldest first; returned latest first. One
    fault that turns into another ends when that begins."""
    faults: list[FaultTimes] = []
    for at, body in events:
        if isinstance(body, UnitFailed | UnitAnswered) and faults and not faults[-1].until:
            faults[-1] = replace(faults[-1], until=at)
        if isinstance(body, UnitFailed):
            faults.append(FaultTimes(body.code, at, "", body.waiting_number))
    return faults[::-1]


def report_text(of: Reported, faults: Sequence[FaultTimes], language: str) -> str:
    """The report, ready to be sent: lines of text. `faults`: latest first."""
    sv = language == "sv"
    rows = [
        "Felanmälan av kontrollenhet" if sv else "Report of a control unit's fault",
        "",
        f"{'Företag' if sv else 'Company'}: {of.company_name}, {of.org_number}",
        f"{'Försäljningsställe' if sv else 'Place of sale'}:"
        f" {', '.join((of.store_name, *of.address))}",
        f"{'Kassaregister' if sv else 'Cash register'}: {of.designation}, {of.register_model},"
        f" version {of.version},"
        f" {'tillverkningsnummer' if sv else 'serial number'} {of.register_serial}",
        f"{'Kontrollenhet' if sv else 'Control unit'}:"
        f" {of.unit_id or EMPTY}"
        + "".join(f", {part}" for part in (of.unit_model, of.unit_firmware) if part),
        "",
        "Fel och tider:" if sv else "Faults and times:",
    ]
    rows += [f"- {_fault_row(one, language)}" for one in faults] or ["-"]
    rows += [
        "",
        (f"Åtgärd: {EMPTY}" if sv else f"What was done: {EMPTY}"),
        (f"Uppgiftslämnare och telefon: {EMPTY}" if sv else f"Reported by, telephone: {EMPTY}"),
    ]
    return "\n".join(rows) + "\n"


def _fault_row(one: FaultTimes, language: str) -> str:
    sv = language == "sv"
    until = one.until or ("pågår" if sv else "not over")
    waited = (
        f" {'Kvitto' if sv else 'Receipt'} {one.waiting_number}"
        f" {'väntade på kontrollkod.' if sv else 'waited for its control code.'}"
        if one.waiting_number
        else ""
    )
    return f"{one.since} – {until}: {unit_words.coded(one.code, language)}{waited}"
