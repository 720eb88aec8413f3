"""Panels in the place of the keys: earlier receipts, parked ones, all groups, all articles."""

from __future__ import annotations

import hashlib
from datetime import date
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from skrin.documents.figures import day_and_time
from skrin.domain.closing import local_time
from skrin.domain.giftcard import REDEEMED, masked
from skrin.domain.money import grouped_amount
from skrin.domain.receipt import RETURN, SALE, ReceiptLine, ReceiptSealed
from skrin.domain.refusal import Refusal
from skrin.domain.rights import terms
from skrin.domain.rights.journaled import CopyMade
from skrin.sync.messages import FoundSale
from skrin.till.flow import copying, returning
from skrin.till.flow.counter import Counter
from skrin.till.flow.returning import Returnable
from skrin.till.flow.sharing import GRANTED, Wish
from skrin.till.storage.shop_reader import ShopReader
from skrin.till.ui import forms, wishes, words
from skrin.till.ui.answers import cart_view, refused
from skrin.till.ui.day_screens import ReceiptRow
from skrin.till.ui.goods import (
    LISTED_MOST,
    article_button,
    found,
    group_button,
    some_articles,
)
from skrin.till.ui.guard import StaffRequest, at_the_till
from skrin.till.ui.open_receipt import quantity
from skrin.till.ui.served import served
from skrin.till.ui.sheets import (
    FoundReceipt,
    KeysPanel,
    ReceiptPanel,
    ReceiptsPanel,
    SoldLine,
)

LISTED_RECEIPTS = 100

TOLD_S = 30.0
"""How long a panel says why another till's copy could not be had."""


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
    """Earlier receipts, to return something from; by number also those of the store's other
    tills (R-RET-002, OPP-008)."""
    counter = served().counter
    today = counter.till.today()
    first, last = day_of(request.GET.get("first", ""), today), request.GET.get("last", "")
    number = request.GET.get("number", "").strip()[:12]
    last = day_of(last, today)
    rows, more = receipt_rows(counter, first, max(first, last), number)
    own = tuple(
        FoundReceipt(
            number=row.number,
            time=row.time,
            kind=row.kind,
            method=row.method,
            total=row.total,
            url=reverse("till:panel_receipt", args=[row.number]),
        )
        for row in rows
    )
    others, missing = _at_other_tills(counter, number)
    screen = ReceiptsPanel(
        rows=(*own, *others),
        first=first,
        last=max(first, last),
        number=number,
        more=missing or (gettext("There are more. Choose fewer days.") if more else ""),
        searched=bool(number) or (first, last) != (today, today),
    )
    return render(request, "till/_panel_receipts.html", {"screen": screen})


def _at_other_tills(counter: Counter, number: str) -> tuple[tuple[FoundReceipt, ...], str]:
    """Sales of other tills with this number; and why they are not known, where they are not."""
    if not number.isdecimal() or counter.till.desk.training:
        return (), ""
    try:
        found = returning.find(counter.till, counter.upload_lane.link, "", int(number))
    except Refusal:
        return (), gettext("The office does not answer: receipts of other tills are not shown.")
    return tuple(_found_row(sale) for sale in found), ""


def _found_row(sale: FoundSale) -> FoundReceipt:
    sealed = sale.receipt
    return FoundReceipt(
        number=str(sealed.number),
        time=local_time(sale.sealed_at_utc_ms, sale.utc_offset_min).strftime("%d/%m %H:%M"),
        kind=gettext("Till %(designation)s") % {"designation": sealed.designation},
        method=sealed.ways_paid,
        total=grouped_amount(sealed.total_minor),
        url=sale_url(sale.key),
    )


def sale_url(key: str) -> str:
    """Where another till's sale is opened to return something of it."""
    return f"{reverse('till:panel_sale')}?{urlencode({'sale': key})}"


@require_GET
@at_the_till
def panel_receipt(request: StaffRequest, number: int) -> HttpResponse:
    """One earlier receipt of this till: what of it can still come back (R-RET-002)."""
    counter = served().counter
    try:
        sealed = returning.receipt_of(counter.reader(), number)
        key = returning.own_key(counter.till, counter.reader(), number)
        return _opened(request, counter, sealed, key)
    except Refusal as no:
        return refused(request, no)


@require_GET
@at_the_till
def panel_sale(request: StaffRequest) -> HttpResponse:
    """A sale of another till; its returns are asked for when it is opened (D22)."""
    counter = served().counter
    key = request.GET.get("sale", "")[:80]
    try:
        sealed = returning.sale_with_key(counter.till, counter.reader(), key)
        return _opened(request, counter, sealed, key)
    except Refusal as no:
        return refused(request, no)


@cart_view
def copy_receipt(request: StaffRequest, counter: Counter) -> None:
    """Make the copy of an earlier receipt (R-COPY-002)."""
    key = request.POST.get("sale", "")[:80]
    if not key:
        key = returning.own_key(counter.till, counter.reader(), forms.number(request, "number"))
    made = counter.copy_receipt(
        request.person, forms.tap_id(request), key, approver=forms.approver(request)
    )
    if not made:
        counter.await_answer(terms.COPY, key)


def _opened(
    request: StaffRequest, counter: Counter, sealed: ReceiptSealed, key: str
) -> HttpResponse:
    """The panel of a sale. What may be returned of it is asked for at the first look, and the
    panel looks again by itself until there is an answer."""
    till, reader = counter.till, counter.reader()
    asked = till.sharing.wish(terms.COPY, key)
    if asked and not asked.waits and till.clock.steady_s() - asked.since_s > TOLD_S:
        till.sharing.wishes.pop((terms.COPY, key), None)  # Told long ago; it may be otherwise now.
    sale = sealed.kind == SALE
    if sale and "again" not in request.GET and not returning.lies_here(till, reader, key):
        try:
            returning.want(till, request.person, key)
        except Refusal as no:
            screen = _receipt_panel(counter, sealed, key, words.refusal_sentence(no))
            return render(request, "till/_panel_receipt.html", {"screen": screen})
        counter.await_answer(terms.RETURN, key)
    screen = _receipt_panel(counter, sealed, key, "")
    if request.headers.get("If-None-Match", "") == f'"{screen.etag}"':
        return HttpResponseNotModified()
    return render(request, "till/_panel_receipt.html", {"screen": screen})


def _receipt_panel(counter: Counter, sealed: ReceiptSealed, key: str, refusal: str) -> ReceiptPanel:
    reader, till = counter.reader(), counter.till
    own = sealed.designation == till.identity.seat.designation
    here = returning.lies_here(till, reader, key)
    wish = till.sharing.wish(terms.RETURN, key)
    copying_wish = till.sharing.wish(terms.COPY, key)
    waits = bool(wish and wish.waits and not here) or bool(copying_wish and copying_wish.waits)
    sentence = refusal or _sentence(counter, sealed, wish, here)
    if copying_wish and not refusal:
        sentence = wishes.sentence(counter, copying_wish)
    made = copying.state_here(till, reader, key).made
    left = {one.line.line: one for one in returning.returnable_lines(reader, sealed)}
    standing = _standing(counter, sealed)
    lines = tuple(
        SoldLine(
            line_no=line.line,
            name=_sold_name(line),
            sold=quantity(line.quantity_milli, line.decimals, line.unit) if not _card(line) else "",
            amount=grouped_amount(line.amount_minor),
            left=""
            if _card(line)
            else _left_words(left.get(line.line), standing.get(line.line, 0)),
            can=here and _can(left.get(line.line), standing.get(line.line, 0)),
            child=bool(line.parent),
        )
        for line in sealed.lines
    )
    again = f"{sale_url(key)}&again=1"
    return ReceiptPanel(
        number=str(sealed.number) if own else _number_elsewhere(sealed),
        when=_when(counter, reader, sealed.number) if own else "",
        kind=gettext("Return") if sealed.kind == RETURN else gettext("Sale"),
        total=grouped_amount(sealed.to_pay_minor),
        method=", ".join(dict.fromkeys(paid.name for paid in sealed.payments)),
        lines=lines,
        can_all=sum(line.can for line in lines) > 1,
        url=reverse("till:receipt", args=[sealed.number]) if own else "",
        sentence=sentence,
        sale="" if own else key,
        poll=again if waits else "",
        etag=f"{here:d}-{waits:d}-{sentence}".encode().hex() if waits else "",
        copy_made=copy_sentence(made[-1]) if len(made) >= till.country.copies_allowed else "",
        can_copy=not till.desk.training,
    )


def copy_sentence(made: CopyMade) -> str:
    """When and where the copy of a receipt was made."""
    day, time = day_and_time(made.at_utc_ms, made.utc_offset_min)
    return gettext("Copy made %(when)s, till %(designation)s") % {
        "when": f"{day} {time}",
        "designation": made.designation,
    }


def _card(line: ReceiptLine) -> bool:
    """Whether a line is what a gift card that was taxed when sold took off: no goods."""
    return line.gift is not None and line.gift.cause == REDEEMED


def _sold_name(line: ReceiptLine) -> str:
    if line.gift is None or not _card(line):
        return line.name
    card = f"{line.name} {masked(line.gift.tail)}"
    return gettext("%(card)s, VAT paid") % {"card": card}


def _number_elsewhere(sealed: ReceiptSealed) -> str:
    """A receipt of another till, named as on its paper: number before till."""
    of = {"number": str(sealed.number), "designation": sealed.designation}
    return gettext("%(number)s, till %(designation)s") % of


def _sentence(counter: Counter, sealed: ReceiptSealed, wish: Wish | None, here: bool) -> str:
    """What hinders a return of this receipt; empty when nothing does."""
    if sealed.kind == RETURN:
        return gettext("This is a return. Nothing more can come back of it.")
    if here or wish is None or wish.outcome == GRANTED:
        return ""
    return wishes.sentence(counter, wish)


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
    line_no = forms.number(request, "line_no")
    sealed, key = _asked_for(request, counter)
    children = [line.line for line in sealed.lines if line.parent == line_no]
    _return(request, counter, sealed, key, [line_no, *children])


@cart_view
def return_all(request: StaffRequest, counter: Counter) -> None:
    """All that is left of an earlier receipt comes back."""
    sealed, key = _asked_for(request, counter)
    _return(request, counter, sealed, key, [line.line for line in sealed.lines])


def _asked_for(request: StaffRequest, counter: Counter) -> tuple[ReceiptSealed, str]:
    """The receipt that something comes back of, and its key when it is another till's."""
    key = request.POST.get("sale", "")[:80]
    if key:
        return returning.sale_with_key(counter.till, counter.reader(), key), key
    return returning.receipt_of(counter.reader(), forms.number(request, "number")), ""


def _return(
    request: StaffRequest, counter: Counter, sealed: ReceiptSealed, key: str, wanted: list[int]
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
            key=key,
        )


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
