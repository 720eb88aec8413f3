"""Gift cards: a code is asked for, a card is shown, and paid with, topped up, taken back.

A code comes in the body of a request and goes no further than its hash: no address carries it.
"""

from __future__ import annotations

import re

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from skrin.domain.money import parse_amount
from skrin.domain.payment import GIFT_CARD
from skrin.domain.refusal import Refusal
from skrin.till.flow import giftcards
from skrin.till.flow.counter import Counter
from skrin.till.ui import forms, gifts
from skrin.till.ui.addresses import with_amount
from skrin.till.ui.answers import WINDOW_HEADER, answer, cart_view, refused
from skrin.till.ui.guard import StaffRequest, at_the_till
from skrin.till.ui.served import served

_KEY = re.compile(r"[0-9a-f]{32}")


@require_GET
@at_the_till
def window_gift(request: StaffRequest) -> HttpResponse:
    """A card's code is asked for."""
    screen = gifts.window(served().counter, _typed_before(request.GET))
    return render(request, "till/_window_gift.html", {"screen": screen})


@require_GET
@at_the_till
def window_gift_card(request: StaffRequest, key: str) -> HttpResponse:
    """A card, and what can be done with it."""
    counter = served().counter
    if not _KEY.fullmatch(key):
        return HttpResponse(status=400)
    try:
        screen = gifts.sheet(counter, key, counter.gift_card(key), _typed_before(request.GET))
    except Refusal as no:
        return refused(request, no)
    return render(request, "till/_window_gift_card.html", {"screen": screen})


@sensitive_post_parameters("code")
@require_POST
@at_the_till
def look(request: StaffRequest) -> HttpResponse:
    """A code was typed or scanned: its card opens."""
    counter = served().counter
    try:
        key = giftcards.key_of(counter.till, request.POST.get("code", "")[:64])
        counter.gift_card(key)
    except Refusal as no:
        return refused(request, no)
    response = answer(request, counter)
    address = reverse("till:window_gift_card", args=[key])
    response.headers[WINDOW_HEADER] = with_amount(address, _typed_before(request.POST))
    return response


def _typed_before(fields: QueryDict) -> int:
    """The amount that was typed in the payment window, in öre; 0 = none was."""
    text = fields.get("amount", "")[: forms.TYPED_MOST]
    try:
        return parse_amount(text) if text else 0
    except Refusal:
        return 0  # The field of the payment window says what is wrong with it.


def _key(request: StaffRequest) -> str:
    key = request.POST.get("key", "")
    if not _KEY.fullmatch(key):
        raise forms.Unreadable("key")
    return key


def _method(counter: Counter) -> int:
    method = counter.till.registers.method_of(GIFT_CARD)
    if method is None:
        raise Refusal("method_missing")
    return method.id


@cart_view
def pay(request: StaffRequest, counter: Counter) -> None:
    """Pay a part with the card: the office is asked for it."""
    amount_minor = parse_amount(forms.typed(request, "amount"))
    tap, key = forms.tap_id(request), _key(request)
    counter.pay_gift_card(request.person, tap, _method(counter), key, amount_minor)


@cart_view
def pay_free(request: StaffRequest, counter: Counter) -> None:
    """Pay with what can be had of the card that had too little."""
    wish = giftcards.waited_for(counter.till)
    if wish is None or not wish.free_amount:
        raise Refusal("payment_gone")
    amount_minor = min(wish.free_amount, counter.till.desk.left_minor)
    tap = forms.tap_id(request)
    counter.pay_gift_card(request.person, tap, _method(counter), wish.key, amount_minor)


@cart_view
def refund(request: StaffRequest, counter: Counter) -> None:
    """Give money back onto the card, or, without one, onto a new card that is printed."""
    key = _key(request) if request.POST.get("key") else ""
    tap = forms.tap_id(request)
    part_minor = forms.amount(request)
    counter.refund_to_gift_card(request.person, tap, _method(counter), key, part_minor)


@cart_view
def top_up(request: StaffRequest, counter: Counter) -> None:
    """Ring an amount onto the card."""
    amount_minor = parse_amount(forms.typed(request, "amount"))
    key, till = _key(request), counter.till
    card = counter.gift_card(key)
    giftcards.top_up(till, request.person, forms.tap_id(request), key, card, amount_minor)


@cart_view
def take_back(request: StaffRequest, counter: Counter) -> None:
    """Take a card back that nothing was paid with."""
    key, tap = _key(request), forms.tap_id(request)
    who = forms.approver(request)
    card = counter.gift_card(key)
    giftcards.take_back(counter.till, request.person, tap, key, card, who)


@cart_view
def without(request: StaffRequest, counter: Counter) -> None:
    """Go on without the card that was asked for."""
    giftcards.go_on_without(counter.till, request.person)
