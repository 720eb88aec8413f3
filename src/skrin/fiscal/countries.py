"""The countries that Skrin knows."""

from __future__ import annotations

from typing import cast

from skrin.domain.refusal import Refusal
from skrin.fiscal import se
from skrin.fiscal.contract import Country

COUNTRIES: dict[str, Country] = {"SE": cast(Country, se)}


def country(code: str) -> Country:
    """The country with this ISO code. Raises `Refusal` (`country_unknown`)."""
    if code not in COUNTRIES:
        raise Refusal("country_unknown", country=code)
    return COUNTRIES[code]
