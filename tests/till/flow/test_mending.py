"""Undo at the open receipt: by new entries, with all that a line had."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.till.flow.shop import ANNA, BUN, COFFEE, Shop

from skrin.domain.cart import Discount
from skrin.domain.refusal import Refusal
from skrin.sync.messages import Person
from skrin.till.flow import editing, mending, returning, selling
from skrin.till.flow.ringing import rung_article

EVA = Person("p2", "Eva", "manager", (1,))


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_a_removed_line_comes_back_with_its_discount_and_text(shop: Shop) -> None:
    till = shop.till
    selling.tap_article(till, ANNA, shop.tap_id(), COFFEE)
    selling.tap_article(till, ANNA, shop.tap_id(), BUN)
    editing.discount_line(till, ANNA, shop.tap_id(), 1, Discount(1000, 0, "Stammis"))
    editing.note_line(till, ANNA, shop.tap_id(), 1, "Utan lock")
    cart = till.desk.cart
    assert cart
    gone = cart.lines[0]
    selling.remove_line(till, ANNA, shop.tap_id(), 1)
    assert till.desk.left_minor == 29_50
    tap, seq = shop.tap_id(), till.head.seq
    mending.put_back(till, ANNA, tap, [gone])
    mending.put_back(till, ANNA, tap, [gone])
    assert shop.kinds(seq + 1) == ["line.added", "line.discounted", "line.noted"]
    assert till.desk.left_minor == 29_50 + 30_60
    assert till.desk.cart and till.desk.cart.lines[-1].note == "Utan lock"
    restarted = shop.restart().till
    assert restarted.desk == till.desk


def test_a_line_is_set_as_it_was_before(shop: Shop) -> None:
    till = shop.till
    selling.tap_article(till, ANNA, shop.tap_id(), COFFEE)
    cart = till.desk.cart
    assert cart
    before = cart.lines[0]
    editing.discount_line(till, ANNA, shop.tap_id(), 1, Discount(0, 3_00, ""))
    editing.note_line(till, ANNA, shop.tap_id(), 1, "Stark")
    assert till.desk.left_minor == 31_00
    mending.set_again(till, ANNA, shop.tap_id(), before)
    assert till.desk.cart and till.desk.cart.lines[0] == before
    assert till.desk.left_minor == 34_00


def test_receipt_discounts_are_given_again_in_their_order(shop: Shop) -> None:
    till = shop.till
    selling.tap_article(till, ANNA, shop.tap_id(), COFFEE)
    first, second = Discount(1000, 0, "Stammis"), Discount(0, 60, "Kupong")
    for discount in (first, second):
        editing.discount_cart(till, ANNA, shop.tap_id(), discount, EVA)
    assert till.desk.cart
    had, total_minor = till.desk.cart.discounts, till.desk.left_minor
    editing.take_discount_off(till, ANNA, shop.tap_id(), 0)
    mending.discounts_again(till, ANNA, shop.tap_id(), had)
    assert till.desk.cart and till.desk.cart.discounts == had
    assert had[1].approved_by == EVA.person
    assert till.desk.left_minor == total_minor == 34_00 - 3_40 - 60


def test_returned_goods_are_not_put_back_twice(shop: Shop) -> None:
    till = shop.till
    selling.tap_article(till, ANNA, shop.tap_id(), COFFEE)
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    shop.counter.work_off()
    returning.return_line(till, ANNA, shop.tap_id(), 1, 1)
    assert till.desk.cart
    back = till.desk.cart.lines[0]
    selling.remove_line(till, ANNA, shop.tap_id(), 1)
    returning.return_line(till, ANNA, shop.tap_id(), 1, 1)
    with pytest.raises(Refusal, match="nothing_left_to_return"):
        mending.put_back(till, ANNA, shop.tap_id(), [back])
    assert till.desk.left_minor == -34_00


def test_an_article_is_rung_in_the_place_of_a_line_with_its_quantity_and_text(shop: Shop) -> None:
    till = shop.till
    selling.tap_article(till, ANNA, shop.tap_id(), COFFEE)
    selling.change_quantity(till, ANNA, shop.tap_id(), 1, 2000)
    editing.note_line(till, ANNA, shop.tap_id(), 1, "Stark")
    mending.ring_instead(till, ANNA, shop.tap_id(), 1, rung_article(till, BUN))
    cart = till.desk.cart
    assert cart
    (line,) = cart.lines
    assert (line.item.name, line.quantity_milli, line.note) == ("Kanelbulle", 3000, "Stark")
    with pytest.raises(Refusal, match="line_gone"):
        mending.ring_instead(till, ANNA, shop.tap_id(), 1, rung_article(till, BUN))


def test_nothing_is_mended_while_the_cart_is_being_paid(shop: Shop) -> None:
    till = shop.till
    selling.tap_article(till, ANNA, shop.tap_id(), COFFEE)
    assert till.desk.cart
    line = till.desk.cart.lines[0]
    shop.counter.pay(ANNA, shop.tap_id(), 1, 10_00)
    for mend in (mending.put_back, mending.set_again):
        with pytest.raises(Refusal, match="sale_is_being_paid"):
            mend(till, ANNA, shop.tap_id(), [line] if mend is mending.put_back else line)  # type: ignore[operator]
