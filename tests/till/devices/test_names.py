"""A device with a name instead of a number: looked up by the same deadline as all the rest."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from skrin.till.devices import names
from skrin.till.devices.tcp import Deadline, connect


@pytest.fixture(autouse=True)
def nothing_known() -> Iterator[None]:
    names.forget("unit.example")
    yield
    names.forget("unit.example")


def answering(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """The system's look-up tells these addresses; the names that it was asked for."""
    asked: list[str] = []
    system = socket.getaddrinfo

    def told(host: str, *rest: Any, **more: Any) -> list[Any]:
        if host != "unit.example":
            return system(host, *rest, **more)
        asked.append(host)
        return [(0, 0, 0, "", (address, 0)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", told)
    return asked


@pytest.mark.parametrize("host", ["192.168..1", "a" * 70 + ".example"])
def test_what_cannot_be_a_name_is_trouble_of_the_line(host: str) -> None:
    with pytest.raises(OSError, match="is not found"):
        connect(host, 80, Deadline(5.0), 1.0)


def test_a_look_up_that_hangs_ends_by_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()

    def hang(*_: object, **__: object) -> None:
        ended.wait(30)
        raise socket.gaierror("nobody answered")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    begun = time.monotonic()
    with pytest.raises(OSError, match="is not found"):
        connect("unit.example", 80, Deadline(0.3), 5.0)
    assert time.monotonic() - begun < 5
    ended.set()


def test_each_address_of_a_name_is_tried_and_the_name_is_asked_for_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.MonkeyPatch.context() as patch:
        port = listener.getsockname()[1]
        asked = answering(patch, "127.0.0.2", "127.0.0.1")
        for _ in range(2):
            with connect("unit.example", port, Deadline(5.0), 2.0) as line:
                assert line.getpeername() == ("127.0.0.1", port)
    assert asked == ["unit.example"]


def test_a_name_that_stopped_answering_is_looked_up_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = listener.getsockname()[1]
    asked = answering(monkeypatch, "127.0.0.1")
    for _ in range(2):
        with pytest.raises(ConnectionRefusedError):
            connect("unit.example", closed, Deadline(5.0), 2.0)
    assert asked == ["unit.example"] * 2
