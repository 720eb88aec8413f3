"""Beside selling: log-in, status, the day and its reports, receipts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skrin import documents
from skrin.domain.money import grouped_amount
from skrin.domain.payment import APPROVED, PaymentChecked
from skrin.domain.refusal import Refusal
from skrin.domain.rights import journaled, terms
from skrin.till.flow import copying, registration, returning, stated
from skrin.till.flow.counter import Counter, PartState
from skrin.till.flow.till import Till
from skrin.till.pairing.register import OWN
from skrin.till.ui import stores, unit_facts, unsent_views, wishes, words
from skrin.till.ui import zone as zones
from skrin.till.ui.day_screens import (
    Paper,
    Part,
    ReceiptPage,
    Receipts,
    Status,
)
from skrin.till.ui.forms import Unreadable, tap_id
from skrin.till.ui.frame import (
    LEVELS,
    day_name,
    frame,
    is_elsewhere,
    parts_of,
    screen_of,
    state,
    store_name,
)
from skrin.till.ui.guard import DISK_FULL, StaffRequest, at_the_till, session_cookie
from skrin.till.ui.host_facts import host_parts
from skrin.till.ui.machine_views import machine_parts
from skrin.till.ui.panel_views import copy_sentence, day_of, receipt_rows
from skrin.till.ui.people_views import choices, entered
from skrin.till.ui.record_views import known_unit, to_report_sentence
from skrin.till.ui.scale_views import scale_state
from skrin.till.ui.screens import Login, Message, Notice, Way
from skrin.till.ui.served import neighbours, served

DAY_COLUMNS: Literal[42] = 42
CLOSED_MOST = 30


@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """E-mail and password, the same as in the office (R-USER-001)."""
    email = request.POST.get("email", "").strip()[:254]
    if request.method == "GET":
        return _login_page(request)
    password = request.POST.get("password", "")[:1024]
    missing_email = "" if email else gettext("Type your e-mail.")
    missing_password = "" if password else gettext("Type your password.")
    error = ""
    if not (missing_email or missing_password):
        try:
            return stores.let_in(request, email, password)
        except Refusal as no:
            error = words.refusal_sentence(no)
    return _login_page(
        request,
        email=email,
        email_error=missing_email,
        password_error=missing_password,
        error=error,
    )


@require_POST
def login_pin(request: HttpRequest) -> HttpResponse:
    """A name and a PIN, for those who have one (OPP-029)."""
    person = request.POST.get("approver", "")[:64]
    try:
        if not person:
            raise Refusal("approver_wanted")
        token, _ = served().door.switch(person, request.POST.get("pin", "").strip()[:20])
    except Refusal as no:
        return _login_page(request, chosen=person, pin_error=words.refusal_sentence(no))
    return entered(request, token, logs_in=True)


def _login_page(request: HttpRequest, chosen: str = "", **faults: str) -> HttpResponse:
    people = choices(served().door.people(), chosen)
    # Addresses of this machine mean nothing on a paired screen, which is another machine.
    others = neighbours() if screen_of(request) == OWN else ()
    screen = Login(frame=frame(request), people=people, beside=others, **faults)
    status = 422 if faults else 200
    return render(request, "till/login.html", {"screen": screen}, status=status)


@require_POST
@at_the_till
def logout(request: StaffRequest) -> HttpResponse:
    """Leave the till; the cart stays."""
    served().door.log_out(request.token, request.person)
    response = HttpResponseRedirect(reverse("till:login"))
    response.delete_cookie(session_cookie())
    return response


@require_GET
@at_the_till
def status(request: StaffRequest) -> HttpResponse:
    """The whole truth, in words."""
    counter = served().counter
    counter.look()
    parts = _parts(counter)
    screen = Status(
        frame=frame(request), headline=_headline(parts_of(counter)[0], parts), parts=parts
    )
    return render(request, "till/status.html", {"screen": screen})


def _headline(worst: PartState, parts: tuple[Part, ...]) -> str:
    """What hinders the sale, else what is marked on the page though it hinders nothing."""
    if worst.level != "good":
        return words.state_sentence(worst.code, worst.since_s)
    if any(part.level != "good" for part in parts):
        return gettext("Selling works. Look at what is marked below.")
    return gettext("All is well")


def _parts(counter: Counter) -> tuple[Part, ...]:
    till = counter.till
    office, unit, printer = (
        counter.office_state(),
        counter.unit_state(),
        counter.printer_state(),
    )
    return (
        _part(
            "office",
            gettext("The office"),
            office,
            tuple(unsent_views.unsent_facts(counter)),
            url=reverse("till:unsent"),
        ),
        _part(
            "control_unit",
            gettext("Control unit"),
            unit,
            unit_facts.short_facts(counter),
            fault=counter.preflight.unit_fault,
            url=reverse("till:unit"),
        ),
        _part(
            "card_terminal",
            gettext("Card terminal"),
            counter.card_terminal_state(),
            (
                *_terminals(counter),
                *(_contradiction(one) for one in stated.contradicted(till)),
                (gettext("Questions"), _contact(till)),
            ),
            url=reverse("till:card_terminals"),
        ),
        _part(
            "printer",
            gettext("Printer"),
            printer,
            ((gettext("Documents waiting"), str(printer.count)),),
            url=reverse("till:printers"),
        ),
        *_scale(counter),
        Part(
            icon="version",
            name=gettext("Program"),
            level="good",
            state=f"{till.identity.program} {till.identity.version}",
            facts=(
                (gettext("Store"), store_name(till)),
                (gettext("Model"), till.identity.model),
                (gettext("Register designation"), till.identity.seat.designation),
                (gettext("Serial number"), till.identity.register_serial),
                (gettext("Registers, number"), str(till.publication)),
            ),
            url=reverse("till:update"),
        ),
        *machine_parts(),
        *host_parts(counter),
        *_to_report(counter),
    )


def _scale(counter: Counter) -> Iterator[Part]:
    """The scale, asked now; nothing where there is none."""
    if counter.scale:
        counter.scale.look()
    if part := scale_state(counter):
        yield _part("scale", gettext("Scale"), part, url=reverse("till:scale"))


def _to_report(counter: Counter) -> Iterator[Part]:
    """A reminder while the tax authority does not have what is used here (OPP-058)."""
    changed = registration.waiting(counter.till, *known_unit(counter))
    if changed:
        yield Part(
            icon="version",
            name=gettext("Registration"),
            level="warn",
            state=to_report_sentence(changed),
            advice=gettext("Report it in the e-service Kassaregister, then say so here."),
            url=reverse("till:registration"),
        )


def _terminals(counter: Counter) -> tuple[tuple[str, str], ...]:
    """Each card terminal: the payment app's own id, and the device's serial number (R-CARD-005).
    Of several also the name, and how each is."""
    named = counter.terminal_states()
    if not named:
        return ((gettext("Terminal id"), "–"),)
    rows: list[tuple[str, str]] = []
    for one, said in named:
        serial = one.device.serial
        told = [one.card_terminal_id or "–"]
        told += [gettext("device %(serial)s") % {"serial": serial}] if serial else []
        if len(named) > 1 and said is not None:
            told.append(words.state_sentence(f"card_terminal_{said.state}"))
        label = one.name if len(named) > 1 else gettext("Terminal id")
        rows.append((label, " · ".join(told)))
    return tuple(rows)


def _contact(till: Till) -> str:
    """Whom to ask about card payments: the label says already what it is about."""
    return words.contact_text(*zones.provider_of(till)) or gettext("your payment provider")


def _contradiction(checked: PaymentChecked) -> tuple[str, str]:
    """A payment that was stated so, and what its terminal says of it."""
    moved = checked.outcome == APPROVED
    masked = checked.card.masked_pan if checked.card else ""
    amount = grouped_amount(checked.amount_minor)
    found = f"{amount} {masked}".rstrip() if moved else gettext("no money moved")
    if checked.stated != APPROVED:
        return gettext("Stated: no money moved. The terminal"), found
    was = {"amount": grouped_amount(checked.stated_minor)}
    return gettext("Stated: %(amount)s moved. The terminal") % was, found


def _part(
    icon: str,
    name: str,
    part: PartState,
    facts: tuple[tuple[str, str], ...] = (),
    *,
    fault: str = "",
    url: str = "",
) -> Part:
    said = words.unit_fault(fault) if fault else None
    return Part(
        icon=icon,  # type: ignore[arg-type]
        name=name,
        level=LEVELS[part.level],
        state=said.what if said else words.state_sentence(part.code, part.since_s),
        advice=said.to_do if said else words.advice(part.code),
        facts=facts,
        url=url,
    )


@require_GET
@at_the_till
def status_icon(request: StaffRequest) -> HttpResponse:
    """The one quiet icon, polled; nothing new is 304."""
    sells = "sells" in request.GET
    now = state(sells=sells, polled=True, elsewhere=is_elsewhere(request))
    if request.headers.get("If-None-Match", "") == f'"{now.etag}"':
        return HttpResponseNotModified()
    response = render(request, "till/_state.html", {"screen": now})
    response.headers["ETag"] = f'"{now.etag}"'
    return response


@require_GET
@at_the_till
def receipts(request: StaffRequest) -> HttpResponse:
    """Receipts of an interval of days, latest first (R-FIND-004)."""
    counter = served().counter
    today = counter.till.today()
    first = day_of(request.GET.get("first", ""), today)
    last = max(first, day_of(request.GET.get("last", ""), today))
    number = request.GET.get("number", "").strip()[:12]
    rows, more = receipt_rows(counter, first, last, number)
    name = day_name(first)
    if first != last:
        name = f"{name} – {day_name(last)}"
    screen = Receipts(
        frame=frame(request),
        day_name=gettext("Receipt %(number)s") % {"number": number} if number else name,
        rows=tuple(rows),
        first=first,
        last=last,
        number=number,
        more=gettext("There are more. Choose fewer days.") if more else "",
    )
    return render(request, "till/receipts.html", {"screen": screen})


@require_GET
@at_the_till
def receipt(request: StaffRequest, number: int) -> HttpResponse:
    """One receipt, as it was printed."""
    return _receipt_page(request, number)


def _receipt_page(
    request: StaffRequest, number: int, *, notice: Notice | None = None, status: int = 200
) -> HttpResponse:
    counter = served().counter
    till, reader = counter.till, counter.reader()
    seqs = reader.receipt_seqs(number)
    if seqs is None:
        return not_found(request)
    signed = copying.signed_receipt(reader, *seqs)
    columns = DAY_COLUMNS
    key = journaled.receipt_key(till.identity.register_serial, seqs[0])
    made = copying.state_here(till, reader, key).made
    screen = ReceiptPage(
        frame=frame(request),
        number=str(number),
        paper=Paper(text=documents.receipt_text(signed, columns), columns=columns),
        remark=copy_sentence(made[-1]) if made else "",
        copy_tap="" if made or till.desk.training else till.clock.new_id(),
        notice=notice,
    )
    return render(request, "till/receipt.html", {"screen": screen}, status=status)


@require_POST
@at_the_till
def receipt_copy(request: StaffRequest, number: int) -> HttpResponse:
    """Print the copy of a receipt (R-COPY-002); the page then says that it was made."""
    counter = served().counter
    try:
        key = returning.own_key(counter.till, counter.reader(), number)
        if not counter.copy_receipt(request.person, tap_id(request), key):
            counter.await_answer(terms.COPY, key)
        wish = counter.till.sharing.wish(terms.COPY, key)
    except Unreadable:
        return HttpResponse(status=400)
    except Refusal as no:
        return _receipt_page(request, number, notice=zones.refused(no), status=422)
    if wish:
        notice = Notice(sentence=wishes.sentence(counter, wish))
        return _receipt_page(request, number, notice=notice)
    return HttpResponseRedirect(reverse("till:receipt", args=[number]))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A page that is not there."""
    return _message(
        request,
        gettext("Not found"),
        gettext("This page does not exist. Go back to the sale."),
        404,
    )


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of ours: the till has read its records again and goes on."""
    sentence = gettext(
        "Something went wrong in the till. Nothing is lost. Look at the receipt and try again."
    )
    if DISK_FULL in request.META:
        sentence = gettext(
            "The till's disk is full, so this press changed nothing. What is on the screen is kept."
            " Call service: as soon as there is room, the sale goes on."
        )
    return _message(request, gettext("That did not work"), sentence, 500)


def _message(request: HttpRequest, title: str, sentence: str, status: int) -> HttpResponse:
    screen = Message(
        frame=frame(request),
        title=title,
        sentence=sentence,
        ways=(Way(label=gettext("To the sale"), action="till:selling", primary=True, post=False),),
    )
    return render(request, "till/message.html", {"screen": screen}, status=status)
