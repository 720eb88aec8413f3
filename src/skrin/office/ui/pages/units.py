"""A till's control unit in the office: the same as its page at the till shows."""

from __future__ import annotations

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from skrin.brand import brand
from skrin.domain.closing import local_time
from skrin.domain.codec import decode_body
from skrin.domain.control_unit import UnitMet
from skrin.domain.entry import Entry, JournalDamage
from skrin.fiscal.se import unit_history, unit_words
from skrin.fiscal.se.fault_report import Reported, fault_times, report_text
from skrin.office.ingest import queries as ingest
from skrin.office.people import queries as people
from skrin.office.tenancy import queries as tenancy
from skrin.office.tills import queries as tills
from skrin.office.tills.queries import SeatCard
from skrin.office.ui import screens, till_screens
from skrin.office.ui.doors import Visit
from skrin.office.ui.words import day_and_clock, language

NOTHING = "–"
Facts = tuple[tuple[str, str], ...]


def seen_seats(visit: Visit) -> list[SeatCard]:
    """The tills that the member may see."""
    return [seat for seat in tills.seats(visit.company) if visit.member.may_see(seat.store)]


def seat_of(visit: Visit, till: str, store: int) -> SeatCard:
    """An enrolled till in a store; a page that is not there when the member may not see it."""
    for seat in seen_seats(visit):
        if (seat.till, seat.store) == (till, store):
            return seat
    raise Http404


def facts(visit: Visit, seat: SeatCard) -> Facts:
    """What the till told of its control unit; what it does not know is left out."""
    unit, spoken = seat.status.unit, _language()
    answered = seat.heard_at_ms - unit.answered_ms if unit.answered_ms >= 0 else 0
    zone = visit.time_zone
    told = (
        (_("Serial number"), seat.status.control_unit),
        (_("Model"), unit.model),
        (_("Firmware"), unit.firmware),
        (_("Protocol version"), unit.protocol),
        (_("Its own status"), _of(unit_words.status(unit.main_status, spoken))),
        (_("Memory"), _of(unit_words.storage(unit.storage_status, spoken))),
        (_("Licences"), unit.licences),
        (_("Last answer"), day_and_clock(answered, zone) if answered else ""),
        (_("Connected by"), unit_history.kind_name(unit.kind, spoken)),
        (_("Address"), unit.address),
        (_("Register designation (POS id)"), seat.designation),
        (_("Belongs to"), unit.owner),
    )
    return tuple((name, value) for name, value in told if value)


def unit_page(visit: Visit, till: str, store: int) -> till_screens.TillUnit:
    """The unit, its log and the report."""
    seat = seat_of(visit, till, store)
    fault, spoken = seat.status.unit.fault, _language()
    said = unit_words.fault(fault, spoken) if fault else None
    working = seat.status.control_unit and not fault
    level: screens.Level = "bad" if fault else ("good" if working else "quiet")
    told = _told(seat, visit)
    events = []
    for entry, body in told:
        user = entry.header.user
        who = people.display_name(visit.company, user) if user else ""
        row = unit_history.happened(body, who, spoken)
        if row:
            when = _when(entry, "%Y-%m-%d %H:%M:%S")
            events.append(till_screens.UnitEvent(when=when, what=row.what, is_fault=row.is_fault))
    report_url = reverse("office:till_unit_report", args=(till, store))
    return till_screens.TillUnit(
        frame=visit.frame("tills"),
        name=seat.label,
        designation=seat.designation,
        level=level,
        state=said.what if said else (_("Works") if working else _("Not heard from yet")),
        to_do=said.to_do if said else "",
        facts=facts(visit, seat),
        events=tuple(events),
        report=_report(visit, seat, told),
        report_url=report_url,
        till_url=reverse("office:till", args=(till, store)),
    )


def report(visit: Visit, till: str, store: int) -> str:
    """The fault report; empty while there was no fault."""
    seat = seat_of(visit, till, store)
    return _report(visit, seat, _told(seat, visit))


Told = list[tuple[Entry, object]]


def _told(seat: SeatCard, visit: Visit) -> Told:
    """What the till's journal says of its unit, latest first. What cannot be read is left out:
    it stands among what could not be projected."""
    found: Told = []
    for entry in ingest.unit_entries(visit.company, seat.till, seat.store):
        header = entry.header
        try:
            body = decode_body(header.kind, header.version, entry.body)
        except JournalDamage:
            continue
        if body is not None:
            found.append((entry, body))
    return found


def _report(visit: Visit, seat: SeatCard, told: Told) -> str:
    times = fault_times((_when(entry, "%Y-%m-%d %H:%M"), body) for entry, body in reversed(told))
    if not times:
        return ""
    met = next((body for _entry, body in told if isinstance(body, UnitMet)), None)
    card = tenancy.store_card(visit.company, seat.store)
    of = Reported(
        card.company_name,
        card.org_number,
        card.store_name,
        card.address,
        seat.designation,
        brand().model_name,
        f"{seat.till}-{seat.store}",
        seat.version,
        met.unit_id if met else seat.status.control_unit,
        met.model if met else "",
        met.firmware if met else "",
    )
    return report_text(of, times, _language())


def _when(entry: Entry, shape: str) -> str:
    header = entry.header
    return local_time(header.at_utc_ms, header.utc_offset_min).strftime(shape)


def _of(said: unit_words.Words) -> str:
    return said.what.rstrip(".")


def _language() -> str:
    """The language of the page, of those that the unit's words are in."""
    chosen = language()[:2]
    return chosen if chosen in unit_words.LANGUAGES else "en"
