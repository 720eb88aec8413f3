"""Selling: each view reads the request, makes one call, and answers with the zone."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from skrin.domain.money import parse_amount
from skrin.domain.quantity import ONE
from skrin.domain.refusal import Refusal
from skrin.till.flow import selling as sell
from skrin.till.flow.counter import Counter
from skrin.till.ui import zone as zones
from skrin.till.ui.frame import frame
from skrin.till.ui.goods import found, layouts_of
from skrin.till.ui.guard import StaffRequest, at_the_till
from skrin.till.ui.screens import Refusal as RefusalScreen
from skrin.till.ui.screens import Selling
from skrin.till.ui.served import served

STATUS_REFUSED = 422

_WHOLE = re.compile(r"-?[0-9]{1,11}")


class Unreadable(Exception):
    """A form that our own pages never send."""


def _number(request: StaffRequest, name: str) -> int:
    text = request.POST.get(name, "")
    if not _WHOLE.fullmatch(text):
        raise Unreadable(name)
    return int(text)


def _tap_id(request: StaffRequest) -> str:
    tap_id = request.POST.get("tap_id", "").replace("-", "").lower()
    if len(tap_id) != 32 or not all(sign in "0123456789abcdef" for sign in tap_id):
        raise Unreadable("tap_id")
    return tap_id


def answer(
    request: StaffRequest, counter: Counter, *, ask_cash: bool = False, status: int = 200
) -> HttpResponse:
    """The zone as it is now."""
    screen = zones.zone(counter, ask_cash=ask_cash)
    response = render(request, "till/_zone.html", {"screen": screen}, status=status)
    response.headers["ETag"] = f'"{screen.etag}"'
    return response


def cart_view(act: Callable[[StaffRequest, Counter], None]) -> Callable[..., HttpResponse]:
    """A view that does one thing to the sale: the new zone, or why not."""

    @require_POST
    @at_the_till
    def view(request: StaffRequest) -> HttpResponse:
        counter = served().counter
        try:
            act(request, counter)
        except Refusal as no:
            screen = RefusalScreen(notice=zones.refused(no))
            return render(request, "till/_notice.html", {"screen": screen}, status=STATUS_REFUSED)
        except Unreadable:
            return HttpResponse(status=400)
        return answer(request, counter)

    return view


@require_GET
@at_the_till
def selling(request: StaffRequest) -> HttpResponse:
    """The page of the day: what can be sold, what is on the receipt, how it is paid."""
    counter = served().counter
    now = zones.zone(counter, fragment=False)
    screen = Selling(
        frame=frame(request.person.display_name),
        layouts=layouts_of(counter.till, request.person),
        receipt=now.receipt,
        paying=now.paying,
        done=now.done,
        notice=now.notice,
        etag=now.etag,
    )
    return render(request, "till/selling.html", {"screen": screen})


@cart_view
def tap(request: StaffRequest, counter: Counter) -> None:
    """An article's key; with `amount` when its price was asked for."""
    typed = request.POST.get("amount", "")
    price_minor = parse_amount(typed) if typed else None
    article = _number(request, "article_id")
    sell.tap_article(counter.till, request.person, _tap_id(request), article, price_minor)


@cart_view
def group_tap(request: StaffRequest, counter: Counter) -> None:
    """A group's key, with an amount."""
    amount_minor = parse_amount(request.POST.get("amount", ""))
    group = _number(request, "group_id")
    sell.tap_group(counter.till, request.person, _tap_id(request), group, amount_minor)


@cart_view
def scan(request: StaffRequest, counter: Counter) -> None:
    """A code from the scanner."""
    sell.scan(counter.till, request.person, _tap_id(request), request.POST.get("code", "")[:64])


@cart_view
def line_quantity(request: StaffRequest, counter: Counter) -> None:
    """One more, one less."""
    change_milli = _number(request, "change") * ONE
    line = _number(request, "line_no")
    sell.change_quantity(counter.till, request.person, _tap_id(request), line, change_milli)


@cart_view
def line_remove(request: StaffRequest, counter: Counter) -> None:
    """Take a line away."""
    sell.remove_line(counter.till, request.person, _tap_id(request), _number(request, "line_no"))


@cart_view
def way(request: StaffRequest, counter: Counter) -> None:
    """Eat in or take away."""
    sell.choose_way(counter.till, request.person, request.POST.get("way", ""))


@cart_view
def abort(request: StaffRequest, counter: Counter) -> None:
    """Give the cart up."""
    sell.abort(counter.till, request.person)


@cart_view
def next_customer(request: StaffRequest, counter: Counter) -> None:
    """Leave a finished sale."""
    counter.leave_finished()


@cart_view
def pay_cash(request: StaffRequest, counter: Counter) -> None:
    """The rest in cash, exactly."""
    counter.pay_cash(request.person, _tap_id(request), None)


@cart_view
def pay_card(request: StaffRequest, counter: Counter) -> None:
    """The rest by card."""
    counter.pay_card(request.person, _tap_id(request))


@require_POST
@at_the_till
def pay_cash_amount(request: StaffRequest) -> HttpResponse:
    """The rest in cash, of what was given; a wrong amount is told beside its field."""
    counter = served().counter
    typed = request.POST.get("tendered", "")[:20]
    try:
        counter.pay_cash(request.person, _tap_id(request), parse_amount(typed))
    except Unreadable:
        return HttpResponse(status=400)
    except Refusal as no:
        if not no.code.startswith(("amount_", "tendered_")):
            screen = RefusalScreen(notice=zones.refused(no))
            return render(request, "till/_notice.html", {"screen": screen}, status=STATUS_REFUSED)
        now = zones.zone(counter)
        asked = zones.with_cash_fault(counter, now, typed, no)
        return render(request, "till/_zone.html", {"screen": asked})
    return answer(request, counter)


@require_GET
@at_the_till
def paying(request: StaffRequest) -> HttpResponse:
    """The zone as it is: what the screen polls. Nothing new is 304 (D35)."""
    counter = served().counter
    if request.GET.get("ask") == "cash":
        return answer(request, counter, ask_cash=True)
    tag = f'"{zones.etag(counter)}"'
    known = request.headers.get("If-None-Match", "")
    if known == tag:
        return HttpResponseNotModified()
    return answer(request, counter)


@cart_view
def paying_cancel(request: StaffRequest, counter: Counter) -> None:
    """Ask the card terminal to stop; its own answer still tells what happened."""
    counter.sale_lane.stop_payment()
    counter.settle()


@cart_view
def retry(request: StaffRequest, counter: Counter) -> None:
    """Try at once what is tried again anyway."""
    counter.retry()


@cart_view
def answer_printed(request: StaffRequest, counter: Counter) -> None:
    """A person says whether the paper came out."""
    said = request.POST.get("answer", "")
    if said not in ("yes", "no"):
        raise Unreadable("answer")
    counter.answer_printed(request.person, said == "yes")


@require_GET
@at_the_till
def search(request: StaffRequest) -> HttpResponse:
    """Articles by name, number or barcode."""
    screen = found(served().counter.till, request.GET.get("q", "").strip()[:60])
    return render(request, "till/_found.html", {"screen": screen})
