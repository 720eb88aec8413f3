"""Pairing over real sockets: what the network gets to see, and who gets in (D44)."""

from __future__ import annotations

import contextlib
import socket
import ssl
import time
from hashlib import sha256

import pytest
import segno
from tests.browser.small import SmallTill
from tests.till.pairing.conftest import Counter
from tests.till.pairing.device import NAME, Device, authority_of, plain
from tests.till.process.screen import Screen, eventually

from skrin.domain.journal import ScreenPaired, ScreenRevoked, ScreenTakenOver
from skrin.till.pairing.listener import (
    HANDSHAKE_DEADLINE_S,
    HANDSHAKES_MOST,
    HANDSHAKES_MOST_EACH,
    THREADS,
)

COFFEE = "11"
ELSEWHERE = "Kassan används nu på en annan skärm. Ta över här för att fortsätta."
pytestmark = [pytest.mark.requirement("R-MORE-019"), pytest.mark.slow]


def refusal(said: object) -> tuple[int, str]:
    return said.status, said.body.get("refusal", "")  # type: ignore[attr-defined]


# What stands open.


def test_plain_http_gives_the_authority_and_its_fingerprint_alone(counter: Counter) -> None:
    der = authority_of(counter.port)
    fingerprint = sha256(der).hexdigest()
    page = plain(counter.port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert page.startswith(b"HTTP/1.1 200 ") and b"Set-Cookie" not in page
    shown = page.rpartition(b"<pre>")[2].partition(b"</pre>")[0].decode()
    assert "".join(shown.split()) == fingerprint
    assert b"VK1-1" not in page and b"Vetekornet" not in page
    for path in (b"/pair", b"/login", b"/static/skin/till.js", b"/screens/authority.key", b"/../x"):
        answer = plain(counter.port, b"GET " + path + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 404 "), path
    assert plain(counter.port, b"POST / HTTP/1.1\r\nHost: x\r\n\r\n").startswith(b"HTTP/1.1 404 ")
    own = counter.own.get("/screens").page.says("pre")
    assert "".join(own.split()) == fingerprint, "the till's own page shows the same"


def test_the_server_shows_a_certificate_that_holds(counter: Counter) -> None:
    trust = ssl.create_default_context(cadata=authority_of(counter.port))
    with (
        socket.create_connection(("127.0.0.1", counter.port), 10) as raw,
        trust.wrap_socket(raw, server_hostname=NAME) as tls,
    ):
        assert tls.version() in ("TLSv1.2", "TLSv1.3")
    for context, name in ((trust, "127.0.0.1"), (ssl.create_default_context(), NAME)):
        with (
            socket.create_connection(("127.0.0.1", counter.port), 10) as raw,
            pytest.raises(ssl.SSLCertVerificationError),
        ):
            context.wrap_socket(raw, server_hostname=name)
    old = ssl.create_default_context(cadata=authority_of(counter.port))
    with contextlib.suppress(ValueError):
        old.minimum_version = ssl.TLSVersion.TLSv1
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_connection(("127.0.0.1", counter.port), 10) as raw, pytest.raises(OSError):
        old.wrap_socket(raw, server_hostname=NAME)


def test_who_is_not_paired_is_shown_how_to_pair_and_nothing_else(counter: Counter) -> None:
    device = counter.device()
    for path in ("/", "/login", "/status", "/receipts", "/day", "/screens", "/screens/code"):
        answer = device.get(path)
        assert (answer.status, answer.headers.get("Location")) == (302, "/pair"), path
    assert device.get("/status/icon", fragment=True).status == 401
    assert device.ask("POST", "/login", {"email": "x"}, {}).status == 401
    page = device.get("/pair")
    assert page.status == 200 and "Vetekornet" not in page.text and "Kvarn" not in page.text


def test_pairing_pages_are_not_on_the_tills_own_screen(counter: Counter) -> None:
    assert counter.own.get("/pair").status == 404
    answer = counter.own.ask("POST", "/pair/challenge", {}, {"Content-Type": "application/json"})
    assert answer.status == 404


# The code.


def test_a_device_pairs_and_a_person_still_logs_in(counter: Counter) -> None:
    device = counter.device()
    before = len(counter.entries("screen.paired"))
    said = device.pair(counter.code("Surfplattan vid dörren"))
    assert said.status == 200
    cookie = next(v for n, v in said.headers if n == "Set-Cookie" and v.startswith("__Host-"))
    assert cookie.startswith("__Host-skrin_screen_till-1_")
    for word in ("HttpOnly", "Path=/", "SameSite=Strict", "Secure"):
        assert word in cookie
    assert "Domain" not in cookie
    paired = counter.entries("screen.paired")
    assert len(paired) == before + 1 and isinstance(paired[-1], ScreenPaired)
    assert (paired[-1].screen, paired[-1].name) == (device.screen, "Surfplattan vid dörren")
    assert device.get("/").headers["Location"] == "/login"
    assert device.log_in("alva@vete.example", "kanel-och-kardemumma").status == 302
    assert "Surfplattan vid dörren" in counter.own.get("/screens").page.text


def test_the_picture_says_address_authority_and_code(counter: Counter) -> None:
    code = counter.code()
    page = counter.own.get("/screens/code").page
    trust, pair = (one.attrs["src"] for one in page.all(".qr"))
    authority = sha256(authority_of(counter.port)).hexdigest()
    place = f"{NAME}:{counter.port}"
    wanted = f"https://{place}/pair#code={code}&authority={authority}"
    assert pair == segno.make(wanted, micro=False).svg_data_uri(scale=4, border=4, light="#fff")
    wanted = f"http://{place}/"
    assert trust == segno.make(wanted, micro=False).svg_data_uri(scale=4, border=4, light="#fff")


def test_a_code_counts_once(counter: Counter) -> None:
    code = counter.code()
    assert counter.device().pair(code).status == 200
    assert refusal(counter.device().pair(code)) == (403, "pairing_code_over")


def test_the_sixth_try_fails_though_it_is_right(counter: Counter) -> None:
    code, device = counter.code(), counter.device()
    wrong = "2" * 8 if code != "2" * 8 else "3" * 8
    said = [refusal(device.pair(wrong))[1] for _ in range(5)]
    assert said == ["pairing_code_wrong"] * 4 + ["pairing_code_over"]
    assert refusal(device.pair(code)) == (403, "pairing_code_over")


def test_a_cashier_gets_no_code(counter: Counter) -> None:
    alva = Screen(counter.own.port)
    alva.log_in("alva@vete.example", "kanel-och-kardemumma")
    assert alva.get("/screens").status == 403
    answer = alva.ask("POST", "/screens/code", {"name": "x"}, {"X-CSRFToken": alva.token})
    assert answer.status == 403


# The proof.


def test_a_challenge_is_signed_once_for_one_till_and_address(counter: Counter) -> None:
    device = counter.device()
    code, challenge = counter.code(), device.challenge()
    # Signed for another address: what somebody in the middle would have to send.
    elsewhere = device.pair(code, origin="https://evil.example", challenge=challenge)
    assert refusal(elsewhere) == (403, "screen_proof_wrong")
    assert refusal(device.pair(code, challenge=challenge)) == (403, "challenge_over")
    assert refusal(device.pair(code, challenge="made-up")) == (403, "challenge_over")
    assert device.pair(code).status == 200, "none of these used the code up"


def test_a_session_begins_with_a_signature_that_counts_once(counter: Counter) -> None:
    device = counter.paired()
    device.cookies.clear()
    assert device.get("/").headers["Location"] == "/pair"
    request = device.session_request(device.challenge())
    assert device.say("/pair/session", request).status == 200
    assert device.get("/").headers["Location"] == "/login"
    assert refusal(device.say("/pair/session", request)) == (403, "challenge_over"), "replayed"
    stranger = counter.device()
    stranger.screen = device.screen
    assert refusal(stranger.prove()) == (403, "screen_proof_wrong"), "another key"


def test_a_revoked_screen_is_out_at_once_and_cannot_come_back(counter: Counter) -> None:
    device = counter.paired()
    counter.take_over(device)
    page = counter.own.get("/screens")
    assert "Surfplatta" in page.page.text
    assert counter.form("/screens/revoke", screen=device.screen).status == 302
    assert counter.entries("screen.revoked")[-1] == ScreenRevoked(device.screen)
    head = counter.head()
    assert device.tap(int(COFFEE)).status == 401
    assert device.get("/").headers["Location"] == "/pair"
    assert refusal(device.prove()) == (403, "screen_unknown")
    assert counter.head() == head
    assert counter.own.get("/").page.one("#zone") is not None, "the till's own screen has it again"


# Host and Origin.


def test_another_host_or_origin_is_turned_away(counter: Counter) -> None:
    device = counter.paired()
    counter.take_over(device)
    head = counter.head()
    evil = "https://evil.example"
    assert device.say("/pair/challenge", {}, Origin=evil).status == 403
    assert device.say("/pair/challenge", {}, Origin="null").status == 403
    link = device.link()
    link.request("POST", "/pair/challenge", "{}", {"Content-Type": "application/json"})
    assert link.getresponse().status == 403, "a browser always sends its origin"
    link.close()
    for host in ("evil.example", f"evil.example:{counter.port}", NAME, f"127.0.0.1:{counter.port}"):
        link = device.link()
        link.putrequest("GET", "/pair", skip_host=True)
        link.putheader("Host", host)
        link.endheaders()
        assert link.getresponse().status == 421, host
        link.close()
    tap = {"article_id": COFFEE, "tap_id": "0" * 32}
    signs = {"HX-Request": "true", "X-CSRFToken": device.token}
    generation = {"Skrin-Generation": device.generation}
    assert device.ask("POST", "/tap", tap, {**signs, **generation, "Origin": evil}).status == 403
    no_token = {"HX-Request": "true", **generation}
    assert device.ask("POST", "/tap", tap, no_token).status == 403, "no token of ours"
    assert counter.head() == head


@pytest.mark.parametrize("host", ["evil.example", NAME, "192.168.1.20:8100"])
def test_the_tills_own_screen_answers_to_loopback_alone(counter: Counter, host: str) -> None:
    link = counter.own.link()
    link.putrequest("GET", "/login", skip_host=True)
    link.putheader("Host", host)
    link.endheaders()
    assert link.getresponse().status == 400
    link.close()


# One active screen.


def test_taking_over_brings_the_receipt_and_shuts_the_old_screen(counter: Counter) -> None:
    device = counter.paired()
    assert counter.own.tap(int(COFFEE)).status == 200
    waiting = device.get("/")
    assert waiting.page.one("#zone") is None and ELSEWHERE in waiting.text
    refused = device.tap(int(COFFEE))
    assert refused.status == 422 and refused.notice.startswith(ELSEWHERE)
    counter.take_over(device)
    taken = counter.entries("screen.taken_over")[-1]
    assert isinstance(taken, ScreenTakenOver) and taken.screen == device.screen
    assert taken.before == "" and str(taken.generation) == device.generation
    assert [line[0] for line in device.zone().lines] == ["Bryggkaffe"]
    head = counter.head()
    refused = counter.own.tap(int(COFFEE))
    assert refused.status == 422 and refused.notice.startswith(ELSEWHERE)
    assert "Ta över" in refused.notice
    late = counter.form("/day/x")
    assert late.status == 422 and ELSEWHERE in late.text, "a form is told on a page"
    polled = counter.own.get("/status/icon?sells", fragment=True)
    assert polled.notice.startswith(ELSEWHERE), "the old screen says so by itself"
    assert counter.head() == head, "nothing of it changed anything"
    assert device.tap(int(COFFEE)).zone.total == "68,00"


def test_an_old_page_of_the_screen_that_took_over_again_is_refused(counter: Counter) -> None:
    """Each command carries the generation of its page, not only its screen."""
    device = counter.paired()
    counter.take_over(device)
    old = device.generation
    counter.take_over(counter.own)
    counter.take_over(device)
    head, now = counter.head(), device.generation
    for generation in (old, "", "x", "9" * 20):
        device.generation = generation
        assert device.tap(int(COFFEE)).status == 422
    assert counter.head() == head
    device.generation = now
    assert device.tap(int(COFFEE)).status == 200


def test_the_active_screen_goes_on_after_a_restart(running: SmallTill, counter: Counter) -> None:
    device = counter.paired()
    counter.take_over(device)
    screen, generation = device.screen, device.generation
    running.__exit__()
    running.__enter__()
    counter.own.port = int(running.ready["port"])
    der = authority_of(counter.port)
    assert sha256(der).hexdigest() == device.authority, "the same authority, so no new trust"
    assert device.get("/").headers["Location"] == "/pair", "sessions are in memory alone"
    assert device.prove().status == 200 and device.screen == screen
    assert device.get("/").page.one("#zone") is not None
    assert device.generation == generation
    assert device.tap(int(COFFEE)).status == 200
    assert counter.own.tap(int(COFFEE)).status == 422


def test_turned_off_nobody_is_let_in_and_the_tills_own_screen_sells(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with SmallTill(tmp_path_factory.mktemp("off") / "till", "--screens", "127.0.0.1:0") as till:
        counter = Counter(till)
        device = counter.paired()
        counter.take_over(device)
        assert counter.form("/screens/off").status == 302
        eventually(lambda: not listens(counter.port))
        counter.own.get("/")
        assert counter.own.tap(int(COFFEE)).status == 200
    with SmallTill(till.folder) as till:
        assert till.ready["screens"] == 0, "off is remembered"


def listens(port: int) -> bool:
    """Whether somebody answers there."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 2):
        return True
    return False


# Slow and many.


def test_who_stalls_in_the_handshake_is_hung_up_on(counter: Counter) -> None:
    """The deadline is over all of it: a byte now and then does not prolong it."""
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", counter.port), 15) as slow:
        slow.sendall(b"\x16\x03\x01\x02\x00")
        with contextlib.suppress(OSError):
            while time.monotonic() - began < 3 * HANDSHAKE_DEADLINE_S:
                slow.settimeout(0.5)
                try:
                    if not slow.recv(1):
                        break
                except TimeoutError:
                    slow.sendall(b"\x01")
        took_s = time.monotonic() - began
    assert HANDSHAKE_DEADLINE_S - 1 < took_s < HANDSHAKE_DEADLINE_S + 3


def stall(stack: contextlib.ExitStack, port: int, addresses: int) -> None:
    """Many connections that say nothing, and as many that begin a handshake and stop."""
    for number in range(3 * THREADS):
        source = (f"127.0.2.{number % addresses}", 0)
        sock = socket.create_connection(("127.0.0.1", port), 10, source)
        stack.enter_context(sock)
        if number % 2:
            with contextlib.suppress(OSError):  # Too many: hung up on at once.
                sock.sendall(b"\x16\x03\x01")


def test_slow_clients_of_one_address_hold_up_nobody(counter: Counter) -> None:
    """One address has few handshakes under way, and who says nothing costs no thread."""
    assert HANDSHAKES_MOST_EACH < HANDSHAKES_MOST < THREADS
    device = counter.paired()
    with contextlib.ExitStack() as stack:
        stall(stack, counter.port, 1)
        began = time.monotonic()
        assert device.get("/status").status == 200
        assert counter.own.get("/status").status == 200
        assert time.monotonic() - began < HANDSHAKE_DEADLINE_S / 2


def test_slow_clients_of_many_addresses_do_not_hold_up_who_is_there(counter: Counter) -> None:
    device = counter.paired()
    link = device.link()
    cookie = "; ".join(f"{name}={value}" for name, value in device.cookies.items())

    def ask() -> int:
        link.request("GET", "/status", headers={"Cookie": cookie})
        answer = link.getresponse()
        answer.read()
        return answer.status

    assert ask() == 200
    with contextlib.ExitStack() as stack, contextlib.closing(link):
        stall(stack, counter.port, 4)
        began = time.monotonic()
        assert ask() == 200
        assert time.monotonic() - began < HANDSHAKE_DEADLINE_S / 2


def test_a_request_that_drips_is_ended(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    device = counter.paired()
    link = device.link()
    link.connect()
    assert link.sock is not None
    link.sock.settimeout(1.0)
    began = time.monotonic()
    ended = False
    with contextlib.suppress(OSError):
        link.sock.sendall(b"GET / HTTP/1.1\r\n")
        while not ended and time.monotonic() - began < 40:
            try:
                ended = not link.sock.recv(65536) or True
            except TimeoutError:
                link.sock.sendall(b"x")
    link.close()
    assert 12 < time.monotonic() - began < 25


def test_a_device_that_asks_too_often_waits(counter: Counter) -> None:
    device = counter.device()
    said = [device.say("/pair/challenge", {}) for _ in range(31)]
    assert [one.status for one in said] == [200] * 30 + [429]
    assert "Vänta" in said[-1].body["sentence"]
    assert counter.device().say("/pair/challenge", {}).status == 200, "others do not"


@pytest.mark.parametrize("body", [[], {"code": 1}, {"code": "x" * 513}, "x", {"a": {}}])
def test_what_our_page_never_sends_is_a_bad_request(counter: Counter, body: object) -> None:
    assert counter.device().say("/pair/screen", body).status == 400


def test_no_secret_is_said_in_the_log(counter: Counter, running: SmallTill) -> None:
    device, code = counter.device(), counter.code()
    wrong = device.pair("ZZZZ2222")
    assert wrong.status == 403
    assert device.pair(code).status == 200
    device.prove()
    plain(counter.port, b"nonsense " + code.encode() + b"\r\n\r\n")
    said = running.log.read_text()
    for secret in (code, "ZZZZ2222", *device.cookies.values(), device.public_key()):
        assert secret and secret not in said
    assert "PRIVATE" not in said


def test_files_of_the_till_hold_no_session(counter: Counter, running: SmallTill) -> None:
    device = counter.paired()
    token = next(v for k, v in device.cookies.items() if k.startswith("__Host-")).encode()
    files = [file for file in running.folder.rglob("*") if file.is_file()]
    assert len(files) > 4
    assert not any(token in file.read_bytes() for file in files)


def test_the_same_device_type_is_known_by_its_key(counter: Counter) -> None:
    one, two = counter.paired("Ett"), counter.paired("Två")
    assert isinstance(one, Device) and one.screen != two.screen
    two.screen = one.screen
    assert refusal(two.prove()) == (403, "screen_proof_wrong")
