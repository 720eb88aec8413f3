"""The open receipt changed: quantities, discounts, texts, prices, and the way back from each."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext

from skrin.domain.cart import Cart, CartLine, Discount
from skrin.domain.quantity import ONE
from skrin.domain.refusal import Refusal
from skrin.sync.messages import Person
from skrin.till.flow import editing, mending
from skrin.till.flow import selling as sell
from skrin.till.flow.counter import Counter
from skrin.till.ui import forms
from skrin.till.ui.answers import cart_view, undo_notice, undoable
from skrin.till.ui.guard import StaffRequest
from skrin.till.ui.naming import item_name
from skrin.till.ui.open_receipt import discount_text, quantity
from skrin.till.ui.screens import Notice
from skrin.till.ui.served import served


def _line(counter: Counter, request: StaffRequest) -> CartLine | None:
    cart = counter.till.desk.cart
    return cart.line(forms.number(request, "line_no")) if cart else None


def _said_before(request: StaffRequest) -> Notice | None:
    """The notice of this very tap, when it comes a second time."""
    step = served().shelf.of(forms.tap_id(request))
    return undo_notice(step.sentence, step.tap_id) if step else None


@cart_view
def line_quantity(request: StaffRequest, counter: Counter) -> Notice | None:
    """One more, one less, or the quantity that was typed."""
    till, tap_id = counter.till, forms.tap_id(request)
    line_no = forms.number(request, "line_no")
    if "quantity" not in request.POST:
        change_milli = forms.number(request, "change") * ONE
        before = _line(counter, request)
        if before and before.quantity_milli + change_milli <= 0:
            return _removed(request, counter, before)
        sell.change_quantity(till, request.person, tap_id, line_no, change_milli)
        return None
    before = _line(counter, request)
    wanted_milli = forms.quantity(request)
    if before is None or wanted_milli is None:
        raise Refusal("line_gone") if before is None else Refusal("quantity_out_of_range")
    if again := _said_before(request):
        return again
    change = wanted_milli - before.quantity_milli
    if change == 0:
        return None
    if wanted_milli == 0:
        return _removed(request, counter, before)

    def undo(actor: Person, undo_tap: str) -> None:
        sell.change_quantity(till, actor, undo_tap, line_no, -change)

    item = before.item
    said = {
        "name": item_name(till, item),
        "quantity": quantity(wanted_milli, item.decimals, item.unit),
    }
    return undoable(
        request,
        counter,
        gettext("%(name)s: now %(quantity)s.") % said,
        lambda tap: sell.change_quantity(till, request.person, tap, line_no, change),
        undo,
    )


@cart_view
def line_remove(request: StaffRequest, counter: Counter) -> Notice | None:
    """Take a line away."""
    before = _line(counter, request)
    if before is None:
        if again := _said_before(request):
            return again
        raise Refusal("line_gone")
    return _removed(request, counter, before)


def _removed(request: StaffRequest, counter: Counter, line: CartLine) -> Notice:
    till = counter.till
    cart = till.desk.cart
    assert cart, "the line stands on a cart"
    gone = (line, *cart.children(line.line))

    def undo(actor: Person, undo_tap: str) -> None:
        mending.put_back(till, actor, undo_tap, gone)

    return undoable(
        request,
        counter,
        gettext("%(name)s is off the receipt.") % {"name": item_name(till, line.item)},
        lambda tap: sell.remove_line(till, request.person, tap, line.line),
        undo,
    )


def typed_discount(request: StaffRequest) -> Discount:
    """A discount as it was typed: a percentage or an amount, with its reason."""
    text = request.POST.get("text", "")
    if request.POST.get("unit") == "percent":
        return Discount(forms.percent(request), 0, text)
    return Discount(0, forms.amount(request, "value") or 0, text)


@cart_view
def line_discount(request: StaffRequest, counter: Counter) -> Notice | None:
    """Give a line a discount, or take it off."""
    off = bool(request.POST.get("off"))
    discount = None if off else typed_discount(request)
    approver = forms.approver(request)
    sentence = gettext("%(name)s has no discount now.") if off else gettext("%(name)s: discount.")
    return _changed(
        request,
        counter,
        sentence,
        lambda line, tap: editing.discount_line(
            counter.till, request.person, tap, line, discount, approver
        ),
    )


@cart_view
def line_note(request: StaffRequest, counter: Counter) -> Notice | None:
    """Write a text under a line."""
    text = request.POST.get("text", "")
    return _changed(
        request,
        counter,
        gettext("%(name)s: the text is changed."),
        lambda line, tap: editing.note_line(counter.till, request.person, tap, line, text),
    )


@cart_view
def line_price(request: StaffRequest, counter: Counter) -> Notice | None:
    """Set a line's price."""
    price_minor = forms.amount(request, zero_ok=True)
    if price_minor is None:
        raise Refusal("amount_zero")
    approver = forms.approver(request)
    return _changed(
        request,
        counter,
        gettext("%(name)s: the price is changed."),
        lambda line, tap: editing.reprice_line(
            counter.till, request.person, tap, line, price_minor, approver
        ),
    )


def _changed(
    request: StaffRequest, counter: Counter, sentence: str, do: Callable[[int, str], None]
) -> Notice:
    """Change a line, with a way to set all of it as it was before."""
    before = _line(counter, request)
    if before is None:
        raise Refusal("line_gone")
    if again := _said_before(request):
        return again

    def undo(actor: Person, undo_tap: str) -> None:
        mending.set_again(counter.till, actor, undo_tap, before)

    return undoable(
        request,
        counter,
        sentence % {"name": item_name(counter.till, before.item)},
        lambda tap: do(before.line, tap),
        undo,
    )


@cart_view
def cart_discount(request: StaffRequest, counter: Counter) -> Notice | None:
    """Give the whole receipt a discount (R-DISC-002..004)."""
    if again := _said_before(request):
        return again
    discount, approver, till = typed_discount(request), forms.approver(request), counter.till
    place = len(_cart(counter).discounts)

    def undo(actor: Person, undo_tap: str) -> None:
        editing.take_discount_off(till, actor, undo_tap, place)

    return undoable(
        request,
        counter,
        gettext("%(text)s is on the receipt.") % {"text": discount_text(discount)},
        lambda tap: editing.discount_cart(till, request.person, tap, discount, approver),
        undo,
    )


@cart_view
def discount_off(request: StaffRequest, counter: Counter) -> Notice | None:
    """Take a receipt discount off."""
    if again := _said_before(request):
        return again
    place, till = forms.number(request, "place"), counter.till
    standing = _cart(counter).discounts
    if not 0 <= place < len(standing):
        raise Refusal("discount_gone")
    gone = standing[place]

    def undo(actor: Person, undo_tap: str) -> None:
        mending.discounts_again(till, actor, undo_tap, standing)

    return undoable(
        request,
        counter,
        gettext("%(text)s is off the receipt.") % {"text": discount_text(gone)},
        lambda tap: editing.take_discount_off(till, request.person, tap, place),
        undo,
    )


def _cart(counter: Counter) -> Cart:
    cart = counter.till.desk.cart
    if cart is None:
        raise Refusal("cart_empty")
    return cart


@cart_view
def cart_note(request: StaffRequest, counter: Counter) -> None:
    """Write a text on the receipt."""
    text = request.POST.get("text", "")
    editing.note_cart(counter.till, request.person, forms.tap_id(request), text)


@cart_view
def note_off(request: StaffRequest, counter: Counter) -> Notice | None:
    """Take a text off the receipt."""
    if again := _said_before(request):
        return again
    place, till = forms.number(request, "place"), counter.till
    standing = _cart(counter).notes
    if not 0 <= place < len(standing):
        raise Refusal("text_gone")

    def undo(actor: Person, undo_tap: str) -> None:
        mending.notes_again(till, actor, undo_tap, standing)

    return undoable(
        request,
        counter,
        gettext("“%(text)s” is off the receipt.") % {"text": standing[place]},
        lambda tap: editing.take_note_off(till, request.person, tap, place),
        undo,
    )


@cart_view
def undo(request: StaffRequest, counter: Counter) -> None:
    """Undo what the tap named by `undo` did."""
    wanted = request.POST.get("undo", "")
    served().shelf.undo(counter.till, request.person, wanted, forms.tap_id(request))
