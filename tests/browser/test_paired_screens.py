"""A handheld as the screen of a till that runs elsewhere: paired, taken over, shut out (D44).

The browser is told to take the certificate of the till's own key. That the certificate itself
holds, by the authority alone, is tested without a browser in `tests/till/pairing`.
"""

from __future__ import annotations

import base64
import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.browser.selling import plain
from tests.browser.small import Screen, Screens, SmallTill
from tests.chromium import launch

NAME = "Handdator 1"
ELSEWHERE = "Kassan används nu på en annan skärm. Ta över här för att fortsätta."
RESOLVER = "--host-resolver-rules=MAP *.till.internal 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
pytestmark = pytest.mark.requirement("R-MORE-019")


@dataclass
class Listener:
    """The till as a paired screen reaches it."""

    url: str
    sessions: dict[str, list[Any]] = field(default_factory=dict)


@dataclass
class Pair:
    """The till's own screen, and those that are paired with it."""

    own: Screens
    paired: Screens

    def code(self, manager: Screen) -> str:
        """A manager has the till show a code: what the QR leads to."""
        page = manager.page
        page.goto("/screens")
        page.fill("#name", NAME)
        manager.press("main form .primary")
        page.wait_for_selector("#code")
        manager.look("screen-code")
        code = plain(page.inner_text("#code")).replace(" ", "")
        authority = "".join(page.inner_text("pre.fingerprint").split())
        return f"/pair#code={code}&authority={authority}"

    def pair(self, manager: Screen, size: str = "handheld") -> Screen:
        """A device scans the code and is paired; nobody is logged in on it yet."""
        device = self.paired.blank(size)
        device.page.goto(self.code(manager))
        device.page.wait_for_selector("#pair-form:not([hidden])")
        device.look("pair")
        device.press("#pair-form .primary")
        device.page.wait_for_url("**/login")
        return device

    def taken_over(self, manager: Screen, size: str = "handheld") -> Screen:
        """The same, and Alva logs in and takes the till over."""
        device = self.pair(manager, size)
        enter(device)
        take_over(device)
        return device


def enter(device: Screen, who: str = "alva") -> None:
    """Log in on a device; the page says where the till is used."""
    device.page.fill("#email", f"{who}@vete.example")
    device.page.fill("#password", "kanel-och-kardemumma")
    device.press('form[action="/login"] button')
    device.page.wait_for_selector('form[action="/take-over"]')


def take_over(screen: Screen) -> None:
    """Press "Take over", wherever it stands."""
    screen.press('form[action="/take-over"] button')
    screen.page.wait_for_selector("#selling")
    screen.ready()
    if screen.page.locator("#window[open]").count():
        screen.page.keyboard.press("Escape")


@pytest.fixture(scope="module")
def running(browser_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallTill]:
    port, own = [port for port in range(21300, 29000, 11) if is_free(port)][:2]
    folder = tmp_path_factory.mktemp("paired") / "till"
    with SmallTill(folder, "--screens", f"127.0.0.1:{port}", "--port", str(own)) as till:
        yield till


def is_free(port: int) -> bool:
    with suppress(OSError), socket.create_server(("127.0.0.1", port)):
        return True
    return False


@pytest.fixture(scope="module")
def trusting(play: Any, running: SmallTill) -> Iterator[Any]:
    """A browser that takes the till's certificate, and finds the till's name."""
    leaf = x509.load_pem_x509_certificate((running.folder / "screens/leaf.pem").read_bytes())
    spki = leaf.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    pin = base64.b64encode(sha256(spki).digest()).decode()
    found = launch(play, RESOLVER, f"--ignore-certificate-errors-spki-list={pin}")
    yield found
    found.close()


@pytest.fixture
def pair(trusting: Any, running: SmallTill, pictures: Path) -> Iterator[Pair]:
    listener = Listener(f"https://vk1-1.till.internal:{running.ready['screens']}")
    both = Pair(
        Screens(trusting, running, pictures),
        Screens(trusting, listener, pictures),  # type: ignore[arg-type]
    )
    for screens in (both.own, both.paired):
        screens.expected |= {401, 403, 422}
    manager = both.own.blank("desktop")
    manager.page.goto("/login")
    enter_own(manager)
    yield both
    back = both.own.blank("desktop")
    back.page.goto("/login")
    enter_own(back)
    for screens in (both.own, both.paired):
        screens.close()
        told = ("net::ERR_CONNECTION", "net::ERR_EMPTY") if screens.away else ()
        faults = [one for one in screens.faults if not one.startswith(told)]
        assert [one for one in faults if "Failed to load resource" not in one] == []


def enter_own(screen: Screen) -> None:
    """Nils at the till's own screen, which has the till."""
    screen.page.fill("#email", "nils@vete.example")
    screen.page.fill("#password", "kanel-och-kardemumma")
    screen.press('form[action="/login"] button')
    screen.page.wait_for_selector('#selling, form[action="/take-over"]')
    if not screen.page.locator("#selling").count():
        take_over(screen)
    screen.ready()


def own(pair: Pair) -> Screen:
    """The till's own screen at work: Nils, an empty receipt."""
    return pair.own.selling("desktop", "nils")


def test_a_handheld_takes_the_till_over_with_its_receipt_and_gives_it_back(pair: Pair) -> None:
    till = own(pair)
    till.press('[popovertarget="menu"]')
    till.press(till.page.locator("#menu a", has_text="Parkopplade skärmar"))
    till.page.wait_for_selector("#name")
    till.look("screens")
    device = pair.pair(till)
    till.page.wait_for_url("**/screens")  # The code's page sees that it was used.
    assert NAME in till.page.inner_text("main")
    till.page.goto("/")
    till.ready()
    till.ring("Semla")
    till.wait_total("55,00")
    enter(device)
    assert ELSEWHERE in plain(device.page.inner_text("main"))
    device.look("elsewhere")
    take_over(device)
    device.wait_total("55,00")
    device.look("taken-over")
    till.ring("Semla")
    assert till.notice() == ELSEWHERE
    till.wait_total("55,00")
    till.look("elsewhere-tapped")
    device.ring("Semla")
    device.wait_total("110,00")
    till.press('#notice form[action="/take-over"] button')
    till.page.wait_for_function("() => document.querySelector('#total')?.textContent === '110,00'")
    till.ready()
    assert not till.page.locator("#notice .notice").count()
    device.ring("Semla")
    assert device.notice() == ELSEWHERE
    till.ring("Semla")
    till.wait_total("165,00")


@pytest.mark.requirement("OPP-055", "R-MORE-019")
def test_a_paired_screen_comes_back_when_its_till_was_started_again(
    pair: Pair, running: SmallTill
) -> None:
    """Its session is gone with the till's memory: it proves anew who it is, and sends its taps."""
    device = pair.taken_over(own(pair))
    device.ring("Bryggkaffe")
    device.wait_total("34,00")
    for screens in (pair.own, pair.paired):
        screens.away = True
    running.process.kill()
    running.process.wait(20)
    device.page.wait_for_selector("#wait:not([hidden])")
    device.ring("Kanelbulle")
    running.__enter__()
    device.wait_total("66,00")
    device.open_receipt()
    assert [name for name, _ in device.lines()] == ["Bryggkaffe", "Kanelbulle"]
    assert device.page.evaluate("() => sessionStorage.getItem('skrin-taps')") is None


def test_the_screen_that_lost_the_till_says_so_by_itself(pair: Pair) -> None:
    till = own(pair)
    second = pair.own.selling("desktop", "nils")
    pair.taken_over(second)
    assert till.notice() == ELSEWHERE, "nobody touched it"


def test_a_whole_sale_on_the_paired_screen(pair: Pair) -> None:
    till = own(pair)
    device = pair.taken_over(till)
    device.ring("Semla")
    device.wait_total("55,00")
    device.press('form[action="/pay/cash"] button')
    device.done()
    device.look("paired-done")


def test_the_key_cannot_be_taken_out_and_brings_the_session_back(pair: Pair) -> None:
    device = pair.taken_over(own(pair))
    said = device.page.evaluate(
        """async () => {
          const opening = indexedDB.open("skrin-screen", 1);
          const db = await new Promise((good) => opening.onsuccess = () => good(opening.result));
          const rows = db.transaction("till").objectStore("till").getAll();
          const [row] = await new Promise((good) => rows.onsuccess = () => good(rows.result));
          const out = await crypto.subtle.exportKey("pkcs8", row.key).catch((no) => no.name);
          return [row.key.extractable, row.key.usages, out, row.key.algorithm.namedCurve];
        }"""
    )
    assert said == [False, ["sign"], "InvalidAccessError", "P-256"]
    cookies = {cookie["name"]: cookie for cookie in device.page.context.cookies()}
    kinds = {name.rpartition("_till-1_")[0]: cookie for name, cookie in cookies.items()}
    session = kinds["__Host-skrin_screen"]
    assert (session["httpOnly"], session["secure"], session["sameSite"]) == (True, True, "Strict")
    assert all(kinds[kind]["secure"] for kind in ("skrin", "skrin_csrf"))
    device.page.context.clear_cookies(name=re.compile("^__Host-"))
    device.page.goto("/")
    device.ready()  # By the pairing page and back, without anybody.
    device.ring("Semla")
    device.wait_total("55,00")


def test_a_revoked_screen_is_shut_out_with_words(pair: Pair) -> None:
    till = own(pair)
    device = pair.taken_over(till)
    till.page.goto("/screens")
    row = till.page.locator("li.row", has_text="Kassan används här")
    assert NAME in row.inner_text()
    till.press(row.locator("button"))
    till.page.wait_for_function(
        "() => document.querySelector('li.row')?.innerText.includes('Kassan används här')"
    )
    device.ring("Semla")
    device.page.wait_for_selector("#pair-form:not([hidden])")
    assert "inte parkopplad" in device.page.inner_text("#pair-fault")
    assert device.page.url.endswith("/pair")


def test_a_wrong_code_and_another_tills_code_say_so(pair: Pair) -> None:
    till = own(pair)
    right = pair.code(till)
    device = pair.paired.blank("handheld")
    device.page.goto(re.sub("authority=.{8}", "authority=" + "0" * 8, right))
    device.page.get_by_text("Koden är från en annan kassa").wait_for()
    device.press("#pair-form .primary")
    assert device.page.url.endswith("/pair")
    device = pair.paired.blank("handheld")
    device.page.goto("/pair")
    device.page.wait_for_selector("#pair-form:not([hidden])")
    device.page.fill("#code", "22222222")
    device.press("#pair-form .primary")
    device.page.get_by_text("Koden är fel. Titta på kassan igen; 4 försök är kvar.").wait_for()
    device.look("pair-wrong")
    code = re.search("code=(.{8})", right)
    assert code
    device.page.fill("#code", f"{code[1][:4].lower()} {code[1][4:].lower()}")
    device.press("#pair-form .primary")
    device.page.wait_for_url("**/login")
