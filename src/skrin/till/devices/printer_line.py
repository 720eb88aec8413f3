"""The conversation with an ESC/POS printer on one open connection: bytes back, told apart by kind.

A printer sends single bytes without saying what they answer. Their fixed bits tell the kind
(Citizen iDP-3221 manual): `0xx1xx10` answers `DLE EOT`, `0xx1xx00` opens four bytes of automatic
status (ASB), `0xx0xxxx` answers `GS r`; 0x11 and 0x13 are flow control. Which `DLE EOT` is answered
cannot be seen, so one is asked at a time.
"""

from __future__ import annotations

from skrin.till.devices.contract import (
    COVER_OPEN,
    OFFLINE,
    PAPER_LOW,
    PAPER_OUT,
    READY,
    SILENT,
)
from skrin.till.devices.printer_wires import Wire
from skrin.till.devices.tcp import Deadline

AUTOMATIC_STATUS_OFF = b"\x1da\x00"
ASK_AFTER_JOB = b"\x1dr\x01"
"""Answered when all before it has been printed; at paper end it is not executed."""
CLEAR_BUFFERS = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"

_KIND_BITS = 0x93
_REAL_TIME, _AUTOMATIC = 0x12, 0x10
_FLOW_CONTROL = frozenset({0x11, 0x13})
_AFTER_JOB_BITS = 0x90

_PRINTER, _OFFLINE_CAUSE, _PAPER = 1, 2, 4
_IS_OFFLINE = 0x08
_COVER_IS_OPEN, _STOPPED_BY_PAPER, _ERROR = 0x04, 0x20, 0x40
_ROLL_NEAR_END, _ROLL_END = 0x0C, 0x60
_AFTER_JOB_NEAR_END, _AFTER_JOB_END = 0x03, 0x0C


class PrinterLine:
    """One wire to a printer, while it is ours. Every method may raise `OSError` when it breaks.

    `awaiting_job` says that an `ASK_AFTER_JOB` is outstanding; `job_answer` is its answer once it
    has come, whatever was being asked at that moment.
    """

    def __init__(self, wire: Wire, query_timeout_s: float) -> None:
        self._wire = wire
        self._query_timeout_s = query_timeout_s
        self._skip = 0
        self.awaiting_job = False
        self.job_answer: int | None = None

    def send(self, data: bytes, within_s: float) -> None:
        """Hand bytes to the printer; a full buffer that does not empty in time is an error."""
        self._wire.send(data, Deadline(within_s))

    def has_turn(self, within_s: float) -> bool:
        """Whether the printer listens to us within that time: one that serves others first answers
        when they have gone. It is asked once, so that no second answer is taken for another's."""
        return self._ask(_PRINTER, within_s) is not None

    def condition(self) -> str:
        """READY, PAPER_LOW or a blocking condition; one question without an answer is SILENT."""
        printer = self._ask(_PRINTER)
        cause = self._ask(_OFFLINE_CAUSE) if printer is not None else None
        paper = self._ask(_PAPER) if cause is not None else None
        if printer is None or cause is None or paper is None:
            return SILENT
        if cause & _COVER_IS_OPEN:  # First: with an open cover the paper sensor says little.
            return COVER_OPEN
        if cause & _STOPPED_BY_PAPER or paper & _ROLL_END:
            return PAPER_OUT
        if printer & _IS_OFFLINE or cause & _ERROR:
            return OFFLINE
        return PAPER_LOW if paper & _ROLL_NEAR_END else READY

    def wait_for_job(self, within_s: float) -> bool:
        """Whether the outstanding job's answer has come, waiting at most this long for it."""
        deadline = Deadline(within_s)
        while self.job_answer is None and self._hear(deadline) is not None:
            pass
        return self.job_answer is not None

    def condition_after_job(self) -> str:
        """What the job's answer says of the paper. Only when it has come."""
        assert self.job_answer is not None, "the answer has come"
        if self.job_answer & _AFTER_JOB_END:
            return PAPER_OUT
        return PAPER_LOW if self.job_answer & _AFTER_JOB_NEAR_END else READY

    def close(self) -> None:
        """Hang up. A late answer is lost with the line."""
        self._wire.close()

    def _ask(self, question: int, within_s: float = 0.0) -> int | None:
        """The status byte for `DLE EOT question`, None when none came in time."""
        self.send(bytes((0x10, 0x04, question)), self._query_timeout_s)
        deadline = Deadline(within_s or self._query_timeout_s)
        while (byte := self._hear(deadline)) is not None:
            if byte & _KIND_BITS == _REAL_TIME:
                return byte
        return None

    def _hear(self, deadline: Deadline) -> int | None:
        """The next byte, filed by kind; None at the deadline."""
        try:
            byte = self._wire.receive(deadline)
        except TimeoutError:
            return None
        if byte & _KIND_BITS == _REAL_TIME or byte in _FLOW_CONTROL:
            return byte  # May come between the four bytes of an automatic status.
        if self._skip:
            self._skip -= 1
        elif byte & _KIND_BITS == _AUTOMATIC:
            self._skip = 3
        elif byte & _AFTER_JOB_BITS == 0 and self.awaiting_job:
            self.job_answer = byte
        return byte
