"""Every page in a real browser at three sizes: nothing overflows, targets are large, axe agrees.

axe-core comes with the peers (``tests/peers``); without it that one check is skipped and says so.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.axe import MISSING, axe
from tests.chromium import launch
from tests.skin import preview, sample_office, samples

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    f"{program}-{name}"
    for program, pages in (("till", samples.TILL), ("office", sample_office.OFFICE))
    for name, (template, _) in pages.items()
    if not template.startswith("_")
]
pytestmark = [pytest.mark.browser, pytest.mark.slow]
SMALL = """() => [...document.querySelectorAll(
  'button, .button, select, input:not([type=hidden]), .bar a, .menu a, .side a')]
  .filter((key) => key.checkVisibility() && !key.closest('th'))
  // A line's key reaches over its whole row, a round or a box over the words beside it.
  .map((key) => [key, (key.closest('.line-open') ? key.closest(".line")
    : key.matches('[type=radio], [type=checkbox]') && key.closest('label') || key)
    .getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.width < 43.5 || box.height < 43.5))
  .map(([key, box]) => `${key.outerHTML.slice(0, 80)} ${box.width}x${box.height}`)"""
THEMES = {"handheld": "light", "desktop": "dark", "tablet": "contrast"}
"""The theme that each size is looked at in."""
STICKS_OUT = """() => [...document.querySelectorAll('.card')]
  .filter((card) => card.checkVisibility() && getComputedStyle(card).overflowX === 'visible'
    && card.scrollWidth > card.clientWidth + 1)
  .map((card) => card.textContent.trim().slice(0, 60))"""
OVERFLOWS = "document.documentElement.scrollWidth > innerWidth"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """All pages, rendered by a process of its own and served on loopback."""
    out = tmp_path_factory.mktemp("pages")
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "tests.skin.preview", str(out)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=60)
    server = preview.serve(out)
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as play:
        found = launch(play)
        yield found
        found.close()


class Seen:
    """What was wrong with the pages at one size, found in one walk through all of them."""

    def __init__(self, page: Any, address: str, theme: str) -> None:
        self.misfits: list[str] = []
        self.faults: list[str] = []
        for name in PAGES:
            page.goto(f"{address}/sv/{name}.html")
            if page.evaluate(OVERFLOWS):
                self.misfits.append(f"{name}: wider than the screen")
            self.misfits += [f"{name}: small {small}" for small in page.evaluate(SMALL)]
            self.misfits += [f"{name}: out of its card: {out}" for out in page.evaluate(STICKS_OUT)]
            if checks := axe():
                self.faults += [f"{name}: {fault}" for fault in checks.faults(page, theme)]


@pytest.fixture(scope="module", params=THEMES)
def seen(request: pytest.FixtureRequest, chromium: Any, address: str) -> Seen:
    width, height = preview.SIZES[request.param]
    page = chromium.new_page(viewport={"width": width, "height": height})
    if checks := axe():
        checks.come_along(page)
    found = Seen(page, address, THEMES[request.param])
    page.close()
    return found


def test_pages_fit_their_screen_and_their_fingers(seen: Seen) -> None:
    assert not seen.misfits, "\n".join(seen.misfits)


def test_axe_finds_no_fault(seen: Seen) -> None:
    if axe() is None:
        pytest.skip(MISSING)
    assert not seen.faults, "\n".join(seen.faults)


@pytest.mark.parametrize("size", preview.SIZES)
def test_total_is_the_largest_thing_on_the_selling_page(
    chromium: Any, address: str, size: str
) -> None:
    width, height = preview.SIZES[size]
    page = chromium.new_page(viewport={"width": width, "height": height})
    page.goto(f"{address}/sv/till-selling.html")
    sizes = page.evaluate(
        """() => [...document.querySelectorAll('body *')]
        .filter((part) => part.checkVisibility({ visibilityProperty: true })
          && !part.matches('.unseen')
          && [...part.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
        .map((part) => [parseFloat(getComputedStyle(part).fontSize), part.textContent.trim()])"""
    )
    page.close()
    largest = max(size for size, _ in sizes)
    assert {text for size, text in sizes if size == largest} == {samples.RECEIPT.total}
