"""The printer at the end of a cable: a pseudo-terminal stands for a serial line, and for the device
file of a USB printer. There is no connection that ends: what the printer says late lies in the line
until somebody reads it."""

from __future__ import annotations

import contextlib
import os
import select
import threading
import tty

from .commands import Cutter
from .device import Printer

POLL_S = 0.1


class Cable:
    """The printer's side of the line; ``path`` is the till's side. It is a host of its own."""

    def __init__(self, printer: Printer) -> None:
        self._printer = printer
        self._own, theirs = os.openpty()
        tty.setraw(theirs)
        self.path = os.ttyname(theirs)
        self._theirs = theirs  # Kept open: a line without its other end reports errors.
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="cable", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Pull the plug."""
        self._ending.set()
        self._thread.join(timeout=2)
        for side in (self._own, self._theirs):
            os.close(side)

    def send(self, data: bytes) -> None:
        """What the printer answers."""
        with contextlib.suppress(OSError):
            os.write(self._own, data)

    def hang_up(self) -> None:
        """A cable has nothing to hang up: the answer just does not come."""

    def _listen(self) -> None:
        cutter = Cutter()
        while not self._ending.is_set():
            readable, _, _ = select.select([self._own], [], [], POLL_S)
            if readable:
                with contextlib.suppress(OSError):
                    self._printer.receive(os.read(self._own, 4096), cutter, self)
