"""The unit at the end of a serial line. It hears one message after the other."""

from __future__ import annotations

import os

from ..pseudo_line import PseudoLine
from .frames import LineReader
from .unit import ControlUnit


class SerialPort(PseudoLine):
    """The unit's side of the line; ``path`` is the till's side."""

    def __init__(self, unit: ControlUnit) -> None:
        super().__init__("serial")
        self._unit, self._reader = unit, LineReader()

    def heard(self, data: bytes) -> None:
        """What the till sends."""
        for frame in self._reader.feed(data):
            self._answer(frame)

    def _answer(self, frame: bytes) -> None:
        """Answer one frame. There is no line to hang up: instead the unit says nothing."""
        reply = self._unit.answer(frame)
        if reply.wait_ms and self._ending.wait(reply.wait_ms / 1000):
            return
        if reply.data and not reply.hang_up:
            os.write(self._own, reply.data)
