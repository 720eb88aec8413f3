"""A raw queue of CUPS: the bytes go through it untouched, by IPP over HTTP.

The queue knows less than the printer. Its word for "completed" is that all bytes have gone to the
printer, and whether there is paper it tells only where its own driver asks. So a till that has the
choice speaks to its printer itself; this is for printers that another computer shares.
"""

from __future__ import annotations

import http.client
import secrets
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

from skrin.documents.escpos import DRAWER_PULSE, INITIALISE
from skrin.till.devices import ipp
from skrin.till.devices.contract import (
    BLOCKING_CONDITIONS,
    COVER_OPEN,
    FORGOTTEN,
    NOT_OUT,
    NOT_RAW,
    OFFLINE,
    OUT,
    PAPER_LOW,
    PAPER_OUT,
    READY,
    SILENT,
    UNSURE,
    PrintResult,
)
from skrin.till.devices.tcp import Deadline, connect
from skrin.till.devices.timed_socket import TimedSocket

PORT = 631
ANSWER_MOST_BYTES = 1_000_000
CONNECTING_S = 3.0
"""How long a job may find its printer away: a queue says so of every job while it begins."""
_NO_SUCH_JOB = -1
"""Stands for a job's state where the queue says that it has none of that number."""

_REASONS = (
    (("cover-open", "door-open", "interlock-open"), COVER_OPEN),
    (("media-empty", "media-needed"), PAPER_OUT),
    (("offline", "paused", "shutdown", "stopped", "connecting-to-device", "timed-out"), OFFLINE),
    (("media-low",), PAPER_LOW),
)
"""What a printer's reasons mean, the worst first. A suffix (-error, -warning, -report) says how bad
its driver finds it; the paper is out all the same."""


class CupsQueue:
    """The queue at `address` (`ipp://host:631/printers/name`); see `contract.Printer`.

    `settle_s`: how long a cancelled job is waited for. A job that is left in the queue goes out by
    itself when the printer can again, so `settle` takes it back before it is printed anew.
    """

    def __init__(
        self,
        address: str,
        columns: int,
        *,
        code_page: str = "cp858",
        connect_timeout_s: float = 1.0,
        question_timeout_s: float = 2.0,
        job_timeout_s: float = 30.0,
        poll_s: float = 0.2,
        settle_s: float = 3.0,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        target = urlsplit(address)
        self.columns = columns
        self.code_page = code_page
        self._host = target.hostname or ""
        self._port = target.port or PORT
        self._path = target.path
        self._queue = f"ipp://{target.netloc}{target.path}"
        self._connect_timeout_s = connect_timeout_s
        self._question_timeout_s = question_timeout_s
        self._job_timeout_s = job_timeout_s
        self._poll_s = poll_s
        self._settle_s = settle_s
        self._wait = wait or threading.Event().wait
        self._one_call = threading.RLock()
        self._job, self._job_name = 0, ""
        """The job of which it is not known what became; its number is 0 where the queue took it
        and its answer was lost, its name empty where there is none."""

    def condition(self) -> str:
        """READY, PAPER_LOW or one of BLOCKING_CONDITIONS, as far as the queue knows."""
        try:
            answer = self._ask(ipp.printer_question(self._queue), self._question_timeout_s)
        except (OSError, ipp.Unreadable):
            return SILENT
        return _condition(answer)

    def print(self, job: bytes) -> PrintResult:
        """Put a job into the queue and wait until it says that all of it has gone out. One of which
        it is not known what became is taken back first: it must not come out later."""
        with self._one_call:
            condition = self.condition()
            if condition in BLOCKING_CONDITIONS:
                return PrintResult(NOT_OUT, condition)
            if self.settle() == UNSURE:
                return PrintResult(NOT_OUT, OFFLINE)
            deadline = Deadline(self._job_timeout_s)
            self._job, self._job_name = 0, f"till-{secrets.token_hex(8)}"
            try:
                request = ipp.print_job(self._queue, self._job_name, job)
                answer = self._ask(request, self._job_timeout_s)
            except ConnectionRefusedError:
                return self._over(NOT_OUT, SILENT)
            except (OSError, ipp.Unreadable):
                return PrintResult(UNSURE, SILENT)
            if not answer.ok:
                not_raw = answer.status == ipp.NO_SUCH_FORMAT
                return self._over(NOT_OUT, NOT_RAW if not_raw else OFFLINE)
            self._job = answer.number("job-id")
            return self._came_out(deadline, condition)

    def open_drawer(self) -> str:
        """Send the drawer's pulse as a job of its own. A document that waits in the queue is known
        afterwards as before."""
        with self._one_call:
            waits = self._job, self._job_name
            self._job, self._job_name = 0, ""
            try:
                result = self.print(INITIALISE + DRAWER_PULSE)
                if result.outcome != UNSURE:
                    return result.condition
                # One that comes out later, with nobody there, is worse than none.
                self.settle()
                return result.condition if result.condition in BLOCKING_CONDITIONS else SILENT
            finally:
                self._job, self._job_name = waits

    def settle(self) -> str:
        """OUT when the job went out after all; NOT_OUT when it was taken out of the queue; UNSURE
        while the queue cannot be asked; FORGOTTEN when it had the job and does not know it any
        more (its history was thrown away, or it keeps none)."""
        with self._one_call:
            if not self._job_name:
                return NOT_OUT
            has = self._has_it()
            outcome = self._settle(Deadline(self._settle_s)) if has else UNSURE
            if has is False and self.condition() not in BLOCKING_CONDITIONS:
                outcome = NOT_OUT  # The queue told its jobs and has none of that name.
            if outcome != UNSURE:
                self._job_name = ""
            return outcome

    def close(self) -> None:
        """Take back what waits: documents go elsewhere, and the queue would print it whole when its
        printer can again. What the queue does not take back now it does before the next job."""
        with self._one_call:
            if self._job_name and self._has_it():
                self._cancel()

    def _came_out(self, deadline: Deadline, before: str) -> PrintResult:
        connecting = deadline.within(CONNECTING_S)
        while not deadline.passed:
            state = self._job_state()
            if state == ipp.JOB_COMPLETED:
                return self._over(OUT, before)
            if state in (ipp.JOB_CANCELED, ipp.JOB_ABORTED):
                return self._over(NOT_OUT, OFFLINE)  # It is out of the queue: no more will come.
            if state == _NO_SUCH_JOB:
                return PrintResult(UNSURE, before)
            condition = self.condition()
            if condition in BLOCKING_CONDITIONS and (condition != OFFLINE or connecting.passed):
                return PrintResult(UNSURE, condition)
            self._wait(self._poll_s)
        return PrintResult(UNSURE, OFFLINE)

    def _over(self, outcome: str, condition: str) -> PrintResult:
        """The job is not outstanding any more."""
        self._job_name = ""
        return PrintResult(outcome, condition)

    def _has_it(self) -> bool | None:
        """Whether the queue has the job, whose number is known then; looked for by its name where
        the answer was lost. None where that cannot be told."""
        for which in ("not-completed", "completed") if self._job == 0 else ():
            try:
                question = ipp.jobs_question(self._queue, which)
                answer = self._ask(question, self._question_timeout_s)
            except (OSError, ipp.Unreadable):
                return None
            if not answer.ok:
                return None
            self._job = self._job or answer.job_named(self._job_name)
        return self._job != 0

    def _settle(self, deadline: Deadline) -> str:
        cancelled = False
        while not deadline.passed:
            state = self._job_state()
            if state == ipp.JOB_COMPLETED:
                return OUT
            if state in (ipp.JOB_CANCELED, ipp.JOB_ABORTED):
                return NOT_OUT
            if state == _NO_SUCH_JOB:
                return NOT_OUT if cancelled else FORGOTTEN
            if self.condition() in BLOCKING_CONDITIONS:
                return UNSURE
            if cancelled:
                self._wait(self._poll_s)
                continue
            # With paper back the queue goes on by itself: it gets its time before it is stopped.
            self._wait(min(1.0, self._settle_s / 2))
            ended = (ipp.JOB_COMPLETED, 0, _NO_SUCH_JOB)
            cancelled = self._job_state() not in ended and self._cancel()
        return UNSURE

    def _cancel(self) -> bool:
        try:
            return self._ask(ipp.cancel(self._queue, self._job), self._question_timeout_s).ok
        except (OSError, ipp.Unreadable):
            return False

    def _job_state(self) -> int:
        """The job's state, 0 while nobody tells it."""
        try:
            question = ipp.job_question(self._queue, self._job)
            answer = self._ask(question, self._question_timeout_s)
        except (OSError, ipp.Unreadable):
            return 0
        return _NO_SUCH_JOB if answer.is_gone else answer.number("job-state")

    def _ask(self, request: bytes, within_s: float) -> ipp.Answer:
        """One exchange on a connection of its own. Raises `OSError` and `ipp.Unreadable`;
        `ConnectionRefusedError` when nothing can have been sent."""
        deadline = Deadline(within_s)
        try:
            line = connect(self._host, self._port, deadline, self._connect_timeout_s)
        except OSError as nobody:
            raise ConnectionRefusedError(str(nobody)) from nobody
        try:
            http_line = http.client.HTTPConnection(self._host, self._port)
            http_line.sock = TimedSocket(line, deadline)
            headers = {"Content-Type": "application/ipp", "Connection": "close"}
            http_line.request("POST", self._path, request, headers)
            answer = http_line.getresponse()
            body = answer.read(ANSWER_MOST_BYTES)
        except http.client.HTTPException as trouble:
            raise OSError(type(trouble).__name__) from trouble
        finally:
            line.close()
        if answer.status != http.client.OK:
            raise OSError(f"HTTP {answer.status}")
        return ipp.read(body)


def _condition(answer: ipp.Answer) -> str:
    if not answer.ok:
        return OFFLINE
    reasons = answer.words("printer-state-reasons")
    for begins, condition in _REASONS:
        if any(reason.startswith(begins) for reason in reasons):
            return condition
    accepts = answer.attributes.get("printer-is-accepting-jobs", [1])[0]
    if not accepts or answer.number("printer-state") == ipp.PRINTER_STOPPED:
        return OFFLINE
    return READY
