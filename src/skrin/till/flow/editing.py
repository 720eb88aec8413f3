"""Editing the open cart: discounts, texts, prices; by role, with a manager where it takes one."""

from __future__ import annotations

from skrin.domain import role as roles
from skrin.domain.cart import (
    Cart,
    CartDiscounted,
    CartNoted,
    CartUndiscounted,
    CartUnnoted,
    Discount,
    LineDiscounted,
    LineNoted,
    LineRepriced,
)
from skrin.domain.pricing import (
    amount_off,
    check_discount,
    discountable_minor,
    full_discountable_minor,
)
from skrin.domain.refusal import Refusal
from skrin.sync.messages import Person
from skrin.till.flow.selling import change_cart, check_may_change, known, line_of
from skrin.till.flow.till import Till, Transaction

MAX_NOTE = 60
MAX_NOTES = 5


def discount_line(
    till: Till,
    actor: Person,
    tap_id: str,
    line: int,
    discount: Discount | None,
    approver: Person | None = None,
) -> None:
    """Give a line a discount in the place of the one it has; None takes it off.

    Refused: `line_gone`, `not_discountable`, `discount_empty`, `discount_too_large`, and by role
    `not_allowed`, `pin_wanted`.
    """

    def act(tx: Transaction, cart: Cart) -> None:
        found = line_of(cart, line)
        given = None
        if discount is not None:
            if found.back or not found.item.discountable:
                raise Refusal("not_discountable", name=found.item.name)
            check_discount(discount, found.full_minor)
            off_minor = amount_off(discount, found.full_minor)
            given = _approved(till, actor, approver, discount, (off_minor, found.full_minor))
        tx.append("line.discounted", LineDiscounted(cart.cart_id, line, tap_id, given))

    change_cart(till, actor, tap_id, act)


def discount_cart(
    till: Till, actor: Person, tap_id: str, discount: Discount, approver: Person | None = None
) -> None:
    """Give the whole receipt a discount, after those before it (D11). Refused as for a line."""

    def act(tx: Transaction, cart: Cart) -> None:
        base_minor = discountable_minor(cart)
        check_discount(discount, base_minor)
        # The limit is of all that was given on the receipt, not of each discount alone.
        full_minor = full_discountable_minor(cart)
        off_minor = full_minor - base_minor + amount_off(discount, base_minor)
        given = _approved(till, actor, approver, discount, (off_minor, full_minor))
        tx.append("cart.discounted", CartDiscounted(cart.cart_id, tap_id, given))

    change_cart(till, actor, tap_id, act)


def take_discount_off(till: Till, actor: Person, tap_id: str, place: int) -> None:
    """Take a receipt discount off again; `place` counts from 0. Refused with `discount_gone`."""

    def act(tx: Transaction, cart: Cart) -> None:
        if not 0 <= place < len(cart.discounts):
            raise Refusal("discount_gone")
        tx.append("cart.undiscounted", CartUndiscounted(cart.cart_id, tap_id, place))

    change_cart(till, actor, tap_id, act)


def note_line(till: Till, actor: Person, tap_id: str, line: int, text: str) -> None:
    """Write a text under a line; an empty one takes it away (R-SELL-008)."""

    def act(tx: Transaction, cart: Cart) -> None:
        line_of(cart, line)
        tx.append("line.noted", LineNoted(cart.cart_id, line, tap_id, checked_note(text)))

    change_cart(till, actor, tap_id, act)


def note_cart(till: Till, actor: Person, tap_id: str, text: str) -> None:
    """Write a fixed or free text on the receipt (R-SELL-009)."""

    def command() -> None:
        cart = till.desk.cart
        if known(cart, tap_id):
            return
        check_may_change(till)
        note = checked_note(text)
        if not note:
            raise Refusal("text_empty")
        if cart and len(cart.notes) >= MAX_NOTES:
            raise Refusal("text_too_many", most=MAX_NOTES)
        with till.transaction(actor) as tx:
            cart_id = cart.cart_id if cart else till.clock.new_id()
            way = cart.way if cart else till.store.default_way
            tx.append("cart.noted", CartNoted(cart_id, tap_id, note, way))

    till.run(command)


def take_note_off(till: Till, actor: Person, tap_id: str, place: int) -> None:
    """Take a text off the receipt again; `place` counts from 0. Refused with `text_gone`."""

    def act(tx: Transaction, cart: Cart) -> None:
        if not 0 <= place < len(cart.notes):
            raise Refusal("text_gone")
        tx.append("cart.unnoted", CartUnnoted(cart.cart_id, tap_id, place))

    change_cart(till, actor, tap_id, act)


def reprice_line(
    till: Till,
    actor: Person,
    tap_id: str,
    line: int,
    price_minor: int,
    approver: Person | None = None,
) -> None:
    """Set a line's price, with the right to. Refused: `line_gone`, `line_follows`, by role."""

    def act(tx: Transaction, cart: Cart) -> None:
        found = line_of(cart, line)
        if found.origin is not None or found.parent:
            raise Refusal("line_follows", name=found.item.name)
        till.check(actor, roles.PRICE, approver)
        by = approver.person if approver else ""
        tx.append("line.repriced", LineRepriced(cart.cart_id, line, tap_id, price_minor, by))

    change_cart(till, actor, tap_id, act)


def checked_note(text: str) -> str:
    """A text for the receipt: one line, no control signs. Refused with `text_too_long`."""
    note = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    if len(note) > MAX_NOTE:
        raise Refusal("text_too_long", most=MAX_NOTE)
    return note


def _approved(
    till: Till,
    actor: Person,
    approver: Person | None,
    discount: Discount,
    off_of_minor: tuple[int, int],
) -> Discount:
    right = roles.discount_right(till.role_of(actor), *off_of_minor)
    till.check(actor, right, approver)
    return Discount(
        discount.percent_bp,
        discount.amount_minor,
        checked_note(discount.text),
        approver.person if approver else "",
    )
