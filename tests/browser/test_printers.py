"""The printers' page, and the key that sends a receipt to another printer while one is out."""

from __future__ import annotations

import pytest
from tests.axe import Axe
from tests.browser.looking import SIZES, Look
from tests.browser.selling import press, tap
from tests.browser.shop import OWNER, Shop
from tests.browser.windows import Windows


@pytest.mark.requirement("OPP-050", "OPP-054")
@pytest.mark.parametrize("size", SIZES)
def test_another_printer_is_set_and_used_when_the_paper_is_out(
    windows: Windows, shop: Shop, axe: Axe, size: str
) -> None:
    windows.expected = {422}
    look = Look(windows, axe, size)
    page = windows.till(size, who=OWNER)
    page.goto("/status")
    press(page, page.get_by_role("link", name="Mer: Skrivare"))
    page.wait_for_url("**/printers")
    look.at(page, "printers")

    other = next(one for one in shop.demo.tills if one is not shop.till_of(size))
    page.get_by_label("Adress", exact=True).fill("köket")
    press(page, page.get_by_role("button", name="Lägg till skrivaren"))
    page.wait_for_selector("#address[aria-invalid]")
    look.at(page, "printers-address")
    page.get_by_label("Adress", exact=True).fill(f"127.0.0.1:{other.printer.ready['port']}")
    page.get_by_label("Vad den kallas").fill("Kök")
    page.get_by_label("Andra kassor skriver också ut på den").check()
    press(page, page.get_by_role("button", name="Skriv ut en testsida"))
    page.wait_for_selector("#set .notice.is-good")
    page.get_by_label("Vad den kallas").press("Enter")  # Keeps what was typed; tries nothing.
    page.wait_for_selector("h2:has-text('Kök')")

    shop.switch(shop.till_of(size).printer.ready, paper_out=True)
    page.goto("/")
    tap(page, "Bryggkaffe")
    press(page, page.locator("#pay-cash"))
    way = page.get_by_role("button", name="Skriv ut på: Kök")
    way.wait_for()
    look.at(page, "printer-out")
    press(page, way)
    way.wait_for(state="detached")
    press(page, page.locator("#pay-cash"))
    page.wait_for_selector(".done-print.mark-good")
    shop.heal()
    page.goto("/printers")
    press(page, page.get_by_role("button", name="Använd skrivaren som kontoret anger"))
    page.wait_for_selector("h2:has-text('Kök')", state="detached")
    assert look.faults == [], "\n".join(look.faults)
