"""What somebody wants of a register's records, and the files that it becomes.

The same at the till's file and in the office: only where the records lie is different.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from skrin.domain.article import StoreCard
from skrin.domain.codec import decode, decode_body
from skrin.domain.control_unit import UnitMet
from skrin.domain.entry import Entry
from skrin.domain.journal import JournalOpened, PublicationApplied, TillStarted
from skrin.domain.money import plain_amount
from skrin.domain.receipt import ReceiptSealed, ReceiptSigned, Seller
from skrin.domain.refusal import Refusal
from skrin.domain.report import DayReport
from skrin.domain.sealing import seller_of
from skrin.exports.history import (
    SETTING_KINDS,
    RowChange,
    history_row,
    history_sheet,
    price_rows,
    price_sheet,
)
from skrin.exports.journal import (
    Journal,
    JournalHead,
    Period,
    RegisterCard,
    entries_around,
    entry_time,
    events,
)
from skrin.exports.journal_files import FORMATS, journal_parts
from skrin.exports.journal_lines import line_of
from skrin.exports.journal_xml_se import Tally
from skrin.exports.parts import Part, Typeset
from skrin.exports.tables import TABLE_FORMATS, Sheet, table_parts

JOURNAL, PRICES, SETTINGS, CLOSINGS = "journal", "prices", "settings", "closings"
KINDS: dict[str, tuple[str, ...]] = {
    JOURNAL: FORMATS,
    PRICES: TABLE_FORMATS,
    SETTINGS: TABLE_FORMATS,
    CLOSINGS: TABLE_FORMATS,
}
"""What can be had, and in which formats."""


class Records(Journal, Protocol):
    """A register's journal and the history of what was published to it."""

    def last_of(self, kind: str, through_seq: int) -> Entry | None:
        """The last entry of a kind up to `through_seq`."""
        ...

    def store_row(self) -> bytes | None:
        """The published row of the store, as it is now."""
        ...

    def rows_at(self, seq: int) -> tuple[dict[tuple[str, str], bytes], PublicationApplied | None]:
        """The registers at an entry and what proves them; nothing and None: not to be proven."""
        ...

    def row_changes(self, seq: int) -> Iterator[RowChange]:
        """What the publication of an entry changed."""
        ...


@dataclass(frozen=True, slots=True)
class Maker:
    """What the program calls itself (`skrin.brand`)."""

    model: str
    program: str
    version: str


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted: one of `KINDS` in one of its formats. `made_at`: local time; `user`: who
    asks; `unit_id`: the control unit that answers now, for a journal without a receipt."""

    what: str
    file_format: str
    period: Period
    made_at: datetime
    user: str = ""
    unit_id: str = ""
    with_unvalidated: bool = False

    def checked(self) -> Order:
        """Itself. Refused: `export_unknown` when there is no such file."""
        if self.file_format not in KINDS.get(self.what, ()):
            raise Refusal("export_unknown", what=self.what, format=self.file_format)
        return self


def parts_of(
    order: Order, records: Records, maker: Maker, typeset: Typeset, tally: Tally
) -> Iterator[Part]:
    """The files, in parts. Refused: `no_registrations`, `unit_never_heard`, `prices_unproven`."""
    head = head_of(order, records, maker)
    if order.what == JOURNAL:
        made = events(entries_around(records, order.period), order.period, records)
        return journal_parts(
            order.file_format,
            head,
            made,
            records,
            tally,
            typeset,
            with_unvalidated=order.with_unvalidated,
        )
    sheet, rows = {PRICES: _prices, SETTINGS: _settings, CLOSINGS: _closings}[order.what](
        head, records
    )
    return table_parts(order.file_format, sheet, _counted(rows, order.what, tally), typeset)


def head_of(order: Order, records: Records, maker: Maker) -> JournalHead:
    """Which register it is: as the last receipt of the period told, else as it is now."""
    through = last_seq_of(records, order.period)
    opened = _body(records.last_of("journal.opened", 1))
    assert isinstance(opened, JournalOpened), "a journal begins by saying whose it is"
    signed, sealed = (
        _body(records.last_of(kind, through) or records.last_of(kind, records.last_seq()))
        for kind in ("receipt.signed", "receipt.sealed")
    )
    unit_id = signed.mark.unit_id if isinstance(signed, ReceiptSigned) else ""
    if not unit_id:
        met = _body(records.last_of("unit.met", records.last_seq()))
        unit_id = met.unit_id if isinstance(met, UnitMet) else order.unit_id
    card = RegisterCard(
        opened.register_serial,
        maker.model,
        maker.program,
        maker.version,
        sealed.designation if isinstance(sealed, ReceiptSealed) else opened.designation,
        unit_id,
        sealed.seller if isinstance(sealed, ReceiptSealed) else _seller_now(records),
    )
    return JournalHead(card, order.period, order.made_at, order.user)


def last_seq_of(records: Records, period: Period) -> int:
    """The last entry of a business day that is not after the period."""
    seqs = range(1, records.last_seq() + 1)
    return bisect_right(seqs, period.last.isoformat(), key=records.business_day_at)


def _seller_now(records: Records) -> Seller:
    row = records.store_row()
    return seller_of(decode(StoreCard, row)) if row else Seller("", "", "", (), "")


def _body(entry: Entry | None) -> object | None:
    if entry is None:
        return None
    return decode_body(entry.header.kind, entry.header.version, entry.body)


Table = tuple[Sheet, Iterator[tuple[str, ...]]]


def _counted(rows: Iterator[tuple[str, ...]], what: str, tally: Tally) -> Iterator[tuple[str, ...]]:
    for row in rows:
        tally.written[what] = tally.written.get(what, 0) + 1
        yield row


def _prices(head: JournalHead, records: Records) -> Table:
    """The price list at the end of the period's last day."""
    rows, proof = records.rows_at(last_seq_of(records, head.period))
    if proof is None:
        raise Refusal("prices_unproven")
    day = head.period.last
    return price_sheet(head, day, proof.new_digest), price_rows(rows, day)


def _settings(head: JournalHead, records: Records) -> Table:
    return history_sheet(head), _history(head, records)


def _history(head: JournalHead, records: Records) -> Iterator[tuple[str, ...]]:
    # Most of a journal is sales: what is no setting is not even decoded.
    entries = entries_around(records, head.period)
    settings = (entry for entry in entries if entry.header.kind in SETTING_KINDS)
    for event in events(settings, head.period, records):
        h = event.entry.header
        line = line_of(event)
        yield (str(h.seq), line.at, h.user, line.name, line.text, "", event.entry.body.decode())
        if isinstance(event.body, PublicationApplied):
            for change in records.row_changes(h.seq):
                yield history_row(line.at, h.user, change)


def _closings(head: JournalHead, records: Records) -> Table:
    first, last = head.period.names
    sheet = Sheet(
        f"z-rapporter_{head.card.register_serial}_{first}-{last}",
        f"Z-dagrapporter {head.card.seller.company_name}, kassa {head.card.designation}",
        (
            "z-nummer",
            "affärsdag",
            "period",
            "tidpunkt",
            "försäljning",
            "kvitton",
            "returer",
            "grand total försäljning",
            "grand total retur",
            "grand total netto",
            "hash",
        ),
        frozenset({10}),
    )
    return sheet, _closing_rows(head, records)


def _closing_rows(head: JournalHead, records: Records) -> Iterator[tuple[str, ...]]:
    for entry in entries_around(records, head.period):
        if entry.header.kind != "day.closed" or not head.period.holds(entry):
            continue
        report = _body(entry)
        assert isinstance(report, DayReport)
        (period,) = report.periods
        grand = report.grand
        yield (
            str(report.number),
            period.business_day,
            str(period.period),
            entry_time(entry).isoformat(sep=" "),
            plain_amount(report.net_minor),
            str(report.row("receipts").count),
            str(report.row("returns").count),
            plain_amount(grand.sales_minor),
            plain_amount(grand.returns_minor),
            plain_amount(grand.net_minor),
            entry.hash.hex(),
        )


@dataclass(frozen=True, slots=True)
class VersionStep:
    """Since when a version of the program ran."""

    at: datetime
    seq: int
    program: str
    version: str


def versions_of(starts: Iterator[Entry]) -> list[VersionStep]:
    """The history of versions, out of the entries `till.started`, oldest first."""
    steps: list[VersionStep] = []
    for entry in starts:
        body = _body(entry)
        if not isinstance(body, TillStarted):
            continue
        if not steps or (steps[-1].program, steps[-1].version) != (body.program, body.version):
            at = entry_time(entry)
            steps.append(VersionStep(at, entry.header.seq, body.program, body.version))
    return steps
