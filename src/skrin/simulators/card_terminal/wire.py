"""JSON in which amounts stay exact.

The wire writes amounts as JSON numbers in major units. They are read as decimals and written
with the text that the decimal has (``125.00``), never by way of a binary fraction.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


def read(data: bytes | str) -> Any:
    """Parse; numbers with a point become `Decimal`. Raises `ValueError`."""
    return json.loads(data, parse_float=Decimal, parse_constant=_no_constant)


def write(document: Any) -> str:
    """Serialise on one line; a `Decimal` as the number that it is, digits kept."""
    if isinstance(document, Decimal):
        return format(document, "f")
    if isinstance(document, dict):
        pairs = (f"{json.dumps(name)}: {write(value)}" for name, value in document.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(document, list | tuple):
        return "[" + ", ".join(write(value) for value in document) + "]"
    return json.dumps(document, ensure_ascii=False)
