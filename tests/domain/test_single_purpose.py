"""Single-purpose gift cards: the worked tables of docs/algorithms/giftcards.md, row by row, and
that nothing is taxed twice whatever is bought."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domain.worked import Row, tables

from skrin.domain.article import StoreCard
from skrin.domain.cart import Cart, CartLine, Item, Origin
from skrin.domain.giftcard import ISSUED, REDEEMED, GiftLoad, GiftPart, Purpose
from skrin.domain.payment import CARD, GIFT_CARD, Payment
from skrin.domain.receipt import ReceiptSealed, Seller
from skrin.domain.report import DayReport, GrandTotals, PeriodNet, add_rows, receipt_rows
from skrin.domain.sealing import Numbers, Sealing, seal
from skrin.domain.single_purpose import payable_minor
from skrin.exports.sie_voucher import AccountPlan, GroupAccount, RateAccount, voucher_of

RATES = {"standard": 2500, "food": 600, "restaurant": 1200, "exempt": 0}
GROUPS = {"standard": 10, "food": 20, "restaurant": 30}
CARDS = {"standard": 91, "food": 92}
STORE = StoreCard(
    *(1, 1, "Vete AB", "5566778899", "Vete", (), "", "SE", "SEK", "Europe/Stockholm", 240)
)
PLAN = AccountPlan(
    methods={1: "1580"},
    revenue=[
        GroupAccount(10, 2500, "", "3001"),
        GroupAccount(20, 600, "", "3003"),
        *(GroupAccount(group, rate, "", "2421") for group in (91, 92) for rate in (600, 2500)),
    ],
    vat=[RateAccount(2500, "", "2611"), RateAccount(600, "", "2631")],
    rounding="3740",
    tips="2890",
)

TABLES = tables("giftcards.md")


def minor(text: str) -> int:
    sign = -1 if text.startswith("−") else 1
    return sign * int(text.removeprefix("−").replace(" ", "").replace(",", ""))


def by_receipt(rows: list[Row]) -> Iterator[tuple[str, list[Row]]]:
    for name, chunk in groupby(rows, lambda row: row["Receipt"]):
        yield name, list(chunk)


def goods(number: int, vat_class: str, amount_minor: int, **more: object) -> CartLine:
    group = GROUPS.get(vat_class, 99)
    item = Item(
        *(number, str(number), vat_class, group, vat_class, "goods", "st", 0, amount_minor, 0),
        *(vat_class, vat_class),
    )
    return CartLine(number, 0, item, 1000, 0, **more)  # type: ignore[arg-type]


def card_sold(number: int, vat_class: str, amount_minor: int) -> CartLine:
    group = CARDS[vat_class]
    names = (0, str(group), "Presentkort", group, "Presentkort", "gift_card", "st", 0)
    item = Item(*names, amount_minor, 0, vat_class, vat_class, False, False)
    load = GiftLoad("k1", "0PK8", ISSUED, "2028-11-21", vat_class)
    return CartLine(number, 0, item, 1000, 0, gift=load)


def money(amount_minor: int) -> Payment:
    return Payment(f"m{amount_minor}", 1, CARD, "Kort", amount_minor, amount_minor, 0, 0)


def part(place: int, vat_class: str, amount_minor: int, sold_at_bp: int = 2500) -> Payment:
    """What a card pays."""
    purpose = Purpose(vat_class, sold_at_bp, CARDS[vat_class], str(CARDS[vat_class]), "Presentkort")
    gift = GiftPart(f"k{place}", "0PK8", 7_00, "2028-11-21", purpose)
    figures = (amount_minor, amount_minor, 0, 0)
    return Payment(f"p{place}", 4, GIFT_CARD, "Presentkort", *figures, gift=gift)


def cart_of(*lines: CartLine) -> Cart:
    return Cart("cart", "take_away", 1, tuple(lines), len(lines) + 1)


def sealed(cart: Cart, payments: list[Payment]) -> list[ReceiptSealed]:
    numbers = iter(range(1, 9))

    def following() -> Numbers:
        number = next(numbers)
        return Numbers(f"r{number}", number, number)

    sealing = Sealing(STORE, "VK1-1", "Alva", RATES.__getitem__)
    return seal(cart, payments, sealing, following)


def of_rows(rows: list[Row]) -> tuple[ReceiptSealed, int]:
    """The receipt of the first table's rows, and the money that was paid on it."""
    lines = [row["Line"].split() for row in rows]
    amounts = [minor(row["Amount"]) for row in rows]
    cart = cart_of(
        *(
            goods(place, vat_class, amount)
            for place, ((what, vat_class), amount) in enumerate(zip(lines, amounts, strict=True), 1)
            if what == "goods"
        )
    )
    parts = [
        part(place, vat_class, -amount)
        for place, ((what, vat_class), amount) in enumerate(zip(lines, amounts, strict=True), 1)
        if what == "card"
    ]
    left = sum(amounts)
    (receipt,) = sealed(cart, [*parts, *([money(left)] if left else [])])
    return receipt, left


def test_the_page_has_every_table() -> None:
    assert {section: [len(table) for table in found] for section, found in TABLES.items()} == {
        "Receipts": [12, 5],
        "What a card can pay": [5],
        "A card of 500,00, from its sale to a return": [4],
    }


@pytest.mark.requirement("R-PAY-010", "OPP-007")
def test_what_a_card_pays_is_not_taxed_again() -> None:
    lines, after = TABLES["Receipts"]
    for name, rows in by_receipt(lines):
        receipt, left = of_rows(rows)
        found = [(one.rate_bp, one.amount_minor, one.vat_minor) for one in receipt.lines]
        assert found == [
            (int(row["Rate"].split()[0]) * 100, minor(row["Amount"]), minor(row["VAT"]))
            for row in rows
        ], name
        assert [
            (row.rate_bp, row.gross_minor, row.vat_minor, row.net_minor) for row in receipt.vat
        ] == [
            (
                int(row["Rate"].split()[0]) * 100,
                *(minor(row[column]) for column in ("Gross", "VAT", "Net")),
            )
            for row in after
            if row["Receipt"] == name
        ], name
        assert {minor(row["Money"]) for row in after if row["Receipt"] == name} == {left}
        assert receipt.total_minor == left == sum(paid.amount_minor for paid in receipt.payments)
        assert not any(paid.gift for paid in receipt.payments), "a deduction is no payment"


@pytest.mark.requirement("OPP-007")
@pytest.mark.parametrize("row", TABLES["What a card can pay"][0])
def test_a_card_pays_for_goods_of_its_own_class_alone(row: Row) -> None:
    standard, food = minor(row["Goods standard"]), minor(row["Goods food"])
    lines = [goods(1, "standard", standard), goods(2, "food", food), card_sold(3, "standard", 1_00)]
    other = minor(row["Other cards standard"])
    parts = [part(1, "standard", other)] if other else []
    cart = cart_of(*(line for line in lines if line.full_minor))
    most = payable_minor(cart, parts, row["Card for"], RATES.__getitem__)
    assert min(most, minor(row["Left to pay"])) == minor(row["At most"])


def report_of(receipts: list[ReceiptSealed], day: str) -> DayReport:
    totals = add_rows({}, [row for one in receipts for row in receipt_rows(one)])
    net_minor = sum((1 if one.kind == "sale" else -1) * one.total_minor for one in receipts)
    return DayReport(
        *("z", 1, (PeriodNet(day, 1, net_minor),), "VK1-1", "t-1", "Skrin SE", "Skrin", "1"),
        *(Seller("Vete AB", "5566778899", "Vete", (), ""), "SEK", "Alva"),
        *(tuple(totals.values()), GrandTotals().after(totals), 0, 0, None, None),
    )


@pytest.mark.requirement("R-PAY-010", "R-PAY-009", "OPP-007")
def test_a_card_from_its_sale_to_a_return() -> None:
    knife = goods(1, "standard", 429_00)
    of = Origin("r1", "VK1-1", 1, 1, 1000, 429_00, 85_80, 2500, 0)
    back = replace(knife, back=True, origin=of)
    days = {
        "card sold": sealed(cart_of(card_sold(1, "standard", 500_00)), [money(500_00)]),
        "knife": sealed(cart_of(knife), [part(1, "standard", 429_00)]),
        "knife and bread": sealed(
            cart_of(knife, goods(2, "food", 51_00)), [part(1, "standard", 71_00), money(409_00)]
        ),
        "knife back": sealed(cart_of(back), [money(-429_00)]),
    }
    (table,) = TABLES["A card of 500,00, from its sale to a return"]
    assert [row["Day"] for row in table] == list(days)
    for row in table:
        report = report_of(days[row["Day"]], "2026-11-21")
        rates = report.rows_of("group_rate")
        figures = {
            "Sales": report.net_minor,
            "VAT": sum(one.vat_minor for one in rates),
            "Put on cards": sum(one.amount_minor for one in report.rows_of("gift_cards")),
            "Money": sum(one.amount_minor for one in report.rows_of("method")),
        }
        voucher = voucher_of(report, PLAN)
        assert voucher.difference_minor == 0
        booked = {line.account: line.amount_minor for line in voucher.lines}
        figures |= {name: booked.get(name, 0) for name in row if name.isdecimal()}
        assert figures == {name: minor(row[name]) for name in row if name != "Day"}
        assert sum(one.amount_minor for one in rates) == report.net_minor


@pytest.mark.requirement("R-RET-003", "OPP-007")
def test_money_back_rung_onto_a_card_is_a_return_and_a_sale() -> None:
    of = Origin("r9", "VK1-1", 9, 1, 1000, 429_00, 85_80, 2500, 0)
    knife = replace(goods(1, "standard", 429_00), back=True, origin=of)
    returned, sold = sealed(cart_of(knife, card_sold(2, "standard", 429_00)), [])
    assert (returned.kind, sold.kind) == ("return", "sale")
    assert [row.vat_minor for row in (*returned.vat, *sold.vat)] == [85_80, 85_80]
    assert [paid.name for paid in (*returned.payments, *sold.payments)] == ["Kvittning"] * 2


def test_an_exchange_is_settled_after_what_a_card_paid() -> None:
    of = Origin("r9", "VK1-1", 9, 1, 1000, 40_00, 8_00, 2500, 0)
    back = replace(goods(1, "standard", 40_00), back=True, origin=of)
    parts = [part(1, "standard", 60_00)]
    returned, sold = sealed(cart_of(back, goods(2, "standard", 100_00)), parts)
    assert (returned.total_minor, sold.total_minor) == (40_00, 40_00)
    assert [one.amount_minor for one in (*returned.payments, *sold.payments)] == [40_00, 40_00]
    assert sold.lines[-1].gift and sold.lines[-1].gift.cause == REDEEMED
    assert sold.vat[0].vat_minor == 8_00


AMOUNT = st.integers(1, 500_000)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["standard", "food"]), AMOUNT), min_size=1, max_size=8),
    st.lists(st.tuples(st.sampled_from(["standard", "food"]), AMOUNT), max_size=4),
)
def test_every_receipt_adds_up_and_no_rate_falls_below_zero(
    bought: list[tuple[str, int]], cards: list[tuple[str, int]]
) -> None:
    cart = cart_of(
        *(goods(n, vat_class, amount) for n, (vat_class, amount) in enumerate(bought, 1))
    )
    parts: list[Payment] = []
    for place, (vat_class, wanted) in enumerate(cards):
        amount = min(wanted, payable_minor(cart, parts, vat_class, RATES.__getitem__))
        if amount:
            parts.append(part(place, vat_class, amount))
    left = sum(amount for _, amount in bought) - sum(one.amount_minor for one in parts)
    (receipt,) = sealed(cart, [*parts, *([money(left)] if left else [])])
    assert receipt.total_minor == left == sum(line.amount_minor for line in receipt.lines)
    for row in receipt.vat:
        of_rate = [line for line in receipt.lines if line.rate_bp == row.rate_bp]
        assert row.gross_minor == sum(line.amount_minor for line in of_rate) >= 0
        assert row.vat_minor == sum(line.vat_minor for line in of_rate) >= 0
        assert abs(row.vat_minor * 10_000 - row.net_minor * row.rate_bp) <= 10_000
    assert voucher_of(report_of([receipt], "2026-11-21"), PLAN).difference_minor == 0
