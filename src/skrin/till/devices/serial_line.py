"""A control unit's serial line: 9600 baud, 8 data bits, no parity, 1 stop bit.

Nothing on the line tells a late reply from the one that is waited for. So the input is emptied
before each message; and after any time-out the unit is asked who it is, and everything up to its
answer is dropped, before anything else is said: it answers in the order in which it was asked.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from skrin.fiscal.contract import UNREACHABLE, UnitSilent
from skrin.fiscal.se import cleancash
from skrin.fiscal.se.ccsp_frame import LateReader
from skrin.till.devices.control_unit import Ask
from skrin.till.devices.tcp import Deadline

if TYPE_CHECKING:
    import serial

BAUD = 9600
_WAIT_S = 0.05
_IDENTITY_REPLY = "IR"
_QUIET_WAITS = 2
"""Waits without a byte after which nothing more is on its way: an earlier identity that came late
is followed by the one that was asked for now."""


class SerialLine:
    """The unit on the port at `path` (`/dev/ttyUSB0`, `COM3`); the port stays open."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._port: serial.Serial | None = None
        self._behind = False
        """A reply may still be on its way that nobody waits for any more."""

    @contextlib.contextmanager
    def open(self, deadline: Deadline) -> Iterator[Ask]:
        """The line, clean; after trouble on it the next exchange cleans it first."""
        port = self._opened()
        try:
            if self._behind:
                _catch_up(port, deadline)
                self._behind = False
            yield lambda request: self._ask(port, request, deadline)
        except (UnitSilent, TimeoutError):
            self._behind = True
            raise
        except OSError:
            self._behind = True
            # A plug that was pulled leaves a port that answers no more: open it anew.
            self.close()
            raise

    def close(self) -> None:
        """Leave the port."""
        port, self._port = self._port, None
        if port is not None:
            with contextlib.suppress(OSError):
                port.close()

    def _opened(self) -> serial.Serial:
        """The port. Raises `UnitSilent` when it is not there or somebody else has it."""
        if self._port is not None:
            return self._port
        import serial  # Not at the start of every till: most have none.

        try:
            self._port = serial.Serial(
                self._path,
                BAUD,
                bytesize=serial.EIGHTBITS,
                parity=serial.PARITY_NONE,
                stopbits=serial.STOPBITS_ONE,
                timeout=_WAIT_S,
                write_timeout=1.0,
                exclusive=True,
            )
        except (OSError, ValueError) as trouble:  # Its own exception is an `OSError`.
            raise UnitSilent(str(trouble) or type(trouble).__name__, UNREACHABLE) from trouble
        # What the unit said to whoever had the line before us is nobody's answer either.
        self._behind = True
        return self._port

    def _ask(self, port: serial.Serial, request: bytes, deadline: Deadline) -> tuple[str, ...]:
        port.reset_input_buffer()
        port.write(request)
        reader = cleancash.ReplyReader()
        while True:
            if piece := _received(port, deadline):
                reply = reader.feed(piece)
                if reply is not None:
                    return reply


def _catch_up(port: serial.Serial, deadline: Deadline) -> None:
    """Ask who it is and drop everything up to the answer, and what follows it at once. Raises
    `OSError` at the deadline."""
    within = deadline.within(cleancash.IDENTITY_DEADLINE_S)
    port.reset_input_buffer()
    port.write(cleancash.identity_request())
    reader = LateReader()
    told, quiet = False, 0
    while not (told and quiet >= _QUIET_WAITS):
        piece = _received(port, within)
        quiet = 0 if piece else quiet + 1
        told |= any(fields[0] == _IDENTITY_REPLY for fields in reader.feed(piece))


def _received(port: serial.Serial, deadline: Deadline) -> bytes:
    """What has come by now; empty after a short wait. Raises `TimeoutError` at the deadline."""
    deadline.left_s()
    waiting = port.in_waiting
    return bytes(port.read(min(max(1, waiting), 4096)))
