"""What the office shows to be looked at: a card payment that was not what somebody said of it."""

from __future__ import annotations

import pytest
from tests.axe import Axe
from tests.browser.looking import SIZES, Look
from tests.browser.selling import done_number, plain, press, sell_at, wait_total
from tests.browser.shop import DRAWN_S, OWNER, Shop, until
from tests.browser.windows import Windows

ANSWER_LOST = "21,50"
"""The terminal takes the money and its answer is lost (its last three digits say so)."""
TOO_LATE_MS = 9_000
MANAGER_NAME, MANAGER_PIN = "Nils", "4711"


@pytest.mark.requirement("R-CARD-007")
@pytest.mark.parametrize("size", SIZES)
def test_a_charge_that_was_said_not_to_be_is_looked_at_and_seen_to(
    windows: Windows, shop: Shop, axe: Axe, size: str
) -> None:
    windows.expected.add(422)
    look = Look(windows, axe, size)
    charged = shop.charged_minor(size)
    page = windows.till(size)
    terminal = shop.till_of(size).card_terminal.ready
    shop.switch(terminal, applies_to="status", hang_up=True)
    sell_at(page, "Övrigt, fritt pris", ANSWER_LOST)
    wait_total(page, ANSWER_LOST)
    press(page, page.locator("#pay-card"))
    cannot = page.locator("#zone button", has_text="Kortterminalen kan inte svara")
    cannot.wait_for()
    # It is asked again, and answers when somebody has given the word.
    shop.switch(terminal, hang_up=False, slow_ms=TOO_LATE_MS)
    press(page, cannot)
    page.wait_for_selector("#window .primary")
    windows.picture(page, f"look-at-{size}-outcome")
    press(page, page.locator("#window [name=done][value='0']"))
    page.wait_for_selector("#window .names")
    press(page, page.locator("#window .names label", has_text=MANAGER_NAME))
    page.fill("#window [name=pin]", MANAGER_PIN)
    press(page, page.locator("#window .primary"))
    press(page, page.locator("#pay-cash"))
    done_number(page)
    assert shop.charged_minor(size) == charged + 21_50, "the customer has paid twice"

    office = windows.office(size, OWNER)

    def told() -> bool:
        office.goto("/")
        return bool(office.locator("main a[href='/findings']").count())

    until(told, "the day's page to ask for a look", 30, pause_s=DRAWN_S)
    windows.picture(office, f"look-at-{size}-today")
    press(office, office.locator("main a[href='/findings']").first)
    card = office.locator("section.card", has_text="En kortbetalning blev av trots allt").first
    card.wait_for()
    assert "21,50" in plain(card.inner_text()) and MANAGER_NAME in card.inner_text()
    windows.picture(office, f"look-at-{size}-findings", whole=True)
    look.at(office, "findings-new")
    count = office.locator("button[name=finding]").count()
    press(office, card.get_by_role("button"))
    until(
        lambda: office.locator("button[name=finding]").count() == count - 1,
        "it to be among what was seen to",
    )
    seen = office.get_by_role("region", name="Åtgärdat")
    assert "Saga" in seen.inner_text()
    windows.picture(office, f"look-at-{size}-seen", whole=True)
    look.at(office, "findings-seen")
    assert look.faults == [], "\n".join(look.faults)
