"""Returns and exchanges: cumulative, at the sale's rate, never more than is left."""

from __future__ import annotations

import pytest
from tests.till.flow.shop import ANNA, BUN, CARD_CASE, COFFEE, OPEN_PRICE, Shop

from skrin.domain.desk import Finished
from skrin.domain.receipt import ReceiptSealed
from skrin.domain.refusal import Refusal
from skrin.sync.messages import Person
from skrin.till.flow import closing, returning, selling

EVA = Person("p2", "Eva", "manager", (1,))


def tap(shop: Shop, article: int, price_minor: int | None = None) -> None:
    selling.tap_article(shop.till, ANNA, shop.tap_id(), article, price_minor)


def done(shop: Shop) -> tuple[ReceiptSealed, ...]:
    finished: Finished | None = shop.till.desk.finished
    assert finished is not None
    return finished.receipts


def sell_three_at_2495(shop: Shop) -> None:
    """Three of one line for 24.95 in all: 8.3166... each."""
    tap(shop, OPEN_PRICE, 24_95)
    shop.counter.pay_card(ANNA, shop.tap_id())


@pytest.mark.requirement("R-RET-002", "R-RET-004", "R-RET-003")
def test_single_returns_undo_a_sale_exactly(shop: Shop) -> None:
    for _ in range(3):
        tap(shop, BUN)
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    (sold,) = done(shop)
    back = []
    for _ in range(3):
        returning.return_line(shop.till, ANNA, shop.tap_id(), sold.number, 1, 1000)
        shop.counter.pay_card(ANNA, shop.tap_id())
        (returned,) = done(shop)
        assert returned.kind == "return"
        back.append((returned.total_minor, sum(row.vat_minor for row in returned.vat)))
    assert sum(amount for amount, _ in back) == sold.total_minor == 88_50
    assert sum(vat for _, vat in back) == sum(row.vat_minor for row in sold.vat)
    with pytest.raises(Refusal, match="nothing_left_to_return"):
        returning.return_line(shop.till, ANNA, shop.tap_id(), sold.number, 1, 1000)
    report = closing.open_report(shop.till, ANNA, shop.till.file)
    assert report.net_minor == 0
    assert (report.row("returns").count, report.row("returns").amount_minor) == (3, 88_50)
    assert report.grand.net_minor == 0
    assert report.grand.sales_minor == 88_50


def test_never_more_than_is_left_also_on_the_counter(shop: Shop) -> None:
    tap(shop, COFFEE)
    tap(shop, COFFEE)
    shop.counter.pay_card(ANNA, shop.tap_id())
    (sold,) = done(shop)
    returning.return_line(shop.till, ANNA, shop.tap_id(), sold.number, 1, 1000)
    returning.return_line(shop.till, ANNA, shop.tap_id(), sold.number, 1, 1000)
    with pytest.raises(Refusal, match="nothing_left_to_return"):
        returning.return_line(shop.till, ANNA, shop.tap_id(), sold.number, 1, 1000)
    assert shop.till.desk.left_minor == -68_00


def test_a_return_carries_the_rate_of_its_sale(shop: Shop) -> None:
    selling.choose_way(shop.till, ANNA, "eat_in")
    tap(shop, COFFEE)
    shop.counter.pay_card(ANNA, shop.tap_id())
    (sold,) = done(shop)
    returning.return_line(shop.till, ANNA, shop.tap_id(), sold.number, 1)
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    (returned,) = done(shop)
    assert [(row.rate_bp, row.vat_minor) for row in returned.vat] == [(1200, 3_64)]
    assert returned.lines[0].origin is not None
    assert returned.payments[0].amount_minor == 34_00


@pytest.mark.requirement("R-RET-001", "R-RET-005", "R-SELL-011")
def test_return_mode_ends_after_one_receipt(shop: Shop) -> None:
    with pytest.raises(Refusal, match="pin_wanted"):
        returning.set_mode(shop.till, ANNA, "once")
    returning.set_mode(shop.till, ANNA, "once", EVA)
    tap(shop, BUN)
    assert shop.till.desk.left_minor == -29_50
    shop.restart()
    assert shop.till.desk.return_mode == "once"
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    (returned,) = done(shop)
    assert (returned.kind, returned.total_minor, returned.rounding_minor) == ("return", 29_50, 50)
    assert returned.payments[0].amount_minor == 30_00
    assert shop.till.desk.return_mode == "off"
    shop.restart()
    tap(shop, BUN)
    assert shop.till.desk.left_minor == 29_50


@pytest.mark.requirement("R-MORE-001")
def test_an_exchange_is_two_receipts_return_first(shop: Shop) -> None:
    tap(shop, BUN)
    shop.counter.pay_card(ANNA, shop.tap_id())
    (sold,) = done(shop)
    returning.return_line(shop.till, ANNA, shop.tap_id(), sold.number, 1)
    tap(shop, CARD_CASE)
    assert shop.till.desk.left_minor == 249_00 - 29_50
    shop.unit.be_silent(0)
    shop.counter.pay_cash(ANNA, shop.tap_id(), 300_00)
    returned, new = done(shop)
    assert (returned.kind, returned.number, new.kind, new.number) == ("return", 2, "sale", 3)
    assert [(p.kind, p.amount_minor) for p in returned.payments] == [("settlement", 29_50)]
    assert [(p.kind, p.amount_minor) for p in new.payments] == [
        ("settlement", 29_50),
        ("cash", 220_00),
    ]
    assert new.rounding_minor == 50
    assert (returned.exchange_with, new.exchange_with) == (new.receipt_id, returned.receipt_id)
    report = closing.open_report(shop.till, ANNA, shop.till.file)
    assert report.row("method", "0").amount_minor == 0  # Kvittning sums to nothing
    assert shop.printer.printed == 3


def test_both_halves_are_signed_before_either_is_delivered(shop: Shop) -> None:
    tap(shop, BUN)
    shop.counter.pay_card(ANNA, shop.tap_id())
    (sold,) = done(shop)
    returning.return_line(shop.till, ANNA, shop.tap_id(), sold.number, 1)
    tap(shop, BUN)
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    kinds = shop.kinds(shop.till.file.receipt_seqs(2)[0])  # type: ignore[index]
    assert kinds == [
        "receipt.sealed",
        "receipt.sealed",
        "receipt.signed",
        "receipt.signed",
        "document.delivered",
        "document.delivered",
    ]


def test_a_return_of_a_return_is_not_a_thing(shop: Shop) -> None:
    tap(shop, BUN)
    shop.counter.pay_card(ANNA, shop.tap_id())
    returning.return_line(shop.till, ANNA, shop.tap_id(), 1, 1)
    shop.counter.pay_card(ANNA, shop.tap_id())
    with pytest.raises(Refusal, match="not_returnable"):
        returning.return_line(shop.till, ANNA, shop.tap_id(), 2, 1)
    with pytest.raises(Refusal, match="receipt_unknown"):
        returning.return_line(shop.till, ANNA, shop.tap_id(), 99, 1)
