"""A register's records: what an inspector asks for, out of what the office took in."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from skrin.brand import brand
from skrin.domain.entry import JournalDamage
from skrin.domain.refusal import Refusal
from skrin.domain.registration import Registration, applied, to_report, unit_words
from skrin.exports import registration as texts
from skrin.exports.journal import Period
from skrin.exports.orders import (
    KINDS,
    Order,
    VersionStep,
    head_of,
    versions_of,
)
from skrin.office.records.files import Asked, RecordsOf, Register, make_file, maker
from skrin.office.records.queries import OfficeRecords
from skrin.office.tenancy import queries as tenancy
from skrin.office.tills import queries as tills
from skrin.office.tills.queries import SeatCard
from skrin.office.ui.doors import Visit
from skrin.office.ui.pages import units
from skrin.office.ui.record_screens import RecordsPage
from skrin.office.ui.screens import Choice, FactGroup
from skrin.office.ui.words import language, whole
from skrin.packing import typeset

TILL, STORE = "till", "store"


def records_page(visit: Visit, till: str, store: int) -> RecordsPage:
    """The page; with `?prove=1` the whole chain is proven now."""
    seat = units.seat_of(visit, till, store)
    records = OfficeRecords(visit.company, till, store)
    steps = versions_of(iter(records.starts()))
    now = registration_of(visit, seat, records, steps)
    asked = visit.request.GET
    level, proof = _proof(records) if asked.get("prove") else ("quiet", "")
    place = (till, store)
    today = visit.today.isoformat()
    return RecordsPage(
        frame=visit.frame("tills"),
        name=seat.label,
        designation=seat.designation,
        level=level,  # type: ignore[arg-type]
        proof=proof,
        prove_url=reverse("office:records", args=place) + "?prove=1",
        file_url=reverse("office:record_file", args=place),
        pdf_url=reverse("office:registration_pdf", args=place),
        till_url=reverse("office:till", args=place),
        groups=_groups(now, steps),
        kinds=_choices(kind_names()),
        formats=_choices(format_names()),
        scopes=_choices(scope_names()),
        first=asked.get("first", today)[:10],
        last=asked.get("last", today)[:10],
        remark=_remark(now, records),
        broken=texts.broken_text(now, _local_now(visit), language()),
        mail_url=reverse("office:registration_mail", args=place) if now.unit_serial else "",
        file_mail_url=reverse("office:record_mail", args=place),
    )


def kind_names() -> dict[str, str]:
    """What can be taken out, in words."""
    return {
        "journal": _("The journal: everything that was registered"),
        "prices": _("The price list, as it was on the last day"),
        "settings": _("The history of prices, settings and people"),
        "closings": _("The list of Z reports"),
    }


def format_names() -> dict[str, str]:
    """In which formats, in words."""
    return {
        "xml": _("XML, the tax authority's (journal only)"),
        "pdf": _("PDF, to read and print"),
        "csv": _("CSV, for a spreadsheet"),
        "json": _("JSON, with every hash"),
    }


def scope_names() -> dict[str, str]:
    """Of one till or of all, in words."""
    return {TILL: _("This till"), STORE: _("Every till of the store")}


def _choices(names: dict[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(value=value, name=name) for value, name in names.items())


def _local_now(visit: Visit) -> datetime:
    now = datetime.fromtimestamp(visit.now_ms / 1000, tz=UTC)
    return now.astimezone(ZoneInfo(visit.time_zone)).replace(tzinfo=None, microsecond=0)


def registration_of(
    visit: Visit, seat: SeatCard, records: OfficeRecords, steps: list[VersionStep]
) -> Registration:
    """What the register is reported with, as far as the office knows it; `steps`: the versions
    that it ran."""
    card, sold_as = tenancy.store_card(visit.company, seat.store), brand()
    unit_id = seat.status.control_unit
    if not unit_id and records.last_seq():
        unit_id = head_of(_order(visit, "journal", "csv"), records, maker()).card.control_unit_id
    program, version = (sold_as.name, sold_as.version_name)
    if steps:
        program, version = steps[-1].program, steps[-1].version
    now = Registration(
        card.company_name,
        card.org_number,
        card.store_name,
        ", ".join(card.address),
        "",
        seat.designation,
        f"{seat.till}-{seat.store}",
        sold_as.model_name,
        program,
        version,
        sold_as.declaration,
        unit_id,
        *([""] * 5),
    )
    told = unit_words(seat.status.unit.model, seat.status.unit.firmware)
    return applied(now, records.stated(), (*sold_as.unit.told_of(unit_id), *told))


def registration_now(visit: Visit, till: str, store: int) -> Registration:
    """What a till's register is reported with now. Raises `Http404`."""
    seat, records = units.seat_of(visit, till, store), OfficeRecords(visit.company, till, store)
    return registration_of(visit, seat, records, versions_of(iter(records.starts())))


def _groups(now: Registration, steps: list[VersionStep]) -> tuple[FactGroup, ...]:
    rows = texts.registration_rows(now, language())
    versions = tuple(
        (step.at.isoformat(sep=" ", timespec="minutes"), f"{step.program} {step.version}")
        for step in reversed(steps)
    )
    return (
        FactGroup(
            title=_("Registration at the tax authority"),
            facts=tuple((label, value or "–") for key, label, value in rows if key[:5] != "unit_"),
        ),
        FactGroup(
            title=_("Control unit"),
            facts=tuple((label, value or "–") for key, label, value in rows if key[:5] == "unit_"),
        ),
        FactGroup(title=_("Versions of the program"), facts=versions),
    )


def _remark(now: Registration, records: OfficeRecords) -> str:
    told = []
    if not now.declaration:
        told.append(texts.NO_DECLARATION[language() == "en"])
    if changed := to_report(now, records.reported()):
        names = ", ".join(texts.label(key, language()) for key in changed)
        told.append(_("To be reported to the tax authority: %(what)s.") % {"what": names})
    return " ".join(told)


def _proof(records: OfficeRecords) -> tuple[str, str]:
    try:
        count, head = records.prove()
    except JournalDamage as damage:
        return "bad", _("The journal is damaged: %(why)s.") % {"why": damage}
    sentence = _("The journal is whole: %(count)s entries, none missing or changed. Hash %(head)s")
    return "good", sentence % {"count": whole(count), "head": head}


def registration_pdf(visit: Visit, till: str, store: int) -> tuple[str, bytes]:
    """The registration as a PDF, with its name."""
    now = registration_now(visit, till, store)
    source = texts.registration_source(now, _local_now(visit), language())
    return f"registration-{now.register_serial}.pdf", typeset(source)


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that was made: its name and its open content."""

    name: str
    content: IO[bytes]


def _order(visit: Visit, what: str, file_format: str, first: str = "", last: str = "") -> Order:
    today = visit.today.isoformat()
    period = Period.of(first or today, last or today)
    return Order(what, file_format, period, _local_now(visit), visit.member.display_name).checked()


def asked_of(visit: Visit, till: str, store: int, asked: Mapping[str, str]) -> Asked:
    """What a form asks for (what, format, first, last, scope), of one till or of all in its store.
    Refused as in the exports. Raises `Http404`."""
    order = _order(
        visit,
        asked.get("what", ""),
        asked.get("format", ""),
        asked.get("first", ""),
        asked.get("last", ""),
    )
    seat = units.seat_of(visit, till, store)
    chosen = [seat]
    if asked.get("scope", TILL) == STORE:
        others = (one for one in tills.seats(visit.company) if one.store == store and one.till)
        chosen += [one for one in others if one.till != till]
    registers = (Register(one.till, one.store, one.designation) for one in chosen)
    return Asked(order, tuple(registers))


def records_in(visit: Visit) -> RecordsOf:
    """The records of a register of the visit's company."""
    return lambda one: OfficeRecords(visit.company, one.till, one.store)


def take_out(visit: Visit, asked: Asked) -> Taken:
    """The file; refusals as in the exports."""
    with tempfile.TemporaryDirectory(prefix="skrin-records-") as folder:
        made = make_file(asked, Path(folder), records_in(visit))
        return Taken(made.name, made.open("rb"))


def refusal_sentence(refusal: Refusal) -> str:
    """Why there is no file, in words."""
    return {
        "no_registrations": _("Nothing was registered in this period, so there is no file."),
        "unit_never_heard": _(
            "No control unit has answered yet, and its number must be in the file."
        ),
        "prices_unproven": _(
            "What the prices were that day is not kept here, or cannot be proven by the journal."
        ),
        "period_unreadable": _("Choose a day that there is, not after today."),
        "period_backwards": _("The last day is before the first. Change one of them."),
        "period_too_long": _("The period is too long. Choose a shorter one."),
    }.get(refusal.code, _("This list is not made in that format. Choose another."))


__all__ = [
    "KINDS",
    "asked_of",
    "format_names",
    "kind_names",
    "records_in",
    "records_page",
    "refusal_sentence",
    "registration_now",
    "registration_pdf",
    "scope_names",
    "take_out",
]
