"""Documents as PDF, out of the same description as the paper: rows set in columns.

Typst makes it, with a fixed-width font that it carries itself (DejaVu Sans Mono, free to use and to
embed), so that a document looks the same on every machine. The document's texts go in as data and
are never read as markup. Importing Typst costs 40 MB: the till makes its PDFs in a process that
ends with them (`python -m skrin.documents.pdf`), the office in its own.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from skrin.documents.blocks import Block
from skrin.documents.html import svg
from skrin.documents.layout import BARS, PICTURE, QR, Row, set_blocks, wrap

if TYPE_CHECKING:
    from typst import Compiler

_TEMPLATE = """
#let given = json(bytes(sys.inputs.given))
#let size = 9pt
#let cell = 0.602 * size
#set document(title: given.title, author: given.author, date: none)
#set page(
  width: given.columns * cell + 12mm, height: if given.pages { 297mm } else { auto }, margin: 6mm)
#set text(font: "DejaVu Sans Mono", size: size, lang: given.language, hyphenate: false)
#show raw: set text(size: size)
#set par(leading: 0.35em, spacing: 0.35em)
#for row in given.rows {
  if row.style == "picture" {
    align(center, image(bytes(row.svg), format: "svg", width: row.width * cell / 12))
  } else if row.style == "double" {
    align(center, text(size: 2 * size, row.text))
  } else if row.style == "bold" {
    block(strong(raw(row.text)))
  } else if row.text == "" {
    block(height: size, [])
  } else {
    block(raw(row.text))
  }
}
"""
"""A character of DejaVu Sans Mono is 0.602 of its size wide."""


def render_pdf(
    blocks: Iterable[Block], columns: int, *, title: str, author: str = "", language: str = "sv"
) -> bytes:
    """`blocks` as a PDF on one strip of paper as long as it needs, or, when it is long, on pages.

    The same blocks make the same bytes.
    """
    return compiled(given_of(blocks, columns, title=title, author=author, language=language))


def given_of(
    blocks: Iterable[Block], columns: int, *, title: str, author: str = "", language: str = "sv"
) -> str:
    """What the template is given, as JSON: for a process of its own."""
    rows = [row for found in set_blocks(blocks, columns) for row in _rows(found, columns)]
    return json.dumps(
        {
            "columns": columns,
            "title": title,
            "author": author,
            "language": language,
            "pages": len(rows) > _STRIP_ROWS,
            "rows": rows,
        },
        ensure_ascii=False,
    )


_STRIP_ROWS = 400
"""A strip of 1.8 m; readers of PDF stop at five."""


def _rows(row: Row, columns: int) -> list[dict[str, Any]]:
    if row.style == BARS:
        return []
    if row.style == PICTURE and row.logo:
        return [{"style": PICTURE, "svg": svg(row.logo), "width": row.logo.width_dots, "text": "-"}]
    if row.style == QR:
        return [{"style": "plain", "text": line} for line in wrap(row.text, columns)]
    text = row.text.strip() if row.style == "double" else row.text
    return [{"style": row.style, "text": text}]


@lru_cache(maxsize=1)
def _compiler() -> Compiler:
    import typst

    return typst.Compiler(ignore_system_fonts=True)


def compiled(given: str) -> bytes:
    """The PDF of what `given_of` made. One compiler serves them all, as it remembers its font; so
    one thread at a time."""
    made = _compiler().compile(
        _TEMPLATE.encode(), format="pdf", sys_inputs={"given": given}, timestamp=0
    )
    assert isinstance(made, bytes), "a document of one file"
    return made


def main() -> int:
    """JSON on standard input, the PDF on standard output."""
    sys.stdout.buffer.write(compiled(sys.stdin.read()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
