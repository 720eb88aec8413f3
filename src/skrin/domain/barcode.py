"""Codes at the till: check digits, and in-store codes that carry a price or a weight.

Source: gs1.se, "creating variable weight numbers" (Swedish page, read 2026-11-01):
an EAN-13 that starts 20 to 25 holds eight digits of article (the prefix among them), four digits
of value and a check digit. Other countries divide them differently, so the scheme is data.
"""

from __future__ import annotations

from dataclasses import dataclass

from skrin.domain.refusal import Refusal

PRICE, WEIGHT = "price", "weight"


@dataclass(frozen=True, slots=True)
class Scheme:
    """What the digits of an in-store prefix mean: `scale` turns them into minor units or milli."""

    prefix: str
    holds: str
    scale: int


SWEDISH_SCHEMES = (
    Scheme("20", PRICE, 1),
    Scheme("21", PRICE, 10),
    Scheme("22", PRICE, 100),
    Scheme("23", WEIGHT, 1),
    Scheme("24", WEIGHT, 10),
    Scheme("25", WEIGHT, 100),
)
"""Price in kronor with two, one, no decimals; weight in kilos with three, two, one."""

SCHEMES = {"SE": SWEDISH_SCHEMES}

ARTICLE_DIGITS, VALUE_DIGITS = 8, 4


@dataclass(frozen=True, slots=True)
class InStoreCode:
    """A variable-measure code: the code that its article is kept under (value digits zero), and a
    price in minor units or a weight in thousandths."""

    key: str
    holds: str
    value: int


def check_digit(digits: str) -> str:
    """The last digit of a GTIN whose other digits are given."""
    weighed = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    return str(-weighed % 10)


def is_gtin(code: str) -> bool:
    """Whether a code is a GTIN-8, -12, -13 or -14 with the right check digit."""
    return (
        len(code) in (8, 12, 13, 14)
        and code.isascii()
        and code.isdecimal()
        and check_digit(code[:-1]) == code[-1]
    )


def in_store_code(code: str, country: str) -> InStoreCode | None:
    """The article and the value in an in-store code of `country`; None for any other code.

    An exact barcode goes before this: shops number goods of their own in these ranges too.

    Refused with `code_misread` when the prefix is ours but the check digit is wrong: a value that
    was misread is a wrong price.
    """
    if len(code) != 13 or not (code.isascii() and code.isdecimal()):
        return None
    scheme = next((s for s in SCHEMES.get(country, ()) if code.startswith(s.prefix)), None)
    if scheme is None:
        return None
    if not is_gtin(code):
        raise Refusal("code_misread", typed=code)
    value = int(code[ARTICLE_DIGITS : ARTICLE_DIGITS + VALUE_DIGITS]) * scheme.scale
    zeroed = code[:ARTICLE_DIGITS] + "0" * VALUE_DIGITS
    return InStoreCode(zeroed + check_digit(zeroed), scheme.holds, value)
