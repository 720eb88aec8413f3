"""The registration of a register on paper, and the texts that go with it, ready to be sent."""

from __future__ import annotations

from datetime import datetime

from skrin.domain.registration import Registration
from skrin.exports.journal_pdf import quoted

LABELS: dict[str, tuple[str, str]] = {
    "company_name": ("Företag", "Company"),
    "org_number": ("Organisationsnummer", "Organisation number"),
    "store_name": ("Butik", "Shop"),
    "address": ("Adress där försäljning sker", "Address of sale"),
    "responsible": ("Ansvarig", "Responsible person"),
    "designation": ("Kassabeteckning", "Register designation"),
    "register_serial": ("Kassaregistrets tillverkningsnummer", "Serial number of the register"),
    "model": ("Modellbeteckning", "Model designation"),
    "program": ("Program", "Program"),
    "version": ("Version", "Version"),
    "declaration": ("Tillverkardeklaration, nummer", "Manufacturer's declaration, number"),
    "unit_serial": ("Kontrollenhetens tillverkningsnummer", "Serial number of the control unit"),
    "unit_maker": ("Kontrollenhetens tillverkare", "Maker of the control unit"),
    "unit_model": ("Kontrollenhetens modell", "Model of the control unit"),
    "unit_hardware_revision": (
        "Kontrollenhetens hårdvarurevision",
        "Hardware revision of the control unit",
    ),
    "unit_version": ("Kontrollenhetens version", "Version of the control unit"),
    "unit_address": ("Kontrollenhetens fysiska adress", "Physical address of the control unit"),
    "journal": ("Kontrollremsa eller journalminne", "Journal"),
}
"""What each value is called, in Swedish and English."""

NO_DECLARATION = (
    "Ingen tillverkare har deklarerat denna version. Den får inte användas för försäljning.",
    "No manufacturer has declared this version. It may not be used for sales.",
)

_PAGE = """#set document(title: {title}, date: none)
#set page(paper: "a4", margin: 22mm)
#set text(size: 10.5pt, lang: "sv")
= #{title}
#v(2mm)
#table(columns: (auto, 1fr), stroke: 0.3pt + gray, inset: 6pt,
{rows})
#v(4mm)
#{note}
"""


def label(key: str, language: str = "sv") -> str:
    """What a value is called."""
    swedish, english = LABELS[key]
    return english if language == "en" else swedish


def registration_rows(now: Registration, language: str = "sv") -> list[tuple[str, str, str]]:
    """(key, label, value) of everything, in order."""
    return [(key, label(key, language), value) for key, value in now.values]


def registration_source(now: Registration, made_at: datetime, language: str = "sv") -> str:
    """The page as typst source: everything that the e-service Kassaregister asks for."""
    title = "Registration of a cash register" if language == "en" else "Anmälan av kassaregister"
    rows = ",\n".join(
        f"[*#{quoted(name)}*], {quoted(value or '–')}"
        for _, name, value in registration_rows(now, language)
    )
    note = f"{made_at.isoformat(sep=' ', timespec='minutes')}. " + (
        "" if now.declaration else NO_DECLARATION[language == "en"]
    )
    return _PAGE.format(title=quoted(title), rows=rows, note=quoted(note))


def broken_text(now: Registration, at: datetime, language: str = "sv") -> str:
    """The report that a register is out of order, ready to be sent: the company does it itself, at
    once (SKVFS 2014:10 4:1)."""
    when = at.isoformat(sep=" ", timespec="minutes")
    values = dict(now.values)
    told = "\n".join(
        f"{label(key, language)}: {values[key] or '–'}"
        for key in (
            *("company_name", "org_number", "address", "designation", "register_serial"),
            *("model", "version", "unit_serial", "responsible"),
        )
    )
    if language == "en":
        return (
            f"Report: a cash register is out of order.\n\n{told}\n\nThe register stopped working"
            f" {when}.\nWhat happened: \nThe register works again: \n"
        )
    return (
        f"Anmälan: ett kassaregister är ur funktion.\n\n{told}\n\nKassaregistret slutade fungera"
        f" {when}.\nVad som hände: \nKassaregistret fungerar igen: \n"
    )


def unit_text(now: Registration, language: str = "sv") -> tuple[str, str]:
    """(subject, text) of the message with the control unit's number, to the customer or the
    reseller once the unit is set up (R-REG-005)."""
    rows = "\n".join(
        f"{label(key, language)}: {value or '–'}"
        for key, value in now.values
        if key.startswith("unit_") or key in ("company_name", "designation", "register_serial")
    )
    if language == "en":
        return f"Control unit {now.unit_serial} for register {now.designation}", rows
    return f"Kontrollenhet {now.unit_serial} för kassa {now.designation}", rows
