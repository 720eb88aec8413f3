"""The terminal's HTTPS server: ``POST /nexo/``."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler

from ..ports import HttpServer
from .terminal import CardTerminal, Reply

PATH = "/nexo/"
BODY_LIMIT = 1_000_000
IDLE_S = 120.0
SILENT_S = 900.0
POLL_S = 0.25
_HEX = frozenset(b"0123456789abcdefABCDEF")


class TerminalServer(HttpServer):
    """Accepts tills over TLS."""

    def __init__(
        self, listener: socket.socket, context: ssl.SSLContext, terminal: CardTerminal
    ) -> None:
        super().__init__(listener, "card-terminal", _Visit, {"terminal": terminal}, context)


class _Visit(BaseHTTPRequestHandler):
    """One connection of a till."""

    terminal: CardTerminal
    ending: threading.Event
    protocol_version = "HTTP/1.1"
    timeout = IDLE_S

    def log_message(self, format: str, *args: object) -> None:
        """The control page lists what was heard."""

    def do_POST(self) -> None:
        """Hear a message and answer as the terminal says."""
        body = self._body()
        if self.path != PATH or body is None:
            self.close_connection = True
            self._send(Reply(404 if self.path != PATH else 413))
            return
        reply = self.terminal.answer(body)
        if reply.silent:
            self._stay_silent()
            return
        if reply.wait_ms and self.ending.wait(reply.wait_ms / 1000):
            reply = Reply(hang_up=True)
        if reply.hang_up:
            self.close_connection = True
            return
        for _ in range(reply.times):
            self._send(reply)

    def do_GET(self) -> None:
        """There is nothing to look at here."""
        self._send(Reply(405))

    def _body(self) -> bytes | None:
        """The request's body, whole or in chunks; None if it is too long or has no end."""
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return self._chunks()
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()) or int(length) > BODY_LIMIT:
            return None
        return self.rfile.read(int(length))

    def _chunks(self) -> bytes | None:
        """Chunked coding, which some clients use because they send their headers first."""
        body = b""
        while True:
            size = self.rfile.readline(64).split(b";")[0].strip()
            if not size or not set(size) <= _HEX:
                return None
            length = int(size, 16)
            if len(body) + length > BODY_LIMIT:
                return None
            body += self.rfile.read(length)
            if self.rfile.readline(64).strip():
                return None
            if length == 0:
                return body

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def _stay_silent(self) -> None:
        """Keep the connection and say nothing, until the till gives up."""
        self.close_connection = True
        self.connection.settimeout(POLL_S)
        until = time.monotonic() + SILENT_S
        while not self.ending.is_set() and time.monotonic() < until:
            try:
                if not self.connection.recv(4096):
                    return
            except TimeoutError:
                continue
            except OSError:
                return
