"""Taking in a picture for a key: whatever was given, a small WebP of ours comes out.

Theory: the file is a stranger's; see `skrin.office.pictures`.
"""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from skrin.domain.refusal import Refusal
from skrin.office.pictures import bare_pixels

LONGEST_SIDE_PX = 256
LARGEST_BYTES = 40_000
_QUALITIES = (80, 65, 50, 35, 20, 5)


def reencoded(raw: bytes) -> bytes:
    """A PNG, JPEG or WebP as a WebP of at most 256 pixels a side and 40,000 bytes.

    Refused: `image_too_large` (in bytes or pixels), `image_unreadable` (no picture, or broken).
    """
    return _packed(bare_pixels(raw, (LONGEST_SIDE_PX, LONGEST_SIDE_PX)))


def _packed(pixels: Image.Image) -> bytes:
    for quality in _QUALITIES:
        out = BytesIO()
        pixels.save(out, "WEBP", quality=quality, method=6)
        if out.tell() <= LARGEST_BYTES:
            return out.getvalue()
    raise Refusal("image_too_large")
