"""The pages of card payments: each view reads the request, makes one call, and renders."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from skrin.office.ui.doors import Visit, member_form
from skrin.office.ui.pages import cardpayments as pages


@member_form
def card_payments(visit: Visit) -> HttpResponse:
    """The rules of card methods, and where the terminals of each store are."""
    sent = visit.request.method == "POST"
    screen = pages.save_method(visit) if sent else pages.payments_page(visit)
    return render(visit.request, "office/card_payments.html", {"screen": screen})


@member_form
def card_terminals(visit: Visit, number: int) -> HttpResponse:
    """The card terminals of a store, and the forms that change them."""
    sent = visit.request.method == "POST"
    screen = pages.save_terminal(visit, number) if sent else pages.terminals_page(visit, number)
    wrong = screen.error or any(form.error for form in screen.forms)
    status = 422 if wrong else 200
    return render(visit.request, "office/card_terminals.html", {"screen": screen}, status=status)
