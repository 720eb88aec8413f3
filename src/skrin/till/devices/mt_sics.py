"""MT-SICS level 0: the scale is asked for its net weight as it is now.

| Sent | Answered | Means |
|---|---|---|
| `SI` | `S S      1.234 kg` | stable, with its unit |
| | `S D      1.201 kg` | not stable |
| | `S I` | cannot say now: it is at something else |
| | `S +`, `S -` | above its range, below it |
| | `ES`, `ET`, `EL` | no such command, bad transmission, wrong parameters |

Each line ends with CR LF; between the parts stand one blank or more. `SI` rather than `S`, so that
it is we who wait for the weight to stand still, by our own deadline.

Read: Mettler-Toledo, operating instructions of AT and AL-IC balances, chapter on the interface
(manualshelf.com .../at-balances, page 87, read 2026-11-22), which names the reference manual
"MT-SICS 11780711"; the contents of the reference manuals for weigh modules. No answer with an error
code in the place of the weight ("S S Error 10b") is known of these levels; it would be garbled.
"""

from __future__ import annotations

import re

from skrin.till.devices.contract import (
    SCALE_GARBLED,
    SCALE_MOVES,
    SCALE_OVER,
    SCALE_UNDER,
    NotWeighed,
)
from skrin.till.devices.scale_answers import MOST, ScaleProtocol, grams

QUESTION = b"SI\r\n"

_STABLE = re.compile(r"S +S +(-?[0-9.]+) +([!-~]{1,5})", re.ASCII)
_MOVES = re.compile(r"S +(?:D +-?[0-9.]+ +[!-~]{1,5}|I)", re.ASCII)
_OUTSIDE = {"S +": SCALE_OVER, "S -": SCALE_UNDER}


def answer_of(heard: bytes) -> int | None:
    """The weight in grams in all that was heard since the question; None = it is not whole yet.
    Raises `NotWeighed`."""
    line, ended, _ = heard.partition(b"\r\n")
    if not ended:
        if len(heard) > MOST:
            raise NotWeighed(SCALE_GARBLED)
        return None
    text = line.decode("latin-1").strip(" ")
    if stable := _STABLE.fullmatch(text):
        return grams(stable[1], stable[2])
    if _MOVES.fullmatch(text):
        raise NotWeighed(SCALE_MOVES)
    raise NotWeighed(_OUTSIDE.get(text, SCALE_GARBLED))


PROTOCOL = ScaleProtocol(QUESTION, answer_of)
