"""The unit's HTTP server: ``POST /xccsp``, with or without TLS."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from .login import Login
from .unit import Reply, XccspUnit

PATH = "/xccsp"
BODY_LIMIT = 65_536
IDLE_S = 60.0
HANDSHAKE_S = 10.0
SILENT_S = 120.0


class XccspServer:
    """Accepts registers, a thread for each; the TLS handshake is in that thread too."""

    def __init__(
        self,
        listener: socket.socket,
        context: ssl.SSLContext | None,
        unit: XccspUnit,
        login: Login,
    ) -> None:
        self._ending = threading.Event()
        parts = {"unit": unit, "login": login, "ending": self._ending}
        self._server = _Server(listener, context, type("Visit", (_Visit,), parts))
        self._thread = threading.Thread(target=self._serve, name="xccsp-unit", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Close the port; what runs ends with the process, as by a power cut."""
        self._ending.set()
        self._server.shutdown()
        self._server.server_close()

    def _serve(self) -> None:
        self._server.serve_forever(poll_interval=0.1)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(
        self, listener: socket.socket, context: ssl.SSLContext | None, visit: type[_Visit]
    ) -> None:
        super().__init__(listener.getsockname(), visit, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self._context = context

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Shake hands where it is HTTPS, then serve."""
        if self._context is None:
            super().finish_request(request, client_address)
            return
        request.settimeout(HANDSHAKE_S)
        with (
            contextlib.suppress(OSError),
            self._context.wrap_socket(request, server_side=True) as secured,
        ):
            super().finish_request(secured, client_address)

    def handle_error(self, request: object, client_address: object) -> None:
        """A till that went away is nothing to report."""


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
