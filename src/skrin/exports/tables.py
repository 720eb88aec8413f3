"""A table as CSV, JSON or PDF: the price list, the history of settings, the list of Z reports."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from skrin.exports.journal_pdf import quoted
from skrin.exports.parts import Part, Typeset, csv_parts, pdf_parts

TABLE_FORMATS = ("csv", "json", "pdf")
ROWS_PER_FILE = 1500
"""Rows of a table whose cells wrap: as many as typst sets in a second or two."""

_PAGE = """#set document(title: {title}, date: none)
#set text(font: "DejaVu Sans Mono", size: 7pt, lang: "sv")
#set page(paper: "a4", flipped: true, margin: (x: 12mm, top: 17mm, bottom: 13mm),
  header: [#text(8pt, {title}) #h(1fr) #text(8pt, {note})],
  footer: context [#h(1fr) #text(8pt, counter(page).display("1 / 1", both: true))])
#set table(stroke: none, inset: (x: 2pt, y: 2pt))
#table(columns: ({widths}), table.header({columns}), table.hline(stroke: 0.4pt),
{rows})
"""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to be written. `name` without ending; `columns` their headings; `wide` the places of
    those that share what is left of the width on paper; `note`: what proves it."""

    name: str
    title: str
    columns: tuple[str, ...]
    wide: frozenset[int] = frozenset()
    note: str = ""


def table_parts(
    file_format: str, sheet: Sheet, rows: Iterable[Sequence[str]], typeset: Typeset
) -> Iterator[Part]:
    """The table in one of `TABLE_FORMATS`, in parts while the rows come by."""
    if file_format == "csv":
        return csv_parts(sheet.name, sheet.columns, rows)
    if file_format == "json":
        return _json(sheet, rows)

    def source(page: Sequence[Sequence[str]], part: int) -> str:
        return table_source(sheet, page)

    return pdf_parts(sheet.name, rows, ROWS_PER_FILE, source, typeset)


def _json(sheet: Sheet, rows: Iterable[Sequence[str]]) -> Iterator[Part]:
    name = f"{sheet.name}.json"
    told = json.dumps({"title": sheet.title, "note": sheet.note}, ensure_ascii=False)
    yield name, (told[:-1] + ', "rows": [').encode()
    between = "\n"
    for row in rows:
        one = dict(zip(sheet.columns, row, strict=True))
        yield name, (between + json.dumps(one, ensure_ascii=False)).encode()
        between = ",\n"
    yield name, b"\n]}\n"


def table_source(sheet: Sheet, rows: Sequence[Sequence[str]]) -> str:
    """The typst source of these rows."""
    places = range(len(sheet.columns))
    return _PAGE.format(
        title=quoted(sheet.title),
        note=quoted(sheet.note),
        widths=", ".join("1fr" if place in sheet.wide else "auto" for place in places),
        columns=", ".join(f"strong({quoted(name)})" for name in sheet.columns),
        rows=",\n".join(",".join(_breaking(cell) for cell in row) for row in rows),
    )


def _breaking(cell: str) -> str:
    """A cell that may break at blanks, and inside long words of JSON."""
    clean = "".join(c if c.isprintable() else " " for c in cell)
    kept = clean.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_soft(kept)}"'


def _soft(text: str) -> str:
    return text.replace(",", ",\u200b") if len(text) > 40 else text
