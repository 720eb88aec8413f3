"""Why nothing reaches the office, in words: each as a real client meets it at a real socket."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from skrin.sync.giftcards import GiftCardQuestion
from skrin.till.devices import office_link
from skrin.till.devices.contract import OfficeAway
from skrin.till.ui import office_words

QUESTION = GiftCardQuestion(1, "card", "2026-11-23")
SOON_S = 0.3


def says(answer: bytes) -> Callable[[socket.socket, threading.Event], None]:
    """Whoever comes is given this, and no more."""

    def talk(caller: socket.socket, over: threading.Event) -> None:
        caller.recv(65536)
        caller.sendall(answer)

    return talk


def waits(caller: socket.socket, over: threading.Event) -> None:
    """Whoever comes is heard, and not answered."""
    over.wait(30)


@contextmanager
def office(talk: Callable[[socket.socket, threading.Event], None]) -> Iterator[str]:
    """Something at an address that is no office of ours."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take() -> None:
            caller, _ = server.accept()
            with caller:
                talk(caller, over)

        taking = threading.Thread(target=take, daemon=True)
        taking.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            over.set()
            taking.join(10)


def fault_at(address: str) -> str:
    with pytest.raises(OfficeAway) as away:
        office_link.OfficeClient(address).gift_card(QUESTION)
    return str(away.value)


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_words, "gettext", str)
    monkeypatch.setattr(office_link, "LOGIN_TIMEOUT_S", SOON_S)


ANSWER = b"HTTP/1.1 %s\r\nContent-Length: 2\r\n\r\n{}"


@pytest.mark.requirement("R-OFF-004")
@pytest.mark.parametrize(
    ("talk", "sentence", "seen"),
    [
        (
            says(ANSWER % b"503 x"),
            "The office is starting, or somebody looks after it.",
            "HTTP 503",
        ),
        (says(ANSWER % b"500 x"), "Something is wrong at the office.", "HTTP 500"),
        (says(b""), "Nobody answers at the office", "Remote end closed"),
        (says(b"SSH-2.0-x\r\n"), "The office's answer cannot be read.", "BadStatusLine: SSH"),
        (says(ANSWER % b"200 OK"), "The office's answer cannot be read.", "HTTP 200"),
        (waits, "The office took too long to answer.", "timed out"),
    ],
)
def test_each_way_to_fail_is_told_in_words_and_as_it_was_seen(
    talk: Callable[[socket.socket, threading.Event], None], sentence: str, seen: str
) -> None:
    with office(talk) as address:
        told = office_words.office_fault(fault_at(address))
    assert told.startswith(sentence)
    assert seen in told and told.endswith(")")


@pytest.mark.requirement("R-OFF-004")
def test_an_office_that_is_switched_off_is_told_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    told = office_words.office_fault(fault_at(f"http://127.0.0.1:{port}"))
    assert told.startswith("Nobody answers at the office: it may be switched off")


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("[Errno -3] Temporary failure in name resolution", "The office is not found by its name."),
        ("[Errno 101] Network is unreachable", "There is no way to the office."),
        ("[Errno 113] No route to host", "There is no way to the office."),
        (
            "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed",
            "The office does not prove who it is.",
        ),
    ],
)
def test_what_the_system_says_of_a_network_is_told_in_words(fault: str, sentence: str) -> None:
    told = office_words.office_fault(fault)
    assert told.startswith(sentence) and fault in told


def test_what_has_no_words_stands_as_it_was_seen() -> None:
    assert office_words.office_fault("database or disk is full") == "database or disk is full"
