"""Two tills of one store: a parked receipt and a return, begun at one and finished at the other."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.browser.selling import appears, done_number, plain, press, tap, wait_total
from tests.browser.shop import Shop, until
from tests.browser.windows import DEADLINE_MS, FAILED, Windows

from skrin.town.demo import Demo

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "bageri"
BOTH_WAYS = (("desktop", "handheld"), ("handheld", "desktop"))
MANAGER_NAME, MANAGER_PIN = "Nils", "4711"
PATIENCE_S = 30.0
"""A till that nobody waits for hears of another one within five seconds."""


@pytest.fixture(scope="module")
def store(browser_path: str) -> Iterator[Shop]:
    """A running Skrin with two tills in its first store; handheld windows look at the second."""
    with tempfile.TemporaryDirectory(prefix="skrin-two-tills-") as folder:
        company = Path(folder) / "company"
        shutil.copytree(EXAMPLE, company)
        rows = "label,store,designation\nKassa 1,1,VK1-1\nKassa 2,1,VK1-2\n"
        (company / "tills.csv").write_text(rows)
        with Demo(Path(folder) / "demo", company, first_port=0) as demo:
            demo.start()
            yield Shop(demo)


@pytest.fixture
def pair(
    request: pytest.FixtureRequest, chromium: Any, store: Shop, pictures: Path
) -> Iterator[Windows]:
    """Opens windows at the two tills; a fault that any of them met fails the story."""
    opened = Windows(chromium, store, pictures)
    opened.patience_ms = 2 * DEADLINE_MS  # A recall takes turns of two tills and the office.
    yield opened
    if request.node.stash.get(FAILED, False):
        opened.picture_all(f"failed-{request.node.name}")
    opened.close()
    assert opened.faults == []


def designation(size: str) -> str:
    return "VK1-2" if size == "handheld" else "VK1-1"


def park(page: Any, name: str) -> None:
    """Set the open receipt aside."""
    press(page, page.locator("#tool-park"))
    page.wait_for_selector("#park-name")
    page.fill("#park-name", name)
    press(page, page.locator("#window .primary"))
    page.wait_for_selector("#tool-park[data-panel] .badge")


def row(page: Any, name: str) -> Any:
    """A row of the parked list, opened anew until it is there."""

    def shown() -> Any:
        with page.expect_response(lambda answer: "/panel/parked" in answer.url):
            press(page, page.locator("#tool-park"))
        appears(page, f"#panel .parked:has-text('{name}')", within_ms=300)
        found = page.locator("#panel .parked", has_text=name)
        return found if found.count() else None

    return until(shown, f"{name} in the list", PATIENCE_S)


@pytest.mark.requirement("R-PARK-006", "OPP-009", "R-TERM-014")
@pytest.mark.parametrize(("one", "other"), BOTH_WAYS)
def test_parked_at_one_till_fetched_and_paid_at_the_other(
    pair: Windows, one: str, other: str
) -> None:
    here, there = pair.till(one), pair.till(other)
    name = f"Bord {one}"
    tap(here, "Bryggkaffe", "Kanelbulle")
    wait_total(here, "66,00")
    park(here, name)
    found = row(there, name)
    assert "is-elsewhere" in found.get_attribute("class")
    words = plain(found.inner_text())
    assert "1 × Bryggkaffe, 1 × Kanelbulle" in words
    assert f"I kassa {designation(one)}" in words
    pair.picture(there, f"two-tills-{other}-parked")
    press(there, found.locator(".row-key"))
    wait_total(there, "66,00")  # Asked, called back, granted: by itself.
    assert there.locator("#panel").is_hidden()
    press(there, there.locator("#pay-card"))
    done_number(there)
    until(lambda: not here.locator("#tool-park .badge").count(), "the other list to be empty")


@pytest.mark.requirement("R-PARK-006", "OPP-009", "OPP-032")
def test_one_on_another_screen_is_told_and_taken_over_by_a_manager(pair: Windows) -> None:
    pair.expected.add(422)
    here, there = pair.till("desktop"), pair.till("handheld")
    tap(here, "Bryggkaffe")
    wait_total(here, "34,00")
    park(here, "Fönsterbordet")
    row(there, "Fönsterbordet")  # Fetched before anybody heard of it, it was never parked to them.
    press(here, row(here, "Fönsterbordet").locator(".row-key"))
    wait_total(here, "34,00")
    found = row(there, "Fönsterbordet")
    until(
        lambda: "På skärmen i kassa VK1-1 (Alva)" in plain(row(there, "Fönster").inner_text()),
        "who has it",
        PATIENCE_S,
    )
    press(there, found.locator(".row-key"))
    notice = there.locator("#notice", has_text="Kassa VK1-1 (Alva) har det på skärmen.")
    notice.wait_for(timeout=PATIENCE_S * 1000)
    pair.picture(there, "two-tills-handheld-held")
    press(there, notice.get_by_role("button", name="Ta över"))
    there.wait_for_selector("#window .names")
    press(there, there.locator("#window .names label", has_text=MANAGER_NAME))
    there.fill("#window [name=pin]", MANAGER_PIN)
    press(there, there.locator("#window .primary"))
    wait_total(there, "34,00")
    told = here.locator("#notice", has_text="Övertaget av Nils, VK1-2")
    told.wait_for(timeout=PATIENCE_S * 1000)
    press(here, here.locator("#pay-card"))
    told.wait_for()
    assert here.locator("#zone .line").count() == 1
    pair.picture(here, "two-tills-desktop-taken-over")
    park(here, "undan")
    press(there, there.locator("#pay-card"))
    done_number(there)


@pytest.mark.requirement("R-RET-002", "R-RET-004", "OPP-008")
@pytest.mark.parametrize(("one", "other"), BOTH_WAYS)
def test_sold_at_one_till_returned_at_the_other(pair: Windows, one: str, other: str) -> None:
    here, there = pair.till(one), pair.till(other)
    tap(here, "Kanelbulle", "Kanelbulle", "Bryggkaffe")
    wait_total(here, "98,00")
    press(here, here.locator("#pay-card"))
    number = done_number(here)

    def opened() -> bool:
        there.locator("#scan [name=code]").evaluate(
            "(field, code) => { field.value = code; skrin.put(field.form); }",
            f"R:{designation(one)}:{number}",
        )
        return appears(there, "#panel .panel-foot")

    pair.expected.add(422)  # Until the sale has reached the office.
    until(opened, "the sale to be found", PATIENCE_S)
    key = there.locator("#panel .row-key", has_text="Kanelbulle")
    until(lambda: key.is_enabled(), "its returns to be granted", PATIENCE_S)
    pair.picture(there, f"two-tills-{other}-return")
    press(there, key)
    wait_total(there, "64,00")
    press(there, there.locator("#pay-card"))
    done_number(there)
    assert plain(there.inner_text(".done-figure")) == "Lämnat tillbaka 64,00"
    press(here, here.locator("[data-back]"))
    press(here, here.locator("#tool-receipts"))
    press(here, here.locator(f"#panel [data-panel$='/{number}']"))
    bun = here.locator("#panel .row-key", has_text="Kanelbulle")
    until(lambda: "Redan tillbaka" in bun.inner_text(), "the token to come back", PATIENCE_S)
    assert bun.is_disabled()
    until(lambda: here.locator("#panel .row-key", has_text="Bryggkaffe").is_enabled(), "the rest")


@pytest.mark.requirement("R-COPY-012", "OPP-013", "R-COPY-001")
@pytest.mark.parametrize(("one", "other"), BOTH_WAYS)
def test_sold_at_one_till_copied_at_the_other_and_then_nowhere(
    pair: Windows, one: str, other: str
) -> None:
    here, there = pair.till(one), pair.till(other)
    tap(here, "Bryggkaffe")
    wait_total(here, "34,00")
    press(here, here.locator("#pay-card"))
    number = done_number(here)

    def opened() -> bool:
        there.locator("#scan [name=code]").evaluate(
            "(field, code) => { field.value = code; skrin.put(field.form); }",
            f"R:{designation(one)}:{number}",
        )
        return appears(there, "#panel .panel-foot")

    pair.expected.add(422)  # Until the sale has reached the office.
    until(opened, "the sale to be found", PATIENCE_S)
    press(there, there.get_by_role("button", name="Skriv ut kopia"))
    made = there.locator("#panel .panel-foot", has_text=f"kassa {designation(other)}")
    made.wait_for(timeout=PATIENCE_S * 1000)
    pair.picture(there, f"two-tills-{other}-copy")
    press(here, here.locator("[data-back]"))
    press(here, here.locator("#tool-receipts"))
    press(here, here.locator(f"#panel [data-panel$='/{number}']"))
    press(here, here.get_by_role("button", name="Skriv ut kopia"))
    told = f"Den enda kopian av kvittot har gjorts i kassa {designation(other)}."
    here.locator("#panel", has_text=told).wait_for(timeout=PATIENCE_S * 1000)
    pair.picture(here, f"two-tills-{one}-no-copy")


@pytest.mark.requirement("R-COPY-012", "R-COPY-001")
def test_two_who_press_at_once_make_one_copy(pair: Windows) -> None:
    here, there = pair.till("desktop"), pair.till("handheld")
    tap(here, "Kanelbulle")
    wait_total(here, "32,00")
    press(here, here.locator("#pay-card"))
    number = done_number(here)
    pair.expected.add(422)

    def opened() -> bool:
        there.locator("#scan [name=code]").evaluate(
            "(field, code) => { field.value = code; skrin.put(field.form); }", f"R:VK1-1:{number}"
        )
        return appears(there, "#panel .panel-foot")

    until(opened, "the sale to be found", PATIENCE_S)
    press(here, here.locator("[data-back]"))
    press(here, here.locator("#tool-receipts"))
    press(here, here.locator(f"#panel [data-panel$='/{number}']"))
    button = here.get_by_role("button", name="Skriv ut kopia")
    button.wait_for()
    press(there, there.get_by_role("button", name="Skriv ut kopia"))
    press(here, button)

    def said() -> list[str]:
        """Which till made the copy, as each of the two screens tells it."""
        texts = [plain(page.inner_text("#panel")) for page in (here, there)]
        return [name for name in ("VK1-1", "VK1-2") if all(f"kassa {name}" in t for t in texts)]

    until(lambda: len(said()) == 1, "both to name the same till", 2 * PATIENCE_S)
    for page in (here, there):
        assert page.get_by_role("button", name="Skriv ut kopia").count() <= 1
