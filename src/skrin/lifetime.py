"""How long a program runs: until a signal ends it, or the process that started it is gone.

A signal's handler runs in the middle of whatever the main thread does. It must not take a lock
there, and `threading.Event.set` takes one that `wait` of the same thread may hold: the program
would stand still for ever. So the handler only writes a byte, which wakes the main thread.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import signal
import socket
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

PARENT_POLL_S = 1.0
PR_SET_PDEATHSIG = 1


class Lifetime:
    """The lifetime of this process. Make it in the main thread: only there are signals caught."""

    def __init__(self, parent_pid: int = 0) -> None:
        """Catch SIGINT and SIGTERM. `parent_pid`: the process not to outlive, 0 = none."""
        self._heard, self._bell = socket.socketpair()
        self._heard.setblocking(False)
        self._bell.setblocking(False)
        self._told = False
        self._parent = _Process(parent_pid) if parent_pid else None
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, self._end)
            signal.signal(signal.SIGTERM, self._end)
            if self._parent:
                self._look_when_parent_dies()

    def is_over(self, wait_s: float = 0.0) -> bool:
        """Whether it has ended; waits up to `wait_s` for that."""
        if not self._told and wait_s > 0:
            select.select([self._heard], [], [], wait_s)
            with contextlib.suppress(BlockingIOError):
                self._heard.recv(64)
        return self._told or (self._parent is not None and self._parent.is_gone())

    def wait(self) -> None:
        """Wait for its end."""
        while not self.is_over(PARENT_POLL_S):
            pass

    def end(self) -> None:
        """End it from within, whichever thread says so."""
        self._told = True
        self._ring(0, None)

    def _end(self, number: int, frame: FrameType | None) -> None:
        self._told = True
        self._ring(number, frame)

    def _ring(self, number: int, frame: FrameType | None) -> None:
        # A bell that has been rung so often that it takes no more is heard all the same.
        with contextlib.suppress(BlockingIOError):
            self._bell.send(b"!")

    def _look_when_parent_dies(self) -> None:
        """Ask Linux for SIGUSR1 at the parent's death, to look at once instead of in a second.

        Not SIGTERM: the kernel sends the signal when the *thread* that started us ends, and a demo
        may start its devices from a thread that has finished. So the signal only makes us look.
        """
        if sys.platform.startswith("linux"):
            signal.signal(signal.SIGUSR1, self._ring)
            with contextlib.suppress(OSError, AttributeError):
                ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGUSR1, 0, 0, 0)


def say_ready(told: Mapping[str, object]) -> None:
    """Print the line that whoever started us waits for. One who is gone meanwhile does not hear it;
    that ends nothing here: how long we run is for our lifetime to say."""
    try:
        print(json.dumps(told), flush=True)
    except OSError:
        # What is left in the buffer goes nowhere, and is no error at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


class _Process:
    """Another process, told by its birth from a later one that got the same number."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._has_proc = Path("/proc/self/stat").exists()
        self._birth = _birth(pid)

    def is_gone(self) -> bool:
        if self._has_proc:
            return self._birth is None or _birth(self._pid) != self._birth
        try:
            os.kill(self._pid, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False


def _birth(pid: int) -> str | None:
    """When a process began (kernel ticks), or None when it is gone or a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]


def go_gently() -> None:
    """Let everybody else on the machine go first from now on, where the system can."""
    if hasattr(os, "nice"):
        os.nice(10)
