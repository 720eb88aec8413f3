"""Receipts that are set aside: the panel that lists them, here and at the store's other tills."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET

from skrin.domain.cart import Cart
from skrin.domain.closing import local_time
from skrin.domain.money import grouped_amount
from skrin.domain.pricing import cart_total
from skrin.domain.rights.terms import PARKED
from skrin.sync.messages import ParkedCard
from skrin.till.flow import parking, rights
from skrin.till.flow.counter import Counter
from skrin.till.flow.till import Till
from skrin.till.ui import forms
from skrin.till.ui.answers import cart_view
from skrin.till.ui.guard import StaffRequest, at_the_till
from skrin.till.ui.naming import item_name
from skrin.till.ui.open_receipt import quantity
from skrin.till.ui.screens import Notice
from skrin.till.ui.served import served
from skrin.till.ui.sheets import ParkedPanel, ParkedRow


@require_GET
@at_the_till
def panel_parked(request: StaffRequest) -> HttpResponse:
    """Receipts that are set aside, with what is on them (R-PARK-002)."""
    counter = served().counter
    now = counter.till.clock.now()
    cart = counter.till.desk.cart
    reader = counter.reader()
    here = [
        ParkedRow(
            cart_id=one.cart.cart_id,
            name=one.name or gettext("Without a name"),
            time=local_time(one.parked_utc_ms, now.offset_min).strftime("%H:%M"),
            contents=_contents(counter.till, one.cart),
            total=grouped_amount(cart_total(one.cart)),
        )
        for one in parking.parked_carts(reader)
    ]
    there = [
        _elsewhere(counter, card, now.offset_min)
        for card in parking.elsewhere(counter.till, reader)
    ]
    screen = ParkedPanel(rows=(*here, *there), blocked=bool(cart and cart.lines))
    return render(request, "till/_panel_parked.html", {"screen": screen})


def _contents(till: Till, cart: Cart) -> str:
    shown = [
        f"{quantity(line.quantity_milli, line.item.decimals, line.item.unit)}"
        f" × {item_name(till, line.item)}"
        for line in cart.lines
        if not line.parent
    ]
    return ", ".join(shown)


@cart_view
def park(request: StaffRequest, counter: Counter) -> Notice | None:
    """Set the open receipt aside."""
    cart = counter.till.desk.cart
    parking.park(counter.till, request.person, request.POST.get("name", ""))
    count = len(cart.lines) if cart else 0
    text = ngettext("Parked: %(count)s line.", "Parked: %(count)s lines.", count)
    return Notice(sentence=text % {"count": count}, level="good")


def _elsewhere(counter: Counter, card: ParkedCard, offset_min: int) -> ParkedRow:
    """One that lies at another till, or at none: greyed, with its holder (R-PARK-006)."""
    person = counter.till.registers.people.get(card.person)
    values = {"holder": card.holder, "person": person.display_name if person else ""}
    if not card.register:
        where = ""
    elif card.away:
        where = gettext("In till %(holder)s, which is out of use") % values
    elif card.on_screen and person:
        where = gettext("On the screen of till %(holder)s (%(person)s)") % values
    else:
        where = gettext("In till %(holder)s") % values
    shown = [f"{quantity(o.quantity_milli, o.decimals, o.unit)} × {o.name}" for o in card.lines]
    return ParkedRow(
        cart_id=card.cart_id,
        name=card.name or gettext("Without a name"),
        time=local_time(card.parked_utc_ms, offset_min).strftime("%H:%M"),
        contents=", ".join(shown),
        total=grouped_amount(card.total_minor),
        elsewhere=True,
        where=where,
    )


@cart_view
def fetch(request: StaffRequest, counter: Counter) -> None:
    """Put a parked receipt on the counter, or ask the till that has it."""
    cart_id = _cart_id(request)
    if not parking.fetch(counter.till, request.person, cart_id):
        counter.await_answer(PARKED, cart_id)


@cart_view
def take_over(request: StaffRequest, counter: Counter) -> None:
    """A manager takes a parked receipt over from a till that does not give it (rule 11)."""
    cart_id = _cart_id(request)
    parking.take_over(counter.till, request.person, cart_id, forms.approver(request))
    counter.await_answer(PARKED, cart_id)


@cart_view
def leave_wish(request: StaffRequest, counter: Counter) -> None:
    """Nobody waits for it any more: what still comes is given back by itself."""
    rights.go_on_without(counter.till, request.person, PARKED, _cart_id(request))


def _cart_id(request: StaffRequest) -> str:
    return request.POST.get("cart_id", "")[:64]


@cart_view
def parked_delete(request: StaffRequest, counter: Counter) -> Notice:
    """Give a parked receipt up. It counts as an unfinished sale, so the screen asks first."""
    parking.delete(counter.till, request.person, _cart_id(request))
    return Notice(sentence=gettext("The parked receipt is deleted."), level="good")
