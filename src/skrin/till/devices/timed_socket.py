"""A socket for `http.client` whose every wait ends by one deadline.

The standard library's own time-out begins anew with each byte, so a device that sends one a second
would never run into it.
"""

from __future__ import annotations

import io
import socket
from typing import Any

from skrin.till.devices.tcp import Deadline

_WAIT_S = 0.25


class TimedSocket:
    """What `http.client` needs of a socket, with the deadline renewed before every wait."""

    def __init__(self, line: socket.socket, deadline: Deadline) -> None:
        self._line = line
        self._deadline = deadline

    def sendall(self, data: Any) -> None:
        """Send all of it by the deadline."""
        self._line.settimeout(self._deadline.left_s())
        self._line.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        """The answer's side."""
        assert mode == "rb", "answers are read"
        return io.BufferedReader(_TimedReader(self._line, self._deadline))

    def close(self) -> None:
        """The connection is closed by who opened it, after the body has been read."""


class _TimedReader(io.RawIOBase):
    def __init__(self, line: socket.socket, deadline: Deadline) -> None:
        self._line = line
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        # In short waits: the deadline may come nearer while we wait.
        while True:
            self._line.settimeout(min(_WAIT_S, self._deadline.left_s()))
            try:
                return self._line.recv_into(buffer)
            except TimeoutError:
                continue
