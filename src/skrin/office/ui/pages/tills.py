"""Tills: how each of them fares, and what should be looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext as _

from skrin.office.ingest import queries as ingest
from skrin.office.ingest.queries import Chain
from skrin.office.receipts import queries as receipts
from skrin.office.tenancy import queries as tenancy
from skrin.office.tills import queries as tills
from skrin.office.tills.queries import SeatCard
from skrin.office.ui import screens
from skrin.office.ui.doors import Visit
from skrin.office.ui.finding_screens import Awaited
from skrin.office.ui.pages import enrolling, hosting, units
from skrin.office.ui.till_screens import ConflictRow, Stop, TillPage
from skrin.office.ui.words import clock, day_and_clock, day_of, whole
from skrin.sync.damage import said

SILENT_MS = 60_000
"""A till calls every five seconds; after a minute without a call it counts as away."""

RIVAL_SHOWN_MS = 60 * 60 * 1000
MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000


def tills_page(visit: Visit) -> screens.Tills:
    """Every till that the member may see."""
    chains, stores = ingest.chains(visit.company), tenancy.store_names(visit.company)
    return screens.Tills(
        frame=visit.frame("tills"),
        rows=tuple(
            _row(visit, seat, chains.get((seat.till, seat.store)), stores)
            for seat in units.seen_seats(visit)
        ),
        new_url=reverse("office:till_new") if visit.may("till_new") else "",
        links=tuple(_links(visit)),
    )


def _links(visit: Visit) -> Iterator[screens.Link]:
    """What the member may do with tills, beside making one."""
    names = {
        "companies": _("Companies"),
        "till_prepare": _("Prepare tills"),
        "till_settings": _("Settings of the tills"),
        "till_updates": _("Versions"),
    }
    for name, label in names.items():
        if visit.may(name) and (name != "companies" or len(visit.companies) > 1):
            yield screens.Link(label=label, url=reverse(f"office:{name}"))


def _row(
    visit: Visit, seat: SeatCard, chain: Chain | None, stores: dict[int, str]
) -> screens.TillRow:
    level, state = _state(visit, seat, chain)
    return screens.TillRow(
        name=seat.label,
        designation=seat.designation,
        store=stores.get(seat.store, str(seat.store)),
        level=level,
        state=state,
        last_contact=_ago(visit, seat.heard_at_ms),
        unsent=_unsent(visit, seat),
        head=whole(chain.head_seq) if chain else "",
        version=seat.version,
        remark=_remark(chain) or hosting.falling(seat),
        url=_url(seat),
    )


def standing(visit: Visit, since_ms: int) -> dict[str, Awaited]:
    """How each register stands that the member may see, for an office that waits for some since
    then: a till that has not spoken since is not connected, however lately it did before."""
    chains = ingest.chains(visit.company)
    found = {}
    for seat in units.seen_seats(visit):
        level, state = _state(visit, seat, chains.get((seat.till, seat.store)))
        if level == "good" and seat.heard_at_ms < since_ms:
            level, state = "warn", _("Not heard from since then")
        elif level == "good":
            state = _("Connected, and sends what it has")
        name = f"{seat.designation} {seat.label}"
        found[f"{seat.till}-{seat.store}"] = Awaited(
            name=name, level=level, state=state, url=_url(seat)
        )
    return found


def _url(seat: SeatCard) -> str:
    if seat.till:
        return reverse("office:till", args=(seat.till, seat.store))
    return reverse("office:till_seat", args=(seat.number,))


def _state(visit: Visit, seat: SeatCard, chain: Chain | None) -> tuple[screens.Level, str]:
    if seat.retired:
        return "quiet", _("Taken out of use")
    if not seat.till:
        return "quiet", _("Waits for its device")
    if chain and chain.alarm:
        return "bad", alarm_sentence(chain.alarm)
    if visit.now_ms - seat.rival_at_ms < RIVAL_SHOWN_MS:
        return "bad", alarm_sentence("rival_incarnation")
    if seat.status.damage:
        return "bad", _("Its file is damaged; it sells nothing until it is mended")
    if not seat.heard_at_ms:
        return "quiet", _("Not heard from yet")
    if visit.now_ms - seat.heard_at_ms > SILENT_MS:
        return "warn", _("Not heard from for %(time)s") % {
            "time": _span(visit.now_ms - seat.heard_at_ms)
        }
    return "good", _("Connected")


def alarm_sentence(alarm: str) -> str:
    """What is wrong with a chain, in words."""
    return {
        "other_hash": _("Sends another history than before. Taking in has stopped."),
        "broken_link": _("Its history does not fit together. Taking in has stopped."),
        "torn": _("Sent an entry that cannot be read."),
        "foreign": _("Sent an entry of another till."),
        "rival_incarnation": _("Runs twice: an older start of it was heard after a newer one."),
    }.get(alarm, alarm)


def _remark(chain: Chain | None) -> str:
    if chain is None or not chain.unread:
        return ""
    return ngettext(
        "%(n)s entry is kept but cannot be shown in figures",
        "%(n)s entries are kept but cannot be shown in figures",
        chain.unread,
    ) % {"n": whole(chain.unread)}


def _span(span_ms: int) -> str:
    if span_ms < MINUTE_MS:
        return _("%(n)s s") % {"n": max(0, span_ms // 1000)}
    if span_ms < HOUR_MS:
        return _("%(n)s min") % {"n": span_ms // MINUTE_MS}
    if span_ms < 2 * DAY_MS:
        return _("%(n)s h") % {"n": span_ms // HOUR_MS}
    return _("%(n)s days") % {"n": span_ms // DAY_MS}


def _ago(visit: Visit, at_ms: int) -> str:
    if not at_ms:
        return _("never")
    return _("%(time)s ago") % {"time": _span(visit.now_ms - at_ms)}


def _unsent(visit: Visit, seat: SeatCard) -> str:
    status = seat.status
    if not status.unsent or status.oldest_unsent_ms <= 0:
        return whole(status.unsent)
    oldest = clock(seat.heard_at_ms - status.oldest_unsent_ms, visit.time_zone)
    return _("%(n)s, oldest %(time)s") % {"n": whole(status.unsent), "time": oldest}


def alarms(visit: Visit) -> tuple[screens.Alarm, ...]:
    """What somebody should look at, worst first."""
    chains = ingest.chains(visit.company)
    link = screens.Link(label=_("See the tills"), url=reverse("office:tills"))
    found: list[screens.Alarm] = []
    for seat in units.seen_seats(visit):
        chain = chains.get((seat.till, seat.store))
        level, state = _state(visit, seat, chain)
        name = f"{seat.designation} {seat.label}"
        if level in ("bad", "warn"):
            found.append(screens.Alarm(level=level, sentence=f"{name}: {state}", link=link))
        if _remark(chain):
            found.append(
                screens.Alarm(level="warn", sentence=f"{name}: {_remark(chain)}", link=link)
            )
    return tuple(sorted(found, key=lambda alarm: alarm.level != "bad"))


def till_page(visit: Visit, till: str, store: int) -> TillPage:
    """One till: what it said of itself, its chain, and entries that could not be projected."""
    return _page(visit, units.seat_of(visit, till, store))


def seat_page(visit: Visit, number: int) -> TillPage:
    """One till by its own number."""
    return _page(visit, enrolling.seat_of(visit, number))


def _page(visit: Visit, seat: SeatCard) -> TillPage:
    chain = ingest.chains(visit.company).get((seat.till, seat.store))
    level, state = _state(visit, seat, chain)
    may = visit.may("till_retire") and not seat.retired
    retire_url = reverse("office:till_retire", args=(seat.number,)) if may else ""
    waits = may and not seat.till
    return TillPage(
        frame=visit.frame("tills"),
        name=seat.label,
        designation=seat.designation,
        level=level,
        state=state,
        groups=(
            *(_heard(visit, seat, chain) if seat.till else ()),
            screens.FactGroup(title=_("What was done in the office"), facts=_done(visit, seat)),
            screens.FactGroup(title=_("Before and after it"), facts=_line_of(seat)),
        ),
        code_url=reverse("office:till_code", args=(seat.number,)) if waits else "",
        records_url=reverse("office:records", args=(seat.till, seat.store))
        if seat.till and visit.may("records")
        else "",
        retire_url=retire_url,
        stop=_stop(seat, chain, retire_url),
        conflicts=_conflicts(visit, seat) if chain and chain.conflicts else (),
        unit_url=reverse("office:till_unit", args=(seat.till, seat.store)) if seat.till else "",
        damage=_damage(seat),
    )


def _damage(seat: SeatCard) -> Stop | None:
    status = seat.status
    if not status.damage or seat.retired:
        return None
    return Stop(
        title=_("The till's file is damaged"),
        sentences=(
            _("It sells nothing until it is mended. Use another till meanwhile."),
            _(
                "On the till's own screen, press “Mend it now”. It takes what the office has from"
                " here. If anything would be lost, nothing is changed: then call service."
            ),
        ),
        found=tuple(dict.fromkeys(said(one, gettext) for one in status.damages)),
        technical=status.damage,
    )


def _heard(visit: Visit, seat: SeatCard, chain: Chain | None) -> tuple[screens.FactGroup, ...]:
    """What the till said of itself and what came of it."""
    status = seat.status
    unread = ingest.unread(visit.company, seat.till, seat.store)
    return (
        screens.FactGroup(
            title=_("Contact"),
            facts=(
                (_("Last contact"), _ago(visit, seat.heard_at_ms)),
                (_("Not sent"), _unsent(visit, seat)),
                (_("Version"), seat.version),
                (_("Start of the program"), str(seat.incarnation)),
                (_("Serial number"), f"{seat.till}-{seat.store}"),
                (_("Device"), seat.device_name),
            ),
        ),
        screens.FactGroup(
            title=_("Devices"),
            facts=(
                (
                    _("Control unit"),
                    f"{status.control_unit} {_device_words(status.control_unit_state)}".strip(),
                ),
                (_("Card terminal"), _device_words(status.card_terminal_state)),
                (_("Printer"), _device_words(status.printer_state)),
            ),
        ),
        screens.FactGroup(title=_("Control unit"), facts=units.facts(visit, seat)),
        screens.FactGroup(title=_("What keeps it running"), facts=hosting.facts(visit, seat)),
        screens.FactGroup(
            title=_("History"),
            facts=(
                (_("Last entry"), whole(chain.head_seq) if chain else "0"),
                (_("Hash of the entry"), chain.head_hash if chain else ""),
                (_("Entries set aside"), whole(chain.conflicts) if chain else "0"),
            ),
        ),
        screens.FactGroup(
            title=_("Kept, but not in any figure"),
            facts=tuple((f"{seq} {kind}", _why(why)) for seq, kind, why in unread),
        ),
    )


def _line_of(seat: SeatCard) -> tuple[tuple[str, str], ...]:
    """The till in whose place it was made, and the one in its place (D45)."""
    both = ((_("In the place of"), seat.predecessor), (_("Replaced by"), seat.successor))
    return tuple((name, designation) for name, designation in both if designation)


def _done(visit: Visit, seat: SeatCard) -> tuple[tuple[str, str], ...]:
    words = {
        "made": _("%(person)s made it"),
        "code": _("%(person)s took a new code"),
        "retired": _("%(person)s took it out of use"),
        "let_in": _("%(person)s let it in again after a backup was put back"),
        "was_out": _("Out of use again: the till in its place shows that it was, before a backup"),
        "wiped": _("Its device was emptied; the office certified that it has all of it"),
        "store": _("%(person)s made its device a till in another store too"),
        "settings": _("%(person)s changed its settings"),
    }
    return tuple(
        (
            day_and_clock(one.at_ms, visit.time_zone),
            ". ".join(
                part
                for part in (
                    words.get(one.what, one.what) % {"person": one.person},
                    enrolling.cause_words(one.cause),
                    one.reason,
                )
                if part
            ),
        )
        for one in tills.done(visit.company, seat.number)
    )


def _stop(seat: SeatCard, chain: Chain | None, retire_url: str) -> Stop | None:
    """What happened to a chain that nothing more is taken of, and the one way on.

    Nothing starts it again: the office cannot know which of two histories is the true one, and
    overwrites neither (D26). The device goes on under a new till with a series of its own (D24).
    """
    if chain is None or not chain.stopped or seat.retired:
        return None
    happened = {
        "other_hash": _(
            "It sent an entry under a number that the office already has, with another content."
            " That happens when a till's disk was put back from a copy, or two devices run"
            " with the same files, or somebody changed its files."
        ),
        "broken_link": _(
            "It sent an entry that does not follow the one before it. Its files were damaged,"
            " exchanged or changed."
        ),
    }.get(chain.alarm, alarm_sentence(chain.alarm))
    link = screens.Link(
        label=_("Take it out of use, with a successor"),
        url=f"{retire_url}?cause=history",
        primary=True,
    )
    return Stop(
        title=_("Nothing more of this till is taken in"),
        sentences=(
            happened,
            _(
                "Both histories are kept and neither is overwritten. The till sells on, but its"
                " sales do not reach the figures and the accounting files."
            ),
            _(
                "Look at what was set aside, and find out what happened at the till. It cannot"
                " be started again in the same series: take it out of use and enrol its device as"
                " a new till. Keep the old files; the entries in them are the shop's records."
            ),
        ),
        link=link if retire_url else None,
    )


def _conflicts(visit: Visit, seat: SeatCard) -> tuple[ConflictRow, ...]:
    return tuple(
        ConflictRow(
            number=whole(one.seq),
            found=f"{day_of(one.found_at_ms, visit.time_zone)}"
            f" {clock(one.found_at_ms, visit.time_zone)}",
            why=alarm_sentence(one.why),
            came=one.hash[:16],
            stands=f"{one.stored_hash[:16]} {one.kind}" if one.stored_hash else "",
        )
        for one in ingest.conflicts(visit.company, seat.till, seat.store)
    )


def _why(why: str) -> str:
    return {
        "unknown_version": _("Written by a newer version"),
        "unreadable": _("Cannot be read"),
        "no_sealed_receipt": _("A control code without its receipt"),
        "unfit": _("Holds a value that no figure can hold"),
    }.get(why, why)


def _device_words(code: str) -> str:
    """What the till last said of a device, in words; its code where a newer till says more."""
    return {
        "control_unit_answers": _("answers"),
        "control_unit_asked": _("is asked at the next payment"),
        "control_unit_silent": _("does not answer"),
        "control_unit_refuses": _("does not register"),
        "control_unit_missing": _("is not set up"),
        "control_unit_former_owner": _("belongs to another company"),
        "card_terminal_ready": _("is ready"),
        "card_terminal_busy": _("is at work"),
        "card_terminal_asked": _("is asked at the next payment"),
        "card_terminal_unreachable": _("has no contact with its bank"),
        "card_terminal_maintenance": _("is being serviced"),
        "card_terminal_silent": _("does not answer"),
        "card_terminal_contradicts": _("says otherwise than was stated"),
        "card_terminal_missing": _("is not set up"),
        "printer_ready": _("is ready"),
        "printer_paper_low": _("is nearly out of paper"),
        "printer_paper_out": _("is out of paper"),
        "printer_cover_open": _("has its cover open"),
        "printer_offline": _("is offline"),
        "printer_silent": _("does not answer"),
        "printer_not_raw": _("has a queue that takes no raw documents"),
        "printer_missing": _("is not set up"),
        "": _("unknown"),
    }.get(code, code)


def till_summary(visit: Visit, till: str, store: int) -> dict[str, Any]:
    """What a till's journal comes to, as data: for comparing till and office."""
    seat = units.seat_of(visit, till, store)
    chain = ingest.chains(visit.company).get((till, store))
    found = receipts.journal_sum(visit.company, till, store)
    return {
        "till": till,
        "store": store,
        "designation": seat.designation,
        "head_seq": chain.head_seq if chain else 0,
        "head_hash": chain.head_hash if chain else "",
        "alarm": chain.alarm if chain else "",
        "unread": chain.unread if chain else 0,
        "unsigned": found.unsigned,
        "repeated_registrations": found.repeated_registrations,
        "unsent": seat.status.unsent,
        "kinds": [asdict(kind) for kind in found.kinds],
        "payments": [asdict(payment) for payment in found.payments],
        "closings": [
            {**asdict(closing), "business_day": closing.business_day.isoformat()}
            for closing in found.closings
        ],
    }
