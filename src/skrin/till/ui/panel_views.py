"""Panels in the place of the keys: earlier receipts, parked ones, all groups, all articles."""

from __future__ import annotations

import hashlib
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET

from skrin.domain.cart import Cart
from skrin.domain.closing import local_time
from skrin.domain.money import grouped_amount
from skrin.domain.pricing import cart_total
from skrin.domain.receipt import RETURN, ReceiptSealed
from skrin.domain.refusal import Refusal
from skrin.till.flow import parking, returning
from skrin.till.flow.counter import Counter
from skrin.till.flow.returning import Returnable
from skrin.till.storage.shop_reader import ShopReader
from skrin.till.ui import forms
from skrin.till.ui.answers import cart_view, refused
from skrin.till.ui.goods import (
    LISTED_MOST,
    article_button,
    found,
    group_button,
    some_articles,
)
from skrin.till.ui.guard import StaffRequest, at_the_till
from skrin.till.ui.open_receipt import quantity
from skrin.till.ui.screens import Notice, ReceiptRow
from skrin.till.ui.served import served
from skrin.till.ui.sheets import (
    FoundReceipt,
    KeysPanel,
    ParkedPanel,
    ParkedRow,
    ReceiptPanel,
    ReceiptsPanel,
    SoldLine,
)

LISTED_RECEIPTS = 100


def day_of(text: str, otherwise: str) -> str:
    """A typed ISO date, else another."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return otherwise


def receipt_rows(
    counter: Counter, first: str, last: str, number: str
) -> tuple[list[ReceiptRow], bool]:
    """Receipts of an interval of business days, latest first, or the one with that number; and
    whether there are more than are shown (R-FIND-004)."""
    reader, till = counter.reader(), counter.till
    waiting = {u.number for u in till.desk.undelivered if u.receipt}
    offset = till.clock.now().offset_min
    today = till.today()
    if number:
        found_rows = reader.receipts_numbered(int(number)) if number.isdecimal() else []
    else:
        found_rows = reader.receipts_between(first, last, LISTED_RECEIPTS + 1)
    rows = [
        ReceiptRow(
            number=str(no),
            time=local_time(at_utc_ms, offset).strftime("%H:%M" if day == today else "%d/%m %H:%M"),
            kind=gettext("Return") if kind == RETURN else gettext("Sale"),
            method=method,
            total=grouped_amount(-total_minor if kind == RETURN else total_minor),
            url=reverse("till:receipt", args=[no]),
            level="warn" if no in waiting else "good",
            remark=gettext("Waits to be printed") if no in waiting else "",
        )
        for no, kind, at_utc_ms, total_minor, method, day in found_rows[:LISTED_RECEIPTS]
    ]
    return rows, len(found_rows) > LISTED_RECEIPTS


@require_GET
@at_the_till
def panel_receipts(request: StaffRequest) -> HttpResponse:
    """Earlier receipts, to return something from."""
    counter = served().counter
    today = counter.till.today()
    first, last = day_of(request.GET.get("first", ""), today), request.GET.get("last", "")
    number = request.GET.get("number", "").strip()[:12]
    last = day_of(last, today)
    rows, more = receipt_rows(counter, first, max(first, last), number)
    screen = ReceiptsPanel(
        rows=tuple(
            FoundReceipt(
                number=row.number,
                time=row.time,
                kind=row.kind,
                method=row.method,
                total=row.total,
                url=reverse("till:panel_receipt", args=[row.number]),
            )
            for row in rows
        ),
        first=first,
        last=max(first, last),
        number=number,
        more=gettext("There are more. Choose fewer days.") if more else "",
        searched=bool(number) or (first, last) != (today, today),
    )
    return render(request, "till/_panel_receipts.html", {"screen": screen})


@require_GET
@at_the_till
def panel_receipt(request: StaffRequest, number: int) -> HttpResponse:
    """One earlier receipt: what of it can still come back (R-RET-002)."""
    counter = served().counter
    try:
        screen = _receipt_panel(counter, number)
    except Refusal as no:
        return refused(request, no)
    return render(request, "till/_panel_receipt.html", {"screen": screen})


def _receipt_panel(counter: Counter, number: int) -> ReceiptPanel:
    reader = counter.reader()
    sealed = returning.receipt_of(reader, number)
    left = {one.line.line: one for one in returning.returnable_lines(reader, sealed)}
    standing = _standing(counter, sealed)
    lines = tuple(
        SoldLine(
            line_no=line.line,
            name=line.name,
            sold=quantity(line.quantity_milli, line.decimals, line.unit),
            amount=grouped_amount(line.amount_minor),
            left=_left_words(left.get(line.line), standing.get(line.line, 0)),
            can=_can(left.get(line.line), standing.get(line.line, 0)),
            child=bool(line.parent),
        )
        for line in sealed.lines
    )
    return ReceiptPanel(
        number=str(number),
        when=_when(counter, reader, number),
        kind=gettext("Return") if sealed.kind == RETURN else gettext("Sale"),
        total=grouped_amount(sealed.to_pay_minor),
        method=", ".join(dict.fromkeys(paid.name for paid in sealed.payments)),
        lines=lines,
        can_all=sum(line.can for line in lines) > 1,
        url=reverse("till:receipt", args=[number]),
        sentence=gettext("This is a return. Nothing more can come back of it.")
        if sealed.kind == RETURN
        else "",
    )


def _when(counter: Counter, reader: ShopReader, number: int) -> str:
    seqs = reader.receipt_seqs(number)
    at_utc_ms = reader.at_of(seqs[0]) if seqs else None
    now = counter.till.clock.now()
    return local_time(at_utc_ms or now.utc_ms, now.offset_min).strftime("%Y-%m-%d %H:%M")


def _standing(counter: Counter, sealed: ReceiptSealed) -> dict[int, int]:
    """How much of each line stands on the open receipt already, coming back."""
    cart = counter.till.desk.cart
    standing: dict[int, int] = {}
    for line in cart.lines if cart else ():
        if line.origin and line.origin.receipt_id == sealed.receipt_id:
            before = standing.get(line.origin.line, 0)
            standing[line.origin.line] = before + line.quantity_milli
    return standing


def _can(one: Returnable | None, standing_milli: int) -> bool:
    return one is not None and one.left_milli - standing_milli > 0


def _left_words(one: Returnable | None, standing_milli: int) -> str:
    if one is None:
        return gettext("Is not taken back")
    left_milli = one.left_milli - standing_milli
    if left_milli <= 0:
        return gettext("On the receipt") if standing_milli else gettext("Already returned")
    if left_milli == one.line.quantity_milli:
        return ""
    line = one.line
    return gettext("%(left)s left") % {"left": quantity(left_milli, line.decimals, line.unit)}


@cart_view
def return_line(request: StaffRequest, counter: Counter) -> None:
    """A line of an earlier receipt comes back, and what followed it when it was sold (D42)."""
    number, line_no = forms.number(request, "number"), forms.number(request, "line_no")
    sealed = returning.receipt_of(counter.reader(), number)
    children = [line.line for line in sealed.lines if line.parent == line_no]
    _return(request, counter, sealed, [line_no, *children])


@cart_view
def return_all(request: StaffRequest, counter: Counter) -> None:
    """All that is left of an earlier receipt comes back."""
    sealed = returning.receipt_of(counter.reader(), forms.number(request, "number"))
    _return(request, counter, sealed, [line.line for line in sealed.lines])


def _return(
    request: StaffRequest, counter: Counter, sealed: ReceiptSealed, wanted: list[int]
) -> None:
    till, tap, approver = counter.till, forms.tap_id(request), forms.approver(request)
    returnable = {r.line.line: r for r in returning.returnable_lines(counter.reader(), sealed)}
    standing = _standing(counter, sealed)
    able = [one for one in wanted if _can(returnable.get(one), standing.get(one, 0))]
    cart = till.desk.cart
    if not able and cart and tap in cart.taps:
        return
    for place, line_no in enumerate(able or wanted[:1]):
        # Each line is a command; its id follows from the tap's, so that a repeat is known.
        digest = hashlib.sha256(f"{tap}{line_no}".encode()).hexdigest()
        returning.return_line(
            till,
            request.person,
            digest[:32] if place else tap,
            sealed.number,
            line_no,
            approver=approver,
        )


@require_GET
@at_the_till
def panel_parked(request: StaffRequest) -> HttpResponse:
    """Receipts that are set aside, with what is on them (R-PARK-002)."""
    counter = served().counter
    now = counter.till.clock.now()
    cart = counter.till.desk.cart
    screen = ParkedPanel(
        rows=tuple(
            ParkedRow(
                cart_id=one.cart.cart_id,
                name=one.name,
                time=local_time(one.parked_utc_ms, now.offset_min).strftime("%H:%M"),
                contents=_contents(one.cart),
                total=grouped_amount(cart_total(one.cart)),
            )
            for one in parking.parked_carts(counter.reader())
        ),
        blocked=bool(cart and cart.lines),
    )
    return render(request, "till/_panel_parked.html", {"screen": screen})


def _contents(cart: Cart) -> str:
    shown = [
        f"{quantity(line.quantity_milli, line.item.decimals, line.item.unit)} × {line.item.name}"
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


@cart_view
def fetch(request: StaffRequest, counter: Counter) -> None:
    """Put a parked receipt on the counter."""
    parking.fetch(counter.till, request.person, request.POST.get("cart_id", "")[:64])


@cart_view
def parked_delete(request: StaffRequest, counter: Counter) -> Notice:
    """Give a parked receipt up. It counts as an unfinished sale, so the screen asks first."""
    parking.delete(counter.till, request.person, request.POST.get("cart_id", "")[:64])
    return Notice(sentence=gettext("The parked receipt is deleted."), level="good")


@require_GET
@at_the_till
def panel_groups(request: StaffRequest) -> HttpResponse:
    """All groups, each an open entry (R-BTN-017)."""
    groups = served().counter.till.registers.groups.values()
    buttons = tuple(group_button(one) for one in sorted(groups, key=lambda one: one.number))
    screen = KeysPanel(title=gettext("All groups"), buttons=buttons)
    return render(request, "till/_panel_keys.html", {"screen": screen})


@require_GET
@at_the_till
def panel_articles(request: StaffRequest) -> HttpResponse:
    """All articles, with a search (R-BTN-018, R-FIND-002)."""
    till = served().counter.till
    query = request.GET.get("q", "").strip()[:60]
    if query:
        matches = found(till, query, LISTED_MOST)
        buttons, more = matches.buttons, matches.more
    else:
        buttons = tuple(article_button(till, one) for one in some_articles(till))
        full = len(buttons) == LISTED_MOST
        more = gettext("There are more. Type a part of the name.") if full else ""
    screen = KeysPanel(
        title=gettext("All articles"), buttons=buttons, more=more, search=True, query=query
    )
    name = "till/_panel_keys_found.html" if "q" in request.GET else "till/_panel_keys.html"
    return render(request, name, {"screen": screen})
