"""Preparing tills in batches: from a file of serial numbers to codes and labels (R-MORE-014)."""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from skrin.domain.refusal import Refusal
from skrin.exports.device_labels import DeviceLabel, label_source
from skrin.office.paymentsystems import queries as paymentsystems
from skrin.office.tenancy import queries as tenancy
from skrin.office.tills import actions
from skrin.office.tills import queries as tills
from skrin.office.tills.queries import SeatCard
from skrin.office.ui import preparing_screens as screens
from skrin.office.ui.doors import Visit
from skrin.office.ui.pages import enrolling, units
from skrin.office.ui.words import clock, language, long_day
from skrin.packing import plain_name, typeset
from skrin.sync.device_batch import LINES_MOST, Wish, read_batch
from skrin.sync.enrolment import label_text

DAYS, DAYS_MOST = 30, 90
DAY_MS = 24 * 60 * 60 * 1000
FILE_MOST = 200_000


@dataclass(frozen=True, slots=True)
class LabelFile:
    """A file of labels: its name, its kind, and what is in it."""

    name: str
    content_type: str
    content: bytes


def page(
    visit: Visit, *, faults: Iterable[str] = (), fault: str = "", done: str = ""
) -> screens.Prepare:
    """The form for a file of devices, and the tills that wait for theirs."""
    sent, wrong = visit.request.POST, tuple(faults)
    kept = bool(wrong or fault)
    return screens.Prepare(
        frame=visit.frame("tills"),
        rows=tuple(_rows(visit, set(sent.getlist("till")) if kept else set())),
        devices=sent.get("devices", "")[:FILE_MOST] if kept else "",
        batch=sent.get("batch", "")[:40] if kept else "",
        days=sent.get("days", "")[:3] if kept else str(DAYS),
        days_most=DAYS_MOST,
        incomplete=kept and sent.get("incomplete") == "yes",
        faults=wrong,
        fault=fault,
        done=done,
    )


def change(visit: Visit) -> screens.Prepare | screens.Prepared:
    """Do what the form says: the codes of what was made, or the page with what came of it."""
    sent = visit.request.POST
    days = sent.get("days", "")
    if not (days.isascii() and days.isdecimal() and len(days) < 4 and 1 <= int(days) <= DAYS_MOST):
        return page(visit, fault=_("The codes work for 1 to %(most)s days.") % {"most": DAYS_MOST})
    life_ms = int(days) * DAY_MS
    if sent.get("what") == "make":
        return _make(visit, life_ms)
    seen = {row.number for row in _rows(visit, set())}
    chosen = [int(text) for text in sent.getlist("till") if text.isdecimal() and len(text) < 18]
    chosen = [number for number in chosen if number in seen]
    if not chosen:
        return page(visit, fault=_("Choose at least one till in the list."))
    if sent.get("what") == "back":
        return _take_back(visit, chosen)
    return _shown(visit, actions.renew_codes(visit.company, chosen, enrolling.doer(visit), life_ms))


def _make(visit: Visit, life_ms: int) -> screens.Prepare | screens.Prepared:
    sent, stores = visit.request.POST, _stores(visit)
    given = visit.request.FILES.get("file")
    if given is not None and given.size and given.size > FILE_MOST:
        return page(visit, fault=_("The file is too large: at most 200 kB."))
    content = given.read() if given is not None else sent.get("devices", "").encode()
    wishes, wrong = read_batch(content, min(stores) if len(stores) == 1 else 0)
    wrong += [
        (wish.line, Refusal("batch_store_unknown", typed=str(wish.store)))
        for wish in wishes
        if wish.store not in stores
    ]
    if not wrong and sent.get("incomplete") != "yes":
        wrong = list(_incomplete(visit, wishes))
    if wrong:
        return page(visit, faults=_sentences(wrong))
    batch = " ".join(sent.get("batch", "").split())[:40] or visit.today.isoformat()
    made, refused = actions.prepare(visit.company, wishes, enrolling.doer(visit), batch, life_ms)
    if refused:
        return page(visit, faults=_sentences(refused))
    return _shown(visit, made)


def _incomplete(visit: Visit, wishes: Sequence[Wish]) -> Iterable[tuple[int, Refusal]]:
    """What a shop would have to set up itself, and should not (R-SET-010)."""
    for wish in wishes:
        if not wish.devices.control_unit:
            yield wish.line, Refusal("batch_no_unit")
        if not wish.devices.card_terminal and not _store_terminals(visit, wish):
            yield wish.line, Refusal("batch_no_card_terminal")


def _store_terminals(visit: Visit, wish: Wish) -> bool:
    named = paymentsystems.card_terminals(visit.company, wish.store)
    return any(one.designation in ("", wish.designation) for one in named)


def _take_back(visit: Visit, chosen: list[int]) -> screens.Prepare:
    reason = visit.request.POST.get("reason", "").strip()
    try:
        count = actions.take_back(visit.company, chosen, enrolling.doer(visit), reason)
    except Refusal:
        return page(visit, fault=_("Say in a few words why they are not needed."))
    said = ngettext(
        "%(n)s till is taken back. Its code works no longer.",
        "%(n)s tills are taken back. Their codes work no longer.",
        count,
    )
    return page(visit, done=said % {"n": count})


def _shown(visit: Visit, made: Sequence[actions.Prepared]) -> screens.Prepared:
    names = tenancy.store_names(visit.company)
    return screens.Prepared(
        frame=visit.frame("tills"),
        rows=tuple(
            screens.PreparedRow(
                number=one.number,
                serial=one.serial,
                name=one.label,
                designation=one.designation,
                store=names.get(one.store, str(one.store)),
                code=one.code,
            )
            for one in made
        ),
        until=_until(visit, made[0].until_ms) if made else "",
    )


# Labels.


def labels(visit: Visit) -> LabelFile:
    """The labels of the codes that the form carries, as PDF, or as a file for each device. Only a
    code that works still, of a till that the member may see, gets a label. Raises `Http404`."""
    sent = visit.request.POST
    found = [
        one
        for code in sent.getlist("code")[:LINES_MOST]
        if (one := tills.waiting_by_code(visit.company, code, visit.now_ms))
        and visit.member.may_see(one.store)
    ]
    if not found:
        raise Http404
    office = visit.request.build_absolute_uri("/").rstrip("/")
    name = f"skrin-{visit.today.isoformat()}"
    if sent.get("format") == "zip":
        return LabelFile(f"{name}.zip", "application/zip", _files(found, office))
    stores, words = tenancy.store_names(visit.company), language()
    made = [
        DeviceLabel(
            company=visit.member.company_name,
            designation=one.designation,
            place=f"{stores.get(one.store, one.store)} · {one.label}",
            serial=one.serial or "–",
            code=one.code,
            qr=label_text(office, one.code),
            until=_until(visit, one.until_ms),
        )
        for one in found
    ]
    try:
        return LabelFile(f"{name}.pdf", "application/pdf", typeset(label_source(made, name, words)))
    except subprocess.SubprocessError as fault:
        raise Http404 from fault


def _files(found: Sequence[tills.WaitingCode], office: str) -> bytes:
    """A zip with a folder for each device, and in it what is laid into its data folder."""
    packed, taken = io.BytesIO(), set[str]()
    with zipfile.ZipFile(packed, "w") as out:
        for number, one in enumerate(found, start=1):
            place = plain_name(one.serial or one.designation)
            if place.casefold() in taken:  # A:1 and A-1 are two devices, and one name.
                place = f"{place}-{number}"
            taken.add(place.casefold())
            out.writestr(f"{place}/enrolment.txt", f"{label_text(office, one.code)}\n")
    return packed.getvalue()


# Words.


def _stores(visit: Visit) -> set[int]:
    return {n for n in tenancy.store_names(visit.company) if visit.member.may_see(n)}


def _until(visit: Visit, until_ms: int) -> str:
    day = datetime.fromtimestamp(until_ms / 1000, tz=UTC).astimezone(ZoneInfo(visit.time_zone))
    return f"{long_day(day.date())} {clock(until_ms, visit.time_zone)}"


def _rows(visit: Visit, chosen: set[str]) -> Iterable[screens.WaitingRow]:
    until, names = tills.codes_until(visit.company), tenancy.store_names(visit.company)
    terminals: dict[int, bool] = {}
    for seat in units.seen_seats(visit):
        if seat.till or seat.retired:
            continue
        if seat.store not in terminals:
            named = paymentsystems.card_terminals(visit.company, seat.store)
            terminals[seat.store] = bool(named)
        ends_ms = until.get(seat.number, 0)
        works = ends_ms > visit.now_ms
        yield screens.WaitingRow(
            number=seat.number,
            serial=seat.serial,
            name=seat.label,
            designation=seat.designation,
            store=names.get(seat.store, str(seat.store)),
            batch=seat.batch,
            level="quiet" if works else "warn",
            state=_("Code until %(until)s") % {"until": _until(visit, ends_ms)}
            if works
            else _("Its code works no longer"),
            complete=_missing(seat, terminals[seat.store]),
            chosen=str(seat.number) in chosen,
        )


def _missing(seat: SeatCard, store_terminals: bool) -> str:
    lacks = []
    if not seat.has_unit:
        lacks.append(_("no control unit"))
    if not (seat.has_card_terminal or store_terminals):
        lacks.append(_("no card terminal"))
    return ", ".join(lacks)


def _sentences(wrong: Iterable[tuple[int, Refusal]]) -> list[str]:
    return [
        _("Line %(line)s: %(what)s") % {"line": line, "what": sentence(no)}
        for line, no in sorted(wrong, key=lambda one: one[0])
    ]


def sentence(no: Refusal) -> str:
    """What is wrong with a line of the file, and what to do."""
    said = {
        "batch_empty": _("There is no device. Give a heading, and a line for each device."),
        "batch_column_unknown": _("There is no column “%(typed)s”. The columns stand below."),
        "batch_serial_missing": _("The first line has no column serial."),
        "batch_too_long": _("At most %(most)s devices in one file."),
        "batch_too_many_cells": _("The line has more cells than the heading."),
        "batch_serial_unreadable": _(
            "“%(typed)s” is no serial number: letters, digits, and signs like -."
        ),
        "batch_serial_twice": _("The serial number %(typed)s stands twice."),
        "batch_serial_taken": _("A till is prepared for the device %(typed)s already."),
        "batch_designation_twice": _("The designation %(typed)s stands twice."),
        "batch_store_unknown": _("There is no store %(typed)s here. Give its number."),
        "batch_address_unreadable": _(
            "“%(typed)s” is no address of a device, as 192.168.1.20:9100."
        ),
        "batch_columns_unreadable": _("A printer has 32, 42 or 48 columns, not “%(typed)s”."),
        "batch_no_unit": _(
            "No control unit. The shop would have to set it up itself, and cannot sell before."
        ),
        "batch_no_card_terminal": _(
            "No card terminal: give one, or name one for the store under Card payments."
        ),
        "designation_taken": _("The designation %(designation)s is taken, or was before."),
        "designation_unreadable": _(
            "A designation is 1 to 16 letters, digits and signs, without å, ä and ö."
        ),
        "card_terminal_protocol_unknown": _(
            "A card terminal speaks epas or nexo_xml here. Name one that speaks nexo, which needs"
            " a certificate, for the store under Card payments."
        ),
        "card_terminal_certificate_wanted": _(
            "A card terminal speaks epas or nexo_xml here. Name one that speaks nexo, which needs"
            " a certificate, for the store under Card payments."
        ),
        "card_terminal_id_unreadable": _("“%(typed)s” is no terminal id."),
        "card_terminal_address_unreadable": _(
            "“%(typed)s” is no address of a card terminal, as 192.168.1.30:9000."
        ),
    }
    return said[no.code] % no.values
