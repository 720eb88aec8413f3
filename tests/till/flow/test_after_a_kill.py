"""What a till knows of itself after a kill: the flow alone, without processes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest
from tests.till.flow.shop import ANNA, COFFEE, Shop

from skrin.domain.codec import decode_body
from skrin.domain.entry import Entry
from skrin.domain.receipt import ReceiptSigned
from skrin.till.flow import selling


def signed(shop: Shop) -> list[ReceiptSigned]:
    bodies = [
        decode_body(e.header.kind, e.header.version, e.body) for e in shop.till.file.entries(1)
    ]
    return [body for body in bodies if isinstance(body, ReceiptSigned)]


@pytest.mark.requirement("R-CTRL-007")
@pytest.mark.parametrize("kills", [0, 1, 3])
def test_each_earlier_run_may_have_been_heard(shop: Shop, kills: int) -> None:
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    shop.counter.preflight.check_unit()
    shop.unit.be_silent(1 + kills, after_hearing=True)
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    assert shop.till.desk.pending is not None
    for _ in range(kills):
        shop.restart()
        shop.counter.sale_lane.step()  # Heard once more, the answer lost, and killed.
    shop.counter.work_off()
    (mark,) = [body.mark for body in signed(shop)]
    assert mark.attempts == 2 + kills
    assert shop.unit.counters[("5566778899", "TORG1", "normal")].receipts == 2 + kills


@pytest.mark.requirement("R-CTRL-007")
@pytest.mark.parametrize("sends", [2, 3, 7])
def test_every_try_of_an_earlier_run_may_have_been_heard(shop: Shop, sends: int) -> None:
    """A line that is broken one way: the unit registers each time, and is never heard."""
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    shop.counter.preflight.check_unit()
    shop.unit.be_silent(2 * sends, after_hearing=True)
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    for number in range(20):
        if not shop.till.desk.pending:
            break
        if number % sends == sends - 1:
            shop.restart()
        shop.counter.sale_lane.step()
    (mark,) = [body.mark for body in signed(shop)]
    registered = shop.unit.counters[("5566778899", "TORG1", "normal")].receipts
    assert mark.attempts == registered == 2 * sends + 1


def full_at(shop: Shop, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """The disk is full once, when an entry of this kind is to be written."""
    file = shop.till.file
    append, end = file.append, file.end
    full = [kind]
    wanted: list[str] = []

    def appended(entry: Entry) -> None:
        wanted.append(entry.header.kind)
        append(entry)

    def ended(failed: bool, at_end: Callable[[], None] = lambda: None) -> None:
        kinds = wanted.copy()
        wanted.clear()
        if full and full[0] in kinds and not failed:
            full.clear()
            end(True)
            raise sqlite3.OperationalError("database or disk is full")
        end(failed, at_end)

    monkeypatch.setattr(file, "append", appended)
    monkeypatch.setattr(file, "end", ended)


@pytest.mark.requirement("R-CTRL-007")
def test_a_disk_that_is_full_after_the_paper_came_out_prints_nothing_twice(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    full_at(shop, monkeypatch, "document.delivered")
    with pytest.raises(sqlite3.OperationalError):
        shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    assert shop.printer.printed == 1 and shop.till.desk.undelivered
    shop.counter.work_off()  # There is room again.
    assert shop.printer.printed == 1 and not shop.till.desk.undelivered
    assert shop.kinds().count("document.delivered") == 1


@pytest.mark.requirement("R-CTRL-007")
def test_a_disk_that_is_full_after_the_unit_registered_does_not_ask_it_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    full_at(shop, monkeypatch, "receipt.signed")
    with pytest.raises(sqlite3.OperationalError):
        shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    assert shop.till.desk.pending and not signed(shop)
    shop.counter.work_off()
    (mark,) = [body.mark for body in signed(shop)]
    assert shop.unit.counters[("5566778899", "TORG1", "normal")].receipts == 1
    assert mark.attempts == 1
