"""What a PIN may be, the same in till and office (D28)."""

from __future__ import annotations

import re

_SHAPE = re.compile(r"[0-9]{4,6}")
_STRAIGHT = "01234567890", "09876543210"


def pin_has_shape(pin: str) -> bool:
    """Whether it is 4 to 6 digits."""
    return _SHAPE.fullmatch(pin) is not None


def pin_is_easy(pin: str) -> bool:
    """Whether it is what everybody tries first: one digit only, or digits in a row."""
    return len(set(pin)) == 1 or any(pin in row for row in _STRAIGHT)
