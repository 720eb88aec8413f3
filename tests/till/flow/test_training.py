"""Training: everything as in earnest, and nothing of it real (D9)."""

from __future__ import annotations

import re

import pytest
from tests.till.flow.shop import ANNA, BUN, CARD_CASE, COFFEE, Shop

from skrin.domain.receipt import ReceiptSealed
from skrin.domain.refusal import Refusal
from skrin.sync.messages import Person
from skrin.till.flow import (
    closing,
    parking,
    paying,
    reporting,
    returning,
    selling,
    soldout,
    training,
)

EVA = Person("p2", "Eva", "manager", (1,))


def tap(shop: Shop, article: int) -> None:
    selling.tap_article(shop.till, ANNA, shop.tap_id(), article)


def sell(shop: Shop, article: int = COFFEE, *, card: bool = False) -> ReceiptSealed:
    tap(shop, article)
    (shop.counter.pay_card if card else shop.counter.pay_cash)(ANNA, shop.tap_id(), None)
    assert shop.till.desk.finished is not None
    return shop.till.desk.finished.receipts[0]


def practise(shop: Shop, on: bool = True) -> None:
    training.set_training(shop.till, ANNA, on, EVA if on else None)


def test_training_takes_a_right_and_an_empty_counter(shop: Shop) -> None:
    with pytest.raises(Refusal, match="not_allowed"):
        training.set_training(shop.till, ANNA, True)
    tap(shop, COFFEE)
    with pytest.raises(Refusal, match="cart_on_counter"):
        practise(shop)
    selling.abort(shop.till, ANNA)
    practise(shop)
    assert shop.till.desk.training
    shop.restart()
    assert shop.till.desk.training
    practise(shop, on=False)
    practise(shop, on=False)
    shop.restart()
    assert not shop.till.desk.training
    assert shop.kinds().count("training.set") == 2


def test_training_ends_what_was_begun_without_goods(shop: Shop) -> None:
    selling.choose_way(shop.till, ANNA, "eat_in")
    returning.set_mode(shop.till, ANNA, "locked", EVA)
    practise(shop)
    assert (shop.till.desk.cart, shop.till.desk.return_mode) == (None, "off")


@pytest.mark.requirement("R-SUP-003")
def test_practice_has_its_own_series_and_mark_and_counts_only_itself(shop: Shop) -> None:
    real = sell(shop)
    shown = closing.open_report(shop.till, ANNA, shop.till.file)
    practise(shop)
    first_seq = shop.till.head.seq + 1
    first, second = sell(shop), sell(shop, CARD_CASE, card=True)
    assert [sealed.number for sealed in (real, first, second)] == [1, 1, 2]
    assert shop.card.charges == 0
    assert {e.header.mode for e in shop.till.file.entries(first_seq)} == {"training"}
    practise(shop, on=False)
    after = sell(shop)
    assert after.number == 2
    counted = closing.open_report(shop.till, ANNA, shop.till.file)
    practised = counted.row("training")
    assert (practised.count, practised.amount_minor) == (2, 34_00 + 249_00)
    assert counted.row("receipts").count == 2
    assert counted.grand.sales_minor == 68_00
    before = {row.kind: row for row in shown.rows}
    assert counted.row("cash").amount_minor == 2 * before["cash"].amount_minor
    counters = {key[2]: unit.receipts for key, unit in shop.unit.counters.items()}
    assert counters == {"normal": 2, "ovning": 2}
    double = re.compile(b"\x1d!\x11 *" + "ÖVNING".encode("cp858") + b"\n")
    assert [bool(double.search(slip)) for slip in shop.printer.slips] == [False, True, True, False]


def test_practice_is_in_no_list_and_cannot_be_returned(shop: Shop) -> None:
    practise(shop)
    practised = sell(shop, BUN)
    assert shop.till.file.receipts_on(shop.till.today()) == []
    with pytest.raises(Refusal, match="receipt_unknown"):
        returning.return_line(shop.till, ANNA, shop.tap_id(), practised.number, 1)


def test_a_practised_return_takes_nothing_of_what_may_come_back(shop: Shop) -> None:
    sold = sell(shop, BUN)
    practise(shop)
    returning.return_line(shop.till, ANNA, shop.tap_id(), sold.number, 1)
    shop.counter.pay_card(ANNA, shop.tap_id())
    practise(shop, on=False)
    assert shop.card.returns == 0
    returning.return_line(shop.till, ANNA, shop.tap_id(), sold.number, 1)
    shop.counter.pay_card(ANNA, shop.tap_id())
    assert shop.card.returns == 1


def test_a_practised_part_goes_back_without_the_terminal_and_without_the_drawer(
    shop: Shop,
) -> None:
    practise(shop)
    tap(shop, CARD_CASE)
    card, cash = shop.tap_id(), shop.tap_id()
    paying.pay(shop.till, ANNA, shop.counter.preflight, card, 2, 100_00)
    paying.back_out(shop.till, ANNA, shop.tap_id(), card)
    assert shop.till.desk.payments == ()
    shop.counter.pay_cash(ANNA, cash, 300_00)
    assert shop.till.desk.finished is not None
    assert not any(paid.drawer for paid in shop.till.desk.finished.receipts[0].payments)
    assert not any(b"\x1bp\x00" in slip for slip in shop.printer.slips)
    assert (shop.card.charges, shop.card.returns) == (0, 0)


def test_what_is_parked_in_practice_stays_there(shop: Shop) -> None:
    tap(shop, COFFEE)
    parking.park(shop.till, ANNA, "Bord 1")
    practise(shop)
    assert parking.parked_carts(shop.till.file) == []
    tap(shop, BUN)
    parking.park(shop.till, ANNA, "Övning")
    (practised,) = parking.parked_carts(shop.till.file)
    parking.fetch(shop.till, ANNA, practised.cart.cart_id)
    parking.park(shop.till, ANNA, "Övning")
    practise(shop, on=False)
    (real,) = parking.parked_carts(shop.till.file)
    assert real.name == "Bord 1"
    with pytest.raises(Refusal, match="parked_gone"):
        parking.fetch(shop.till, ANNA, practised.cart.cart_id)
    practise(shop)
    assert parking.parked_carts(shop.till.file) == []


def test_reports_floats_and_sold_out_wait_until_training_ends(shop: Shop) -> None:
    sell(shop)
    practise(shop)
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    selling.abort(shop.till, ANNA)
    for refused in (
        lambda: reporting.x_report(shop.till, ANNA, lambda delivery_id: None),
        lambda: closing.close_days(shop.till, ANNA, shop.till.today(), lambda delivery_id: None),
        lambda: closing.set_float(shop.till, ANNA, 100_00),
    ):
        with pytest.raises(Refusal, match="training_on"):
            refused()
    with pytest.raises(Refusal, match="not_in_training"):
        soldout.mark(shop.till, ANNA, COFFEE, True)
    report = closing.open_report(shop.till, ANNA, shop.till.file)
    assert report.row("unfinished").count == 0


def test_the_paper_says_practice(shop: Shop) -> None:
    practise(shop)
    tap(shop, COFFEE)
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    slip = shop.printer.slips[-1].decode("cp858")
    assert "ÖVNING" in slip and "Kvittonr 1 " in slip
