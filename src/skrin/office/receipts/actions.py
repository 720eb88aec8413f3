# ruff: noqa: S608 (statements are put together from constants; every value is bound)
"""Writing the read models. Called by ingest in its own transaction, inside the company."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from skrin.domain.entry import Entry
from skrin.domain.receipt import RETURN
from skrin.office.copying import copy_in, day, int4, int8, packer, text
from skrin.office.receipts.projection import Closed, Folded, Signed, fold

Identity = tuple[int, str, int]
"""(company, till, store) of a journal."""

_RECEIPT_COLUMNS = (
    "company_id, till, store, sealed_seq, signed_seq, kind, number, designation, business_day,"
    " period, at_utc_ms, utc_offset_min, mode, person, cashier, methods, total_minor, vat_minor,"
    " rounding_minor, tip_minor, discount_minor, unit_id, code, attempts"
)
_LINE_COLUMNS = (
    "company_id, till, store, sealed_seq, line, article, group_id, name, quantity_milli,"
    " amount_minor, discount_minor, rate_bp, vat_minor, cost_minor"
)
_PAYMENT_COLUMNS = (
    "company_id, till, store, sealed_seq, place, method, kind, name, amount_minor,"
    " tendered_minor, change_minor, rounding_minor"
)
_CLOSING_COLUMNS = (
    "company_id, till, store, seq, number, designation, business_day, period, at_utc_ms,"
    " utc_offset_min, receipts, returns, net_minor, grand_net_minor"
)
_JOURNAL = (int8, text, int8)
_RECEIPT_HEAD = (int8, int8, text, int8, text, day, int4, int8, int4, text, text, text, text)
_RECEIPT_FIGURES = (int8, int8, int8, int8, int8, text, text, int4)
_pack_receipt = packer((*_JOURNAL, *_RECEIPT_HEAD, *_RECEIPT_FIGURES))
_pack_line = packer((*_JOURNAL, int8, int4, int8, int8, text, int8, int8, int8, int4, int8, int8))
_pack_payment = packer((*_JOURNAL, int8, int4, int8, text, text, int8, int8, int8, int8))
_pack_closing = packer((*_JOURNAL, int8, int8, text, day, int4, int8, int4, int8, int8, int8, int8))
_pack_unsigned = packer((*_JOURNAL, text, int8))


def project(
    cursor: Any,
    identity: Identity,
    entries: Sequence[Entry],
    entry_at: Callable[[int], Entry],
) -> Folded:
    """Fold `entries` of one journal into the read models; returns what the fold found.

    `entry_at` gives the entry of an earlier run by its number. Raises what PostgreSQL raises for
    values that it cannot keep; the caller then takes the entries one by one.
    """

    def sealed_before(receipt_id: str) -> Entry | None:
        seq = _sealed_seq_of(cursor, identity, receipt_id)
        return entry_at(seq) if seq is not None else None

    folded = fold(entries, sealed_before)
    _write(cursor, identity, folded)
    return folded


def _write(cursor: Any, identity: Identity, folded: Folded) -> None:
    """Write what a fold made. Figures of returns are negative here, so that columns add up."""
    copy_in(
        cursor,
        "receipts_receipt",
        _RECEIPT_COLUMNS,
        [_pack_receipt(_receipt_row(identity, done)) for done in folded.signed],
    )
    lines = [_pack_line(row) for done in folded.signed for row in _line_rows(identity, done)]
    copy_in(cursor, "receipts_line", _LINE_COLUMNS, lines)
    paid = [_pack_payment(row) for done in folded.signed for row in _payment_rows(identity, done)]
    copy_in(cursor, "receipts_payment", _PAYMENT_COLUMNS, paid)
    copy_in(
        cursor,
        "receipts_closing",
        _CLOSING_COLUMNS,
        [_pack_closing(_closing_row(identity, done)) for done in folded.closed],
    )
    if folded.was_unsigned:
        cursor.execute(
            "DELETE FROM receipts_unsigned WHERE company_id = %s AND till = %s AND store = %s"
            " AND receipt_id = ANY(%s)",
            [*identity, folded.was_unsigned],
        )
    copy_in(
        cursor,
        "receipts_unsigned",
        "company_id, till, store, receipt_id, sealed_seq",
        [
            _pack_unsigned((*identity, receipt_id, entry.header.seq))
            for receipt_id, entry in folded.still_unsigned.items()
        ],
    )


def _sign_of(kind: str) -> int:
    """-1 for a return, whose figures are positive in its entry; else 1."""
    return -1 if kind == RETURN else 1


def _receipt_row(identity: Identity, done: Signed) -> tuple[object, ...]:
    sealed, header, mark = done.sealed, done.sealed_entry.header, done.signed.mark
    sign = _sign_of(sealed.kind)
    return (
        *identity,
        header.seq,
        done.signed_entry.header.seq,
        sealed.kind,
        sealed.number,
        sealed.designation,
        header.business_day,
        header.period,
        header.at_utc_ms,
        header.utc_offset_min,
        header.mode,
        header.user,
        sealed.cashier,
        ", ".join(dict.fromkeys(paid.name for paid in sealed.payments)),
        sign * sealed.total_minor,
        sign * sum(row.vat_minor for row in sealed.vat),
        sign * sealed.rounding_minor,
        sealed.tip_minor,
        sealed.discount_minor,
        mark.unit_id,
        mark.code,
        mark.attempts,
    )


def _line_rows(identity: Identity, done: Signed) -> list[tuple[object, ...]]:
    sign, seq = _sign_of(done.sealed.kind), done.sealed_entry.header.seq
    return [
        (
            *identity,
            seq,
            line.line,
            line.article,
            line.group,
            line.name,
            sign * line.quantity_milli,
            sign * line.amount_minor,
            line.discount_minor,
            line.rate_bp,
            sign * line.vat_minor,
            line.cost_minor,
        )
        for line in done.sealed.lines
    ]


def _payment_rows(identity: Identity, done: Signed) -> list[tuple[object, ...]]:
    sign, seq = _sign_of(done.sealed.kind), done.sealed_entry.header.seq
    return [
        (
            *identity,
            seq,
            place,
            paid.method,
            paid.kind,
            paid.name,
            sign * paid.amount_minor,
            paid.tendered_minor,
            paid.change_minor,
            sign * paid.rounding_minor,
        )
        for place, paid in enumerate(done.sealed.payments)
    ]


def _closing_row(identity: Identity, done: Closed) -> tuple[object, ...]:
    header, report = done.entry.header, done.report
    period = report.periods[0]
    return (
        *identity,
        header.seq,
        report.number,
        report.designation,
        period.business_day,
        period.period,
        header.at_utc_ms,
        header.utc_offset_min,
        report.row("receipts").count,
        report.row("returns").count,
        report.net_minor,
        report.grand.net_minor,
    )


def clear(cursor: Any, identity: Identity) -> None:
    """Throw the read models of a journal away, to be made again."""
    for table in ("receipt", "line", "payment", "unsigned", "closing"):
        cursor.execute(
            f"DELETE FROM receipts_{table} WHERE company_id = %s AND till = %s AND store = %s",
            list(identity),
        )


def _sealed_seq_of(cursor: Any, identity: Identity, receipt_id: str) -> int | None:
    """The seq of the sealed entry of a receipt that waits for its mark."""
    cursor.execute(
        "SELECT sealed_seq FROM receipts_unsigned"
        " WHERE company_id = %s AND till = %s AND store = %s AND receipt_id = %s",
        [*identity, receipt_id],
    )
    row = cursor.fetchone()
    return int(row[0]) if row else None
