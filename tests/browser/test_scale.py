"""A scale beside the till: goods by weight in one tap, and the keypad as soon as it cannot help."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.browser.small import Screens, SmallTill
from tests.till.devices.simulators import Simulator, simulator

from skrin.till.devices.scale_line import LATE_S

SIZES = ("handheld", "desktop")


@pytest.fixture(scope="module")
def pan() -> Iterator[Simulator]:
    with simulator("scale") as one:
        yield one


@pytest.fixture(scope="module")
def scale_till(
    browser_path: str, pan: Simulator, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SmallTill]:
    place = f"{pan.ready['protocol']}:{pan.ready['serial']}"
    with SmallTill(tmp_path_factory.mktemp("scale") / "till", "--scale", place) as running:
        yield running


@pytest.fixture
def screens(
    chromium: Any, scale_till: SmallTill, pictures: Path, pan: Simulator
) -> Iterator[Screens]:
    pan.reset()
    time.sleep(LATE_S)  # The story before left the scale silent: its line is let rest.
    opened = Screens(chromium, scale_till, pictures)
    yield opened
    opened.close()
    assert opened.faults == []


@pytest.mark.requirement("OPP-002", "R-DEV-013", "OPP-054")
@pytest.mark.parametrize("size", SIZES)
def test_goods_by_weight_take_one_tap_and_what_hinders_says_what_to_do(
    screens: Screens, pan: Simulator, size: str
) -> None:
    screen = screens.selling(size)

    def ring() -> None:
        screen.page.wait_for_timeout(650)  # Sooner it would be a double tap.
        screen.ring("Lösgodis")

    pan.switch(gross_g=350)
    taps = screen.taps
    screen.ring("Lösgodis")
    screen.wait_total("48,65")
    screen.window_gone()
    assert screen.taps == taps + 1
    assert "0,350 kg × 139,00" in screen.line("Lösgodis").text_content()
    ring()
    screen.wait_total("97,30")  # The same weight on purpose.
    screen.window_gone()

    # A double tap, while the scale takes its time and when it has answered: one line.
    screen.page.wait_for_timeout(700)
    pan.switch(slow_ms={"value": 400, "times": 1})
    box = screen.key("Lösgodis").bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for between_ms in (60, 300):
        for _ in range(2):
            screen.page.mouse.click(*middle)
            screen.page.wait_for_timeout(between_ms)
        screen.page.wait_for_timeout(700)
    screen.window_gone()
    screen.wait_total("194,60")
    assert len(screen.lines()) == 4

    # It moves, then stands still.
    pan.switch(moving=True, gross_g=1000)
    ring()
    says = screen.window().locator(".weight")
    says.get_by_text("Vänta tills vågen är stilla.").wait_for()
    screen.look("scale-moves")
    pan.switch(moving=False)
    screen.wait_total("333,60")
    screen.window_gone()

    # Whoever types, or closes the window, wants no weight any more.
    pan.switch(moving=True)
    ring()
    screen.press(screen.window().get_by_role("button", name="Skriv in vikten"))
    screen.digits("0,1")
    pan.switch(moving=False)
    screen.press(screen.window().locator(".primary"))
    screen.window_gone()
    screen.wait_total("347,50")
    pan.switch(moving=True)
    ring()
    screen.press(screen.window().locator("[data-close]"))
    screen.window_gone()
    pan.switch(moving=False)

    # Nothing lies there; then the scale is silent: the keypad is there at once.
    pan.switch(gross_g=0)
    ring()
    screen.window().get_by_text("Inget ligger på vågen.").wait_for()
    pan.switch(gross_g=100)
    screen.press(screen.window().get_by_role("button", name="Väg"))
    screen.wait_total("361,40")
    screen.window_gone()
    pan.switch(silent=True)
    ring()
    screen.window().get_by_text("Vågen svarar inte.").wait_for()
    screen.look("scale-silent")
    screen.digits("1")
    screen.press(screen.window().locator(".primary"))
    screen.wait_total("500,40")
    assert len(screen.lines()) == 8


@pytest.mark.parametrize("size", SIZES)
def test_the_page_of_the_scale(screens: Screens, pan: Simulator, size: str) -> None:
    screens.expected = {422}
    screen = screens.selling(size, who="saga")
    page = screen.page
    pan.switch(gross_g=1234)
    page.goto("/status")
    screen.press(page.get_by_role("link", name="Mer: Våg"))
    page.get_by_text("På den ligger 1,234 kg").wait_for()
    screen.look("scale")
    page.get_by_label("Seriell linje").fill("kassan")
    screen.press(page.get_by_role("button", name="Använd den här vågen"))
    page.wait_for_selector("#address[aria-invalid]")
    screen.look("scale-address")
    page.get_by_label("Seriell linje").fill(pan.ready["serial"])
    screen.press(page.get_by_role("button", name="Väg med den"))
    page.wait_for_selector("#set .notice.is-good")
    screen.look("scale-tried")
    screen.press(page.get_by_role("button", name="Använd ingen våg"))
    page.get_by_text("Ingen våg är ansluten.").wait_for()
    page.goto("/")
    screen.ready()
    screen.ring("Lösgodis")
    assert screen.window().locator(".weight").count() == 0
    page.goto("/scale")
    screen.press(page.get_by_role("button", name="Använd vågen som kontoret anger"))
    page.get_by_text("På den ligger 1,234 kg").first.wait_for()
