"""The device's side of a line without connections: a pseudo-terminal stands for cable and port.

What the device says late lies in the line until somebody reads it, as with a real one.
"""

from __future__ import annotations

import contextlib
import os
import select
import threading
import tty

POLL_S = 0.1


class PseudoLine:
    """A line that is listened to; ``path`` is the other side."""

    def __init__(self, name: str) -> None:
        self._own, theirs = os.openpty()
        tty.setraw(theirs)
        self.path = os.ttyname(theirs)
        self._theirs = theirs  # Kept open: a line without its other end reports errors.
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._listen, name=name, daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Pull the plug."""
        self._ending.set()
        self._thread.join(timeout=2)
        for side in (self._own, self._theirs):
            os.close(side)

    def heard(self, data: bytes) -> None:
        """Take what came in, of whatever length."""
        raise NotImplementedError

    def _listen(self) -> None:
        while not self._ending.is_set():
            readable, _, _ = select.select([self._own], [], [], POLL_S)
            if readable:
                with contextlib.suppress(OSError):
                    self.heard(os.read(self._own, 4096))
