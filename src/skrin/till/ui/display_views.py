"""The customer's display: a page for a second screen that follows the sale (OPP-054).

It asks for no log-in and can do nothing: whoever stands before the counter sees it anyway. Like all
pages it is given to this machine and to paired screens alone.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET

from skrin.till.flow.counter import Counter
from skrin.till.ui import zone as zones
from skrin.till.ui.display_screens import Display, Shown
from skrin.till.ui.frame import store_name, theme_of
from skrin.till.ui.screens import Zone
from skrin.till.ui.served import served

LINES_MOST = 7
"""What has room in letters that are read from two metres."""


@require_GET
def display(request: HttpRequest) -> HttpResponse:
    """The whole page."""
    return render(request, "till/display.html", {"screen": _now(request)})


@require_GET
def display_state(request: HttpRequest) -> HttpResponse:
    """What changes; 204 while it is what the page has (`tag`)."""
    if request.GET.get("tag", "") == _tag(request):
        return HttpResponse(status=204)
    return render(request, "till/_display.html", {"screen": _now(request)})


def _tag(request: HttpRequest) -> str:
    """Of all that the page depends on. Asked twice a second for the whole day, beside the sale: so
    nothing is priced or put in words for it."""
    counter = served().counter
    till = counter.till
    depends = (
        till.identity.register_serial,
        till.publication,
        zones.etag(counter),
        theme_of(request),
        get_language(),
    )
    return hashlib.sha256(repr(depends).encode()).hexdigest()[:16]


def _now(request: HttpRequest) -> Display:
    tag = _tag(request)  # First: what changes meanwhile is told by the next question.
    counter = served().counter
    store = counter.till.registers.store
    blank = Display(
        shop_name=store.company_name if store else store_name(counter.till),
        theme=theme_of(request),
        state="idle",
        tag=tag,
        training=counter.till.desk.training,
    )
    return _shown(counter, zones.zone(counter), blank) if store else blank


def _shown(counter: Counter, zone: Zone, blank: Display) -> Display:
    if zone.done:
        return replace(
            blank,
            state="done",
            total=zone.done.total,
            refund=zone.done.refund,
            change=zone.done.change,
            sentence=gettext("Thank you"),
        )
    receipt, paying = zone.receipt, zone.paying
    if paying and paying.state in ("card", "unknown", "waiting", "trouble"):
        sentence = gettext("Follow the card terminal") if paying.state == "card" else ""
        return replace(
            blank, state="card", total=paying.to_pay, refund=paying.refund, sentence=sentence
        )
    if not receipt.lines:
        return replace(blank, sentence=gettext("Welcome"))
    newest = receipt.lines[-LINES_MOST:]
    return replace(
        blank,
        state="lines",
        earlier=len(receipt.lines) - len(newest),
        lines=tuple(
            Shown(name=one.name, quantity=one.quantity, amount=one.amount, child=one.child)
            for one in newest
        ),
        total=receipt.total,
        refund=receipt.refund,
        paid=tuple((row.name, row.amount) for row in receipt.paid_rows),
    )
