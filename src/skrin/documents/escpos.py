"""Documents as ESC/POS: what goes to a receipt printer, one job from first byte to cut.

The dozen commands that a receipt needs are written here and not taken from a library, which would
cost the till a third of a second and 20 MB at start and chooses code pages by itself
(docs/decisions/0002-escpos-bytes.md). A test holds every one of them against python-escpos.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from skrin.documents.blocks import Block
from skrin.documents.layout import BARS, BOLD, DOUBLE, PICTURE, QR, Row, set_block
from skrin.domain.paper import Logo

ESC, GS, FS = b"\x1b", b"\x1d", b"\x1c"

INITIALISE = ESC + b"@"
SINGLE_BYTE = FS + b"."
"""Leave the two-byte Chinese mode that many printers wake up in: it would eat å, ä and ö."""
BOLD_ON, BOLD_OFF = ESC + b"E\x01", ESC + b"E\x00"
DOUBLE_ON, DOUBLE_OFF = GS + b"!\x11", GS + b"!\x00"
CENTRE, LEFT = ESC + b"a\x01", ESC + b"a\x00"
FEED_AND_CUT = ESC + b"d\x06" + GS + b"V\x00"
DRAWER_PULSE = ESC + b"p\x00" + b"\x32\x32"
"""Pin 2, 100 ms on and 100 ms off (in steps of 2 ms)."""

CODE_PAGES = {"cp437": 0, "cp850": 2, "cp865": 5, "cp1252": 16, "cp858": 19}
"""The number of each code page after `ESC t`, as the common printers have it."""

_QR_SIZE = 6
_BARS_HEIGHT, _BARS_MODULE = 80, 2
"""In dots: 1 cm high, and the thinnest bar that every printer has."""


def render_escpos(
    blocks: Iterable[Block], columns: int, code_page: str = "cp858", *, drawer: bool = False
) -> bytes:
    """`blocks` as one print job; `drawer` puts the pulse first, so the drawer opens at once.

    `code_page` is pinned for the whole job and is one of `CODE_PAGES` (KeyError otherwise: it is
    checked where a printer is set up). Characters that it lacks are written with those it has.
    """
    page = CODE_PAGES[code_page]
    job = [INITIALISE, SINGLE_BYTE, ESC + b"t" + bytes([page])]
    if drawer:
        job.append(DRAWER_PULSE)
    job += [_block(block, columns, code_page) for block in blocks]
    job.append(FEED_AND_CUT)
    return b"".join(job)


@lru_cache(maxsize=1024)
def _block(block: Block, columns: int, code_page: str) -> bytes:
    """The bytes of one block: kept, as most of a shop's paper is the same again."""
    return b"".join([_row(row, code_page) for row in set_block(block, columns, code_page)])


def _row(row: Row, code_page: str) -> bytes:
    if row.style == QR:
        return CENTRE + qr_code(row.text.encode()) + LEFT
    if row.style == BARS:
        return CENTRE + code_128(row.text) + LEFT
    if row.style == PICTURE and row.logo:
        return CENTRE + raster(row.logo) + LEFT
    # Every page has ASCII in its place, and that is written several times as fast.
    text = row.text.encode("ascii" if row.text.isascii() else code_page) + b"\n"
    if row.style == DOUBLE:
        return DOUBLE_ON + text + DOUBLE_OFF
    if row.style == BOLD:
        return BOLD_ON + text + BOLD_OFF
    return text


def qr_code(content: bytes) -> bytes:
    """The printer's own QR code, model 2, error correction M, for at most 500 bytes."""
    assert 0 < len(content) <= 500, "a QR code on paper carries a short text"
    return b"".join(
        [
            _qr_function(b"A2\x00"),
            _qr_function(b"C" + bytes([_QR_SIZE])),
            _qr_function(b"E1"),
            _qr_function(b"P0" + content),
            _qr_function(b"Q0"),
        ]
    )


_BAND_DOTS = 128
"""Rows of a picture in one command: a small printer's memory need not hold the whole of it."""


def raster(logo: Logo) -> bytes:
    """A picture as raster commands (GS v 0), band by band, a dot to a dot."""
    rows = logo.rows()
    wide = ((logo.width_dots + 7) // 8).to_bytes(2, "little")
    bands = [rows[at : at + _BAND_DOTS] for at in range(0, len(rows), _BAND_DOTS)]
    return b"".join(
        GS + b"v0\x00" + wide + len(band).to_bytes(2, "little") + b"".join(band) for band in bands
    )


def code_128(content: str) -> bytes:
    """The printer's own Code 128 in code set B (one sign, one symbol), without the text beneath,
    which the document sets itself. `content`: printable ASCII."""
    assert content.isascii() and content.isprintable() and len(content) <= 48
    data = b"{B" + content.replace("{", "{{").encode()
    size = GS + b"h" + bytes([_BARS_HEIGHT]) + GS + b"w" + bytes([_BARS_MODULE])
    silent = GS + b"f\x00" + GS + b"H\x00"
    return size + silent + GS + b"kI" + bytes([len(data)]) + data


def _qr_function(function: bytes) -> bytes:
    body = b"1" + function
    return GS + b"(k" + len(body).to_bytes(2, "little") + body
