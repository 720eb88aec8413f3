# ruff: noqa: S608 (statements are put together from constants; every value is bound)
"""Raising the hourly totals. Called by ingest in its own transaction, inside the company."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from skrin.domain.entry import Header
from skrin.domain.receipt import ReceiptSealed
from skrin.office.filling import BIGINT, DAY, INTEGER, TEXT, Packed, packed_rows
from skrin.office.statistics.counting import count_receipts

_SOLD = {
    "business_day": DAY,
    "hour": INTEGER,
    "person": TEXT,
    "group_id": BIGINT,
    "article": BIGINT,
    "rate_bp": INTEGER,
    "unit": TEXT,
    "group_name": TEXT,
    "article_name": TEXT,
    "decimals": INTEGER,
    "count": BIGINT,
    "quantity_milli": BIGINT,
    "gross_minor": BIGINT,
    "vat_minor": BIGINT,
    "cost_minor": BIGINT,
}
_RAISE_SOLD = """
ON CONFLICT (company_id, business_day, store, till, hour, person, group_id, article, rate_bp,
    unit)
DO UPDATE SET
    group_name = excluded.group_name, article_name = excluded.article_name,
    decimals = excluded.decimals,
    count = t.count + excluded.count,
    quantity_milli = t.quantity_milli + excluded.quantity_milli,
    gross_minor = t.gross_minor + excluded.gross_minor,
    vat_minor = t.vat_minor + excluded.vat_minor,
    cost_minor = t.cost_minor + excluded.cost_minor
"""
_HOURS = {
    "business_day": DAY,
    "hour": INTEGER,
    "person": TEXT,
    "receipts": BIGINT,
    "returns": BIGINT,
    "gross_minor": BIGINT,
    "vat_minor": BIGINT,
}
_RAISE_HOURS = """
ON CONFLICT (company_id, business_day, store, till, hour, person) DO UPDATE SET
    receipts = t.receipts + excluded.receipts, returns = t.returns + excluded.returns,
    gross_minor = t.gross_minor + excluded.gross_minor,
    vat_minor = t.vat_minor + excluded.vat_minor
"""


def counted(
    identity: tuple[int, str, int], receipts: Iterable[tuple[Header, ReceiptSealed]]
) -> list[Packed]:
    """What raises the totals of a journal (company, till, store) by signed receipts, to be sent.

    One statement per table and batch; only rows of this till are touched, so two tills never wait
    for each other. Raises `ValueError`, `OverflowError` or `struct.error` for figures that no
    column can keep.
    """
    journal = dict(zip(("company_id", "till", "store"), identity, strict=True))
    sold, hours = count_receipts(receipts)
    sold_rows = [key + sold[key] for key in sold]
    hour_rows = [key + hours[key] for key in hours]
    return [
        *packed_rows("statistics_sold", journal, _SOLD, sold_rows, _RAISE_SOLD),
        *packed_rows("statistics_receipts", journal, _HOURS, hour_rows, _RAISE_HOURS),
    ]


def clear(cursor: Any, identity: tuple[int, str, int]) -> None:
    """Throw the totals of a journal away, to be made again."""
    company, till, store = identity
    for table in ("statistics_sold", "statistics_receipts"):
        cursor.execute(
            f"DELETE FROM {table} WHERE company_id = %s AND till = %s AND store = %s",
            [company, till, store],
        )
