"""The customer's display: a page for a second screen that follows the sale (OPP-054).

It asks for no log-in and can do nothing: whoever stands before the counter sees it anyway. Like all
pages it is given to this machine and to paired screens alone.
"""

from __future__ import annotations

import hashlib
from dataclasses import astuple, replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
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
    screen = _now(request)
    if request.GET.get("tag", "") == screen.tag:
        return HttpResponse(status=204)
    return render(request, "till/_display.html", {"screen": screen})


def _now(request: HttpRequest) -> Display:
    counter = served().counter
    store = counter.till.registers.store
    blank = Display(
        shop_name=store.company_name if store else store_name(counter.till),
        theme=theme_of(request),
        state="idle",
        tag="",
        training=counter.till.desk.training,
    )
    shown = _shown(counter, zones.zone(counter), blank) if store else blank
    digest = hashlib.sha256(repr(astuple(shown)).encode()).hexdigest()[:16]
    return replace(shown, tag=digest)


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
