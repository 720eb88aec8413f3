"""A void that becomes a refund, and an outcome that only a manager can state (D18)."""

from __future__ import annotations

import pytest
from tests.till.flow.shop import ANNA, CARD_CASE, Shop

from skrin.domain.codec import decode_body
from skrin.domain.payment import PaymentBegun, PaymentDecided
from skrin.domain.refusal import Refusal
from skrin.sync.messages import Person
from skrin.till.flow import outcomes, selling

EVA = Person("p2", "Eva", "manager", (1,))


@pytest.fixture
def part(shop: Shop) -> Shop:
    """A thermos of 249.00, of which 100.00 is paid by card."""
    selling.tap_article(shop.till, ANNA, shop.tap_id(), CARD_CASE)
    shop.counter.pay(ANNA, shop.tap_id(), 2, 100_00)
    return shop


def back_out(shop: Shop) -> None:
    (paid,) = shop.till.desk.payments
    shop.counter.back_out(ANNA, shop.tap_id(), paid.payment_id)


def begun(shop: Shop) -> list[PaymentBegun]:
    found = [e for e in shop.till.file.entries(1) if e.header.kind == "payment.begun"]
    bodies = [decode_body("payment.begun", 1, entry.body) for entry in found]
    return [body for body in bodies if isinstance(body, PaymentBegun)]


def test_a_void_that_is_refused_goes_on_as_a_refund(part: Shop) -> None:
    part.card.plan.append("not_allowed")
    back_out(part)
    assert [(one.purpose, one.amount_minor) for one in begun(part)] == [
        ("charge", 100_00),
        ("void", 100_00),
        ("refund", -100_00),
    ]
    ids = {(one.attempt_id, one.service_id) for one in begun(part)}
    assert len(ids) == 3, "each attempt has ids of its own"
    assert (part.till.desk.payments, part.till.desk.state) == ((), "open")
    assert (part.till.desk.left_minor, part.card.charged_minor) == (249_00, 0)
    assert part.till.desk.payer == "p1"
    selling.abort(part.till, ANNA)
    assert part.till.desk.cart is None


def test_where_the_refund_is_refused_too_the_part_stays_paid(part: Shop) -> None:
    part.card.plan.extend(["not_allowed", "refusal"])
    back_out(part)
    assert part.till.desk.declined == "not_reversed"
    assert [paid.amount_minor for paid in part.till.desk.payments] == [100_00]
    with pytest.raises(Refusal, match="sale_is_being_paid"):
        selling.abort(part.till, ANNA)
    part.counter.pay_cash(ANNA, part.tap_id(), None)
    assert part.till.desk.cart is None, "the sale can still be finished"


@pytest.mark.parametrize("reason", sorted(outcomes.TRY_AGAIN))
def test_what_is_no_answer_to_the_void_is_not_refunded(part: Shop, reason: str) -> None:
    part.card.plan.append(reason)
    back_out(part)
    assert [one.purpose for one in begun(part)] == ["charge", "void"]
    assert len(part.till.desk.payments) == 1


def test_a_lost_answer_to_the_refund_is_asked_about_and_not_sent_again(part: Shop) -> None:
    part.card.plan.extend(["not_allowed", "lost"])
    back_out(part)
    part.restart()
    part.counter.work_off()
    assert (part.card.returns, part.card.charged_minor) == (1, 0)
    assert part.till.desk.payments == ()


def stuck(shop: Shop, planned: str = "mute") -> str:
    """A charge of which the terminal never says anything; the attempt's id."""
    selling.tap_article(shop.till, ANNA, shop.tap_id(), CARD_CASE)
    shop.card.plan.append(planned)
    tap = shop.tap_id()
    shop.counter.pay_card(ANNA, tap)
    for _ in range(3):
        shop.counter.sale_lane.step()
        shop.clock.forward(3)
    assert shop.till.desk.state == "stuck"
    assert shop.counter.sale_lane.asked_again == tap
    return tap


def last_decided(shop: Shop) -> tuple[PaymentDecided, str]:
    entry = [e for e in shop.till.file.entries(1) if e.header.kind == "payment.decided"][-1]
    body = decode_body("payment.decided", 1, entry.body)
    assert isinstance(body, PaymentDecided)
    return body, entry.header.user


@pytest.mark.requirement("R-CARD-007")
def test_a_manager_states_that_the_card_was_charged(shop: Shop) -> None:
    attempt = stuck(shop)
    with pytest.raises(Refusal, match="pin_wanted"):
        outcomes.state_outcome(shop.till, ANNA, attempt, True, "Kvitto 0042")
    with pytest.raises(Refusal, match="reference_wanted"):
        outcomes.state_outcome(shop.till, ANNA, attempt, True, "  ", EVA)
    outcomes.state_outcome(shop.till, ANNA, attempt, True, "Kvitto 0042", EVA)
    said, user = last_decided(shop)
    assert (said.outcome, said.learnt_by, said.reference) == ("approved", "person", "Kvitto 0042")
    assert (said.approved_by, user, said.amount_minor) == ("p2", "p1", 249_00)
    outcomes.state_outcome(shop.till, ANNA, attempt, True, "Kvitto 0042", EVA)
    shop.counter.work_off()
    finished = shop.till.desk.finished
    assert finished and finished.receipts[0].total_minor == 249_00
    assert "Kvitto 0042" in shop.printer.slips[-1].decode("cp858")


def test_a_manager_states_that_it_was_not_and_the_cart_is_free(shop: Shop) -> None:
    attempt = stuck(shop)
    shop.restart()
    outcomes.state_outcome(shop.till, EVA, attempt, False)
    assert (shop.till.desk.state, shop.till.desk.attempt) == ("open", None)
    assert last_decided(shop)[0].approved_by == ""
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    assert shop.till.desk.finished is not None


def test_nothing_is_stated_of_what_is_known(shop: Shop) -> None:
    selling.tap_article(shop.till, ANNA, shop.tap_id(), CARD_CASE)
    tap = shop.tap_id()
    shop.counter.pay_card(ANNA, tap)
    before = shop.till.head.seq
    outcomes.state_outcome(shop.till, EVA, tap, False)
    assert shop.till.head.seq == before, "the terminal had answered"
