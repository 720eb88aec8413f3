"""What carries bytes to an ESC/POS printer and back: a network connection, a device file, a serial
line. Each is opened for one job or question and closed after it, so that others may have the
printer; what was said to whoever had it before is dropped when it is opened.
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import socket
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from skrin.till.devices import tcp
from skrin.till.devices.tcp import Deadline

if TYPE_CHECKING:
    import serial

T = TypeVar("T")

_WAIT_S = 0.02
_LAST_PIECE_S = 0.2
_DROPPED_MOST = 64
_TAKEN = frozenset({errno.EBUSY, errno.EAGAIN, errno.EACCES})
"""What the system says of a device that somebody else has open or locked. EACCES is also said of
one that the till may not open at all; waiting a little costs nothing then."""


class Wire(Protocol):
    """An open way to a printer. Its methods raise `OSError` when it breaks, `TimeoutError` at the
    deadline."""

    def send(self, data: bytes, deadline: Deadline) -> None:
        """Hand all of it over; when it fails, some may have left."""
        ...

    def receive(self, deadline: Deadline) -> int:
        """The next byte that comes."""
        ...

    def close(self) -> None:
        """Let go of the printer."""
        ...


class TcpWire:
    """A network connection: the printer has its own queue of those who want one."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line

    def send(self, data: bytes, deadline: Deadline) -> None:
        """See `Wire`."""
        tcp.send(self._line, data, deadline)

    def receive(self, deadline: Deadline) -> int:
        """See `Wire`."""
        return tcp.receive(self._line, deadline, at_most=1)[0]

    def close(self) -> None:
        """See `Wire`."""
        with contextlib.suppress(OSError):
            self._line.close()


class FileWire:
    """A device file such as `/dev/usb/lp0`, locked for as long as it is open: the kernel lets one
    program in at a time, and the lock holds also where it would let in two."""

    def __init__(self, path: str, patience: Deadline) -> None:
        """Open it, waiting as long as `patience` while somebody else has it. Raises `OSError`."""
        _check_device(path)
        self._file = _when_free(lambda: _opened(path), patience)
        self._drop_what_was_said()

    def send(self, data: bytes, deadline: Deadline) -> None:
        """See `Wire`."""
        left = memoryview(data)
        while left:
            if not select.select([], [self._file], [], deadline.left_s())[1]:
                continue
            with contextlib.suppress(BlockingIOError):
                left = left[os.write(self._file, left) :]

    def receive(self, deadline: Deadline) -> int:
        """See `Wire`. A printer that has nothing to say may answer with no bytes at all."""
        while True:
            deadline.left_s()  # Also for what talks without a pause, and is no printer.
            with contextlib.suppress(BlockingIOError):
                if byte := os.read(self._file, 1):
                    return byte[0]
                time.sleep(min(_WAIT_S, deadline.left_s()))
            select.select([self._file], [], [], min(_WAIT_S, deadline.left_s()))

    def close(self) -> None:
        """See `Wire`. The kernel takes back what is still on its way when a printer's file is
        closed, so the last piece gets a moment: it may be the drawer's pulse."""
        with contextlib.suppress(OSError):
            select.select([], [self._file], [], _LAST_PIECE_S)
        with contextlib.suppress(OSError):
            os.close(self._file)

    def _drop_what_was_said(self) -> None:
        with contextlib.suppress(OSError):
            for _ in range(_DROPPED_MOST):
                if not os.read(self._file, 256):
                    return


class SerialWire:
    """A serial line: 8 data bits, no parity, one stop bit, XON/XOFF."""

    def __init__(self, path: str, baud: int, patience: Deadline) -> None:
        """Open it, waiting as long as `patience` while somebody else has it. Raises `OSError`."""
        if path.startswith("/"):
            _check_device(path)
        self._port = _when_free(lambda: _port(path, baud), patience)
        self._port.reset_input_buffer()

    def send(self, data: bytes, deadline: Deadline) -> None:
        """See `Wire`."""
        self._port.write_timeout = deadline.left_s()
        try:
            self._port.write(data)
        except OSError:
            # What did not go out must not go out in front of the next job.
            with contextlib.suppress(OSError):
                self._port.reset_output_buffer()
            raise

    def receive(self, deadline: Deadline) -> int:
        """See `Wire`."""
        while True:
            self._port.timeout = min(0.25, deadline.left_s())
            if byte := self._port.read(1):
                return int(byte[0])

    def close(self) -> None:
        """See `Wire`. What a printer that holds the line up (XOFF) does not take soon is thrown
        away: the kernel would wait half a minute for it, and so would who closes."""
        with contextlib.suppress(OSError):
            soon = Deadline(_LAST_PIECE_S)
            while self._port.out_waiting and not soon.passed:
                time.sleep(_WAIT_S)
            if self._port.out_waiting:
                self._port.reset_output_buffer()
        with contextlib.suppress(OSError):
            self._port.close()


def _when_free(opening: Callable[[], T], patience: Deadline) -> T:
    """What opening gives, tried again while another program has the device."""
    while True:
        try:
            return opening()
        except OSError as trouble:
            if trouble.errno not in _TAKEN or patience.passed:
                raise
            time.sleep(_WAIT_S)


def _check_device(path: str) -> None:
    """Raise `OSError` for what is no device: a person types the path, and what is opened is
    written to. `/dev` also leads to disks, to shared memory, and by `/dev/fd` to every file that
    this program has open, its journal too."""
    if not stat.S_ISCHR(Path(path).stat().st_mode):
        raise OSError(errno.ENODEV, "no device that a printer can be")


def _opened(path: str) -> int:
    try:
        import fcntl  # Device files are Unix; on Windows a printer is reached otherwise.
    except ImportError as none:
        raise OSError(errno.ENODEV, "this system has no device files") from none

    file = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(file)
        raise
    return file


def _port(path: str, baud: int) -> serial.Serial:
    import serial  # Not at the start of every till: most have none.

    try:
        return serial.Serial(path, baud, xonxoff=True, timeout=0.25, exclusive=True)
    except ValueError as wrong:
        raise OSError(errno.EINVAL, str(wrong)) from wrong
