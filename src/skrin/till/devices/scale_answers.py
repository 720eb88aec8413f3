"""What a scale's protocol is to the line: a question, and bytes read into what was answered.

A figure stays the text that the scale sent until it is whole grams; it never passes through a
float.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from skrin.till.devices.contract import SCALE_GARBLED, SCALE_UNDER, SCALE_UNIT, NotWeighed

MOST = 64
"""More bytes than any answer has: a line that chatters is no scale of this kind."""

_FIGURE = re.compile(r"(-?)([0-9]{1,7})(?:\.([0-9]{1,6}))?", re.ASCII)
_GRAM_PLACES = {"kg": 3, "g": 0}


@dataclass(frozen=True, slots=True)
class ScaleProtocol:
    """How scales of a kind are asked over their line, and read.

    `answer_of`: the net weight in grams out of all that came since the question, None while there
    must be more; raises `NotWeighed`.
    """

    question: bytes
    answer_of: Callable[[bytes], int | None]
    seven_bits: bool = False
    """7 data bits and even parity; else 8 and none."""


def grams(figure: str, unit: str) -> int:
    """`1.234` and `kg` as 1234. Raises `NotWeighed`: a unit that is not known, or parts of a gram,
    which no price is told for; below zero; no figure at all."""
    found = _FIGURE.fullmatch(figure)
    if found is None:
        raise NotWeighed(SCALE_GARBLED)
    places = _GRAM_PLACES.get(unit.lower())
    if places is None:
        raise NotWeighed(SCALE_UNIT)
    whole, part = found[2], (found[3] or "").ljust(places, "0")
    if part[places:].strip("0"):
        raise NotWeighed(SCALE_UNIT)
    net_g = int(whole + part[:places])
    if found[1] and net_g:
        raise NotWeighed(SCALE_UNDER)
    return net_g
