"""Versions of the tills: marking chosen ones, rings, and how far each is (R-UPD-004, OPP-048)."""

from __future__ import annotations

import re

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from skrin.domain.refusal import Refusal
from skrin.office.tenancy import queries as tenancy
from skrin.office.tills.queries import SeatCard
from skrin.office.ui import screens
from skrin.office.ui.doors import Visit
from skrin.office.ui.pages import units
from skrin.office.ui.update_screens import ReleaseCard, TillUpdates, UpdateRow
from skrin.office.ui.words import language
from skrin.office.updates import actions, queries
from skrin.office.updates.actions import Marking
from skrin.office.updates.queries import Marked
from skrin.sync.updates import HOWS, LOGIN, OFFER, WINDOW

_CLOCK = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")
MB = 1_000_000


def page(visit: Visit, *, fault: str = "", done: str = "") -> TillUpdates:
    """Every device that the member may see, with its version, mark and progress."""
    marks, found = queries.marks(visit.company), queries.releases()
    form = visit.request.POST
    asked = visit.request.GET.get("ring", "")
    devices = _devices(visit)
    chosen = set(form.getlist("till")) if fault else set()
    rows = []
    for number, seats in devices.items():
        marked = marks.get(number, Marked())
        is_chosen = str(number) in chosen or asked == str(marked.ring)
        rows.append(_row(visit, number, seats, marked, is_chosen))
    return TillUpdates(
        frame=visit.frame("tills"),
        rows=tuple(rows),
        releases=tuple(_card(one, devices, marks) for one in found),
        versions=(
            *(
                screens.Choice(
                    value=one.release.version,
                    name=one.release.version,
                    selected=form.get("version", found[0].release.version) == one.release.version,
                )
                for one in found
            ),
            screens.Choice(value="", name=_("None: nothing is offered"), selected=False),
        ),
        hows=tuple(
            screens.Choice(value=how, name=how_words(how), selected=form.get("how", WINDOW) == how)
            for how in HOWS
        ),
        rings=tuple(
            screens.Choice(value=str(ring), name=_ring(ring), selected=False)
            for ring in actions.RINGS
        ),
        window_from=form.get("from", "02:00")[:5],
        window_to=form.get("to", "05:00")[:5],
        choose=tuple(
            screens.Link(
                label=_("Choose %(ring)s") % {"ring": _ring(ring).lower()},
                url=f"{reverse('office:till_updates')}?ring={ring}",
            )
            for ring in actions.RINGS
        ),
        fault=fault,
        done=done,
    )


def change(visit: Visit) -> TillUpdates:
    """Do what the form says; the page with what came of it."""
    form = visit.request.POST
    seen = _devices(visit)
    tills = [int(text) for text in form.getlist("till") if text.isdecimal() and len(text) < 18]
    tills = [number for number in tills if number in seen]
    try:
        if form.get("do") == "ring":
            ring = form.get("ring", "")
            count = actions.put_in_ring(visit.company, tills, int(ring) if ring.isdecimal() else 0)
            said = ngettext("%(n)s till is moved.", "%(n)s tills are moved.", count)
        else:
            count = actions.mark(visit.company, tills, _marking(visit))
            said = ngettext("%(n)s till is marked.", "%(n)s tills are marked.", count)
    except Refusal as no:
        return page(visit, fault=_fault(no.code))
    return page(visit, done=said % {"n": count})


def _marking(visit: Visit) -> Marking:
    form = visit.request.POST
    return Marking(
        form.get("version", "")[:24],
        form.get("how", "")[:8],
        _minutes(form.get("from", "")),
        _minutes(form.get("to", "")),
        visit.member.display_name,
        visit.now_ms,
    )


def _minutes(text: str) -> int:
    shape = _CLOCK.fullmatch(text.strip())
    return int(shape[1]) * 60 + int(shape[2]) if shape else -1


def _fault(code: str) -> str:
    return {
        "no_tills": _("Choose at least one till in the list."),
        "release_unknown": _("This version is not here any more. Choose another."),
        "how_unknown": _("Choose when it is installed."),
        "window_unreadable": _("Type the hours like 02:00."),
        "ring_unknown": _("Choose a ring."),
    }.get(code, code)


def _devices(visit: Visit) -> dict[int, list[SeatCard]]:
    """The devices with the seats that the member may see; those out of use are not updated."""
    found: dict[int, list[SeatCard]] = {}
    for seat in units.seen_seats(visit):
        if not seat.retired and seat.till:
            found.setdefault(seat.number, []).append(seat)
    return found


def _row(
    visit: Visit, number: int, seats: list[SeatCard], marked: Marked, chosen: bool
) -> UpdateRow:
    names = tenancy.store_names(visit.company)
    level, state = progress(marked)
    return UpdateRow(
        number=str(number),
        name=seats[0].label,
        designations=", ".join(seat.designation for seat in seats),
        store=", ".join(names.get(seat.store, str(seat.store)) for seat in seats),
        ring=_ring(marked.ring),
        installed=marked.told.installed or seats[0].version,
        marked=_marked(marked),
        level=level,
        state=state,
        chosen=chosen,
    )


def _marked(marked: Marked) -> str:
    if not marked.version:
        return _("for nothing")
    told = {"version": marked.version, "how": how_words(marked.how).lower()}
    return _("%(version)s, %(how)s") % told


def how_words(how: str) -> str:
    """When a version is installed."""
    return {
        OFFER: _("When somebody at the till says so"),
        WINDOW: _("While the shop is closed"),
        LOGIN: _("At the next log-in"),
    }.get(how, how)


def _ring(ring: int) -> str:
    return {1: _("Ring 1, first"), 2: _("Ring 2, then"), 3: _("Ring 3, the rest")}.get(ring, "")


def progress(marked: Marked) -> tuple[screens.Level, str]:
    """How far a till is, in words."""
    told = marked.told
    if not marked.told_at_ms:
        return "quiet", _("Has not asked yet")
    if not told.updates:
        return "quiet", _("Does not update itself")
    if marked.version and told.installed == marked.version:
        return "good", _("Installed")
    if told.outcome == "stayed" and told.outcome_version == marked.version and told.fault:
        return "bad", _("Went back by itself (%(why)s)") % {"why": told.fault}
    if marked.version and told.left_behind == marked.version and told.phase in ("", "idle"):
        return "bad", _("Somebody at the till went back from it")
    if told.phase == "fetching":
        return "warn", _("Fetches, %(percent)s %%") % {
            "percent": told.done * 100 // max(1, told.total)
        }
    if told.phase == "preparing":
        return "warn", _("Prepares")
    if told.phase == "ready":
        return "warn", _("Ready, waits for its moment")
    if told.fault and told.version == marked.version:
        return "bad", _("Could not be prepared (%(why)s)") % {"why": told.fault}
    if marked.version and told.metered:
        return "warn", _("On mobile data: waits for somebody at the till")
    if marked.version:
        return "warn", _("Waits for the till")
    return "quiet", _("Nothing offered")


def _card(
    one: queries.Shelved, devices: dict[int, list[SeatCard]], marks: dict[int, Marked]
) -> ReleaseCard:
    version, steps = one.release.version, []
    for ring in actions.RINGS:
        inside = [marks.get(number, Marked()) for number in devices]
        inside = [marked for marked in inside if marked.ring == ring]
        if inside:
            done = sum(marked.told.installed == version for marked in inside)
            told = {"done": done, "all": len(inside)}
            steps.append((_ring(ring), _("%(done)s of %(all)s installed") % told))
    notes = one.release.note(language())
    return ReleaseCard(
        version=version,
        size=_("%(n)s MB") % {"n": max(1, round(one.size_bytes / MB))},
        notes=tuple(line.strip() for line in notes.splitlines() if line.strip()),
        registration=one.release.registration_changed,
        progress=tuple(steps),
    )
