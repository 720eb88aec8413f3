"""Sweden: an external control unit; we number and print; no code, no sale (docs/fiscal/se.md)."""

from __future__ import annotations

from skrin.domain.receipt import RETURN, SALE
from skrin.fiscal.se.vat_rates import vat_rate_bp

code = "SE"
currency = "SEK"
time_zone = "Europe/Stockholm"
language = "sv"
copies_allowed = 1
needs_mark = True


def series_of(receipt_kind: str) -> str:
    """Sale and return share one series; every other kind has its own (D8)."""
    return "receipt" if receipt_kind in (SALE, RETURN) else receipt_kind


__all__ = [
    "code",
    "copies_allowed",
    "currency",
    "language",
    "needs_mark",
    "series_of",
    "time_zone",
    "vat_rate_bp",
]
