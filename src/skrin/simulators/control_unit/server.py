"""The unit on a TCP port, as over a serial line: frames in a stream, no greeting, no goodbye."""

from __future__ import annotations

import socket

from ..ports import StreamServer
from .frames import LineReader
from .unit import ControlUnit

IDLE_S = 300.0


class UnitServer(StreamServer):
    """Accepts registers, a thread for each."""

    def __init__(self, listener: socket.socket, unit: ControlUnit) -> None:
        super().__init__(listener, "control-unit", self._hear)
        self._unit = unit

    def _hear(self, line: socket.socket) -> None:
        """Hear frames until the other side closes or has been quiet for long."""
        reader = LineReader()
        line.settimeout(IDLE_S)
        while data := line.recv(4096):
            for frame in reader.feed(data):
                reply = self._unit.answer(frame)
                if reply.wait_ms and self.ending.wait(reply.wait_ms / 1000):
                    return
                if reply.hang_up:
                    return
                if reply.data:
                    line.sendall(reply.data)
