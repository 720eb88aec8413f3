"""Swedish VAT rates by class and date. Sources and how sure each is: docs/fiscal/se.md."""

from __future__ import annotations

from datetime import date

from skrin.domain.refusal import Refusal
from skrin.fiscal.contract import DatedRate

_READ = date(2026, 11, 1)
_STANDING = "mervärdesskattelagen (2023:200) 9 ch.; invopop/gobl regimes/se"
_FOOD_CUT = "prop. 2025/26:55: food at 6 % from 2026-04-01, lapses 2027-12-31"

RATES: tuple[DatedRate, ...] = (
    DatedRate("standard", date(1990, 7, 1), 2500, _STANDING, _READ),
    DatedRate("restaurant", date(2012, 1, 1), 1200, _STANDING, _READ),
    DatedRate("food", date(1996, 1, 1), 1200, _STANDING, _READ),
    DatedRate("food", date(2026, 4, 1), 600, _FOOD_CUT, _READ),
    DatedRate("food", date(2028, 1, 1), 1200, _FOOD_CUT, _READ),
    DatedRate("culture", date(1996, 1, 1), 600, _STANDING, _READ),
    DatedRate("transport", date(1996, 1, 1), 600, _STANDING, _READ),
    DatedRate("exempt", date(1990, 1, 1), 0, _STANDING, _READ),
)
"""Each rate with the day from which it holds, oldest first within a class."""


def vat_rate_bp(vat_class: str, on: date) -> int:
    """The rate of `vat_class` on a local date. Raises `Refusal` (`vat_class_unknown`)."""
    holding = [rate for rate in RATES if rate.vat_class == vat_class and rate.since <= on]
    if not holding:
        raise Refusal("vat_class_unknown", vat_class=vat_class)
    return max(holding, key=lambda rate: rate.since).rate_bp
