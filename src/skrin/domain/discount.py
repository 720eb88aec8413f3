"""Discounts, returns and cash: the arithmetic of D11, D12 and D13."""

from __future__ import annotations

from collections.abc import Sequence

from skrin.domain.money import half_up, round_to_step, share
from skrin.domain.refusal import Refusal
from skrin.domain.vat import RATE_ONE


def percentage_of(amount_minor: int, percent_bp: int) -> int:
    """A percentage taken once, half up: 10 % of 284.05 -> 28.41 (D11)."""
    return half_up(amount_minor * percent_bp, RATE_ONE)


def spread_discount(discount_minor: int, lines: Sequence[tuple[int, int]]) -> list[int]:
    """Spread a receipt discount over the discountable lines' (rate_bp, amount left in minor units).

    By largest remainder on the amounts; ties go to the higher rate, then to the lower line (D11).
    More than the sum is refused with `discount_too_large`; a free line stays free.
    """
    sum_minor = sum(amount for _, amount in lines)
    if discount_minor < 0 or discount_minor > sum_minor:
        raise Refusal("discount_too_large", most_minor=sum_minor)
    ranked = sorted(range(len(lines)), key=lambda i: (-lines[i][0], i))
    rank = [0] * len(lines)
    for position, place in enumerate(ranked):
        rank[place] = position
    return share(discount_minor, [amount for _, amount in lines], rank)


def returned_part(
    figure_minor: int, sold_milli: int, returned_before_milli: int, returned_now_milli: int
) -> int:
    """What returning `returned_now_milli` of a line gives back of its stored figure (D12).

    Cumulative: half_up(figure x returned so far / sold) less the part before, so that any chain of
    returns undoes the sale exactly. More than is left is refused with `nothing_left_to_return`.
    """
    so_far_milli = returned_before_milli + returned_now_milli
    if returned_now_milli <= 0 or so_far_milli > sold_milli:
        raise Refusal("nothing_left_to_return")
    return half_up(figure_minor * so_far_milli, sold_milli) - half_up(
        figure_minor * returned_before_milli, sold_milli
    )


def cash_rounding(amount_minor: int, step_minor: int) -> int:
    """What is added to a cash part to make it payable: 255.64 -> +0.36, 87.40 -> -0.40 (D13)."""
    return round_to_step(amount_minor, step_minor) - amount_minor
