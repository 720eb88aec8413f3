"""A shop's logo for paper: whatever picture was given, black dots of ours come out."""

from __future__ import annotations

import base64

from PIL import Image, ImageOps

from skrin.domain.paper import MOST_DOTS_HIGH, MOST_DOTS_WIDE, Logo
from skrin.office.pictures import bare_pixels


def logo_of(raw: bytes) -> Logo:
    """A PNG, JPEG or WebP as the dots of a receipt printer, at most 384 wide and 240 high.

    What is transparent is paper; greys become patterns of dots. Refused: `image_too_large`,
    `image_unreadable`.
    """
    given = bare_pixels(raw, (MOST_DOTS_WIDE, MOST_DOTS_HIGH))
    paper = Image.new("RGB", given.size, "white")
    paper.paste(given, mask=given if given.mode == "RGBA" else None)
    dots = ImageOps.autocontrast(paper.convert("L")).convert("1")
    ink = ImageOps.invert(dots.convert("L")).convert("1")
    return Logo(*ink.size, base64.b64encode(ink.tobytes()).decode())
