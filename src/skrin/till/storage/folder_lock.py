"""One program per folder: a lock that the system lets go of when its holder is gone, however."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import IO

LOOK_EVERY_S = 0.1

WIPING = "wiping"
"""Stands in a folder that is being emptied (`skrin.till.wipe`): no till starts in it."""


class FolderTaken(Exception):
    """Another program holds the folder; its process id, where it can be told."""

    def __init__(self, folder: Path, pid: str) -> None:
        """`pid`: empty = not known."""
        super().__init__(f"{folder} is used by another program{f' (process {pid})' if pid else ''}")
        self.pid = pid


class FolderLock:
    """Holds a folder until `release`, or until this process is gone."""

    def __init__(self, file: Path, patience_s: float = 0.0) -> None:
        """Take the lock `file`, waiting for its holder so long. Raises `FolderTaken`, `OSError`.

        The patience is for a predecessor that is just ending, as after the death of a host.
        """
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT, 0o600), "r+")
        until_s = time.monotonic() + patience_s
        while not _taken(self._file):
            if time.monotonic() >= until_s:
                pid = self._file.read(20).strip()
                self._file.close()
                raise FolderTaken(file.parent, pid)
            time.sleep(LOOK_EVERY_S)
        self._file.truncate(0)
        self._file.write(f"{os.getpid()}\n")
        self._file.flush()

    def release(self) -> None:
        """Let others in."""
        self._file.close()


if sys.platform == "win32":  # Written by the manual, not tried: see docs/operations/windows.md.
    import msvcrt

    FAR = 1 << 30
    """A locked byte cannot be read there: one that the file does not reach is locked."""

    def _taken(file: IO[str]) -> bool:
        file.seek(FAR)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            file.seek(0)
        return True

else:
    import fcntl

    def _taken(file: IO[str]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
