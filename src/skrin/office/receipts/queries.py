# ruff: noqa: S608 (statements are put together from constants; every value is bound)
"""Receipts and closings for pages and checks. Call from inside the company."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from skrin.domain.codec import decode_body
from skrin.domain.entry import NORMAL, Entry
from skrin.domain.receipt import ReceiptSealed, ReceiptSigned, SignedReceipt
from skrin.domain.report import DayReport
from skrin.office.ingest import queries as ingest

PAGE_ROWS = 100


@dataclass(frozen=True, slots=True)
class Selection:
    """What a list shows: days from and to (both included), and where; None and "" = everywhere."""

    first: date
    last: date
    store: int | None = None
    till: str = ""
    stores: tuple[int, ...] = ()
    """The stores that the person may see; empty = all."""

    def where(self, table: str = "") -> tuple[str, list[Any]]:
        """The SQL condition after the company, with its values; `table` is an alias with a dot."""
        parts = [f"{table}business_day BETWEEN %s AND %s"]
        values: list[Any] = [self.first, self.last]
        if self.store is not None:
            parts.append(f"{table}store = %s")
            values.append(self.store)
        if self.till:
            parts.append(f"{table}till = %s")
            values.append(self.till)
        if self.stores:
            parts.append(f"{table}store = ANY(%s)")
            values.append(list(self.stores))
        return " AND ".join(parts), values


@dataclass(frozen=True, slots=True)
class ListedReceipt:
    """A receipt in a list. Figures of returns are negative."""

    till: str
    store: int
    sealed_seq: int
    kind: str
    number: int
    designation: str
    at_utc_ms: int
    utc_offset_min: int
    mode: str
    methods: str
    total_minor: int
    rounding_minor: int


@dataclass(frozen=True, slots=True)
class ListedClosing:
    """A Z in a list."""

    till: str
    store: int
    seq: int
    number: int
    designation: str
    business_day: date
    period: int
    at_utc_ms: int
    utc_offset_min: int
    receipts: int
    returns: int
    net_minor: int


def listed_receipts(
    company: int, selection: Selection, query: str = "", offset: int = 0
) -> tuple[list[ListedReceipt], int]:
    """A page of receipts, latest first, and how many there are in all.

    `query`: a receipt number, or a designation and a number with a space between.
    """
    where, values = selection.where()
    *designation, number = query.split() or [""]
    if query:
        where += " AND number = %s"
        values.append(int(number) if number.isdecimal() and len(number) < 18 else -1)
    if designation:
        where += " AND designation = %s"
        values.append(" ".join(designation))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM receipts_receipt WHERE company_id = %s AND {where}",
            [company, *values],
        )
        (total,) = cursor.fetchone() or (0,)
        cursor.execute(
            "SELECT till, store, sealed_seq, kind, number, designation, at_utc_ms, utc_offset_min,"
            " mode, methods, total_minor, rounding_minor FROM receipts_receipt"
            f" WHERE company_id = %s AND {where}"
            " ORDER BY business_day DESC, at_utc_ms DESC, sealed_seq DESC LIMIT %s OFFSET %s",
            [company, *values, PAGE_ROWS, offset],
        )
        return [ListedReceipt(*row) for row in cursor.fetchall()], total


def receipt(company: int, till: str, store: int, sealed_seq: int) -> SignedReceipt | None:
    """One signed receipt out of its two entries, as documents show it; None when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT signed_seq FROM receipts_receipt"
            " WHERE company_id = %s AND till = %s AND store = %s AND sealed_seq = %s",
            [company, till, store, sealed_seq],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    sealed_entry = ingest.entry(company, till, store, sealed_seq)
    signed_entry = ingest.entry(company, till, store, row[0])
    assert sealed_entry and signed_entry, "a projected receipt has its entries"
    sealed, signed = _body(sealed_entry), _body(signed_entry)
    assert isinstance(sealed, ReceiptSealed) and isinstance(signed, ReceiptSigned)
    header = sealed_entry.header
    return SignedReceipt(
        sealed, signed.mark, header.at_utc_ms, header.utc_offset_min, header.till, header.mode
    )


def returned_of(company: int, receipt_id: str) -> list[tuple[int, int, int, int]]:
    """(line, quantity_milli, amount_minor, vat_minor) of what came back of a receipt so far."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT origin_line, -sum(quantity_milli)::bigint, -sum(amount_minor)::bigint,"
            " -sum(vat_minor)::bigint FROM receipts_line"
            " WHERE company_id = %s AND origin_receipt = %s AND origin_receipt <> ''"
            " GROUP BY origin_line ORDER BY origin_line",
            [company, receipt_id],
        )
        return list(cursor.fetchall())


def sales_numbered(
    company: int, store: int, designations: Sequence[str], number: int
) -> list[ListedReceipt]:
    """Signed receipts of a store with a number, of these registers, sales and returns; latest
    first, at most twenty."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT till, store, sealed_seq, kind, number, designation, at_utc_ms, utc_offset_min,"
            " mode, methods, total_minor, rounding_minor FROM receipts_receipt"
            " WHERE company_id = %s AND designation = ANY(%s) AND number = %s AND store = %s"
            " AND mode = %s ORDER BY at_utc_ms DESC LIMIT 20",
            [company, list(designations), number, store, NORMAL],
        )
        return [ListedReceipt(*row) for row in cursor.fetchall()]


def receipt_columns(company: int, till: str, store: int, sealed_seq: int) -> int:
    """How many characters wide the receipt was printed, 42 when it was not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT signed_seq FROM receipts_receipt"
            " WHERE company_id = %s AND till = %s AND store = %s AND sealed_seq = %s",
            [company, till, store, sealed_seq],
        )
        row = cursor.fetchone()
    entry = ingest.entry(company, till, store, row[0]) if row else None
    signed = _body(entry) if entry else None
    return signed.delivery.columns if isinstance(signed, ReceiptSigned) else 42


def _body(entry: Entry) -> object:
    return decode_body(entry.header.kind, entry.header.version, entry.body)


def listed_closings(
    company: int, selection: Selection, offset: int = 0, limit: int = PAGE_ROWS
) -> tuple[list[ListedClosing], int]:
    """A page of Z reports, latest first, and how many there are in all."""
    where, values = selection.where()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM receipts_closing WHERE company_id = %s AND {where}",
            [company, *values],
        )
        (total,) = cursor.fetchone() or (0,)
        cursor.execute(
            "SELECT till, store, seq, number, designation, business_day, period, at_utc_ms,"
            " utc_offset_min, receipts, returns, net_minor FROM receipts_closing"
            f" WHERE company_id = %s AND {where}"
            " ORDER BY business_day DESC, designation, seq DESC LIMIT %s OFFSET %s",
            [company, *values, limit, offset],
        )
        return [ListedClosing(*row) for row in cursor.fetchall()], total


def closing(company: int, till: str, store: int, seq: int) -> tuple[Entry, DayReport] | None:
    """One Z: its entry and its body; None when that entry is none."""
    entry = ingest.entry(company, till, store, seq)
    if entry is None or entry.header.kind != "day.closed":
        return None
    report = _body(entry)
    return (entry, report) if isinstance(report, DayReport) else None


@dataclass(frozen=True, slots=True)
class PaymentSum:
    """What came in by one method. `amount_minor` includes `rounding_minor`, the cash rounding."""

    method: int
    kind: str
    name: str
    count: int
    amount_minor: int
    rounding_minor: int


@dataclass(frozen=True, slots=True)
class KindSum:
    """Receipts of one kind: their number and totals. Figures of returns are negative."""

    kind: str
    mode: str
    count: int
    total_minor: int
    vat_minor: int
    rounding_minor: int


@dataclass(frozen=True, slots=True)
class JournalSum:
    """What a journal comes to, for comparing till and office."""

    kinds: tuple[KindSum, ...]
    payments: tuple[PaymentSum, ...]
    closings: tuple[ListedClosing, ...]
    unsigned: int
    repeated_registrations: int


def journal_sum(company: int, till: str, store: int) -> JournalSum:
    """Add up all receipts, payments and closings of one journal."""
    identity: list[Any] = [company, till, store]
    where = "company_id = %s AND till = %s AND store = %s"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, mode, count(*), sum(total_minor)::bigint, sum(vat_minor)::bigint,"
            f" sum(rounding_minor)::bigint FROM receipts_receipt WHERE {where}"
            " GROUP BY kind, mode ORDER BY kind, mode",
            identity,
        )
        kinds = tuple(KindSum(*row) for row in cursor.fetchall())
        cursor.execute(
            # Not a join: on tables that were filled before their statistics were gathered, one is
            # planned as a loop in a loop.
            "SELECT method, kind, max(name), count(*), sum(amount_minor)::bigint,"
            f" sum(rounding_minor)::bigint FROM receipts_payment WHERE {where}"
            f" AND sealed_seq NOT IN (SELECT sealed_seq FROM receipts_receipt WHERE {where}"
            " AND mode <> 'normal') GROUP BY method, kind ORDER BY method",
            [*identity, *identity],
        )
        payments = tuple(PaymentSum(*row) for row in cursor.fetchall())
        cursor.execute(
            "SELECT till, store, seq, number, designation, business_day, period, at_utc_ms,"
            f" utc_offset_min, receipts, returns, net_minor FROM receipts_closing WHERE {where}"
            " ORDER BY seq",
            identity,
        )
        closings = tuple(ListedClosing(*row) for row in cursor.fetchall())
        cursor.execute(f"SELECT count(*) FROM receipts_unsigned WHERE {where}", identity)
        (unsigned,) = cursor.fetchone() or (0,)
        cursor.execute(
            f"SELECT count(*) FROM receipts_receipt WHERE {where} AND attempts > 1", identity
        )
        (repeated,) = cursor.fetchone() or (0,)
    return JournalSum(kinds, payments, closings, unsigned, repeated)


def days_without_z(company: int) -> Iterable[tuple[str, str]]:
    """(designation, first day) of journals whose sold days wait for a Z, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT r.designation, min(r.business_day)::text FROM receipts_receipt r
            WHERE r.company_id = %s AND r.mode = 'normal' AND r.business_day >= coalesce(
                (SELECT max(c.business_day) FROM receipts_closing c
                 WHERE c.company_id = r.company_id AND c.till = r.till AND c.store = r.store),
                '-infinity'::date)
              AND NOT EXISTS (SELECT 1 FROM receipts_closing c
                 WHERE c.company_id = r.company_id AND c.till = r.till AND c.store = r.store
                   AND c.business_day = r.business_day AND c.period = r.period)
            GROUP BY r.designation ORDER BY 2, 1
            """,
            [company],
        )
        return list(cursor.fetchall())
