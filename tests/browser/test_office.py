"""The office as its people meet it: what a cashier may, and what an owner does there."""

from __future__ import annotations

import re

import pytest
from tests.browser.looking import OVERFLOWS
from tests.browser.selling import done_number, key, press, tap, wait_total
from tests.browser.shop import CASHIER, DRAWN_S, OWNER, until
from tests.browser.windows import Windows

SIZES = ("handheld", "desktop")
LONG_WORDS = """() => document.querySelectorAll(".latest tbody tr").forEach((row) => {
  const [at, paid, total] = row.querySelectorAll("td");
  row.querySelector("small").lastChild.textContent = "NORRSKEN-1";
  at.querySelector("small").textContent = "Järnvägsstationen";
  paid.firstChild.textContent = "Lunchkuponger";
  paid.querySelector("small").textContent = "Övningskvitto";
  total.textContent = "−112 345,00";
})"""
OUTSIDE = """() => [...document.querySelectorAll(".latest td, .latest th")]
  .filter((cell) => (cell.closest("thead")?.offsetWidth ?? 2) > 1)  // On a handheld it is unseen.
  .filter((cell) => cell.getBoundingClientRect().right > innerWidth + 1
    || cell.scrollWidth > cell.clientWidth + 1).map((cell) => cell.textContent)"""


@pytest.mark.requirement("R-USER-001", "R-USER-009")
@pytest.mark.parametrize("size", SIZES)
def test_a_cashier_has_a_page_of_ones_own_and_no_figures(windows: Windows, size: str) -> None:
    windows.expected = {403, 422}
    page = windows.office(size, CASHIER)
    page.wait_for_url("**/me")
    assert page.locator("nav").count() == 0
    page.goto("/")
    assert "Din roll öppnar inte den här sidan" in page.inner_text("h1")
    windows.picture(page, f"office-{size}-shut", whole=True)
    page.click("main a.primary")
    page.wait_for_url("**/me")
    page.fill("#pin", "1234")
    page.fill("#pin-current", "fel")
    page.click("text=Byt PIN-kod")
    page.wait_for_selector("#pin-current-fault:has-text('Det är inte ditt lösenord.')")
    page.fill("#pin", "1234")
    page.fill("#pin-current", windows.shop.person(CASHIER)[1])
    page.click("text=Byt PIN-kod")
    page.wait_for_selector("#pin-fault:has-text('lätt att gissa')")
    windows.picture(page, f"office-{size}-me", whole=True)


@pytest.mark.requirement("R-WO-001")
@pytest.mark.parametrize("size", SIZES)
def test_an_owner_makes_a_till_and_takes_it_out_of_use(windows: Windows, size: str) -> None:
    windows.expected = {422}
    page = windows.office(size, OWNER)
    page.goto("/tills")
    page.click("text=Ny kassa")
    page.wait_for_url("**/tills/new")
    designation = page.input_value("#designation")
    page.click("text=Skapa kassan")
    page.wait_for_selector("#label-fault:has-text('Ge kassan ett namn.')")
    page.fill("#label", "Kassa uteserveringen")
    windows.picture(page, f"office-{size}-till-new", whole=True)
    page.click("text=Skapa kassan")
    assert re.fullmatch(r"\d+(-[0-9A-Z]{4}){3}", page.inner_text(".code"))
    assert "Den fungerar en gång, till och med" in page.inner_text("main")
    windows.picture(page, f"office-{size}-till-code", whole=True)
    page.click("main a.primary")
    page.click(f"tr:has-text('{designation}') a")
    page.wait_for_selector("h1:has-text('Kassa uteserveringen')")
    windows.picture(page, f"office-{size}-till-waits", whole=True)
    page.click("main a:has-text('Ta ur bruk')")
    page.check("text=Den behövs inte längre")
    page.click("main button")
    page.wait_for_selector("#reason-fault:has-text('Säg med några ord varför.')")
    assert page.is_checked("text=Den behövs inte längre"), "what was chosen is kept"
    windows.picture(page, f"office-{size}-till-retire", whole=True)
    page.fill("#reason", "Sommaren är slut")
    page.click("main button")
    page.wait_for_selector(f"h1:has-text('{designation}')")


@pytest.mark.parametrize("size", SIZES)
def test_todays_receipts_show_how_and_how_much_without_scrolling(
    windows: Windows, size: str
) -> None:
    till = windows.till(size)
    tap(till, "Cappuccino")
    wait_total(till, "44,00")
    press(till, till.locator("#pay-cash"))
    number = done_number(till)
    page = windows.office(size, OWNER)
    row = page.locator(".latest tbody tr", has=page.locator(f"a:text-matches('^{number}\\\\b')"))

    def listed() -> bool:
        page.goto("/")
        return bool(row.count())

    until(listed, "the receipt to reach the office", pause_s=DRAWN_S)
    cells = [cell.strip() for cell in row.first.locator("td").all_inner_texts()]
    assert cells[1].startswith("Kontant") and cells[2] == "44,00"
    assert page.evaluate(OUTSIDE) == [], "nothing is cut off"
    windows.picture(page, f"office-{size}-today", whole=True)
    page.evaluate(LONG_WORDS)
    assert page.evaluate(OUTSIDE) == [], "nor with a gift card, a return and a long name"
    assert not page.evaluate(OVERFLOWS)
    windows.picture(page, f"office-{size}-today-long", whole=True)


@pytest.mark.parametrize("size", SIZES)
def test_a_tap_on_a_page_that_is_too_old_says_so_and_has_a_way_on(
    windows: Windows, size: str
) -> None:
    windows.expected = {403}
    page = windows.till(size)
    tap(page, "Cappuccino")
    wait_total(page, "44,00")
    page.evaluate("() => document.body.setAttribute('hx-headers', JSON.stringify({}))")
    press(page, key(page, "Bryggkaffe"))
    page.wait_for_selector("#notice:has-text('Sidan är för gammal')")
    windows.picture(page, f"{size}-stale")
    page.click("#notice a")
    page.wait_for_selector("#selling")
    wait_total(page, "44,00")
    tap(page, "Bryggkaffe")
    wait_total(page, "78,00")
