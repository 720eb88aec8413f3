"""The self-test's page with real devices: what each of them did, and the bundle."""

from __future__ import annotations

import io
import zipfile

import pytest
from tests.till.process.office_stub import EMAIL, PASSWORD
from tests.till.process.rig import Street, TillProcess
from tests.till.process.screen import Element, eventually
from tests.till.process.swedish import swedish

pytestmark = pytest.mark.slow


def tried(till: TillProcess) -> Element:
    """The page when everything that answers by itself was tried."""
    assert till.screen.post("/self-test/try").status == 302

    def done() -> Element | None:
        page = till.screen.get("/self-test").page
        return None if page.all(".mark-trying") else page

    page = eventually(done)
    assert page is not None
    return page


def bad(page: Element) -> list[Element]:
    """What is marked as not working, among what answers by itself."""
    devices = page.one("#self-test")
    assert devices is not None
    return devices.all(".mark-bad")


@pytest.mark.requirement("R-MORE-015", "R-DEV-001", "R-DEV-002")
def test_every_device_is_tried_and_its_fault_is_told(street: Street, desk: TillProcess) -> None:
    page = tried(desk)
    assert len(page.all(".mark-good")) >= 4, page.text
    assert swedish("The printer says that the test page came out.") in page.text
    text = street.printer.look("/slips")[-1]["text"]
    assert "TESTSIDA" in text and desk.designation in text
    assert desk.registered()["number"] == 0

    street.printer.switch(paper_out=True)
    street.unit.switch(silent=True)
    page = tried(desk)
    assert swedish("The paper is out. Change the roll, and the receipt is printed.") in page.text
    assert len(bad(page)) == 2, page.text
    street.reset()
    street.printer.switch(cover_open=True)
    assert swedish("The printer's cover is open. Close it, and the receipt is printed.") in (
        tried(desk).text
    )
    street.reset()
    assert not bad(tried(desk))

    assert desk.screen.post("/self-test/scan", code="7359990000014").status == 302
    assert "Bryggkaffe" in desk.screen.get("/self-test").page.text


@pytest.mark.requirement("R-MORE-015")
def test_the_bundle_is_one_tap_and_holds_no_secret(desk: TillProcess) -> None:
    assert desk.screen.log_in(EMAIL, "fel lösenord").status == 422
    assert desk.screen.log_in(EMAIL, PASSWORD).status == 302
    answer = desk.screen.get_bytes("/self-test/bundle.zip")
    with zipfile.ZipFile(io.BytesIO(answer)) as packed:
        names = packed.namelist()
        whole = b"".join(packed.read(name) for name in names)
    assert {"READ-ME.txt", "state.json", "entries.csv", "self-test.txt", "till.log"} <= set(names)
    for secret in (EMAIL, PASSWORD, "fel lösenord", "Anna"):
        assert secret.encode() not in whole
