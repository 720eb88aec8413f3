"""A keeper keeps one part running: starts it when those before it are ready, notices when it falls
or hangs, starts it again after a pause, and ends it with the host.

Each keeper is a thread, so that one part that hangs delays no other. What a keeper knows of its
part is one `HostPart`, replaced whole, which pages and tills are shown.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from skrin.sync.host import FAILS, FELL, RUNS, STARTS, STOPPED, TILL, WAITS, HostPart
from skrin.till.host.config import Patience
from skrin.till.host.falls import Falls, Silence
from skrin.till.host.probe import changes_version, listens, pulse
from skrin.till.host.process import GRACE_S, HUNG_GRACE_S, Process, rotate

READY_MOST_S = 600.0
"""A part that takes longer to start is ended and started again. Long, since a new version may have
to make a till's read models anew first, and would begin again each time."""

BEFORE_MOST_S = 60.0
"""How long a part waits for those before it. Then it starts all the same: a till sells without the
service that will not start, and says what is missing."""

CHANGE_MOST_S = 300.0
"""A till that changes its version copies its files and starts, twice if the new one fails."""

ASK_EVERY_S = 2.0
ROTATE_EVERY_S = 60.0

TILL_CODES = {2: "cannot_start", 3: "port_taken", 4: "folder_taken"}
LEASH_CODES = {127: "missing"}

log = logging.getLogger("skrin.host")


@dataclass(frozen=True, slots=True)
class Kept:
    """What a keeper keeps: `port` 0 = nothing to ask, it is ready as soon as it runs."""

    name: str
    kind: str
    argv: tuple[str, ...]
    log_file: Path
    port: int = 0
    installation: Path | None = None


@dataclass(frozen=True, slots=True)
class Fall:
    """Why a part is no longer there; see `HostPart`."""

    fault: str
    number: int = 0
    said: str = ""


class Keeper:
    """Keeps one part running from `start` until `stop`."""

    def __init__(
        self,
        kept: Kept,
        before: Sequence[Keeper],
        patience: Patience,
        changed: Callable[[], None],
    ) -> None:
        """`before`: who must be ready first, the first time. `changed`: told of each change."""
        self.kept = kept
        self.part = HostPart(kept.name, kept.kind, WAITS, _now_ms())
        self.was_ready = threading.Event()
        self.before = before
        self._patience = patience
        self._changed = changed
        self._wake = threading.Event()
        self._stopping = False
        self._again = False
        self._falls = Falls()
        self._thread = threading.Thread(target=self._keep, name=kept.name, daemon=True)

    def start(self) -> None:
        """Begin to keep it."""
        self._thread.start()

    def tell_to_stop(self) -> None:
        """Let it end; returns at once."""
        self._stopping = True
        self._wake.set()
        self.was_ready.set()

    def join(self, timeout_s: float) -> None:
        """Wait until it has ended."""
        self._thread.join(timeout_s)

    def again(self) -> None:
        """Do not wait any longer: start it now. Nothing happens while it runs."""
        self._again = True
        self._wake.set()

    def is_broken(self) -> bool:
        """Whether the keeper itself has ended though nobody told it to: a bug."""
        return not (self._stopping or self._thread.is_alive())

    # The thread.

    def _keep(self) -> None:
        self._await_before()
        while not self._stopping:
            fall = self._run_once()
            if not self._stopping:
                self._pause(fall)
        self._set(STOPPED)

    def _await_before(self) -> None:
        until_s = time.monotonic() + BEFORE_MOST_S
        for other in self.before:
            while not (self._stopping or other.was_ready.is_set() or time.monotonic() >= until_s):
                self._sleep(0.1)

    def _run_once(self) -> Fall:
        """Start it and stay with it until it is over; why it is."""
        self._set(STARTS)
        try:
            process = Process(self.kept.argv, self.kept.log_file, self._wake.set)
        except FileNotFoundError as no:  # An installation in which nothing is installed yet.
            return Fall("missing", said=f"{no.strerror}: {no.filename}")
        except OSError as no:
            return Fall("cannot_start", said=str(no))
        fault = self._await_ready(process)
        if not (fault or self._stopping or process.is_over()):
            log.info("%s is ready", self.kept.name)
            self._set(RUNS)
            self.was_ready.set()
            fault = self._watch(process)
        if self._stopping:
            process.end(GRACE_S)
            return Fall("")
        if fault:
            words = process.last_words()
            if self.kept.kind == TILL and not self.kept.installation:
                process.ask_where_it_stands()
            process.end(HUNG_GRACE_S, hangs=True)
            return Fall(fault.fault, fault.number, fault.said or words)
        return self._fall_of(process)

    def _await_ready(self, process: Process) -> Fall | None:
        """Wait until it is ready or over; a fault when it is neither in time."""
        until_s = time.monotonic() + READY_MOST_S
        while not (process.is_over() or self._stopping or self._is_ready(process)):
            if time.monotonic() >= until_s:
                return Fall("not_ready", int(READY_MOST_S))
            self._sleep(0.5)
        return None

    def _is_ready(self, process: Process) -> bool:
        if self.kept.kind == TILL:
            return process.ready is not None
        return not self.kept.port or listens(self.kept.port)

    def _watch(self, process: Process) -> Fall | None:
        """Stay while it runs; a fault when it no longer answers."""
        now_s = time.monotonic()
        silence = Silence(self._patience.rest_s, self._patience.busy_s, now_s)
        rotates_s = now_s + ROTATE_EVERY_S
        while not (process.is_over() or self._stopping):
            self._sleep(ASK_EVERY_S)
            if time.monotonic() >= rotates_s:
                rotate(self.kept.log_file)
                rotates_s = time.monotonic() + ROTATE_EVERY_S
            if process.is_over() or self._stopping or self.kept.kind != TILL:
                continue
            answer, now_s = pulse(self.kept.port), time.monotonic()
            if answer and not answer.fault:
                silence.heard(now_s, answer.busy)
            elif silence.missed(now_s, self._least_s()) and not process.is_over():
                said = f"{answer.fault} does not answer" if answer else ""
                return Fall("hung", int(now_s - silence.heard_s), said)
        return None

    def _least_s(self) -> float:
        """How long a till that changes its version may be away."""
        return CHANGE_MOST_S if changes_version(self.kept.installation) else 0.0

    def _fall_of(self, process: Process) -> Fall:
        """How a process that is over ended."""
        code, said = process.exit_code, process.last_words()
        if self.kept.kind != TILL:
            process.kill()  # What a leash that was killed had on it; a till ends its own.
        if self.kept.kind != TILL and code > 128:
            code = 128 - code  # The leash tells a signal as shells do.
        if code < 0:
            return Fall("killed", -code, said)
        known = TILL_CODES if self.kept.kind == TILL else LEASH_CODES
        return Fall(known.get(code, "ended"), code, said)

    def _pause(self, fall: Fall) -> None:
        """Say why it fell, and wait before the next start."""
        pause_s = self._falls.fell(time.monotonic())
        state = FAILS if self._falls.fails else FELL
        log.warning(
            "%s: %s%s; started again in %.0f s. %s",
            self.kept.name,
            fall.fault,
            f" {_number(fall)}" if fall.number else "",
            pause_s,
            fall.said,
        )
        self._set(state, fall)
        until_s = time.monotonic() + pause_s
        self._again = False
        while not (self._stopping or self._again) and (left_s := until_s - time.monotonic()) > 0:
            self._sleep(left_s)
        self.part = replace(self.part, restarts=self.part.restarts + 1)

    def _sleep(self, most_s: float) -> None:
        """Wait until something happened, or so long."""
        self._wake.wait(most_s)
        self._wake.clear()

    def _set(self, state: str, fall: Fall | None = None) -> None:
        now_ms = _now_ms()
        fell = (
            {
                "fault": fall.fault,
                "number": fall.number,
                "said": fall.said,
                "fell_utc_ms": now_ms,
            }
            if fall
            else {}
        )
        self.part = replace(self.part, state=state, since_utc_ms=now_ms, **fell)  # type: ignore[arg-type]
        self._changed()


def _number(fall: Fall) -> str:
    if fall.fault != "killed":
        return str(fall.number)
    try:
        return signal.Signals(fall.number).name
    except ValueError:
        return str(fall.number)


def _now_ms() -> int:
    return int(time.time() * 1000)
