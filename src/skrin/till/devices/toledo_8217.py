"""8217: what scales beside a cash register speak, Mettler-Toledo's and many others'.

| Sent | Answered | Means |
|---|---|---|
| `W` | STX `01.234` CR | kilograms, nothing tared |
| | STX `01.234N` CR | kilograms, net of a tare |
| | STX `01.23` CR, STX `01.23N` CR | pounds |
| | STX `?` status CR | no weight now; the status says why |

The status byte: bit 0 in motion, 1 over capacity, 2 under zero, 3 outside the range in which zero
is captured, 4 at the centre of zero, 5 net, 6 always one. No unit is sent: **kilograms have three
decimals and pounds two**, so what has not three is refused and never guessed.

The line is 9600 baud, 7 data bits, even parity, one stop bit.

Read: Mettler-Toledo, DIVA service manual (72191202), 6.1.3 and 6.1.4 with the table of the status
byte (manualshelf.com .../magellan-8500/service-manual-english, pages 45, 50 and 51, read
2026-11-22). The speed and parity, and that the Ariva-S and others speak it: the comments of Odoo's
driver for serial scales, read the same day; nothing was taken from its code.
"""

from __future__ import annotations

import re

from skrin.till.devices.contract import (
    SCALE_GARBLED,
    SCALE_MOVES,
    SCALE_OVER,
    SCALE_UNDER,
    SCALE_UNIT,
    SCALE_ZERO,
    NotWeighed,
)
from skrin.till.devices.scale_answers import MOST, ScaleProtocol, grams

QUESTION = b"W"

_STX, _CR = b"\x02", b"\r"
_KILOGRAMS = re.compile(r" *([0-9]{1,4}\.[0-9]{3})N?", re.ASCII)
_FIGURE = re.compile(r" *[0-9]{1,6}(?:\.[0-9]*)?N?", re.ASCII)
_IN_MOTION, _OVER, _UNDER, _NO_ZERO = 1, 2, 4, 8


def answer_of(heard: bytes) -> int | None:
    """The weight in grams in all that was heard since the question; None = it is not whole yet.
    Raises `NotWeighed`."""
    _, begun, rest = heard.partition(_STX)
    body, ended, _ = rest.partition(_CR)
    if not (begun and ended):
        if len(heard) > MOST:
            raise NotWeighed(SCALE_GARBLED)
        return None
    if body[:1] == b"?" and len(body) == 2:
        raise NotWeighed(_why(body[1]))
    text = body.decode("latin-1")
    if found := _KILOGRAMS.fullmatch(text):
        return grams(found[1], "kg")
    raise NotWeighed(SCALE_UNIT if _FIGURE.fullmatch(text) else SCALE_GARBLED)


def _why(status: int) -> str:
    """Motion first: while it moves the other bits are of a weight that is not there yet."""
    if not status & 0x40:
        return SCALE_GARBLED
    for bit, code in ((_IN_MOTION, SCALE_MOVES), (_OVER, SCALE_OVER), (_UNDER, SCALE_UNDER)):
        if status & bit:
            return code
    return SCALE_ZERO if status & _NO_ZERO else SCALE_MOVES


PROTOCOL = ScaleProtocol(QUESTION, answer_of, seven_bits=True)
