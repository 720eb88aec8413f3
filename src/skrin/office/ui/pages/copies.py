"""The customer's one copy of a receipt, ordered here and made by a till (R-COPY-012)."""

from __future__ import annotations

import re
import secrets

from django.urls import reverse
from django.utils.translation import gettext as _

from skrin.domain.entry import NORMAL
from skrin.domain.receipt import SignedReceipt
from skrin.domain.refusal import Refusal
from skrin.domain.rights import journaled, terms
from skrin.office.copies import actions, queries
from skrin.office.copies.queries import MADE, ORDERED, OVER, WITHDRAWN, Ordered
from skrin.office.people import queries as people
from skrin.office.rights import queries as rights
from skrin.office.tills import queries as tills
from skrin.office.tills.queries import SeatCard
from skrin.office.ui import screens
from skrin.office.ui.doors import Visit
from skrin.office.ui.words import day_and_clock

_ORDER = re.compile("[0-9a-f]{32}")


def do(visit: Visit, till: str, store: int, seq: int) -> None:
    """Order the copy, or withdraw the order, as the form says. Refused as `actions.order`; also
    `copy_left` when there is no open order to withdraw."""
    key = journaled.receipt_key(f"{till}-{store}", seq)
    sent = visit.request.POST
    if sent.get("what") == "withdraw":
        if not actions.withdraw(visit.company, key, visit.now_ms):
            raise Refusal("copy_left")
        return
    typed = sent.get("order", "")
    order = typed if _ORDER.fullmatch(typed) else secrets.token_hex(16)
    person = people.as_till_person(visit.member)
    wanted = actions.Wanted(order, store, sent.get("register", "")[:80], key, person)
    actions.order(visit.company, wanted, visit.now_ms)


def box(
    visit: Visit, found: SignedReceipt, till: str, store: int, seq: int, error: str
) -> screens.CopyBox | None:
    """The copy of a receipt as it stands; None for practice, and for who may not order one."""
    if found.mode != NORMAL or not visit.may("receipt_copy"):
        return None
    key = journaled.receipt_key(f"{till}-{store}", seq)
    right = rights.row(visit.company, terms.COPY, key)
    if right is None:
        return None
    orders = queries.of_receipt(visit.company, key, visit.now_ms)
    last = orders[0] if orders else None
    url = reverse("office:receipt_copy", args=(till, store, seq))
    seats = [one for one in tills.seats(visit.company) if one.store == store and one.till]
    if last and last.state == ORDERED:
        return screens.CopyBox(
            url=url,
            level="quiet",
            state=_("Ordered"),
            sentences=_ordered(visit, last, seats),
            error=error,
            can_withdraw=True,
        )
    said = (_ended(visit, last, seats),) if last else ()
    if right.used >= right.total:
        return screens.CopyBox(
            url=url, level="quiet", state=_("The one copy has been made"), sentences=said
        )
    return screens.CopyBox(
        url=url,
        level="quiet",
        state=_("Not copied"),
        sentences=(*said, _("A receipt has one copy. A till registers and prints it.")),
        error=error,
        order=secrets.token_hex(16),
        tills=tuple(
            screens.Choice(
                value=f"{one.till}-{one.store}",
                name=f"{one.label} · {one.designation}",
                selected=one.till == till,
            )
            for one in seats
            if not one.retired
        ),
    )


def _called(register: str, seats: list[SeatCard]) -> str:
    names = {f"{one.till}-{one.store}": f"{one.label} · {one.designation}" for one in seats}
    return names.get(register, register)


def _when(visit: Visit, at_ms: int) -> str:
    return day_and_clock(at_ms, visit.time_zone)


def _ordered(visit: Visit, last: Ordered, seats: list[SeatCard]) -> tuple[str, ...]:
    values = {
        "name": last.person_name,
        "when": _when(visit, last.ordered_at_ms),
        "till": _called(last.register, seats),
        "until": _when(visit, last.until_ms),
    }
    heard = max(
        (one.heard_at_ms for one in seats if f"{one.till}-{one.store}" == last.register), default=0
    )
    told = _("That till has not been heard of yet.")
    if heard:
        told = _("That till was last heard of %(when)s.") % {"when": _when(visit, heard)}
    return (
        _("Ordered by %(name)s %(when)s, to be printed at %(till)s.") % values,
        _(
            "The till makes it while its day is open and nothing lies on the counter; until"
            " %(until)s."
        )
        % values,
        told,
    )


def _ended(visit: Visit, last: Ordered, seats: list[SeatCard]) -> str:
    values = {
        "name": last.person_name,
        "when": _when(visit, last.ended_at_ms or last.until_ms),
        "till": _called(last.register, seats),
    }
    if last.state == MADE:
        said = _("Ordered by %(name)s, made at %(till)s, heard of %(when)s.")
    elif last.state == WITHDRAWN:
        said = _("The order of %(name)s to %(till)s was withdrawn %(when)s.")
    elif last.state == OVER:
        said = _("%(till)s did not make it within a day. The order of %(name)s is over.")
    else:
        return (_("%(till)s did not make it, %(when)s:") % values) + " " + _reason(last.reason)
    return said % values


def _reason(code: str) -> str:
    return {
        terms.USED_UP: _("the one copy was made already."),
        "copy_made": _("the one copy was made already."),
        terms.FROZEN: _("the right to it lies at a till that was taken out of use."),
        "receipt_gone": _("the till does not have the receipt."),
        "copies_forbidden": _("no copies are made in this country."),
        "not_allowed": _("the role of who ordered it does not allow it at the till."),
        "pin_wanted": _("the role of who ordered it does not allow it at the till."),
        "rate_not_registrable": _("the control unit takes no receipt with such a rate."),
        actions.UNIT_REFUSED: _("the control unit refused it. The one copy is used up."),
    }.get(code, code)


def refusal_sentence(no: Refusal) -> str:
    """Why nothing was ordered, and what to do."""
    return {
        "copy_none": _("No copy of this receipt can be made."),
        "copy_made": _("The one copy has been made. There is no other."),
        "copy_ordered": _("A copy is ordered already. Withdraw that order first."),
        "copy_frozen": _("The right to the copy lies at a till that was taken out of use."),
        "copy_no_till": _("Choose a till of the store that is in use."),
        "copy_left": _("There is no order to withdraw: see what came of it."),
    }.get(no.code, no.code)
