"""Connections with one deadline over everything: connecting, sending and every piece that is read.

A socket's own time-out counts from piece to piece, so a device that sends a byte each second would
never run into it. Hosts are numeric addresses in the settings: a name look-up has no deadline.
"""

from __future__ import annotations

import socket
import time


class Deadline:
    """A point in time that lies `seconds` ahead when it is made."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def left_s(self) -> float:
        """Seconds left, more than zero. Raises `TimeoutError` when there are none."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise TimeoutError("deadline passed")
        return left

    def within(self, seconds: float) -> Deadline:
        """The nearer of this deadline and one that lies `seconds` ahead."""
        nearer = Deadline(seconds)
        nearer._at = min(nearer._at, self._at)
        return nearer

    def end_within(self, seconds: float) -> None:
        """Bring this deadline nearer: somebody does not want to wait so long any more."""
        self._at = min(self._at, time.monotonic() + seconds)

    @property
    def passed(self) -> bool:
        """Whether the point in time has come."""
        return time.monotonic() >= self._at


def connect(host: str, port: int, deadline: Deadline, at_most_s: float) -> socket.socket:
    """A TCP connection, made within `at_most_s` and the deadline. Raises `OSError`."""
    line = socket.create_connection((host, port), timeout=min(at_most_s, deadline.left_s()))
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line


def send(line: socket.socket, data: bytes, deadline: Deadline) -> None:
    """Send all of `data` by the deadline. Raises `OSError`; then some of it may have left."""
    line.settimeout(deadline.left_s())
    line.sendall(data)


def receive(line: socket.socket, deadline: Deadline, at_most: int = 4096) -> bytes:
    """The next bytes that come by the deadline. Raises `OSError`, also when the peer hung up."""
    line.settimeout(deadline.left_s())
    piece = line.recv(at_most)
    if not piece:
        raise ConnectionAbortedError("the device hung up")
    return piece
