"""JSON with exact numbers, and amounts in it: major units as decimal text, never a float.

The binding writes amounts as JSON numbers in major units (`125.00`); the house counts minor units.
"""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

import msgspec

from skrin.domain.money import CURRENCIES

_ENCODER = msgspec.json.Encoder(decimal_format="number")

_MAX_MAJOR_DIGITS = 12
"""More digits before the decimal sign than any payment has: such a number is not turned into
an integer, since a short text like `1e999999999` would fill the memory."""


def write_json(message: dict[str, Any]) -> bytes:
    """`message` as UTF-8 JSON; a `Decimal` stands as a number with the digits that it has."""
    return _ENCODER.encode(message)


def read_json(body: bytes) -> dict[str, Any]:
    """A JSON object with its numbers exact. Raises `ValueError` for anything else."""
    try:
        read = json.loads(body, parse_float=_exact, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(read, dict):
        raise ValueError("no object")
    return read


def major_from_minor(amount_minor: int, currency: str) -> Decimal:
    """`12500` of SEK as `125.00`, with the currency's number of decimals."""
    return Decimal(amount_minor).scaleb(-CURRENCIES[currency].exponent)


def minor_from_major(amount: object, currency: str) -> int:
    """A JSON number in major units as minor units. Raises `ValueError` when it is none, negative,
    finer than the currency, or larger than any payment."""
    if isinstance(amount, bool) or not isinstance(amount, int | Decimal):
        raise ValueError("amount is no number")
    exact = Decimal(amount)
    if exact.adjusted() >= _MAX_MAJOR_DIGITS or exact.is_signed():
        raise ValueError("amount out of range")
    exponent = CURRENCIES[currency].exponent
    if exact != round(exact, exponent):
        raise ValueError("amount finer than the currency")
    return int(exact.scaleb(exponent))


def _exact(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:  # An exponent beyond what can be held.
        raise ValueError("number out of range") from None


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
