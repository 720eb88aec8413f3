"""A small cast for documents and files: one bakery, and receipts told in the words of the trade."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from skrin.documents import Copied
from skrin.domain.beside import CopySealed
from skrin.domain.cart import DEPOSIT, MODIFIER, PART, Origin
from skrin.domain.discount import cash_rounding
from skrin.domain.paper import Logo
from skrin.domain.payment import CARD, CASH, MANUAL, SETTLEMENT, CardDetails, Payment
from skrin.domain.quantity import line_amount
from skrin.domain.receipt import (
    PRO_FORMA,
    RETURN,
    SALE,
    Delivery,
    DiscountRow,
    FiscalMark,
    ReceiptLine,
    ReceiptSealed,
    Seller,
    SignedReceipt,
)
from skrin.domain.report import (
    DayReport,
    GrandTotals,
    PeriodNet,
    Totals,
    TotalsRow,
    add_rows,
    expected_cash,
    receipt_rows,
)
from skrin.domain.vat import vat_per_rate

SELLER = Seller(
    company_name="Bageri Vetekornet AB",
    org_number="556677-8899",
    store_name="Vetekornet Kvarngatan",
    address=("Kvarngatan 12", "999 12 Vetinge"),
    phone="08-465 004 12",
)
FOOTER = ("Tack för besöket", "Spara kvittot, det behövs om du", "vill lämna tillbaka något.")
CODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567,ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MARK = FiscalMark("SIMU00000001", CODE, "0", "0", 7, 1)
SOLD_AT_UTC_MS = int(datetime(2026, 11, 20, 13, 5, 30, tzinfo=UTC).timestamp() * 1000)
CLOSED_AT_UTC_MS = int(datetime(2026, 11, 20, 22, 10, tzinfo=UTC).timestamp() * 1000)
OFFSET_MIN = 60
DAY = "2026-11-20"

GRAND_BEFORE = GrandTotals(250_000_00, 1_200_00)
GROUP_NAMES = {1: "Varm dryck", 2: "Bröd och bullar", 3: "Ost och chark", 4: "Husgeråd"}


@dataclass(frozen=True)
class Sold:
    """A line in a case: name, rate, price, how many, what was taken off."""

    name: str
    rate_bp: int
    price_minor: int
    quantity_milli: int = 1000
    discount_minor: int = 0
    unit: str = "st"
    decimals: int = 0
    group: int = 1
    item_kind: str = "goods"
    article: int = 0
    parent: int = 0
    role: str = ""
    note: str = ""
    own_discount_minor: int = 0
    own_text: str = ""
    origin: Origin | None = None


COFFEE = Sold("Bryggkaffe", 1200, 34_00)
BUN = Sold("Kanelbulle", 600, 25_50, 2000, group=2)
CHEESE = Sold("Västerbottensost", 600, 89_90, 455, unit="kg", decimals=3, group=3)
MUG = Sold("Kaffemugg, drejad i Vetinge", 2500, 249_00, group=4)

SLIP = (
    "     VETEKORNET KVARNGATAN",
    "KÖP                 2026-11-20",
    "VISA CREDIT   ************1234",
    "Kontaktlöst Chip",
    "Auktorisation: 123456",
    "BELOPP SEK               34,00",
    "          GODKÄNT",
)


def cash(due_minor: int, tendered_minor: int | None = None) -> Payment:
    """Cash for what is due, rounded to the krona."""
    rounding_minor = cash_rounding(due_minor, 100)
    amount_minor = due_minor + rounding_minor
    tendered = amount_minor if tendered_minor is None else tendered_minor
    return Payment(
        payment_id="p-cash",
        method=1,
        kind=CASH,
        name="Kontant",
        amount_minor=amount_minor,
        tendered_minor=tendered,
        change_minor=tendered - amount_minor,
        rounding_minor=rounding_minor,
        drawer=True,
    )


def card(amount_minor: int, slip: tuple[str, ...] = SLIP, tip_minor: int = 0) -> Payment:
    """A card payment with the customer's slip."""
    details = CardDetails(
        brand="Visa",
        masked_pan="************1234",
        approval_code="123456",
        acquirer_transaction_id="A-778",
        customer_slip=slip,
    )
    return Payment(
        payment_id="p-card",
        method=2,
        kind=CARD,
        name="Kort",
        amount_minor=amount_minor + tip_minor,
        tendered_minor=amount_minor + tip_minor,
        change_minor=0,
        rounding_minor=0,
        tip_minor=tip_minor,
        card=details,
    )


def swish(amount_minor: int) -> Payment:
    """Swish, seen by the cashier."""
    return Payment("p-swish", 3, MANUAL, "Swish", amount_minor, amount_minor, 0, 0)


def settled(amount_minor: int) -> Payment:
    """A return set off against a sale."""
    return Payment("p-settled", 0, SETTLEMENT, "Kvittning", amount_minor, amount_minor, 0, 0)


def receipt(
    sold: Sequence[Sold],
    payments: Sequence[Payment] | None = None,
    *,
    kind: str = SALE,
    number: int = 1042,
    way: str = "take_away",
) -> SignedReceipt:
    """A signed receipt of what was sold; paid in cash when nothing else is said."""
    full = [line_amount(line.quantity_milli, line.price_minor) for line in sold]
    left = [amount - line.discount_minor for amount, line in zip(full, sold, strict=True)]
    rows, line_vat = vat_per_rate(
        [(line.rate_bp, amount) for line, amount in zip(sold, left, strict=True)]
    )
    total_minor = sum(left)
    paid = tuple(payments) if payments is not None else (cash(total_minor),)
    assert sum(payment.settled_minor for payment in paid) == total_minor
    sealed = ReceiptSealed(
        receipt_id="r-1",
        kind=kind,
        number=number,
        cart_id="c-1",
        designation="VK1-1",
        seller=SELLER,
        currency="SEK",
        way=way,
        cashier="Alva",
        lines=tuple(
            _line(i + 1, line, amount, vat)
            for i, (line, amount, vat) in enumerate(zip(sold, left, line_vat, strict=True))
        ),
        vat=tuple(rows),
        payments=paid,
        total_minor=total_minor,
        rounding_minor=sum(payment.rounding_minor for payment in paid),
        tip_minor=sum(payment.tip_minor for payment in paid),
        discount_minor=sum(line.discount_minor for line in sold),
        reduced_count=0,
        reduced_minor=0,
        message_serial=7,
        footer=FOOTER,
    )
    return SignedReceipt(sealed, MARK, SOLD_AT_UTC_MS, OFFSET_MIN, "T7", "normal")


def _line(number: int, sold: Sold, amount_minor: int, vat_minor: int) -> ReceiptLine:
    return ReceiptLine(
        line=number,
        article=sold.article or 1000 + number,
        number=str(1000 + number),
        name=sold.name,
        group=sold.group,
        group_name=GROUP_NAMES.get(sold.group, f"Grupp {sold.group}"),
        item_kind=sold.item_kind,
        unit=sold.unit,
        decimals=sold.decimals,
        quantity_milli=sold.quantity_milli,
        unit_price_minor=sold.price_minor,
        amount_minor=amount_minor,
        discount_minor=sold.discount_minor,
        rate_bp=sold.rate_bp,
        vat_minor=vat_minor,
        cost_minor=0,
        rung_at_utc_ms=SOLD_AT_UTC_MS,
        parent=sold.parent,
        role=sold.role,
        note=sold.note,
        line_discount_minor=sold.own_discount_minor,
        line_discount_text=sold.own_text,
        origin=sold.origin,
    )


def with_header(signed: SignedReceipt, *header: str) -> SignedReceipt:
    """The receipt with the shop's own lines above."""
    return replace(signed, sealed=replace(signed.sealed, header=header))


def day_report(
    receipts: Sequence[SignedReceipt],
    *,
    number: int = 12,
    periods: Sequence[PeriodNet] | None = None,
    float_minor: int = 1000_00,
    counted_minor: int | None = None,
    extra: Sequence[TotalsRow] = (),
    before: GrandTotals = GRAND_BEFORE,
) -> DayReport:
    """The X (number 0) or Z of a day with these receipts."""
    totals: Totals = {}
    for signed in receipts:
        add_rows(totals, receipt_rows(signed.sealed))
    add_rows(totals, extra)
    report = DayReport(
        kind="z" if number else "x",
        number=number,
        periods=(),
        designation="VK1-1",
        register_serial="T7-1",
        model="Skrin",
        program="Skrin till",
        version="0.1.0",
        seller=SELLER,
        currency="SEK",
        cashier="Nils",
        rows=tuple(totals.values()),
        grand=before.after(totals),
        float_minor=float_minor,
        cash_expected_minor=expected_cash(float_minor, totals),
        cash_counted_minor=counted_minor,
        delivery=Delivery("d-1", "printer", "p", 42),
    )
    own = tuple(periods) if periods is not None else (PeriodNet(DAY, 1, report.net_minor),)
    return replace(report, periods=own)


RETURNED_BUN = receipt([replace(BUN, quantity_milli=1000)], kind=RETURN, number=1045)


def busy_day() -> list[SignedReceipt]:
    """A day with cash and card, three rates, a discount, a tip and a return."""
    return [
        receipt([COFFEE, BUN], [cash(85_00, 100_00)], number=1042),
        receipt([MUG, CHEESE], [card(289_90, tip_minor=20_00)], number=1043),
        receipt([replace(BUN, discount_minor=5_10), MUG], number=1044),
        RETURNED_BUN,
        receipt(
            [Sold("Kurs i surdeg", 2500, 450_00, item_kind="service", group=4)], [swish(450_00)]
        ),
    ]


DAY_EXTRAS = (
    TotalsRow("drawer", "", "", 2),
    TotalsRow("unfinished", "", "", 1, 0, 68_00),
    TotalsRow("reduced", "", "", 3, 0, 76_50),
)

LATTE = Sold("Caffe latte", 1200, 46_00, 2000)
MENU = [
    replace(LATTE, note="Extra varm, i egen mugg"),
    Sold("Havremjölk", 1200, 6_00, 2000, parent=1, role=MODIFIER),
    Sold("Lunchmeny", 1200, 0, 2000),
    Sold("Ostfralla", 1200, 39_90, 2000, parent=3, role=PART),
    Sold("Bryggkaffe", 1200, 19_64, 2000, parent=3, role=PART),
    Sold("Kanelbulle", 600, 29_46, 2000, parent=3, role=PART, group=2),
    Sold("Fläderlemonad, flaska", 600, 38_00, group=2),
    Sold("Pant", 600, 2_00, parent=7, role=DEPOSIT, group=2),
]


def with_discounts() -> SignedReceipt:
    """A line with a discount of its own and two on the whole receipt, texts under the goods."""
    signed = receipt(
        [
            replace(BUN, discount_minor=5_10 + 4_59 + 2_45, own_discount_minor=5_10,
                    own_text="Gårdagens bröd"),
            replace(MUG, discount_minor=24_90 + 13_32, note="Slås in som present"),
        ],
    )  # fmt: skip
    rows = (DiscountRow("Stamkund", 1000, 29_49), DiscountRow("", 0, 15_77))
    notes = ("Hämtas fredag", "Avtal 4711")
    return replace(signed, sealed=replace(signed.sealed, discounts=rows, notes=notes))


def origin(number: int, sold: Sold, left_minor: int) -> Origin:
    """The line of an earlier receipt that goods come back from."""
    return Origin(f"r-{number}", "VK1-1", number, 1, sold.quantity_milli, left_minor, 0, 0, 0)


def copied(signed: SignedReceipt, number: int = 3) -> Copied:
    """The copy of a receipt, made at another till a quarter of an hour later."""
    mark = replace(MARK, unit_id="SIMU00000002", code=f"{CODE[16:32]}{CODE[:16]};{CODE[33:]}")
    made = CopySealed("c-9", number, "VK1-2", "Maja", signed, "T7-1:44", 19)
    return Copied(made, mark, SOLD_AT_UTC_MS + 900_000, OFFSET_MIN)


def pro_forma() -> SignedReceipt:
    """What a table asks for before it pays: no receipt, no payment."""
    signed = receipt([COFFEE, BUN], number=5)
    sealed = replace(signed.sealed, kind=PRO_FORMA, payments=(), rounding_minor=0)
    return replace(signed, sealed=sealed)


def in_english(signed: SignedReceipt) -> SignedReceipt:
    """The receipt of a shop whose papers are in English."""
    return replace(signed, sealed=replace(signed.sealed, language="en"))


def logo(wide: int = 120, high: int = 40) -> Logo:
    """A ring, as a shop's mark may be."""
    rows = bytearray()
    for y in range(high):
        row = bytearray((wide + 7) // 8)
        for x in range(wide):
            far = ((2 * x - wide) / wide) ** 2 + ((2 * y - high) / high) ** 2
            if 0.5 < far < 1:
                row[x // 8] |= 0x80 >> (x % 8)
        rows += row
    return Logo(wide, high, base64.b64encode(bytes(rows)).decode())


RETURN_OF_ONE = receipt(
    [replace(BUN, quantity_milli=1000, discount_minor=0, origin=origin(17, BUN, 51_00))],
    kind=RETURN,
    number=1050,
)


def return_of_discounted() -> SignedReceipt:
    """Goods of two receipts, one of them sold for less than its price."""
    signed = receipt(
        [
            replace(MUG, origin=origin(17, MUG, 249_00)),
            replace(BUN, quantity_milli=1000, origin=origin(21, BUN, 46_00), price_minor=23_00),
        ],
        [card(272_00, slip=())],
        kind=RETURN,
        number=1051,
    )
    mug, bun = signed.sealed.lines
    lines = (mug, replace(bun, unit_price_minor=25_50))
    return replace(signed, sealed=replace(signed.sealed, lines=lines))


def exchange() -> tuple[SignedReceipt, SignedReceipt]:
    """A bun back, a mug out: two receipts, the difference in cash on the larger (D8)."""
    back = receipt(
        [replace(BUN, quantity_milli=1000, origin=origin(17, BUN, 51_00))],
        [settled(25_50)],
        kind=RETURN,
        number=1060,
    )
    out = receipt([MUG], [settled(25_50), cash(223_50, 500_00)], number=1061)
    return back, out
