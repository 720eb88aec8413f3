"""A tip on a card: money beside the sale, a debt to staff; and money that would not come back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.till.flow.shop import ANNA, CARD_CASE, COFFEE, METHODS, Shop

from skrin.domain.codec import decode_body
from skrin.domain.payment import PaymentDecided, PaymentMethod
from skrin.domain.refusal import Refusal
from skrin.till.flow import closing, selling, tips


def take_tips(shop: Shop) -> None:
    shop.till.registers.methods = [METHODS[0], replace(METHODS[1], tips=True)]


def test_a_tip_is_paid_with_the_sale_and_is_no_part_of_it(shop: Shop) -> None:
    take_tips(shop)
    shop.card.tip_minor = 6_00
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    shop.counter.pay_card(ANNA, shop.tap_id())
    assert shop.till.desk.finished is not None
    (sold,) = shop.till.desk.finished.receipts
    assert (sold.total_minor, sold.tip_minor, sold.to_pay_minor) == (34_00, 6_00, 40_00)
    (paid,) = sold.payments
    assert (paid.amount_minor, paid.tip_minor, paid.settled_minor) == (40_00, 6_00, 34_00)
    report = closing.open_report(shop.till, ANNA, shop.till.file)
    assert report.row("tips").amount_minor == 6_00
    assert report.row("method", "2").amount_minor == 40_00
    assert report.net_minor == 34_00
    (counted,) = shop.unit.counters.values()
    assert counted.total_minor == 34_00, "a tip is not registered as a sale"
    slip = shop.printer.slips[-1].decode("cp858")
    assert "Dricks" in slip and "40,00" in slip


def test_a_tip_on_the_last_part_settles_that_part_alone(shop: Shop) -> None:
    take_tips(shop)
    selling.tap_article(shop.till, ANNA, shop.tap_id(), CARD_CASE)
    shop.counter.pay(ANNA, shop.tap_id(), 1, 200_00)
    shop.card.tip_minor = 11_00
    shop.counter.pay_card(ANNA, shop.tap_id())
    assert shop.till.desk.finished is not None
    (sold,) = shop.till.desk.finished.receipts
    assert [(p.kind, p.amount_minor, p.tip_minor) for p in sold.payments] == [
        ("cash", 200_00, 0),
        ("card", 60_00, 11_00),
    ]


def test_nobody_is_asked_for_a_tip_where_the_method_takes_none(shop: Shop) -> None:
    shop.card.tip_minor = 6_00
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    shop.counter.pay_card(ANNA, shop.tap_id())
    assert shop.card.charged_minor == 34_00


def test_a_part_that_would_not_be_undone_says_so_and_the_entry_says_why(shop: Shop) -> None:
    selling.tap_article(shop.till, ANNA, shop.tap_id(), CARD_CASE)
    card = shop.tap_id()
    shop.counter.pay(ANNA, card, 2, 100_00)
    shop.card.plan.extend(["not_allowed", "not_allowed"])  # Nor as a refund.
    shop.counter.back_out(ANNA, shop.tap_id(), card)
    assert shop.till.desk.declined == "not_reversed"
    assert [paid.payment_id for paid in shop.till.desk.payments] == [card]
    entries = [e for e in shop.till.file.entries(1) if e.header.kind == "payment.decided"]
    said = decode_body("payment.decided", 1, entries[-1].body)
    assert isinstance(said, PaymentDecided) and said.reason == "not_allowed"


def test_a_lost_answer_to_a_void_is_asked_about_with_its_purpose(shop: Shop) -> None:
    asked = []
    question = shop.card.status_of
    shop.card.status_of = lambda ask, service_id: (  # type: ignore[method-assign]
        asked.append(ask.purpose) or question(ask, service_id)
    )
    selling.tap_article(shop.till, ANNA, shop.tap_id(), CARD_CASE)
    card = shop.tap_id()
    shop.counter.pay(ANNA, card, 2, 100_00)
    shop.card.plan.append("lost")
    shop.counter.back_out(ANNA, shop.tap_id(), card)
    shop.restart()
    shop.counter.work_off()
    assert asked and set(asked) == {"void"}
    assert shop.till.desk.payments == ()
    assert shop.card.charged_minor == 0


def pay_tip(shop: Shop, method: int, tip_minor: int, amount_minor: int | None = None) -> None:
    shop.counter.pay(ANNA, shop.tap_id(), method, amount_minor, tip_minor)


@pytest.mark.requirement("R-PAY-009", "OPP-006")
def test_a_tip_typed_at_the_till_is_charged_on_top_and_asked_for_nowhere_else(shop: Shop) -> None:
    take_tips(shop)
    shop.card.tip_minor = 99_00  # Who is asked gives it: nobody is.
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    pay_tip(shop, 2, 5_00)
    assert shop.card.charged_minor == 39_00
    assert shop.till.desk.finished is not None
    (sold,) = shop.till.desk.finished.receipts
    assert (sold.total_minor, sold.tip_minor, sold.to_pay_minor) == (34_00, 5_00, 39_00)
    slip = shop.printer.slips[-1].decode("cp858")
    assert "Dricks" in slip and "5,00" in slip
    report = closing.open_report(shop.till, ANNA, shop.till.file)
    assert (report.row("tips").amount_minor, report.net_minor) == (5_00, 34_00)


def test_a_typed_tip_survives_a_lost_answer(shop: Shop) -> None:
    take_tips(shop)
    shop.card.plan.append("lost")
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    pay_tip(shop, 2, 5_00)
    shop.restart()
    shop.counter.work_off()
    assert shop.till.desk.cart is None
    report = closing.open_report(shop.till, ANNA, shop.till.file)
    assert report.row("tips").amount_minor == 5_00


def test_a_tip_on_a_part_and_by_a_method_of_the_eye(shop: Shop) -> None:
    swish = PaymentMethod(
        3, "manual", "Swish", {}, "", "1930", False, "same", "works", False, False, 3, True
    )
    shop.till.registers.methods = [METHODS[0], replace(METHODS[1], tips=True), swish]
    selling.tap_article(shop.till, ANNA, shop.tap_id(), CARD_CASE)
    pay_tip(shop, 3, 10_00, 100_00)
    assert shop.till.desk.left_minor == 149_00
    pay_tip(shop, 2, 15_00)
    assert shop.till.desk.finished is not None
    (sold,) = shop.till.desk.finished.receipts
    assert [(p.name, p.amount_minor, p.tip_minor) for p in sold.payments] == [
        ("Swish", 110_00, 10_00),
        ("Kort", 164_00, 15_00),
    ]
    assert sold.tip_minor == 25_00


@pytest.mark.parametrize(
    ("method", "tip_minor", "code"),
    [
        (1, 5_00, "method_no_tip"),  # Cash never.
        (2, 5_00, "method_no_tip"),  # The card's rule says no.
        (3, 34_01, "tip_too_large"),
        (3, -1, "method_no_tip"),
    ],
)
def test_a_tip_that_is_refused_takes_nothing(
    shop: Shop, method: int, tip_minor: int, code: str
) -> None:
    swish = replace(METHODS[1], id=3, kind="manual", adapter="", tips=True)
    shop.till.registers.methods = [replace(METHODS[0], tips=True), METHODS[1], swish]
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    before = shop.till.head.seq
    with pytest.raises(Refusal, match=code):
        pay_tip(shop, method, tip_minor)
    assert shop.till.head.seq == before


def test_tips_are_proposed_in_whole_kronor(shop: Shop) -> None:
    assert tips.proposed(shop.till, 132_00) == [(500, 7_00), (1000, 13_00), (1500, 20_00)]
    assert tips.proposed(shop.till, 12_00) == [(500, 1_00), (1500, 2_00)]
    assert tips.proposed(shop.till, 40) == []
