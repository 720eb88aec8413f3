"""The worked tables of the pages in docs/algorithms, as tests read them."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

PAGES = Path(__file__).parents[2] / "docs" / "algorithms"

Row = dict[str, str]


def tables(page: str) -> dict[str, list[list[Row]]]:
    """The tables of a page by their section: each a list of rows, a row by column."""
    text = (PAGES / page).read_text()
    found: dict[str, list[list[Row]]] = {}
    section = ""
    for is_table, chunk in groupby(text.splitlines(), lambda line: line[:1] == "|"):
        lines = list(chunk)
        if not is_table:
            section = next((line[3:] for line in reversed(lines) if line[:3] == "## "), section)
            continue
        cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
        rows = [dict(zip(cells[0], row, strict=True)) for row in cells[2:]]
        found.setdefault(section, []).append(rows)
    return found
