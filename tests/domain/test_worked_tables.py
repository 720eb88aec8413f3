"""The worked tables of docs/algorithms/money.md, row by row against the program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

import pytest
from tests.domain.worked import Row, tables

from skrin.domain.discount import cash_rounding, percentage_of, returned_part, spread_discount
from skrin.domain.money import parse_amount, share
from skrin.domain.payment import Payment
from skrin.domain.quantity import line_amount
from skrin.domain.receipt import SALE, ReceiptSealed, Seller
from skrin.domain.refunding import PaidPart, paid_parts, up_to, without
from skrin.domain.refusal import Refusal
from skrin.domain.vat import vat_per_rate, vat_within

TABLES = tables("money.md")


def rows(section: str, table: int = 0) -> list[Row]:
    return TABLES[section][table]


def minor(text: str) -> int:
    """`−1 234,50` in öre, by an arithmetic of its own."""
    match = re.fullmatch(r"(−?)([\d ]+),(\d\d)", text)
    assert match, text
    value = int(match[2].replace(" ", "")) * 100 + int(match[3])
    return -value if match[1] else value


def milli(text: str) -> int:
    whole, _, part = text.partition(",")
    return int(whole) * 1000 + int(part.ljust(3, "0"))


def bp(text: str) -> int:
    return int(text.removesuffix(" %")) * 100


def by_case(section: str, column: str) -> Iterator[tuple[str, list[Row]]]:
    for case, chunk in groupby(rows(section), lambda row: row[column]):
        yield case, list(chunk)


def test_the_page_has_every_table() -> None:
    assert {section: [len(table) for table in found] for section, found in TABLES.items()} == {
        "Line amounts": [6],
        "VAT within a price": [8],
        "VAT of a receipt, shared to its lines": [9],
        "Receipt discounts": [10, 4],
        "Deals": [3],
        "Returns": [7],
        "Money back as it was paid": [6],
        "Cash": [7],
        "Amounts that a person types": [21],
    }


def test_line_amounts() -> None:
    for row in rows("Line amounts"):
        assert line_amount(milli(row["Quantity"]), minor(row["Price"])) == minor(row["Amount"]), row


def test_vat_within_a_price() -> None:
    for row in rows("VAT within a price"):
        gross, vat = minor(row["Gross"]), minor(row["VAT"])
        assert vat_within(gross, bp(row["Rate"])) == vat, row
        assert gross - vat == minor(row["Net"]), row


def test_vat_of_a_receipt_and_its_shares() -> None:
    for case, lines in by_case("VAT of a receipt, shared to its lines", "Receipt"):
        amounts = [(bp(line["Rate"]), minor(line["Amount"])) for line in lines]
        totals, shares = vat_per_rate(amounts)
        assert shares == [minor(line["VAT of the line"]) for line in lines], case
        of_rate = {row.rate_bp: row.vat_minor for row in totals}
        for line in lines:
            assert of_rate[bp(line["Rate"])] == minor(line["VAT of the rate"]), case


def test_receipt_discounts_are_spread() -> None:
    for case, lines in by_case("Receipt discounts", "Case"):
        left = [(bp(line["Rate"]), minor(line["Amount before"])) for line in lines]
        parts = spread_discount(minor(lines[0]["Discount"]), left)
        assert parts == [minor(line["Part"]) for line in lines], case


@pytest.mark.requirement("R-DISC-002", "R-DISC-005")
def test_percentages_are_taken_once() -> None:
    for row in rows("Receipt discounts", 1):
        assert percentage_of(minor(row["Sum"]), bp(row["Per cent"])) == minor(row["Discount"]), row


def test_deals_are_spread() -> None:
    lines = rows("Deals")
    parts = share(minor(lines[0]["Deal"]), [minor(line["Ordinary price"]) for line in lines])
    assert parts == [minor(line["Part"]) for line in lines]


def test_returns_are_cumulative() -> None:
    for case, lines in by_case("Returns", "Line"):
        for row in lines:
            sold, before, now = (
                milli(row[column]) for column in ("Sold", "Returned before", "Returned now")
            )
            back = returned_part(minor(row["Amount"]), sold, before, now)
            vat_back = returned_part(minor(row["VAT"]), sold, before, now)
            assert back == minor(row["Gives back"]), row
            assert vat_back == minor(row["VAT given back"]), row
        assert sum(minor(row["Gives back"]) for row in lines) == minor(lines[0]["Amount"]), case
        assert sum(minor(row["VAT given back"]) for row in lines) == minor(lines[0]["VAT"]), case


@pytest.mark.requirement("R-PAY-004")
def test_cash_is_rounded() -> None:
    for row in rows("Cash"):
        due, rounding = minor(row["Cash part"]), minor(row["Rounding"])
        assert cash_rounding(due, 100) == rounding, row
        assert due + rounding == minor(row["Paid"]), row


def test_typed_amounts() -> None:
    for row in rows("Amounts that a person types"):
        typed = row["Typed"].strip("`")
        refused = re.fullmatch(r"refused: (\w+)", row["Is"])
        if refused is None:
            assert parse_amount(typed) == minor(row["Is"]), row
            continue
        with pytest.raises(Refusal) as refusal:
            parse_amount(typed)
        assert refusal.value.code == refused[1], row


def paid_as(text: str) -> list[PaidPart]:
    """`card 80,00, cash 20,00`, each kind as a method of its own."""
    found = re.findall(r"(cash|card|gift|swish) ([\d ]+,\d\d)", text)
    kinds = {"cash": 1, "card": 2, "gift": 3, "swish": 4}
    return [PaidPart(kinds[kind], kind, kind, minor(amount)) for kind, amount in found]


@pytest.mark.requirement("R-RET-003")
@pytest.mark.parametrize("row", rows("Money back as it was paid"))
def test_money_goes_back_as_it_was_paid(row: Row) -> None:
    payments = [
        Payment(f"p{place}", part.method, part.kind, part.name, part.amount_minor, 0, 0, 0)
        for place, part in enumerate(paid_as(row["Paid"]))
    ]
    total_minor = sum(one.amount_minor for one in payments)
    sealed = ReceiptSealed(
        *("r1", SALE, 7, "cart", "VK1-1", Seller("", "", "", (), ""), "SEK", "take_away", "Alva"),
        *((), (), tuple(payments), total_minor, 0, 0, 0, 0, 0, 1),
    )
    open_parts = without(paid_parts(sealed), minor(row["Came back before"]))
    assert up_to(open_parts, minor(row["Comes back now"])) == paid_as(row["Proposed"])
