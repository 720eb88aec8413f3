"""Paying in parts, and backing out of a part again."""

from __future__ import annotations

import pytest
from tests.till.flow.shop import ANNA, BUN, CARD_CASE, Shop

from skrin.domain.refusal import Refusal
from skrin.till.flow import selling


@pytest.fixture
def rung(shop: Shop) -> Shop:
    selling.tap_article(shop.till, ANNA, shop.tap_id(), CARD_CASE)
    selling.tap_article(shop.till, ANNA, shop.tap_id(), BUN)
    return shop  # 278.50


@pytest.mark.requirement("R-PAY-005", "R-PAY-006")
def test_part_card_part_cash_is_rounded_on_the_cash_only(rung: Shop) -> None:
    rung.counter.pay_card(ANNA, rung.tap_id(), 100_00)
    assert rung.till.desk.left_minor == 178_50
    rung.counter.pay_cash(ANNA, rung.tap_id(), 100_00)
    assert rung.till.desk.left_minor == 78_50
    rung.counter.pay_cash(ANNA, rung.tap_id(), 100_00)
    finished = rung.till.desk.finished
    assert finished is not None
    (sealed,) = finished.receipts
    assert [(p.kind, p.amount_minor, p.change_minor) for p in sealed.payments] == [
        ("card", 100_00, 0),
        ("cash", 100_00, 0),
        ("cash", 79_00, 21_00),
    ]
    assert sealed.rounding_minor == 50


def test_backing_out_a_cash_part_gives_it_back(rung: Shop) -> None:
    pay = rung.tap_id()
    rung.counter.pay_cash(ANNA, pay, 100_00)
    with pytest.raises(Refusal, match="sale_is_being_paid"):
        selling.abort(rung.till, ANNA)
    rung.counter.back_out(ANNA, rung.tap_id(), pay)
    assert (rung.till.desk.state, rung.till.desk.left_minor) == ("open", 278_50)
    selling.abort(rung.till, ANNA)
    assert rung.till.desk.cart is None


def test_backing_out_a_card_part_voids_it_at_the_terminal(rung: Shop) -> None:
    pay = rung.tap_id()
    rung.counter.pay_card(ANNA, pay, 100_00)
    rung.counter.back_out(ANNA, rung.tap_id(), pay)
    assert (rung.card.charges, rung.card.returns, rung.card.charged_minor) == (1, 1, 0)
    assert (rung.till.desk.state, rung.till.desk.payments) == ("open", ())


@pytest.mark.parametrize("answer", ["not_sent", "lost", "never"])
def test_a_void_that_is_not_sent_or_unknown(rung: Shop, answer: str) -> None:
    pay = rung.tap_id()
    rung.counter.pay_card(ANNA, pay, 100_00)
    rung.card.plan.append(answer)
    rung.counter.back_out(ANNA, rung.tap_id(), pay)
    for _ in range(4):
        rung.counter.work_off()
        rung.clock.forward(3)
    gone = answer == "lost"
    assert (rung.till.desk.payments == ()) is gone
    assert rung.card.charged_minor == (0 if gone else 100_00)
    with pytest.raises(Refusal, match="payment_gone"):
        rung.counter.back_out(ANNA, rung.tap_id(), rung.tap_id())


def test_more_than_the_rest_is_no_card_payment(rung: Shop) -> None:
    with pytest.raises(Refusal, match="method_no_change"):
        rung.counter.pay_card(ANNA, rung.tap_id(), 300_00)
