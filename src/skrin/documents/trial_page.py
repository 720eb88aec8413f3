"""A page that shows what a printer can: for somebody who sets one up or looks for a fault.

It says in a mark that it is no receipt. Nothing of a sale stands on it, so it may be printed as
often as somebody likes and is counted nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from skrin.documents.blocks import Block, Centered, Line, Mark, Qr, Rule, Slip, Space
from skrin.documents.figures import day_and_time

LETTERS = "åäö ÅÄÖ é ü ß æøå ÆØÅ"
SIGNS = "€ £ § % & @ # 0123456789"


@dataclass(frozen=True, slots=True)
class TrialPageWords:
    """What stands on the page."""

    title: str
    no_receipt: str
    register: str
    printer: str
    columns: str
    wide: str
    figures: str
    read: str


WORDS: dict[str, TrialPageWords] = {
    "sv": TrialPageWords(
        title="TESTSIDA",
        no_receipt="EJ KVITTO",
        register="Kassa",
        printer="Skrivare",
        columns="Tecken per rad",
        wide="Fet stil",
        figures="Belopp i högerkant",
        read="Syns alla tecken, och slutar raden med siffror vid papperets kant, är allt rätt.",
    ),
    "en": TrialPageWords(
        title="TEST PAGE",
        no_receipt="NOT A RECEIPT",
        register="Till",
        printer="Printer",
        columns="Characters in a line",
        wide="Bold",
        figures="Amounts at the right",
        read="All is right if every sign shows and the row of digits ends at the paper's edge.",
    ),
}


@dataclass(frozen=True, slots=True)
class TrialPage:
    """Which till asks which printer for a page, and when. `printer`: its name, or its address."""

    designation: str
    printer: str
    at_utc_ms: int
    utc_offset_min: int


def trial_page_blocks(page: TrialPage, columns: int, *, language: str = "sv") -> list[Block]:
    """The blocks of the page; `columns` is what the printer is said to have."""
    words = WORDS[language]
    day, time = day_and_time(page.at_utc_ms, page.utc_offset_min)
    ruler = ("1234567890" * (columns // 10 + 1))[:columns]
    return [
        Mark(words.title),
        Mark(words.no_receipt),
        Space(),
        Line(day, time),
        Line(words.register, page.designation),
        Line(words.printer, page.printer),
        Line(words.columns, str(columns)),
        Slip((ruler,)),
        Rule(),
        Line(LETTERS),
        Line(SIGNS),
        Line(words.wide, "1 234,50", bold=True),
        Line(words.figures, "-12,00"),
        Rule(),
        Qr(f"{words.title} {page.designation} {day} {time}"),
        Space(),
        Centered(words.read),
    ]
