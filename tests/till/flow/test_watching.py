"""The control unit is asked by itself while nobody sells (D15), and misses outlive a restart."""

from __future__ import annotations

from tests.till.flow.shop import ANNA, COFFEE, Shop

from skrin.till.flow import selling
from skrin.till.flow.watching import ASK_AGAIN_S, ASK_EVERY_S, LOOK_AGAIN_S


def asked(shop: Shop) -> list[int]:
    """Counts the questions to the control unit from now on."""
    counted: list[int] = []
    status = shop.unit.status
    shop.unit.status = lambda: counted.append(1) or status()  # type: ignore[method-assign]
    return counted


def test_an_idle_till_learns_by_itself_that_the_unit_is_silent_and_is_back(shop: Shop) -> None:
    lane, counter = shop.counter.watch_lane, shop.counter
    before = shop.till.head.seq + 1
    assert lane.step() == ASK_EVERY_S
    assert counter.unit_state().code == "control_unit_answers"
    assert counter.preflight.unit_id == shop.unit.unit_id
    shop.clock.forward(ASK_EVERY_S + 1)
    shop.unit.be_silent(1)
    assert lane.step() == ASK_AGAIN_S
    assert (counter.unit_state().level, counter.unit_state().code) == (
        "bad",
        "control_unit_silent",
    )
    shop.clock.forward(ASK_AGAIN_S)
    assert lane.step() == ASK_EVERY_S
    assert counter.unit_state().level == "good"
    assert shop.kinds(before) == ["unit.met", "unit.failed", "unit.answered"]
    shop.clock.forward(ASK_EVERY_S + 1)
    assert lane.step() == ASK_EVERY_S
    assert len(shop.kinds(before)) == 3, "nothing is journaled for an answer"


def test_it_never_asks_while_somebody_sells_nor_soon_after(shop: Shop) -> None:
    counted = asked(shop)
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    assert shop.counter.watch_lane.step() == LOOK_AGAIN_S
    assert counted == []
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    before = len(counted)
    assert shop.counter.watch_lane.step() > LOOK_AGAIN_S, "the sale has just heard from it"
    assert len(counted) == before
