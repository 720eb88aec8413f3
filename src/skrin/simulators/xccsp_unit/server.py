"""The unit's HTTP server: ``POST /xccsp``, with or without TLS."""

from __future__ import annotations

import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler

from ..ports import HttpServer
from .login import Login
from .unit import Reply, XccspUnit

PATH = "/xccsp"
BODY_LIMIT = 65_536
IDLE_S = 60.0
SILENT_S = 120.0


class XccspServer(HttpServer):
    """Accepts registers, with or without TLS."""

    def __init__(
        self,
        listener: socket.socket,
        context: ssl.SSLContext | None,
        unit: XccspUnit,
        login: Login,
    ) -> None:
        parts: dict[str, object] = {"unit": unit, "login": login}
        super().__init__(listener, "xccsp-unit", _Visit, parts, context)


class _Visit(BaseHTTPRequestHandler):
    """One connection of a till."""

    unit: XccspUnit
    login: Login
    ending: threading.Event
    protocol_version = "HTTP/1.1"
    timeout = IDLE_S

    def log_message(self, format: str, *args: object) -> None:
        """The control page lists what was heard."""

    def do_POST(self) -> None:
        """Hear a request and answer as the unit says."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()) or int(length) > BODY_LIMIT:
            self._send(Reply(status=413))
            return
        body = self.rfile.read(int(length))
        if self.path != PATH:
            self._send(Reply(status=404))
            return
        if not self.login.lets_in(self.headers.get("Authorization", ""), "POST", self.path):
            self._send(Reply(status=401))
            return
        if not self.headers.get("Content-Type", "").lower().startswith("text/xml"):
            self._send(Reply(status=415))
            return
        reply = self.unit.answer(body)
        if reply.silent:
            self.close_connection = True
            self.ending.wait(SILENT_S)
            return
        if reply.hang_up or (reply.wait_ms and self.ending.wait(reply.wait_ms / 1000)):
            self.close_connection = True
            return
        for _ in range(reply.times):
            self._send(reply)

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        if reply.status == 401:
            self.send_header("WWW-Authenticate", self.login.demand())
        self.send_header("Content-Type", "text/xml; charset=iso-8859-1")
        self.send_header("Content-Length", str(reply.promised))
        self.end_headers()
        self.wfile.write(reply.body)
        self.close_connection |= reply.promised > len(reply.body)
