"""Gift cards on paper: the card itself as a slip, what receipts say of one, the rows of a report.

Only the slip carries the code whole. A receipt, its copies and the journal know the last signs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from skrin.documents.blocks import Bars, Block, Centered, Line, Mark, Qr, Rule, Space, Table
from skrin.documents.figures import amount, rate
from skrin.documents.receipt_head import seller_blocks
from skrin.domain.entry import NORMAL
from skrin.domain.giftcard import (
    ISSUED,
    REDEEMED,
    REFUNDED,
    TAKEN_BACK,
    TOPPED_UP,
    GiftLoad,
    GiftPart,
    grouped,
    masked,
)
from skrin.domain.receipt import Seller
from skrin.domain.report import DayReport


@dataclass(frozen=True, slots=True)
class GiftCardSlip:
    """A card that this till prints. `code` is whole; `taxed_bp`: the rate of the VAT that was paid
    when it was sold, 0 = none was."""

    seller: Seller
    code: str
    amount_minor: int
    currency: str
    valid_until: str
    taxed_bp: int
    receipt_number: int
    mode: str


@dataclass(frozen=True, slots=True)
class GiftCardWords:
    """What papers call it all."""

    card: str
    left: str
    valid_until: str
    worth: str
    keep: str
    tax_paid: str
    receipt: str
    heading: tuple[str, str, str]
    causes: dict[str, str]
    single: str
    practice: str


WORDS: dict[str, GiftCardWords] = {
    "sv": GiftCardWords(
        card="Presentkort",
        left="Kvar på kortet",
        valid_until="Gäller till och med",
        worth="Värde",
        keep="Koden är värd pengar. Visa den i kassan när du handlar.",
        tax_paid="Moms redan betald",
        receipt="Sålt på kvitto",
        heading=("Presentkort", "Antal", "Belopp"),
        causes={
            ISSUED: "Sålda",
            TOPPED_UP: "Laddade",
            TAKEN_BACK: "Återtagna",
            REFUNDED: "Återbetalt till kort",
            REDEEMED: "Inlösta",
        },
        single="med moms betald",
        practice="ÖVNING",
    ),
    "en": GiftCardWords(
        card="Gift card",
        left="Left on the card",
        valid_until="Valid until",
        worth="Worth",
        keep="The code is worth money. Show it at the till when you buy.",
        tax_paid="VAT already paid",
        receipt="Sold on receipt",
        heading=("Gift cards", "Number", "Amount"),
        causes={
            ISSUED: "Sold",
            TOPPED_UP: "Topped up",
            TAKEN_BACK: "Taken back",
            REFUNDED: "Paid back to cards",
            REDEEMED: "Redeemed",
        },
        single="VAT paid",
        practice="ÖVNING",
    ),
}


def gift_card_blocks(slip: GiftCardSlip, *, language: str = "sv") -> list[Block]:
    """The card as paper: what it is worth, its code to be scanned and typed, its last day."""
    words = WORDS[language]
    return [
        *seller_blocks(slip.seller, "Org.nr"),
        *((Space(), Mark(words.practice)) if slip.mode != NORMAL else ()),
        Space(),
        Mark(words.card.upper()),
        Space(),
        Line(f"{words.worth} {slip.currency}", amount(slip.amount_minor), bold=True),
        *((Line(words.valid_until, slip.valid_until),) if slip.valid_until else ()),
        *((Line(words.tax_paid, rate(slip.taxed_bp)),) if slip.taxed_bp else ()),
        Line(words.receipt, str(slip.receipt_number)),
        Rule(),
        Qr(slip.code),
        Space(),
        Bars(slip.code),
        Centered(grouped(slip.code), bold=True),
        Rule(),
        Centered(words.keep),
    ]


def load_blocks(gift: GiftLoad, indent: int, language: str = "sv") -> Iterator[Block]:
    """What stands under a line that sells, raises or takes back a card."""
    words = WORDS[language]
    yield Line(f"{words.card} {masked(gift.tail)}", indent=indent)
    if gift.valid_until and gift.cause != TAKEN_BACK:
        yield Line(words.valid_until, gift.valid_until, indent=indent)


def taxed_blocks(gift: GiftLoad, indent: int, language: str = "sv") -> Iterator[Block]:
    """What stands under the line that takes off what a single-purpose card paid: why it is less
    than nothing, and what is left on the card."""
    words = WORDS[language]
    yield Line(words.tax_paid, indent=indent)
    if gift.left_minor is not None:
        yield Line(words.left, amount(gift.left_minor), indent=indent)
    if gift.valid_until:
        yield Line(words.valid_until, gift.valid_until, indent=indent)


def part_blocks(gift: GiftPart, indent: int, language: str = "sv") -> Iterator[Block]:
    """What stands under a payment with a card: which, and what is left on it."""
    words = WORDS[language]
    yield Line(masked(gift.tail), indent=indent)
    if gift.left_minor is not None:
        yield Line(words.left, amount(gift.left_minor), indent=indent)
    if gift.valid_until:
        yield Line(words.valid_until, gift.valid_until, indent=indent)


def report_rows(report: DayReport, language: str = "sv") -> Iterator[Block]:
    """The gift cards of a day: the sum of the first rows is what the debt to holders changed."""
    words = WORDS[language]
    found = {row.key: row for row in report.rows_of("gift_cards")}
    cells = []
    for prefix in ("", "single_"):
        for cause, name in words.causes.items():
            row = found.get(prefix + cause)
            if row:
                label = f"{name}, {words.single}" if prefix else name
                cells.append((label, str(abs(row.count)), amount(row.amount_minor)))
    if cells:
        yield Space()
        yield Table(words.heading, tuple(cells))
