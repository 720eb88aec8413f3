"""The wires to card terminals: HTTP for those that are only asked, and what every wire promises.

The standard library's HTTP on a connection of our own rather than httpx: httpx limits each read but
not the whole call, and a payment must end by its deadline even when a byte comes every second. It
also costs the till nothing at start; `ssl` and `http.client` are imported with the first call.

Over https the terminal's certificate is verified against the given authority (a PEM file, or its
text), never skipped: whoever could answer in the terminal's place could approve payments. Each
call has a connection of its own. Plain http is for terminals that offer nothing else; the shop's
net is then the only wall.
"""

from __future__ import annotations

import socket
from typing import Any, Protocol
from urllib.parse import urlsplit

from skrin.till.devices.tcp import Deadline, connect
from skrin.till.devices.timed_socket import TimedSocket

MAX_ANSWER_BYTES = 1_000_000


PEM_BEGINS = "-----BEGIN"
"""An authority that begins so is the certificate itself and not the name of its file."""


class NotSent(Exception):
    """No connection came about: not a byte of the request has left."""

    @property
    def untrusted(self) -> bool:
        """Whether somebody is there, but cannot show that he is the terminal."""
        from ssl import SSLError

        return isinstance(self.__cause__, SSLError)


class NoAnswer(Exception):
    """The request may have arrived; no whole answer came by the deadline."""


class TerminalLine(Protocol):
    """A wire to a card terminal."""

    @property
    def session(self) -> int:
        """Another number after every break of the line: who was logged in then is so no longer."""
        ...

    @property
    def idle_s(self) -> float:
        """How long nothing has been heard on a line that stays open; 0 where none does."""
        ...

    def exchange(
        self, request: bytes, service_id: str, deadline: Deadline, *, answered: bool = True
    ) -> bytes:
        """The answer to the message `service_id`; empty for one that has none. Raises `NotSent`
        and `NoAnswer`."""
        ...

    def close(self) -> None:
        """Hang up."""
        ...


class HttpLine:
    """A terminal that is asked by POST at `url`; over https trusted by `ca_file` (PEM)."""

    def __init__(
        self, url: str, ca_file: str, content_type: str, *, connect_timeout_s: float
    ) -> None:
        target = urlsplit(url)
        assert target.hostname and target.scheme in ("http", "https"), url
        self._host = target.hostname
        self._port = target.port or (443 if target.scheme == "https" else 80)
        self._path = target.path or "/"
        self._secured = target.scheme == "https"
        self._ca_file = ca_file
        self._content_type = content_type
        self._connect_timeout_s = connect_timeout_s
        self.session = 0
        self.idle_s = 0.0

    def exchange(
        self, request: bytes, service_id: str, deadline: Deadline, *, answered: bool = True
    ) -> bytes:
        """The body of the answer, empty unless it is a 200; see `TerminalLine`."""
        import http.client

        line = self._connected(deadline)
        try:
            http_line = http.client.HTTPConnection(self._host, self._port)
            http_line.sock = TimedSocket(line, deadline)
            http_line.request(
                "POST",
                self._path,
                request,
                {"Content-Type": self._content_type, "Connection": "close"},
            )
            answer = http_line.getresponse()
            body = answer.read(MAX_ANSWER_BYTES)
            return body if answer.status == http.client.OK else b""
        except (OSError, http.client.HTTPException) as trouble:
            raise NoAnswer from trouble
        finally:
            line.close()

    def close(self) -> None:
        """Nothing stays open."""

    def _connected(self, deadline: Deadline) -> socket.socket:
        """A connection, over https a verified one. Raises `NotSent`, also when `ca_file` is
        missing."""
        line: socket.socket | None = None
        try:
            context = self._context() if self._secured else None
            line = connect(self._host, self._port, deadline, self._connect_timeout_s)
            line.settimeout(min(self._connect_timeout_s, deadline.left_s()))
            return context.wrap_socket(line, server_hostname=self._host) if context else line
        except OSError as trouble:
            if line is not None:
                line.close()
            raise NotSent from trouble

    def _context(self) -> Any:
        import ssl

        is_text = self._ca_file.lstrip().startswith(PEM_BEGINS)
        context = ssl.create_default_context(
            cafile=None if is_text else self._ca_file,
            cadata=self._ca_file if is_text else None,
        )
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context
