"""A stranger's picture, made bare of all but its pixels.

Only three decoders are let near it, how large it would become is looked at before it is unpacked,
and nothing else of it goes on: no metadata, no profile, no further frames, no bytes behind it.
"""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageOps

from skrin.domain.refusal import Refusal

FORMATS = ("PNG", "JPEG", "WEBP")
TAKEN_MOST_BYTES = 10_000_000
TAKEN_MOST_PIXELS = 24_000_000
"""A telephone's photograph. What unpacks to more than this is no picture for a till."""


def bare_pixels(raw: bytes, most_px: tuple[int, int]) -> Image.Image:
    """The first frame, upright, bounded, in an image that has nothing else in it.

    `most_px`: how wide and how high at the most. Refused: `image_too_large` (in bytes or pixels),
    `image_unreadable` (no picture, or broken).
    """
    if len(raw) > TAKEN_MOST_BYTES:
        raise Refusal("image_too_large")
    try:
        with Image.open(BytesIO(raw), formats=FORMATS) as given:
            if given.width * given.height > TAKEN_MOST_PIXELS:
                raise Refusal("image_too_large")
            # A JPEG can be unpacked at a half, a quarter or an eighth of its size.
            given.draft("RGB", (2 * most_px[0], 2 * most_px[1]))
            given.load()
            mode = "RGBA" if given.has_transparency_data else "RGB"
            upright = ImageOps.exif_transpose(given).convert(mode)
    except Refusal:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as bomb:
        raise Refusal("image_too_large") from bomb
    except Exception as broken:
        # Decoders of broken files raise many things, and all of them mean the same here.
        raise Refusal("image_unreadable") from broken
    upright.thumbnail(most_px, Image.Resampling.LANCZOS)
    bare = Image.new(mode, upright.size)
    bare.paste(upright)
    return bare
