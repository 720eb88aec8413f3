"""A customer's copy, ordered at the office by somebody who stands at no till."""

from __future__ import annotations

import re

import pytest
from tests.axe import Axe
from tests.browser.looking import Look
from tests.browser.selling import done_number, press, tap
from tests.browser.shop import DRAWN_S, OWNER, Shop, until
from tests.browser.windows import Windows


@pytest.mark.requirement("R-COPY-012", "OPP-013")
@pytest.mark.parametrize("size", ["handheld", "desktop"])
def test_it_is_ordered_withdrawn_ordered_again_and_made(
    windows: Windows, axe: Axe, shop: Shop, size: str
) -> None:
    look = Look(windows, axe, size)
    till = windows.till(size)
    tap(till, "Bryggkaffe")
    press(till, till.locator("#pay-cash"))
    number = done_number(till)
    till.goto("/")
    tap(till, "Bryggkaffe")  # Goods lie on the counter: the till waits.
    office = windows.office(size, who=OWNER)

    named = re.compile(rf"^{number}\b.*{shop.till_of(size).designation}", re.DOTALL)
    row = office.locator("main th a", has_text=named)

    def there() -> bool:
        office.goto("/receipts")
        return bool(row.count())

    until(there, "the receipt at the office", pause_s=DRAWN_S)
    row.first.click()
    office.get_by_role("heading", name="Kundens kopia").wait_for()
    look.at(office, "office-copy")
    office.get_by_role("button", name="Beställ kopian").click()
    office.get_by_text("Beställd av Saga").wait_for()
    look.at(office, "office-copy-ordered")
    office.get_by_role("button", name="Ta tillbaka beställningen").click()
    office.get_by_text("togs tillbaka").wait_for()
    office.get_by_role("button", name="Beställ kopian").click()
    office.get_by_text("Beställd av Saga").wait_for()
    papers = len(shop.slips(size))
    windows.till(size)  # Its counter is cleared.

    def made() -> bool:
        office.reload()
        return bool(office.get_by_text("Den enda kopian är gjord").count())

    until(made, "the copy", 60.0, pause_s=DRAWN_S)
    slips = shop.slips(size)
    assert len(slips) == papers + 1 and "KOPIA" in slips[-1]["text"]
    assert office.get_by_role("button", name="Beställ kopian").count() == 0
    look.at(office, "office-copy-made")
    assert look.faults == [], "\n".join(look.faults)
