"""Selling: what a tap does to the open cart. Each is one command and one commit (D3, D20)."""

from __future__ import annotations

from dataclasses import dataclass

from skrin.domain.article import EAT_IN, FIXED, OPEN, TAKE_AWAY, ZERO, Article, Group
from skrin.domain.cart import Cart, CartAborted, LineAdded, LineChanged, LineRemoved, WayChosen
from skrin.domain.quantity import ONE, checked_quantity
from skrin.domain.refusal import Refusal
from skrin.domain.report import TotalsRow
from skrin.domain.sale import PAYING, SEALED, STUCK
from skrin.sync.messages import Person
from skrin.till.flow.till import Till

MAX_LINES = 300
"""A receipt longer than this is a mistake, and its paper longer than a counter."""


@dataclass(frozen=True, slots=True)
class _Rung:
    """What is rung, before it has a line."""

    article: int
    number: str
    name: str
    group: Group
    item_kind: str
    unit: str
    decimals: int
    price_minor: int
    cost_minor: int
    raises: bool


def tap_article(
    till: Till, actor: Person, tap_id: str, article: int, price_minor: int | None = None
) -> None:
    """Ring one piece of an article; `price_minor` is what was typed for an open price.

    An equal tap right after raises the last line. Refused: `article_unknown`, `price_wanted`,
    `price_missing`, `line_too_many`, and while the cart is being paid `sale_is_being_paid`.
    """
    found = till.registers.articles.get(article)
    if found is None:
        raise Refusal("article_unknown")
    _ring(till, actor, tap_id, _rung_article(till, found, price_minor))


def scan(till: Till, actor: Person, tap_id: str, code: str) -> None:
    """Ring the article with this barcode or number. Refused with `code_unknown`."""
    wanted = code.strip()
    registers = till.registers
    found = registers.by_barcode.get(wanted) or registers.by_number.get(wanted)
    if found is None:
        raise Refusal("code_unknown", typed=wanted[:30])
    _ring(till, actor, tap_id, _rung_article(till, found, None))


def tap_group(till: Till, actor: Person, tap_id: str, group: int, price_minor: int) -> None:
    """Ring an amount on an article group. Refused with `group_unknown`."""
    found = till.registers.groups.get(group)
    if found is None:
        raise Refusal("group_unknown")
    rung = _Rung(
        0, found.number, found.name, found, found.kind, "st", 0, price_minor, 0, raises=False
    )
    _ring(till, actor, tap_id, rung)


def _rung_article(till: Till, article: Article, price_minor: int | None) -> _Rung:
    group = till.registers.groups[article.group]
    price = till.registers.price(article.id, till.today())
    cost_minor = price.cost_minor if price else 0
    if article.price_rule == OPEN:
        if price_minor is None:
            raise Refusal("price_wanted", article=article.id, name=article.name)
        unit_price_minor = price_minor
    elif article.price_rule == ZERO:
        unit_price_minor = 0
    else:
        assert article.price_rule == FIXED, "a price rule is fixed, open or zero"
        if price is None:
            raise Refusal("price_missing", name=article.name)
        unit_price_minor = price.price_minor
    item_kind = group.kind if article.kind == "goods" else article.kind
    return _Rung(
        article.id,
        article.number,
        article.name,
        group,
        item_kind,
        article.unit,
        article.decimals,
        unit_price_minor,
        cost_minor,
        raises=article.price_rule != OPEN and article.decimals == 0,
    )


def _ring(till: Till, actor: Person, tap_id: str, rung: _Rung) -> None:
    def command() -> None:
        cart = till.desk.cart
        if _known(cart, tap_id):
            return
        check_may_change(till)
        with till.transaction(actor) as tx:
            last = cart.lines[-1] if cart and cart.lines else None
            if (
                cart
                and last
                and rung.raises
                and last.article == rung.article
                and last.unit_price_minor == rung.price_minor
            ):
                quantity = checked_quantity(last.quantity_milli + ONE, last.decimals)
                tx.append("line.changed", LineChanged(cart.cart_id, last.line, tap_id, quantity))
                return
            if cart and len(cart.lines) >= MAX_LINES:
                raise Refusal("line_too_many", most=MAX_LINES)
            tx.append("line.added", _line_added(till, cart, tap_id, rung))

    till.run(command)


def _line_added(till: Till, cart: Cart | None, tap_id: str, rung: _Rung) -> LineAdded:
    return LineAdded(
        cart.cart_id if cart else till.clock.new_id(),
        cart.next_line if cart else 1,
        tap_id,
        rung.article,
        rung.number,
        rung.name,
        rung.group.id,
        rung.group.name,
        rung.item_kind,
        rung.unit,
        rung.decimals,
        ONE,
        rung.price_minor,
        rung.cost_minor,
        rung.group.vat_eat_in,
        rung.group.vat_take_away,
        cart.way if cart else till.store.default_way,
    )


def change_quantity(till: Till, actor: Person, tap_id: str, line: int, change_milli: int) -> None:
    """Raise or lower a line; at nothing it goes away. Refused: `line_gone`, `quantity_...`."""

    def command() -> None:
        cart = till.desk.cart
        if _known(cart, tap_id):
            return
        check_may_change(till)
        found = cart.line(line) if cart else None
        if cart is None or found is None:
            raise Refusal("line_gone")
        quantity_milli = found.quantity_milli + change_milli
        with till.transaction(actor) as tx:
            if quantity_milli <= 0:
                tx.append("line.removed", LineRemoved(cart.cart_id, line, tap_id))
            else:
                checked_quantity(quantity_milli, found.decimals)
                changed = LineChanged(cart.cart_id, line, tap_id, quantity_milli)
                tx.append("line.changed", changed)

    till.run(command)


def remove_line(till: Till, actor: Person, tap_id: str, line: int) -> None:
    """Take a line away. Refused with `line_gone` when it is not there."""

    def command() -> None:
        cart = till.desk.cart
        if _known(cart, tap_id):
            return
        check_may_change(till)
        if cart is None or cart.line(line) is None:
            raise Refusal("line_gone")
        with till.transaction(actor) as tx:
            tx.append("line.removed", LineRemoved(cart.cart_id, line, tap_id))

    till.run(command)


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
            total_minor = cart.total_minor
            tx.append("cart.aborted", CartAborted(cart.cart_id, len(cart.lines), total_minor))
            if cart.lines:
                tx.count([TotalsRow("unfinished", "", "", 1, 0, total_minor)])

    till.run(command)


def check_may_change(till: Till) -> None:
    """Refuse to touch a cart whose payment has begun."""
    if till.desk.state in (PAYING, STUCK):
        raise Refusal("sale_is_being_paid")
    if till.desk.state == SEALED:
        raise Refusal("sale_waits_for_mark")


def _known(cart: Cart | None, tap_id: str) -> bool:
    return cart is not None and tap_id in cart.taps
