"""Copies of a till's files, made while the till may be at work: for trying a version on, and for
service before a version is switched to."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

from skrin.updates.release import SetRefused

FILES = ("device.sqlite", "*/shop.sqlite")
SPARE_BYTES = 64 * 1024 * 1024
"""Left free whatever is written: the till itself must be able to go on selling."""


def data_files(data: Path) -> list[Path]:
    """The database files of a till's folder."""
    return sorted(file for pattern in FILES for file in data.glob(pattern))


def data_size(data: Path) -> int:
    """How many bytes a copy of a till's folder takes at most."""
    return sum(
        part.stat().st_size for file in data_files(data) for part in file.parent.glob("*.sqlite*")
    )


def check_room(folder: Path, wanted_bytes: int) -> None:
    """Raises `SetRefused` `no_room` unless so much can be written and the till still sells."""
    free = shutil.disk_usage(folder).free
    if free < wanted_bytes + SPARE_BYTES:
        missing_mb = (wanted_bytes + SPARE_BYTES - free) // 1_000_000 + 1
        raise SetRefused("no_room", str(missing_mb))


def copy_data(data: Path, target: Path) -> None:
    """A copy of each file as it is at one moment, in a folder that only its owner reads.

    Raises `SetRefused` `copy_failed`; a copy that is not whole is not left.
    """
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True, mode=0o700)
    try:
        for file in data_files(data):
            copy = target / file.relative_to(data)
            copy.parent.mkdir(parents=True, exist_ok=True)
            _vacuum_into(file, copy)
    except (OSError, sqlite3.Error) as fault:
        shutil.rmtree(target, ignore_errors=True)
        raise SetRefused("copy_failed", str(fault)) from fault


def _vacuum_into(file: Path, copy: Path) -> None:
    with_timeout = sqlite3.connect(file, isolation_level=None, timeout=20.0)
    try:
        with_timeout.execute("VACUUM INTO ?", (str(copy),))
    finally:
        with_timeout.close()
    copy.chmod(0o600)
    handle = os.open(copy, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
