"""The day's running totals and the reports made of them.

Totals are rows keyed by (kind, key), kept per (business day, period) and raised in the commit that
signs a receipt (D6). A report is those rows taken together; it computes nothing anew. What each
figure counts: facts in docs/fiscal/se.md, "How the items of a day report are counted".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from skrin.domain.giftcard import REDEEMED, REFUNDED
from skrin.domain.payment import CASH
from skrin.domain.quantity import pieces
from skrin.domain.receipt import RETURN, SALE, Delivery, ReceiptSealed, Seller
from skrin.domain.record import swift

ROW_KINDS = {
    "receipts": "sale receipts: their number and totals (items 11 and 20)",
    "returns": "return receipts: their number and totals, absolute (items 16 and 21)",
    "group_rate": "sales less returns per group and VAT rate, `group:rate_bp` (items 6 and 7)",
    "article": "sales less returns per article in its group, `article:group`",
    "method": "money really taken per payment method (item 15)",
    "rounding": "cash rounding",
    "tips": "tips, a debt to staff",
    "goods": "pieces of goods sold (item 9)",
    "services": "pieces of services sold (item 10)",
    "discounts": "discounts on sales (item 17)",
    "reduced": "lines removed or lowered in carts that were sold (item 18)",
    "unfinished": "carts aborted (item 19)",
    "drawer": "drawer openings without a sale (item 12)",
    "copies": "receipt copies (item 13)",
    "training": "receipts in training mode (item 14)",
    "gift_cards": "what was put on and taken off gift cards, by cause: a debt, no sale",
    "float": "the change fund (item 8); set, not added",
    "float_change": "the change fund less the cash that was carried over; set, not added",
    "cash": "what sales and refunds did to the cash in the drawer",
    "cash_in": "cash put in beside the sales, per reason",
    "cash_out": "cash taken out beside the sales, per reason, absolute",
    "cash_difference": "counted cash less expected cash, when the drawer is counted",
}
"""Every kind of totals row and what it counts."""

REPLACING_KINDS = frozenset({"float", "float_change"})
"""Kinds whose newest row stands for the period, instead of being added up."""


@swift
@dataclass(frozen=True, slots=True)
class TotalsRow:
    """One figure of a period: how many, how much of it, how much money, how much VAT in it."""

    kind: str
    key: str
    name: str
    count: int = 0
    quantity_milli: int = 0
    amount_minor: int = 0
    vat_minor: int = 0

    def plus(self, other: TotalsRow) -> TotalsRow:
        """This row after `other` happened; the newer name stands."""
        if self.kind in REPLACING_KINDS:
            return other
        return TotalsRow(
            self.kind,
            self.key,
            other.name,
            self.count + other.count,
            self.quantity_milli + other.quantity_milli,
            self.amount_minor + other.amount_minor,
            self.vat_minor + other.vat_minor,
        )


Totals = dict[tuple[str, str], TotalsRow]


def add_rows(totals: Totals, rows: Iterable[TotalsRow]) -> Totals:
    """Raise `totals` by `rows`, in place, and return it."""
    for row in rows:
        key = (row.kind, row.key)
        before = totals.get(key)
        totals[key] = before.plus(row) if before else row
    return totals


def receipt_rows(sealed: ReceiptSealed) -> list[TotalsRow]:
    """What a signed receipt adds to its period. A return lowers sales and counts for itself."""
    sells = sealed.kind == SALE
    sign = -1 if sealed.kind == RETURN else 1
    rows = [TotalsRow("receipts" if sells else "returns", "", "", 1, 0, sealed.total_minor)]
    sold_count: dict[str, int] = {}
    for line in sealed.lines:
        count = sign * pieces(line.quantity_milli, line.decimals)
        figures = (
            count,
            sign * line.quantity_milli,
            sign * line.amount_minor,
            sign * line.vat_minor,
        )
        group_key = f"{line.group}:{line.rate_bp}"
        rows.append(TotalsRow("group_rate", group_key, line.group_name, *figures))
        rows.append(TotalsRow("article", f"{line.article}:{line.group}", line.name, *figures))
        if line.gift:
            cause = line.gift.cause if not line.rate_bp else f"single_{line.gift.cause}"
            amount = sign * line.amount_minor
            rows.append(TotalsRow("gift_cards", cause, "", 1, 0, amount))
        sold_as = _SOLD_AS.get(line.item_kind) if sells else None
        if sold_as:
            sold_count[sold_as] = sold_count.get(sold_as, 0) + count
    rows += [TotalsRow(kind, "", "", count) for kind, count in sold_count.items()]
    rows += _payment_rows(sealed, sign)
    if sells and sealed.discount_minor:
        discounted = sum(1 for line in sealed.lines if line.discount_minor)
        rows.append(TotalsRow("discounts", "", "", discounted, 0, sealed.discount_minor))
    if sealed.reduced_count:
        rows.append(TotalsRow("reduced", "", "", sealed.reduced_count, 0, sealed.reduced_minor))
    return list(add_rows({}, rows).values())


_SOLD_AS = {"goods": "goods", "service": "services", "gift_card": "services"}
"""Which row counts the pieces of a kind of article."""


def _payment_rows(sealed: ReceiptSealed, sign: int) -> list[TotalsRow]:
    rows = []
    for paid in sealed.payments:
        amount = sign * paid.amount_minor
        rows.append(TotalsRow("method", str(paid.method), paid.name, 1, 0, amount))
        if paid.kind == CASH:
            rows.append(TotalsRow("cash", "", "", 1, 0, amount))
        if paid.gift:
            cause = REFUNDED if sign < 0 else REDEEMED
            rows.append(TotalsRow("gift_cards", cause, "", 1, 0, -amount))
    if sealed.rounding_minor:
        rows.append(TotalsRow("rounding", "", "", 1, 0, sign * sealed.rounding_minor))
    if sealed.tip_minor:
        rows.append(TotalsRow("tips", "", "", 1, 0, sign * sealed.tip_minor))
    return rows


@dataclass(frozen=True, slots=True)
class GrandTotals:
    """Lifetime counters of the register, never reset (SKVFS 2014:9 2:4). Returns are absolute."""

    sales_minor: int = 0
    returns_minor: int = 0

    @property
    def net_minor(self) -> int:
        """Sales less returns."""
        return self.sales_minor - self.returns_minor

    def after(self, totals: Mapping[tuple[str, str], TotalsRow]) -> GrandTotals:
        """The counters after a period with these totals."""
        sold, returned = totals.get(("receipts", "")), totals.get(("returns", ""))
        return GrandTotals(
            self.sales_minor + (sold.amount_minor if sold else 0),
            self.returns_minor + (returned.amount_minor if returned else 0),
        )


@dataclass(frozen=True, slots=True)
class PeriodNet:
    """A (business day, period) in a report, and its sales less returns."""

    business_day: str
    period: int
    net_minor: int


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """A receipt that is parked at the till when its day is closed. Its name is not here (D5)."""

    parked_utc_ms: int
    line_count: int
    total_minor: int


@dataclass(frozen=True, slots=True)
class DayReport:
    """The body of `x.reported` (number 0, all open periods), `day.closed` (a Z, one period) and
    `period.reported` (number 0, every period of an interval of days).

    Carries by value everything that its paper shows. `cash_counted_minor` None = not counted, the
    expected cash is carried on. `grand` is after the periods reported. `parked` lies at the till
    and goes over to the next day: it is sold by whoever is paid for it (R-PARK-007).
    `parked_reported`: the shop wants somebody at the office to be told of it. `by_article`: its
    paper names articles under their groups. `blind`: its paper does not tell the expected cash, as
    the drawer has still to be counted. `span`: first and last day of a period report.
    `approved_by`: who said yes to what `cashier` may not do alone (D43).
    """

    kind: str
    number: int
    periods: tuple[PeriodNet, ...]
    designation: str
    register_serial: str
    model: str
    program: str
    version: str
    seller: Seller
    currency: str
    cashier: str
    rows: tuple[TotalsRow, ...]
    grand: GrandTotals
    float_minor: int
    cash_expected_minor: int
    cash_counted_minor: int | None
    delivery: Delivery | None
    parked: tuple[CarriedOver, ...] = ()
    parked_reported: bool = False
    by_article: bool = False
    blind: bool = False
    span: tuple[str, ...] = ()
    approved_by: str = ""

    def row(self, kind: str, key: str = "") -> TotalsRow:
        """The row of this kind and key, or an empty one."""
        for row in self.rows:
            if row.kind == kind and row.key == key:
                return row
        return TotalsRow(kind, key, "")

    def rows_of(self, kind: str) -> list[TotalsRow]:
        """All rows of a kind, in key order."""
        return sorted((row for row in self.rows if row.kind == kind), key=_key_order)

    @property
    def net_minor(self) -> int:
        """Sales less returns, before cash rounding (item 5)."""
        return self.row("receipts").amount_minor - self.row("returns").amount_minor


@dataclass(frozen=True, slots=True)
class ReportCopied:
    """`report.copied`: a copy of an earlier Z was taken; figures by value, as they were then.

    `at_utc_ms` and `utc_offset_min` are those of the Z itself, `copied_by` is who took the copy,
    `approved_by` who said yes where that was needed (D43).
    """

    report: DayReport
    at_utc_ms: int
    utc_offset_min: int
    copied_by: str
    delivery: Delivery | None
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class JournalPart:
    """`journal.reported`: a part of the journal on paper: entries `first_seq` to `through_seq` of
    those up to `last_seq`, which are the days asked for."""

    first_day: str
    last_day: str
    first_seq: int
    through_seq: int
    last_seq: int
    designation: str
    register_serial: str
    seller: Seller
    cashier: str
    delivery: Delivery | None


def _key_order(row: TotalsRow) -> tuple[list[int], str]:
    numbers = [int(part) for part in row.key.split(":") if part.isdecimal()]
    return numbers, row.key


def expected_cash(float_minor: int, totals: Mapping[tuple[str, str], TotalsRow]) -> int:
    """What should lie in the drawer: the float, what sales and refunds did to it, and what was put
    in and taken out beside them."""
    moved = (_CASH_SIGNS.get(kind, 0) * row.amount_minor for (kind, _), row in totals.items())
    return float_minor + sum(moved)


_CASH_SIGNS = {"cash": 1, "cash_in": 1, "cash_out": -1}
"""Which rows change what lies in the drawer, and which way."""
