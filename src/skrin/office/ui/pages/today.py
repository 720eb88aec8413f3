"""Today: how the day goes, and what somebody should look at."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from skrin.domain.money import half_up
from skrin.office.receipts import queries as receipts
from skrin.office.receipts.queries import Selection
from skrin.office.statistics import queries as statistics
from skrin.office.statistics.queries import HourFigures
from skrin.office.ui import screens
from skrin.office.ui.doors import Visit
from skrin.office.ui.filters import asked, without_days
from skrin.office.ui.pages.findings import unseen
from skrin.office.ui.pages.mail import unsent
from skrin.office.ui.pages.sales import receipt_rows
from skrin.office.ui.pages.tills import alarms
from skrin.office.ui.words import long_day, money, percent, whole

LATEST = 8


def today_page(visit: Visit) -> screens.Today:
    """Sales of this business day by hour, and the latest receipts."""
    wanted = asked(visit)
    day = visit.today
    selection = Selection(day, day, wanted.selection.store, "", visit.member.stores)
    hours = _in_order(statistics.per_hour(visit.company, selection), visit.day_break_min)
    groups = statistics.per_group(visit.company, selection)
    latest, _total = receipts.listed_receipts(visit.company, selection)
    found = (*unseen(visit), *unsent(visit), *alarms(visit))
    gross_minor = sum(hour.gross_minor for hour in hours)
    count = sum(hour.receipts + hour.returns for hour in hours)
    margin = statistics.total(group.figures for group in groups).margin_per_mille
    newest = f"{latest[0].at_utc_ms}-{latest[0].sealed_seq}" if latest else "none"
    return screens.Today(
        frame=visit.frame("today"),
        day_name=long_day(day),
        figures=(
            screens.Figure(name=_("Sales with VAT"), value=money(gross_minor), unit="kr"),
            screens.Figure(name=_("Receipts"), value=whole(count), unit=_("pcs")),
            screens.Figure(
                name=_("Average receipt"),
                value=money(half_up(gross_minor, count) if count else 0),
                unit="kr",
            ),
            screens.Figure(name=_("Margin"), value=percent(margin) or "–"),
        ),
        chart=_chart(hours) if hours else None,
        rows=tuple(
            screens.HourRow(
                hour=f"{int(hour.label):02d}–{(int(hour.label) + 1) % 24:02d}",
                receipts=whole(hour.receipts + hour.returns),
                total=money(hour.gross_minor),
            )
            for hour in hours
        ),
        filter=without_days(wanted.filter),
        alarms=found,
        latest=receipt_rows(visit, latest[:LATEST]),
        poll_url=f"{reverse('office:today')}?{visit.request.GET.urlencode()}".rstrip("?"),
        etag=f"{day.isoformat()}-{newest}-{count}-{gross_minor}"
        f"-{'-'.join(alarm.sentence for alarm in found)}",
    )


def _in_order(hours: list[HourFigures], day_break_min: int) -> list[HourFigures]:
    """Hours as the business day runs: what was sold after midnight comes last."""
    return sorted(hours, key=lambda hour: _since_break(int(hour.label), day_break_min))


def _since_break(hour: int, day_break_min: int) -> int:
    return (hour - day_break_min // 60) % 24


def _chart(hours: list[HourFigures]) -> screens.Chart:
    """Every hour from the first to the last with sales, so that a quiet one is seen as quiet."""
    by_hour = {int(hour.label): hour.gross_minor for hour in hours}
    first, last = int(hours[0].label), int(hours[-1].label)
    span = [(first + step) % 24 for step in range((last - first) % 24 + 1)]
    return screens.bar_chart(
        _("Sales per hour"),
        "kr",
        [
            (f"{hour:02d}", half_up(by_hour.get(hour, 0), 100), money(by_hour.get(hour, 0)))
            for hour in span
        ],
    )
