"""The card terminals' page at the till: seen, tried, added, removed."""

from __future__ import annotations

import pytest
from tests.axe import Axe
from tests.browser.looking import SIZES, Look
from tests.browser.selling import press
from tests.browser.shop import OWNER, Shop
from tests.browser.windows import Windows


@pytest.mark.requirement("R-SET-008", "R-CARD-005", "OPP-061")
@pytest.mark.parametrize("size", SIZES)
def test_a_terminal_is_seen_tried_added_and_removed(
    windows: Windows, shop: Shop, axe: Axe, size: str
) -> None:
    windows.expected = {422}
    look = Look(windows, axe, size)
    page = windows.till(size, who=OWNER)
    page.goto("/status")
    press(page, page.get_by_role("link", name="Mer: Kortterminal"))
    page.wait_for_url("**/card-terminals")
    terminal = f"SIM-{shop.till_of(size).designation}"
    assert terminal in page.locator(".part .facts").first.inner_text()
    look.at(page, "terminals")

    press(page, page.get_by_role("button", name=f"Prova {terminal}"))
    page.wait_for_selector(".part .notice.is-good")
    assert "Kortterminalen svarar och är redo." in page.inner_text(".part .notice.is-good")
    look.at(page, "terminals-tried")

    page.get_by_label("EPAS (XML över TCP)").check(force=True)
    page.get_by_label("Adress", exact=True).fill("hos oss")
    page.get_by_label("Terminal-id, från kortinlösaren").fill("80000099")
    page.get_by_label("Vad den kallas").fill("Uteserveringen")
    press(page, page.get_by_role("button", name="Prova", exact=True))
    page.wait_for_selector("#address[aria-invalid]")
    look.at(page, "terminals-address")
    page.get_by_label("Adress", exact=True).fill("127.0.0.1:9")
    press(page, page.get_by_role("button", name="Prova", exact=True))
    page.wait_for_selector("#set .notice.is-bad")
    assert "Ingen svarar på den adressen." in page.inner_text("#set .notice")
    look.at(page, "terminals-silent")
    press(page, page.get_by_role("button", name="Lägg till den här kortterminalen"))
    page.wait_for_selector("h2:has-text('Uteserveringen')")
    press(page, page.get_by_role("link", name="Ändra Uteserveringen"))
    page.wait_for_selector("h2:has-text('Ändra 80000099')")
    look.at(page, "terminals-change")
    press(page, page.get_by_role("button", name="Ta bort Uteserveringen"))
    page.wait_for_selector("h2:has-text('Uteserveringen')", state="detached")
    press(page, page.get_by_role("button", name="Använd terminalerna som kontoret anger"))
    page.wait_for_selector("text=De följde med kassan.")
    assert look.faults == [], "\n".join(look.faults)
