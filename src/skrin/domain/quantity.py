"""Quantities in thousandths of a unit, and what a line of them costs."""

from __future__ import annotations

from skrin.domain.money import half_up
from skrin.domain.refusal import Refusal

ONE = 1000
"""One piece, kilo or hour in thousandths."""

MAX_QUANTITY_MILLI = 9_999 * ONE


def line_amount(quantity_milli: int, unit_price_minor: int) -> int:
    """Quantity x price, half up on the absolute value: 0.455 kg at 89.90 -> 40.90."""
    return half_up(quantity_milli * unit_price_minor, ONE)


def checked_quantity(quantity_milli: int, decimals: int) -> int:
    """`quantity_milli` when it may stand on a line of a unit sold with `decimals` decimals.

    Refused with `quantity_out_of_range` (not 0.001 to 9,999) or `quantity_not_whole`.
    """
    if not 0 < quantity_milli <= MAX_QUANTITY_MILLI:
        raise Refusal("quantity_out_of_range")
    if quantity_milli % 10 ** (3 - decimals):
        raise Refusal("quantity_not_whole")
    return quantity_milli


def quantity_text(quantity_milli: int, decimals: int = 0, decimal_sign: str = ",") -> str:
    """`2000` as `2`, `455` with three decimals as `0,455`; always enough decimals to be exact."""
    while decimals < 3 and quantity_milli % 10 ** (3 - decimals):
        decimals += 1
    sign = "-" if quantity_milli < 0 else ""
    whole, part = divmod(abs(quantity_milli), ONE)
    return (
        f"{sign}{whole}{decimal_sign}{f'{part:03d}'[:decimals]}" if decimals else f"{sign}{whole}"
    )


def pieces(quantity_milli: int, decimals: int) -> int:
    """What a line counts as in a day report: its pieces, or 1 when weighed or measured."""
    return quantity_milli // ONE if decimals == 0 else 1
