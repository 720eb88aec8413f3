"""A table as CSV, JSON or PDF: the price list, the history of settings, the list of Z reports."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from skrin.exports.journal_files import Part, safe
from skrin.exports.journal_pdf import Typeset, quoted

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
    made = {"csv": _csv, "json": _json}.get(file_format)
    return made(sheet, rows) if made else _pdf(sheet, rows, typeset)


def _csv(sheet: Sheet, rows: Iterable[Sequence[str]]) -> Iterator[Part]:
    name, buffer = f"{sheet.name}.csv", io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    yield name, b"\xef\xbb\xbf"
    writer.writerow(sheet.columns)
    for row in rows:
        writer.writerow([safe(cell) for cell in row])
        yield name, buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    yield name, buffer.getvalue().encode()


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


def _pdf(sheet: Sheet, rows: Iterable[Sequence[str]], typeset: Typeset) -> Iterator[Part]:
    left = iter(rows)
    page, number = list(islice(left, ROWS_PER_FILE)), 1
    while page or number == 1:
        following = list(islice(left, ROWS_PER_FILE))
        many = bool(following) or number > 1
        name = f"{sheet.name}{f'_del{number:03d}' if many else ''}.pdf"
        yield name, typeset(table_source(sheet, page))
        page, number = following, number + 1


def table_source(sheet: Sheet, rows: Sequence[Sequence[str]]) -> str:
    """The typst source of a page's rows."""
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
