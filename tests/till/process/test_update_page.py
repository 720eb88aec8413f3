"""The page of updates at a till: seen, checked, fetched, refused in words, and left for."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.till.flow.shop import COFFEE
from tests.till.process.office_stub import EMAIL, OWNER, PASSWORD
from tests.till.process.rig import Street, TillProcess
from tests.till.process.screen import Answer, Screen, eventually
from tests.till.process.swedish import refusal, swedish
from tests.updates.fake import KEY, installation_with, put_version, set_in

from skrin import __version__
from skrin.sync.updates import LOGIN, OFFER, UpdateOffer
from skrin.updates.installation import EXIT_UPDATE, VARIABLE, Installation
from skrin.updates.make import public_half
from skrin.updates.phase import IDLE, READY
from skrin.updates.release import ReleaseSet

pytestmark = pytest.mark.slow

NEXT = "0.9.0"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """An installation with this version; who starts a till says so in its environment."""
    made = installation_with(tmp_path / "installation", __version__)
    monkeypatch.setenv(VARIABLE, str(made.folder))
    return made


@pytest.fixture
def till(street: Street, place: Installation) -> Iterator[TillProcess]:
    found = street.new_till(plain=True)
    found.start()
    found.ready()
    try:
        yield found
    finally:
        found.stop()
        street.office.offer = None


def offer(street: Street, tmp_path: Path, how: str = OFFER) -> None:
    """Mark all tills of the stub for a set with one wheel that is none."""
    path = set_in(tmp_path / "sets", NEXT, notes={"sv": "Snabbare kvitton."})
    found, data = ReleaseSet(path, (public_half(KEY),)), path.read_bytes()
    street.office.offered = data
    street.office.offer = UpdateOffer(
        NEXT,
        len(data),
        hashlib.sha256(data).hexdigest(),
        how,
        120,
        300,
        found.manifest.decode(),
        base64.b64encode(found.signature).decode(),
    )


def logged_in(till: TillProcess, who: str = OWNER) -> Screen:
    assert till.screen.log_in(who, PASSWORD).status == 302
    eventually(till.has_keys)
    return till.screen


def ends(till: TillProcess) -> bool:
    eventually(till.has_died)
    return till.part is not None and till.part.exit_code() == EXIT_UPDATE


def leads_on(answer: Answer) -> str:
    return {name.lower(): value for name, value in answer.headers.items()}.get("hx-redirect", "")


@pytest.mark.requirement("R-UPD-001", "R-UPD-008")
def test_the_version_is_seen_and_an_update_checked_for_and_fetched(
    street: Street, till: TillProcess, place: Installation, tmp_path: Path
) -> None:
    screen = logged_in(till)
    page = screen.get("/update").page
    assert swedish("There is no update for this till.") in page.text
    assert f"{swedish('Installed version')} {__version__}" in page.text
    assert __version__ in screen.get("/status").page.text
    assert __version__ in screen.get("/registration").page.text

    offer(street, tmp_path)
    assert screen.post("/update/check").status == 302
    page = screen.get("/update").page
    assert swedish("Version %(version)s can be fetched.", version=NEXT) in page.text
    assert "Snabbare kvitton." in page.text
    assert screen.post("/update/fetch").status == 302
    # A wheel that is none cannot be installed: the page says that nothing came of it.
    eventually(lambda: place.state().fault, 120.0)
    state = place.state()
    assert (state.phase, state.fault) == (IDLE, "install_failed")
    words = swedish("The update could not be installed. Call service.")
    assert words in screen.get("/update").page.text
    eventually(lambda: _told(street, till, "install_failed"))
    assert place.current() == __version__
    screen.tap(COFFEE)
    assert screen.zone().lines, "the till sells on"


def _told(street: Street, till: TillProcess, fault: str) -> bool:
    return any(n == till.till_id and q.fault == fault for n, q in street.office.updates_told)


@pytest.mark.requirement("R-UPD-001")
def test_installed_now_the_till_goes_when_the_counter_is_free_and_the_page_comes_back(
    till: TillProcess, place: Installation
) -> None:
    screen = logged_in(till)
    put_version(place, NEXT)
    place.change(phase=READY, version=NEXT)
    assert swedish("Version %(version)s is ready.", version=NEXT) in screen.get("/update").page.text
    screen.tap(COFFEE)
    answer = screen.post("/update/install", when="now")
    assert answer.status == 422
    assert refusal("update_counter") in answer.page.text
    screen.post("/abort")
    answer = screen.post("/update/install", when="now")
    assert answer.status == 200
    assert swedish("The till changes to version %(version)s.", version=NEXT) in answer.page.text
    assert ends(till)
    assert place.state().wish == "now"
    # Whoever answers next on this port leads the waiting page on, without a new log-in.
    place.change(phase=IDLE, wish="", version="")
    till.restart()
    assert leads_on(screen.get("/update/changed", fragment=True)) == "/update"


def test_tonight_waits_and_says_so(till: TillProcess, place: Installation) -> None:
    screen = logged_in(till)
    put_version(place, NEXT)
    place.change(phase=READY, version=NEXT)
    assert screen.post("/update/install", when="window").status == 302
    words = swedish("It is installed while the shop is closed.")
    assert words in screen.get("/update").page.text
    assert place.state().wish == "window"
    assert till.part is not None and till.part.running()


def test_who_may_not_change_settings_sees_the_version_and_installs_nothing(
    till: TillProcess, place: Installation
) -> None:
    screen = logged_in(till, EMAIL)
    put_version(place, NEXT)
    place.change(phase=READY, version=NEXT)
    page = screen.get("/update").page
    assert __version__ in page.text
    assert not [one for one in page.all("button") if one.attrs.get("name") == "when"]
    for path in ("check", "fetch", "install", "back", "metered"):
        assert screen.post(f"/update/{path}", when="now").status == 422
    assert place.state().wish == ""


@pytest.mark.requirement("R-UPD-003")
def test_marked_for_the_log_in_the_till_changes_there(
    till: TillProcess, place: Installation
) -> None:
    put_version(place, NEXT)
    place.change(phase=READY, version=NEXT, wish=LOGIN)
    answer = till.screen.log_in(EMAIL, PASSWORD)
    assert answer.status == 200
    assert swedish("The till changes to version %(version)s.", version=NEXT) in answer.page.text
    assert ends(till)
    place.change(phase=IDLE, wish="", version="")
    till.restart()
    assert till.screen.get("/").status == 200, "who has logged in need not do it again"


@pytest.mark.requirement("R-UPD-007")
def test_over_mobile_data_the_button_says_how_much_and_nothing_comes_unasked(
    street: Street, till: TillProcess, place: Installation, tmp_path: Path
) -> None:
    screen = logged_in(till)
    screen.get("/update")
    assert screen.post("/update/metered", said="yes").status == 302
    offer(street, tmp_path)
    screen.post("/update/check")
    page = screen.get("/update").page
    assert swedish("Fetch it over mobile data (%(size)s)", size="1 MB") in page.text
    answer = screen.post("/update/fetch")
    assert answer.status == 422
    assert refusal("update_metered") in answer.page.text
    assert place.state().phase == IDLE
    assert screen.post("/update/fetch", metered="yes").status == 302
    eventually(lambda: place.state().fault == "install_failed", 120.0)


def test_a_till_that_was_started_otherwise_says_so(street: Street) -> None:
    till = street.new_till()
    try:
        till.start()
        till.ready()
        screen = logged_in(till)
        page = screen.get("/update").page
        assert swedish("This till was not started so that it can update itself.") in page.text
        assert screen.post("/update/check").status == 422
    finally:
        till.stop()
