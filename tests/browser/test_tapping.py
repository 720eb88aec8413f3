"""Fingers, scanners and keyboards: nothing is lost, nothing moves, and few taps are enough."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from tests.browser.selling import (
    done_number,
    key,
    lines,
    open_receipt,
    plain,
    press,
    tap,
    wait_total,
)
from tests.browser.shop import Shop, until
from tests.browser.windows import Windows
from tests.scanner import scan

SIZES = ("handheld", "desktop")
EVERY_SIZE = ("handheld", "tablet", "desktop")
BUNS = "7359990020127"
WATCH_SHIFTS = """async () => {
  await document.fonts.ready;
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) window.shifts.push(shift.value);
  }).observe({ type: "layout-shift", buffered: false });
}"""


def slow_network(page: Any, latency_ms: int) -> None:
    """Let every answer of the till take this much longer."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": latency_ms,
            "downloadThroughput": -1,
            "uploadThroughput": -1,
        },
    )


@pytest.mark.requirement("R-SELL-001")
@pytest.mark.parametrize("size", SIZES)
def test_ten_taps_while_the_till_is_slow_are_ten_pieces(windows: Windows, size: str) -> None:
    page = windows.till(size)
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.post_data or ""))
    slow_network(page, 250)
    number = key(page, "Bryggkaffe").get_attribute("value")
    took_ms = page.evaluate(
        """async (number) => {
          const began = performance.now();
          for (let tap = 0; tap < 10; tap++) {
            document.querySelector(`.key[value="${number}"]`).click();
            await new Promise((wake) => setTimeout(wake, 20));
          }
          return performance.now() - began;
        }""",
        number,
    )
    assert took_ms < 600, "the taps were to be fast"
    wait_total(page, "340,00")
    slow_network(page, 0)
    open_receipt(page)
    assert lines(page) == [("Bryggkaffe", "10 × 34,00 · 6 %", "340,00")]
    ids = [found[1] for text in sent if (found := re.search("tap_id=([0-9a-f-]{36})", text))]
    assert len(ids) == len(set(ids)) == 10, "each tap is sent once, under an id of its own"


@pytest.mark.requirement("R-SELL-001")
@pytest.mark.parametrize("size", SIZES)
def test_charge_pressed_while_a_scan_is_under_way_is_not_lost(windows: Windows, size: str) -> None:
    page = windows.till(size)
    tap(page, "Cappuccino")
    wait_total(page, "44,00")
    slow_network(page, 250)
    for _ in range(2):
        page.locator("#scan [name=code]").evaluate(
            "(field, code) => { field.value = code; skrin.put(field.form); }", BUNS
        )
    press(page, page.locator("#pay-other"))
    page.wait_for_selector(".paying-window")
    total = plain(page.inner_text(".paying-sum b"))
    page.wait_for_timeout(800)
    assert page.locator(".paying-window").is_visible(), "it stays"
    assert plain(page.inner_text(".paying-sum b")) == total != "44,00", "both scans are in it"
    windows.picture(page, f"{size}-charge-after-scan")


@pytest.mark.parametrize("size", EVERY_SIZE)
def test_nothing_moves_that_was_not_touched(windows: Windows, size: str) -> None:
    page = windows.till(size)
    page.evaluate(WATCH_SHIFTS)
    fixed = ("#strip", "#zone", "#pay-card", ".tabs", ".bar")
    before = [page.locator(part).bounding_box() for part in fixed]
    names = ("Bryggkaffe", "Kanelbulle", "Cappuccino", "Kardemummabulle", "Caffe latte")
    names += ("Chokladboll", "Varm choklad", "Ostfralla", "Wienerbröd", "Te, svart", "Croissant")
    for name in names:
        key(page, name).evaluate("key => key.click()")
    goods = "document.querySelectorAll('#zone .line:not(.is-child)')"
    page.wait_for_function(f"() => {goods}.length === 11")
    assert [page.locator(part).bounding_box() for part in fixed] == before
    assert page.evaluate("scrollY") == 0
    assert page.evaluate("window.shifts") == []
    windows.picture(page, f"{size}-eleven-lines")


class Fingers:
    """Presses that are counted."""

    def __init__(self, page: Any) -> None:
        """No press yet."""
        self.page, self.presses = page, 0

    def press(self, locator: Any) -> None:
        """One press of what can be seen at once, without any scrolling."""
        box = until(locator.bounding_box, "a key that is just being drawn anew")
        assert box["y"] + box["height"] <= self.page.viewport_size["height"], "it is not in sight"
        press(self.page, locator)
        self.presses += 1


@pytest.mark.requirement("R-SELL-017", "OPP-004")
@pytest.mark.parametrize("way", ["cash", "card"])
@pytest.mark.parametrize("size", EVERY_SIZE)
def test_coffee_is_sold_with_two_taps(windows: Windows, size: str, way: str) -> None:
    page = windows.till(size)
    fingers = Fingers(page)
    fingers.press(key(page, "Bryggkaffe"))
    fingers.press(page.locator(f"#pay-{way}"))
    done_number(page)
    assert fingers.presses == 2


@pytest.mark.parametrize("size", EVERY_SIZE)
def test_take_away_is_switched_with_one_tap(windows: Windows, size: str) -> None:
    page = windows.till(size)
    tap(page, "Bryggkaffe")
    wait_total(page, "34,00")
    for key_id, rate in (("#way-in", "12 %"), ("#way-away", "6 %")):
        fingers = Fingers(page)
        # On a handheld the sheet is closed, and shows the switch beside its total.
        fingers.press(page.locator(".way-toggle" if size == "handheld" else key_id))
        page.wait_for_selector(f"{key_id}[aria-pressed=true]", state="attached")
        assert fingers.presses == 1
        assert lines_unseen(page) == [("Bryggkaffe", rate, "34,00")]


FOUND = {
    "räkmacka": "Räkmacka",
    "rakmacka": "Räkmacka",
    "Gårdagens": "Gårdagens bulle",
    "gardagens": "Gårdagens bulle",
    "grön": "Te, grönt",
    "2101": "Chokladboll",
    "mummabul": "Kardemummabulle",
}
"""What is typed, and what is meant: with and without dots, a number, the middle of a word."""


@pytest.mark.requirement("R-SELL-001")
@pytest.mark.parametrize("size", SIZES)
def test_search_finds_and_a_tap_sells(windows: Windows, size: str) -> None:
    page = windows.till(size)
    sold: list[str] = []
    for typed, name in FOUND.items():
        page.fill("#q", typed)
        found = page.locator("#found .key", has_text=name).first
        found.wait_for()
        windows.picture(page, f"{size}-search")
        press(page, found)
        if name not in sold:
            sold.append(name)
        page.wait_for_function(
            "count => document.querySelectorAll('#zone .line').length === count", arg=len(sold)
        )
        assert page.input_value("#q") == ""
        assert page.locator("#found .key").count() == 0
    wait_total(page, "359,00")
    assert [line[0] for line in lines_unseen(page)] == sold


def test_search_that_finds_nothing_says_so(windows: Windows) -> None:
    page = windows.till("desktop")
    page.focus("#q")
    page.keyboard.type("xyzzy", delay=100)
    page.wait_for_selector("#found [data-query=xyzzy]")
    assert "Inget heter “xyzzy”" in plain(page.inner_text("#found")).replace("”xyzzy”", "“xyzzy”")
    windows.picture(page, "desktop-search-nothing")
    for _ in "xyzzy":
        page.keyboard.press("Backspace")
    tap(page, "Bryggkaffe")  # The keys are there again, and nothing lies over them.
    wait_total(page, "34,00")


def test_a_search_that_is_overtaken_or_given_up_sells_nothing_by_itself(windows: Windows) -> None:
    page = windows.till("desktop")
    slow_network(page, 400)  # Each letter's answer comes after the next letter.
    page.focus("#q")
    page.keyboard.type("semla", delay=150)
    page.keyboard.press("Enter")
    wait_total(page, "55,00")
    # Enter comes before the answer, and Escape before it too: nobody wants that article any more.
    page.keyboard.type("semla", delay=150)
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    slow_network(page, 0)
    page.focus("#q")
    page.keyboard.type("semla", delay=100)
    page.wait_for_selector("#found [data-query=semla]")
    page.evaluate("skrin.idle()")
    assert lines(page) == [("Semla", "6 %", "55,00")]


@pytest.mark.requirement("R-SELL-015")
@pytest.mark.parametrize("size", SIZES)
def test_scanner_adds_once_wherever_the_focus_is(windows: Windows, size: str) -> None:
    page = windows.till(size)
    open_receipt(page)
    places = ["body", "#q", ".goods .key", "#zone .line-remove button", "#pay-cash", "#way-in"]
    for count, place in enumerate(places, 1):
        if place == "body":
            page.evaluate("() => document.activeElement.blur()")
        else:
            page.locator(f"{place} >> visible=true").first.focus()
        scan(page, BUNS)
        wait_total(page, f"{139 * count},00")
        quantity = "" if count == 1 else f"{count} × 139,00 · "
        sold = [("Bullar, 5-pack", f"{quantity}6 %", f"{139 * count},00")]
        assert lines_unseen(page) == sold, place
        assert page.input_value("#q") == "", place


def lines_unseen(page: Any) -> list[tuple[str, str, str]]:
    """The lines of the receipt, also under a closed sheet."""
    rows = page.locator("#zone .line").evaluate_all(
        """rows => rows.map((row) => [".line-name b", "small", ".line-amount"]
          .map((part) => row.querySelector(part).textContent))"""
    )
    return [tuple(plain(text) for text in row) for row in rows]  # type: ignore[misc]


@pytest.mark.requirement("R-SELL-015")
@pytest.mark.parametrize("size", SIZES)
def test_unknown_code_is_told_and_changes_nothing(windows: Windows, size: str) -> None:
    windows.expected = {422}
    page = windows.till(size)
    tap(page, "Bryggkaffe")
    wait_total(page, "34,00")
    scan(page, "7399999999990")
    page.wait_for_selector("#notice .is-bad")
    assert plain(page.inner_text("#notice")) == (
        "Ingen vara har koden 7399999999990. Sök den på namnet i stället."
    )
    windows.picture(page, f"{size}-unknown-code")
    assert lines_unseen(page) == [("Bryggkaffe", "6 %", "34,00")]


def test_a_whole_sale_by_keyboard(windows: Windows, shop: Shop) -> None:
    page = windows.till("desktop")
    ends = time.monotonic() + 10
    while not page.evaluate("document.activeElement.matches('.goods .key')"):
        assert time.monotonic() < ends, "Tab does not reach the keys"
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert plain(page.evaluate("document.activeElement.innerText")) == "Ostfralla 42,00"
    windows.picture(page, "desktop-keyboard")
    page.keyboard.press("Enter")
    wait_total(page, "42,00")
    page.keyboard.press("/")
    page.keyboard.type("morotskaka", delay=60)
    page.keyboard.press("Enter")
    wait_total(page, "89,00")
    page.keyboard.press("F9")
    first = done_number(page)
    page.keyboard.press("Escape")
    page.wait_for_selector(".done", state="detached")
    page.keyboard.type("semla", delay=60)
    page.keyboard.press("Enter")
    wait_total(page, "55,00")
    before_minor = shop.charged_minor("desktop")
    page.keyboard.press("F10")
    second = done_number(page)
    assert second == first + 1
    assert shop.charged_minor("desktop") - before_minor == 5500
