"""Copies that the office ordered, at one till: made when it can be, once, or declined with why."""

from __future__ import annotations

import pytest
from tests.till.flow.shop import ANNA, BUN, Shop
from tests.till.flow.test_copying import EVA, bodies, copies_counted, sell

from skrin.domain.beside import CopyDeclined, CopySealed
from skrin.domain.refusal import Refusal
from skrin.sync.messages import OrderedCopy
from skrin.till.flow import closing, selling, training

SAGA = "Saga"


def orders(shop: Shop, *wanted: tuple[str, str], role: str = "manager") -> None:
    """The office's last answer: it is there, and wants these (order id, key) copied."""
    sharing = shop.till.sharing
    sharing.online = True
    sharing.copies = tuple(OrderedCopy(one, key, "9", SAGA, role) for one, key in wanted)


def idles(shop: Shop, seconds: float = 20.0) -> None:
    """Time passes and nobody sells."""
    shop.clock.forward(seconds)
    shop.counter.quiet_lane.step()
    shop.counter.work_off()


def declined(shop: Shop) -> list[CopyDeclined]:
    return [body for body in bodies(shop, "copy.declined") if isinstance(body, CopyDeclined)]


@pytest.mark.requirement("R-COPY-012", "OPP-013")
def test_it_is_made_once_in_the_name_of_who_ordered_it(shop: Shop) -> None:
    key = sell(shop)
    orders(shop, ("a" * 32, key))
    for _ in range(3):
        idles(shop)
    (made,) = bodies(shop, "copy.sealed")
    assert isinstance(made, CopySealed)
    assert (made.copy_id, made.cashier) == ("a" * 32, SAGA)
    assert copies_counted(shop)[0] == 1 and declined(shop) == []


def test_it_waits_for_the_day_the_counter_practice_and_the_office(shop: Shop) -> None:
    key = sell(shop)
    orders(shop, ("a" * 32, key))
    shop.till.sharing.online = False
    idles(shop)
    assert "copy.sealed" not in shop.kinds()
    orders(shop, ("a" * 32, key))
    selling.tap_article(shop.till, ANNA, shop.tap_id(), BUN)
    idles(shop)
    assert "copy.sealed" not in shop.kinds(), "goods lie on the counter"
    shop.counter.pay_card(ANNA, shop.tap_id())
    closing.close_days(shop.till, ANNA, shop.till.today(), shop.counter.paper_lane.fresh.add)
    shop.counter.work_off()
    idles(shop)
    assert "copy.sealed" not in shop.kinds(), "the day is closed: nobody would close it again"
    sell(shop)
    training.set_training(shop.till, EVA, True)
    idles(shop)
    assert "copy.sealed" not in shop.kinds()
    training.set_training(shop.till, EVA, False)
    idles(shop)
    assert shop.kinds().count("copy.sealed") == 1


def test_what_is_not_wanted_any_more_is_not_made(shop: Shop) -> None:
    key = sell(shop)
    orders(shop, ("a" * 32, key))
    orders(shop)
    idles(shop)
    assert "copy.sealed" not in shop.kinds()


@pytest.mark.requirement("R-COPY-001")
def test_a_second_copy_is_declined_with_why_and_said_once(shop: Shop) -> None:
    key = sell(shop)
    orders(shop, ("a" * 32, key))
    idles(shop)
    orders(shop, ("a" * 32, key), ("b" * 32, key))
    for _ in range(3):
        idles(shop)
    assert shop.kinds().count("copy.sealed") == 1
    assert declined(shop) == [CopyDeclined("b" * 32, key, "copy_made")]


def test_a_role_that_may_not_is_declined(shop: Shop) -> None:
    key = sell(shop)
    orders(shop, ("a" * 32, key), role="accountant")
    idles(shop)
    assert [one.reason for one in declined(shop)] == ["not_allowed"]
    assert "copy.sealed" not in shop.kinds()


def test_a_unit_or_a_printer_that_is_away_is_waited_for(shop: Shop) -> None:
    key = sell(shop)
    shop.clock.forward(60.0)
    shop.unit.be_silent(1)
    orders(shop, ("a" * 32, key))
    idles(shop, 0.0)
    assert "copy.sealed" not in shop.kinds() and declined(shop) == []
    idles(shop, 5.0)
    assert "copy.sealed" not in shop.kinds(), "not before its time"
    idles(shop, 15.0)
    assert shop.kinds().count("copy.sealed") == 1


def test_a_restart_makes_none_again(shop: Shop) -> None:
    key = sell(shop)
    orders(shop, ("a" * 32, key))
    idles(shop)
    shop.restart()
    orders(shop, ("a" * 32, key))
    idles(shop)
    assert shop.kinds().count("copy.sealed") == 1 and declined(shop) == []
    with pytest.raises(Refusal, match="copy_made"):
        shop.counter.copy_receipt(ANNA, shop.tap_id(), key)
