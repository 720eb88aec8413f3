"""Documents as a piece of HTML: the paper look of both programs.

A receipt is set in columns, and a screen reader reads it in the same order as the eye: so it stays
preformatted text, with the marks and the bold rows as elements. Classes only; the look is the
skin's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from skrin.documents.blocks import Block
from skrin.documents.layout import BARS, BOLD, DOUBLE, PICTURE, QR, Row, set_blocks, wrap
from skrin.domain.paper import Logo


def render_html(blocks: Iterable[Block], columns: int = 42) -> str:
    """`blocks` as `<pre class="paper cols-NN">`, everything escaped; a mark is `.paper-mark`."""
    body = "".join([_row(row, columns) for row in set_blocks(blocks, columns)])
    return f'<pre class="paper cols-{columns}">{body}</pre>'


def svg(logo: Logo) -> str:
    """A logo as a drawing of black runs: no second file, no address that a page must allow."""
    runs = []
    for y, row in enumerate(logo.rows()):
        bits = "".join([f"{byte:08b}" for byte in row])[: logo.width_dots]
        for run in re.finditer("1+", bits):
            wide = run.end() - run.start()
            runs.append(f"M{run.start()} {y}h{wide}v1h-{wide}z")
    size = f'width="{logo.width_dots}" height="{logo.height_dots}"'
    box = f'viewBox="0 0 {logo.width_dots} {logo.height_dots}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="paper-logo" {size} {box}'
        f' aria-hidden="true"><path d="{"".join(runs)}"/></svg>'
    )


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
    if row.style == PICTURE and row.logo:
        return f"{svg(row.logo)}\n"
    if row.style == QR:
        return "".join([f"{escape(line)}\n" for line in wrap(row.text, columns)])
    return f"{escape(row.text)}\n"
