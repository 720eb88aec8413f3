"""How a store's papers look: its logo, its language, and texts above and below that hold when their
conditions do (OPP-012). The five-line footer is the default and needs none of it (R-COPY-004)."""

from __future__ import annotations

import base64
from dataclasses import dataclass

HEADER, FOOTER = "header", "footer"
PLACES = (HEADER, FOOTER)
LANGUAGES = ("sv", "en")
FOOTER_LINES, MOST_TEXTS, MOST_LINES = 5, 20, 10
MOST_SIGNS = 48
"""A line that is longer wraps on every paper."""

WHOLE_DAY_MIN = 24 * 60
MOST_DOTS_WIDE, MOST_DOTS_HIGH = 384, 240
"""What the narrowest paper (58 mm) can print, and 3 cm."""


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture of black dots: `bits` is base64 of rows, each filled up to whole bytes, 1 = black,
    the highest bit on the left: as ESC/POS has it."""

    width_dots: int
    height_dots: int
    bits: str

    def rows(self) -> list[bytes]:
        """The rows, of `(width + 7) // 8` bytes each."""
        step = (self.width_dots + 7) // 8
        data = base64.b64decode(self.bits)
        return [data[at : at + step] for at in range(0, step * self.height_dots, step)]


@dataclass(frozen=True, slots=True)
class PaperText:
    """Lines above or below, where their conditions hold. `kinds`: of document (sale, return,
    pro_forma, training), empty = all. `from_min` to `to_min`: minutes after midnight, local, over
    midnight too. `first_day` to `last_day`: ISO dates, empty = no end. `weekdays`: Monday = 1,
    empty = all. `language`: empty = whatever the receipt is in."""

    place: str
    lines: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    from_min: int = 0
    to_min: int = WHOLE_DAY_MIN
    first_day: str = ""
    last_day: str = ""
    weekdays: tuple[int, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """What a store says of its papers. `shows_code`: a QR code by which the till finds the receipt
    again."""

    language: str = "sv"
    texts: tuple[PaperText, ...] = ()
    logo: Logo | None = None
    shows_code: bool = False


PLAIN_PAPER = Paper()


@dataclass(frozen=True, slots=True)
class Moment:
    """A local moment, as conditions ask for it."""

    day: str
    minute: int
    weekday: int


NO_MOMENT = Moment("", 0, 1)


def holds(text: PaperText, kind: str, at: Moment, language: str) -> bool:
    """Whether a text stands on a document of this kind at this moment."""
    if text.kinds and kind not in text.kinds:
        return False
    if text.language and text.language != language:
        return False
    if text.weekdays and at.weekday not in text.weekdays:
        return False
    if (text.first_day and at.day < text.first_day) or (text.last_day and at.day > text.last_day):
        return False
    if text.from_min <= text.to_min:
        return text.from_min <= at.minute < text.to_min
    return at.minute >= text.from_min or at.minute < text.to_min


def lines_of(paper: Paper, place: str, kind: str, at: Moment) -> tuple[str, ...]:
    """The lines that stand at a place of a document, in the order of the texts."""
    found = (text for text in paper.texts if text.place == place)
    return tuple(
        line for text in found if holds(text, kind, at, paper.language) for line in text.lines
    )
