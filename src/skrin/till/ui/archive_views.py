"""Earlier tills: what this till's predecessor registered, and packages that were brought in (D45).

They are read, searched and printed from their own files. What only one till may do (the copy of a
receipt, returns) is asked of the office, as for a receipt of any other till.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from skrin import documents
from skrin.documents.figures import day_and_time
from skrin.domain import role as roles
from skrin.domain.closing import local_time
from skrin.domain.money import grouped_amount
from skrin.domain.receipt import RETURN
from skrin.domain.refusal import Refusal
from skrin.domain.rights import journaled, terms
from skrin.till.flow import copying, reporting, taking_in
from skrin.till.flow.archives import (
    CAME,
    OFFICE,
    UNFINISHED,
    Archive,
    NoRoom,
    name_of,
    reading,
)
from skrin.till.flow.returned import key_of_own
from skrin.till.flow.taking_in import TakenIn
from skrin.till.storage.shop_reader import ShopReader
from skrin.till.ui import wishes
from skrin.till.ui import zone as zones
from skrin.till.ui.archive_screens import EarlierPaper, EarlierRegister, EarlierTill, EarlierTills
from skrin.till.ui.day_screens import Closed, Paper, ReceiptRow
from skrin.till.ui.forms import Unreadable, tap_id
from skrin.till.ui.frame import day_name, frame
from skrin.till.ui.guard import StaffRequest
from skrin.till.ui.panel_views import LISTED_RECEIPTS, copy_sentence, day_of
from skrin.till.ui.record_views import STATUS_REFUSED, looking_in
from skrin.till.ui.screens import Notice
from skrin.till.ui.served import archives, history_fault, served

Z_SHOWN = 30
COLUMNS: Literal[42] = 42


def _(text: str) -> str:
    return text


FAULT_WORDS = {
    "not_a_package": _("This file is no package, or it did not come whole. Fetch it again."),
    "format_unknown": _("The package is of a newer program than this till's. Update the till."),
    "signature_wrong": _("The package was changed after its till signed it. It is not taken in."),
    "file_missing": _("%(about)s is missing in the package. It is not taken in."),
    "file_changed": _("%(about)s was changed after the till signed it. It is not taken in."),
    "file_unknown": _("%(about)s was put into the package later. It is not taken in."),
    "journal_damaged": _("The journal in the package is damaged. It is not taken in."),
    "head_differs": _("The package holds another journal than it says. It is not taken in."),
}
"""Why a package is not taken in, by the code of its damage."""

NOT_NOW = {
    "taken": _(
        "Another history of that register is kept here, or one that goes further. Nothing was"
        " changed."
    ),
    "no_room": _("The disk is too full for the package. Call service. Selling goes on."),
    taking_in.BUSY: _("Another package is being taken in. Wait until it is done."),
    taking_in.FAILED: _("The package could not be taken in. Try again, or call service."),
}
"""What else may hinder it; nothing is wrong with the package."""


@require_GET
@looking_in
def earlier(request: StaffRequest) -> HttpResponse:
    """The earlier tills that can be read here."""
    return _list(request)


def _list(request: StaffRequest, notice: Notice | None = None) -> HttpResponse:
    till = served().counter.till
    found = archives().all()
    identity = till.identity
    before = f"{identity.predecessor}-{identity.seat.store}" if identity.predecessor else ""
    there = any(one.facts.register == before and one.facts.source == OFFICE for one in found)
    if notice is None and history_fault():
        sentence = gettext("What the office has of the earlier till cannot be read. Call service.")
        notice = Notice(sentence=sentence, level="bad", ways=())
    screen = EarlierTills(
        frame=frame(request),
        tills=tuple(_card(one) for one in found),
        expected=before if before and not there else "",
        notice=notice,
        imports=till.role_of(request.person).rule(roles.SETTINGS) == roles.ALLOW,
    )
    status = STATUS_REFUSED if notice and notice.level != "good" else 200
    return render(request, "till/earlier.html", {"screen": screen}, status=status)


def _card(one: Archive) -> EarlierTill:
    source = gettext("From the office") if one.facts.source == OFFICE else gettext("From a package")
    return EarlierTill(
        name=f"{one.facts.designation} ({one.facts.register})",
        days=" – ".join(dict.fromkeys((one.first_day, one.last_day))),
        source=source,
        url=reverse("till:earlier_till", args=[one.name]),
        warning=_warning(one),
    )


def _warning(one: Archive) -> str:
    if one.differences:
        said = gettext("These reports do not say what their receipts come to: %(which)s.")
        return said % {"which": ", ".join(one.differences)}
    if not one.is_whole:
        said = gettext("%(has)s of %(all)s entries are here. The rest is being fetched.")
        return said % {"has": one.has_seq, "all": one.facts.head_seq}
    return ""


@require_POST
@looking_in
def earlier_import(request: StaffRequest) -> HttpResponse:
    """Bring a package in: proven first, then kept to be read."""
    counter = served().counter
    try:
        counter.till.check(request.person, roles.SETTINGS)
    except Refusal as no:
        return _list(request, zones.refused(no))
    sent = request.FILES.get("package")
    if sent is None:
        sentence = gettext("Choose a package first: a file that ends with .zip.")
        return _list(request, Notice(sentence=sentence, level="warn", ways=()))
    found = _taken_in(sent)
    if words := FAULT_WORDS.get(found.fault):
        sentence = gettext(words) % {"about": found.about[:80]}
        return _list(request, Notice(sentence=sentence, level="bad", ways=()))
    if found.fault:
        sentence = gettext(NOT_NOW.get(found.fault, NOT_NOW[taking_in.FAILED]))
        return _list(request, Notice(sentence=sentence, level="warn", ways=()))
    return HttpResponseRedirect(reverse("till:earlier_till", args=[found.archive]))


def _taken_in(sent: UploadedFile[Any]) -> TakenIn:
    kept = archives()
    try:
        kept.check_room(sent.size or 0)
        with TemporaryDirectory(prefix=CAME, suffix=UNFINISHED, dir=kept.folder) as folder:
            path = Path(folder) / "package.zip"
            with path.open("wb") as file:
                for piece in sent.chunks():
                    file.write(piece)
            return taking_in.take_in(path, kept.folder.parent)
    except NoRoom:
        return TakenIn(fault="no_room")
    except OSError:  # The disk filled up all the same, or cannot be written.
        return TakenIn(fault=taking_in.FAILED)


def _found(name: str) -> Archive | None:
    return archives().find(name)


def _missing(request: HttpRequest) -> HttpResponse:
    from skrin.till.ui.beside import not_found

    return not_found(request)


@require_GET
@looking_in
def earlier_till(request: StaffRequest, name: str) -> HttpResponse:
    """One register: receipts by days or number, and its Z, latest first."""
    one = _found(name)
    if one is None:
        return _missing(request)
    first = day_of(request.GET.get("first", ""), one.last_day)
    last = max(first, day_of(request.GET.get("last", ""), one.last_day))
    number = request.GET.get("number", "").strip()[:12]
    before = request.GET.get("before", "")
    with reading(one.path) as reader:
        rows, more = _receipt_rows(reader, name, first, last, number)
        closed = (
            reader.closings_before(int(before[:9]), Z_SHOWN)
            if before.isdecimal()
            else reader.closings(Z_SHOWN)
        )
    url = reverse("till:earlier_till", args=[name])
    screen = EarlierRegister(
        frame=frame(request),
        title=gettext("Earlier till %(name)s") % {"name": one.facts.designation},
        facts=_facts(one),
        url=url,
        rows=rows,
        closed=tuple(
            Closed(
                number=str(row[0]),
                name=day_name(row[1]),
                total=grouped_amount(row[4]),
                url=reverse("till:earlier_z", args=[name, row[0]]),
            )
            for row in closed
        ),
        first=first,
        last=last,
        number=number,
        more=gettext("There are more. Choose fewer days.") if more else "",
        older=f"{url}?before={closed[-1][0]}#z" if closed and closed[-1][0] > 1 else "",
        warning=_warning(one),
    )
    return render(request, "till/earlier_till.html", {"screen": screen})


def _facts(one: Archive) -> tuple[tuple[str, str], ...]:
    day, clock = day_and_time(one.facts.taken_utc_ms, served().counter.till.clock.now().offset_min)
    facts = [
        (gettext("Serial number"), one.facts.register),
        (gettext("Days"), " – ".join(dict.fromkeys((one.first_day, one.last_day)))),
        (gettext("Entries"), str(one.has_seq)),
        (gettext("Last heard of"), f"{day} {clock}"),
    ]
    if one.facts.predecessor:
        facts.append((gettext("Took the place of"), one.facts.predecessor))
    if one.facts.signed_by:
        facts.append((gettext("Signed by the key"), one.facts.signed_by[:16]))
    return tuple(facts)


def _receipt_rows(
    reader: ShopReader, name: str, first: str, last: str, number: str
) -> tuple[tuple[ReceiptRow, ...], bool]:
    if number:
        found = reader.receipts_numbered(int(number)) if number.isdecimal() else []
    else:
        found = reader.receipts_between(first, last, LISTED_RECEIPTS + 1)
    offset = served().counter.till.clock.now().offset_min
    rows = tuple(
        ReceiptRow(
            number=str(no),
            time=local_time(at_utc_ms, offset).strftime("%d/%m %H:%M"),
            kind=gettext("Return") if kind == RETURN else gettext("Sale"),
            method=method,
            total=grouped_amount(-total_minor if kind == RETURN else total_minor),
            url=reverse("till:earlier_receipt", args=[name, no]),
        )
        for no, kind, at_utc_ms, total_minor, method, _day in found[:LISTED_RECEIPTS]
    )
    return rows, len(found) > LISTED_RECEIPTS


def _is_ours(one: Archive) -> bool:
    """Whether the register is one that this till came after: its copies may be asked for, and its
    reports printed here. A package of anybody else is only read."""
    till = served().counter.till
    register, company = till.identity.predecessor, till.identity.company
    seen = 0
    name = name_of(company, f"{register}-{till.identity.seat.store}") if register else ""
    while name and seen < Z_SHOWN:
        if name == one.name:
            return one.facts.source == OFFICE
        before = archives().find(name)
        after = before.facts.predecessor if before else ""
        name, seen = name_of(company, after) if after else "", seen + 1
    return False


@require_GET
@looking_in
def earlier_receipt(request: StaffRequest, name: str, number: int) -> HttpResponse:
    """A receipt of an earlier till, as it was printed."""
    return _receipt_page(request, name, number)


def _receipt_page(
    request: StaffRequest, name: str, number: int, notice: Notice | None = None, status: int = 200
) -> HttpResponse:
    one = _found(name)
    if one is None:
        return _missing(request)
    with reading(one.path) as reader:
        seqs = reader.receipt_seqs(number)
        signed = copying.signed_receipt(reader, *seqs) if seqs else None
    if seqs is None or signed is None:
        return _missing(request)
    counter, ours = served().counter, _is_ours(one)
    key = journaled.receipt_key(one.facts.register, seqs[0])
    made = copying.state_here(counter.till, counter.reader(), key).made if ours else ()
    screen = EarlierPaper(
        frame=frame(request),
        title=gettext("Receipt %(number)s, till %(till)s")
        % {"number": number, "till": one.facts.designation},
        paper=Paper(text=documents.receipt_text(signed, COLUMNS), columns=COLUMNS),
        back=reverse("till:earlier_till", args=[name]),
        copy_url=reverse("till:earlier_receipt_copy", args=[name, number]) if ours else "",
        copy_tap="" if made or counter.till.desk.training else counter.till.clock.new_id(),
        remark=copy_sentence(made[-1]) if made else "",
        hint=gettext("To take goods back: Receipts on the selling page, search for %(number)s.")
        % {"number": number}
        if ours
        else "",
        notice=notice,
    )
    return render(request, "till/earlier_paper.html", {"screen": screen}, status=status)


@require_POST
@looking_in
def earlier_receipt_copy(request: StaffRequest, name: str, number: int) -> HttpResponse:
    """Print the copy of an earlier till's receipt, when the office grants it (D21)."""
    one, counter = _found(name), served().counter
    if one is None or not _is_ours(one):
        return _missing(request)
    with reading(one.path) as reader:
        key = key_of_own(reader, one.facts.register, number)
    if not key:
        return _missing(request)
    try:
        if not counter.copy_receipt(request.person, tap_id(request), key):
            counter.await_answer(terms.COPY, key)
        wish = counter.till.sharing.wish(terms.COPY, key)
    except Unreadable:
        return HttpResponse(status=400)
    except Refusal as no:
        return _receipt_page(request, name, number, zones.refused(no), STATUS_REFUSED)
    if wish:
        notice = Notice(sentence=wishes.sentence(counter, wish))
        return _receipt_page(request, name, number, notice)
    return HttpResponseRedirect(reverse("till:earlier_receipt", args=[name, number]))


@require_GET
@looking_in
def earlier_z(request: StaffRequest, name: str, number: int) -> HttpResponse:
    """A Z of an earlier till, as it was printed."""
    return _z_page(request, name, number)


def _z_page(
    request: StaffRequest, name: str, number: int, notice: Notice | None = None
) -> HttpResponse:
    one = _found(name)
    if one is None:
        return _missing(request)
    with reading(one.path) as reader:
        found = reporting.closed_report(reader, number)
    if found is None:
        return _missing(request)
    counter, (entry, report) = served().counter, found
    if not reporting.may_read_closed(counter.till, request.person):
        notice = notice or zones.refused(Refusal("not_allowed", right=roles.Z_REPORT))
        return _list(request, notice)
    header = entry.header
    text = documents.report_text(report, header.at_utc_ms, header.utc_offset_min, COLUMNS)
    screen = EarlierPaper(
        frame=frame(request),
        title=gettext("Z report %(number)s, till %(till)s")
        % {"number": number, "till": one.facts.designation},
        paper=Paper(text=text, columns=COLUMNS),
        back=reverse("till:earlier_till", args=[name]),
        copy_url=reverse("till:earlier_z_copy", args=[name, number]) if _is_ours(one) else "",
        copy_tap=counter.till.clock.new_id(),
        notice=notice,
    )
    status = STATUS_REFUSED if notice else 200
    return render(request, "till/earlier_paper.html", {"screen": screen}, status=status)


@require_POST
@looking_in
def earlier_z_copy(request: StaffRequest, name: str, number: int) -> HttpResponse:
    """Print a copy of an earlier till's Z: any number of times (R-TERM-015)."""
    one, counter = _found(name), served().counter
    if one is None or not _is_ours(one):
        return _missing(request)
    try:
        with reading(one.path) as reader:
            counter.copy_earlier_z(request.person, reader, number)
    except Refusal as no:
        return _z_page(request, name, number, zones.refused(no))
    return HttpResponseRedirect(reverse("till:earlier_z", args=[name, number]))
