"""What the day wants, said where nothing is rung yet: its float, or the day before closed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.till.flow.shop import ANNA, COFFEE, STORE, Shop

from skrin.domain.article import BLOCKED, BY_ITSELF
from skrin.sync.messages import Person
from skrin.till.flow import closing, parking, selling, training
from skrin.till.ui import open_receipt

EVA = Person("p2", "Eva", "manager", (1,))


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.setattr(open_receipt, "gettext", str)
    monkeypatch.setattr(open_receipt, "reverse", str)
    return Shop(tmp_path)


def name(shop: Shop) -> str:
    """What is asked for; nothing: an empty text."""
    found = open_receipt.receipt(shop.till).prompt
    return found.name if found else ""


@pytest.mark.requirement("R-CASH-004", "OPP-019", "R-CLOSE-010")
def test_the_day_before_goes_first_then_the_float_then_nothing(shop: Shop) -> None:
    asked = open_receipt.prompt(shop.till)
    assert asked and (asked.name, asked.amount) == ("Cash float", "0,00")
    closing.set_float(shop.till, ANNA, 1000_00)
    assert name(shop) == ""
    shop.clock.forward(86400)
    assert name(shop) == "Close the day"
    shop.counter.close_days(EVA, "2026-11-20", closing.Count(990_00))
    asked = open_receipt.prompt(shop.till)
    assert asked and asked.amount == "990,00", "what was counted is proposed"
    training.set_training(shop.till, EVA, True)
    assert name(shop) == ""


def test_what_closes_by_itself_is_asked_for_only_when_it_cannot(shop: Shop) -> None:
    rules = replace(STORE, day_end=BY_ITSELF, parked_at_closing=BLOCKED)
    shop.till.registers.store = rules
    closing.set_float(shop.till, ANNA, 0)
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    parking.park(shop.till, ANNA, "Bord 4")
    shop.clock.forward(86400)
    assert name(shop) == "", "it is about to be closed"
    shop.counter.quiet_lane.step()
    assert name(shop) == "Close the day", "a parked receipt hinders it, so a person is asked"
