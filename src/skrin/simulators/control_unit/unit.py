"""The unit: a frame in, a reply out, and the faults that it has been told to have."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .. import control_page
from ..heard import Heard
from ..switches import Switch, Switches, common_switches
from . import frames
from .fields import InvalidData, read_receipt
from .memory import Memory, OutOfSequence

PROTOCOL_VERSION = "2"
FIRMWARE = "1.07"
BAD_LRC, UNKNOWN_TYPE, INVALID_DATA, INVALID_POS_ID = "001", "002", "003", "007"
INVALID_SEQUENCE = "011"


def unit_switches() -> Switches:
    """The switches of a control unit."""
    codes = tuple(f"{number:03}" for number in range(1, 12))
    own = [
        Switch("refuse_code", "006", "the code of refuse", choices=codes, countable=False),
        Switch("main_status", 0, "main status, 0 is OK", limits=(0, 5), countable=False),
        Switch(
            "severity", 0, "severity in SIR, 0 is informational", limits=(0, 4), countable=False
        ),
        Switch("storage_status", 0, "storage status, 0 is OK", limits=(0, 2), countable=False),
    ]
    return Switches([*common_switches(("register", "status"), repeats=True), *own])


@dataclass(frozen=True)
class Reply:
    """What goes back on the line: bytes (none when silent), after a wait, then perhaps the end."""

    data: bytes = b""
    wait_ms: int = 0
    hang_up: bool = False


class ControlUnit:
    """A simulated CleanCash unit; several registers may share it."""

    name = "control_unit"
    title = "Control unit"

    def __init__(self, memory: Memory, port: int, pos_ids: tuple[str, ...] = ()) -> None:
        """``pos_ids`` are the licensed ones; none given means that any is."""
        self.port = port
        self.switches = unit_switches()
        self.heard = Heard()
        self._memory = memory
        self._pos_ids = pos_ids
        self._lock = threading.Lock()
        self._requests: Counter[str] = Counter()
        self._naks: Counter[str] = Counter()

    def answer(self, frame: bytes) -> Reply:
        """Hear one frame, faults included. The work is durable when this returns."""
        exchange = self.heard.note(frame.decode("latin-1").rstrip("\r"))
        kind = "register" if b"#RR#" in frame else "status"
        switches = self.switches
        if switches.flag("silent", kind):
            exchange.answer = "(silent, nothing done)"
            return Reply()
        with self._lock:
            if switches.flag("refuse", kind):
                body, why = self._nak(str(switches.peek("refuse_code"))), "told to refuse"
            else:
                body, why = self._work(frame)
        data = frames.write(body)
        exchange.answer = data.decode("ascii").rstrip("\r") + (f"  ({why})" if why else "")
        wait_ms = switches.number("slow_ms", kind)
        if switches.flag("hang_up", kind):
            exchange.answer += "  (done, but hung up instead of answering)"
            return Reply(wait_ms=wait_ms, hang_up=True)
        times = 2 if switches.flag("answer_twice", kind) else 1
        return Reply(data * times, wait_ms)

    def counters(self) -> dict[str, Any]:
        """Requests and refusals of this process; receipts and serials over its whole life."""
        with self._lock:
            return {
                "unit_id": self._memory.unit_id,
                "requests": dict(self._requests),
                "naks": dict(self._naks),
                "receipts": self._memory.receipts_json(),
                "last_serials": self._memory.last_serials(),
            }

    def reset(self, wanted: Mapping[str, object]) -> None:
        """A control unit never forgets a receipt."""
        control_page.no_further_reset(wanted)

    def extra_html(self) -> str:
        """Nothing beyond the common page."""
        return ""

    def extra_get(self, path: str, query: Mapping[str, list[str]]) -> control_page.Answer | None:
        """Nothing beyond the common paths."""
        return None

    def _nak(self, code: str) -> str:
        self._naks[code] += 1
        return f"NAK#{code}"

    def _work(self, frame: bytes) -> tuple[str, str]:
        """The body of the reply, and why, when it is a refusal."""
        try:
            body = frames.read(frame)
        except frames.Damaged as damage:
            return self._nak(BAD_LRC), str(damage)
        message = body.split("#")[0]
        if message not in ("IQ", "SIQ", "RR"):
            return self._nak(UNKNOWN_TYPE), f"unknown message {message!r}"
        self._requests[message] += 1
        if message == "RR":
            return self._register(body)
        if body != message:
            return self._nak(INVALID_DATA), f"{message} has no fields"
        if message == "IQ":
            return f"IR#{self._memory.unit_id}#{PROTOCOL_VERSION}#{FIRMWARE}", ""
        main, severity = self.switches.peek("main_status"), self.switches.peek("severity")
        return f"SIR#{main}#0{severity}", ""

    def _register(self, body: str) -> tuple[str, str]:
        try:
            receipt = read_receipt(body)
            if self._pos_ids and receipt.pos_id not in self._pos_ids:
                return self._nak(INVALID_POS_ID), f"{receipt.pos_id} has no licence here"
            code = self._memory.register(receipt, str(self.switches.peek("repeat")))
        except InvalidData as refusal:
            return self._nak(INVALID_DATA), str(refusal)
        except OutOfSequence as refusal:
            return self._nak(INVALID_SEQUENCE), str(refusal)
        main, storage = self.switches.peek("main_status"), self.switches.peek("storage_status")
        return f"RRR#{code}#{self._memory.unit_id}#{main}#{storage}", ""
