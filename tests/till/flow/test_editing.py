"""Discounts, texts and prices on the open receipt, and who may give them."""

from __future__ import annotations

import pytest
from tests.till.flow.shop import ANNA, BUN, CARD_CASE, COFFEE, OPEN_PRICE, Shop

from skrin.domain.cart import Discount
from skrin.domain.desk import Finished
from skrin.domain.refusal import Refusal
from skrin.sync.messages import Person
from skrin.till.flow import editing, selling

EVA = Person("p2", "Eva", "manager", (1,))


def tap(shop: Shop, article: int, price_minor: int | None = None) -> None:
    selling.tap_article(shop.till, ANNA, shop.tap_id(), article, price_minor)


def paid(shop: Shop) -> Finished:
    shop.counter.pay_card(ANNA, shop.tap_id())
    finished = shop.till.desk.finished
    assert finished is not None
    return finished


@pytest.mark.requirement("R-DISC-002", "R-DISC-003", "R-DISC-005")
def test_a_receipt_discount_is_spread_over_the_rates(shop: Shop) -> None:
    selling.choose_way(shop.till, ANNA, "eat_in")
    tap(shop, COFFEE)  # 34.00 at 12 %
    tap(shop, CARD_CASE)  # 249.00 at 25 %
    tap(shop, OPEN_PRICE, 1_05)  # 1.05 at 25 %
    editing.discount_cart(shop.till, ANNA, shop.tap_id(), Discount(1000, 0, "Stammis"))
    (sealed,) = paid(shop).receipts
    assert sealed.total_minor == 284_05 - 28_41
    assert [(d.text, d.percent_bp, d.amount_minor) for d in sealed.discounts] == [
        ("Stammis", 1000, 28_41)
    ]
    assert sum(line.discount_minor for line in sealed.lines) == 28_41
    assert [(row.rate_bp, row.gross_minor, row.vat_minor) for row in sealed.vat] == [
        (2500, 250_05 - 25_01, 45_01),
        (1200, 34_00 - 3_40, 3_28),
    ]
    row = shop.till.file.totals("2026-11-20", 1)[("discounts", "")]
    assert row.amount_minor == 28_41


@pytest.mark.requirement("R-DISC-001")
def test_a_line_discount_in_percent_and_in_kronor(shop: Shop) -> None:
    tap(shop, COFFEE)
    tap(shop, BUN)
    editing.discount_line(shop.till, ANNA, shop.tap_id(), 1, Discount(1000, 0))
    editing.discount_line(shop.till, ANNA, shop.tap_id(), 2, Discount(0, 2_00, "Gårdagens"))
    (sealed,) = paid(shop).receipts
    assert [(line.amount_minor, line.line_discount_minor) for line in sealed.lines] == [
        (30_60, 3_40),
        (27_50, 2_00),
    ]
    assert sealed.lines[1].line_discount_text == "Gårdagens"


@pytest.mark.requirement("OPP-032")
def test_above_the_limit_takes_a_manager(shop: Shop) -> None:
    tap(shop, COFFEE)
    with pytest.raises(Refusal, match="pin_wanted"):
        editing.discount_cart(shop.till, ANNA, shop.tap_id(), Discount(1100, 0))
    editing.discount_cart(shop.till, ANNA, shop.tap_id(), Discount(1100, 0), EVA)
    cart = shop.till.desk.cart
    assert cart is not None
    assert cart.discounts[0].approved_by == "p2"


@pytest.mark.parametrize(
    ("discount", "code"),
    [
        (Discount(0, 0), "discount_empty"),
        (Discount(0, 34_01), "discount_too_large"),
        (Discount(10_001, 0), "discount_too_large"),
        (Discount(-5, 0), "discount_empty"),
    ],
)
def test_never_below_nothing(shop: Shop, discount: Discount, code: str) -> None:
    tap(shop, COFFEE)
    before = shop.till.head.seq
    with pytest.raises(Refusal, match=code):
        editing.discount_cart(shop.till, EVA, shop.tap_id(), discount)
    assert shop.till.head.seq == before


def test_a_discount_shrinks_with_the_goods(shop: Shop) -> None:
    tap(shop, CARD_CASE)
    tap(shop, COFFEE)
    editing.discount_cart(shop.till, EVA, shop.tap_id(), Discount(0, 200_00))
    selling.remove_line(shop.till, EVA, shop.tap_id(), 1)
    assert shop.till.desk.left_minor == 0
    shop.counter.pay_cash(EVA, shop.tap_id(), None)
    finished = shop.till.desk.finished
    assert finished and finished.receipts[0].total_minor == 0


@pytest.mark.requirement("R-SELL-008", "R-SELL-009")
def test_texts_under_a_line_and_on_the_receipt(shop: Shop) -> None:
    tap(shop, COFFEE)
    editing.note_line(shop.till, ANNA, shop.tap_id(), 1, "  utan\nsocker ")
    editing.note_cart(shop.till, ANNA, shop.tap_id(), "Bord 4")
    (sealed,) = paid(shop).receipts
    assert sealed.lines[0].note == "utan socker"
    assert sealed.notes == ("Bord 4",)
    with pytest.raises(Refusal, match="text_too_long"):
        editing.note_cart(shop.till, ANNA, shop.tap_id(), "x" * 61)


def test_a_price_takes_the_right_to_set_it(shop: Shop) -> None:
    tap(shop, CARD_CASE)
    with pytest.raises(Refusal, match="pin_wanted"):
        editing.reprice_line(shop.till, ANNA, shop.tap_id(), 1, 199_00)
    editing.reprice_line(shop.till, ANNA, shop.tap_id(), 1, 199_00, EVA)
    (sealed,) = paid(shop).receipts
    assert sealed.total_minor == 199_00
    assert (sealed.reduced_count, sealed.reduced_minor) == (1, 50_00)


def test_taking_a_discount_off(shop: Shop) -> None:
    tap(shop, COFFEE)
    editing.discount_cart(shop.till, ANNA, shop.tap_id(), Discount(500, 0))
    editing.discount_cart(shop.till, ANNA, shop.tap_id(), Discount(0, 1_00))
    editing.take_discount_off(shop.till, ANNA, shop.tap_id(), 0)
    assert shop.till.desk.left_minor == 33_00
    with pytest.raises(Refusal, match="discount_gone"):
        editing.take_discount_off(shop.till, ANNA, shop.tap_id(), 5)
