"""Connections with one deadline over everything: connecting, sending and every piece that is read.

A socket's own time-out counts from piece to piece, so a device that sends a byte each second would
never run into it. A host may be a name: it is looked up under the same deadline (`names`).
"""

from __future__ import annotations

import socket
import time

from skrin.till.devices.names import addresses_of, forget


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
    """A TCP connection to the first address of `host` that takes one, made within `at_most_s` for
    each and the deadline. Raises `OSError`."""
    trouble: OSError | None = None
    for address in addresses_of(host, deadline):
        try:
            timeout_s = min(at_most_s, deadline.left_s())
            line = socket.create_connection((address, port), timeout=timeout_s)
        except OSError as refused:
            trouble = refused
            continue
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return line
    forget(host)
    assert trouble is not None, "a host has an address"
    raise trouble


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
