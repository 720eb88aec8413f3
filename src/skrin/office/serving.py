"""The office's web server: cheroot, threads in one process.

One process because the office of a demo or a shop lives on a small host, and because it can then
stop the database that it started. Why, with figures: docs/decisions/0003-office-server.md. A hosted
office may start `skrin.office.wsgi:application` with any WSGI server.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Any

from skrin.listening import PatientServer

THREADS = 8
MOST_BODY_BYTES = 6 * 1024 * 1024
MOST_HEADER_BYTES = 32 * 1024


class PortTaken(Exception):
    """Another program listens on the port."""


def check_port(host: str, port: int) -> None:
    """Find out early whether `port` is free. Raises `PortTaken`."""
    with contextlib.closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as busy:
            raise PortTaken(str(port)) from busy


class WebServer:
    """Serves an application until it is stopped."""

    def __init__(self, application: Any, host: str, port: int) -> None:
        self._server = PatientServer(
            (host, port), application, numthreads=THREADS, request_queue_size=64, timeout=30
        )
        self._server.max_request_body_size = MOST_BODY_BYTES
        self._server.max_request_header_size = MOST_HEADER_BYTES
        self._server.shutdown_timeout = 5
        self._thread = threading.Thread(target=self._server.serve, name="web")

    def start(self) -> int:
        """Bind, begin to answer, and return the port. Raises `PortTaken`."""
        try:
            self._server.prepare()
        except OSError as busy:
            raise PortTaken(str(self._server.bind_addr[1])) from busy
        self._thread.start()
        return int(self._server.bind_addr[1])

    def stop(self) -> None:
        """Finish the requests under way and end."""
        self._server.stop()
        self._thread.join(timeout=10)
