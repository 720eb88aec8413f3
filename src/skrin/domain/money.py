"""Money: whole minor units, one rounding function, one way to share, one way to read what is typed.

An amount is an `int` of minor units (öre) under a name that ends in `_minor`; the currency stands
once on the document. No float comes near it. Worked tables: docs/algorithms/money.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from skrin.domain.refusal import Refusal

MAX_AMOUNT_MINOR = 99_999_999_99
"""The most that a person may type: a guard against slips, not a limit of the arithmetic."""


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency and what cash in it can do.

    `exponent`: digits after the decimal sign; `cash_step_minor`: the smallest cash unit (100 =
    whole kronor); `notes_minor` and `coins_minor`: what lies in a drawer. A customer is likely to
    hand over notes, so the screen proposes those.
    """

    code: str
    exponent: int
    cash_step_minor: int
    notes_minor: tuple[int, ...]
    coins_minor: tuple[int, ...] = ()

    @property
    def pieces_minor(self) -> tuple[int, ...]:
        """Every note and coin, the largest first."""
        return tuple(sorted((*self.notes_minor, *self.coins_minor), reverse=True))


SEK = Currency(
    "SEK", 2, 100, (20_00, 50_00, 100_00, 200_00, 500_00, 1000_00), (1_00, 2_00, 5_00, 10_00)
)

CURRENCIES = {currency.code: currency for currency in (SEK,)}


def half_up(numerator: int, denominator: int) -> int:
    """`numerator / denominator` rounded half up on the absolute value, the sign restored.

    The only rounding in the house: 0.5 -> 1 and -0.5 -> -1. `denominator` must be positive.
    """
    assert denominator > 0, "a denominator is positive"
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude


def round_to_step(amount_minor: int, step_minor: int) -> int:
    """`amount_minor` rounded half up on the absolute value to a multiple of `step_minor`.

    Cash in kronor (lag 1970:1029 § 2): 49 öre down, 50 öre up (D13).
    """
    return half_up(amount_minor, step_minor) * step_minor


def share(total: int, weights: Sequence[int], order: Sequence[int] | None = None) -> list[int]:
    """Spread `total` over `weights` by largest remainder, so that the parts add up to `total`.

    Weights are not negative and not all zero unless `total` is zero. `order` ranks the places for
    ties (lower goes first); without it the lower place goes first (D10). The parts have the sign
    of `total` and none is larger than its fair share rounded up.
    """
    weight_sum = sum(weights)
    if total == 0:
        return [0] * len(weights)
    assert weight_sum > 0 and min(weights) >= 0, "there is something to spread over"
    sign = 1 if total > 0 else -1
    whole = abs(total)
    parts = [whole * weight // weight_sum for weight in weights]
    rank = order if order is not None else range(len(weights))
    by_remainder = sorted(
        range(len(weights)), key=lambda i: (-(whole * weights[i] % weight_sum), rank[i])
    )
    for place in by_remainder[: whole - sum(parts)]:
        parts[place] += 1
    return [sign * part for part in parts]


# ASCII digits only: \d would let digits of other scripts through, which no cashier means to type.
_TYPED = re.compile(r"(?P<whole>[0-9]{1,3}(?: [0-9]{3})+|[0-9]+)(?:[.,](?P<part>[0-9]*))?")


def parse_amount(text: str, currency: Currency = SEK, *, zero_ok: bool = False) -> int:
    """The amount that a person typed, in minor units: `12`, `12,5`, `12.50`, `1 234,50`.

    A sign, a second decimal sign, more decimals than the currency has, or letters are refused
    with `amount_unreadable`; more than 99,999,999.99 with `amount_too_large`, and zero with
    `amount_zero` unless `zero_ok` (a float may be nothing).
    """
    typed = re.sub(r"[\s\u00a0\u202f]+", " ", text).strip().removesuffix("kr").strip()
    match = _TYPED.fullmatch(typed)
    if match is None:
        raise Refusal("amount_unreadable", typed=text.strip()[:20])
    part = match["part"] or ""
    if len(part) > currency.exponent:
        raise Refusal("amount_unreadable", typed=text.strip()[:20])
    digits = match["whole"].replace(" ", "").lstrip("0")
    if len(digits) > 12:
        raise Refusal("amount_too_large")
    unit: int = 10**currency.exponent
    amount_minor = int(digits or "0") * unit + int(part.ljust(currency.exponent, "0") or "0")
    if amount_minor == 0 and not zero_ok:
        raise Refusal("amount_zero")
    if amount_minor > MAX_AMOUNT_MINOR:
        raise Refusal("amount_too_large")
    return amount_minor


def plain_amount(amount_minor: int, decimal_sign: str = ",", exponent: int = 2) -> str:
    """`123450` as `1234,50`: for protocols and slips; a minus sign stands first, no grouping."""
    sign = "-" if amount_minor < 0 else ""
    whole, part = divmod(abs(amount_minor), 10**exponent)
    return f"{sign}{whole}{decimal_sign}{part:0{exponent}d}" if exponent else f"{sign}{whole}"


def grouped_amount(amount_minor: int, exponent: int = 2) -> str:
    """`123450` as `1 234,50` with a no-break space: the Swedish way on screens."""
    sign = "\u2212" if amount_minor < 0 else ""
    whole, part = divmod(abs(amount_minor), 10**exponent)
    text = f"{whole:,}".replace(",", "\u00a0")
    return f"{sign}{text},{part:0{exponent}d}" if exponent else f"{sign}{text}"
