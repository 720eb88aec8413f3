"""The device's side of a port: connections in a stream, or requests over HTTP, a thread for each.

What runs when the port is closed ends with the process, as by a power cut.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HANDSHAKE_S = 10.0


class StreamServer:
    """Accepts connections and hands each to `converse`, which closes nothing: that is done here."""

    def __init__(
        self, listener: socket.socket, name: str, converse: Callable[[socket.socket], None]
    ) -> None:
        """`listener` polls: it has a time-out, so that the end is noticed. `name`: the thread's."""
        self.ending = threading.Event()
        self._listener = listener
        self._converse = converse
        self._thread = threading.Thread(target=self._accept, name=name, daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Close the port."""
        self.ending.set()
        self._thread.join(timeout=2)
        self._listener.close()

    def _accept(self) -> None:
        while not self.ending.is_set():
            try:
                line, _ = self._listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        with line, contextlib.suppress(OSError):
            self._converse(line)


class HttpServer:
    """Hands every connection to a handler of its own; `parts` are set on the handler's class,
    `ending` (set when the port is closed) beside them. The TLS handshake, where there is a
    `context`, is in the connection's thread."""

    def __init__(
        self,
        listener: socket.socket,
        name: str,
        visit: type[BaseHTTPRequestHandler],
        parts: dict[str, object],
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.ending = threading.Event()
        handler = type("Visit", (visit,), {**parts, "ending": self.ending})
        self._server = _Server(listener, context, handler)
        self._thread = threading.Thread(target=self._serve, name=name, daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Close the port."""
        self.ending.set()
        self._server.shutdown()
        self._server.server_close()

    def _serve(self) -> None:
        self._server.serve_forever(poll_interval=0.1)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(
        self,
        listener: socket.socket,
        context: ssl.SSLContext | None,
        visit: type[BaseHTTPRequestHandler],
    ) -> None:
        super().__init__(listener.getsockname(), visit, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self._context = context

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Shake hands where it is HTTPS, then serve. A client that does not trust us goes away."""
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
