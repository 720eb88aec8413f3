"""Connections that say nothing keep nobody waiting."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from cheroot.wsgi import Server

from skrin.listening import PatientServer

THREADS, SILENT = 2, 6
SERVER_TIMEOUT_S, ASKING_S = 4.0, 2.0


def hello(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"hello"]


@contextmanager
def serving(kind: type[Server]) -> Iterator[int]:
    server = kind(("127.0.0.1", 0), hello, numthreads=THREADS, max=THREADS)
    server.timeout = SERVER_TIMEOUT_S
    server.prepare()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server.bind_addr[1]
    finally:
        server.stop()
        thread.join(10)


@contextmanager
def silent(port: int, count: int) -> Iterator[list[socket.socket]]:
    sockets = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(count)]
    try:
        yield sockets
    finally:
        for one in sockets:
            one.close()


def ask(port: int) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ASKING_S)
    try:
        connection.request("GET", "/")
        return connection.getresponse().read()
    finally:
        connection.close()


def test_who_speaks_is_answered_beside_many_who_do_not() -> None:
    with serving(PatientServer) as port, silent(port, SILENT):
        assert [ask(port) for _ in range(5)] == [b"hello"] * 5


def test_without_it_they_take_every_thread() -> None:
    """What this guards against; when cheroot mends it, `skrin.listening` can go."""
    with serving(Server) as port, silent(port, SILENT), pytest.raises(TimeoutError):
        ask(port)


def test_who_speaks_late_is_answered_and_who_never_does_is_hung_up_on() -> None:
    with serving(PatientServer) as port, silent(port, 2) as (late, never):
        ask(port)
        late.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        heard = b""
        while piece := late.recv(4096):
            heard += piece
        assert heard.startswith(b"HTTP/1.1 200 ") and heard.endswith(b"hello")
        assert never.recv(1) == b"", "hung up on after the server's timeout"


def closed_by_the_server(kind: type[Server]) -> int:
    """The port, chosen by the machine, of a server that has closed a connection and has ended."""
    with serving(kind) as port, socket.create_connection(("127.0.0.1", port), timeout=10) as one:
        one.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        while one.recv(4096):
            pass
    return port


def listen_again(port: int) -> None:
    again = PatientServer(("127.0.0.1", port), hello, numthreads=THREADS, max=THREADS)
    again.prepare()
    again.stop()


def test_a_port_that_the_machine_chose_can_be_listened_on_again_at_once() -> None:
    listen_again(closed_by_the_server(PatientServer))


def test_without_it_the_port_is_held_by_what_the_server_closed() -> None:
    port = closed_by_the_server(Server)
    with pytest.raises(OSError, match="Address already in use"):
        listen_again(port)


def test_a_port_that_is_listened_on_is_still_taken() -> None:
    with serving(PatientServer) as port, pytest.raises(OSError, match="Address already in use"):
        listen_again(port)
