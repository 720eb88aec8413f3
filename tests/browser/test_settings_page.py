"""The till's page of settings, and the office's for all tills: seen, changed, given back."""

from __future__ import annotations

import re

import pytest
from tests.axe import Axe
from tests.browser.looking import SIZES, Look
from tests.browser.selling import press
from tests.browser.shop import DRAWN_S, OWNER, Shop, until
from tests.browser.windows import Windows


@pytest.mark.requirement("R-SET-003", "R-SET-007", "R-SET-011")
@pytest.mark.parametrize("size", SIZES)
def test_a_setting_is_made_in_the_office_changed_at_the_till_and_given_back(
    windows: Windows, shop: Shop, axe: Axe, size: str
) -> None:
    windows.expected = {422}
    look = Look(windows, axe, size)
    page = windows.till(size, who=OWNER)
    page.goto("/settings")
    look.at(page, "settings")

    page.get_by_label("Högst fem rader").fill("1\n2\n3\n4\n5\n6")
    press(page, page.get_by_role("button", name="Spara kvittofoten"))
    page.wait_for_selector("#footer[aria-invalid]")
    look.at(page, "settings-wrong")
    page.get_by_label("Högst fem rader").fill(f"Ändrat i {size}")
    press(page, page.get_by_role("button", name="Spara kvittofoten"))
    page.wait_for_selector("#footer-set button:has-text('Butikens igen')")
    assert "Ändrat här, i den här kassan." in page.inner_text("#footer-set")
    look.at(page, "settings-changed")

    office = windows.office(size, OWNER)
    office.goto("/tills")
    office.get_by_role("link", name="Kassornas inställningar").click()
    office.wait_for_selector("input[name=target]")
    look.at(office, "office-till-settings")
    designation = shop.till_of(size).designation
    office.locator(f"input[value='till-{designation}']").check()
    office.locator("input[name=do-own_methods][value=set]").check()
    office.get_by_label("Eget betalsätt 1", exact=True).fill(f"Kupong {size}"[:20])
    office.get_by_role("button", name="Sätt det för de valda kassorna").click()
    office.wait_for_selector(".notice.is-good")
    look.at(office, "office-till-settings-saved")

    def heard() -> bool:
        page.goto("/settings")
        return "Kontoret har satt det för den här kassan." in page.inner_text("#own-set")

    until(heard, "the till to hear of its own payment method", pause_s=DRAWN_S)
    press(page, page.get_by_role("button", name=re.compile("Butikens igen.*Kvittofot")))
    page.wait_for_selector("#footer-set button:has-text('Butikens igen')", state="detached")
    office.locator(f"input[value='till-{designation}']").check()
    office.locator("input[name=do-own_methods][value=back]").check()
    office.get_by_role("button", name="Sätt det för de valda kassorna").click()
    office.wait_for_selector(".notice.is-good")
    assert look.faults == [], "\n".join(look.faults)
