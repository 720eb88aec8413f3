"""Making a till with its one-time code, and taking one out of use, with or without a successor."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from skrin.domain.refusal import Refusal
from skrin.office.publication import actions as publication
from skrin.office.rights import queries as rights
from skrin.office.tenancy import queries as tenancy
from skrin.office.tills import actions as tills
from skrin.office.tills import queries
from skrin.office.tills.queries import SeatCard
from skrin.office.ui import screens, till_screens
from skrin.office.ui.doors import Visit
from skrin.office.ui.words import clock, long_day, whole


def new_page(visit: Visit) -> till_screens.NewTill:
    """The form, filled with the first store and a designation that is free."""
    stores = _stores(visit)
    if not stores:
        raise Http404
    asked = visit.request.GET.get("store", "")
    chosen = int(asked) if asked.isdecimal() and int(asked) in stores else min(stores)
    return till_screens.NewTill(
        frame=visit.frame("tills"),
        stores=_choices(stores, chosen),
        designation=queries.next_designation(visit.company, chosen),
        devices=_devices(visit),
    )


def make(visit: Visit) -> till_screens.TillCode | till_screens.NewTill | screens.Message:
    """Make what the form says; the form again with what was wrong."""
    form = visit.request.POST
    stores = _stores(visit)
    asked = form.get("store", "")
    if not (asked.isdecimal() and len(asked) < 9 and int(asked) in stores):
        raise Http404
    store, designation = int(asked), form.get("designation", "").strip()
    label, device = form.get("label", "").strip(), form.get("device", "")
    try:
        if device:
            return _make_seat(visit, device, store, designation)
        _till, code = tills.make_new(visit.company, store, designation, label, doer(visit))
    except Refusal as no:
        screen = till_screens.NewTill(
            frame=visit.frame("tills"),
            stores=_choices(stores, store),
            designation=designation,
            label=label,
            devices=_devices(visit, device),
        )
        if no.code == "label_missing":
            return replace(screen, label_error=_("Give the till a name."))
        return replace(screen, designation_error=_designation_fault(no.code))
    return _code_page(visit, label, designation, store, code)


def _make_seat(visit: Visit, device: str, store: int, designation: str) -> screens.Message:
    """The device of another till becomes a till in this store too. Raises what `add_store` does."""
    number = int(device) if device.isdecimal() and len(device) < 18 else 0
    seat = seat_of(visit, number)
    tills.add_store(visit.company, number, store, designation, doer(visit))
    return screens.Message(
        frame=visit.frame("tills"),
        title=_("%(name)s is a till in both stores now") % {"name": seat.label},
        sentence=_(
            "Its device hears of it when somebody logs in there. From the next start of its program"
            " on, who works in both stores picks one at log-in."
        ),
        links=(screens.Link(label=_("To the tills"), url=reverse("office:tills")),),
    )


def _devices(visit: Visit, chosen: str = "") -> tuple[screens.Choice, ...]:
    """A new device, and those that are a till in a store that the member may see."""
    found: dict[int, str] = {}
    for seat in queries.seats(visit.company):
        if visit.member.may_see(seat.store) and not seat.retired:
            found.setdefault(seat.number, f"{seat.label} ({seat.designation})")
    if not found:
        return ()
    return (
        screens.Choice(value="", name=_("A new device"), selected=not chosen),
        *(
            screens.Choice(value=str(number), name=name, selected=str(number) == chosen)
            for number, name in found.items()
        ),
    )


def renew(visit: Visit, number: int) -> till_screens.TillCode | screens.Message:
    """A fresh code for a till that waits; words when it does not wait any more."""
    seat = seat_of(visit, number)
    try:
        code = tills.renew_code(visit.company, number, doer(visit))
    except Refusal:
        return screens.Message(
            frame=visit.frame("tills"),
            title=_("This till needs no code"),
            sentence=_("A device has become it, or it is out of use. Make a new till instead."),
            links=(screens.Link(label=_("To the tills"), url=reverse("office:tills")),),
        )
    return _code_page(visit, seat.label, seat.designation, seat.store, code)


def retire_page(visit: Visit, number: int) -> till_screens.RetireTill:
    """The form; for a till whose history has split it proposes a successor."""
    seat = seat_of(visit, number)
    cause = visit.request.GET.get("cause", "")
    return till_screens.RetireTill(
        frame=visit.frame("tills"),
        name=seat.label,
        designation=seat.designation,
        causes=_causes(cause),
        warnings=_warnings(visit, seat),
        replace=cause in ("replaced", "history"),
        new_designation=queries.next_designation(visit.company, seat.store),
    )


def retire(
    visit: Visit, number: int
) -> till_screens.TillCode | till_screens.RetireTill | screens.Message:
    """Take the till out of use, with its successor when the form wants one."""
    seat, form = seat_of(visit, number), visit.request.POST
    cause, reason = form.get("cause", ""), form.get("reason", "").strip()
    successor = form.get("replace") == "yes"
    designation = form.get("designation", "").strip()
    screen = till_screens.RetireTill(
        frame=visit.frame("tills"),
        name=seat.label,
        designation=seat.designation,
        causes=_causes(cause),
        warnings=_warnings(visit, seat),
        reason=reason,
        replace=successor,
        new_designation=designation,
    )
    cause_error = "" if cause in tills.CAUSES else _("Choose what has happened.")
    short = len(reason) < tills.REASON_LEAST
    reason_error = _("Say in a few words why.") if short else ""
    if cause_error or reason_error:
        return replace(screen, cause_error=cause_error, reason_error=reason_error)
    try:
        return _retired(visit, seat, cause, reason, designation if successor else "")
    except Refusal as no:
        if no.code == "till_retired":
            return _gone(visit, seat)
        return replace(screen, designation_error=_designation_fault(no.code))


def _retired(
    visit: Visit, seat: SeatCard, cause: str, reason: str, designation: str
) -> till_screens.TillCode | screens.Message:
    """Both or nothing: the successor is made first, so that its refusal leaves the till in use."""
    made = None
    if designation:
        made = tills.replace_till(visit.company, seat.number, seat.store, designation, doer(visit))
    tills.take_out_of_use(visit.company, seat.number, cause, reason, doer(visit))
    if made is None:
        return _gone(visit, seat)
    publication.publish_everywhere(visit.company)  # What was set for the till is the next one's.
    return _code_page(visit, seat.label, designation, seat.store, made[1])


def _gone(visit: Visit, seat: SeatCard) -> screens.Message:
    return screens.Message(
        frame=visit.frame("tills"),
        title=_("%(till)s is out of use") % {"till": f"{seat.designation} {seat.label}"},
        sentence=_(
            "What it has sent stays here, with its reports and files. If it comes back it can send"
            " what it has left, and nothing else."
        ),
        links=(screens.Link(label=_("To the tills"), url=reverse("office:tills"), primary=True),),
    )


def doer(visit: Visit) -> tills.Doer:
    """Who asks, for the notes."""
    return tills.Doer(visit.member.member_id, visit.member.display_name, visit.now_ms)


def seat_of(visit: Visit, number: int) -> SeatCard:
    """The till by its own number, when the member may see its store. Raises `Http404`."""
    for seat in queries.seats(visit.company):
        if seat.number == number and visit.member.may_see(seat.store):
            return seat
    raise Http404


def _stores(visit: Visit) -> dict[int, str]:
    names = tenancy.store_names(visit.company)
    return {number: name for number, name in names.items() if visit.member.may_see(number)}


def _choices(stores: dict[int, str], chosen: int) -> tuple[screens.Choice, ...]:
    return tuple(
        screens.Choice(value=str(number), name=name, selected=number == chosen)
        for number, name in sorted(stores.items())
    )


def _causes(chosen: str) -> tuple[screens.Choice, ...]:
    return tuple(
        screens.Choice(value=cause, name=cause_words(cause), selected=cause == chosen)
        for cause in tills.CAUSES
    )


def cause_words(cause: str) -> str:
    """Why a till was taken out of use."""
    return {
        "lost": _("It is lost or stolen"),
        "replaced": _("It is broken, another takes its place"),
        "given_up": _("It is no longer needed"),
        "history": _("It sends another history than before"),
    }.get(cause, cause)


def _designation_fault(code: str) -> str:
    if code == "designation_taken":
        return _("Another till has this designation, or has had it. Choose one that is free.")
    if code == "store_taken":
        return _("That device is a till in this store already.")
    if code == "till_retired":
        return _("That device was taken out of use.")
    return _("A designation is 1 to 16 letters, digits and signs, without å, ä and ö.")


def _warnings(visit: Visit, seat: SeatCard) -> tuple[str, ...]:
    """What somebody should know before: what has not come, and what goes with the till."""
    said = [_("From now on it can only send what it has left, and nobody new can log in at it.")]
    if rights.has_handed_over(visit.company, f"{seat.till}-{seat.store}"):
        said.append(_("It has ended its trade: the till after it copies and takes back."))
    elif seat.till:
        said += [
            _(
                "If it still works, end its trade there first: Menu, Inspection, Ending this"
                " register. Then the next till can copy its receipts and take goods back."
            ),
            _("Receipts parked at it, and rights that it holds, stay with it until broken."),
        ]
    unsent = seat.status.unsent
    if unsent:
        said.insert(
            0,
            ngettext(
                "%(n)s entry is at the till and not here. If the till is gone, so is that.",
                "%(n)s entries are at the till and not here. If the till is gone, so are they.",
                unsent,
            )
            % {"n": whole(unsent)},
        )
    return tuple(said)


def _code_page(
    visit: Visit, label: str, designation: str, store: int, code: str
) -> till_screens.TillCode:
    ends_ms = visit.now_ms + tills.CODE_LIFE_MS
    day = datetime.fromtimestamp(ends_ms / 1000, tz=UTC).astimezone(ZoneInfo(visit.time_zone))
    address = visit.request.build_absolute_uri("/").rstrip("/")
    return till_screens.TillCode(
        frame=visit.frame("tills"),
        name=label,
        designation=designation,
        store=tenancy.store_names(visit.company).get(store, str(store)),
        code=code,
        until=f"{long_day(day.date())} {clock(ends_ms, visit.time_zone)}",
        command=f"skrin till --office {address} --enrol {code}",
    )
