# ruff: noqa: S608 (statements are put together from constants; every value is bound)
"""Writing the read models. Called by ingest in its own transaction, inside the company."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from skrin.domain.entry import Entry
from skrin.domain.receipt import RETURN
from skrin.office.filling import BIGINT, DAY, INTEGER, TEXT, Kind, Packed, packed_rows
from skrin.office.receipts.projection import PROJECTED, Closed, Folded, Signed, fold

Identity = tuple[int, str, int]
"""(company, till, store) of a journal."""

_RECEIPT = {
    "sealed_seq": BIGINT,
    "signed_seq": BIGINT,
    "kind": TEXT,
    "number": BIGINT,
    "designation": TEXT,
    "business_day": DAY,
    "period": INTEGER,
    "at_utc_ms": BIGINT,
    "utc_offset_min": INTEGER,
    "mode": TEXT,
    "person": TEXT,
    "cashier": TEXT,
    "methods": TEXT,
    "total_minor": BIGINT,
    "vat_minor": BIGINT,
    "rounding_minor": BIGINT,
    "tip_minor": BIGINT,
    "discount_minor": BIGINT,
    "unit_id": TEXT,
    "code": TEXT,
    "attempts": INTEGER,
    "receipt_id": TEXT,
    "exchange_with": TEXT,
}
_LINE = {
    "sealed_seq": BIGINT,
    "line": INTEGER,
    "article": BIGINT,
    "group_id": BIGINT,
    "name": TEXT,
    "quantity_milli": BIGINT,
    "amount_minor": BIGINT,
    "discount_minor": BIGINT,
    "rate_bp": INTEGER,
    "vat_minor": BIGINT,
    "cost_minor": BIGINT,
    "parent": INTEGER,
    "role": TEXT,
    "line_discount_minor": BIGINT,
    "origin_receipt": TEXT,
    "origin_line": INTEGER,
}
_PAYMENT = {
    "sealed_seq": BIGINT,
    "place": INTEGER,
    "method": BIGINT,
    "kind": TEXT,
    "name": TEXT,
    "amount_minor": BIGINT,
    "tendered_minor": BIGINT,
    "change_minor": BIGINT,
    "rounding_minor": BIGINT,
    "tip_minor": BIGINT,
}
_CLOSING = {
    "seq": BIGINT,
    "number": BIGINT,
    "designation": TEXT,
    "business_day": DAY,
    "period": INTEGER,
    "at_utc_ms": BIGINT,
    "utc_offset_min": INTEGER,
    "receipts": BIGINT,
    "returns": BIGINT,
    "net_minor": BIGINT,
    "grand_net_minor": BIGINT,
}
_UNSIGNED = {"receipt_id": TEXT, "sealed_seq": BIGINT}


@dataclass(frozen=True, slots=True)
class Projection:
    """What a run of entries does to the read models: the fold, and its rows ready to be sent."""

    folded: Folded
    rows: list[Packed]


def project(
    identity: Identity,
    entries: Sequence[Entry],
    sealed_before: Callable[[str], Entry | None],
) -> Projection:
    """Fold `entries` of one journal. Pure, but for what `sealed_before` does: it finds the sealed
    entry of a receipt from an earlier run (see `waiting`).

    Raises `ValueError`, `OverflowError` or `struct.error` for values that no column can keep; the
    caller then takes the entries one by one.
    """
    folded = fold(entries, sealed_before)
    return Projection(folded, _rows(identity, folded))


def waiting(
    cursor: Any, identity: Identity, entry_at: Callable[[int], Entry]
) -> Callable[[str], Entry | None]:
    """Finds the sealed entry of a receipt that waits for its mark; `entry_at` reads it by its
    number."""

    def sealed_before(receipt_id: str) -> Entry | None:
        seq = _sealed_seq_of(cursor, identity, receipt_id)
        return entry_at(seq) if seq is not None else None

    return sealed_before


def write(cursor: Any, identity: Identity, projection: Projection) -> None:
    """Write what a fold made. Raises what PostgreSQL raises for values that it cannot keep."""
    was_unsigned = projection.folded.was_unsigned
    if was_unsigned:
        cursor.execute(
            "DELETE FROM receipts_unsigned WHERE company_id = %s AND till = %s AND store = %s"
            " AND receipt_id = ANY(%s)",
            [*identity, was_unsigned],
        )
    for statement in projection.rows:
        statement.send()


def _rows(identity: Identity, folded: Folded) -> list[Packed]:
    """The rows of a fold. Figures of returns are negative here, so that columns add up."""
    journal = dict(zip(("company_id", "till", "store"), identity, strict=True))
    signed = folded.signed
    made: list[tuple[str, dict[str, Kind], list[tuple[object, ...]]]] = [
        ("receipt", _RECEIPT, [_receipt_row(done) for done in signed]),
        ("line", _LINE, [row for done in signed for row in _line_rows(done)]),
        ("payment", _PAYMENT, [row for done in signed for row in _payment_rows(done)]),
        ("closing", _CLOSING, [_closing_row(done) for done in folded.closed]),
        (
            "unsigned",
            _UNSIGNED,
            [(key, entry.header.seq) for key, entry in folded.still_unsigned.items()],
        ),
    ]
    return [
        statement
        for table, columns, rows in made
        for statement in packed_rows(f"receipts_{table}", journal, columns, rows)
    ]


def _sign_of(kind: str) -> int:
    """-1 for a return, whose figures are positive in its entry; else 1."""
    return -1 if kind == RETURN else 1


def _receipt_row(done: Signed) -> tuple[object, ...]:
    sealed, header, mark = done.sealed, done.sealed_entry.header, done.signed.mark
    sign = _sign_of(sealed.kind)
    return (
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
        sealed.ways_paid,
        sign * sealed.total_minor,
        sign * sum(row.vat_minor for row in sealed.vat),
        sign * sealed.rounding_minor,
        sealed.tip_minor,
        sealed.discount_minor,
        mark.unit_id,
        mark.code,
        mark.attempts,
        sealed.receipt_id,
        sealed.exchange_with,
    )


def _line_rows(done: Signed) -> list[tuple[object, ...]]:
    sign, seq = _sign_of(done.sealed.kind), done.sealed_entry.header.seq
    return [
        (
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
            line.parent,
            line.role,
            line.line_discount_minor,
            line.origin.receipt_id if line.origin else "",
            line.origin.line if line.origin else 0,
        )
        for line in done.sealed.lines
    ]


def _payment_rows(done: Signed) -> list[tuple[object, ...]]:
    sign, seq = _sign_of(done.sealed.kind), done.sealed_entry.header.seq
    return [
        (
            seq,
            place,
            paid.method,
            paid.kind,
            paid.name,
            sign * paid.amount_minor,
            paid.tendered_minor,
            paid.change_minor,
            sign * paid.rounding_minor,
            paid.tip_minor,
        )
        for place, paid in enumerate(done.sealed.payments)
    ]


def _closing_row(done: Closed) -> tuple[object, ...]:
    header, report = done.entry.header, done.report
    period = report.periods[0]
    return (
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


__all__ = ["PROJECTED", "Projection", "clear", "project", "waiting", "write"]
