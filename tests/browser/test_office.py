"""The office as its people meet it: what a cashier may, and what an owner does there."""

from __future__ import annotations

import pytest
from tests.browser.shop import CASHIER
from tests.browser.windows import Windows

SIZES = ("handheld", "desktop")


@pytest.mark.requirement("R-USER-001", "R-USER-009")
@pytest.mark.parametrize("size", SIZES)
def test_a_cashier_has_a_page_of_ones_own_and_no_figures(windows: Windows, size: str) -> None:
    windows.expected = {403, 422}
    page = windows.office(size, CASHIER)
    page.wait_for_url("**/me")
    assert page.locator("nav").count() == 0
    page.goto("/")
    assert "Din roll öppnar inte den här sidan" in page.inner_text("h1")
    windows.picture(page, f"office-{size}-shut", whole=True)
    page.click("main a.primary")
    page.wait_for_url("**/me")
    page.fill("#pin", "1234")
    page.fill("#pin-current", "fel")
    page.click("text=Byt PIN-kod")
    page.wait_for_selector("#pin-current-fault:has-text('Det är inte ditt lösenord.')")
    page.fill("#pin", "1234")
    page.fill("#pin-current", windows.shop.person(CASHIER)[1])
    page.click("text=Byt PIN-kod")
    page.wait_for_selector("#pin-fault:has-text('lätt att gissa')")
    windows.picture(page, f"office-{size}-me", whole=True)
