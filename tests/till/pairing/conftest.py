"""A whole till as a process, with its listener for paired screens on loopback."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from tests.browser.small import SmallTill
from tests.browser.small_till import PASSWORD
from tests.till.pairing.device import Device, authority_of
from tests.till.process.screen import Answer, Screen

from skrin.domain.codec import decode_body
from skrin.till.storage.shop_reader import ShopReader


class Counter:
    """The till, its own screen with a manager at it, and what its journal says."""

    def __init__(self, till: SmallTill) -> None:
        self.till = till
        self.port = int(till.ready["screens"])
        self.own = Screen(int(till.ready["port"]))
        assert self.own.log_in("nils@vete.example", PASSWORD).status == 302

    def device(self) -> Device:
        """A new device that has installed the authority."""
        return Device(self.port, authority_of(self.port))

    def form(self, path: str, **fields: str) -> Answer:
        """A form of the till's own pages."""
        headers = {"X-CSRFToken": self.own.token}
        return self.own.ask("POST", path, fields, headers)

    def code(self, name: str = "Surfplatta") -> str:
        """A new code on the till's page."""
        assert self.form("/screens/code", name=name).status == 302
        return self.own.get("/screens/code").page.says("#code").replace(" ", "")

    def paired(self, name: str = "Surfplatta", who: str = "alva") -> Device:
        """A device that is paired, with somebody logged in at it."""
        device = self.device()
        said = device.pair(self.code(name))
        assert said.status == 200, said
        assert device.log_in(f"{who}@vete.example", PASSWORD).status == 302
        return device

    def take_over(self, screen: Screen) -> None:
        """Use the till on this screen."""
        screen.get("/")
        assert screen.ask("POST", "/take-over", {}, {"X-CSRFToken": screen.token}).status == 302
        assert screen.get("/").page.one("#zone") is not None

    def entries(self, *kinds: str) -> list[Any]:
        """The bodies of these kinds in the journal, oldest first."""
        reader = ShopReader(self.till.folder / "shop.sqlite")
        found = reader.entries(1)
        return [
            decode_body(entry.header.kind, entry.header.version, entry.body)
            for entry in found
            if entry.header.kind in kinds
        ]

    def head(self) -> int:
        """The number of the journal's last entry."""
        return max(e.header.seq for e in ShopReader(self.till.folder / "shop.sqlite").entries(1))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallTill]:
    folder = tmp_path_factory.mktemp("paired") / "till"
    with SmallTill(folder, "--screens", f"127.0.0.1:{free_port()}") as till:
        yield till


def free_port() -> int:
    """A port that a shop would name: below those that systems hand out, so it can be had again.

    Each worker has ports of its own, and none comes twice: what listened there may still be ending.
    """
    for port in _PORTS:
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise AssertionError("no port is free here")


def _ports() -> Iterator[int]:
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return iter(range(21500 + worker % 16, 29000, 16))


_PORTS = _ports()


@pytest.fixture
def counter(running: SmallTill) -> Iterator[Counter]:
    """The till in order: used on its own screen, with an empty receipt."""
    found = Counter(running)
    found.take_over(found.own)
    yield found
    found.take_over(found.own)
    for path in ("/next", "/abort"):
        found.own.post(path)
