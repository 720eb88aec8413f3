"""What a till knows of itself after a kill: the flow alone, without processes."""

from __future__ import annotations

import pytest
from tests.till.flow.shop import ANNA, COFFEE, Shop

from skrin.domain.codec import decode_body
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
