"""An inspector at the till and in the office, in a real browser: nothing is asked of anybody."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from tests.axe import Axe
from tests.browser.looking import Look
from tests.browser.selling import done_number, press, tap
from tests.browser.shop import OWNER
from tests.browser.windows import Windows


@pytest.mark.requirement("R-MORE-011", "OPP-058")
@pytest.mark.parametrize("size", ["handheld", "desktop"])
def test_an_inspector_takes_the_journal_out_and_selling_goes_on(
    windows: Windows, axe: Axe, size: str, tmp_path: Path
) -> None:
    look = Look(windows, axe, size)
    page = windows.till(size)
    tap(page, "Bryggkaffe")
    press(page, page.locator("#pay-cash"))
    done_number(page)
    press(page, page.locator("[popovertarget=menu]"))
    press(page, page.locator("#menu").get_by_text("Kontroll", exact=True))
    page.get_by_role("heading", name="Ta ut till fil").wait_for()
    press(page, page.get_by_role("button", name="Gör filen"))
    link = page.locator("#files a").first
    link.wait_for()
    with page.expect_download() as coming:
        link.click()
    kept = tmp_path / "journal.zip"
    coming.value.save_as(kept)
    assert [name[-4:] for name in zipfile.ZipFile(kept).namelist()] == [".xml", "json"]
    press(page, page.get_by_role("button", name="Bevisa journalen nu"))
    page.get_by_text("Journalen är hel").wait_for()
    look.at(page, "till-records")
    press(page, page.get_by_role("link", name="Anmälan till Skatteverket"))
    page.get_by_role("heading", name="Allt som Skatteverket frågar efter").wait_for()
    look.at(page, "till-registration")
    page.goto("/")
    tap(page, "Bryggkaffe")
    press(page, page.locator("#pay-cash"))
    done_number(page)
    assert look.faults == [], "\n".join(look.faults)


@pytest.mark.parametrize("size", ["handheld", "desktop"])
def test_the_records_of_a_till_in_the_office(windows: Windows, axe: Axe, size: str) -> None:
    look = Look(windows, axe, size)
    page = windows.office(size, who=OWNER)
    page.goto("/tills")
    page.locator("main tbody a").first.click()
    page.get_by_role("link", name="Kontroll", exact=True).click()
    page.get_by_role("link", name="Bevisa journalen nu").click()
    page.get_by_text("Journalen är hel").wait_for()
    look.at(page, "office-records")
    assert look.faults == [], "\n".join(look.faults)
