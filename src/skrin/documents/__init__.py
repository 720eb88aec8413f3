"""Documents: one description in blocks, read as text, ESC/POS and HTML."""

from __future__ import annotations

from collections.abc import Sequence

from skrin.documents.blocks import Block
from skrin.documents.card_slip import card_slip_blocks
from skrin.documents.escpos import CODE_PAGES, render_escpos
from skrin.documents.gift_card import GiftCardSlip, gift_card_blocks
from skrin.documents.html import render_html
from skrin.documents.journal import journal_blocks, journal_line
from skrin.documents.receipt import PLAIN, Copied, Look, copy_blocks, receipt_blocks, receipt_code
from skrin.documents.report import ReportCopyNote, report_blocks
from skrin.documents.slip import slip_blocks
from skrin.documents.text import render_text
from skrin.documents.trial_page import TrialPage, trial_page_blocks
from skrin.domain.cash import CashMoved
from skrin.domain.entry import Entry
from skrin.domain.receipt import SignedReceipt
from skrin.domain.report import DayReport, JournalPart, ReportCopied


def receipt_text(
    signed: SignedReceipt, columns: int, *, electronic: bool = False, look: Look = PLAIN
) -> str:
    """The receipt in lines of at most `columns`, each ended by a newline."""
    return render_text(receipt_blocks(signed, electronic=electronic, look=look), columns)


def receipt_escpos(
    signed: SignedReceipt,
    columns: int,
    code_page: str = "cp858",
    *,
    drawer: bool = False,
    look: Look = PLAIN,
) -> bytes:
    """The receipt as a print job; `drawer` opens the drawer first. `code_page`: `CODE_PAGES`."""
    return render_escpos(receipt_blocks(signed, look=look), columns, code_page, drawer=drawer)


def receipt_html(
    signed: SignedReceipt, columns: int = 42, *, electronic: bool = False, look: Look = PLAIN
) -> str:
    """The receipt as a `<pre class="paper cols-NN">`."""
    return render_html(receipt_blocks(signed, electronic=electronic, look=look), columns)


def copy_text(copied: Copied, columns: int) -> str:
    """A copy of a receipt in lines of at most `columns`."""
    return render_text(copy_blocks(copied), columns)


def copy_escpos(
    copied: Copied, columns: int, code_page: str = "cp858", *, look: Look = PLAIN
) -> bytes:
    """A copy of a receipt as a print job. It opens no drawer: no money moves."""
    return render_escpos(copy_blocks(copied, look=look), columns, code_page)


def copy_html(copied: Copied, columns: int = 42) -> str:
    """A copy of a receipt as a `<pre class="paper cols-NN">`."""
    return render_html(copy_blocks(copied), columns)


def card_slip_escpos(
    lines: tuple[str, ...], columns: int, code_page: str = "cp858", *, signs: bool = False
) -> bytes:
    """A card terminal's slip as a print job of its own."""
    return render_escpos(card_slip_blocks(lines, signs=signs), columns, code_page)


def gift_card_escpos(slip: GiftCardSlip, columns: int, code_page: str = "cp858") -> bytes:
    """A gift card as a print job of its own."""
    return render_escpos(gift_card_blocks(slip), columns, code_page)


def report_text(report: DayReport, at_utc_ms: int, utc_offset_min: int, columns: int) -> str:
    """An X or Z report in lines of at most `columns`. The instant is that of its entry."""
    return render_text(report_blocks(report, at_utc_ms, utc_offset_min), columns)


def report_escpos(
    report: DayReport,
    at_utc_ms: int,
    utc_offset_min: int,
    columns: int,
    code_page: str = "cp858",
) -> bytes:
    """An X or Z report as a print job."""
    return render_escpos(report_blocks(report, at_utc_ms, utc_offset_min), columns, code_page)


def report_copy_text(
    copied: ReportCopied, at_utc_ms: int, utc_offset_min: int, columns: int
) -> str:
    """The copy of a Z in lines; the instant is that of the copy's own entry."""
    return render_text(_copy_blocks(copied, at_utc_ms, utc_offset_min), columns)


def report_copy_escpos(
    copied: ReportCopied,
    at_utc_ms: int,
    utc_offset_min: int,
    columns: int,
    code_page: str = "cp858",
) -> bytes:
    """The copy of a Z as a print job."""
    return render_escpos(_copy_blocks(copied, at_utc_ms, utc_offset_min), columns, code_page)


def _copy_blocks(copied: ReportCopied, at_utc_ms: int, utc_offset_min: int) -> list[Block]:
    mark = ReportCopyNote(at_utc_ms, utc_offset_min, copied.copied_by)
    return report_blocks(copied.report, copied.at_utc_ms, copied.utc_offset_min, copied=mark)


def journal_text(part: JournalPart, entries: Sequence[Entry], columns: int) -> str:
    """A part of the journal in lines: one or two for each entry."""
    return render_text(journal_blocks(part, entries), columns)


def journal_escpos(
    part: JournalPart, entries: Sequence[Entry], columns: int, code_page: str = "cp858"
) -> bytes:
    """A part of the journal as a print job."""
    return render_escpos(journal_blocks(part, entries), columns, code_page)


def slip_text(moved: CashMoved, at_utc_ms: int, utc_offset_min: int, columns: int) -> str:
    """A cash slip in lines of at most `columns`. The instant is that of its entry."""
    return render_text(slip_blocks(moved, at_utc_ms, utc_offset_min), columns)


def slip_escpos(
    moved: CashMoved,
    at_utc_ms: int,
    utc_offset_min: int,
    columns: int,
    code_page: str = "cp858",
    *,
    drawer: bool = False,
) -> bytes:
    """A cash slip as a print job; `drawer` opens the drawer first."""
    blocks = slip_blocks(moved, at_utc_ms, utc_offset_min)
    return render_escpos(blocks, columns, code_page, drawer=drawer)


def trial_page_escpos(
    page: TrialPage, columns: int, code_page: str = "cp858", language: str = "sv"
) -> bytes:
    """A printer's test page as a print job. It opens no drawer."""
    return render_escpos(trial_page_blocks(page, columns, language=language), columns, code_page)


def report_html(report: DayReport, at_utc_ms: int, utc_offset_min: int, columns: int = 42) -> str:
    """An X or Z report as a `<pre class="paper cols-NN">`."""
    return render_html(report_blocks(report, at_utc_ms, utc_offset_min), columns)


__all__ = [
    "CODE_PAGES",
    "PLAIN",
    "Copied",
    "GiftCardSlip",
    "Look",
    "TrialPage",
    "copy_blocks",
    "copy_escpos",
    "copy_html",
    "copy_text",
    "gift_card_blocks",
    "gift_card_escpos",
    "journal_blocks",
    "journal_escpos",
    "journal_line",
    "journal_text",
    "receipt_blocks",
    "receipt_code",
    "receipt_escpos",
    "receipt_html",
    "receipt_text",
    "render_escpos",
    "render_html",
    "render_text",
    "report_blocks",
    "report_copy_escpos",
    "report_copy_text",
    "report_escpos",
    "report_html",
    "report_text",
    "slip_blocks",
    "slip_escpos",
    "slip_text",
    "trial_page_escpos",
]
