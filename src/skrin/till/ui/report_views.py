"""Every report of the till: looked at on the screen, printed on the receipt printer (R-REP-001)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from skrin import documents
from skrin.domain import role as roles
from skrin.domain.refusal import Refusal
from skrin.domain.report import DayReport, JournalPart
from skrin.domain.sealing import seller_of
from skrin.till.devices.contract import OfficeAway, OfficeRefused
from skrin.till.flow import closing, reporting
from skrin.till.flow.counter import Counter
from skrin.till.ui import forms, words
from skrin.till.ui import zone as zones
from skrin.till.ui.day_screens import Paper
from skrin.till.ui.day_views import DAY_COLUMNS, closed_rows, day_page
from skrin.till.ui.frame import day_name, frame
from skrin.till.ui.guard import StaffRequest, at_the_till
from skrin.till.ui.panel_views import day_of
from skrin.till.ui.people_views import choices
from skrin.till.ui.report_screens import Press, Report, Reports
from skrin.till.ui.screens import Choice, Message, Notice
from skrin.till.ui.served import served

Z_SHOWN = 30
LOOKED_AT_ENTRIES = 200
"""Entries of the journal on one page of the screen: five papers."""


@require_GET
@at_the_till
def reports(request: StaffRequest) -> HttpResponse:
    """The menu of reports."""
    return _menu(request)


def _menu(request: StaffRequest, notice: Notice | None = None) -> HttpResponse:
    counter = served().counter
    till, reader = counter.till, counter.reader()
    today, on = till.today(), day_of(request.GET.get("day", ""), "")
    before = request.GET.get("before", "")
    if on:
        rows = reader.closings_on(on)
    elif before.isdecimal():
        rows = reader.closings_before(int(before[:9]), Z_SHOWN)
    else:
        rows = reader.closings(Z_SHOWN)
    older = rows[-1][0] if rows and not on and rows[-1][0] > 1 else 0
    rule = till.role_of(request.person).rule(roles.REPORTS)
    screen = Reports(
        frame=frame(request),
        first=f"{today[:8]}01",
        last=today,
        closed=closed_rows(rows, reporting.may_read_closed(till, request.person)),
        older=f"{reverse('till:reports')}?before={older}#z" if older else "",
        day=on,
        figures=rule == roles.ALLOW,
        running=_running(counter),
        notice=notice,
    )
    return render(request, "till/reports.html", {"screen": screen}, status=422 if notice else 200)


def _running(counter: Counter) -> str:
    run = counter.quiet_lane.run
    if run is None:
        return ""
    said = {"done": run.done, "parts": run.parts}
    return gettext("The journal is printed: %(done)s of %(parts)s parts.") % said


def _show(
    request: StaffRequest,
    title: str,
    text: str | None,
    columns: int = DAY_COLUMNS,
    **more: Any,
) -> HttpResponse:
    paper = Paper(text=text, columns=columns) if text else None  # type: ignore[arg-type]
    screen = Report(
        frame=frame(request),
        title=title,
        paper=paper,
        running=_running(served().counter),
        **more,
    )
    status = 422 if screen.notice else 200
    return render(request, "till/report.html", {"screen": screen}, status=status)


def _by(request: HttpRequest) -> bool:
    return (request.POST.get("by") or request.GET.get("by")) == "article"


def _other_way(by_article: bool, address: str, **query: str) -> tuple[str, str]:
    label = gettext("By group") if by_article else gettext("By article")
    by = "group" if by_article else "article"
    return label, f"{address}?{urlencode({**query, 'by': by})}"


def _by_field(by_article: bool) -> tuple[tuple[str, str], ...]:
    return (("by", "article" if by_article else "group"),)


# X and Z.


@require_GET
@at_the_till
def x_shown(request: StaffRequest) -> HttpResponse:
    """The X as it is now, by group or by article."""
    return _x_page(request)


def _x_page(request: StaffRequest, notice: Notice | None = None) -> HttpResponse:
    counter = served().counter
    till, by_article = counter.till, _by(request)
    rule = till.role_of(request.person).rule(roles.X_REPORT)
    if rule == roles.DENY:
        return _menu(request, zones.refused(Refusal("not_allowed", right=roles.X_REPORT)))
    shows = reporting.may_read_open(till, request.person)
    text = None
    if shows:
        now = till.clock.now()
        report = closing.open_report(till, request.person, counter.reader())
        text = _text(report, now.utc_ms, now.offset_min, DAY_COLUMNS, by_article)
    press = Press(
        label=gettext("Print X report"),
        url=reverse("till:x_report"),
        fields=_by_field(by_article),
        primary=True,
        people=_who_approves(request, roles.X_REPORT),
    )
    links = (_other_way(by_article, reverse("till:x_shown")),)
    title = gettext("X report")
    return _show(
        request, title, text, hidden=not shows, presses=(press,), links=links, notice=notice
    )


def _who_approves(request: StaffRequest, right: str) -> tuple[Choice, ...]:
    """Who may say yes to what this person's role leaves to a manager's PIN; else nobody."""
    rule = served().counter.till.role_of(request.person).rule(right)
    if rule != roles.PIN:
        return ()
    return choices(served().door.approvers(right), request.POST.get("approver", ""))


def _text(report: DayReport, at_ms: int, offset_min: int, columns: int, by_article: bool) -> str:
    return documents.report_text(replace(report, by_article=by_article), at_ms, offset_min, columns)


@require_POST
@at_the_till
def x_report(request: StaffRequest) -> HttpResponse:
    """Print the X."""
    counter = served().counter
    try:
        approver = forms.approver(request, roles.X_REPORT)
        counter.x_report(request.person, by_article=_by(request), approver=approver)
    except Refusal as no:
        if "pin" in request.POST:
            return _x_page(request, zones.refused(no))
        return day_page(request, notice=zones.refused(no), status=422)
    if _by(request):
        return HttpResponseRedirect(f"{reverse('till:x_shown')}?by=article")
    return HttpResponseRedirect(reverse("till:day"))


@require_GET
@at_the_till
def closed_day(request: StaffRequest, number: int) -> HttpResponse:
    """A Z as it was printed, or by article."""
    return _z_page(request, number)


def _z_page(request: StaffRequest, number: int, notice: Notice | None = None) -> HttpResponse:
    from skrin.till.ui.beside import not_found

    counter = served().counter
    shows = reporting.may_read_closed(counter.till, request.person)
    people = () if shows else _who_approves(request, roles.Z_REPORT)
    if not shows and not people:
        sentence = words.refusal_sentence(Refusal("not_allowed", right=roles.Z_REPORT))
        screen = Message(frame=frame(request), title=gettext("Reports"), sentence=sentence)
        return render(request, "till/message.html", {"screen": screen}, status=403)
    found = reporting.closed_report(counter.reader(), number)
    if found is None:
        return not_found(request)
    entry, report = found
    header, by_article = entry.header, _by(request)
    columns = report.delivery.columns if report.delivery else DAY_COLUMNS
    text = _text(report, header.at_utc_ms, header.utc_offset_min, columns, by_article)
    address = reverse("till:closed_day", args=[number])
    copy = Press(
        label=gettext("Print a copy by article")
        if by_article
        else gettext("Print a copy by group"),
        url=reverse("till:copy_z", args=[number]),
        fields=_by_field(by_article),
        people=people,
    )
    books = Press(label=gettext("Accounting file (SIE)"), url=reverse("till:sie", args=[number]))
    rule = counter.till.role_of(request.person).rule(roles.REPORTS)
    presses = (copy, books) if rule == roles.ALLOW else (copy,)
    title = gettext("Z report %(number)s") % {"number": number}
    links = (_other_way(by_article, address),)
    more: dict[str, Any] = {"presses": presses, "links": links, "notice": notice}
    return _show(request, title, text if shows else None, columns, hidden=not shows, **more)


@require_POST
@at_the_till
def copy_z(request: StaffRequest, number: int) -> HttpResponse:
    """Print a copy of an earlier Z."""
    try:
        approver = forms.approver(request, roles.Z_REPORT)
        served().counter.copy_z(request.person, number, by_article=_by(request), approver=approver)
    except Refusal as no:
        return _z_page(request, number, zones.refused(no))
    by = urlencode(dict(_by_field(_by(request))))
    return HttpResponseRedirect(f"{reverse('till:closed_day', args=[number])}?{by}")


@require_POST
@at_the_till
def sie(request: StaffRequest, number: int) -> HttpResponse:
    """The accounting file of a Z, made by the office, to be kept on this device (R-REP-013)."""
    counter = served().counter
    try:
        reporting.check_may_see_figures(counter.till, request.person)
        made = counter.accounting_file(number)
    except (OfficeAway, OfficeRefused):
        return _z_page(request, number, zones.refused(Refusal("sie_office_away")))
    except Refusal as no:
        return _z_page(request, number, zones.refused(no))
    response = HttpResponse(made.content, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{made.file_name}"'
    return response


# An interval of days, and the journal.


def _span(request: HttpRequest) -> tuple[str, str]:
    today = served().counter.till.today()
    sent = request.POST if request.method == "POST" else request.GET
    first = day_of(sent.get("first", ""), today)
    return first, max(first, day_of(sent.get("last", ""), today))


def _span_name(span: tuple[str, str]) -> str:
    return " – ".join(dict.fromkeys(day_name(day) for day in span))


@require_GET
@at_the_till
def period(request: StaffRequest) -> HttpResponse:
    """The report of an interval of days."""
    return _period_page(request)


def _period_page(request: StaffRequest, notice: Notice | None = None) -> HttpResponse:
    counter, span = served().counter, _span(request)
    try:
        reporting.check_may_see_figures(counter.till, request.person)
    except Refusal as no:
        return _menu(request, zones.refused(no))
    now, by_article = counter.till.clock.now(), _by(request)
    report = reporting.period_report(
        counter.till, counter.reader(), request.person, *span, by_article=by_article
    )
    text = documents.report_text(report, now.utc_ms, now.offset_min, DAY_COLUMNS)
    days = (("first", span[0]), ("last", span[1]))
    press = Press(
        label=gettext("Print"),
        url=reverse("till:print_period"),
        fields=(*days, *_by_field(by_article)),
        primary=True,
    )
    return _show(
        request,
        gettext("Period report"),
        text if report.periods else None,
        presses=(press,) if report.periods else (),
        links=(_other_way(by_article, reverse("till:period"), **dict(days)),),
        notice=notice,
    )


@require_POST
@at_the_till
def print_period(request: StaffRequest) -> HttpResponse:
    """Print the report of an interval of days."""
    span, by_article = _span(request), _by(request)
    try:
        served().counter.print_period(request.person, span, by_article=by_article)
    except Refusal as no:
        return _period_page(request, zones.refused(no))
    query = urlencode({"first": span[0], "last": span[1], **dict(_by_field(by_article))})
    return HttpResponseRedirect(f"{reverse('till:period')}?{query}")


@require_GET
@at_the_till
def journal(request: StaffRequest) -> HttpResponse:
    """The journal of an interval of days, a part of it at a time."""
    return _journal_page(request)


def _journal_page(request: StaffRequest, notice: Notice | None = None) -> HttpResponse:
    counter, span = served().counter, _span(request)
    till, reader = counter.till, counter.reader()
    try:
        reporting.check_may_see_figures(till, request.person)
    except Refusal as no:
        return _menu(request, zones.refused(no))
    title = gettext("Journal, %(days)s") % {"days": _span_name(span)}
    seqs = reader.seqs_between(*span)
    if seqs is None:
        return _show(request, title, None, notice=notice)
    first_seq, last_seq = seqs
    sent = request.POST if request.method == "POST" else request.GET
    asked = sent.get("from", "")
    from_seq = min(max(first_seq, int(asked[:12])), last_seq) if asked.isdecimal() else first_seq
    through_seq = min(last_seq, from_seq + LOOKED_AT_ENTRIES - 1)
    part = JournalPart(
        span[0],
        span[1],
        from_seq,
        through_seq,
        last_seq,
        till.identity.seat.designation,
        till.identity.register_serial,
        seller_of(till.store),
        request.person.display_name,
        None,
    )
    text = documents.journal_text(
        part, list(reader.entries(from_seq, through_seq - from_seq + 1)), DAY_COLUMNS
    )
    days = (("first", span[0]), ("last", span[1]))
    papers = -(-(last_seq - from_seq + 1) // reporting.PART_ENTRIES)
    presses = [
        Press(
            label=gettext("Print from here (%(papers)s papers)") % {"papers": papers},
            url=reverse("till:print_journal"),
            fields=(*days, ("from", str(from_seq))),
            primary=True,
        )
    ]
    if counter.quiet_lane.run:
        stop = Press(label=gettext("Stop printing"), url=reverse("till:stop_journal"))
        presses.insert(0, stop)
    return _show(
        request,
        title,
        text,
        presses=tuple(presses),
        links=_neighbours(dict(days), first_seq, from_seq, last_seq),
        notice=notice,
    )


def _neighbours(
    days: dict[str, str], first_seq: int, from_seq: int, last_seq: int
) -> tuple[tuple[str, str], ...]:
    places = (
        (gettext("Earlier entries"), max(first_seq, from_seq - LOOKED_AT_ENTRIES)),
        (gettext("Later entries"), from_seq + LOOKED_AT_ENTRIES),
    )
    return tuple(
        (label, f"{reverse('till:journal')}?{urlencode({**days, 'from': str(place)})}")
        for label, place in places
        if place != from_seq and place <= last_seq
    )


@require_POST
@at_the_till
def print_journal(request: StaffRequest) -> HttpResponse:
    """Print the journal of an interval of days, part by part while nobody sells."""
    span = _span(request)
    asked = request.POST.get("from", "")
    from_seq = int(asked[:12]) if asked.isdecimal() else 0
    try:
        served().counter.print_journal(request.person, span, from_seq)
    except Refusal as no:
        return _journal_page(request, zones.refused(no))
    query = urlencode({"first": span[0], "last": span[1], "from": str(from_seq)})
    return HttpResponseRedirect(f"{reverse('till:journal')}?{query}")


@require_POST
@at_the_till
def stop_journal(request: StaffRequest) -> HttpResponse:
    """Print no further part."""
    served().counter.stop_journal()
    return HttpResponseRedirect(reverse("till:reports"))
