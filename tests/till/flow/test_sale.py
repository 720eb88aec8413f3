"""A sale through the flow: what is written, what is counted, what comes out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.till.flow.shop import (
    ANNA,
    BUN,
    CARD_CASE,
    COFFEE,
    FREE,
    OPEN_PRICE,
    WEIGHED,
    Shop,
)

from skrin.domain.codec import decode_body
from skrin.domain.journal import verify_chain
from skrin.domain.pricing import price_cart
from skrin.domain.receipt import ReceiptSealed
from skrin.domain.refusal import Refusal
from skrin.domain.report import add_rows, receipt_rows
from skrin.till.devices.contract import COVER_OPEN, PAPER_OUT, READY
from skrin.till.flow import closing, selling


def sealed_receipts(shop: Shop) -> list[ReceiptSealed]:
    bodies = [
        decode_body(e.header.kind, e.header.version, e.body) for e in shop.till.file.entries(1)
    ]
    return [body for body in bodies if isinstance(body, ReceiptSealed)]


def tap(shop: Shop, article: int, price_minor: int | None = None) -> None:
    selling.tap_article(shop.till, ANNA, shop.tap_id(), article, price_minor)


@pytest.mark.requirement("R-SELL-001", "R-PAY-004", "R-PAY-009")
def test_a_coffee_and_a_bun_in_cash(shop: Shop) -> None:
    selling.choose_way(shop.till, ANNA, "eat_in")
    tap(shop, COFFEE)
    tap(shop, BUN)
    shop.counter.pay_cash(ANNA, shop.tap_id(), 100_00)

    (sealed,) = sealed_receipts(shop)
    assert sealed.number == 1
    assert sealed.total_minor == 63_50
    assert sealed.rounding_minor == 50  # 63.50 is 64 in cash
    (paid,) = sealed.payments
    assert (paid.amount_minor, paid.tendered_minor, paid.change_minor) == (64_00, 100_00, 36_00)
    assert [(r.rate_bp, r.gross_minor, r.vat_minor) for r in sealed.vat] == [(1200, 63_50, 6_80)]
    assert sum(line.vat_minor for line in sealed.lines) == 6_80
    assert shop.kinds(5) == [
        "line.added",
        "line.added",
        "payment.taken",
        "receipt.sealed",
        "receipt.signed",
        "document.delivered",
    ]
    assert shop.printer.printed == 1
    assert shop.till.desk.cart is None
    assert shop.unit.counters[("5566778899", "TORG1", "normal")].total_minor == 63_50
    assert verify_chain(shop.till.file.entries(1)) is not None


@pytest.mark.requirement("R-SELL-014")
def test_the_rate_follows_way_and_date(shop: Shop) -> None:
    tap(shop, COFFEE)
    assert shop.till.desk.cart is not None
    assert [r.rate_bp for r in price_cart(shop.till.desk.cart, shop.till.rate_of).sold.vat] == [600]
    selling.choose_way(shop.till, ANNA, "eat_in")
    assert [r.rate_bp for r in price_cart(shop.till.desk.cart, shop.till.rate_of).sold.vat] == [
        1200
    ]


@pytest.mark.requirement("R-SELL-006", "R-SELL-007")
def test_lines_are_raised_lowered_and_removed(shop: Shop) -> None:
    tap(shop, COFFEE)
    tap(shop, COFFEE)
    tap(shop, BUN)
    selling.change_quantity(shop.till, ANNA, shop.tap_id(), 1, 1000)
    selling.change_quantity(shop.till, ANNA, shop.tap_id(), 1, -1000)
    selling.remove_line(shop.till, ANNA, shop.tap_id(), 2)
    cart = shop.till.desk.cart
    assert cart is not None
    assert [(line.item.name, line.quantity_milli) for line in cart.lines] == [("Bryggkaffe", 2000)]
    assert (cart.reduced_count, cart.reduced_minor) == (2, 34_00 + 29_50)
    with pytest.raises(Refusal, match="line_gone"):
        selling.remove_line(shop.till, ANNA, shop.tap_id(), 2)


def test_a_repeated_tap_is_one_coffee_and_two_taps_are_two(shop: Shop) -> None:
    tap_id = shop.tap_id()
    for _ in range(3):
        selling.tap_article(shop.till, ANNA, tap_id, COFFEE)
    tap(shop, COFFEE)
    cart = shop.till.desk.cart
    assert cart is not None
    assert [line.quantity_milli for line in cart.lines] == [2000]


@pytest.mark.requirement("R-SELL-003", "R-SELL-004")
def test_open_price_asks_and_zero_does_not(shop: Shop) -> None:
    with pytest.raises(Refusal, match="price_wanted"):
        tap(shop, OPEN_PRICE)
    tap(shop, OPEN_PRICE, 12_34)
    tap(shop, FREE)
    cart = shop.till.desk.cart
    assert cart is not None
    assert [line.full_minor for line in cart.lines] == [12_34, 0]


def test_a_repeated_payment_is_taken_once(shop: Shop) -> None:
    tap(shop, COFFEE)
    pay = shop.tap_id()
    for _ in range(3):
        shop.counter.pay_cash(ANNA, pay, None)
    assert len(sealed_receipts(shop)) == 1


@pytest.mark.requirement("R-SELL-010")
def test_an_aborted_cart_is_counted_and_sold_never(shop: Shop) -> None:
    tap(shop, CARD_CASE)
    selling.abort(shop.till, ANNA)
    assert shop.till.desk.cart is None
    totals = shop.till.file.totals("2026-11-20", 1)
    row = totals[("unfinished", "")]
    assert (row.count, row.amount_minor) == (1, 249_00)
    assert sealed_receipts(shop) == []


def test_a_card_is_charged_to_the_oere(shop: Shop) -> None:
    tap(shop, BUN)
    shop.counter.pay_card(ANNA, shop.tap_id())
    (sealed,) = sealed_receipts(shop)
    assert sealed.rounding_minor == 0
    assert sealed.payments[0].amount_minor == 29_50
    assert sealed.payments[0].card is not None
    assert shop.card.charged_minor == 29_50


@pytest.mark.parametrize("lost", ["lost", "never", "running"])
@pytest.mark.requirement("R-CARD-007")
def test_an_unknown_outcome_is_found_by_asking(shop: Shop, lost: str) -> None:
    tap(shop, COFFEE)
    shop.card.plan.append(lost)
    shop.counter.pay_card(ANNA, shop.tap_id())
    assert shop.till.desk.attempt is not None
    with pytest.raises(Refusal, match="outcome_unknown"):
        shop.counter.pay_card(ANNA, shop.tap_id())
    for _ in range(5):
        shop.counter.work_off()
        shop.clock.forward(2)
        shop.counter.sale_lane.step()
    shop.counter.work_off()
    charged = 0 if lost == "never" else 1
    assert shop.card.charges == charged
    assert len(sealed_receipts(shop)) == charged
    assert shop.till.desk.attempt is None
    if lost == "never":
        assert shop.till.desk.declined == "not_found"
        shop.counter.pay_card(ANNA, shop.tap_id())
        assert len(sealed_receipts(shop)) == 1


def test_a_declined_card_leaves_the_cart_open(shop: Shop) -> None:
    tap(shop, COFFEE)
    shop.card.plan.append("refusal")
    shop.counter.pay_card(ANNA, shop.tap_id())
    assert (shop.till.desk.state, shop.till.desk.declined) == ("open", "refusal")
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    assert sealed_receipts(shop)[0].payments[0].kind == "cash"


@pytest.mark.requirement("R-CTRL-001", "R-CTRL-003")
def test_no_payment_while_the_control_unit_is_silent(shop: Shop) -> None:
    tap(shop, COFFEE)
    before = shop.till.head.seq
    shop.unit.be_silent(1)
    with pytest.raises(Refusal, match="control_unit_silent"):
        shop.counter.pay_card(ANNA, shop.tap_id())
    assert shop.kinds(before + 1) == ["unit.failed"], "the fault is journaled, nothing else is"
    assert shop.till.series == {}
    assert shop.card.charges == 0
    shop.counter.pay_card(ANNA, shop.tap_id())
    assert sealed_receipts(shop)[0].number == 1


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"org_number": "5566"}, "org_number_unusable"),
        ({"org_number": ""}, "org_number_unusable"),
    ],
)
def test_a_register_that_no_unit_takes_is_refused_before_money(
    shop: Shop, wrong: dict[str, str], code: str
) -> None:
    tap(shop, COFFEE)
    before = shop.till.head.seq
    shop.till.registers.store = replace(shop.till.store, **wrong)
    with pytest.raises(Refusal, match=code):
        shop.counter.pay_card(ANNA, shop.tap_id())
    assert (shop.till.head.seq, shop.card.charges) == (before, 0)


@pytest.mark.requirement("R-CTRL-007")
@pytest.mark.parametrize("after_hearing", [False, True])
def test_silent_after_sealing_sends_the_same_until_signed(shop: Shop, after_hearing: bool) -> None:
    tap(shop, COFFEE)
    shop.counter.preflight.check_unit()
    shop.unit.be_silent(3, after_hearing=after_hearing)
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    assert shop.till.desk.pending is not None
    assert shop.printer.printed == 0
    with pytest.raises(Refusal, match="sale_waits_for_mark"):
        tap(shop, COFFEE)
    for _ in range(4):
        shop.counter.work_off()
    (sealed,) = sealed_receipts(shop)
    assert (sealed.number, sealed.message_serial) == (1, 1)
    signed = [k for k in shop.kinds() if k == "receipt.signed"]
    assert len(signed) == 1
    assert shop.printer.printed == 1
    counted = shop.unit.counters[("5566778899", "TORG1", "normal")].receipts
    assert counted == (4 if after_hearing else 1)


def test_invalid_sequence_renews_the_serial_and_keeps_the_number(shop: Shop) -> None:
    tap(shop, COFFEE)
    shop.unit.refuse("011")
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    assert "serial.renewed" in shop.kinds()
    (sealed,) = sealed_receipts(shop)
    assert sealed.number == 1
    assert shop.till.series == {"receipt": 1, "message": 2}


@pytest.mark.requirement("R-DEV-001", "R-DEV-002")
@pytest.mark.parametrize("condition", [PAPER_OUT, COVER_OPEN])
def test_no_payment_without_paper(shop: Shop, condition: str) -> None:
    tap(shop, COFFEE)
    shop.printer.state = condition
    with pytest.raises(Refusal, match=f"printer_{condition}"):
        shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    assert shop.till.desk.state == "open"
    shop.printer.state = READY
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    assert shop.printer.printed == 1


@pytest.mark.parametrize("loses_buffer", [False, True])
def test_paper_out_in_the_middle_prints_once(shop: Shop, loses_buffer: bool) -> None:
    tap(shop, COFFEE)
    shop.printer.stop_in_next, shop.printer.loses_buffer = PAPER_OUT, loses_buffer
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    assert shop.printer.printed == 0
    tap(shop, BUN)  # the next customer may begin
    with pytest.raises(Refusal, match="paper_waits"):
        shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    shop.printer.state = READY
    shop.counter.work_off()
    assert shop.printer.printed == 1
    assert ("delivery.repeated" in shop.kinds()) is loses_buffer
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    assert shop.printer.printed == 2


def test_running_totals_are_the_fold_of_the_journal(shop: Shop) -> None:
    for article in (COFFEE, BUN, WEIGHED, CARD_CASE):
        tap(shop, article)
        tap(shop, COFFEE)
        shop.counter.pay_cash(ANNA, shop.tap_id(), None)
        tap(shop, article)
        shop.counter.pay_card(ANNA, shop.tap_id())
    folded: dict = {}
    for sealed in sealed_receipts(shop):
        add_rows(folded, receipt_rows(sealed))
    kept = shop.till.file.totals("2026-11-20", 1)
    assert kept == folded
    assert kept[("receipts", "")].count == 8


@pytest.mark.requirement("R-CLOSE-002", "R-CLOSE-003", "R-CLOSE-006")
def test_forgotten_days_get_a_z_each(shop: Shop) -> None:
    tap(shop, COFFEE)
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    shop.clock.forward(2 * 86400)
    tap(shop, BUN)
    shop.counter.pay_card(ANNA, shop.tap_id())
    assert shop.counter.close_days(ANNA, "2026-11-22") == [1, 2, 3]
    days = [(c[1], c[2], c[4]) for c in shop.till.file.closings(10)]
    assert days == [("2026-11-22", 1, 29_50), ("2026-11-21", 1, 0), ("2026-11-20", 1, 34_00)]
    assert shop.till.grand.sales_minor == 63_50
    with pytest.raises(Refusal, match="nothing_to_close"):
        shop.counter.close_days(ANNA, "2026-11-22")
    assert shop.printer.printed == 2 + 3


@pytest.mark.requirement("R-MORE-008")
def test_a_sale_after_the_z_opens_a_second_period(shop: Shop) -> None:
    tap(shop, COFFEE)
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    shop.counter.close_days(ANNA, "2026-11-20")
    tap(shop, COFFEE)
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    assert shop.counter.close_days(ANNA, "2026-11-20") == [2]
    assert shop.till.file.last_closing()[1:3] == ("2026-11-20", 2)
    report = closing.open_report(shop.till, ANNA, shop.till.file)
    assert report.periods == ()
    assert report.grand.sales_minor == 68_00


def test_expected_cash_is_carried_when_nobody_counts(shop: Shop) -> None:
    closing.set_float(shop.till, ANNA, 1000_00)
    tap(shop, BUN)
    shop.counter.pay_cash(ANNA, shop.tap_id(), 50_00)
    report = closing.open_report(shop.till, ANNA, shop.till.file)
    assert (report.float_minor, report.cash_expected_minor) == (1000_00, 1030_00)
    shop.counter.close_days(ANNA, "2026-11-20")
    shop.clock.forward(86400)
    assert closing.open_report(shop.till, ANNA, shop.till.file).float_minor == 1030_00


def test_a_clock_that_went_back_stops_selling(shop: Shop) -> None:
    tap(shop, COFFEE)
    shop.clock.forward(-60)
    tap(shop, COFFEE)
    shop.clock.forward(-120)
    with pytest.raises(Refusal, match="clock_went_back"):
        tap(shop, COFFEE)
    assert [e.header.at_utc_ms for e in shop.till.file.entries(4)] == [1_795_165_200_000] * 2


def test_a_clock_that_went_back_hinders_no_start(shop: Shop) -> None:
    tap(shop, COFFEE)
    shop.clock.forward(-3600)
    shop.restart()
    assert shop.till.desk.cart is not None
    with pytest.raises(Refusal, match="clock_went_back"):
        tap(shop, COFFEE)
    shop.clock.forward(3600)
    tap(shop, COFFEE)
