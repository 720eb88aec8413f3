"""What a cart comes to: amounts, discounts in their order, VAT; sold and returned apart (D8-D12).

The worked tables of docs/algorithms/money.md are tests of this.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from skrin.domain.article import EAT_IN
from skrin.domain.cart import DEPOSIT, Cart, CartLine, Discount
from skrin.domain.discount import percentage_of, returned_part, spread_discount
from skrin.domain.record import swift
from skrin.domain.refusal import Refusal
from skrin.domain.vat import VatRow, vat_per_rate

RateOf = Callable[[str], int]


@swift
@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line and what it comes to. `amount_minor` is after `discount_minor`; signs are positive
    for goods that come back too: the side of the cart tells the direction."""

    line: CartLine
    full_minor: int
    discount_minor: int
    amount_minor: int
    rate_bp: int
    vat_minor: int


@dataclass(frozen=True, slots=True)
class Side:
    """All that is sold, or all that comes back."""

    lines: tuple[PricedLine, ...] = ()
    vat: tuple[VatRow, ...] = ()

    @property
    def total_minor(self) -> int:
        """What the lines come to together."""
        return sum(line.amount_minor for line in self.lines)


@dataclass(frozen=True, slots=True)
class Priced:
    """A cart and what it comes to. `receipt_discounts`: what each receipt discount took off."""

    sold: Side
    back: Side
    receipt_discounts: tuple[int, ...]

    @property
    def total_minor(self) -> int:
        """What the customer pays; negative: gets back."""
        return self.sold.total_minor - self.back.total_minor


def counted_lines(cart: Cart) -> list[CartLine]:
    """The lines that count: no deposit on what is eaten in (D42)."""
    if cart.way != EAT_IN:
        return list(cart.lines)
    return [line for line in cart.lines if line.item.role != DEPOSIT]


def price_cart(cart: Cart, rate_of: RateOf) -> Priced:
    """Price a cart; `rate_of` gives a VAT class its rate on the day."""
    lines = counted_lines(cart)
    sold = [line for line in lines if not line.back]
    full = [line.full_minor for line in sold]
    amounts, taken = _after_discounts(cart, sold, full, rate_of)
    rates = [rate_of(line.vat_class(cart.way)) for line in sold]
    rows, line_vat = vat_per_rate(list(zip(rates, amounts, strict=True)))
    sold_side = Side(
        tuple(
            PricedLine(line, whole, whole - amount, amount, rate, vat)
            for line, whole, amount, rate, vat in zip(
                sold, full, amounts, rates, line_vat, strict=True
            )
        ),
        tuple(rows),
    )
    return Priced(
        sold_side, _back_side(cart, [line for line in lines if line.back], rate_of), taken
    )


def rates_of(cart: Cart, rate_of: RateOf) -> set[int]:
    """Every rate that the receipt of a cart would carry: goods that come back keep theirs."""
    return {
        line.origin.rate_bp if line.back and line.origin else rate_of(line.vat_class(cart.way))
        for line in counted_lines(cart)
    }


def cart_total(cart: Cart) -> int:
    """What the customer pays, without the VAT: rates break ties of shares and move no sum."""
    if cart.discounts:
        return price_cart(cart, lambda vat_class: 0).total_minor
    total_minor = 0
    for line in counted_lines(cart):
        if line.back or line.discount:
            return price_cart(cart, lambda vat_class: 0).total_minor
        total_minor += line.full_minor
    return total_minor


def _after_discounts(
    cart: Cart, sold: Sequence[CartLine], full: Sequence[int], rate_of: RateOf
) -> tuple[list[int], tuple[int, ...]]:
    amounts = [whole - line_discount(line) for line, whole in zip(sold, full, strict=True)]
    if not cart.discounts:
        return amounts, ()
    places = [i for i, line in enumerate(sold) if line.item.discountable]
    taken: list[int] = []
    for discount in cart.discounts:
        weights = [(rate_of(sold[i].vat_class(cart.way)), amounts[i]) for i in places]
        off_minor = amount_off(discount, sum(amount for _, amount in weights))
        parts = spread_discount(off_minor, weights)
        for place, part in zip(places, parts, strict=True):
            amounts[place] -= part
        taken.append(off_minor)
    return amounts, tuple(taken)


def line_discount(line: CartLine) -> int:
    """What a line's own discount takes off it."""
    if line.discount is None or line.back:
        return 0
    return amount_off(line.discount, line.full_minor)


def amount_off(discount: Discount, base_minor: int) -> int:
    """What a discount takes off `base_minor`: never more than there is.

    An amount that was fine when it was given may be too much after goods went away.
    """
    if discount.percent_bp:
        return percentage_of(base_minor, discount.percent_bp)
    return min(discount.amount_minor, base_minor)


def check_discount(discount: Discount, base_minor: int) -> None:
    """Refuse a discount that cannot be given: `discount_empty`, `discount_too_large`."""
    if discount.percent_bp <= 0 and discount.amount_minor <= 0:
        raise Refusal("discount_empty")
    if discount.percent_bp > 10_000 or discount.amount_minor > base_minor:
        raise Refusal("discount_too_large", most_minor=base_minor)


def discountable_minor(cart: Cart) -> int:
    """What a further receipt discount could be taken off."""
    sold = [line for line in counted_lines(cart) if not line.back]
    full = [line.full_minor for line in sold]
    amounts, _ = _after_discounts(cart, sold, full, lambda vat_class: 0)
    return sum(a for a, line in zip(amounts, sold, strict=True) if line.item.discountable)


def full_discountable_minor(cart: Cart) -> int:
    """What the discountable goods would cost without any discount."""
    return sum(
        line.full_minor for line in counted_lines(cart) if line.item.discountable and not line.back
    )


def _back_side(cart: Cart, back: Sequence[CartLine], rate_of: RateOf) -> Side:
    """Goods that come back: the sold line's own figures (D12), or D10 where there is no receipt."""
    if not back:
        return Side()
    figures: list[tuple[int, int, int]] = []
    loose = [line for line in back if line.origin is None]
    loose_rates = [rate_of(line.vat_class(cart.way)) for line in loose]
    _, loose_vat = vat_per_rate(
        [(rate, line.full_minor) for rate, line in zip(loose_rates, loose, strict=True)]
    )
    of_loose = iter(zip(loose_rates, loose_vat, strict=True))
    for line in back:
        if line.origin is None:
            rate, vat = next(of_loose)
            figures.append((line.full_minor, rate, vat))
        else:
            figures.append(_of_origin(line))
    lines = tuple(
        PricedLine(line, line.full_minor, line.full_minor - amount, amount, rate, vat)
        for line, (amount, rate, vat) in zip(back, figures, strict=True)
    )
    return Side(lines, tuple(_summed(lines)))


def _of_origin(line: CartLine) -> tuple[int, int, int]:
    origin = line.origin
    assert origin is not None
    parts = [
        returned_part(figure, origin.sold_milli, origin.returned_milli, line.quantity_milli)
        for figure in (origin.amount_minor, origin.vat_minor)
    ]
    return parts[0], origin.rate_bp, parts[1]


def _summed(lines: Sequence[PricedLine]) -> list[VatRow]:
    """VAT rows as the sums of the lines' shares: never computed anew on a return (D12)."""
    by_rate: dict[int, tuple[int, int]] = {}
    for line in lines:
        gross, vat = by_rate.get(line.rate_bp, (0, 0))
        by_rate[line.rate_bp] = (gross + line.amount_minor, vat + line.vat_minor)
    return [VatRow(rate, *by_rate[rate]) for rate in sorted(by_rate, reverse=True)]
