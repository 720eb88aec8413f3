"""A person's word on a card payment, and the terminal's own later: agreed, or an alarm (D18)."""

from __future__ import annotations

import pytest
from tests.till.flow.shop import ANNA, Shop
from tests.till.flow.test_outcomes import EVA, stuck

from skrin.domain.codec import decode_body
from skrin.domain.payment import PaymentChecked
from skrin.till.devices.simulated import InstantCardTerminal
from skrin.till.flow import outcomes, paying, selling, stated
from skrin.till.flow.watching import ASK_EVERY_S


def checked(shop: Shop) -> list[PaymentChecked]:
    """What the journal has of the terminal's later words."""
    found = [e for e in shop.till.file.entries(1) if e.header.kind == "payment.checked"]
    bodies = [decode_body("payment.checked", 1, entry.body) for entry in found]
    return [body for body in bodies if isinstance(body, PaymentChecked)]


def speaks_again(card: InstantCardTerminal) -> None:
    """What the terminal kept to itself it tells when it is asked now."""
    card.unmute()


def watched(shop: Shop, rounds: int = 1) -> None:
    """Idle minutes pass."""
    for _ in range(rounds):
        shop.clock.forward(ASK_EVERY_S + 1)
        shop.counter.watch_lane.step()


@pytest.mark.requirement("R-CARD-007")
def test_a_charge_that_was_stated_not_to_be_is_an_alarm(shop: Shop) -> None:
    attempt = stuck(shop, planned="mute_charged")
    outcomes.state_outcome(shop.till, EVA, attempt, False)
    selling.abort(shop.till, ANNA)
    watched(shop)
    assert (checked(shop), len(shop.till.stated)) == ([], 1), "the terminal is still silent"
    speaks_again(shop.card)
    watched(shop)
    (said,) = checked(shop)
    assert (said.attempt_id, said.contradicts) == (attempt, True)
    assert (said.stated, said.stated_minor, said.stated_by) == ("declined", 0, "p2")
    assert (said.outcome, said.amount_minor) == ("approved", 249_00)
    part = shop.counter.card_terminal_state()
    assert (part.level, part.code, part.count) == ("bad", "card_terminal_contradicts", 1)
    watched(shop, 3)
    assert len(checked(shop)) == 1, "it is told once"
    shop.restart()
    assert shop.counter.card_terminal_state().code == "card_terminal_contradicts"
    shop.counter.close_days(EVA, shop.till.today())
    assert shop.counter.card_terminal_state().level == "good"


def test_a_charge_that_was_stated_to_be_and_is_not(shop: Shop) -> None:
    attempt = stuck(shop)
    outcomes.state_outcome(shop.till, EVA, attempt, True, "Kvitto 0042")
    shop.counter.work_off()
    speaks_again(shop.card)
    watched(shop)
    (said,) = checked(shop)
    assert (said.stated, said.stated_minor) == ("approved", 249_00)
    assert (said.outcome, said.amount_minor, said.contradicts) == ("declined", 0, True)


@pytest.mark.parametrize(("planned", "done"), [("mute", False), ("mute_charged", True)])
def test_a_word_that_the_terminal_confirms_is_no_alarm(
    shop: Shop, planned: str, done: bool
) -> None:
    attempt = stuck(shop, planned=planned)
    outcomes.state_outcome(shop.till, EVA, attempt, done, "Kvitto 0042")
    if done:
        shop.counter.work_off()
    else:
        selling.abort(shop.till, ANNA)
    speaks_again(shop.card)
    watched(shop)
    (said,) = checked(shop)
    assert not said.contradicts
    assert shop.till.stated == ()
    assert shop.counter.card_terminal_state().level == "good"


def test_an_answer_that_was_on_its_way_while_somebody_stated_is_held_against_it(
    shop: Shop,
) -> None:
    attempt = stuck(shop, planned="mute_charged")
    speaks_again(shop.card)
    running = shop.till.desk.attempt
    assert running is not None
    ask = paying.ask_of(shop.till, running, "Anna")
    answer = shop.card.status_of(ask, "9")
    outcomes.state_outcome(shop.till, EVA, attempt, False)
    outcomes.decide(shop.till, attempt, answer, by_status=True)
    (said,) = checked(shop)
    assert said.contradicts and shop.till.desk.attempt is None


def test_nobody_is_asked_while_somebody_sells_nor_after_a_week(shop: Shop) -> None:
    attempt = stuck(shop, planned="mute_charged")
    outcomes.state_outcome(shop.till, EVA, attempt, False)
    speaks_again(shop.card)
    watched(shop)
    assert checked(shop) == [], "the goods are still on the counter"
    selling.abort(shop.till, ANNA)
    shop.clock.forward(stated.ASKED_FOR_MS / 1000)
    watched(shop)
    assert checked(shop) == []
    assert shop.till.desk.cart is None
