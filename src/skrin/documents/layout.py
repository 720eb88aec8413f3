"""Blocks set in columns: the one place where words are wrapped and figures aligned.

The result is rows of at most `columns` characters of a code page, which text, ESC/POS and HTML then
dress each in its own way. So the Z on the screen is the Z on the paper, to the character.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from skrin.documents.blocks import (
    Bars,
    Block,
    Centered,
    Code,
    Line,
    Mark,
    Picture,
    Qr,
    Rule,
    Slip,
    Space,
    Table,
)
from skrin.domain.paper import Logo
from skrin.domain.repertoire import within

PAPER_PAGE = "cp858"
"""The characters that a document may use: Western Europe with the Nordic letters and the euro."""

PLAIN, BOLD, DOUBLE, QR, BARS, PICTURE = "plain", "bold", "double", "qr", "bars", "picture"
"""How a row is dressed. A double row is set in half the columns; a QR row and one of bars are the
code's content."""

_MIN_COLUMNS = 16
_MIN_NAME = 8
_GAP = 1
_COLUMN_DOTS, _MODULE_DOTS, _QUIET_MODULES = 12, 2, 20
"""A character of 12 dots (facts: receipts), the thinnest bar that every printer has, and the white
on both sides that a scanner needs."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of paper. `text` has no spaces at its end."""

    text: str
    style: str = PLAIN
    logo: Logo | None = None


def set_blocks(blocks: Iterable[Block], columns: int, code_page: str = PAPER_PAGE) -> list[Row]:
    """Set `blocks` in rows of at most `columns` characters of `code_page` (double rows: half)."""
    return [row for block in blocks for row in set_block(block, columns, code_page)]


@lru_cache(maxsize=1024)
def set_block(block: Block, columns: int, code_page: str = PAPER_PAGE) -> tuple[Row, ...]:
    """One block. Most of a shop's paper is the same again: head, foot, articles, rules."""
    assert columns >= _MIN_COLUMNS, "paper is at least 16 characters wide"
    return tuple(_Setter(columns, code_page).rows(block))


@dataclass(frozen=True, slots=True)
class _Setter:
    columns: int
    code_page: str

    def rows(self, block: Block) -> Iterator[Row]:
        """The rows of one block."""
        match block:
            case Line(left, right, bold, indent):
                style = BOLD if bold else PLAIN
                texts = self._line(self._fit(left), self._fit(right), indent)
                yield from (Row(text, style) for text in texts)
            case Centered(text, bold):
                yield from self._middle(text, self.columns, BOLD if bold else PLAIN)
            case Mark(text):
                yield from self._middle(text, self.columns // 2, DOUBLE)
            case Rule():
                yield Row("-" * self.columns)
            case Space():
                yield Row("")
            case Table(heading, table_rows):
                yield from self._table(heading, table_rows)
            case Code(label, code):
                yield from (Row(text) for text in self._code(self._fit(label), self._fit(code)))
            case Slip(lines):
                yield from (Row(text) for line in lines for text in self._slip(line))
            case Qr(content):
                yield Row(content, QR)
            case Picture(logo):
                yield Row("", PICTURE, logo)
            case Bars(content):
                if bars_fit(content, self.columns):
                    yield Row(content, BARS)

    def _fit(self, text: str) -> str:
        # Twice, so that text and ESC/POS agree: first what a document may use at all, then what
        # this printer has of it.
        paper = within(text, PAPER_PAGE)
        fitted = paper if self.code_page == PAPER_PAGE else within(paper, self.code_page)
        return fitted.strip()

    def _middle(self, text: str, columns: int, style: str) -> Iterator[Row]:
        for line in wrap(self._fit(text), columns):
            yield Row(" " * ((columns - len(line)) // 2) + line, style)

    def _line(self, left: str, right: str, indent: int = 0) -> list[str]:
        room = self.columns - indent
        margin = " " * indent
        if not right:
            return [margin + text for text in wrap(left, room)]
        if len(right) + _GAP + _MIN_NAME > room and len(left) + _GAP + len(right) > room:
            # The figure needs the line for itself: the name stands above it.
            aside = [text.rjust(self.columns) for text in wrap(right, self.columns)]
            return [*(margin + text for text in wrap(left, room)), *aside]
        lines = wrap(left, room - _GAP - len(right)) or [""]
        last = (margin + lines[-1]).ljust(self.columns - len(right)) + right
        return [*(margin + text for text in lines[:-1]), last]

    def _table(self, heading: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> Iterator[Row]:
        cells = [tuple(self._fit(cell) for cell in row) for row in (heading, *rows)]
        name_width = max(len(row[0]) for row in cells)
        widths = [max(len(row[i]) for row in cells) for i in range(1, len(heading))]
        gap = self._table_gap(sum(widths), len(widths), name_width)
        if gap == 0:
            yield from self._stacked(cells[0], cells[1:])
            return
        for row in cells:
            figures = "".join(
                [cell.rjust(width + gap) for cell, width in zip(row[1:], widths, strict=True)]
            )
            yield from (Row(text) for text in self._named(row[0], figures))

    def _table_gap(self, figures_width: int, figure_count: int, name_width: int) -> int:
        """How many spaces stand before each figure; 0 = the paper is too narrow for a table.

        Two at least where names can give way, as a figure may have a space inside it; more, up to
        five, only from what the names leave over.
        """
        room = self.columns - figures_width
        spare = (room - max(name_width, _MIN_NAME)) // figure_count
        if spare > 2:
            return min(5, spare)
        least_name = min(_MIN_NAME, name_width)
        return next((gap for gap in (2, 1) if room - gap * figure_count >= least_name), 0)

    def _named(self, name: str, figures: str) -> list[str]:
        room = self.columns - len(figures)
        lines = wrap(name, room) or [""]
        return [*lines[:-1], (lines[-1].ljust(room) + figures).rstrip()]

    def _stacked(self, heading: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[Row]:
        for row in rows:
            yield from (Row(text) for text in self._line(row[0], ""))
            for label, cell in zip(heading[1:], row[1:], strict=True):
                yield from (Row(text) for text in self._line(label, cell, indent=2))

    def _code(self, label: str, code: str) -> list[str]:
        if len(label) + _GAP + len(code) <= self.columns:
            return self._line(label, code)
        return [*wrap(label, self.columns), *broken_code(code, self.columns)]

    def _slip(self, line: str) -> list[str]:
        # Not stripped on the left: a terminal centres its slip with spaces.
        set_line = within(within(line, PAPER_PAGE), self.code_page).rstrip()
        if len(set_line) <= self.columns:
            return [set_line]
        return wrap(set_line, self.columns)


def bars_fit(content: str, columns: int) -> bool:
    """Whether a bar code is as narrow as the paper: a start, a sign each, a check sign (11 modules
    each) and a stop of 13, at two dots a module. 15 signs fit from 80 mm (42 columns) on."""
    modules = 11 * (len(content) + 2) + 13 + _QUIET_MODULES
    return modules * _MODULE_DOTS <= columns * _COLUMN_DOTS


def wrap(text: str, columns: int) -> list[str]:
    """`text` in lines of at most `columns`, broken between words; a longer word is cut.

    Runs of spaces become one. An empty text has no lines.
    """
    lines: list[str] = []
    current = ""
    for word in text.split():
        if current and len(current) + 1 + len(word) <= columns:
            current += " " + word
            continue
        if current:
            lines.append(current)
        while len(word) > columns:
            lines.append(word[:columns])
            word = word[columns:]
        current = word
    return [*lines, current] if current else lines


def broken_code(code: str, columns: int) -> list[str]:
    """A control code in lines of at most `columns`, broken before its separator `,` or `;`.

    The Swedish code is 59 characters, 32 and a comma with 26 after it, so it breaks into 32 + 27.
    """
    if len(code) <= columns:
        return [code] if code else []
    cut = next((i for i in range(columns, 0, -1) if code[i] in ",;"), columns)
    return [code[:cut], *broken_code(code[cut:], columns)]
