"""Text within the characters that the other side has: a printer's code page, an accounting file's.

A receipt must come out and a day must close whatever somebody typed into a name, so a character
that the page lacks is written with those it has, and nothing is ever sent as a control character.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

COMMON: dict[str, str] = {
    "\u00a0": " ",
    "\u202f": " ",
    "\u2009": " ",
    "\u2212": "-",
    "\u2010": "-",
    "\u2011": "-",
    "\u2013": "-",
    "\u2014": "-",
    "\u2018": "'",
    "\u2019": "'",
    "\u201a": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u201e": '"',
    "\u2022": "*",
    "\u2026": "...",
    "\u20ac": "EUR",
    "\u2122": "TM",
    "\u00d7": "x",
    "\u00a7": "par.",
    "\u00d8": "Ö",
    "\u00f8": "ö",
    "\u00d0": "D",
    "\u00f0": "d",
    "\u00de": "Th",
    "\u00fe": "th",
    "\u0110": "D",
    "\u0111": "d",
    "\u0141": "L",
    "\u0142": "l",
    "\u0131": "i",
    "\u0152": "OE",
    "\u0153": "oe",
}
"""What stands for a character where it is missing; a page that has it keeps it."""

_UNKNOWN = "?"


def within(text: str, encoding: str, stand_ins: Mapping[str, str] = COMMON) -> str:
    """`text` in characters of `encoding` (a Python codec of one byte each), on one line.

    Line breaks, tabs and other control characters become single spaces, invisible ones vanish,
    an accent that the page lacks is dropped (š -> s), and what is left unknown becomes `?`. The
    result can be longer than `text`, so it is made before anything is measured or aligned.
    """
    if text.isascii() and text.isprintable():
        return text
    composed = unicodedata.normalize("NFC", text)
    return "".join([_stand_in(char, encoding, stand_ins) for char in composed])


def _stand_in(char: str, encoding: str, stand_ins: Mapping[str, str]) -> str:
    category = unicodedata.category(char)
    if category == "Cf" or category == "Mn":
        return ""
    # A page may have a no-break space, but no page that prints differs in how it looks.
    if category[0] in "CZ":
        return " "
    if _has(encoding, char):
        return char
    replaced = stand_ins.get(char) or "".join(
        [part for part in unicodedata.normalize("NFKD", char) if unicodedata.category(part) != "Mn"]
    )
    return "".join([part if _has(encoding, part) else _UNKNOWN for part in replaced]) or _UNKNOWN


def _has(encoding: str, char: str) -> bool:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return char.isprintable()
