"""Paying that takes more than one try: repeated taps, part payments, payments that were stopped."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.till.flow.shop import ANNA, COFFEE, Shop

from skrin.payments.contract import PaymentAnswer, PaymentAsk
from skrin.payments.nexo.answers import declined, unknown
from skrin.till.flow import selling


@pytest.fixture
def ringing(shop: Shop) -> Shop:
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    return shop


def answer_with(shop: Shop, *answers: Callable[[PaymentAsk], PaymentAnswer]) -> list[PaymentAsk]:
    """Let the card terminal answer payments so, one after the other; what it was asked."""
    asked: list[PaymentAsk] = []

    def pay(ask: PaymentAsk) -> PaymentAnswer:
        asked.append(ask)
        return answers[len(asked) - 1](ask)

    shop.card.pay = pay  # type: ignore[method-assign]
    return asked


def part(amount_minor: int) -> Callable[[PaymentAsk], PaymentAnswer]:
    return lambda ask: PaymentAnswer("approved", "partial", amount_minor)


def whole(ask: PaymentAsk) -> PaymentAnswer:
    return PaymentAnswer("approved", "", ask.amount_minor)


@pytest.mark.requirement("R-CARD-007")
@pytest.mark.parametrize("restarted", [False, True])
def test_a_tap_whose_payment_was_declined_is_not_charged_when_it_comes_again(
    ringing: Shop, restarted: bool
) -> None:
    asked = answer_with(ringing, lambda ask: declined("refusal"), whole)
    tap_id = ringing.tap_id()
    ringing.counter.pay_card(ANNA, tap_id)
    if restarted:
        ringing.restart()
    before = ringing.till.head.seq
    ringing.counter.pay_card(ANNA, tap_id)
    assert len(asked) == 1
    assert ringing.till.head.seq == before
    ringing.counter.pay_card(ANNA, ringing.tap_id())
    assert [ask.attempt_id == tap_id for ask in asked] == [True, False]
    assert ringing.till.series["receipt"] == 1


def test_an_aborted_cart_takes_its_refused_card_along(ringing: Shop) -> None:
    answer_with(ringing, lambda ask: declined("refusal"))
    ringing.counter.pay_card(ANNA, ringing.tap_id())
    selling.abort(ringing.till, ANNA)
    assert ringing.till.desk.declined == ""
    assert ringing.till.desk.tried == frozenset()


def test_a_second_part_that_was_not_charged_leaves_the_first(ringing: Shop) -> None:
    answer_with(ringing, part(10_00), lambda ask: unknown("no_answer"), whole)
    for _ in range(2):
        ringing.counter.pay_card(ANNA, ringing.tap_id())
    assert ringing.till.desk.state == "stuck"
    ringing.counter.sale_lane.step()  # The card terminal knows nothing of the second.
    desk = ringing.till.desk
    assert (desk.state, desk.left_minor, desk.declined) == ("paying", 24_00, "not_found")
    ringing.counter.pay_card(ANNA, ringing.tap_id())
    assert ringing.till.desk.cart is None
    finished = ringing.till.desk.finished
    assert finished is not None
    assert [paid.amount_minor for paid in finished.receipts[0].payments] == [10_00, 24_00]


def test_a_stop_is_for_the_payment_that_runs(ringing: Shop) -> None:
    stops: list[str] = []
    ringing.card.abort = lambda ask, service_id: stops.append(ask.attempt_id)  # type: ignore[method-assign]
    lane = ringing.counter.sale_lane
    seen: list[bool] = []

    def stopped(ask: PaymentAsk) -> PaymentAnswer:
        lane.stop_payment()
        lane.stop_payment()
        seen.append(lane.stop_asked)
        return declined("aborted")

    def next_one(ask: PaymentAsk) -> PaymentAnswer:
        seen.append(lane.stop_asked)
        lane.stop_payment()
        return declined("aborted")

    asked = answer_with(ringing, stopped, next_one)
    for _ in range(2):
        ringing.counter.pay_card(ANNA, ringing.tap_id())
    assert seen == [True, False]
    assert stops == [ask.attempt_id for ask in asked]
    assert not lane.stop_asked
