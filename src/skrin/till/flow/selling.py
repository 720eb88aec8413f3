"""Selling: what a tap does to the open cart. Each is one command and one commit (D3, D20)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from skrin.domain.article import EAT_IN, TAKE_AWAY
from skrin.domain.cart import (
    Cart,
    CartAborted,
    CartLine,
    LineAdded,
    LineChanged,
    LineRemoved,
    WayChosen,
)
from skrin.domain.pricing import cart_total
from skrin.domain.quantity import ONE, checked_quantity
from skrin.domain.record import replace
from skrin.domain.refusal import Refusal
from skrin.domain.report import TotalsRow
from skrin.domain.sale import PAYING, SEALED, STUCK
from skrin.sync.messages import Person
from skrin.till.flow import gift_codes, rights
from skrin.till.flow.ringing import Rung, rung_article, rung_code, rung_group
from skrin.till.flow.till import Till, Transaction

MAX_LINES = 300
"""A receipt longer than this is a mistake, and its paper longer than a counter."""


def tap_article(
    till: Till,
    actor: Person,
    tap_id: str,
    article: int,
    price_minor: int | None = None,
    options: tuple[int, ...] | None = None,
    parts: tuple[int, ...] = (),
    quantity_milli: int = ONE,
    *,
    by_scale: bool = False,
) -> None:
    """Ring an article (see `rung_article`). An equal plain tap right after raises the last line.
    `by_scale`: the quantity is what the scale told.

    Refused: what `rung_article` refuses, `line_too_many`, and while the cart is being paid
    `sale_is_being_paid`.
    """
    rung = rung_article(till, article, price_minor, options, parts, quantity_milli)
    ring(till, actor, tap_id, [replace(rung, by_scale=by_scale) if by_scale else rung])


def tap_articles(
    till: Till, actor: Person, tap_id: str, articles: Sequence[tuple[int, int]]
) -> None:
    """Ring several articles with one press, (article, quantity_milli) each (R-SELL-013)."""
    rung = [rung_article(till, article, quantity_milli=milli) for article, milli in articles]
    ring(till, actor, tap_id, rung)


def scan(till: Till, actor: Person, tap_id: str, code: str) -> None:
    """Ring what a code is. Refused with `code_unknown`, `code_misread`."""
    ring(till, actor, tap_id, [rung_code(till, code)])


def tap_group(till: Till, actor: Person, tap_id: str, group: int, amount_minor: int) -> None:
    """Ring an amount on an article group. Refused with `group_unknown`."""
    ring(till, actor, tap_id, [rung_group(till, group, amount_minor)])


def ring(till: Till, actor: Person, tap_id: str, rung: Sequence[Rung]) -> None:
    """Put what was rung on the receipt: sold, or coming back in return mode."""

    def command() -> None:
        if known(till.desk.cart, tap_id):
            return
        check_may_change(till)
        with till.transaction(actor) as tx:
            for one in rung:
                _put(tx, till, tap_id, one)

    till.run(command)


def _put(tx: Transaction, till: Till, tap_id: str, rung: Rung) -> None:
    cart = tx.desk.cart
    back = tx.desk.return_mode != "off"
    if back and not rung.item.returnable:
        raise Refusal("not_returnable", name=rung.item.name)
    last = cart.lines[-1] if cart and cart.lines else None
    if (
        cart
        and last
        and rung.raises
        and last.item == rung.item
        and last.back == back
        and last.origin is None
        and last.discount is None
        and not last.note
    ):
        quantity = checked_quantity(last.quantity_milli + rung.quantity_milli, 0)
        tx.append("line.changed", LineChanged(cart.cart_id, last.line, tap_id, quantity))
        return
    if cart and len(cart.lines) + 1 + len(rung.followers) > MAX_LINES:
        raise Refusal("line_too_many", most=MAX_LINES)
    checked_quantity(rung.quantity_milli, rung.item.decimals)
    cart_id = cart.cart_id if cart else till.clock.new_id()
    way = cart.way if cart else till.store.default_way
    number = cart.next_line if cart else 1
    item, milli, gift = rung.item, rung.quantity_milli, rung.gift
    added = LineAdded(
        cart_id, number, tap_id, item, milli, way, 0, back, gift=gift, by_scale=rung.by_scale
    )
    tx.append("line.added", added)
    if rung.gift:
        gift_codes.keep(till, rung.gift.key, rung.gift_code)
    for place, item in enumerate(rung.followers, start=1):
        milli = rung.quantity_milli * item.per_parent_milli // ONE
        added = LineAdded(cart_id, number + place, tap_id, item, milli, way, number, back)
        tx.append("line.added", added)


def change_quantity(till: Till, actor: Person, tap_id: str, line: int, change_milli: int) -> None:
    """Raise or lower a line; at nothing it goes away. Refused: `line_gone`, `quantity_...`."""

    def act(tx: Transaction, cart: Cart) -> None:
        found = line_of(cart, line)
        if found.parent:
            raise Refusal("line_follows", name=found.item.name)
        quantity_milli = found.quantity_milli + change_milli
        if quantity_milli <= 0:
            tx.append("line.removed", LineRemoved(cart.cart_id, line, tap_id))
            return
        if found.gift:
            raise Refusal("gift_card_one")
        checked_quantity(quantity_milli, found.item.decimals)
        origin = found.origin
        if origin and quantity_milli > origin.sold_milli - origin.returned_milli:
            raise Refusal("nothing_left_to_return")
        tx.append("line.changed", LineChanged(cart.cart_id, line, tap_id, quantity_milli))

    change_cart(till, actor, tap_id, act)


def remove_line(till: Till, actor: Person, tap_id: str, line: int) -> None:
    """Take a line away, and what follows it. Refused with `line_gone` when it is not there."""

    def act(tx: Transaction, cart: Cart) -> None:
        line_of(cart, line)
        tx.append("line.removed", LineRemoved(cart.cart_id, line, tap_id))

    change_cart(till, actor, tap_id, act)


def choose_way(till: Till, actor: Person, way: str) -> None:
    """Eat in or take away, for the whole cart: the rates follow, the prices stay (D41)."""

    def command() -> None:
        if way not in (EAT_IN, TAKE_AWAY):
            raise Refusal("way_unknown")
        cart = till.desk.cart
        if (cart.way if cart else till.store.default_way) == way:
            return
        check_may_change(till)
        with till.transaction(actor) as tx:
            cart_id = cart.cart_id if cart else till.clock.new_id()
            tx.append("cart.way_chosen", WayChosen(cart_id, way))

    till.run(command)


def abort(till: Till, actor: Person) -> None:
    """Give the whole cart up and begin anew; it is counted as an unfinished sale (R-SELL-010).

    Refused with `sale_is_being_paid` once money has begun to move.
    """

    def command() -> None:
        check_may_change(till)
        cart = till.desk.cart
        if cart is None:
            return
        with till.transaction(actor) as tx:
            total_minor = abs(cart_total(cart))
            given_up = rights.leaving(till, cart)
            tx.append(
                "cart.aborted", CartAborted(cart.cart_id, len(cart.lines), total_minor, given_up)
            )
            if cart.lines:
                tx.count([TotalsRow("unfinished", "", "", 1, 0, total_minor)])

    till.run(command)


def change_cart(
    till: Till, actor: Person, tap_id: str, act: Callable[[Transaction, Cart], None]
) -> None:
    """Change the receipt that is open, in one commit; a tap that has been taken changes nothing.

    Refused: `line_gone` when none is open, what `check_may_change` refuses, what `act` refuses.
    """

    def command() -> None:
        cart = till.desk.cart
        if known(cart, tap_id):
            return
        check_may_change(till)
        if cart is None:
            raise Refusal("line_gone")
        with till.transaction(actor) as tx:
            act(tx, cart)

    till.run(command)


def line_of(cart: Cart, line: int) -> CartLine:
    """A line of the cart. Refused with `line_gone` when it is not there."""
    found = cart.line(line)
    if found is None:
        raise Refusal("line_gone")
    return found


def check_may_change(till: Till) -> None:
    """Refuse to touch a cart whose payment has begun."""
    if till.desk.state in (PAYING, STUCK):
        raise Refusal("sale_is_being_paid")
    if till.desk.state == SEALED:
        raise Refusal("sale_waits_for_mark")


def known(cart: Cart | None, tap_id: str) -> bool:
    """Whether this tap has been taken: a repeat of it has no effect (D20)."""
    return cart is not None and tap_id in cart.taps
