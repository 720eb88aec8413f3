"""The cart: what is on the open receipt. It is the fold over its entries (D3); nothing is typed in.

A line carries by value all that the receipt will need, so that a register that changes in the
middle of a sale changes nothing that was rung.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from skrin.domain.quantity import line_amount
from skrin.domain.vat import VatRow, vat_per_rate


@dataclass(frozen=True, slots=True)
class LineAdded:
    """`line.added`: something was rung. The screen makes `tap_id`, so a repeat is known (D20)."""

    cart_id: str
    line: int
    tap_id: str
    article: int
    number: str
    name: str
    group: int
    group_name: str
    item_kind: str
    unit: str
    decimals: int
    quantity_milli: int
    unit_price_minor: int
    cost_minor: int
    vat_eat_in: str
    vat_take_away: str
    way: str


@dataclass(frozen=True, slots=True)
class LineChanged:
    """`line.changed`: the line now has this quantity."""

    cart_id: str
    line: int
    tap_id: str
    quantity_milli: int


@dataclass(frozen=True, slots=True)
class LineRemoved:
    """`line.removed`: the line was taken away before the sale was complete."""

    cart_id: str
    line: int
    tap_id: str


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


@dataclass(frozen=True, slots=True)
class CartLine:
    """A line of the open receipt. `rung_at_utc_ms` is when it was first rung."""

    line: int
    article: int
    number: str
    name: str
    group: int
    group_name: str
    item_kind: str
    unit: str
    decimals: int
    quantity_milli: int
    unit_price_minor: int
    cost_minor: int
    vat_eat_in: str
    vat_take_away: str
    rung_at_utc_ms: int

    @property
    def amount_minor(self) -> int:
        """Quantity x price."""
        return line_amount(self.quantity_milli, self.unit_price_minor)

    def vat_class(self, way: str) -> str:
        """The VAT class of this line, eaten in or taken away."""
        return self.vat_eat_in if way == "eat_in" else self.vat_take_away


@dataclass(frozen=True, slots=True)
class Cart:
    """The open receipt. `reduced_*` counts lines removed or lowered (day report, item 18)."""

    cart_id: str
    way: str
    first_seq: int
    lines: tuple[CartLine, ...] = ()
    next_line: int = 1
    taps: frozenset[str] = frozenset()
    reduced_count: int = 0
    reduced_minor: int = 0

    @property
    def total_minor(self) -> int:
        """What the lines cost together."""
        return sum(line.amount_minor for line in self.lines)

    def line(self, number: int) -> CartLine | None:
        """The line with this number, if it is still there."""
        return next((line for line in self.lines if line.line == number), None)

    def rates(self, rate_of: Callable[[str], int]) -> tuple[list[VatRow], list[int]]:
        """VAT per rate and per line (`vat_per_rate`); `rate_of` turns a VAT class into a rate."""
        return vat_per_rate(
            [(rate_of(line.vat_class(self.way)), line.amount_minor) for line in self.lines]
        )


CartEvent = LineAdded | LineChanged | LineRemoved | WayChosen


def apply_to_cart(cart: Cart | None, event: CartEvent, seq: int, at_utc_ms: int) -> Cart:
    """The cart after `event`; the first event of a cart makes it."""
    if isinstance(event, LineAdded):
        base = cart or Cart(event.cart_id, event.way, seq)
        return _with_line(base, event, at_utc_ms)
    if cart is None:
        assert isinstance(event, WayChosen), "a line is changed only in an open cart"
        return Cart(event.cart_id, event.way, seq)
    assert cart.cart_id == event.cart_id, "an event belongs to the open cart"
    if isinstance(event, WayChosen):
        return replace(cart, way=event.way)
    if isinstance(event, LineRemoved):
        return _without_line(cart, event)
    return _with_quantity(cart, event)


def _with_line(cart: Cart, event: LineAdded, at_utc_ms: int) -> Cart:
    line = CartLine(
        event.line,
        event.article,
        event.number,
        event.name,
        event.group,
        event.group_name,
        event.item_kind,
        event.unit,
        event.decimals,
        event.quantity_milli,
        event.unit_price_minor,
        event.cost_minor,
        event.vat_eat_in,
        event.vat_take_away,
        at_utc_ms,
    )
    return replace(
        cart,
        lines=(*cart.lines, line),
        next_line=event.line + 1,
        taps=cart.taps | {event.tap_id},
    )


def _with_quantity(cart: Cart, event: LineChanged) -> Cart:
    before = cart.line(event.line)
    assert before is not None, "a line is changed only while it stands"
    after = replace(before, quantity_milli=event.quantity_milli)
    lowered_minor = max(0, before.amount_minor - after.amount_minor)
    return replace(
        cart,
        lines=tuple(after if line.line == event.line else line for line in cart.lines),
        taps=cart.taps | {event.tap_id},
        reduced_count=cart.reduced_count
        + (1 if after.quantity_milli < before.quantity_milli else 0),
        reduced_minor=cart.reduced_minor + lowered_minor,
    )


def _without_line(cart: Cart, event: LineRemoved) -> Cart:
    removed = cart.line(event.line)
    assert removed is not None, "a line is removed only once"
    return replace(
        cart,
        lines=tuple(line for line in cart.lines if line.line != event.line),
        taps=cart.taps | {event.tap_id},
        reduced_count=cart.reduced_count + 1,
        reduced_minor=cart.reduced_minor + removed.amount_minor,
    )
