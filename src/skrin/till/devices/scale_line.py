"""A scale at the end of a serial line: asked, waited for, asked again until it stands still.

Nothing on the line tells a late answer from the one that is waited for, and a late one is the
weight of what lay there before. So the input is emptied before each question; and after a question
that got no whole answer the line is left alone until an answer could come no more.
"""

from __future__ import annotations

import contextlib
import errno
import threading
import time
from typing import TYPE_CHECKING

from skrin.domain.printer import serial_parts
from skrin.domain.scale import MT_SICS, TOLEDO_8217, ScalePlace
from skrin.till.devices import mt_sics, toledo_8217
from skrin.till.devices.contract import (
    SCALE_GARBLED,
    SCALE_MOVES,
    SCALE_SILENT,
    NotWeighed,
    Weight,
)
from skrin.till.devices.tcp import Deadline

if TYPE_CHECKING:
    import serial

try:
    from termios import error as LineRefused
except ImportError:  # Windows, whose ports say it as an `OSError`.
    LineRefused = OSError  # type: ignore[misc, assignment]

ANSWER_S = 0.7
"""A scale answers within a tenth of a second; one that is asked while it weighs takes longer."""

LATE_S = 2.0
"""How long after that an answer may still come. Who asks meanwhile is told that it is silent."""

AGAIN_S = 0.15
"""Between two questions to one that moves."""

_WAIT_S = 0.02
_PROTOCOLS = {MT_SICS: mt_sics.PROTOCOL, TOLEDO_8217: toledo_8217.PROTOCOL}


class SerialScale:
    """The scale at a place; the line stays open. Thread-safe: who comes second waits."""

    def __init__(
        self, place: ScalePlace, *, answer_s: float = ANSWER_S, late_s: float = LATE_S
    ) -> None:
        """Nothing is opened yet."""
        self._protocol = _PROTOCOLS[place.protocol]
        self._path, self._baud = serial_parts(place.address)
        self._answer_s, self._late_s = answer_s, late_s
        self._port: serial.Serial | None = None
        self._lock = threading.Lock()
        self._late_until_s = 0.0

    def weigh(self, patience_s: float) -> Weight:
        """See `Scale`."""
        patience = Deadline(patience_s)
        if not self._lock.acquire(timeout=patience_s):
            raise NotWeighed(SCALE_MOVES)  # Somebody else waits for it to stand still.
        try:
            while True:
                try:
                    return Weight(self._ask())
                except NotWeighed as no:
                    if no.code != SCALE_MOVES or patience.passed:
                        raise
                time.sleep(AGAIN_S)
        finally:
            self._lock.release()

    def close(self) -> None:
        """See `Scale`. Who weighs just now is waited for."""
        with self._lock:
            self._hang_up()

    def _hang_up(self) -> None:
        port, self._port = self._port, None
        if port is not None:
            with contextlib.suppress(OSError):
                port.close()

    def _ask(self) -> int:
        if time.monotonic() < self._late_until_s:
            raise NotWeighed(SCALE_SILENT)
        heard = b""
        try:
            port = self._opened()
            port.reset_input_buffer()
            port.write(self._protocol.question)
            deadline = Deadline(self._answer_s)
            while not deadline.passed:
                heard += bytes(port.read(max(1, port.in_waiting)))
                net_g = self._protocol.answer_of(heard) if heard else None
                if net_g is not None:
                    return net_g
        except OSError as trouble:
            # A plug that was pulled leaves a port that answers no more: open it anew.
            self._hang_up()
            raise NotWeighed(SCALE_SILENT) from trouble
        except NotWeighed as no:
            if no.code == SCALE_GARBLED:
                self._may_be_late()
            raise
        self._may_be_late()
        raise NotWeighed(SCALE_GARBLED if heard else SCALE_SILENT)

    def _may_be_late(self) -> None:
        self._late_until_s = time.monotonic() + self._late_s

    def _opened(self) -> serial.Serial:
        """The port. Raises `OSError` when it is not there, or somebody else has it."""
        if self._port is None:
            seven_bits = self._protocol.seven_bits
            try:
                self._port = _port(self._path, self._baud, seven_bits=seven_bits)
            except OSError as refused:
                if not seven_bits or refused.errno != errno.EINVAL:
                    raise
                # A line without wires, as a USB one may be, knows no parity and needs none.
                self._port = _port(self._path, self._baud, seven_bits=False)
        return self._port


def _port(path: str, baud: int, *, seven_bits: bool) -> serial.Serial:
    import serial  # Not at the start of every till: most have none.

    try:
        return serial.Serial(
            path,
            baud,
            bytesize=serial.SEVENBITS if seven_bits else serial.EIGHTBITS,
            parity=serial.PARITY_EVEN if seven_bits else serial.PARITY_NONE,
            stopbits=serial.STOPBITS_ONE,
            timeout=_WAIT_S,
            write_timeout=1.0,
            exclusive=True,
        )
    except (ValueError, LineRefused) as wrong:
        raise OSError(errno.EINVAL, str(wrong)) from wrong
