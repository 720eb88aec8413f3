"""Which character a byte prints, by the code page and the national set in force.

Numbers of code pages as Epson printers have them (the ``ESC t`` table of the TM-T88V in the
public capabilities data of python-escpos). A page that is not here prints question marks in
diamonds, so that a missing letter is seen.
"""

from __future__ import annotations

UNKNOWN = "\N{REPLACEMENT CHARACTER}"

KATAKANA = 1

PAGES = {
    0: "cp437",
    KATAKANA: "cp932",
    2: "cp850",
    3: "cp860",
    4: "cp863",
    5: "cp865",
    13: "cp857",
    14: "cp737",
    15: "iso8859_7",
    16: "cp1252",
    17: "cp866",
    18: "cp852",
    19: "cp858",
    33: "cp775",
    34: "cp855",
    35: "cp861",
    36: "cp862",
    39: "iso8859_2",
    40: "iso8859_15",
    45: "cp1250",
    46: "cp1251",
    47: "cp1253",
    48: "cp1254",
    51: "cp1257",
}

_KATAKANA_GRAPHICS = "▁▂▃▄▅▆▇█▏▎▍▌▋▊▉┼┴┬┤├▔─│▕┌┐└┘╭╮╰╯"
"""Page 1 from 0x80: receipt generators draw rules and boxes with it. From 0xA1 it is kana."""

_NATIONAL_PLACES = "#$@[\\]^`{|}~"
NATIONAL = {0: _NATIONAL_PLACES, 5: "#¤ÉÄÖÅÜéäöåü"}
"""``ESC R``: what stands at the twelve places that differ. 0 is USA, 5 is Sweden."""


def character(byte: int, page: int, national: int) -> str:
    """The character of a byte of 0x20 or more."""
    if byte < 0x80:
        place = _NATIONAL_PLACES.find(chr(byte))
        return NATIONAL.get(national, _NATIONAL_PLACES)[place] if place >= 0 else chr(byte)
    if page == KATAKANA and byte < 0xA0:
        return _KATAKANA_GRAPHICS[byte - 0x80]
    codec = PAGES.get(page)
    if codec is None:
        return UNKNOWN
    try:
        return bytes([byte]).decode(codec)
    except UnicodeDecodeError:
        return UNKNOWN
