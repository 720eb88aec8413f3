"""The self-test at the till: devices tried, something scanned, the bundle saved."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from tests.axe import Axe
from tests.browser.looking import SIZES, Look
from tests.browser.selling import press
from tests.browser.shop import OWNER, Shop
from tests.browser.windows import Windows

COLOURS = "() => [...document.querySelectorAll('.swatches i')].map((i) => i.offsetWidth)"


@pytest.mark.requirement("R-MORE-015")
@pytest.mark.parametrize("size", SIZES)
def test_devices_are_tried_with_picture_and_result_and_the_bundle_is_one_tap(
    windows: Windows, shop: Shop, axe: Axe, size: str, tmp_path: Path
) -> None:
    look = Look(windows, axe, size)
    page = windows.till(size, who=OWNER)
    page.goto("/status")
    page.get_by_role("link", name="Prova enheterna, och spara loggar för service").click()
    page.wait_for_url("**/self-test")
    by_themselves = 4 if size == "handheld" else 5  # The first till has a scale too.
    assert page.locator(".mark-untried").count() == by_themselves + 3
    look.at(page, "self-test")

    shop.switch(shop.till_of(size).printer.ready, cover_open=True)
    press(page, page.get_by_role("button", name="Prova enheterna"))
    page.wait_for_selector("#self-test .mark-bad")
    assert "Skrivarens lucka är öppen" in page.inner_text("#self-test")
    shop.heal()
    press(page, page.get_by_role("button", name="Prova enheterna"))
    page.wait_for_selector("#self-test:not(:has(.mark-trying, .mark-bad))")
    assert page.locator("#self-test .mark-good").count() == by_themselves
    assert "TESTSIDA" in shop.slip_with(size, "TESTSIDA")

    page.get_by_label("Tryck här och skanna något").fill("hej")
    page.keyboard.press("Enter")
    page.wait_for_selector("#scanner .mark-good")
    assert min(page.evaluate(COLOURS)) > 20
    press(page, page.get_by_role("button", name="Jag ser fyra färger"))
    page.wait_for_selector("#screen .mark-good")
    press(page, page.get_by_role("button", name="Öppna lådan"))
    page.wait_for_selector("#drawer .mark-warn")
    press(page, page.get_by_role("button", name="Den öppnades"))
    page.wait_for_selector("#drawer .mark-good")
    assert "Alla enheter fungerar." in page.inner_text("main")
    look.at(page, "self-test-done")

    with page.expect_download() as saving:
        page.get_by_role("link", name="Spara paketet").click()
    file = tmp_path / saving.value.suggested_filename
    saving.value.save_as(file)
    with zipfile.ZipFile(file) as packed:
        assert "state.json" in packed.namelist()
    assert look.faults == [], "\n".join(look.faults)
