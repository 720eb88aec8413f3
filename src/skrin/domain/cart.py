"""The cart: what is on the open receipt. It is the fold over its entries (D3); nothing is typed in.

A line carries by value all that the receipt will need, so that a register that changes in the
middle of a sale changes nothing that was rung. What the lines come to is `pricing`'s business.
"""

from __future__ import annotations

from dataclasses import dataclass

from skrin.domain.giftcard import GiftLoad
from skrin.domain.quantity import ONE, line_amount
from skrin.domain.record import replace, swift
from skrin.domain.rights.terms import RightMove

PLAIN, MODIFIER, PART, DEPOSIT = "", "modifier", "part", "deposit"
"""What a line is to its parent: alone, an option of it, a part of a deal, its deposit (D42)."""


@swift
@dataclass(frozen=True, slots=True)
class Item:
    """What is rung, by value. `price_minor` is of one unit; `per_parent_milli` how many of it go
    with one of the parent (a modifier, a deposit, a part of a deal)."""

    article: int
    number: str
    name: str
    group: int
    group_name: str
    kind: str
    unit: str
    decimals: int
    price_minor: int
    cost_minor: int
    vat_eat_in: str
    vat_take_away: str
    discountable: bool = True
    returnable: bool = True
    role: str = PLAIN
    per_parent_milli: int = ONE


@dataclass(frozen=True, slots=True)
class Origin:
    """The sold line that goods come back from: its stored figures (D12), and what came back before.

    `receipt_id` and `line` name it; `designation` and `number` are printed.
    """

    receipt_id: str
    designation: str
    number: int
    line: int
    sold_milli: int
    amount_minor: int
    vat_minor: int
    rate_bp: int
    returned_milli: int


@dataclass(frozen=True, slots=True)
class Discount:
    """A percentage (basis points) or an amount off; `text` names the reason on the receipt."""

    percent_bp: int
    amount_minor: int
    text: str = ""
    approved_by: str = ""


@swift
@dataclass(frozen=True, slots=True)
class LineAdded:
    """`line.added`: something was rung. The screen makes `tap_id`, so a repeat is known (D20).

    `back`: goods come back; `parent`: the line that this one follows, 0 = none; `by_scale`: the
    quantity is what the scale told, and nobody typed it.
    """

    cart_id: str
    line: int
    tap_id: str
    item: Item
    quantity_milli: int
    way: str
    parent: int = 0
    back: bool = False
    origin: Origin | None = None
    approved_by: str = ""
    gift: GiftLoad | None = None
    by_scale: bool = False


@dataclass(frozen=True, slots=True)
class LineChanged:
    """`line.changed`: the line now has this quantity, and what follows it has as many more."""

    cart_id: str
    line: int
    tap_id: str
    quantity_milli: int


@dataclass(frozen=True, slots=True)
class LineRemoved:
    """`line.removed`: the line and what follows it were taken away before the sale was complete."""

    cart_id: str
    line: int
    tap_id: str


@dataclass(frozen=True, slots=True)
class LineDiscounted:
    """`line.discounted`: the line has this discount and no other; None = its discount is gone."""

    cart_id: str
    line: int
    tap_id: str
    discount: Discount | None


@dataclass(frozen=True, slots=True)
class LineRepriced:
    """`line.repriced`: a person with the right to set prices set this one."""

    cart_id: str
    line: int
    tap_id: str
    price_minor: int
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class LineNoted:
    """`line.noted`: a text under the line; empty = none."""

    cart_id: str
    line: int
    tap_id: str
    text: str


@dataclass(frozen=True, slots=True)
class CartDiscounted:
    """`cart.discounted`: a discount on the whole receipt, after those before it (D11)."""

    cart_id: str
    tap_id: str
    discount: Discount


@dataclass(frozen=True, slots=True)
class CartUndiscounted:
    """`cart.undiscounted`: the receipt discount at this place (from 0) is gone."""

    cart_id: str
    tap_id: str
    place: int


@dataclass(frozen=True, slots=True)
class CartNoted:
    """`cart.noted`: a text on the receipt."""

    cart_id: str
    tap_id: str
    text: str
    way: str = ""


@dataclass(frozen=True, slots=True)
class CartUnnoted:
    """`cart.unnoted`: the text at this place (from 0) is off the receipt again."""

    cart_id: str
    tap_id: str
    place: int


@dataclass(frozen=True, slots=True)
class WayChosen:
    """`cart.way_chosen`: the whole cart is eaten in or taken away; the rates follow."""

    cart_id: str
    way: str


@dataclass(frozen=True, slots=True)
class CartAborted:
    """`cart.aborted`: an unfinished sale, with what stood on it (day report, item 19)."""

    cart_id: str
    line_count: int
    total_minor: int
    rights: tuple[RightMove, ...] = ()


@swift
@dataclass(frozen=True, slots=True)
class CartLine:
    """A line of the open receipt. `rung_at_utc_ms` is when it was first rung."""

    line: int
    parent: int
    item: Item
    quantity_milli: int
    rung_at_utc_ms: int
    back: bool = False
    origin: Origin | None = None
    discount: Discount | None = None
    note: str = ""
    gift: GiftLoad | None = None

    @property
    def full_minor(self) -> int:
        """Quantity x price, before any discount."""
        return line_amount(self.quantity_milli, self.item.price_minor)

    def vat_class(self, way: str) -> str:
        """The VAT class of this line, eaten in or taken away."""
        return self.item.vat_eat_in if way == "eat_in" else self.item.vat_take_away


@swift
@dataclass(frozen=True, slots=True)
class Cart:
    """The open receipt. `reduced_*` counts lines removed or lowered (day report, item 18)."""

    cart_id: str
    way: str
    first_seq: int
    lines: tuple[CartLine, ...] = ()
    next_line: int = 1
    taps: frozenset[str] = frozenset()
    discounts: tuple[Discount, ...] = ()
    notes: tuple[str, ...] = ()
    reduced_count: int = 0
    reduced_minor: int = 0
    parked_as: str = ""

    def line(self, number: int) -> CartLine | None:
        """The line with this number, if it is still there."""
        return next((line for line in self.lines if line.line == number), None)

    def children(self, number: int) -> list[CartLine]:
        """The lines that follow a line: its modifiers, parts and deposit."""
        return [line for line in self.lines if line.parent == number]


@dataclass(frozen=True, slots=True)
class CartParked:
    """`cart.parked`: the cart is set aside, with all that is on it; its name is not here (D5)."""

    cart: Cart
    parked_utc_ms: int
    rights: tuple[RightMove, ...] = ()


@dataclass(frozen=True, slots=True)
class CartFetched:
    """`cart.fetched`: a parked cart is on the counter again."""

    cart: Cart
    rights: tuple[RightMove, ...] = ()


@dataclass(frozen=True, slots=True)
class ParkedDeleted:
    """`parked.deleted`: a parked cart was given up: an unfinished sale (day report, item 19)."""

    cart_id: str
    line_count: int
    total_minor: int
    rights: tuple[RightMove, ...] = ()


LineEvent = LineAdded | LineChanged | LineRemoved | LineDiscounted | LineRepriced | LineNoted
CartEvent = LineEvent | CartDiscounted | CartUndiscounted | CartNoted | CartUnnoted | WayChosen


def apply_to_cart(cart: Cart | None, event: CartEvent, seq: int, at_utc_ms: int) -> Cart:
    """The cart after `event`; the first event of a cart makes it."""
    if cart is None:
        assert isinstance(event, LineAdded | WayChosen | CartNoted), "a cart begins with goods"
        cart = Cart(event.cart_id, event.way, seq)
    assert cart.cart_id == event.cart_id, "an event belongs to the open cart"
    if isinstance(event, WayChosen):
        return replace(cart, way=event.way)
    taps = cart.taps | {event.tap_id}
    if isinstance(event, LineAdded):
        return _with_line(cart, event, taps, at_utc_ms)
    cart = replace(cart, taps=taps)
    if isinstance(event, CartDiscounted):
        return replace(cart, discounts=(*cart.discounts, event.discount))
    if isinstance(event, CartUndiscounted):
        kept = [d for place, d in enumerate(cart.discounts) if place != event.place]
        return replace(cart, discounts=tuple(kept))
    if isinstance(event, CartNoted):
        return replace(cart, notes=(*cart.notes, event.text))
    if isinstance(event, CartUnnoted):
        left = [note for place, note in enumerate(cart.notes) if place != event.place]
        return replace(cart, notes=tuple(left))
    return _with_change(cart, event)


def _with_line(cart: Cart, event: LineAdded, taps: frozenset[str], at_utc_ms: int) -> Cart:
    line = CartLine(
        event.line,
        event.parent,
        event.item,
        event.quantity_milli,
        at_utc_ms,
        event.back,
        event.origin,
        gift=event.gift,
    )
    return replace(cart, lines=(*cart.lines, line), next_line=event.line + 1, taps=taps)


def _with_change(
    cart: Cart, event: LineChanged | LineRemoved | LineDiscounted | LineRepriced | LineNoted
) -> Cart:
    before = cart.line(event.line)
    assert before is not None, "a line is changed only while it stands"
    if isinstance(event, LineChanged):
        return _with_quantity(cart, before, event.quantity_milli)
    if isinstance(event, LineRemoved):
        return _without_line(cart, before)
    if isinstance(event, LineDiscounted):
        after = replace(before, discount=event.discount)
    elif isinstance(event, LineRepriced):
        after = replace(before, item=replace(before.item, price_minor=event.price_minor))
        lowered_minor = max(0, before.full_minor - after.full_minor)
        cart = _reduced(cart, 1 if lowered_minor else 0, lowered_minor)
    else:
        after = replace(before, note=event.text)
    return replace(cart, lines=_replaced(cart.lines, {before.line: after}))


def _with_quantity(cart: Cart, before: CartLine, quantity_milli: int) -> Cart:
    changed = {before.line: replace(before, quantity_milli=quantity_milli)}
    for child in cart.children(before.line):
        with_parent = quantity_milli * child.item.per_parent_milli // ONE
        changed[child.line] = replace(child, quantity_milli=with_parent)
    was_minor = sum(line.full_minor for line in cart.lines if line.line in changed)
    lowered_minor = was_minor - sum(line.full_minor for line in changed.values())
    if quantity_milli < before.quantity_milli and not before.back:
        cart = _reduced(cart, 1, max(0, lowered_minor))
    return replace(cart, lines=_replaced(cart.lines, changed))


def _without_line(cart: Cart, removed: CartLine) -> Cart:
    gone = {removed.line, *(child.line for child in cart.children(removed.line))}
    gone_minor = sum(line.full_minor for line in cart.lines if line.line in gone)
    if not removed.back:
        cart = _reduced(cart, 1, gone_minor)
    return replace(cart, lines=tuple(line for line in cart.lines if line.line not in gone))


def _reduced(cart: Cart, count: int, amount_minor: int) -> Cart:
    return replace(
        cart,
        reduced_count=cart.reduced_count + count,
        reduced_minor=cart.reduced_minor + amount_minor,
    )


def _replaced(lines: tuple[CartLine, ...], changed: dict[int, CartLine]) -> tuple[CartLine, ...]:
    return tuple(changed.get(line.line, line) for line in lines)
