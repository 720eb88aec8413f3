"""The till dies for some seconds: the screen says so and comes back, and nothing is doubled."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.browser.selling import plain
from tests.browser.small import Screen, Screens, SmallTill

SIZES = ("handheld", "desktop")
AWAY = "Kassan svarar inte"
WORKS = "() => navigator.serviceWorker.ready.then((it) => it.active.state === 'activated')"


class Mortal:
    """A small till that is killed and started again on its port, as a host does."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder = folder
        self.till = self.begin()

    def begin(self) -> SmallTill:
        till = SmallTill(self.folder, "--port", str(self.port))
        till.__enter__()
        return till

    def kill(self) -> None:
        self.till.process.send_signal(signal.SIGKILL)
        self.till.process.wait(20)

    def back(self) -> None:
        self.till = self.begin()


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Mortal]:
    made = Mortal(tmp_path / "till")
    yield made
    made.till.__exit__()


@pytest.fixture
def away_screens(chromium: Any, mortal: Mortal, pictures: Path) -> Iterator[Screens]:
    """Screens of the till that dies. What the browser says of that is no fault of a page."""
    opened = Screens(chromium, mortal.till, pictures)
    yield opened
    opened.close()
    told = ("net::ERR_CONNECTION", "net::ERR_EMPTY")
    assert [fault for fault in opened.faults if not fault.startswith(told)] == []


def ready(screen: Screen) -> None:
    """The script that keeps the waiting page is in charge."""
    screen.page.wait_for_function(WORKS)


@pytest.mark.requirement("OPP-055", "OPP-051")
@pytest.mark.parametrize("size", SIZES)
def test_the_selling_page_comes_back_with_its_receipt(
    away_screens: Screens, mortal: Mortal, size: str
) -> None:
    screen = away_screens.selling(size)
    page = screen.page
    screen.ring("Bryggkaffe", "Kanelbulle")
    screen.wait_total("66,00")
    mortal.kill()
    page.wait_for_selector("#wait:not([hidden])")
    assert AWAY in plain(page.inner_text("#wait"))
    screen.ring("Kanelbulle")  # Kept, and sent when the till is there again.
    screen.look("away-selling")
    mortal.back()
    screen.wait_total("98,00")
    page.wait_for_selector("#wait", state="hidden")
    screen.open_receipt()
    assert [name for name, _ in screen.lines()] == ["Bryggkaffe", "Kanelbulle"]
    screen.close_receipt()
    screen.press("#pay-cash")
    assert screen.done() == "1"


def test_what_went_on_meanwhile_is_shown(away_screens: Screens, mortal: Mortal) -> None:
    """Another screen of the same person rings on after the restart: the first sees it at once."""
    screen = away_screens.selling("desktop")
    screen.ring("Bryggkaffe")
    screen.wait_total("34,00")
    mortal.kill()
    screen.page.wait_for_selector("#wait:not([hidden])")
    screen.page.evaluate("() => document.querySelector('#zone .line').remove()")
    mortal.back()
    screen.page.wait_for_selector("#wait", state="hidden")
    screen.page.wait_for_selector("#zone .line")
    assert [name for name, _ in screen.lines()] == ["Bryggkaffe"]


@pytest.mark.parametrize("size", SIZES)
def test_a_page_that_is_asked_for_meanwhile_waits_and_comes(
    away_screens: Screens, mortal: Mortal, size: str
) -> None:
    screen = away_screens.selling(size)
    page = screen.page
    ready(screen)
    mortal.kill()
    page.goto("/status")
    assert plain(page.inner_text("h1")) == AWAY
    assert not page.is_visible("#sent")
    screen.look("away")
    mortal.back()
    page.wait_for_selector(".parts")
    assert page.url.endswith("/status")


def test_what_was_sent_meanwhile_is_not_sent_again(away_screens: Screens, mortal: Mortal) -> None:
    screen = away_screens.selling("desktop")
    page = screen.page
    ready(screen)
    page.goto("/day")
    page.evaluate("() => document.querySelector('#wait').remove()")
    mortal.kill()
    page.evaluate("() => document.querySelector('main form[method=post]').submit()")
    page.wait_for_selector("#sent:not([hidden])")
    assert "Titta efter innan du gör det igen." in page.inner_text("#sent")
    mortal.back()
    screen.ready()
    assert page.url.endswith(f":{mortal.port}/")
