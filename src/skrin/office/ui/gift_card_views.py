"""The pages of the gift cards: each view reads the request, makes one call, and renders."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render

from skrin.office.ui.doors import Visit, member_form
from skrin.office.ui.pages import giftcards as pages


@member_form
def gift_cards(visit: Visit) -> HttpResponse:
    """The list of gift cards; a file of cards that were sold before is brought in, or it is set for
    how long new ones hold."""
    sent = visit.request.method == "POST"
    if sent and visit.request.POST.get("what") == "validity":
        screen = pages.change_validity(visit)
    elif sent:
        with transaction.atomic():
            screen = pages.bring_in(visit)
            transaction.set_rollback(bool(screen.error))
    else:
        screen = pages.list_page(visit)
    wrong = screen.error or any(one.error for one in screen.validity)
    status = 422 if wrong else 200
    return render(visit.request, "office/gift_cards.html", {"screen": screen}, status=status)


@member_form
def gift_card(visit: Visit, key: str) -> HttpResponse:
    """One gift card; it is blocked, let go, or credited."""
    sent = visit.request.method == "POST"
    screen = pages.change_card(visit, key) if sent else pages.card_page(visit, key)
    status = 422 if screen.error else 200
    return render(visit.request, "office/gift_card.html", {"screen": screen}, status=status)
