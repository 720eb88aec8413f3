"""The office's pages of gift cards: what is owed, a card's own story, stopped and made good."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.axe import Axe
from tests.browser.looking import SIZES, Look
from tests.browser.selling import done_number, plain, press, wait_total
from tests.browser.shop import DRAWN_S, OWNER, Shop, until
from tests.browser.test_gift_cards import CARD_OF_500, CODE, ask_for_code, scan
from tests.browser.windows import Windows

SECTION = "section.card:has(h2:text-is('{}'))"


def owed_minor(office: Any) -> int:
    """What the page says is owed on cards that are not taxed yet."""
    figure = plain(office.locator("dl.facts dd.figure").first.inner_text())
    return int(re.sub(r"[^0-9]", "", figure))


def sold(windows: Windows, shop: Shop, size: str) -> str:
    """Sell a card of 500.00 at the till; its code."""
    page = windows.till(size)
    scan(page, CARD_OF_500)
    wait_total(page, "500,00")
    press(page, page.locator("#pay-card"))
    done_number(page)
    code = CODE.search(shop.slip_with(size, "Koden är värd pengar"))
    assert code, "the card's own paper has its code"
    return code[0]


@pytest.mark.requirement("R-PAY-010", "OPP-007")
@pytest.mark.parametrize("size", SIZES)
def test_a_sold_card_is_found_stopped_let_go_and_made_good(
    windows: Windows, shop: Shop, axe: Axe, size: str
) -> None:
    windows.expected.add(422)
    look = Look(windows, axe, size)
    office = windows.office(size, OWNER)
    office.goto("/gift-cards")
    before = owed_minor(office)
    code = sold(windows, shop, size)
    last = code[-4:]

    def listed() -> bool:
        office.goto("/gift-cards")
        return owed_minor(office) == before + 500_00

    until(listed, "what is owed to have grown by the card", pause_s=DRAWN_S)
    windows.picture(office, f"gift-cards-{size}", whole=True)
    look.at(office, "gift-cards")
    office.fill("#q", last)
    press(office, office.get_by_role("button", name="Visa", exact=True))
    office.wait_for_url("**q=*")
    row = office.locator("tbody tr", has_text=last)
    assert row.count() == 1 and "500,00" in plain(row.inner_text())
    assert code not in office.content(), "the code itself is the till's and the customer's"
    press(office, row.locator("a"))
    office.wait_for_selector(f"h1:has-text('Presentkort ****{last}')")
    windows.picture(office, f"gift-card-{size}", whole=True)
    look.at(office, "gift-card")

    press(office, office.get_by_role("button", name="Spärra kortet"))
    office.get_by_role("button", name="Låt det användas igen").wait_for()
    windows.picture(office, f"gift-card-{size}-stopped", whole=True)
    till = windows.till(size)
    scan(till, "7004")
    ask_for_code(till)
    till.fill("#gift-code", code)
    press(till, till.locator("#window .primary"))
    till.locator("#window", has_text="spärrat").first.wait_for()
    windows.picture(till, f"gift-card-{size}-stopped-at-the-till")

    press(office, office.get_by_role("button", name="Låt det användas igen"))
    office.get_by_role("button", name="Spärra kortet").wait_for()
    for wrong in ("", "12,345", "-5"):
        office.fill("#amount", wrong)
        press(office, office.get_by_role("button", name="Lägg på"))
        office.wait_for_selector("#amount-fault:not(:empty)")
        assert office.input_value("#amount") == wrong, "what was typed is kept"
    look.at(office, "gift-card-fault")
    office.fill("#amount", "25,50")
    press(office, office.get_by_role("button", name="Lägg på"))
    office.wait_for_selector(".head .figure:has-text('525,50')")
    happened = plain(office.get_by_role("region", name="Vad som hänt").inner_text())
    assert "500,00" in happened and "25,50" in happened and "Saga" in happened
    windows.picture(office, f"gift-card-{size}-credited", whole=True)
    assert look.faults == [], "\n".join(look.faults)


@pytest.mark.requirement("OPP-007")
@pytest.mark.parametrize("size", SIZES)
def test_a_file_of_cards_with_a_fault_brings_in_none_and_says_which_line(
    windows: Windows, axe: Axe, size: str
) -> None:
    windows.expected.add(422)
    look = Look(windows, axe, size)
    office = windows.office(size, OWNER)
    office.goto("/gift-cards")
    count = office.locator("dl.facts div:has-text('Kort') dd").last.inner_text()
    rows = "code,balance,valid_until\nGODA-KORT-0001-17,100.00,2028-12-31\nGODA-KORT-0002-17,fem,\n"
    office.set_input_files(
        "#file", {"name": "kort.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    press(office, office.get_by_role("button", name="Hämta in dem"))
    office.wait_for_selector("#file-fault:not(:empty)")
    assert "Rad 3" in office.inner_text("#file-fault"), "the line is named"
    windows.picture(office, f"gift-cards-{size}-file", whole=True)
    look.at(office, "gift-cards-file")
    assert office.locator("dl.facts div:has-text('Kort') dd").last.inner_text() == count
    assert look.faults == [], "\n".join(look.faults)
