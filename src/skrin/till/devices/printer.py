"""A receipt printer that speaks ESC/POS: on the network, on USB, on a serial line.

A job counts as out when the printer answers a question that was queued behind its cut: at paper
end a printer goes offline and does not execute that question. Silence is never read as ready.

Printers serve one connection at a time, so each call opens one and closes it, with one exception:
after a job that stopped in the middle the connection is kept, since the answer that is still
outstanding comes on it when there is paper again. Other tills wait that long; the printer could
not serve them anyway. A connection is held for the whole of a job, so two tills' jobs never mix.
"""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from typing import TypedDict, Unpack

from skrin.documents.escpos import DRAWER_PULSE
from skrin.till.devices.contract import (
    BLOCKING_CONDITIONS,
    NOT_OUT,
    OUT,
    SILENT,
    UNSURE,
    PrintResult,
)
from skrin.till.devices.printer_line import (
    ASK_AFTER_JOB,
    AUTOMATIC_STATUS_OFF,
    CLEAR_BUFFERS,
    PrinterLine,
)
from skrin.till.devices.printer_wires import FileWire, SerialWire, TcpWire, Wire
from skrin.till.devices.tcp import Deadline, connect

_TRY_AGAIN_S = 0.05


class How(TypedDict, total=False):
    """What `EscposPrinter` may be told beside where it is."""

    code_page: str
    connect_timeout_s: float
    query_timeout_s: float
    job_timeout_s: float
    poll_s: float
    settle_s: float
    turn_s: float


class EscposPrinter(ABC):
    """A printer, `columns` characters wide; see `contract.Printer`. Its kind says how to reach it.

    `code_page` is the one that its jobs are written in; it is data for who makes them.

    `query_timeout_s` is for each status question, `job_timeout_s` for a whole job, `poll_s` how
    long a job's answer may take before the printer is asked what is wrong, `settle_s` how long
    `settle` waits for it, `turn_s` how long it may be at others' jobs before it counts as silent;
    0 = nobody else prints on it. One call at a time reaches the printer: `condition` during a long
    job answers with what the job's thread last learnt.
    """

    def __init__(
        self,
        columns: int,
        *,
        code_page: str = "cp858",
        connect_timeout_s: float = 1.0,
        query_timeout_s: float = 0.5,
        job_timeout_s: float = 30.0,
        poll_s: float = 1.0,
        settle_s: float = 3.0,
        turn_s: float = 0.0,
    ) -> None:
        self.columns = columns
        self.code_page = code_page
        self._connect_timeout_s = connect_timeout_s
        self._query_timeout_s = query_timeout_s
        self._job_timeout_s = job_timeout_s
        self._poll_s = poll_s
        self._settle_s = settle_s
        self._turn_s = turn_s
        self._one_call = threading.Lock()
        self._kept: PrinterLine | None = None
        self._unsettled = False
        self._latest = SILENT

    serves_in_turn = False
    """Whether the printer takes a second connection and lets it wait. What is locked while it is
    open says by itself whose turn it is."""

    @abstractmethod
    def _reach(self, patience: Deadline) -> Wire:
        """Open the way to the printer, waiting for others at most so long. Raises `OSError`."""

    def condition(self) -> str:
        """READY, PAPER_LOW or one of BLOCKING_CONDITIONS."""
        if not self._one_call.acquire(timeout=self._connect_timeout_s):
            return self._latest
        try:
            line = self._open()
            if line is None:
                return SILENT
            self._latest = self._ask(line)
            self._close_unless_awaiting(line)
            return self._latest
        finally:
            self._one_call.release()

    def print(self, job: bytes) -> PrintResult:
        """Send a job that ends with a cut and wait for the printer's word that it is done.

        Whatever an earlier unsettled job left in the printer is cleared first: who prints again
        has decided that the earlier one did not come out.
        """
        with self._one_call:
            line = self._open()
            if line is None:
                return PrintResult(NOT_OUT, SILENT)
            self._latest = self._ask(line)
            if self._latest in BLOCKING_CONDITIONS:
                self._close_unless_awaiting(line)
                return PrintResult(NOT_OUT, self._latest)
            result = self._send(line, job)
            self._unsettled = result.outcome == UNSURE
            self._latest = result.condition
            self._close_unless_awaiting(line)
            return result

    def open_drawer(self) -> str:
        """Send the drawer's pulse; the condition, a blocking one when it could not be sent.

        Not while a job waits inside the printer: the pulse would come out behind it, whenever.
        """
        with self._one_call:
            line = self._open()
            if line is None:
                return SILENT
            self._latest = self._ask(line)
            if self._latest not in BLOCKING_CONDITIONS:
                try:
                    line.send(DRAWER_PULSE, self._query_timeout_s)
                except OSError:
                    line.awaiting_job = False
                    self._latest = SILENT
            self._close_unless_awaiting(line)
            return self._latest

    def settle(self) -> str:
        """OUT when the outstanding answer came after all; NOT_OUT when it did not and the printer
        was cleared, so that all may be printed again; UNSURE while it cannot print."""
        with self._one_call:
            line = self._open()
            if line is None:
                return UNSURE
            line.awaiting_job = True
            outcome = self._settle(line)
            if outcome != UNSURE:
                self._unsettled = line.awaiting_job = False
            self._close_unless_awaiting(line)
            return outcome

    def _send(self, line: PrinterLine, job: bytes) -> PrintResult:
        """Send the job on a printer that was ready a moment ago; `line` is kept if it stops."""
        deadline = Deadline(self._job_timeout_s)
        silences = 0
        try:
            if self._unsettled:
                self._clear(line)
            line.awaiting_job, line.job_answer = True, None
            line.send(AUTOMATIC_STATUS_OFF + job + ASK_AFTER_JOB, self._job_timeout_s)
            while not deadline.passed and silences < 2:
                if line.wait_for_job(self._poll_s):
                    return self._came_out(line)
                self._latest = condition = line.condition()
                if line.job_answer is not None:
                    return self._came_out(line)
                # A printer that works hard may let one question pass, not two in a row.
                silences = silences + 1 if condition == SILENT else 0
                if condition in BLOCKING_CONDITIONS and condition != SILENT:
                    return PrintResult(UNSURE, condition)
        except OSError:
            line.awaiting_job = False
            line.close()
        return PrintResult(UNSURE, SILENT)

    def _settle(self, line: PrinterLine) -> str:
        try:
            blocked = line.condition() in BLOCKING_CONDITIONS
            if line.job_answer is not None:
                return OUT
            if blocked:
                return UNSURE
            if line.wait_for_job(self._settle_s):
                return OUT
            return UNSURE if self._clear(line) == SILENT else NOT_OUT
        except OSError:
            line.awaiting_job = False
            line.close()
            return UNSURE

    def _came_out(self, line: PrinterLine) -> PrintResult:
        line.awaiting_job = False
        return PrintResult(OUT, line.condition_after_job())

    def _ask(self, line: PrinterLine) -> str:
        try:
            return line.condition()
        except OSError:
            line.awaiting_job = False
            return SILENT

    def _clear(self, line: PrinterLine) -> str:
        """Empty the printer's buffers. Who answers the questions behind it has taken the order."""
        line.awaiting_job = False
        line.send(CLEAR_BUFFERS, self._query_timeout_s)
        return line.condition()

    def close(self) -> None:
        """Let go of a printer that stopped in a job: documents go elsewhere, and others may have
        it. What it still has of that job it may print when it can."""
        with self._one_call:
            line, self._kept = self._kept, None
            if line is not None:
                line.close()

    def _open(self) -> PrinterLine | None:
        """The kept connection, or a new one on which it is our turn; None when there is nobody, or
        others had it for too long."""
        if self._kept is not None:
            return self._kept
        patience = Deadline(self._turn_s or self._connect_timeout_s)
        while True:
            line = self._try_to_open(patience)
            if line is not None:
                return line
            if not (self._turn_s and self.serves_in_turn) or patience.passed:
                self._latest = SILENT
                return None
            time.sleep(_TRY_AGAIN_S)  # A printer that refuses a second connection is asked again.

    def _try_to_open(self, patience: Deadline) -> PrinterLine | None:
        try:
            line = PrinterLine(self._reach(patience), self._query_timeout_s)
        except OSError:
            return None
        if not (self._turn_s and self.serves_in_turn):
            return line
        try:
            if line.has_turn(patience.left_s()):
                return line
        except OSError:
            pass
        line.close()
        return None

    def _close_unless_awaiting(self, line: PrinterLine) -> None:
        self._kept = line if line.awaiting_job else None
        if self._kept is None:
            line.close()


class NetworkPrinter(EscposPrinter):
    """The printer at `host` and `port`."""

    serves_in_turn = True

    def __init__(self, host: str, port: int, columns: int, **how: Unpack[How]) -> None:
        super().__init__(columns, **how)
        self._host = host
        self._port = port

    def _reach(self, patience: Deadline) -> Wire:
        within_s = self._connect_timeout_s
        return TcpWire(connect(self._host, self._port, Deadline(within_s), within_s))


class FilePrinter(EscposPrinter):
    """The printer behind a device file such as `/dev/usb/lp0`."""

    def __init__(self, path: str, columns: int, **how: Unpack[How]) -> None:
        super().__init__(columns, **how)
        self._path = path

    def _reach(self, patience: Deadline) -> Wire:
        return FileWire(self._path, patience)


class SerialPrinter(EscposPrinter):
    """The printer on the serial port at `path`."""

    def __init__(self, path: str, baud: int, columns: int, **how: Unpack[How]) -> None:
        super().__init__(columns, **how)
        self._path = path
        self._baud = baud

    def _reach(self, patience: Deadline) -> Wire:
        return SerialWire(self._path, self._baud, patience)
