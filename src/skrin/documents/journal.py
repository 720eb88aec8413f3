"""The journal on paper: for each entry its number, its time, who, what, and its figure (R-REP-008).

Every entry stands here, also one of a kind that this program does not know: the law wants all that
was registered, and whoever reads it counts the numbers. The whole body of an entry is in the file
exports; paper says what happened and how much it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from skrin.documents.blocks import Block, Centered, Line, Rule, Space
from skrin.documents.figures import amount, day_and_time
from skrin.documents.journal_words import JOURNAL, JournalWords
from skrin.documents.receipt_head import seller_blocks
from skrin.domain import cart, cash, payment, receipt
from skrin.domain.codec import decode_body
from skrin.domain.entry import TRAINING, Entry, JournalDamage
from skrin.domain.quantity import quantity_text
from skrin.domain.report import DayReport, JournalPart, ReportCopied


def journal_blocks(
    part: JournalPart, entries: Sequence[Entry], *, language: str = "sv"
) -> list[Block]:
    """The blocks of a part of the journal, with its head; `entries` are those of the part."""
    words = JOURNAL[language]
    span = " – ".join(dict.fromkeys((part.first_day, part.last_day)))
    return [
        *seller_blocks(part.seller, words.org_number),
        Space(),
        Centered(words.title, bold=True),
        Space(),
        Line(words.register, part.designation),
        Line(words.register_serial, part.register_serial),
        Line(words.days, span),
        Line(words.entries, f"{part.first_seq}–{part.through_seq}"),
        Line(words.of, str(part.last_seq)),
        Line(words.printed_by, part.cashier),
        Rule(),
        *_entries(entries, words),
        Rule(),
        Centered(words.ends if part.through_seq >= part.last_seq else words.goes_on),
    ]


def _entries(entries: Sequence[Entry], words: JournalWords) -> Iterator[Block]:
    before = ""
    for entry in entries:
        header = entry.header
        day, time = day_and_time(header.at_utc_ms, header.utc_offset_min)
        if day != before:
            yield Line(day, bold=True)
            before = day
        what, figure = described(entry, words)
        yield Line(f"{header.seq} {time} {what}", figure)


@dataclass(frozen=True, slots=True)
class JournalLine:
    """An entry as one line of a list: its day and time, what happened, its figure or nothing."""

    day: str
    time: str
    what: str
    figure: str


def journal_line(entry: Entry, language: str = "sv") -> JournalLine:
    """An entry in words, for a list on a screen."""
    header = entry.header
    day, time = day_and_time(header.at_utc_ms, header.utc_offset_min)
    return JournalLine(day, time, *described(entry, JOURNAL.get(language, JOURNAL["sv"])))


def described(entry: Entry, words: JournalWords) -> tuple[str, str]:
    """An entry in words, and its figure: an amount, or nothing."""
    header = entry.header
    name = words.kinds.get(header.kind, header.kind)
    if header.mode == TRAINING:
        name = f"{words.training} {name}"
    try:
        body = decode_body(header.kind, header.version, entry.body)
    except JournalDamage:
        return f"{name} ({words.unreadable})", ""
    tell = _TELLS.get(type(body))
    detail, amount_minor = tell(body) if tell else ("", None)
    figure = "" if amount_minor is None else amount(amount_minor)
    return f"{name} {detail}".rstrip(), figure


_Told = tuple[str, int | None]


def _sealed(body: receipt.ReceiptSealed) -> _Told:
    sign = -1 if body.kind == receipt.RETURN else 1
    return f"{body.number} {body.ways_paid}".rstrip(), sign * body.total_minor


def _added(body: cart.LineAdded) -> _Told:
    back = "- " if body.back else ""
    return f"{back}{quantity_text(body.quantity_milli)} {body.item.name}", body.item.price_minor


def _signed(body: receipt.ReceiptSigned) -> _Told:
    return f"{body.number} {body.mark.unit_id} {body.mark.code}", None


def _report(body: DayReport) -> _Told:
    days = dict.fromkeys(body.span) if body.span else [p.business_day for p in body.periods[:1]]
    number = str(body.number) if body.number else ""
    return " ".join([number, *days]).strip(), body.net_minor


def _copy(body: ReportCopied) -> _Told:
    return str(body.report.number), body.report.net_minor


def _begun(body: payment.PaymentBegun) -> _Told:
    return body.method_name, body.amount_minor


def _decided(body: payment.PaymentDecided) -> _Told:
    return f"{body.outcome} {body.reason}".strip(), body.amount_minor


_TELLS: dict[type, Callable[[Any], _Told]] = {
    cart.LineAdded: _added,
    cart.LineChanged: lambda b: (f"{b.line}: {quantity_text(b.quantity_milli)}", None),
    cart.LineRemoved: lambda b: (str(b.line), None),
    cart.CartAborted: lambda b: ("", b.total_minor),
    payment.PaymentTaken: lambda b: (b.method_name, b.amount_minor),
    payment.PaymentBegun: _begun,
    payment.PaymentDecided: _decided,
    receipt.ReceiptSealed: _sealed,
    receipt.ReceiptSigned: _signed,
    cash.FloatSet: lambda b: ("", b.amount_minor),
    cash.CashMoved: lambda b: (
        f"{'+' if b.direction == cash.CASH_IN else '-'} {b.reason_name} {b.text}".strip(),
        b.amount_minor,
    ),
    cash.CashCounted: lambda b: (b.business_day, b.counted_minor),
    DayReport: _report,
    ReportCopied: _copy,
    JournalPart: lambda b: (f"{b.first_seq}–{b.through_seq}", None),
}
"""What an entry says beyond its kind, by the shape of its body."""
