"""Who stands at the till, what the screen looks like, the first time, practice, the camera."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.browser.selling import plain
from tests.browser.shop import until
from tests.browser.small import Screens, SmallTill
from tests.browser.small_till import PASSWORD, PINS

SIZES = ("handheld", "desktop")
CAMERA = """() => { window.BarcodeDetector = class {
    static async getSupportedFormats() { return ['ean_13']; }
    async detect() { return window.shown ? [{ rawValue: window.shown }] : []; }
  };
  const draw = document.createElement('canvas');
  navigator.mediaDevices.getUserMedia = async () => draw.captureStream(1); }"""


@pytest.mark.requirement("OPP-029")
@pytest.mark.parametrize("size", SIZES)
def test_somebody_else_takes_over_by_name_and_pin(screens: Screens, size: str) -> None:
    screens.expected = {401, 422}  # The old session ends while its icon asks.
    screen = screens.selling(size)
    screen.ring("Semla")
    screen.wait_total("55,00")
    assert "Alva" in screen.page.inner_text(".who")
    screen.press(".who")
    screen.window()
    screen.look("people")
    screen.choose("Nils")
    screen.digits("9999")
    screen.press("#window .primary")
    screen.page.get_by_text("PIN-koden är fel. Försök igen.").wait_for()
    screen.page.fill("#pin-digits", "")
    screen.digits("4711")
    screen.press("#window .primary")
    screen.page.wait_for_function(
        "() => document.querySelector('.who')?.innerText.includes('Nils')"
    )
    screen.ready()
    screen.wait_total("55,00")


@pytest.mark.requirement("OPP-029")
@pytest.mark.parametrize("size", SIZES)
def test_a_log_in_that_is_over_keeps_the_cart_and_a_pin_brings_it_back(
    screens: Screens, size: str
) -> None:
    screens.expected = {401}
    screen = screens.selling(size)
    screen.ring("Semla")
    screen.wait_total("55,00")
    screen.page.context.clear_cookies(name=re.compile("^skrin_till"))
    screen.ring("Semla")
    screen.page.wait_for_selector("#login-digits")
    screen.look("login")
    screen.press(screen.page.locator(".names .choice", has_text="Alva"))
    screen.digits("2580", "main")
    screen.press("form[action='/login/pin'] button:not([data-digit])")
    screen.ready()
    screen.wait_total("55,00")


@pytest.mark.requirement("OPP-029")
@pytest.mark.parametrize("size", SIZES)
def test_a_pin_of_ones_own_is_chosen_with_the_password(screens: Screens, size: str) -> None:
    screens.expected = {422}
    screen = screens.selling(size)
    screen.press('[popovertarget="menu"]')
    screen.press(screen.page.locator("#menu button", has_text="Din egen kod"))
    screen.window()
    screen.look("own-pin")
    screen.page.fill("#own-email", "alva@vete.example")
    screen.page.fill("#own-password", PASSWORD)
    screen.page.fill("#own-digits", "1234")
    screen.press("#window .primary")
    screen.page.get_by_text("Den PIN-koden är den första som någon provar.").wait_for()
    screen.page.fill("#own-digits", PINS["alva"])
    screen.press("#window .primary")
    screen.window_gone()
    assert screen.notice() == "Alva har en ny PIN-kod."


@pytest.fixture
def first_day(chromium: Any, tmp_path: Path, pictures: Path) -> Iterator[Screens]:
    """Screens of a till at which nobody has worked yet."""
    with SmallTill(tmp_path / "first-day") as till:
        opened = Screens(chromium, till, pictures)
        yield opened
        opened.close()
    assert opened.faults == []


@pytest.mark.requirement("R-BTN-005", "R-SELL-012", "R-USER-004")
@pytest.mark.parametrize(("size", "who"), [("handheld", "nils"), ("desktop", "saga")])
def test_after_the_log_in_it_asks_which_keys_and_shows_the_tour_once(
    first_day: Screens, size: str, who: str
) -> None:
    screen = first_day.blank(size)
    screen.log_in(who)
    window = screen.window()
    assert "Vilka knappar börjar du med?" in window.inner_text()
    screen.look("start")
    screen.press(window.get_by_role("button", name="Mer", exact=True))
    screen.page.wait_for_selector(".tour-step")
    assert screen.page.locator("#keys-2").is_visible()
    screen.look("tour")
    screen.press("[data-tour=next]:visible")
    screen.press("[data-tour=next]:visible")
    assert "Steg 3 av 3" in screen.window().inner_text()
    screen.press("[data-tour=end].primary:visible")
    screen.window_gone()
    screen.page.goto("/?start=1")
    screen.ready()
    assert screen.page.locator("#keys-2").is_visible(), "the choice holds on this screen"
    screen.press(screen.window().get_by_role("button", name="Kafé"))
    screen.window_gone()
    assert screen.page.locator(".tour-step").count() == 0


@pytest.mark.parametrize("size", SIZES)
def test_practice_frames_the_screen_and_ends(screens: Screens, size: str) -> None:
    screen = screens.selling(size, who="nils")
    screen.press('[popovertarget="menu"]')
    screen.press(screen.page.locator("#menu form[action='/training'] button"))
    screen.page.wait_for_selector("#modes .is-training")
    screen.ring("Semla")
    screen.wait_total("55,00")
    screen.look("training")
    screen.press("#pay-card")
    screen.done()
    screen.press("[data-back]")
    screen.page.wait_for_selector(".done", state="detached")
    screen.press("#modes button")
    screen.page.wait_for_selector("#modes .is-training", state="detached")


@pytest.mark.parametrize("size", SIZES)
def test_colours_and_language_of_the_screen(screens: Screens, size: str) -> None:
    screen = screens.selling(size)
    for theme in ("dark", "contrast", "light"):
        screen.press('[popovertarget="menu"]')
        screen.press(f"#menu [name=theme][value={theme}]")
        screen.page.wait_for_selector(f"html[data-theme={theme}]")
        screen.ready()
        screen.ring("Bryggkaffe")
        screen.page.wait_for_selector(".line", state="attached")
        screen.look(f"theme-{theme}")
    screen.press('[popovertarget="menu"]')
    screen.press("#menu [name=language][value=en]")
    screen.page.wait_for_selector("html[lang=en]")
    screen.ready()
    assert plain(screen.page.inner_text("#pay-other")).startswith("Charge")
    screen.open_line("Bryggkaffe")
    screen.look("english")
    assert "Change the quantity" in screen.window().inner_text()


@pytest.mark.requirement("R-SELL-016", "OPP-003")
def test_the_camera_scans_and_a_code_counts_once(screens: Screens) -> None:
    screen = screens.selling("handheld")
    screen.page.evaluate(CAMERA)
    screen.press(".camera-key")
    screen.page.get_by_text("Håll koden framför kameran.").wait_for()
    screen.page.evaluate("() => { window.shown = '7359990000014'; }")
    screen.wait_total("34,00")
    assert "7359990000014" in screen.page.inner_text(".camera-says")
    screen.page.wait_for_timeout(400)
    screen.page.evaluate("() => { window.shown = '2312345603500'; }")
    screen.page.wait_for_function("() => document.querySelectorAll('#zone .line').length === 2")
    screen.press("#window [data-first]")
    screen.window_gone()
    screen.open_receipt()
    assert screen.lines() == [("Bryggkaffe", "34,00"), ("Lösgodis", "48,65")]


@pytest.mark.requirement("R-SELL-016")
def test_without_a_reader_in_the_browser_it_says_so(screens: Screens) -> None:
    screen = screens.selling("handheld")
    screen.page.evaluate("() => { delete window.BarcodeDetector; }")
    screen.press(".camera-key")
    said = screen.page.locator(".camera-says")
    until(lambda: "Den här webbläsaren kan inte läsa koder" in said.inner_text(), "the words")
    screen.look("camera")
