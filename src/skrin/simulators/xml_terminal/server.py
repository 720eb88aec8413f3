"""Its wires: TCP with a 4-byte length (EPAS), or ``POST /EPASSaleToPOI/3.1`` (nexo)."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

from ..card_terminal.terminal import Reply
from ..ports import HttpServer, StreamServer
from .dialogue import Till
from .terminal import XmlTerminal

PATH = "/EPASSaleToPOI/3.1"
BODY_LIMIT = 1_000_000
IDLE_S = 600.0
_HEAD = struct.Struct(">I")

Send = Callable[[bytes], None]
"""Sends one message on the line."""


class FrameServer(StreamServer):
    """Accepts tills on TCP; each message is worked on in a thread of its own, since an Abort comes
    while a payment runs."""

    def __init__(self, listener: socket.socket, terminal: XmlTerminal) -> None:
        super().__init__(listener, "xml-terminal", self._talk)
        self._terminal = terminal

    def _talk(self, line: socket.socket) -> None:
        line.settimeout(IDLE_S)
        sending = threading.Lock()

        def send(message: bytes) -> None:
            with sending, contextlib.suppress(OSError):
                line.sendall(_HEAD.pack(len(message)) + message)

        till = Till(send)
        try:
            while message := _frame(line):
                work = (message, till, line, send)
                threading.Thread(target=self._work, args=work, daemon=True).start()
        finally:
            till.is_gone.set()

    def _work(self, message: bytes, till: Till, line: socket.socket, send: Send) -> None:
        reply = self._terminal.hear(message, till)
        if reply is None or reply.silent:
            return
        if reply.wait_ms and self.ending.wait(reply.wait_ms / 1000):
            return
        if reply.hang_up:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            return
        for _ in range(reply.times if reply.body else 0):
            send(reply.body)


def _frame(line: socket.socket) -> bytes:
    """The next message; empty when the till has hung up or sends no frame."""
    head = _exactly(line, _HEAD.size)
    if len(head) < _HEAD.size:
        return b""
    (length,) = _HEAD.unpack(head)
    return _exactly(line, length) if length <= BODY_LIMIT else b""


def _exactly(line: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = line.recv(size - len(data))
        if not more:
            return b""
        data += more
    return data


class WebServer(HttpServer):
    """Accepts tills on HTTP."""

    def __init__(self, listener: socket.socket, terminal: XmlTerminal) -> None:
        super().__init__(listener, "xml-terminal", _Visit, {"terminal": terminal})


class _Visit(BaseHTTPRequestHandler):
    """One connection of a till."""

    terminal: XmlTerminal
    ending: threading.Event
    protocol_version = "HTTP/1.1"
    timeout = IDLE_S

    def log_message(self, format: str, *args: object) -> None:
        """The control page lists what was heard."""

    def do_POST(self) -> None:
        """Hear a message and answer as the terminal says: 200 with words, 204 without."""
        length = self.headers.get("Content-Length", "")
        whole = length.isascii() and length.isdigit() and int(length) <= BODY_LIMIT
        if self.path != PATH or not whole:
            self.close_connection = True
            self._send(Reply(404 if self.path != PATH else 413))
            return
        reply = self.terminal.answer(self.rfile.read(int(length)))
        if reply.silent:
            self.close_connection = True
            self.ending.wait(IDLE_S)
            return
        if reply.wait_ms and self.ending.wait(reply.wait_ms / 1000):
            reply = Reply(hang_up=True)
        if reply.hang_up:
            self.close_connection = True
            return
        self._send(reply)

    def _send(self, reply: Reply) -> None:
        status = 204 if reply.status == 200 and not reply.body else reply.status
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Type", "application/xml; charset=utf-8")
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)
