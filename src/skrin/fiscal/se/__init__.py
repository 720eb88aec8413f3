"""Sweden: an external control unit; we number and print; no code, no sale (docs/fiscal/se.md)."""

from __future__ import annotations

from collections.abc import Collection

from skrin.domain.receipt import RETURN, SALE
from skrin.domain.refusal import Refusal
from skrin.fiscal.se.ccsp_receipt import (
    SLOT_RATES_BP,
    checked_designation,
    registered_org_number,
)
from skrin.fiscal.se.vat_rates import vat_rate_bp

code = "SE"
currency = "SEK"
time_zone = "Europe/Stockholm"
language = "sv"
copies_allowed = 1
needs_mark = True


def check_registrable(org_number: str, designation: str, rates_bp: Collection[int]) -> None:
    """Refuse a register or a rate that a control unit does not take; see `ccsp_receipt`."""
    registered_org_number(org_number)
    checked_designation(designation)
    for rate_bp in rates_bp:
        if rate_bp not in SLOT_RATES_BP:
            raise Refusal("rate_not_registrable", rate_bp=rate_bp)


def series_of(receipt_kind: str) -> str:
    """Sale and return share one series; every other kind has its own (D8)."""
    return "receipt" if receipt_kind in (SALE, RETURN) else receipt_kind


__all__ = [
    "check_registrable",
    "code",
    "copies_allowed",
    "currency",
    "language",
    "needs_mark",
    "series_of",
    "time_zone",
    "vat_rate_bp",
]
