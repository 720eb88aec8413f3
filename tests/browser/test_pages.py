"""Every page of both programs, at two sizes and in three themes: axe agrees, nothing overflows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.axe import Axe
from tests.browser.looking import SIZES, Look
from tests.browser.selling import done_number, key, press, tap, wait_total
from tests.browser.shop import CASHIER, OWNER, Shop, until
from tests.browser.windows import Windows

from skrin.town.web import WebSession


@pytest.fixture(scope="module")
def closed_day(shop: Shop) -> None:
    """Each till has a receipt, a Z, and a sale of the next period; the office has them all."""
    email, password = shop.person(CASHIER)
    for running in shop.demo.tills:
        web = WebSession(running.url)
        web.log_in(email, password)
        for path in ("/next", "/abort"):
            web.post(path)
        for last in (False, True):
            article = web.get("/").split('form="tap" name="article_id" value="')[1].split('"')[0]
            web.post("/tap", article_id=article)
            assert web.post("/pay/cash")[0] == 200
            until(lambda: "is-done" in web.get("/paying"), "the sale to be finished")  # noqa: B023
            web.post("/next")
            if not last:
                day = web.get("/day").split('href="/day/close/')[1].split('"')[0]
                assert web.post("/day/close", day=day)[0] == 200
    office = WebSession(shop.demo.office_url)
    office.log_in(*shop.person(OWNER))
    until(lambda: office.get("/closings").count(">Z ") >= 2, "both Z to reach the office")


def _visit(page: Any, look: Look, *paths: str, prefix: str = "") -> None:
    for path in paths:
        page.goto(path)
        look.at(page, prefix + (path.strip("/").replace("/", "-") or "first"))


@pytest.mark.usefixtures("closed_day")
@pytest.mark.parametrize("size", SIZES)
def test_selling_page_in_all_its_states(windows: Windows, axe: Axe, size: str) -> None:
    windows.expected = {422}
    look = Look(windows, axe, size)
    page = windows.blank(size)
    page.goto("/login")
    look.at(page, "till-login")
    page = windows.till(size)
    look.at(page, "till-empty")
    states: list[tuple[str, Callable[[], object], str]] = [
        ("lines", lambda: tap(page, "Bryggkaffe", "Kanelbulle"), "#zone .line:nth-child(2)"),
        ("search", lambda: page.fill("#q", "bulle"), "#found .key"),
        ("nothing-found", lambda: page.fill("#q", "xyzzy"), "#found [data-query=xyzzy]"),
    ]
    for name, act, sign in states:
        act()
        page.wait_for_selector(sign, state="attached")
        look.at(page, f"till-{name}")
    page.fill("#q", "")
    press(page, page.locator("[popovertarget=menu]"))
    page.wait_for_selector("#menu:popover-open")
    look.at(page, "till-menu")
    page.keyboard.press("Escape")
    press(page, key(page, "Övrigt, fritt pris"))
    page.wait_for_selector("#ask[open]")
    look.at(page, "till-ask")
    press(page, page.locator("#ask [data-close]"))
    page.locator("#scan").evaluate(
        "(form) => { form.elements.code.value = '000000'; skrin.put(form); }"
    )
    page.wait_for_selector("#notice .is-bad")
    look.at(page, "till-refused")
    press(page, page.locator("#pay-other"))
    page.wait_for_selector(".paying-window")
    look.at(page, "till-cash")
    page.fill("#tendered", "12,345,6")
    press(page, page.locator(".paying .method", has_text="Kontant"))
    page.wait_for_selector("#tendered[aria-invalid]")
    look.at(page, "till-cash-fault")
    press(page, page.locator(".paying [data-back]"))
    wait_total(page, "66,00")
    if size == "handheld":
        press(page, page.locator("#zone .handle"))
        page.wait_for_selector("#selling.sheet-open")
        look.at(page, "till-sheet")
    page.evaluate("() => document.querySelector('.abort').click()")
    page.wait_for_selector("#abort:popover-open")
    look.at(page, "till-abort")
    page.keyboard.press("Escape")
    windows.shop.switch(windows.shop.till_of(size).card_terminal.ready, payment_ms=120_000)
    press(page, page.locator("#pay-card"))
    page.wait_for_selector(".paying-card")
    look.at(page, "till-card")
    press(page, page.get_by_role("button", name="Stoppa betalningen"))
    page.get_by_text("Betalningen stoppades.").wait_for()
    press(page, page.locator("#pay-cash"))
    done_number(page)
    look.at(page, "till-done")
    assert look.faults == [], "\n".join(look.faults)


@pytest.mark.usefixtures("closed_day")
@pytest.mark.parametrize("size", SIZES)
def test_pages_beside_selling(windows: Windows, axe: Axe, size: str) -> None:
    windows.expected = {404}
    look = Look(windows, axe, size)
    page = windows.till(size)
    paths = ("/receipts", "/receipts/1", "/day", "/day/z/1", "/reports", "/status", "/nowhere")
    _visit(page, look, *paths, prefix="till-")
    assert look.faults == [], "\n".join(look.faults)


@pytest.mark.usefixtures("closed_day")
@pytest.mark.parametrize("size", SIZES)
def test_pages_of_the_office(windows: Windows, axe: Axe, size: str) -> None:
    windows.expected = {404}
    look = Look(windows, axe, size)
    page = windows.blank(size, program="office")
    page.goto("/login")
    look.at(page, "office-login")
    page = windows.office(size, OWNER)
    places = ("/", "/receipts", "/closings", "/articles", "/tills", "/money", "/settings")
    _visit(page, look, *places, "/nowhere", prefix="office-")
    for place in ("/receipts", "/closings", "/tills"):
        page.goto(place)
        page.locator("tbody th a").first.click()
        page.wait_for_selector("pre.paper, .facts")
        look.at(page, f"office-one-of{place.replace('/', '-')}")
    page.goto("/statistics")
    page.locator("summary").first.click()
    look.at(page, "office-statistics")
    assert look.faults == [], "\n".join(look.faults)


@pytest.mark.usefixtures("closed_day")
@pytest.mark.parametrize("size", SIZES)
def test_pages_in_english(windows: Windows, size: str) -> None:
    """Chosen on the screen, the language holds on every page; Swedish words are the shop's own."""
    page = windows.till(size, "en")
    expected = {
        "/": "Take away",
        "/receipts": "Sale",
        "/day": "Close the day",
        "/status": "Control unit",
    }
    for path, words in expected.items():
        page.goto(path)
        assert page.get_attribute("html", "lang") == "en"
        assert words in page.locator("body").evaluate("body => body.textContent")
        windows.picture(page, f"en-{size}-till-{path.strip('/') or 'first'}", whole=path != "/")
    office = windows.office(size, OWNER, "en")
    for path, words in {
        "/": "Latest receipts",
        "/statistics": "Gross profit",
        "/closings": "Closed at",
        "/tills": "Last contact",
        "/money": "In balance",
        "/settings": "Organisation number",
    }.items():
        office.goto(path)
        assert office.get_attribute("html", "lang") == "en"
        assert words in office.locator("body").evaluate("body => body.textContent")
        windows.picture(office, f"en-{size}-office-{path.strip('/') or 'first'}", whole=True)
