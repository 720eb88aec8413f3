"""A database that mends its files after it was killed: it refuses everybody until it is done."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from skrin.office import postgres
from skrin.office.postgres import EmbeddedPostgres

pytestmark = pytest.mark.office

SSL_OR_GSS = (80877103, 80877104)
WORDS = ("the database system is starting up", "the database system is in recovery mode")


def message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body


def refusal(words: str) -> bytes:
    """As a server says it that takes no connections now (57P03)."""
    fields = [b"SFATAL", b"VFATAL", b"C57P03", b"M" + words.encode()]
    return message(b"E", b"\0".join(fields) + b"\0\0")


WELCOME = message(b"R", struct.pack("!i", 0)) + message(b"Z", b"I")


class Mending:
    """A server that refuses the first who come, then lets in. It knows how a greeting goes, and
    nothing else of a database."""

    def __init__(self, refuses: int) -> None:
        self.refuses, self.came = refuses, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"postgresql://postgres@127.0.0.1:{self.listener.getsockname()[1]}/postgres"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                line, _ = self.listener.accept()
            except OSError:
                return
            with closing(line):
                self.greet(line)

    def greet(self, line: socket.socket) -> None:
        size, code = struct.unpack("!ii", line.recv(8, socket.MSG_WAITALL))
        if code in SSL_OR_GSS:
            line.sendall(b"N")
            size, code = struct.unpack("!ii", line.recv(8, socket.MSG_WAITALL))
        line.recv(size - 8, socket.MSG_WAITALL)
        self.came += 1
        if self.came <= self.refuses:
            line.sendall(refusal(WORDS[self.came % 2]))
        else:
            line.sendall(WELCOME)
            line.recv(64)  # Goodbye.

    def get_uri(self) -> str:
        """What the wheel's server is asked for."""
        return self.url


@pytest.fixture
def office_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EmbeddedPostgres:
    monkeypatch.setattr(EmbeddedPostgres, "lives", lambda self: True)
    return EmbeddedPostgres(tmp_path)


@pytest.fixture
def mending() -> Iterator[Mending]:
    server = Mending(refuses=4)
    yield server
    server.listener.close()


def test_the_start_waits_while_it_refuses(
    office_database: EmbeddedPostgres, mending: Mending
) -> None:
    office_database._server = mending
    assert office_database._answering() == mending.url
    assert mending.came == 5, "asked again until it lets in"


def test_the_start_does_not_wait_for_ever(
    office_database: EmbeddedPostgres, mending: Mending, monkeypatch: pytest.MonkeyPatch
) -> None:
    mending.refuses = 1_000_000
    monkeypatch.setattr(postgres, "ANSWER_S", 0.5)
    office_database._server = mending
    with pytest.raises(psycopg.OperationalError, match=r"starting up|recovery mode"):
        office_database._answering()
    assert mending.came > 2
