"""The slip of cash that was put in or taken out: for the drawer, with a line to sign on."""

from __future__ import annotations

from skrin.documents.blocks import Block, Centered, Line, Rule, Space
from skrin.documents.figures import amount, day_and_time
from skrin.documents.labels import SLIP
from skrin.documents.receipt_head import seller_blocks
from skrin.domain.cash import CashMoved


def slip_blocks(
    moved: CashMoved, at_utc_ms: int, utc_offset_min: int, *, language: str = "sv"
) -> list[Block]:
    """The blocks of a cash slip; the instant is that of its entry."""
    words = SLIP[language]
    day, time = day_and_time(at_utc_ms, utc_offset_min)
    texts = [text for text in (moved.reason_name, moved.text) if text]
    return [
        *seller_blocks(moved.seller, words.org_number),
        Space(),
        Centered(words.titles[moved.direction], bold=True),
        Space(),
        Line(day, time),
        Line(f"{words.number} {moved.number}", f"{words.register} {moved.designation}"),
        Line(f"{words.cashier} {moved.cashier}"),
        Rule(),
        *(Line(text) for text in texts),
        Line(f"{words.amount} {moved.currency}", amount(moved.amount_minor), bold=True),
        Rule(),
        Space(),
        Space(),
        Line("." * 24),
        Line(words.signature),
    ]
