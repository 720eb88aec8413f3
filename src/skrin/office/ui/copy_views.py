"""Ordering the customer's copy of a receipt: the view makes one call, and leads back or says no."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render

from skrin.domain.refusal import Refusal
from skrin.office.ui.doors import Visit, member_form
from skrin.office.ui.pages import copies, sales


@member_form
def receipt_copy(visit: Visit, till: str, store: int, seq: int) -> HttpResponse:
    """Order the copy of a receipt, or withdraw the order."""
    if visit.request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    sales.find_receipt(visit, till, store, seq)
    try:
        copies.do(visit, till, store, seq)
    except Refusal as no:
        screen = sales.receipt_page(visit, till, store, seq, copies.refusal_sentence(no))
        return render(visit.request, "office/receipt.html", {"screen": screen}, status=422)
    return redirect("office:receipt", till, store, seq)
