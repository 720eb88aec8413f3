"""Documents as plain text: what the screen shows, the office compares and a search finds."""

from __future__ import annotations

from collections.abc import Iterable

from skrin.documents.blocks import Block
from skrin.documents.layout import BARS, DOUBLE, PICTURE, QR, set_blocks, wrap


def render_text(blocks: Iterable[Block], columns: int) -> str:
    """`blocks` in lines of at most `columns` characters, each ended by a newline.

    A double row is centred in single size, as plain text knows no sizes.
    """
    lines: list[str] = []
    for row in set_blocks(blocks, columns):
        if row.style in (BARS, PICTURE):
            continue
        if row.style == DOUBLE:
            word = row.text.strip()
            lines.append(" " * ((columns - len(word)) // 2) + word)
        elif row.style == QR:
            lines.extend(wrap(row.text, columns))
        else:
            lines.append(row.text)
    return "".join([f"{line}\n" for line in lines])
