"""Addresses of windows with what was typed before they opened."""

from __future__ import annotations

from urllib.parse import urlencode

from skrin.domain.money import plain_amount

WEIGH_NOW = "weigh"
"""In the address of an article's window: the scale is asked as soon as it opens."""


def with_amount(address: str, amount_minor: int) -> str:
    """A window's address with an amount that was typed before it opened; 0 = none was."""
    if not amount_minor:
        return address
    return f"{address}?{urlencode({'amount': plain_amount(amount_minor)})}"
