"""The machine that figures were taken on: a figure in milliseconds means nothing without it."""

from __future__ import annotations

import os
import platform
import sqlite3
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

SYNC_FOR_S = 0.3
BLOCK = bytes(4096)


def machine(folder: Path) -> str:
    """Processor, cores, versions, and how often a second `folder`'s disk confirms a block."""
    return (
        f"{cpu_model()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f};"
        f" Python {platform.python_version()}, SQLite {sqlite3.sqlite_version};"
        f" {syncs_per_second(folder):,.0f} synced 4 KiB writes/s"
    )


def cpu_model() -> str:
    """The processor by name, where the system tells it."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def syncs_per_second(folder: Path) -> float:
    """How many small writes the disk confirms in a second, one after the other."""
    path = folder / "syncs"
    handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        count, began_s = 0, time.perf_counter()
        while (took_s := time.perf_counter() - began_s) < SYNC_FOR_S:
            os.pwrite(handle, BLOCK, 0)
            os.fdatasync(handle)
            count += 1
    finally:
        os.close(handle)
        path.unlink()
    return count / took_s


def memory_kib(pid: int) -> int:
    """Resident memory of a process and everything that it started, in KiB."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue  # It ended while we looked.
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    total, found = 0, [pid]
    while found:
        here = found.pop()
        found += children.get(here, [])
        try:
            status = Path(f"/proc/{here}/status").read_text(encoding="utf-8")
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in status.splitlines() if "VmRSS" in line)
    return total


def median(values: Sequence[float]) -> float:
    """The middle one."""
    return statistics.median(values)


def share_below(values: Sequence[float], percent: int) -> float:
    """The value that `percent` per cent of them do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]
