"""A device that is a till in two stores, at its screen: the store is asked for once, with a tap."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.axe import Axe
from tests.browser.looking import SIZES, Look
from tests.browser.selling import done_number, open_receipt, plain, press, tap
from tests.browser.windows import Windows
from tests.till.process.office_stub import BOTH, EMAIL, IN_TWO_STORES, PASSWORD, SECOND
from tests.till.process.rig import Street, TillProcess

FIRST_STORE, SECOND_STORE = "Torget", SECOND.store_name


class Device:
    """The till of two stores as windows look at it."""

    def __init__(self, till: TillProcess) -> None:
        self.till = till
        self.sessions: dict[Any, Any] = {}

    def base(self, program: str, size: str) -> str:
        """One address for every window."""
        return f"http://127.0.0.1:{self.till.screen.port}"


@pytest.fixture(scope="module")
def device(browser_path: str) -> Iterator[Device]:
    with tempfile.TemporaryDirectory(prefix="skrin-two-stores-") as folder:
        street = Street(Path(folder))
        till = TillProcess(street, f"{IN_TWO_STORES}1")
        try:
            till.start()
            till.ready()
            yield Device(till)
        finally:
            till.stop()
            street.stop()


@pytest.fixture
def beside(chromium: Any, device: Device, pictures: Path) -> Iterator[Windows]:
    """Opens windows at that device; a fault that any of them met fails the story."""
    opened = Windows(chromium, device, pictures)  # type: ignore[arg-type]
    yield opened
    opened.close()
    assert opened.faults == []


def log_in(page: Any, email: str) -> None:
    page.goto("/login")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")


def sell_coffee(page: Any) -> None:
    """From the selling page to a paid receipt and back."""
    page.wait_for_selector(".goods .key:visible")
    if page.get_attribute("body", "data-opens"):  # Who is new is shown around once.
        press(page, page.locator("[data-tour=end]:visible").first)
        page.wait_for_selector("#window", state="hidden")
    tap(page, "Bryggkaffe")
    open_receipt(page)
    page.wait_for_selector("#zone .line")
    press(page, page.locator("#pay-cash"))
    done_number(page)
    press(page, page.locator("[data-back]"))


@pytest.mark.requirement("R-USER-003", "R-USER-004")
@pytest.mark.parametrize("size", SIZES)
def test_who_works_in_two_stores_picks_one_and_who_works_in_one_is_not_asked(
    beside: Windows, axe: Axe, size: str
) -> None:
    beside.expected = {422}
    look = Look(beside, axe, size)
    page = beside.blank(size)
    log_in(page, BOTH)
    page.wait_for_selector("h1:has-text('Vilken butik?')")
    assert "Cia, i vilken butik arbetar du nu?" in plain(page.inner_text("main"))
    shown = [one.inner_text() for one in page.locator(".names button").all()]
    assert [words.split(" (")[0] for words in shown] == [FIRST_STORE, SECOND_STORE]
    heights = [one.bounding_box()["height"] for one in page.locator(".names button").all()]
    assert min(heights) >= 44, "a finger hits it"
    beside.picture(page, f"stores-{size}-asked")
    look.at(page, "stores-asked")
    press(page, page.get_by_role("button", name=SECOND_STORE))
    sell_coffee(page)
    page.goto("/status")
    assert SECOND_STORE in page.inner_text("body")
    beside.picture(page, f"stores-{size}-second", whole=True)

    one_store = beside.blank(size)
    log_in(one_store, EMAIL)
    sell_coffee(one_store)
    one_store.goto("/status")
    assert FIRST_STORE in one_store.inner_text("body")
    assert look.faults == [], "\n".join(look.faults)


@pytest.mark.requirement("R-USER-004")
@pytest.mark.parametrize("size", SIZES)
def test_the_store_is_chosen_with_the_keyboard_and_back_leads_to_the_log_in(
    beside: Windows, size: str
) -> None:
    page = beside.blank(size, "en")
    log_in(page, BOTH)
    page.wait_for_selector("h1:has-text('Which store?')")
    page.get_by_role("link", name="Back").click()
    page.wait_for_url("**/login")
    log_in(page, BOTH)
    page.wait_for_selector("h1:has-text('Which store?')")
    focused = page.evaluate("() => document.activeElement.textContent").split(" (")[0]
    assert focused in (FIRST_STORE, SECOND_STORE), "the store of last time is proposed"
    page.keyboard.press("Enter")
    page.wait_for_selector(".goods .key:visible")
    page.goto("/status")
    assert focused in page.inner_text("body")
