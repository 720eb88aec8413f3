# ruff: noqa: S608 (statements are put together from constants; every value is bound)
"""Raising the hourly totals. Called by ingest in its own transaction, inside the company."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from skrin.domain.entry import Header
from skrin.domain.receipt import ReceiptSealed
from skrin.office.statistics.counting import count_receipts

_SOLD_NAMES = (
    "business_day, hour, person, group_id, article, rate_bp, group_name, article_name, unit,"
    " decimals, count, quantity_milli, gross_minor, vat_minor, cost_minor"
)
_RAISE_SOLD = f"""
INSERT INTO statistics_sold AS s (company_id, store, till, {_SOLD_NAMES})
SELECT %s, %s, %s, * FROM unnest(
    %s::date[], %s::smallint[], %s::text[], %s::bigint[], %s::bigint[], %s::integer[], %s::text[],
    %s::text[], %s::text[], %s::smallint[], %s::bigint[], %s::bigint[], %s::bigint[],
    %s::bigint[], %s::bigint[])
ON CONFLICT (company_id, business_day, store, till, hour, person, group_id, article, rate_bp)
DO UPDATE SET
    group_name = excluded.group_name, article_name = excluded.article_name,
    unit = excluded.unit, decimals = excluded.decimals,
    count = s.count + excluded.count,
    quantity_milli = s.quantity_milli + excluded.quantity_milli,
    gross_minor = s.gross_minor + excluded.gross_minor,
    vat_minor = s.vat_minor + excluded.vat_minor,
    cost_minor = s.cost_minor + excluded.cost_minor
"""
_RAISE_HOURS = """
INSERT INTO statistics_receipts AS s
    (company_id, store, till, business_day, hour, person, receipts, returns, gross_minor, vat_minor)
SELECT %s, %s, %s, * FROM unnest(
    %s::date[], %s::smallint[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[],
    %s::bigint[])
ON CONFLICT (company_id, business_day, store, till, hour, person) DO UPDATE SET
    receipts = s.receipts + excluded.receipts, returns = s.returns + excluded.returns,
    gross_minor = s.gross_minor + excluded.gross_minor,
    vat_minor = s.vat_minor + excluded.vat_minor
"""


def count(
    cursor: Any,
    identity: tuple[int, str, int],
    receipts: Iterable[tuple[Header, ReceiptSealed]],
) -> None:
    """Raise the totals of a journal (company, till, store) by signed receipts.

    One statement per table and batch; only rows of this till are touched, so two tills never wait
    for each other.
    """
    company, till, store = identity
    sold, hours = count_receipts(receipts)
    for statement, rows in (
        (_RAISE_SOLD, [key + sold[key] for key in sorted(sold)]),
        (_RAISE_HOURS, [key + hours[key] for key in sorted(hours)]),
    ):
        if rows:
            cursor.execute(
                statement,
                [company, store, till, *[list(column) for column in zip(*rows, strict=True)]],
            )


def clear(cursor: Any, identity: tuple[int, str, int]) -> None:
    """Throw the totals of a journal away, to be made again."""
    company, till, store = identity
    for table in ("statistics_sold", "statistics_receipts"):
        cursor.execute(
            f"DELETE FROM {table} WHERE company_id = %s AND till = %s AND store = %s",
            [company, till, store],
        )
