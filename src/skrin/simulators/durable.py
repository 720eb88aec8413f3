"""What a device remembers over a restart.

Two shapes. A *snapshot* is one small JSON document replaced as a whole (a control unit's
counters). A *log* is one JSON line per event, appended (a card terminal's transactions, a
printer's slips), because rewriting a growing list at each event would cost more for each. Both
are on disk before the device answers: a till may rely on what it was told.

A file belongs to one process at a time (``FILE.lock``): two would make counters go back.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any


class StateTrouble(Exception):
    """The state file is in use by another process, or cannot be read. Never started over."""


def sync_directory(folder: Path) -> None:
    """Make a created or renamed name in the folder survive a power cut."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def claim(path: Path) -> IO[str]:
    """Take the file for this process until it ends. Raises `StateTrouble` if it is taken."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.with_name(path.name + ".lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as trouble:
        lock.close()
        raise StateTrouble(f"{path} is in use by another simulator") from trouble
    return lock


class Snapshot:
    """One JSON document, replaced whole: new file, fsync, rename, fsync of the directory."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = claim(path)

    def load(self) -> dict[str, Any] | None:
        """The document, or None if there is none yet. Raises `StateTrouble`."""
        try:
            document = json.loads(self._path.read_text("utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as trouble:
            raise StateTrouble(f"{self._path} cannot be read: {trouble}") from trouble
        if not isinstance(document, dict):
            raise StateTrouble(f"{self._path} is not a state file")
        return document

    def save(self, document: dict[str, Any]) -> None:
        """Write the document; on return it is on disk."""
        fresh = self._path.with_name(self._path.name + ".new")
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(document, file, ensure_ascii=False, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        sync_directory(self._path.parent)


class Log:
    """JSON lines, appended. A last line cut off by a power cut is dropped: it was not answered."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = claim(path)
        is_new = not path.exists()
        self._file = path.open("a+b")
        if is_new:
            sync_directory(path.parent)

    def lines(self) -> Iterator[str]:
        """Every whole line so far, and cut away what is left of a torn one."""
        self._file.seek(0)
        content = self._file.read()
        whole = content.rfind(b"\n") + 1
        if whole != len(content):
            self._file.truncate(whole)
        for line in content[:whole].split(b"\n")[:-1]:
            try:
                yield line.decode("utf-8")
            except UnicodeDecodeError as trouble:
                raise StateTrouble(f"{self._path} is not a state file") from trouble

    def append(self, line: str) -> None:
        """Add one line (without its end); on return it is on disk."""
        self._file.write(line.encode("utf-8") + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def forget(self) -> None:
        """Empty the log."""
        self._file.truncate(0)
        os.fsync(self._file.fileno())
