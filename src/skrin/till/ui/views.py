"""Selling: each view reads the request, makes one call, and answers with the zone."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from skrin.domain.article import Button as Key
from skrin.domain.cart import Discount
from skrin.domain.money import parse_amount
from skrin.domain.quantity import ONE
from skrin.domain.refusal import Refusal
from skrin.till.flow import editing, mending, returning
from skrin.till.flow import selling as sell
from skrin.till.flow.counter import Counter
from skrin.till.flow.ringing import rung_article
from skrin.till.ui import forms, gifts
from skrin.till.ui import zone as zones
from skrin.till.ui.answers import PANEL_HEADER, WINDOW_HEADER, answer, cart_view, refused
from skrin.till.ui.frame import frame
from skrin.till.ui.goods import found, layouts_of, pressed_key, strip_methods
from skrin.till.ui.guard import StaffRequest, at_the_till
from skrin.till.ui.keys import combination, key_number
from skrin.till.ui.panel_views import sale_url
from skrin.till.ui.scale_views import weighed
from skrin.till.ui.screens import Selling
from skrin.till.ui.served import served
from skrin.till.ui.tours import START_COOKIE, opens_with_the_page, start_of

RECEIPT_CODE = "R:"
"""How the code on a receipt begins (D23a)."""


@require_GET
@at_the_till
def selling(request: StaffRequest) -> HttpResponse:
    """The page of the day: what can be sold, what is on the receipt, how it is paid."""
    counter = served().counter
    methods = strip_methods(counter.till, request.person)
    now = zones.zone(counter, strip_methods=methods, fragment=False)
    layouts = layouts_of(counter.till, request.person)
    screen = Selling(
        frame=frame(request, sells=True),
        layouts=layouts,
        receipt=now.receipt,
        paying=now.paying,
        done=now.done,
        notice=now.notice,
        etag=now.etag,
        modes=now.modes,
        sold_out=now.sold_out,
        starts=start_of(request, [layout.id for layout in layouts]),
        opens=opens_with_the_page(request, len(layouts)),
    )
    return render(request, "till/selling.html", {"screen": screen})


@cart_view
def tap(request: StaffRequest, counter: Counter) -> None:
    """An article's key, or its window: with a price, a quantity, options, parts of a deal."""
    till, tap_id = counter.till, forms.tap_id(request)
    article = forms.number(request, "article_id")
    price_minor = forms.amount(request)
    options = forms.numbers(request, "option-") if request.POST.get("options") else None
    parts = forms.numbers(request, "part-")
    by_scale = bool(request.POST.get("weighing"))
    if by_scale:
        if sell.known(till.desk.cart, tap_id):
            return  # Its weighing was used up by this very tap.
        quantity_milli = weighed(counter, article, request.POST["weighing"][:40])
    else:
        quantity_milli = _typed_quantity(request)
    if request.POST.get("instead"):
        rung = rung_article(till, article, price_minor, options, parts)
        line = forms.number(request, "instead")
        mending.ring_instead(till, request.person, tap_id, line, rung)
        return
    sell.tap_article(
        till,
        request.person,
        tap_id,
        article,
        price_minor,
        options,
        parts,
        quantity_milli,
        by_scale=by_scale,
    )


def _typed_quantity(request: StaffRequest) -> int:
    quantity_milli = forms.quantity(request)
    if quantity_milli is None:
        if "quantity" in request.POST:
            raise Refusal("quantity_out_of_range")
        return ONE
    return quantity_milli


@cart_view
def group_tap(request: StaffRequest, counter: Counter) -> None:
    """A group's key, with an amount."""
    amount_minor = parse_amount(request.POST.get("amount", ""))
    group = forms.number(request, "group_id")
    sell.tap_group(counter.till, request.person, forms.tap_id(request), group, amount_minor)


@cart_view
def press(request: StaffRequest, counter: Counter) -> None:
    """A key of a layout that does what was published with it."""
    till = counter.till
    key = pressed_key(till, request.person, forms.number(request, "button"))
    if key is None:
        raise Refusal("button_gone")
    _do_key(request, counter, key)


def _do_key(request: StaffRequest, counter: Counter, key: Key) -> None:
    till, actor, tap_id = counter.till, request.person, forms.tap_id(request)
    text = str(key.params.get("text", ""))
    if key.type == "articles":
        sell.tap_articles(till, actor, tap_id, combination(key))
    elif key.type == "pay_now":
        counter.pay(actor, tap_id, key_number(key, "method"), None)
    elif key.type == "discount":
        discount = Discount(key_number(key, "percent_bp"), key_number(key, "amount_minor"), text)
        editing.discount_cart(till, actor, tap_id, discount, forms.approver(request))
    elif key.type == "text":
        editing.note_cart(till, actor, tap_id, text)
    elif key.type == "drawer":
        counter.open_drawer(actor, tap_id, forms.approver(request))
    elif key.type == "return_mode":
        mode = str(key.params.get("mode", "once"))
        returning.set_mode(till, actor, mode, forms.approver(request))
    else:
        raise Refusal("button_gone")


@require_POST
@at_the_till
def scan(request: StaffRequest) -> HttpResponse:
    """A code from a scanner or the camera: goods, or a receipt that something is returned from."""
    counter = served().counter
    code = request.POST.get("code", "").strip()[:64]
    try:
        if code.upper().startswith(RECEIPT_CODE):
            panel = _receipt_panel(counter, code)
            response = answer(request, counter)
            response.headers[PANEL_HEADER] = panel
            return response
        sell.scan(counter.till, request.person, forms.tap_id(request), code)
    except Refusal as no:
        if no.code == "code_unknown" and (card := gifts.scanned(counter, code)):
            response = answer(request, counter)
            response.headers[WINDOW_HEADER] = reverse("till:window_gift_card", args=[card])
            return response
        return refused(request, no)
    except forms.Unreadable:
        return HttpResponse(status=400)
    return answer(request, counter)


def _receipt_panel(counter: Counter, code: str) -> str:
    """Where the receipt of a code is opened: an own one, or one that another till of the store
    sold and the office has. Refused: `receipt_elsewhere`, `code_unknown`, `office_away`."""
    designation, _, number = code[len(RECEIPT_CODE) :].rpartition(":")
    if not (number.isascii() and number.isdecimal() and len(number) < 12):
        raise Refusal("code_unknown", typed=code[:30])
    if designation.casefold() == counter.till.identity.seat.designation.casefold():
        known = returning.receipt_of(counter.reader(), int(number)).number
        return reverse("till:panel_receipt", args=[known])
    found = returning.find(counter.till, counter.upload_lane.link, designation, int(number))
    if not found:
        raise Refusal("receipt_elsewhere", designation=designation, number=int(number))
    return sale_url(found[0].key)


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
def return_mode(request: StaffRequest, counter: Counter) -> None:
    """What is rung comes back, or no longer does (R-RET-001, R-RET-005)."""
    mode = request.POST.get("mode", "")
    returning.set_mode(counter.till, request.person, mode, forms.approver(request))


@require_GET
@at_the_till
def search(request: StaffRequest) -> HttpResponse:
    """Articles by name, number or barcode."""
    screen = found(served().counter.till, request.GET.get("q", "").strip()[:60])
    return render(request, "till/_found.html", {"screen": screen})


@require_POST
@at_the_till
def start_layout(request: StaffRequest) -> HttpResponse:
    """Which page of keys this screen begins with (R-BTN-005)."""
    response = HttpResponseRedirect(reverse("till:selling"))
    wanted = request.POST.get("layout", "")[:20]
    response.set_cookie(START_COOKIE, wanted, samesite="Strict", secure=request.is_secure())
    return response
