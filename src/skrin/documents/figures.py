"""How figures, times and numbers are written on paper (docs/fiscal/se.md, formats)."""

from __future__ import annotations

from functools import lru_cache

from skrin.domain.closing import local_time
from skrin.domain.money import grouped_amount
from skrin.domain.quantity import quantity_text


@lru_cache(maxsize=4096)
def amount(amount_minor: int) -> str:
    """`-123450` as `-1 234,50`."""
    return grouped_amount(amount_minor).replace("\u00a0", " ").replace("\u2212", "-")


@lru_cache(maxsize=64)
def rate(rate_bp: int) -> str:
    """`2500` as `25 %`, `250` as `2,5 %`."""
    return f"{quantity_text(rate_bp * 10)} %"


def day_and_time(at_utc_ms: int, utc_offset_min: int) -> tuple[str, str]:
    """Local date and time: `2026-11-21`, `14:05`."""
    at = local_time(at_utc_ms, utc_offset_min).isoformat()
    return at[:10], at[11:16]


def org_number(number: str) -> str:
    """Ten digits as `NNNNNN-NNNN`; anything else stays as it was entered."""
    return f"{number[:6]}-{number[6:]}" if len(number) == 10 and number.isdecimal() else number
