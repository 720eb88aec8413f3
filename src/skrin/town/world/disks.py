"""A till's files on a memory file system: a commit may fail, and a death leaves what a disk has.

Death is a copy of file and log as they lie at that instant. What a commit that was under way had
written of the log is cut anywhere, also within a frame: SQLite promises that it is there whole or
not at all (D32).
"""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

from skrin.till.storage.schema import make_tables
from skrin.till.storage.shop_file import ShopFile
from skrin.town.world.perils import (
    AFTER,
    BEFORE,
    DIES_AT_COMMIT,
    DISK_FULL,
    DURING,
    Killed,
    Perils,
)

FILES = ("shop.sqlite", "shop.sqlite-wal", "device.sqlite", "device.sqlite-wal")


def memory_folder() -> Path | None:
    """A folder that is no disk, where this machine has one."""
    shared = Path("/dev/shm")  # noqa: S108 (the files in it get a folder of their own)
    return shared if shared.is_dir() else None


class TownFile(ShopFile):
    """A shop's file whose commits the perils know."""

    def __init__(self, path: Path, perils: Perils) -> None:
        """Open it."""
        self._perils = perils
        self.is_dead = False
        self.torn_from: int | None = None
        """Set by a death within a commit: from here on the log may be cut."""
        super().__init__(path)

    def bring_to(self, versions: Sequence[str]) -> None:
        """Bring it to the form of another version of the program, as that does when it starts."""
        make_tables(self._db, versions)

    def begin(self) -> None:
        """Begin a commit. Raises `Killed` for who goes on after a death."""
        if self.is_dead:
            raise Killed("after its death")
        super().begin()

    def end(self, failed: bool, at_end: Callable[[], None] = lambda: None) -> None:
        """As the file's own, with what may happen to it."""
        if failed:
            super().end(failed, at_end)
            return
        perils = self._perils
        if perils.strikes(DISK_FULL, "commit"):
            super().end(True)
            raise sqlite3.OperationalError("database or disk is full")
        if perils.strikes(DIES_AT_COMMIT, BEFORE, BEFORE):
            self.is_dead = True
            super().end(True)
            raise Killed("before a commit")
        dies_in = perils.strikes(DIES_AT_COMMIT, DURING, DURING)
        log = self.path.with_name("shop.sqlite-wal")
        before_bytes = log.stat().st_size if dies_in and log.exists() else 0
        super().end(failed, at_end)
        if dies_in:
            self.is_dead = True
            grown = log.exists() and log.stat().st_size > before_bytes
            self.torn_from = before_bytes if grown else None
            raise Killed("within a commit")
        if perils.strikes(DIES_AT_COMMIT, AFTER, AFTER):
            self.is_dead = True
            raise Killed("after a commit")


def copy_files(folder: Path, into: Path) -> None:
    """Copy a till's files, each with its log as it lies there, to a new folder."""
    into.mkdir(parents=True)
    for name in FILES:
        if (folder / name).exists():
            shutil.copyfile(folder / name, into / name)


def left_behind(folder: Path, into: Path, file: TownFile, dice: random.Random) -> None:
    """Copy what the disk has of a till that is just dying to a new folder."""
    copy_files(folder, into)
    if file.torn_from is not None:
        log = into / "shop.sqlite-wal"
        cut = dice.randint(file.torn_from, log.stat().st_size)
        with log.open("r+b") as opened:
            opened.truncate(cut)
