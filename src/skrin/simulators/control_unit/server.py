"""The unit on a TCP port, as over a serial line: frames in a stream, no greeting, no goodbye."""

from __future__ import annotations

import contextlib
import socket
import threading

from .frames import LineReader
from .unit import ControlUnit

IDLE_S = 300.0
POLL_S = 0.25


class UnitServer:
    """Accepts registers, a thread for each."""

    def __init__(self, listener: socket.socket, unit: ControlUnit) -> None:
        self._listener = listener
        self._unit = unit
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._accept, name="control-unit", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Close the port. Conversations end with the process."""
        self._ending.set()
        self._thread.join(timeout=2)
        self._listener.close()

    def _accept(self) -> None:
        while not self._ending.is_set():
            try:
                line, _ = self._listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            threading.Thread(target=self._converse, args=(line,), daemon=True).start()

    def _converse(self, line: socket.socket) -> None:
        """Hear frames until the other side closes or has been quiet for long."""
        reader = LineReader()
        line.settimeout(IDLE_S)
        with line, contextlib.suppress(OSError):
            while data := line.recv(4096):
                for frame in reader.feed(data):
                    reply = self._unit.answer(frame)
                    if reply.wait_ms and self._ending.wait(reply.wait_ms / 1000):
                        return
                    if reply.hang_up:
                        return
                    if reply.data:
                        line.sendall(reply.data)
