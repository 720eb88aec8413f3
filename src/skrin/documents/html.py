"""Documents as a piece of HTML: the paper look of both programs.

A receipt is set in columns, and a screen reader reads it in the same order as the eye: so it stays
preformatted text, with the marks and the bold rows as elements. Classes only; the look is the
skin's.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from skrin.documents.blocks import Block
from skrin.documents.layout import BARS, BOLD, DOUBLE, QR, Row, set_blocks, wrap


def render_html(blocks: Iterable[Block], columns: int = 42) -> str:
    """`blocks` as `<pre class="paper cols-NN">`, everything escaped; a mark is `.paper-mark`."""
    body = "".join([_row(row, columns) for row in set_blocks(blocks, columns)])
    return f'<pre class="paper cols-{columns}">{body}</pre>'


def _row(row: Row, columns: int) -> str:
    if row.style == DOUBLE:
        word = row.text.strip()
        margin = " " * ((columns // 2 - len(word)) // 2)
        return f'<strong class="paper-mark">{margin}{escape(word)}</strong>\n'
    if row.style == BOLD:
        margin = " " * (len(row.text) - len(row.text.lstrip()))
        return f"{margin}<strong>{escape(row.text.lstrip())}</strong>\n"
    if row.style == BARS:
        return ""
    if row.style == QR:
        return "".join([f"{escape(line)}\n" for line in wrap(row.text, columns)])
    return f"{escape(row.text)}\n"
