"""VAT out of consumer prices: per rate on the receipt's total of it, shared to its lines (D10).

Rates are basis points (2500 = 25 %) and come from the country (`fiscal`); here is only arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from skrin.domain.money import half_up, share
from skrin.domain.record import swift

RATE_ONE = 10_000
"""100 % in basis points."""


@swift
@dataclass(frozen=True, slots=True)
class VatRow:
    """What a rate carries on a receipt: gross = net + VAT, minor units with the receipt's sign."""

    rate_bp: int
    gross_minor: int
    vat_minor: int

    @property
    def net_minor(self) -> int:
        """The amount without VAT."""
        return self.gross_minor - self.vat_minor


def vat_within(gross_minor: int, rate_bp: int) -> int:
    """The VAT inside `gross_minor`, half up on the absolute value: 100.00 at 25 % -> 20.00."""
    return half_up(gross_minor * rate_bp, RATE_ONE + rate_bp)


def vat_per_rate(amounts: Sequence[tuple[int, int]]) -> tuple[list[VatRow], list[int]]:
    """VAT of a receipt from its lines' (rate_bp, amount_minor after discounts).

    Returns the rows, highest rate first, and each line's share in the order given. The shares of a
    rate add up to its row to the öre. Lines of either sign may not be mixed at one rate: Sweden
    keeps sale and return on separate receipts (D8).
    """
    gross_by_rate: dict[int, int] = {}
    for rate_bp, amount_minor in amounts:
        gross_by_rate[rate_bp] = gross_by_rate.get(rate_bp, 0) + amount_minor
    rows: list[VatRow] = []
    line_vat = [0] * len(amounts)
    for rate_bp in sorted(gross_by_rate, reverse=True):
        gross_minor = gross_by_rate[rate_bp]
        vat_minor = vat_within(gross_minor, rate_bp)
        rows.append(VatRow(rate_bp, gross_minor, vat_minor))
        places = [i for i, (rate, _) in enumerate(amounts) if rate == rate_bp]
        parts = share(vat_minor, [abs(amounts[i][1]) for i in places])
        for place, part in zip(places, parts, strict=True):
            line_vat[place] = part
    return rows, line_vat
