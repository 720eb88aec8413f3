"""A till in another's place at its screen: what that one registered, and how a register ends."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.axe import Axe
from tests.browser.looking import Look
from tests.browser.selling import plain, press
from tests.browser.windows import Windows
from tests.till.process.office_stub import OWNER, PASSWORD
from tests.till.process.rig import Street
from tests.till.process.screen import eventually
from tests.till.process.test_identity import close, sell


class Pair:
    """The new till as windows look at it, and the old one behind it."""

    def __init__(self, street: Street) -> None:
        self.old, self.till = street.new_till(), street.new_till()
        self.sessions: dict[Any, Any] = {}
        self.old.open()
        for _ in range(2):
            sell(self.old.screen)
        close(self.old.screen)
        eventually(lambda: street.office.head(self.old.till_id) == self.old.head_seq())
        street.office.before[self.till.designation] = self.old.till_id
        self.till.start("skrin.till.main", "--beside", "Kiosken AB=http://127.0.0.1:9/")
        self.till.ready()
        self.till.log_in()
        there = self.there
        eventually(lambda: there in self.till.screen.get("/earlier").text)

    @property
    def there(self) -> str:
        """Where the old till is read."""
        return f"/earlier/7-{self.old.till_id}-1"

    def base(self, program: str, size: str) -> str:
        """One address for every window."""
        return f"http://127.0.0.1:{self.till.screen.port}"


@pytest.fixture(scope="module")
def pair(browser_path: str) -> Iterator[Pair]:
    with tempfile.TemporaryDirectory(prefix="skrin-earlier-") as folder:
        street = Street(Path(folder))
        try:
            yield Pair(street)
        finally:
            street.stop()


@pytest.fixture
def beside(chromium: Any, pair: Pair, pictures: Path) -> Iterator[Windows]:
    """Opens windows at that till; a fault that any of them met fails the story."""
    opened = Windows(chromium, pair, pictures)  # type: ignore[arg-type]
    yield opened
    opened.close()
    assert opened.faults == []


@pytest.mark.browser
@pytest.mark.requirement("R-TERM-015", "OPP-024", "OPP-022")
@pytest.mark.parametrize("size", ["handheld", "desktop"])
def test_the_earlier_till_is_found_read_and_a_register_ends_by_steps(
    beside: Windows, pair: Pair, axe: Axe, size: str
) -> None:
    beside.expected = {422}
    look = Look(beside, axe, size)
    page = beside.blank(size)
    page.goto("/login")
    other = page.get_by_role("link", name="Kiosken AB")
    assert other.get_attribute("href") == "http://127.0.0.1:9/"
    assert other.bounding_box()["height"] >= 44
    look.at(page, "login-beside")
    page.fill("#email", OWNER)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(re.compile(r"/(\?.*)?$"))  # The first page shortens its address itself.
    page.goto("/earlier")
    look.at(page, "earlier")
    press(page, page.get_by_role("link", name=pair.old.designation))
    page.wait_for_selector("#z")
    look.at(page, "earlier-till")
    page.fill("#number", "2")
    page.get_by_role("button", name="Visa").click()
    page.wait_for_url("**number=2**")
    assert page.locator(".rows li").count() == 1
    press(page, page.locator(".rows a").first)
    page.wait_for_selector(".paper")
    assert f"Kassa {pair.old.designation}" in plain(page.inner_text(".paper"))
    look.at(page, "earlier-receipt")
    page.goto(f"{pair.there}/z/1")
    assert "Skriv ut kopia" in page.inner_text("main")
    look.at(page, "earlier-z")
    page.goto("/moving")
    look.at(page, "moving")
    page.check("input[name=sure]")
    page.get_by_role("button", name="Avsluta kassaregistrets försäljning").click()
    page.wait_for_selector(".notice")
    assert "Stäng den först" in page.inner_text(".notice")
    assert look.faults == [], "\n".join(look.faults)
