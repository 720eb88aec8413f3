"""The printer at the end of a cable: a pseudo-terminal stands for a serial line, and for the device
file of a USB printer. There is no connection that ends."""

from __future__ import annotations

import contextlib
import os

from ..pseudo_line import PseudoLine
from .commands import Cutter
from .device import Printer


class Cable(PseudoLine):
    """The printer's side of the line; ``path`` is the till's side. It is a host of its own."""

    def __init__(self, printer: Printer) -> None:
        super().__init__("cable")
        self._printer, self._cutter = printer, Cutter()

    def heard(self, data: bytes) -> None:
        """What the till sends."""
        self._printer.receive(data, self._cutter, self)

    def send(self, data: bytes) -> None:
        """What the printer answers."""
        with contextlib.suppress(OSError):
            os.write(self._own, data)

    def hang_up(self) -> None:
        """A cable has nothing to hang up: the answer just does not come."""
