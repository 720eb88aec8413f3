"""A till changes to another version: the page says so, waits, and comes back by itself."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.axe import Axe
from tests.browser.looking import SIZES, Look
from tests.browser.selling import press
from tests.browser.shop import OWNER
from tests.browser.windows import SIZES as WIDTHS
from tests.browser.windows import Windows, watch
from tests.till.process.office_stub import OWNER as OLA
from tests.till.process.office_stub import PASSWORD
from tests.till.process.rig import TILL_PROGRAM, Street, TillProcess
from tests.till.process.screen import eventually
from tests.updates.fake import installation_with, put_version

from skrin import __version__
from skrin.updates.installation import EXIT_UPDATE, VARIABLE, Installation
from skrin.updates.phase import IDLE, READY

NEXT = "0.9.0"
PATIENCE_MS = 60_000


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    made = installation_with(tmp_path / "installation", __version__)
    monkeypatch.setenv(VARIABLE, str(made.folder))
    return made


@pytest.fixture
def till(tmp_path: Path, place: Installation) -> Iterator[TillProcess]:
    street = Street(tmp_path)
    try:
        found = street.new_till()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        found.port = port  # type: ignore[attr-defined]
        found.start(TILL_PROGRAM, "--port", str(port))
        found.ready()
        yield found
    finally:
        street.stop()


class Looked:
    """Keeps pictures as the stories of the demo do."""

    def __init__(self, pictures: Path) -> None:
        self.pictures = pictures

    picture = Windows.picture
    _keep = Windows._keep


@pytest.mark.requirement("R-UPD-001", "R-UPD-008", "R-SET-004")
@pytest.mark.parametrize("size", SIZES)
def test_installed_from_the_page_which_comes_back_with_the_other_version(
    chromium: Any, pictures: Path, axe: Axe, till: TillProcess, place: Installation, size: str
) -> None:
    width, height = WIDTHS[size]
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        has_touch=size == "handheld",
        is_mobile=size == "handheld",
        locale="sv-SE",
        base_url=f"http://127.0.0.1:{till.screen.port}",
    )
    faults: list[str] = []
    look = Look(Looked(pictures), axe, size)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto("/login")
    page.fill("#email", OLA)
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.wait_for_url(re.compile(r"/(\?.*)?$"))
    page.goto("/status")
    press(page, page.get_by_role("link", name="Mer: Program"))
    page.wait_for_url("**/update")
    watch(page, faults, set())
    page.get_by_text("Det finns ingen uppdatering för den här kassan.").wait_for()
    look.at(page, "update-none")

    put_version(place, NEXT)
    place.change(phase=READY, version=NEXT, previous=NEXT)
    page.goto("/update")
    page.get_by_text(f"Version {NEXT} är klar.").wait_for()
    look.at(page, "update-ready")
    assert faults == []
    page = context.new_page()  # From here on the till is away: requests that fail are no faults.
    page.set_default_timeout(PATIENCE_MS)
    page.goto("/update")
    press(page, page.get_by_role("button", name="Installera nu"))
    page.get_by_text(f"Kassan byter till version {NEXT}.").wait_for()
    look.at(page, "update-changing")
    eventually(till.has_died)
    assert till.part is not None and till.part.exit_code() == EXIT_UPDATE
    place.change(phase=IDLE, wish="", version="")
    till.start(TILL_PROGRAM, "--port", str(till.port))  # type: ignore[attr-defined]
    till.ready()
    page.wait_for_url("**/update")
    page.get_by_text("Det finns ingen uppdatering för den här kassan.").wait_for()
    context.close()
    assert look.faults == [], "\n".join(look.faults)


@pytest.mark.parametrize("size", SIZES)
def test_the_versions_of_all_tills_in_the_office(windows: Windows, axe: Axe, size: str) -> None:
    windows.expected = {422}
    look = Look(windows, axe, size)
    page = windows.office(size, OWNER)
    page.goto("/tills")
    press(page, page.get_by_role("link", name="Versioner"))
    page.get_by_text("Kontoret har inga versioner att dela ut.").wait_for()
    look.at(page, "office-versions")
    press(page, page.get_by_role("button", name="Lägg dem där"))
    page.get_by_text("Välj minst en kassa i listan.").wait_for()
    page.locator("tbody input[name=till]").first.check()
    press(page, page.get_by_role("button", name="Lägg dem där"))
    page.get_by_text("1 kassa är flyttad.").wait_for()
    look.at(page, "office-versions-moved")
    assert look.faults == [], "\n".join(look.faults)
