"""The control unit's page at the till and in the office: seen, tried, chosen, reported."""

from __future__ import annotations

import pytest
from tests.axe import Axe
from tests.browser.looking import SIZES, Look
from tests.browser.selling import press
from tests.browser.shop import DRAWN_S, OWNER, Shop, until
from tests.browser.windows import Windows


@pytest.mark.requirement("OPP-056", "R-CTRL-006", "R-MORE-012")
@pytest.mark.parametrize("size", SIZES)
def test_the_unit_is_seen_tried_and_chosen_and_a_fault_is_ready_to_report(
    windows: Windows, shop: Shop, axe: Axe, size: str
) -> None:
    windows.expected = {422}
    look = Look(windows, axe, size)
    page = windows.till(size, who=OWNER)
    page.goto("/status")
    press(page, page.get_by_role("link", name="Mer: Kontrollenhet"))
    page.wait_for_url("**/unit")
    facts = page.locator(".part .facts").inner_text()
    assert "SIMU00000001" in facts and "1.07" in facts
    look.at(page, "unit")

    page.get_by_label("Adress", exact=True).fill("hos oss")
    press(page, page.get_by_role("button", name="Prova", exact=True))
    page.wait_for_selector("#address[aria-invalid]")
    look.at(page, "unit-address")
    page.get_by_label("Adress", exact=True).fill(f"127.0.0.1:{shop.unit()['port']}")
    press(page, page.get_by_role("button", name="Prova", exact=True))
    page.wait_for_selector(".notice.is-good")
    assert "Kontrollenheten svarar och registrerar." in page.inner_text(".notice.is-good")
    look.at(page, "unit-tried")
    press(page, page.get_by_role("button", name="Använd den här kontrollenheten"))
    page.wait_for_selector("button:has-text('Använd enheten som kontoret anger')")
    assert "valde CleanCash på nätet (CCSP)" in page.inner_text("main")

    shop.switch(shop.unit(), silent=True)
    page.goto("/unit")
    assert "Kontrollenheten svarar inte." in page.inner_text(".part-state")
    assert "Felanmälan av kontrollenhet" in page.inner_text("pre")
    look.at(page, "unit-silent")
    shop.heal()
    page.goto("/unit")
    press(page, page.get_by_role("button", name="Använd enheten som kontoret anger"))
    page.wait_for_selector("button:has-text('Använd enheten som kontoret anger')", state="detached")
    assert "fungerar igen" in page.inner_text("main")

    office = windows.office(size, OWNER)
    office.goto("/tills")
    designation = shop.till_of(size).till.ready["till"]
    office.locator(f"a[href*='{designation}']").first.click()
    office.wait_for_selector(".facts")
    look.at(office, "office-till-with-unit")
    office.get_by_role("link", name="Kontrollenheten och dess fel").click()

    def told() -> bool:
        office.reload()
        return "fungerar igen" in office.inner_text("main")

    until(told, "the fault's end to reach the office", pause_s=DRAWN_S)
    assert "SIMU00000001" in office.inner_text(".facts")
    assert "Felanmälan av kontrollenhet" in office.inner_text("pre")
    look.at(office, "office-unit")
    assert look.faults == [], "\n".join(look.faults)
