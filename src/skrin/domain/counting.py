"""What an entry counts, told from the journal alone: the fold that totals are checked by (D4).

The till counts while it sells, in the commit of the entry. This is the same told afterwards, so
that a register's totals can be made again from its entries, and compared with what its Z say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from skrin.domain.beside import DocumentSigned, copy_rows
from skrin.domain.cart import CartAborted, ParkedDeleted
from skrin.domain.cash import (
    CashCounted,
    CashMoved,
    DrawerOpened,
    FloatSet,
    counted_rows,
    float_rows,
    moved_rows,
    opened_rows,
)
from skrin.domain.desk import Desk
from skrin.domain.entry import TRAINING, Header
from skrin.domain.receipt import ReceiptSealed, ReceiptSigned
from skrin.domain.report import Totals, TotalsRow, receipt_rows


@dataclass(frozen=True, slots=True)
class Counted:
    """What an entry adds to the totals of a period."""

    business_day: str
    period: int
    rows: tuple[TotalsRow, ...]


def counted(
    desk: Desk, header: Header, body: object, totals: Callable[[str, int], Totals]
) -> Counted | None:
    """What an entry counts; None = nothing. `desk` is as it was before the entry, `totals` those
    of a period counted so far."""
    if isinstance(body, ReceiptSigned):
        waiting = next(
            (one for one in desk.pending if one.sealed.receipt_id == body.receipt_id), None
        )
        if waiting is None:
            return None
        practised = waiting.mode == TRAINING
        rows = [practice_row(waiting.sealed)] if practised else receipt_rows(waiting.sealed)
        return Counted(waiting.business_day, waiting.period, tuple(rows))
    if header.mode == TRAINING:
        return None  # Of practice nothing is counted but its receipts (D9).
    if isinstance(body, DocumentSigned):
        made = desk.registering
        if made is None or made.copy is None or made.document_id != body.document_id:
            return None
        return Counted(made.business_day, made.period, tuple(copy_rows(made.copy)))
    if isinstance(body, CashCounted):
        return Counted(body.business_day, body.period, tuple(counted_rows(body)))
    here = header.business_day, header.period
    rows = _here(body, lambda: totals(*here))
    return Counted(*here, tuple(rows)) if rows else None


def _here(body: object, totals: Callable[[], Totals]) -> list[TotalsRow]:
    """What is counted in the period of the entry itself."""
    if isinstance(body, CashMoved):
        return list(moved_rows(body))
    if isinstance(body, DrawerOpened):
        return opened_rows()
    if isinstance(body, ParkedDeleted) or (isinstance(body, CartAborted) and body.line_count):
        return [TotalsRow("unfinished", "", "", 1, 0, body.total_minor)]
    if isinstance(body, FloatSet):
        return float_rows(body.amount_minor, _carried(body, totals()))
    return []


def _carried(body: FloatSet, so_far: Totals) -> int:
    """The cash that was carried over to the day: what a first float stood beside, and what a
    correction of one still does."""
    before, change = so_far.get(("float", "")), so_far.get(("float_change", ""))
    if before is None or change is None:
        return body.previous_minor
    return before.amount_minor - change.amount_minor


def practice_row(sealed: ReceiptSealed) -> TotalsRow:
    """All that a receipt made in training adds to the day (D9): it is in no list and no sum."""
    return TotalsRow("training", "", "", 1, 0, sealed.total_minor)
