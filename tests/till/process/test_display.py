"""The customer's display: what it shows of a sale, without a log-in, and that it can do nothing."""

from __future__ import annotations

import pytest
from tests.till.flow.shop import COFFEE
from tests.till.process.rig import TillProcess
from tests.till.process.screen import Screen, eventually

pytestmark = pytest.mark.slow


@pytest.mark.requirement("OPP-054")
def test_the_display_follows_the_sale_without_a_log_in(desk: TillProcess) -> None:
    customer = Screen(desk.screen.port)
    idle = customer.get("/display")
    assert idle.status == 200 and "Välkommen" in idle.page.says("#display")
    tag = next(part for part in idle.text.split("tag=")[1:]).split('"')[0]
    assert customer.get(f"/display/state?tag={tag}").status == 204
    desk.screen.tap(COFFEE)
    desk.screen.tap(COFFEE)
    shown = customer.get(f"/display/state?tag={tag}")
    assert shown.status == 200
    assert shown.page.says(".display-name") == "Bryggkaffe"
    assert shown.page.says(".display-total") == "Att betala 68,00"
    desk.screen.post("/pay/cash/amount", tendered="100")
    eventually(lambda: "Tack" in customer.get("/display").text)
    assert customer.get("/display").page.says(".display-total") == "Växel tillbaka 32,00"
    assert customer.get("/").status == 302, "it is shown nothing else"
    eventually(lambda: desk.journal()[-1].header.kind == "document.delivered")
    head = desk.head_seq()
    assert customer.ask("POST", "/display", {}, {}).status == 302, "away, as from a page too old"
    assert customer.ask("POST", "/abort", {}, {}).status == 302 and desk.head_seq() == head
