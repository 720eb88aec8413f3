"""The zone between two commits of one payment: work in progress, and the screen keeps asking."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.till.flow.shop import ANNA, COFFEE, Shop

from skrin.domain.payment import CARD
from skrin.till.flow import completing, paying, selling
from skrin.till.ui import zone


@pytest.mark.requirement("R-CARD-007")
def test_every_moment_of_a_card_payment_is_asked_about_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Words are not what this test is about, and they need a program that is set up (D32).
    monkeypatch.setattr(zone, "gettext", str)
    shop = Shop(tmp_path)
    counter, lane = shop.counter, shop.counter.sale_lane
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE, None)
    tap_id = shop.tap_id()

    def fresh() -> None:
        lane.fresh_attempt = tap_id

    paying.pay_kind(shop.till, ANNA, counter.preflight, tap_id, CARD, None, fresh)
    seen = []
    while shop.till.desk.cart or shop.till.desk.pending:
        desk = shop.till.desk
        shown = zone._paying(counter, desk)
        assert shown is not None and shown.poll_ms > 0, "the screen would never come back"
        paid = completing.nothing_left(desk)
        seen.append("paid" if paid else "card" if desk.attempt else "sealed")
        if paid:
            assert (shown.state, shown.to_pay) == ("waiting", "34,00")
        assert lane.step() >= 0, "the lane has work"
    assert seen == ["card", "paid", "sealed"]
    assert zone._paying(counter, shop.till.desk) is None
