"""The till's script in a real browser, against a till that is slow, silent or repeats itself."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.chromium import launch
from tests.scanner import scan

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.browser, pytest.mark.slow]
DEADLINE_MS = 10_000


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as play:
        found = launch(play)
        yield found
        found.close()


@pytest.fixture(scope="module")
def running() -> Iterator[str]:
    """The address of a `tests.skin.shop`."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.skin.shop"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    yield process.stdout.readline().strip()
    process.stdin.close()
    process.wait(timeout=10)


@pytest.fixture
def shop(running: str) -> str:
    """Its address, with an empty cart and no switch thrown."""
    urllib.request.urlopen(f"{running}/fresh", timeout=5).close()
    return running


def control(shop: str, **switches: int) -> dict[str, Any]:
    """Set switches; what the till holds and was sent."""
    query = "&".join(f"{name}={value}" for name, value in switches.items())
    with urllib.request.urlopen(f"{shop}/control?{query}", timeout=5) as answer:
        return json.load(answer)  # type: ignore[no-any-return]


@pytest.fixture
def page(chromium: Any, shop: str) -> Iterator[Any]:
    """The selling page at a tablet's size; a broken policy or script fails the test."""
    context = chromium.new_context(viewport={"width": 1024, "height": 768})
    found = context.new_page()
    found.set_default_timeout(DEADLINE_MS)
    faults: list[str] = []
    found.on("pageerror", lambda fault: faults.append(str(fault)))
    found.on("console", lambda said: faults.append(said.text) if "Policy" in said.text else None)
    found.goto(f"{shop}/till/selling")
    found.wait_for_function("window.skrin && window.htmx")
    yield found
    context.close()
    assert faults == []


def key(page: Any, name: str) -> Any:
    """The key whose name begins so."""
    return page.locator(".goods .key:visible", has_text=re.compile(f"^{name}")).first


def wait_for_total(page: Any, total: str) -> None:
    page.wait_for_function(
        "total => document.querySelector('#total')?.textContent === total", arg=total
    )


def test_ten_fast_taps_on_a_slow_till_are_ten_pieces(page: Any, shop: str) -> None:
    control(shop, slow_ms=120)
    page.evaluate(
        """() => { const key = document.querySelector('.key[value="1"]');
        for (let tap = 0; tap < 10; tap++) setTimeout(() => key.click(), 30 * tap); }"""
    )
    wait_for_total(page, "340,00")
    assert control(shop)["articles"] == {"1": 10}
    assert control(shop)["seen"] == [1] * 10


def test_fast_presses_on_a_key_that_is_being_replaced_all_count(page: Any, shop: str) -> None:
    key(page, "Cappuccino").click()
    wait_for_total(page, "34,00")
    control(shop, slow_ms=15)
    box = page.locator("#more-1").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for _ in range(8):
        page.mouse.down()
        page.wait_for_timeout(25)
        page.mouse.up()
        page.wait_for_timeout(10)
    wait_for_total(page, "306,00")
    assert control(shop)["articles"] == {"2": 9}


def test_lost_answers_are_asked_for_again_with_the_same_id(page: Any, shop: str) -> None:
    control(shop, lose=3)
    key(page, "Te").click()
    wait_for_total(page, "34,00")
    held = control(shop)
    assert held["articles"] == {"5": 1}
    assert held["seen"] == [4], "one id, sent four times"
    page.wait_for_selector("#wait", state="hidden")


def test_slow_till_says_what_we_wait_for_and_gives_a_way_to_stop(page: Any, shop: str) -> None:
    control(shop, slow_ms=900)
    for _ in range(3):
        key(page, "Te").click()
    page.wait_for_selector("#wait:visible")
    assert "Kassan arbetar" in page.inner_text("#wait")
    page.click("#wait [data-drop]")
    page.wait_for_selector("#wait", state="hidden")
    control(shop, slow_ms=0)
    key(page, "Espresso").click()
    page.wait_for_selector(".line-name:has-text('Vara 4')")
    assert control(shop)["articles"]["5"] < 3


def test_key_answers_the_finger_within_one_frame(page: Any, shop: str) -> None:
    control(shop, slow_ms=500)
    lit = page.evaluate(
        """() => new Promise((done) => { const key = document.querySelector('.key[value="1"]');
        key.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
        requestAnimationFrame(() => done(key.classList.contains('is-echo'))); })"""
    )
    assert lit is True


def test_coffee_by_card_is_two_taps_and_a_double_press_pays_once(page: Any, shop: str) -> None:
    control(shop, slow_ms=80)
    key(page, "Kaffe, brygg").click()
    page.locator("#pay-card").dblclick()
    page.wait_for_selector(".done")
    assert control(shop)["posts"] == ["tap", "pay_card"]
    key(page, "Te").click()
    wait_for_total(page, "34,00")


def test_nothing_moves_when_lines_are_added(page: Any, shop: str) -> None:
    page.evaluate(
        """async () => { await document.fonts.ready; window.shift = 0;
        new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.shift += entry.value;
        }).observe({ type: 'layout-shift', buffered: false }); }"""
    )
    before = [page.locator(f"#{name}").bounding_box() for name in ("strip", "zone", "pay-card")]
    for name in ("Kaffe", "Te", "Semla", "Kanelbulle", "Pastasallad", "Tygkasse", "Smoothie"):
        key(page, name).click()
    wait_for_total(page, "238,00")
    after = [page.locator(f"#{name}").bounding_box() for name in ("strip", "zone", "pay-card")]
    assert after == before
    assert page.evaluate("window.shift") == 0


def test_last_line_is_kept_in_view(page: Any, shop: str) -> None:
    for number in range(1, 16):
        page.evaluate(f"document.querySelector('.key[value=\"{number}\"]').click()")
    wait_for_total(page, "510,00")
    line, lines = (page.locator(name).bounding_box() for name in (".is-last", ".lines"))
    assert lines["y"] <= line["y"]
    assert line["y"] + line["height"] <= lines["y"] + lines["height"] + 1


@pytest.mark.parametrize("focus", ["body", "#q", ".key[value='3']"])
def test_scanner_works_wherever_the_focus_is(page: Any, shop: str, focus: str) -> None:
    if focus != "body":
        page.focus(focus)
    scan(page, "7359990000017")
    wait_for_total(page, "34,00")
    assert control(shop)["articles"] == {"7359990000017": 1}
    assert page.input_value("#q") == ""


FOCUSED_BOX = """() => {
  const { value } = document.activeElement;
  const { x, y, height } = document.activeElement.getBoundingClientRect();
  return { value, x, y, height };
}"""


def test_whole_sale_by_keyboard(page: Any, shop: str) -> None:
    page.keyboard.type("kanel", delay=60)
    page.keyboard.press("Enter")
    wait_for_total(page, "34,00")
    assert control(shop)["articles"] == {"8": 1}
    page.focus(".key[value='1']")
    page.keyboard.press("ArrowRight")
    beside = page.evaluate(FOCUSED_BOX)
    page.keyboard.press("ArrowDown")
    below = page.evaluate(FOCUSED_BOX)
    assert beside["value"] == "2"
    assert below["x"] == beside["x"]
    assert below["y"] == beside["y"] + beside["height"] + 8, "the key right under the one before"
    page.keyboard.press("Enter")
    wait_for_total(page, "68,00")
    page.keyboard.press("F9")
    page.wait_for_selector(".done")
    page.keyboard.press("Escape")
    page.wait_for_selector(".lines-empty")
    assert control(shop)["posts"] == ["tap", "tap", "pay_cash", "next"]


def test_wrong_amount_is_told_beside_the_field_and_changes_nothing(page: Any, shop: str) -> None:
    page.evaluate("document.querySelector('.key[value=\"1\"]').dataset.ask = 'Lösgodis'")
    key(page, "Kaffe, brygg").click()
    page.fill("#ask-amount", "12,345,6")
    page.click("#ask button.primary")
    page.wait_for_function("document.querySelector('#ask-fault').textContent")
    assert page.inner_text("#ask-fault") == "Skriv beloppet som 25 eller 25,50."
    assert page.input_value("#ask-amount") == "12,345,6"
    assert control(shop)["articles"] == {}
    page.fill("#ask-amount", "")
    for digit in ("2", "5", ",", "5"):
        page.click(f'#ask [data-digit="{digit}"]')
    assert page.input_value("#ask-amount") == "25,5"
    page.keyboard.press("Enter")
    wait_for_total(page, "34,00")
    assert page.locator("#ask").is_hidden()


def test_refusal_is_said_and_the_receipt_stays(page: Any, shop: str) -> None:
    page.click("#pay-cash", force=True)  # It looks switched off, and still gives its reason.
    page.wait_for_selector("#notice .notice")
    assert "Slå in en vara först." in page.inner_text("#notice")
    key(page, "Te").click()
    wait_for_total(page, "34,00")
    assert page.inner_text("#notice") == ""


def test_abort_asks_first(page: Any, shop: str) -> None:
    key(page, "Te").click()
    wait_for_total(page, "34,00")
    page.click(".abort")
    page.click("#abort button:has-text('Behåll')")
    assert control(shop)["posts"] == ["tap"]
    page.click(".abort")
    page.click("#abort button.bad")
    page.wait_for_selector(".lines-empty")
    assert page.locator("#abort").is_hidden()


def test_cash_question_opens_and_goes_back(page: Any, shop: str) -> None:
    key(page, "Te").click()
    wait_for_total(page, "34,00")
    page.click("#pay-other")
    page.wait_for_selector("#tendered")
    page.click('#zone [data-digit="5"]')
    page.click('#zone [data-digit="0"]')
    assert page.input_value("#tendered") == "50"
    page.keyboard.press("Escape")
    wait_for_total(page, "34,00")


def test_on_a_handheld_the_receipt_is_a_sheet_that_shows_its_total(page: Any, shop: str) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    key(page, "Te").click()
    page.wait_for_function("document.querySelector('.handle b').textContent === '34,00'")
    assert page.locator(".handle b").is_visible()
    assert page.locator(".line").is_hidden()
    page.click(".handle")
    page.wait_for_selector(".line:visible")
    assert page.get_attribute(".handle", "aria-expanded") == "true"
    page.click("#more-1")
    wait_for_total(page, "68,00")
    assert page.locator(".line").is_visible(), "the sheet stays open when the zone is replaced"
    page.click("#pay-card")
    page.wait_for_selector(".done:visible")
