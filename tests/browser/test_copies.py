"""The one copy of a receipt, and the pro forma: one button each, and clear words after it."""

from __future__ import annotations

import pytest
from tests.browser.selling import plain
from tests.browser.small import Screens
from tests.browser.test_returns import SIZES, sold


@pytest.mark.requirement("R-COPY-002", "R-COPY-001")
@pytest.mark.parametrize("size", SIZES)
def test_a_copy_is_three_taps_from_the_keys_and_only_one(screens: Screens, size: str) -> None:
    screen = screens.selling(size)
    number = sold(screen, "Semla")
    page = screen.page
    screen.taps = 0
    screen.press("#tool-receipts")
    screen.press(page.locator(f"#panel [data-panel$='/{number}']"))
    page.wait_for_selector("#panel .panel-foot")
    screen.look("copy-before")
    screen.press(page.get_by_role("button", name="Skriv ut kopia"))
    assert screen.taps == 3
    made = page.locator("#panel .panel-foot", has_text="Kopia gjord")
    made.wait_for()
    assert page.get_by_role("button", name="Skriv ut kopia").count() == 0
    screen.look("copy-made")
    page.goto(f"/receipts/{number}")
    assert "Kopia gjord" in plain(page.inner_text(".notice"))
    assert page.get_by_role("button", name="Skriv ut kopia").count() == 0
    screen.look("copy-receipt-page")


@pytest.mark.requirement("R-COPY-002")
def test_from_the_receipts_own_page_too(screens: Screens) -> None:
    screen = screens.selling("desktop")
    number = sold(screen, "Semla")
    screen.page.goto(f"/receipts/{number}")
    screen.page.get_by_role("button", name="Skriv ut kopia").click()
    screen.page.wait_for_selector(".notice")
    assert "Kopia gjord" in plain(screen.page.inner_text(".notice"))


@pytest.mark.requirement("R-COPY-002")
@pytest.mark.parametrize("size", SIZES)
def test_a_scanned_receipt_is_copied(screens: Screens, size: str) -> None:
    screen = screens.selling(size)
    number = sold(screen, "Bryggkaffe")
    screen.page.locator("#scan [name=code]").evaluate(
        "(field, code) => { field.value = code; skrin.put(field.form); }", f"R:VK1-1:{number}"
    )
    screen.page.wait_for_selector("#panel .panel-foot")
    screen.press(screen.page.get_by_role("button", name="Skriv ut kopia"))
    screen.page.locator("#panel .panel-foot", has_text="Kopia gjord").wait_for()


@pytest.mark.parametrize("size", SIZES)
def test_a_pro_forma_leaves_the_receipt_open(screens: Screens, size: str) -> None:
    screen = screens.selling(size)
    screen.ring("Semla")
    screen.wait_total("55,00")
    screen.press("#pay-other")
    button = screen.page.get_by_role("button", name="Skriv ut förhandskvitto")
    button.first.wait_for()
    screen.look("pro-forma-button")
    screen.press(button.first)
    screen.page.wait_for_selector(".paying", state="detached")
    screen.wait_total("55,00")
    screen.press("#pay-card")
    screen.done()
