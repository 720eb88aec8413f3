"""The till's file is examined whole, beside the sale: after the start, every few hours, before a
day is closed, and when somebody reads what cannot be right. In a process of its own, which lets
everybody else go first."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from skrin.domain.codec import decode
from skrin.till.storage.damage import Finding

log = logging.getLogger(__name__)

FIRST_S, EVERY_S, AGAIN_S = 60.0, 6 * 3600.0, 600.0
JUST_NOW_S = 600.0
TIMEOUT_S = 4 * 3600.0
PROGRAM = "skrin.till.examining"

EXIT_WHOLE, EXIT_DAMAGED = 0, 1


@dataclass(frozen=True, slots=True)
class Told:
    """What the examination printed."""

    head_seq: int
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class ExaminingLane:
    """Examines one file again and again. `notice` is told what is wrong."""

    path: Path
    notice: Callable[[Sequence[Finding]], None]
    steady_s: Callable[[], float]
    wake: threading.Event = field(default_factory=threading.Event)
    hurries: bool = True
    gathers_s: float = 0.0
    whole_s: float = -1.0
    """When the file was last found whole; -1 = not since the start."""
    _began: bool = False

    def soon(self) -> None:
        """Somebody is about to close a day: the file is examined while the drawer is counted, if
        it was not just now."""
        if self.whole_s < 0 or self.steady_s() - self.whole_s >= JUST_NOW_S:
            self.wake.set()

    def step(self) -> float:
        """Examine it; see `Lane.step`."""
        if not self._began:
            self._began = True
            return FIRST_S
        try:
            told = self._examined()
        except (OSError, subprocess.SubprocessError, ValueError) as fault:
            log.warning("%s could not be examined: %s", self.path, fault)
            return AGAIN_S
        if told.findings:
            self.notice(told.findings)
        self.whole_s = self.steady_s()
        return EVERY_S

    def _examined(self) -> Told:
        done = subprocess.run(
            [sys.executable, "-m", PROGRAM, str(self.path), "--gently", "--json"],
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
        if done.returncode not in (EXIT_WHOLE, EXIT_DAMAGED):
            raise ValueError(done.stderr.strip()[-200:])
        return decode(Told, done.stdout.encode())
