"""Files in parts, made while their rows come by: what all tables and the journal have in common."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

Part = tuple[str, bytes]
"""A file's name, and bytes to put at its end."""

Typeset = Callable[[str], bytes]
"""Typst source to PDF."""


def csv_parts(stem: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[Part]:
    """A CSV as Swedish office programs read it: semicolons, CRLF, and the mark of UTF-8."""
    name, buffer = f"{stem}.csv", io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    yield name, b"\xef\xbb\xbf"
    writer.writerow(columns)
    for row in rows:
        writer.writerow([safe(cell) for cell in row])
        yield name, buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    yield name, buffer.getvalue().encode()


def safe(cell: str) -> str:
    """A cell that no office program takes for a formula; a negative amount stays a number."""
    if cell[:1] in "=+@\t\r" and cell:
        return f"'{cell}"
    if cell[:1] == "-" and not cell[1:].replace(",", "").isdecimal():
        return f"'{cell}"
    return cell


def pdf_parts(
    stem: str,
    rows: Iterable[T],
    rows_per_file: int,
    source: Callable[[Sequence[T], int], str],
    typeset: Typeset,
) -> Iterator[Part]:
    """A PDF of all rows, or several when there are more than one holds. `source`: the typst source
    of a file's rows; its number says which of several it is, 0 = all there is."""
    left = iter(rows)
    page, number = list(islice(left, rows_per_file)), 1
    while page or number == 1:
        following = list(islice(left, rows_per_file))
        of_many = number if following or number > 1 else 0
        name = f"{stem}_del{number:03d}.pdf" if of_many else f"{stem}.pdf"
        yield name, typeset(source(page, of_many))
        page, number = following, number + 1
