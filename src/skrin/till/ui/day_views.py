"""The day: its float, its figures so far, the days that wait for their Z, and their closing."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_POST

from skrin import documents
from skrin.domain import role as roles
from skrin.domain.article import BLIND, OFFERED
from skrin.domain.cash import CASH_OUT, Pieces
from skrin.domain.closing import OpenPeriod
from skrin.domain.money import CURRENCIES, grouped_amount, parse_amount, plain_amount
from skrin.domain.refusal import Refusal
from skrin.till.flow import clock_confirming, closing, reporting
from skrin.till.flow.closing import Count
from skrin.till.flow.counter import Counter
from skrin.till.storage.shop_reader import ShopReader
from skrin.till.ui import forms, words
from skrin.till.ui import zone as zones
from skrin.till.ui.answers import cart_view
from skrin.till.ui.day_screens import Closed, Day, OpenDay, Paper
from skrin.till.ui.frame import day_name, frame
from skrin.till.ui.guard import StaffRequest, at_the_till
from skrin.till.ui.people_views import choices
from skrin.till.ui.report_screens import ClosingForm, FloatWindow, PieceField
from skrin.till.ui.screens import Choice, Notice
from skrin.till.ui.served import served

DAY_COLUMNS = 42
CLOSED_SHOWN = 10


@require_GET
@at_the_till
def day(request: StaffRequest) -> HttpResponse:
    """The day so far, and the days that wait for their Z."""
    closed = request.GET.get("closed", "")
    if not closed.isdecimal():
        return day_page(request)
    sentence = gettext("The day is closed. Z report %(number)s is printed.")
    return day_page(
        request, notice=Notice(sentence=sentence % {"number": closed[:9]}, level="good")
    )


def day_page(
    request: StaffRequest,
    *,
    notice: Notice | None = None,
    float_amount: str = "",
    float_error: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of the day, with what was wrong when something was."""
    counter = served().counter
    till, reader = counter.till, counter.reader()
    now = till.clock.now()
    shows = reporting.may_read_open(till, request.person)
    report = closing.open_report(till, request.person, reader)
    text = documents.report_text(report, now.utc_ms, now.offset_min, DAY_COLUMNS)
    has_float = closing.has_float(till)
    float_minor = closing.float_now(till, reader)
    waiting = closing.waiting_periods(till, reader)
    screen = Day(
        frame=frame(request),
        day_name=day_name(till.today()),
        report=Paper(text=text, columns=DAY_COLUMNS) if shows and report.periods else None,  # type: ignore[arg-type]
        hidden=not shows,
        x_rule=till.role_of(request.person).rule(roles.X_REPORT),
        report_title=gettext("X report"),
        open_days=tuple(_open_day(counter, reader, p, shows) for p in waiting),
        closed=closed_rows(
            reader.closings(CLOSED_SHOWN), reporting.may_read_closed(till, request.person)
        ),
        asks_float=not has_float,
        float_amount=float_amount or plain_amount(float_minor),
        float_error=float_error,
        float_stated=grouped_amount(float_minor) if till.float_day == till.today() else "",
        notice=notice,
    )
    return render(request, "till/day.html", {"screen": screen}, status=status)


def _open_day(counter: Counter, reader: ShopReader, period: OpenPeriod, shows: bool) -> OpenDay:
    totals = reader.totals(period.business_day, period.period)
    sold = totals.get(("receipts", ""))
    count, amount = (sold.count, sold.amount_minor) if sold else (0, 0)
    name = day_name(period.business_day)
    if period.business_day == counter.till.today():
        name = gettext("today, %(day)s") % {"day": name}
    receipts_text = ngettext("%(count)s receipt", "%(count)s receipts", count) % {"count": count}
    return OpenDay(
        day=period.business_day,
        name=name,
        summary=f"{receipts_text}, {grouped_amount(amount)}" if shows else receipts_text,
        url=reverse("till:closing", args=[period.business_day]),
    )


def closed_rows(rows: list[tuple[int, str, int, int, int]], shows: bool) -> tuple[Closed, ...]:
    """Closed days as rows of a list; without their figures unless it `shows` them."""
    return tuple(
        Closed(
            number=str(number),
            name=day_name(business_day),
            total=grouped_amount(net_minor) if shows else "",
            url=reverse("till:closed_day", args=[number]) if shows else "",
        )
        for number, business_day, _, _, net_minor in rows
    )


# Closing.


@require_GET
@at_the_till
def closing_form(request: StaffRequest, business_day: str) -> HttpResponse:
    """What is asked when a day is closed: the count of its drawer, and what goes to the bank."""
    served().counter.examine_soon()
    return _closing_page(request, business_day)


def _closing_page(
    request: StaffRequest, business_day: str, notice: Notice | None = None
) -> HttpResponse:
    counter = served().counter
    till, reader = counter.till, counter.reader()
    everything = closing.waiting_periods(till, reader)
    waiting = [p for p in everything if p.business_day <= business_day]
    if not waiting or waiting[-1].business_day != business_day:
        return day_page(request, notice=zones.refused(Refusal("nothing_to_close")), status=422)
    counts = closing.counts_now(till, everything, business_day)
    role = till.role_of(request.person)
    bank = counts and business_day == till.today() and role.rule(roles.CASH_IN_OUT) != roles.DENY
    right = _left_to_others(role, bank)
    before = len({p.business_day for p in waiting}) - 1
    screen = ClosingForm(
        frame=frame(request),
        day=business_day,
        day_name=day_name(business_day),
        also=ngettext(
            "%(count)s day before it is closed first.",
            "%(count)s days before it are closed first.",
            before,
        )
        % {"count": before}
        if before
        else "",
        counts=counts,
        required=till.store.cash_count != OFFERED,
        expected=_expected(counter, reader, request) if counts else "",
        pieces=_piece_fields(till.store.currency, request) if counts else (),
        counted=forms.typed(request, "counted"),
        bank=bank,
        reasons=tuple(
            Choice(value=str(one.id), name=one.name) for one in till.registers.reasons_of(CASH_OUT)
        ),
        bank_typed=forms.typed(request, "bank"),
        people=choices(served().door.approvers(right), forms.typed(request, "approver"))
        if right
        else (),
        notice=notice,
    )
    status = 422 if notice else 200
    return render(request, "till/closing.html", {"screen": screen}, status=status)


def _left_to_others(role: roles.Role, bank: bool) -> str:
    """The right for which somebody else's PIN is asked at a closing; empty: none is needed."""
    if role.rule(roles.Z_REPORT) != roles.ALLOW:
        return roles.Z_REPORT
    return roles.CASH_IN_OUT if bank and role.rule(roles.CASH_IN_OUT) == roles.PIN else ""


def _expected(counter: Counter, reader: ShopReader, request: StaffRequest) -> str:
    if counter.till.store.cash_count == BLIND and closing.is_blind(counter.till, request.person):
        return ""
    now = closing.open_report(counter.till, request.person, reader)
    return grouped_amount(now.cash_expected_minor)


def _piece_fields(currency: str, request: StaffRequest) -> tuple[PieceField, ...]:
    return tuple(
        PieceField(
            field=f"piece-{value_minor}",
            name=plain_amount(value_minor).removesuffix(",00"),
            value=value_minor,
            typed=forms.typed(request, f"piece-{value_minor}"),
        )
        for value_minor in CURRENCIES[currency].pieces_minor
    )


@require_POST
@at_the_till
def close_day(request: StaffRequest) -> HttpResponse:
    """Close every waiting day up to the one pressed, each with its own Z."""
    counter = served().counter
    wanted = request.POST.get("day", "")
    if wanted not in {
        p.business_day for p in closing.waiting_periods(counter.till, counter.reader())
    }:
        notice = zones.refused(Refusal("nothing_to_close"))
        return day_page(request, notice=notice, status=422)
    try:
        count, approver = _count(request, counter), None
        if request.POST.get("pin"):
            right = _left_to_others(counter.till.role_of(request.person), bank=True)
            approver = forms.approver(request, right)
        numbers = counter.close_days(request.person, wanted, count, approver)
    except Refusal as no:
        return _closing_page(request, wanted, zones.refused(no))
    if not reporting.may_read_closed(counter.till, request.person):
        return HttpResponseRedirect(f"{reverse('till:day')}?closed={numbers[-1]}")
    return HttpResponseRedirect(reverse("till:closed_day", args=[numbers[-1]]))


def _count(request: StaffRequest, counter: Counter) -> Count | None:
    """What was typed of the drawer; None where nothing was. Refused: `amount_unreadable`,
    `count_unreadable`, `count_twice`."""
    pieces = []
    for value_minor in CURRENCIES[counter.till.store.currency].pieces_minor:
        typed = forms.typed(request, f"piece-{value_minor}")
        if typed and not (typed.isascii() and typed.isdecimal() and len(typed) < 6):
            raise Refusal("count_unreadable", typed=typed)
        if typed:
            pieces.append(Pieces(value_minor, int(typed)))
    sum_minor = forms.amount(request, "counted", zero_ok=True)
    if pieces and sum_minor is not None:
        raise Refusal("count_twice")
    bank_minor = forms.amount(request, "bank", zero_ok=True) or 0
    if not pieces and sum_minor is None:
        if bank_minor:
            raise Refusal("count_wanted")
        return None
    counted_minor = sum(p.value_minor * p.count for p in pieces) if pieces else sum_minor or 0
    reason = forms.number(request, "reason") if request.POST.get("reason") else 0
    said = "" if reason else gettext("To the bank")
    return Count(counted_minor, tuple(pieces), bank_minor, reason, said if bank_minor else "")


# The float.


@require_POST
@at_the_till
def set_float(request: StaffRequest) -> HttpResponse:
    """State the change fund, on the page of the day."""
    typed = request.POST.get("amount", "")[:20]
    try:
        amount_minor = parse_amount(typed, zero_ok=True)
        closing.set_float(served().counter.till, request.person, amount_minor)
    except Refusal as no:
        error = words.refusal_sentence(no)
        return day_page(request, float_amount=typed, float_error=error, status=422)
    return HttpResponseRedirect(reverse("till:day"))


@require_GET
@at_the_till
def window_float(request: StaffRequest) -> HttpResponse:
    """The change fund of today: what was proposed, or a figure that was wrong."""
    counter = served().counter
    stated = counter.till.float_day == counter.till.today()
    sentence = gettext("Cash in the drawer when the day began.")
    if stated:
        sentence = gettext("The figure given before stays in the journal beside the new one.")
    screen = FloatWindow(
        title=gettext("Correct the float") if stated else gettext("Cash float"),
        sentence=sentence,
        amount=plain_amount(closing.float_now(counter.till, counter.reader())),
    )
    return render(request, "till/_window_float.html", {"screen": screen})


@cart_view
def float_set(request: StaffRequest, counter: Counter) -> Notice:
    """State the change fund, or correct it, from the selling page; proposed in one tap."""
    amount_minor = forms.amount(request, zero_ok=True)
    if amount_minor is None:
        raise Refusal("amount_unreadable", typed="")
    closing.set_float(counter.till, request.person, amount_minor, forms.approver(request))
    sentence = gettext("The float is %(amount)s.") % {"amount": grouped_amount(amount_minor)}
    return Notice(sentence=sentence, level="good")


@cart_view
def confirm_clock(request: StaffRequest, counter: Counter) -> Notice:
    """A person says that the clock is right, though it went back."""
    approver = forms.approver(request)
    if approver is None and counter.till.role_of(request.person).rule(roles.SETTINGS) != (
        roles.ALLOW
    ):
        raise Refusal("pin_wanted", right=roles.SETTINGS)
    clock_confirming.confirm(counter.till, request.person, approver)
    return Notice(sentence=gettext("The clock is taken as right. Go on selling."), level="good")
