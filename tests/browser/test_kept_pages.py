"""The display for customers, the network, prepared tills with labels, and a dealer's companies."""

from __future__ import annotations

import pytest
from tests.axe import Axe
from tests.browser.looking import SIZES, Look
from tests.browser.selling import press, tap
from tests.browser.shop import OWNER
from tests.browser.windows import Windows


@pytest.mark.requirement("OPP-054", "R-DEV-001")
@pytest.mark.parametrize("size", SIZES)
def test_the_customer_sees_the_sale_and_the_network_is_told(
    windows: Windows, axe: Axe, size: str
) -> None:
    look = Look(windows, axe, size)
    page, customer = windows.till(size), windows.blank(size)
    customer.goto("/display")
    customer.wait_for_selector("#display:has-text('Välkommen')")
    look.at(customer, "display-idle")
    tap(page, "Bryggkaffe")
    customer.wait_for_selector(".display-name:has-text('Bryggkaffe')")
    assert customer.locator(".display-total").inner_text().startswith("Att betala")
    look.at(customer, "display")
    assert customer.locator("form, button, a").count() == 0, "it only shows"
    page.goto("/network")
    page.wait_for_selector("h1:has-text('Nätverk')")
    look.at(page, "network")
    assert look.faults == [], "\n".join(look.faults)


@pytest.mark.requirement("R-MORE-014")
@pytest.mark.parametrize("size", SIZES)
def test_tills_are_prepared_with_labels_and_taken_back(
    windows: Windows, axe: Axe, size: str
) -> None:
    windows.expected = {422}
    look = Look(windows, axe, size)
    office = windows.office(size, OWNER)
    office.goto("/companies")
    office.wait_for_selector("h1:has-text('Företag')")
    look.at(office, "office-companies")
    press(office, office.get_by_role("link", name="Förbered kassor").first)
    office.wait_for_url("**/tills/prepare*")
    serial = f"POS-{size.upper()}"
    lines = office.get_by_label("Eller dess rader")
    lines.fill(f"serial,store\n{serial},77")
    press(office, office.get_by_role("button", name="Gör kassorna"))
    office.wait_for_selector(".notice.is-bad li")
    look.at(office, "office-prepare-wrong")
    lines.fill(f"serial,store\n{serial},1")
    office.locator("input[name=incomplete]").check()
    press(office, office.get_by_role("button", name="Gör kassorna"))
    office.wait_for_selector(f"th:has-text('{serial}')")
    look.at(office, "office-prepared")
    with office.expect_download() as coming:
        press(office, office.get_by_role("button", name="Etiketter som PDF"))
    assert coming.value.suggested_filename.endswith(".pdf")
    office.goto("/tills/prepare")
    look.at(office, "office-prepare")
    office.locator(f"tr:has-text('{serial}') input[name=till]").check()
    office.get_by_label("Varför de inte behövs").fill("Bara ett prov")
    press(office, office.get_by_role("button", name="Ta tillbaka dem"))
    office.wait_for_selector(".notice.is-good")
    assert office.locator(f"tr:has-text('{serial}')").count() == 0
    office.goto("/settings/people")
    look.at(office, "office-people")
    assert look.faults == [], "\n".join(look.faults)
