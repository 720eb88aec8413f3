"""A register's file made again from its entries alone (D4, D24): to be read, never to be sold in.

Entries come from the office, from a package, from anybody who has them: each must match its hash
and follow the one before. What the till keeps beside its journal while it sells (receipts,
closings, totals, series, what came back) is folded anew, and every Z is compared with what the
fold counts.

A kill between two batches costs nothing: the file says how far it is, and the fold goes on there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from skrin.domain import desk_steps
from skrin.domain.beside import CopySealed, ProFormaSealed
from skrin.domain.cart import CartFetched, CartParked, ParkedDeleted
from skrin.domain.cash import CashMoved
from skrin.domain.codec import decode, decode_body, encode
from skrin.domain.counting import counted
from skrin.domain.desk import Desk, TrainingSet
from skrin.domain.entry import (
    NORMAL,
    TRAINING,
    Entry,
    Header,
    JournalDamage,
    read_entry,
    verify_link,
)
from skrin.domain.journal import JournalOpened, same_journal
from skrin.domain.receipt import COPY, PRO_FORMA, SALE, ReceiptSealed, ReceiptSigned, SerialRenewed
from skrin.domain.refusal import Refusal
from skrin.domain.report import DayReport, GrandTotals, Totals, TotalsRow
from skrin.domain.rights.terms import PARKED, HandedOver
from skrin.fiscal.countries import country
from skrin.till.flow.completing import MESSAGE_SERIES
from skrin.till.flow.drawer import SLIP_SERIES
from skrin.till.flow.rights_folding import facts_of, fold_handed_over, fold_in, hold_of
from skrin.till.storage.shop_file import ShopFile
from skrin.till.storage.shop_reader import ShopReader

ARCHIVE = "archive"
"""Under this name the state keeps where an archive came from."""

DIFFERENCES = "archive_differences"
MOST_DIFFERENCES = 20

_NONSENSE = (
    *(Refusal, ValueError, TypeError, LookupError, ArithmeticError, AssertionError),
    sqlite3.IntegrityError,
)
"""What the folds raise of entries that fit together and that no till ever wrote."""


@dataclass(frozen=True, slots=True)
class ArchiveFacts:
    """An archive: of which register, where it came from and when that was last heard, and whether
    it is whole. `head_seq`: how far its source goes; `source`: `office` or `package`."""

    register: str
    designation: str
    source: str
    taken_utc_ms: int
    head_seq: int
    predecessor: str = ""
    signed_by: str = ""
    """The key that signed the package, SHA-256 in hex; empty for what the office gave."""


class Rebuilding:
    """Folds entries into a file of their own, batch by batch."""

    def __init__(self, file: ShopFile) -> None:
        """Go on where the file stands; an empty one begins with entry 1."""
        self.file = file
        self.last: Entry | None = None
        self.desk = Desk(
            return_mode=file.state("return_mode", "off"), training=file.state("mode") == TRAINING
        )
        self.opened: JournalOpened | None = None
        self.grand = GrandTotals(
            int(file.state("grand_sales_minor", "0")), int(file.state("grand_returns_minor", "0"))
        )
        self._series: dict[str, int] = {}
        seq = file.head()[0]
        if not seq:
            return
        self.last, first = file.entry(seq), file.entry(1)
        assert first is not None, "a journal begins with its first entry"
        self._read_opening(first)
        for entry in file.entries(int(file.state("fold_from", "1"))):
            body = decode_body(entry.header.kind, entry.header.version, entry.body)
            if body is not None:
                self.desk = desk_steps.apply(self.desk, entry.header, body)

    @property
    def head_seq(self) -> int:
        """The number of the last entry that is in the file."""
        return self.last.header.seq if self.last else 0

    def take(self, records: Iterable[bytes]) -> int:
        """One batch of records after the head, in one commit; the new head. A broken chain, or an
        entry of another register, raises `JournalDamage`, and nothing of the batch is kept."""
        return self.take_entries(read_entry(record) for record in records)

    def take_entries(self, entries: Iterable[Entry]) -> int:
        """As `take`, of records that were read already."""
        before = self.last, self.desk, self.opened, self.grand
        try:
            with self.file.commit():
                for entry in entries:
                    self._take(entry)
                self._keep()
        except BaseException as fault:
            self.last, self.desk, self.opened, self.grand = before
            self._series = {}
            if isinstance(fault, _NONSENSE):
                raise JournalDamage(f"it cannot be counted: {fault}") from fault
            raise
        return self.head_seq

    def _take(self, entry: Entry) -> None:
        header, last = entry.header, self.last
        if last is None:
            self._read_opening(entry)
        verify_link(entry, self.head_seq + 1, last.hash if last else bytes(32))
        if last and not same_journal(last, entry):
            raise JournalDamage(f"entry {header.seq} belongs to another register")
        self.file.append(entry)
        self.last = entry
        body = decode_body(header.kind, header.version, entry.body)
        if body is None:
            return  # Of a later version: kept and chained, and nothing is known of it (D26).
        if found := counted(self.desk, header, body, self.file.totals):
            self.file.raise_totals(found.business_day, found.period, found.rows)
        self._fold(header, body)
        self.desk = desk_steps.apply(self.desk, header, body)

    def _read_opening(self, entry: Entry) -> None:
        body = decode_body(entry.header.kind, entry.header.version, entry.body)
        if entry.header.seq != 1 or not isinstance(body, JournalOpened):
            raise JournalDamage("a journal begins with journal.opened")
        self.opened = body

    def _fold(self, header: Header, body: object) -> None:
        assert self.opened is not None, "a journal begins with its opening"
        law, file = country(self.opened.country), self.file
        register = self.opened.register_serial
        if facts := facts_of(body):
            fold_in(file, facts, register, law.copies_allowed)
        if isinstance(body, HandedOver):
            fold_handed_over(file)
        self._park(header, body, register)
        if isinstance(body, ReceiptSealed):
            practised = header.mode == TRAINING
            self._number(law.series_of(TRAINING if practised else SALE), body.number)
            self._number(MESSAGE_SERIES, body.message_serial)
        elif isinstance(body, ReceiptSigned):
            self._list(header, body)
        elif isinstance(body, SerialRenewed):
            self._number(MESSAGE_SERIES, body.message_serial)
        elif isinstance(body, CopySealed):
            self._number(law.series_of(COPY), body.number)
            self._number(MESSAGE_SERIES, body.message_serial)
        elif isinstance(body, ProFormaSealed):
            self._number(law.series_of(PRO_FORMA), body.receipt.number)
            self._number(MESSAGE_SERIES, body.receipt.message_serial)
        elif isinstance(body, CashMoved):
            self._number(SLIP_SERIES, body.number)
        elif isinstance(body, DayReport) and header.kind == "day.closed":
            self._close(header, body)

    def _park(self, header: Header, body: object, register: str) -> None:
        """What lies parked here; what people call it, no entry says (D5)."""
        if isinstance(body, CartParked):
            cart_id, practised = body.cart.cart_id, header.mode == TRAINING
            held = hold_of(self.file, register, PARKED, cart_id)
            # One that another till took over meanwhile was only put away here.
            if practised or held.have or not body.rights:
                mode = TRAINING if practised else NORMAL
                self.file.put_parked(cart_id, "", body.parked_utc_ms, encode(body.cart), mode)
        elif isinstance(body, CartFetched):
            self.file.drop_parked(body.cart.cart_id)
        elif isinstance(body, ParkedDeleted):
            self.file.drop_parked(body.cart_id)
        elif isinstance(body, TrainingSet) and not body.on:
            self.file.drop_practised()

    def _number(self, series: str, number: int) -> None:
        self._series[series] = max(number, self._series.get(series, 0))

    def _list(self, header: Header, signed: ReceiptSigned) -> None:
        waiting = next(
            (one for one in self.desk.pending if one.sealed.receipt_id == signed.receipt_id), None
        )
        if waiting is None:
            raise JournalDamage(f"entry {header.seq} marks a receipt that was never sealed")
        if waiting.mode == TRAINING:
            return
        sealed = waiting.sealed
        self.file.add_receipt(
            sealed.number,
            waiting.business_day,
            sealed.kind,
            waiting.seq,
            header.seq,
            waiting.at_utc_ms,
            sealed.total_minor,
            sealed.ways_paid,
        )

    def _close(self, header: Header, report: DayReport) -> None:
        """A Z: listed, and its figures held against what was counted."""
        (period,) = report.periods
        totals = self.file.totals(period.business_day, period.period)
        self.grand = self.grand.after(totals)
        if not says_the_same(report, totals, self.grand):
            self._differs(f"Z {report.number}")
        self._number("z", report.number)
        place = period.business_day, period.period
        self.file.add_closing(report.number, *place, header.seq, period.net_minor)
        left = report.cash_counted_minor
        carried = report.cash_expected_minor if left is None else left
        self.file.put_state("cash_carried_minor", str(carried))

    def _differs(self, what: str) -> None:
        told = differences(self.file)
        if len(told) < MOST_DIFFERENCES:
            self.file.put_state(DIFFERENCES, encode((*told, what)).decode())

    def _keep(self) -> None:
        """What only the end of a batch knows."""
        file, known = self.file, self.file.series()
        for name, last in self._series.items():
            if last > known.get(name, 0):
                file.put_series(name, last)
        self._series = {}
        file.put_state("grand_sales_minor", str(self.grand.sales_minor))
        file.put_state("grand_returns_minor", str(self.grand.returns_minor))
        file.put_state("mode", TRAINING if self.desk.training else "normal")
        file.put_state("return_mode", self.desk.return_mode)
        file.put_state("fold_from", str(self.desk.first_open_seq or self.head_seq + 1))

    def note(self, facts: ArchiveFacts) -> None:
        """Remember where this archive comes from."""
        with self.file.commit():
            self.file.put_state(ARCHIVE, encode(facts).decode())


def says_the_same(report: DayReport, totals: Totals, grand: GrandTotals) -> bool:
    """Whether a Z says what its period counted, and what all periods so far come to."""
    said = {(row.kind, row.key): row for row in report.rows}
    empty = [key for key, row in totals.items() if key not in said and any(_figures(row))]
    same = all(
        key in totals and _figures(totals[key]) == _figures(row) for key, row in said.items()
    )
    return same and not empty and report.grand == grand


def _figures(row: TotalsRow) -> tuple[int, int, int, int]:
    return row.count, row.quantity_milli, row.amount_minor, row.vat_minor


def differences(file: ShopReader) -> tuple[str, ...]:
    """The Z of an archive that say otherwise than its entries count."""
    return decode(tuple[str, ...], file.state(DIFFERENCES, "[]").encode())


__all__ = ["ArchiveFacts", "Rebuilding", "differences", "says_the_same"]
