"""The unit at the end of a serial line: a pseudo-terminal stands for cable and port.

There is no connection that ends: what the unit says late lies in the line until somebody reads it,
as with a real one. The unit hears one message after the other.
"""

from __future__ import annotations

import contextlib
import os
import select
import threading
import tty

from .frames import LineReader
from .unit import ControlUnit

POLL_S = 0.1


class SerialPort:
    """The unit's side of the line; ``path`` is the till's side."""

    def __init__(self, unit: ControlUnit) -> None:
        self._unit = unit
        self._own, theirs = os.openpty()
        tty.setraw(theirs)
        self.path = os.ttyname(theirs)
        self._theirs = theirs  # Kept open: a line without its other end reports errors.
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="serial", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Pull the plug."""
        self._ending.set()
        self._thread.join(timeout=2)
        for side in (self._own, self._theirs):
            os.close(side)

    def _listen(self) -> None:
        reader = LineReader()
        while not self._ending.is_set():
            readable, _, _ = select.select([self._own], [], [], POLL_S)
            if not readable:
                continue
            with contextlib.suppress(OSError):
                for frame in reader.feed(os.read(self._own, 4096)):
                    self._answer(frame)

    def _answer(self, frame: bytes) -> None:
        """Answer one frame. There is no line to hang up: instead the unit says nothing."""
        reply = self._unit.answer(frame)
        if reply.wait_ms and self._ending.wait(reply.wait_ms / 1000):
            return
        if reply.data and not reply.hang_up:
            os.write(self._own, reply.data)
