"""A mark that could not be written is kept until it is: the control unit registers once."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from tests.till.flow.shop import COFFEE, Shop
from tests.till.flow.test_closing_properties import EVA

from skrin.domain.codec import decode_body
from skrin.domain.receipt import ReceiptSigned
from skrin.till.flow import selling


@pytest.mark.requirement("R-CTRL-003")
def test_a_mark_that_could_not_be_written_is_not_asked_for_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    selling.tap_article(shop.till, EVA, shop.tap_id(), COFFEE)
    ends, full = shop.till.file.end, [False]
    registers = shop.unit.register
    calls = []

    def register(request: Any) -> Any:
        calls.append(request)
        full[0] = True  # The disk fills up while the unit registers.
        return registers(request)

    def end(failed: bool, *rest: Any) -> None:
        if full[0]:
            ends(True)
            raise sqlite3.OperationalError("database or disk is full")
        ends(failed, *rest)

    monkeypatch.setattr(shop.unit, "register", register)
    monkeypatch.setattr(shop.till.file, "end", end)
    with pytest.raises(sqlite3.OperationalError):
        shop.counter.pay_cash(EVA, shop.tap_id(), None)
    for _ in range(3):
        with pytest.raises(sqlite3.OperationalError):
            shop.counter.work_off()
    full[0] = False
    shop.counter.work_off()
    signed = [
        decode_body(entry.header.kind, entry.header.version, entry.body)
        for entry in shop.till.file.entries(1)
        if entry.header.kind == "receipt.signed"
    ]
    assert len(calls) == 1 and len(signed) == 1
    assert isinstance(signed[0], ReceiptSigned) and signed[0].mark.attempts == 1
    assert shop.counter.sale_lane.marks == {} == shop.counter.sale_lane.sends
