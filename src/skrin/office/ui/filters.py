"""The filter of a page, read from its address: days, store, till, search."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from skrin.office.receipts.queries import Selection
from skrin.office.tenancy import queries as tenancy
from skrin.office.tills import queries as tills
from skrin.office.ui.doors import Visit
from skrin.office.ui.screens import Choice, Filter, Link


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, and the filter bar that shows it."""

    selection: Selection
    filter: Filter
    query: str
    offset: int
    address: QueryDict

    def page_url(self, offset: int) -> str:
        """The same page with another part of the list."""
        parts = self.address.copy()
        parts["offset"] = str(offset)
        return f"?{parts.urlencode()}"


def asked(visit: Visit, days_back: int = 0, *, search: bool = False) -> Asked:
    """Read the filter of a list; without dates the last `days_back` days and today."""
    get = visit.request.GET
    today = visit.today
    standard = (today - timedelta(days=days_back), today)
    first, last, error = _days(get.get("from", ""), get.get("to", ""), standard)
    seen = {
        number: name
        for number, name in sorted(tenancy.store_names(visit.company).items())
        if visit.member.may_see(number)
    }
    store = get.get("store", "")
    chosen = int(store) if store.isdecimal() and len(store) < 9 and int(store) in seen else None
    till = get.get("till", "")[:24]
    query = get.get("q", "").strip()[:40]
    offset = get.get("offset", "")
    return Asked(
        Selection(first, last, chosen, till, visit.member.stores),
        Filter(
            from_day=first.isoformat(),
            to_day=last.isoformat(),
            stores=_store_choices(seen, chosen) if len(seen) > 1 else (),
            tills=_till_choices(visit, till),
            query=query if search else None,
            error=error,
            shortcuts=_shortcuts(today),
        ),
        query,
        int(offset) if offset.isdecimal() and len(offset) < 9 else 0,
        get.copy(),
    )


def _days(first: str, last: str, standard: tuple[date, date]) -> tuple[date, date, str]:
    try:
        days = (
            date.fromisoformat(first) if first else standard[0],
            date.fromisoformat(last) if last else standard[1],
        )
    except ValueError:
        return *standard, _("Write the dates as 2025-11-19.")
    if first and not last:
        days = (days[0], max(days))
    if last and not first:
        days = (min(days), days[1])
    if days[0] > days[1]:
        return *standard, _("The first day is after the last one.")
    return *days, ""


def _store_choices(stores: dict[int, str], chosen: int | None) -> tuple[Choice, ...]:
    every = Choice(value="", name=_("All stores"), selected=chosen is None)
    return (
        every,
        *(
            Choice(value=str(number), name=name, selected=number == chosen)
            for number, name in stores.items()
        ),
    )


def _till_choices(visit: Visit, chosen: str) -> tuple[Choice, ...]:
    seats = [
        seat
        for seat in tills.seats(visit.company)
        if seat.till and visit.member.may_see(seat.store)
    ]
    if len(seats) < 2:
        return ()
    every = Choice(value="", name=_("All tills"), selected=not chosen)
    names = {seat.till: f"{seat.designation} {seat.label}" for seat in seats}
    return (
        every,
        *(Choice(value=till, name=name, selected=till == chosen) for till, name in names.items()),
    )


def _shortcuts(today: date) -> tuple[Link, ...]:
    yesterday = today - timedelta(days=1)
    spans = (
        (_("Today"), today, today),
        (_("Yesterday"), yesterday, yesterday),
        (_("This month"), today.replace(day=1), today),
    )
    return tuple(
        Link(label=label, url=f"?{urlencode({'from': first, 'to': last})}")
        for label, first, last in spans
    )


def without_days(of: Filter) -> Filter:
    """The filter of a page that has its own day."""
    return replace(of, from_day=None, to_day=None, shortcuts=(), tills=())
