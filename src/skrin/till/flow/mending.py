"""Mending the open receipt: what was just done is undone by a new command.

Nothing is ever taken back out of the journal: a line that was removed is rung again with all it
had, a discount that was changed is given again as it was, with the approval that it had.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from skrin.domain.cart import (
    Cart,
    CartDiscounted,
    CartLine,
    CartNoted,
    CartUndiscounted,
    CartUnnoted,
    Discount,
    LineAdded,
    LineDiscounted,
    LineNoted,
    LineRemoved,
    LineRepriced,
    Origin,
)
from skrin.domain.quantity import ONE
from skrin.domain.refusal import Refusal
from skrin.sync.messages import Person
from skrin.till.flow import rights
from skrin.till.flow.ringing import Rung
from skrin.till.flow.selling import MAX_LINES, change_cart, check_may_change, known, line_of
from skrin.till.flow.till import Till, Transaction


def put_back(till: Till, actor: Person, tap_id: str, lines: Sequence[CartLine]) -> None:
    """Put lines that were taken away on the open receipt again: a parent first, then its children,
    with their discounts and texts. They stand last and have new numbers.

    Refused: `line_too_many`, `nothing_left_to_return`, `return_elsewhere`, and while the cart is
    being paid.
    """

    def command() -> None:
        cart = till.desk.cart
        if known(cart, tap_id):
            return
        check_may_change(till)
        if any(line.gift and line.back for line in lines):
            raise Refusal("undo_gone")  # What was on the card went back when it was taken away.
        if len(lines) + (len(cart.lines) if cart else 0) > MAX_LINES:
            raise Refusal("line_too_many", most=MAX_LINES)
        number = cart.next_line if cart else 1
        cart_id = cart.cart_id if cart else till.clock.new_id()
        way = cart.way if cart else till.store.default_way
        numbers = {line.line: number + place for place, line in enumerate(lines)}
        origins = [line.origin for line in lines if line.origin]
        with till.transaction(actor) as tx:
            rights.reserve_returns(tx, origins)
            for line in lines:
                tx.append(
                    "line.added",
                    LineAdded(
                        cart_id,
                        numbers[line.line],
                        tap_id,
                        line.item,
                        line.quantity_milli,
                        way,
                        numbers.get(line.parent, 0),
                        line.back,
                        _origin_now(till, cart, line),
                        gift=line.gift,
                    ),
                )
                _dress(tx, cart_id, numbers[line.line], tap_id, line)

    till.run(command)


def _dress(tx: Transaction, cart_id: str, number: int, tap_id: str, line: CartLine) -> None:
    if line.discount:
        tx.append("line.discounted", LineDiscounted(cart_id, number, tap_id, line.discount))
    if line.note:
        tx.append("line.noted", LineNoted(cart_id, number, tap_id, line.note))


def _origin_now(till: Till, cart: Cart | None, line: CartLine) -> Origin | None:
    """The sold line that goods come back from, with what has come back of it by now (D12)."""
    origin = line.origin
    if origin is None:
        return None
    standing = sum(
        one.quantity_milli
        for one in (cart.lines if cart else ())
        if one.origin
        and (one.origin.receipt_id, one.origin.line) == (origin.receipt_id, origin.line)
    )
    before = till.file.returned_of(origin.receipt_id).get(origin.line, 0) + standing
    if before + line.quantity_milli > origin.sold_milli:
        raise Refusal("nothing_left_to_return")
    return replace(origin, returned_milli=before)


def set_again(till: Till, actor: Person, tap_id: str, before: CartLine) -> None:
    """Give a line the discount, the price and the text that it had `before`.

    Refused: `line_gone`, and while the cart is being paid.
    """

    def act(tx: Transaction, cart: Cart) -> None:
        now = line_of(cart, before.line)
        place = (cart.cart_id, now.line, tap_id)
        if now.discount != before.discount:
            tx.append("line.discounted", LineDiscounted(*place, before.discount))
        if now.item.price_minor != before.item.price_minor:
            tx.append("line.repriced", LineRepriced(*place, before.item.price_minor))
        if now.note != before.note:
            tx.append("line.noted", LineNoted(*place, before.note))

    change_cart(till, actor, tap_id, act)


def discounts_again(till: Till, actor: Person, tap_id: str, discounts: Sequence[Discount]) -> None:
    """Give the receipt the discounts that it had, in the order that they had: each is of what the
    ones before it left (D11). Refused with `line_gone`."""

    def act(tx: Transaction, cart: Cart) -> None:
        kept = 0
        for now, before in zip(cart.discounts, discounts, strict=False):
            if now != before:
                break
            kept += 1
        for place in reversed(range(kept, len(cart.discounts))):
            tx.append("cart.undiscounted", CartUndiscounted(cart.cart_id, tap_id, place))
        for discount in discounts[kept:]:
            tx.append("cart.discounted", CartDiscounted(cart.cart_id, tap_id, discount))

    change_cart(till, actor, tap_id, act)


def notes_again(till: Till, actor: Person, tap_id: str, notes: Sequence[str]) -> None:
    """Give the receipt the texts that it had, in their order. Refused with `line_gone`."""

    def act(tx: Transaction, cart: Cart) -> None:
        for place in reversed(range(len(cart.notes))):
            tx.append("cart.unnoted", CartUnnoted(cart.cart_id, tap_id, place))
        for note in notes:
            tx.append("cart.noted", CartNoted(cart.cart_id, tap_id, note))

    change_cart(till, actor, tap_id, act)


def ring_instead(till: Till, actor: Person, tap_id: str, line: int, rung: Rung) -> None:
    """Ring an article anew in the place of a line, with other options; texts go along.

    The new line has the old one's quantity. Refused: `line_gone`, `line_follows`.
    """

    def act(tx: Transaction, cart: Cart) -> None:
        old = line_of(cart, line)
        if old.parent or old.origin:
            raise Refusal("line_follows", name=old.item.name)
        number, milli = cart.next_line, old.quantity_milli
        tx.append("line.removed", LineRemoved(cart.cart_id, line, tap_id))
        for place, item in enumerate((rung.item, *rung.followers)):
            parent = number if place else 0
            of_it = milli * item.per_parent_milli // ONE if place else milli
            added = LineAdded(
                cart.cart_id, number + place, tap_id, item, of_it, cart.way, parent, old.back
            )
            tx.append("line.added", added)
        _dress(tx, cart.cart_id, number, tap_id, old)

    change_cart(till, actor, tap_id, act)
