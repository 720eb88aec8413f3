"""A till with years behind it and no office: its start, its pages, and the examination of its file.

The journal is sold through the flow, a Z after each thousand receipts, without waiting for the disk
while it is made. The program then starts as on a morning without internet: nobody answers, and all
of the journal waits. Taps while the till has its file examined take turns with taps while that
examination is held.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from skrin.till.flow.examining import PROGRAM
from skrin.till.storage.damage import look
from skrin.town.bench_catching_up import sell_apart, tap
from skrin.town.bench_machine import median
from skrin.town.bench_till import (
    READY_S,
    Screen,
    cold_start,
    enter,
    office_and_code,
    till_enrolled,
    till_part,
)
from skrin.town.places import examples_folder
from skrin.town.processes import children_of
from skrin.town.replay_company import owner_of

CLOSED_EVERY = 1_000
SELLING_TIMEOUT_S = 3600.0
TAPS = 100
"""In a turn: taps beside the examination and at rest take turns, so that a machine that others use
too is as slow for both."""
WARM_UP_TAPS = 50
_CLOSE = re.compile(r"/day/close/[0-9-]{10}")
LONGEST_S, BEGINS_WITHIN_S = 600.0, 10.0
LOOKS, STARTS = 5, 3


@dataclass(slots=True)
class YearsFigures:
    """What was measured: seconds, KiB and bytes; `examined_cpu_s` is the processor's time."""

    receipts: int
    entries: int = 0
    file_bytes: int = 0
    look_s: float = 0.0
    examined_s: float = 0.0
    examined_cpu_s: float = 0.0
    examined_kib: int = 0
    start_s: float = 0.0
    first_unsent_s: float = 0.0
    unsent_s: float = 0.0
    status_s: float = 0.0
    rest_s: list[float] = field(default_factory=list)
    busy_s: list[float] = field(default_factory=list)


def years_figures(data: Path, receipts: int, taps: int = TAPS) -> YearsFigures:
    """Measure in `data`."""
    data.mkdir(parents=True)
    with office_and_code(data) as (office, code):
        till_enrolled(data, office, code)
    sell_apart(data / "till", receipts, CLOSED_EVERY, SELLING_TIMEOUT_S)
    (file,) = (data / "till").glob("*/shop.sqlite")
    found = YearsFigures(receipts, file_bytes=file.stat().st_size)
    found.look_s = median([_seconds(lambda: look(file)) for _ in range(LOOKS)])
    _examine(file, found)
    found.start_s = median([cold_start(data, ["--office", NOBODY]) for _ in range(STARTS)])
    _beside(data, found, taps)
    return found


def _seconds(do: Callable[[], object]) -> float:
    began_s = time.perf_counter()
    do()
    return time.perf_counter() - began_s


def _examine(file: Path, found: YearsFigures) -> None:
    """The whole examination, nobody selling."""
    began_s = time.perf_counter()
    program = [sys.executable, "-m", PROGRAM, str(file), "--gently", "--json"]
    process = subprocess.Popen(program, stdout=subprocess.PIPE)
    assert process.stdout is not None
    told = json.loads(process.stdout.read())
    process.stdout.close()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    found.examined_s = time.perf_counter() - began_s
    assert process.returncode == 0 and not told["findings"], told
    found.entries = told["head_seq"]
    found.examined_cpu_s = used.ru_utime + used.ru_stime
    found.examined_kib = used.ru_maxrss


NOBODY = "http://127.0.0.1:9"
"""An address where nobody answers."""


def _beside(data: Path, found: YearsFigures, taps: int) -> None:
    login = owner_of(examples_folder() / "bageri")
    till = till_part(data, ["--office", NOBODY])
    till.start()
    try:
        screen = Screen(till.wait_ready(READY_S)["port"])
        keys = enter(screen, login.email, login.password)
        for number in range(WARM_UP_TAPS):
            tap(screen, keys, number)
        _take_turns(screen, keys, till.pid, found, taps)
        found.first_unsent_s = _seconds(lambda: screen.get("/unsent"))
        found.unsent_s = median([_seconds(lambda: screen.get("/unsent")) for _ in range(LOOKS)])
        found.status_s = median([_seconds(lambda: screen.get("/status")) for _ in range(LOOKS)])
        screen.close()
    finally:
        till.stop()


def _take_turns(screen: Screen, keys: list[str], till: int, found: YearsFigures, taps: int) -> None:
    """Taps beside the examination and while it is held, by turns, until it is over. It is the
    till's own: the page on which a day is closed has it begun."""
    day = _CLOSE.search(screen.get("/day"))
    assert day, "what was tapped and given up waits for a Z"
    screen.get(day[0])
    process = _examination_of(till)
    ends_s = time.monotonic() + LONGEST_S
    while _runs(process) and time.monotonic() < ends_s:
        busy_s = [tap(screen, keys, number) for number in range(taps)]
        if not _runs(process) and found.busy_s:
            return  # It ended in the middle of them.
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGSTOP)
        try:
            found.rest_s += [tap(screen, keys, number) for number in range(taps)]
        finally:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)
        found.busy_s += busy_s


def _examination_of(till: int) -> int:
    """The process that the till has begun."""
    ends_s = time.monotonic() + BEGINS_WITHIN_S
    while time.monotonic() < ends_s:
        for child in children_of(till):
            with suppress(OSError):
                if PROGRAM.encode() in Path(f"/proc/{child}/cmdline").read_bytes():
                    return child
        time.sleep(0.02)
    raise TimeoutError("the till has begun no examination")


def _runs(process: int) -> bool:
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


__all__ = ["YearsFigures", "years_figures"]
