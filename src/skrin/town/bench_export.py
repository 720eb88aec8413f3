"""A journal taken out as the authority's XML: the memory of many receipts beside that of a day's.

The day is sold by the till; the many are the same day's entries, chained on and on. What counts is
the ratio of what the exporting process needed at most, so it is a process of its own each time.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from skrin.domain.entry import Entry, Header, make_entry
from skrin.exports.journal import entry_time
from skrin.till.storage.journal_file import JournalFile
from skrin.till.storage.schema import connect
from skrin.town.bench_flow import Seat, open_till, sell

DAY_RECEIPTS = 500
SEAT = Seat(7, "till-1", 1, "BENCH-X")


@dataclass(frozen=True, slots=True)
class ExportFigures:
    """Receipts, seconds and the most memory (KiB) of an export of a day and of many days."""

    day_receipts: int
    day_s: float
    day_kib: int
    many_receipts: int
    many_s: float
    many_kib: int


def export_figures(folder: Path, days: int) -> ExportFigures:
    """Sell a day, multiply it, take out both."""
    counter = open_till(folder / "day", SEAT)
    sell(counter, DAY_RECEIPTS)
    counter.till.file.close()
    (folder / "many").mkdir()
    day = connect(folder / "day" / "shop.sqlite")
    day.execute("VACUUM INTO ?", (str(folder / "many" / "shop.sqlite"),))
    day.close()
    _multiply(folder / "many" / "shop.sqlite", days - 1)
    day_s, day_kib = _export(folder / "day" / "shop.sqlite", folder / "out")
    many_s, many_kib = _export(folder / "many" / "shop.sqlite", folder / "out")
    return ExportFigures(DAY_RECEIPTS, day_s, day_kib, DAY_RECEIPTS * days, many_s, many_kib)


def _multiply(path: Path, times: int) -> None:
    """Chain the same entries on so many times more; their read models stay as they are."""
    records = JournalFile(path)
    day = list(records.entries_from(1))
    records.close()
    last, number = day[-1].hash, len(day)
    db = connect(path)
    for _ in range(times):
        db.execute("BEGIN IMMEDIATE")
        for old in day:
            number += 1
            entry = _again(old, number, last)
            last, h = entry.hash, entry.header
            db.execute(
                "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)",
                (h.seq, h.kind, h.business_day, h.period, h.at_utc_ms, entry.record, entry.hash),
            )
        db.execute("COMMIT")
    db.close()


def _again(old: Entry, seq: int, prev_hash: bytes) -> Entry:
    h = old.header
    header = Header(
        h.company,
        h.till,
        h.store,
        seq,
        h.kind,
        h.version,
        h.at_utc_ms,
        h.utc_offset_min,
        h.business_day,
        h.period,
        h.user,
        h.app_version,
        h.mode,
    )
    return make_entry(header, prev_hash, old.body)


def _export(path: Path, out: Path) -> tuple[float, int]:
    """(seconds, most memory in KiB) of the command, told by the system about its process."""
    records = JournalFile(path)
    day = entry_time(next(records.entries_from(1))).date().isoformat()
    records.close()
    command = [sys.executable, "-m", "skrin.till.export", str(path), "--folder", str(out)]
    began_s = time.perf_counter()
    # A process begins with the high-water mark of the one that forked it: a small one asks.
    told = subprocess.run(
        [sys.executable, "-c", _MEASURE, *command, "--from", day, "--to", day],
        stdout=subprocess.PIPE,
        check=True,
    )
    took_s = time.perf_counter() - began_s
    shutil.rmtree(out)
    return took_s, int(told.stdout.split()[-1])


_MEASURE = """import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"""
