"""The host's page in a browser: readable at every size, alive by itself, a part is started."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.axe import axe
from tests.browser.looking import OVERFLOWS
from tests.browser.windows import DEADLINE_MS, SIZES, wanted, watch

from skrin.sync.host import FAILS, FELL, RUNS, SCREEN, SERVICE, STARTS, TILL, HostFacts
from skrin.sync.host import HostPart as Part
from skrin.till.host.page import HostPage

AT = 1_795_335_000_000
SAID = "RuntimeError: the licence of the card bridge at 192.0.2.17:7000 has ended, renew it"
PARTS = (
    Part("bridge", SERVICE, FAILS, AT, 7, "ended", 1, SAID, AT),
    Part("kassa1", TILL, RUNS, AT, 1, "killed", 9, "", AT),
    Part("kassa2", TILL, FELL, AT, 2, "cannot_start", 2, "This till is not enrolled.", AT),
    Part("kassa1", SCREEN, STARTS, AT),
)


class Served:
    """A page with parts that the test changes."""

    def __init__(self) -> None:
        self.parts = PARTS
        self.started: list[str] = []
        self.page = HostPage(
            0,
            lambda: HostFacts(AT, self.parts),
            {"kassa1": "http://127.0.0.1:9/"},
            self.started.append,
        )
        self.page.begin()


@pytest.fixture
def served() -> Iterator[Served]:
    made = Served()
    yield made
    made.page.shutdown()
    made.page.server_close()


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_the_page_can_be_read_and_used_at_every_size(
    chromium: Any, served: Served, pictures: Path, size: str, language: str
) -> None:
    width, height = SIZES[size]
    url = f"http://127.0.0.1:{served.page.port}/"
    context = chromium.new_context(viewport={"width": width, "height": height})
    context.add_cookies([{"name": "skrin_language", "value": language, "url": url}])
    page = context.new_page()
    page.set_default_timeout(DEADLINE_MS)
    faults: list[str] = []
    watch(page, faults, set())
    page.goto(url)
    page.wait_for_selector(".parts .part")
    assert page.locator(".part").count() == len(PARTS)
    assert not page.evaluate(OVERFLOWS), "wider than the screen"
    if wanted():
        path = str(pictures / f"host-{size}-{language}.png")
        page.screenshot(path=path, caret="initial", full_page=True)
    if checks := axe():
        assert checks.faults(page) == []
        faults = [one for one in faults if "Applying inline style" not in one]

    page.locator(".part", has_text="kassa2").locator("button").click()
    page.wait_for_load_state()
    assert served.started == ["kassa2"]
    served.parts = tuple(replace(part, state=RUNS) for part in PARTS)
    everything = {"sv": "Allt är igång.", "en": "Everything runs."}[language]
    page.wait_for_function(
        "(said) => document.querySelector('.headline').textContent === said", arg=everything
    )
    assert page.locator(".part button").count() == 0
    context.close()
    assert faults == []
