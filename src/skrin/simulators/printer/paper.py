"""Paper: what stands on a slip, as lines of styled runs, pictures and codes, and as plain text.

Places across the paper are in dots, 12 to a column of font A, counted from the paper's left edge
of print. Down the paper there is only the order, and how far each line feeds.
"""

from __future__ import annotations

import base64
from dataclasses import astuple, dataclass, field
from typing import Any

COLUMN_DOTS = 12
SMALL_COLUMN_DOTS = 9
LINE_DOTS = 30


@dataclass(frozen=True)
class Style:
    """How a character is printed. Width and height are multiples."""

    bold: bool = False
    underline: bool = False
    reverse: bool = False
    small: bool = False
    width: int = 1
    height: int = 1

    @property
    def cell_dots(self) -> int:
        """How wide one character is."""
        return (SMALL_COLUMN_DOTS if self.small else COLUMN_DOTS) * self.width


PLAIN = Style()


@dataclass
class Run:
    """Characters side by side in one style, from this dot on. ``gap`` is added after each."""

    x: int
    text: str
    style: Style
    gap: int = 0

    @property
    def end(self) -> int:
        """The dot after the last character."""
        return self.x + len(self.text) * (self.style.cell_dots + self.gap)


@dataclass
class Line:
    """A printed line and how far the paper was fed after its top."""

    runs: list[Run]
    feed: int = LINE_DOTS

    def text(self) -> str:
        """The line as text; what alignment and positions leave free becomes spaces."""
        words, at = "", 0
        for run in sorted(self.runs, key=lambda one: one.x):
            words += " " * max(0, round((run.x - at) / COLUMN_DOTS)) + run.text
            at = max(at, run.end)
        return words.rstrip()


@dataclass
class Feed:
    """Blank paper, in dots."""

    dots: int


@dataclass
class Picture:
    """A raster picture: one bit a dot, rows of whole bytes, from this dot on."""

    x: int
    row_bytes: int
    rows: bytes
    across: int = 1
    down: int = 1


@dataclass
class Code:
    """A QR code or barcode: its data as it was sent, its module size in dots."""

    kind: str
    data: str
    size: int
    alignment: int
    level: str = "L"
    height: int = 162
    """Of the bars of a bar code, in dots."""


Element = Line | Feed | Picture | Code


@dataclass
class Slip:
    """One piece of paper: cut off when complete, else torn off where the paper had ended."""

    number: int
    elements: list[Element] = field(default_factory=list)
    byte_count: int = 0
    kicks: int = 0
    is_complete: bool = True
    at: str = ""
    columns: int = 42

    @property
    def is_blank(self) -> bool:
        """True while there is nothing on it to see."""
        return all(isinstance(one, Feed) or not _shows(one) for one in self.elements)

    def text(self) -> str:
        """The slip as lines; blank paper at its ends is left out."""
        lines: list[str] = []
        for element in self.elements:
            if isinstance(element, Line):
                lines.append(element.text())
            elif isinstance(element, Feed):
                lines += [""] * (element.dots // LINE_DOTS)
        while lines and not lines[-1]:
            lines.pop()
        while lines and not lines[0]:
            lines.pop(0)
        return "\n".join(lines)

    def codes(self) -> list[dict[str, str]]:
        """The codes on the slip, as kind and data."""
        return [
            {"kind": one.kind, "data": one.data} for one in self.elements if isinstance(one, Code)
        ]


def _shows(element: Element) -> bool:
    return not isinstance(element, Line) or any(run.text.strip() for run in element.runs)


def to_json(slip: Slip) -> dict[str, Any]:
    """The slip as JSON, for the state file and for ``GET /slips/N``."""
    return {
        "number": slip.number,
        "at": slip.at,
        "columns": slip.columns,
        "bytes": slip.byte_count,
        "kicks": slip.kicks,
        "complete": slip.is_complete,
        "elements": [_element_to_json(element) for element in slip.elements],
    }


def from_json(document: dict[str, Any]) -> Slip:
    """A slip from its JSON. Raises `KeyError` or `TypeError` if it is none."""
    return Slip(
        number=document["number"],
        elements=[_element_from_json(element) for element in document["elements"]],
        byte_count=document["bytes"],
        kicks=document["kicks"],
        is_complete=document["complete"],
        at=document["at"],
        columns=document["columns"],
    )


def _element_to_json(element: Element) -> dict[str, Any]:
    if isinstance(element, Line):
        runs = [[run.x, run.text, list(astuple(run.style)), run.gap] for run in element.runs]
        return {"line": runs, "feed": element.feed}
    if isinstance(element, Feed):
        return {"feed": element.dots}
    if isinstance(element, Picture):
        return {"picture": {**vars(element), "rows": base64.b64encode(element.rows).decode()}}
    return {"code": vars(element)}


def _element_from_json(document: dict[str, Any]) -> Element:
    if "line" in document:
        runs = [Run(x, text, Style(*style), gap) for x, text, style, gap in document["line"]]
        return Line(runs, document["feed"])
    if "picture" in document:
        picture = document["picture"]
        return Picture(**{**picture, "rows": base64.b64decode(picture["rows"])})
    if "code" in document:
        return Code(**document["code"])
    return Feed(document["feed"])
