"""Parked carts: named, listed with what is on them, fetched, added to, given up."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from tests.till.flow.shop import ANNA, BUN, COFFEE, Shop

from skrin.documents import report_text
from skrin.domain.article import BLOCKED, CARRIED_OVER, REPORTED
from skrin.domain.codec import decode_body
from skrin.domain.refusal import Refusal
from skrin.domain.report import DayReport
from skrin.till.flow import parking, selling


def tap(shop: Shop, article: int) -> None:
    selling.tap_article(shop.till, ANNA, shop.tap_id(), article)


@pytest.mark.requirement("R-PARK-001", "R-PARK-002", "R-PARK-004")
def test_park_fetch_add_and_park_again(shop: Shop) -> None:
    tap(shop, COFFEE)
    parking.park(shop.till, ANNA, " Bord  4 ")
    assert shop.till.desk.cart is None
    tap(shop, BUN)
    parking.park(shop.till, ANNA, parking.proposed_name(shop.till))
    shop.clock.forward(60)
    listed = parking.parked_carts(shop.till.file)
    assert [(p.name, [line.item.name for line in p.cart.lines]) for p in listed] == [
        ("Bord 4", ["Bryggkaffe"]),
        ("1", ["Kanelbulle"]),
    ]
    parking.fetch(shop.till, ANNA, listed[0].cart.cart_id)
    tap(shop, BUN)
    shop.restart()
    assert shop.till.desk.left_minor == 63_50
    parking.park(shop.till, ANNA, "Bord 4")
    assert len(parking.parked_carts(shop.till.file)) == 2


@pytest.mark.requirement("R-PARK-005")
def test_a_fetched_cart_is_paid_like_any_other(shop: Shop) -> None:
    tap(shop, COFFEE)
    parking.park(shop.till, ANNA, "A")
    (listed,) = parking.parked_carts(shop.till.file)
    parking.fetch(shop.till, ANNA, listed.cart.cart_id)
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    assert shop.till.desk.finished is not None
    with pytest.raises(Refusal, match="parked_gone"):
        parking.fetch(shop.till, ANNA, listed.cart.cart_id)


@pytest.mark.requirement("R-PARK-003")
def test_a_deleted_one_is_an_unfinished_sale(shop: Shop) -> None:
    tap(shop, COFFEE)
    parking.park(shop.till, ANNA, "A")
    (listed,) = parking.parked_carts(shop.till.file)
    parking.delete(shop.till, ANNA, listed.cart.cart_id)
    row = shop.till.file.totals("2026-11-20", 1)[("unfinished", "")]
    assert (row.count, row.amount_minor) == (1, 34_00)
    assert parking.parked_carts(shop.till.file) == []


def test_names_are_not_in_the_journal(shop: Shop) -> None:
    tap(shop, COFFEE)
    parking.park(shop.till, ANNA, "Fru Hemlighet")
    assert all(b"Hemlighet" not in entry.record for entry in shop.till.file.entries(1))


def test_an_empty_counter_cannot_be_parked(shop: Shop) -> None:
    with pytest.raises(Refusal, match="cart_empty"):
        parking.park(shop.till, ANNA, "A")
    tap(shop, COFFEE)
    with pytest.raises(Refusal, match="name_empty"):
        parking.park(shop.till, ANNA, "  ")
    parking.park(shop.till, ANNA, "A")
    tap(shop, BUN)
    (listed,) = parking.parked_carts(shop.till.file)
    with pytest.raises(Refusal, match="cart_on_counter"):
        parking.fetch(shop.till, ANNA, listed.cart.cart_id)


@pytest.mark.requirement("R-PARK-007", "OPP-010")
def test_what_is_parked_goes_over_to_the_next_day_and_stands_on_the_z(shop: Shop) -> None:
    tap(shop, COFFEE)
    tap(shop, BUN)
    parking.park(shop.till, ANNA, "Fru Hemlighet")
    tap(shop, COFFEE)
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    shop.counter.close_days(ANNA, "2026-11-20")
    seq = shop.till.file.closing_seq(1)
    assert seq is not None
    entry = shop.till.file.entry(seq)
    assert entry is not None and b"Hemlighet" not in entry.record
    report = decode_body("day.closed", 1, entry.body)
    assert isinstance(report, DayReport)
    assert [(one.line_count, one.total_minor) for one in report.parked] == [(2, 63_50)]
    text = report_text(report, entry.header.at_utc_ms, 60, 42)
    assert re.search(r"Parkerade kvitton, förs över +1\n +2026-11-20 10:00 +63,50\n", text)
    assert report.net_minor == 34_00, "what is parked is in no sum"
    assert [p.name for p in parking.parked_carts(shop.till.file)] == ["Fru Hemlighet"]


@pytest.mark.requirement("R-PARK-007")
@pytest.mark.parametrize(
    ("setting", "reported"), [(CARRIED_OVER, False), (REPORTED, True), ("", False)]
)
def test_a_store_may_want_to_be_told(shop: Shop, setting: str, reported: bool) -> None:
    store = replace(shop.till.store, parked_at_closing=setting)
    shop.till.registers = replace(shop.till.registers, store=store)
    tap(shop, COFFEE)
    parking.park(shop.till, ANNA, "A")
    shop.counter.close_days(ANNA, "2026-11-20")
    shop.clock.forward(24 * 3600)
    (listed,) = parking.parked_carts(shop.till.file)
    parking.delete(shop.till, ANNA, listed.cart.cart_id)
    shop.counter.close_days(ANNA, "2026-11-21")
    bodies = [
        decode_body("day.closed", 1, entry.body)
        for entry in shop.till.file.entries(1)
        if entry.header.kind == "day.closed"
    ]
    said = [body.parked_reported for body in bodies if isinstance(body, DayReport)]
    assert said == [reported, False], "nothing is told of a day without parked receipts"


@pytest.mark.requirement("R-PARK-007", "OPP-010")
def test_a_store_may_let_no_day_close_while_something_is_parked(shop: Shop) -> None:
    store = replace(shop.till.store, parked_at_closing=BLOCKED)
    shop.till.registers = replace(shop.till.registers, store=store)
    tap(shop, COFFEE)
    parking.park(shop.till, ANNA, "A")
    with pytest.raises(Refusal, match="parked_left") as refused:
        shop.counter.close_days(ANNA, "2026-11-20")
    assert refused.value.values == {"count": 1}
    (listed,) = parking.parked_carts(shop.till.file)
    parking.delete(shop.till, ANNA, listed.cart.cart_id)
    assert shop.counter.close_days(ANNA, "2026-11-20") == [1]
