"""The unit: a frame in, a reply out, and the faults that it has been told to have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..switches import Switch, Switches, common_switches
from . import frames
from .common import STORAGE_FULL, Unit
from .fields import InvalidData, Receipt, read_header, read_receipt
from .memory import Memory, OutOfSequence

FIRMWARE = "1.07"
BAD_LRC, UNKNOWN_TYPE, INVALID_DATA, OUT_OF_STEP = "001", "002", "003", "004"
INVALID_POS_ID, MEMORY_FULL, INVALID_SEQUENCE = "007", "010", "011"
REGISTERING = {"1": ("ST", "RH", "SQ"), "2": ("RR",)}
"""The messages of a registration, by protocol version."""


def unit_switches() -> Switches:
    """The switches of a control unit."""
    codes = tuple(f"{number:03}" for number in range(1, 12))
    own = [
        Switch("refuse_code", "006", "the code of refuse", choices=codes, countable=False),
        Switch("main_status", 0, "main status, 0 is OK", limits=(0, 5), countable=False),
        Switch(
            "severity", 0, "severity in SIR, 0 is informational", limits=(0, 4), countable=False
        ),
        Switch("half_answer", False, "do the work, then send half of the answer"),
        Switch("wrong_id", False, "answer in another unit's name"),
        Switch(
            "storage_status", 0, "storage, 0 OK, 2 full (then 010)", limits=(0, 2), countable=False
        ),
    ]
    return Switches([*common_switches(("register", "status"), repeats=True), *own])


@dataclass(frozen=True)
class Reply:
    """What goes back on the line: bytes (none when silent), after a wait, then perhaps the end."""

    data: bytes = b""
    wait_ms: int = 0
    hang_up: bool = False


class ControlUnit(Unit):
    """A simulated CleanCash unit."""

    name = "control_unit"
    title = "Control unit"
    REFUSALS = "naks"

    def __init__(
        self, memory: Memory, port: int, pos_ids: tuple[str, ...] = (), version: str = "2"
    ) -> None:
        """``version`` of the protocol: 1 or 2."""
        super().__init__(memory, port, pos_ids, unit_switches())
        self.version = version
        self._receipt: Receipt | None = None
        self._started = False

    def answer(self, frame: bytes) -> Reply:
        """Hear one frame, faults included. The work is durable when this returns."""
        exchange = self.heard.note(frame.decode("latin-1").rstrip("\r"))
        kind = "status" if b"#IQ#" in frame or b"#SIQ#" in frame else "register"
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
        if switches.flag("half_answer", kind):
            return Reply(data[: len(data) // 2], wait_ms)
        times = 2 if switches.flag("answer_twice", kind) else 1
        return Reply(data * times, wait_ms)

    def _nak(self, code: str) -> str:
        self._refusals[code] += 1
        return f"NAK#{code}"

    def _work(self, frame: bytes) -> tuple[str, str]:
        """The body of the reply, and why, when it is a refusal."""
        try:
            body = frames.read(frame)
        except frames.Damaged as damage:
            return self._nak(BAD_LRC), str(damage)
        message = body.split("#")[0]
        if message not in ("IQ", "SIQ", *REGISTERING[self.version]):
            return self._nak(UNKNOWN_TYPE), f"unknown message {message!r}"
        self._requests[message] += 1
        if message == "RR":
            return self._register(read_receipt, body)
        if message == "RH":
            return self._header(body)
        if body != message:
            return self._nak(INVALID_DATA), f"{message} has no fields"
        if message == "IQ":
            return f"IR#{self._id()}#{self.version}#{FIRMWARE}", ""
        if message == "ST":
            self._started, self._receipt = True, None
            return "ACK", ""
        if message == "SQ":
            return self._signature()
        main, severity = self.switches.peek("main_status"), self.switches.peek("severity")
        return f"SIR#{main}#0{severity}", ""

    def _register(self, read: Callable[[str], Receipt], body: str) -> tuple[str, str]:
        try:
            receipt = read(body)
            if not self._knows(receipt.pos_id):
                return self._nak(INVALID_POS_ID), f"{receipt.pos_id} has no licence here"
            if self.switches.peek("storage_status") == STORAGE_FULL:
                return self._nak(MEMORY_FULL), "transaction memory full"
            code = self._memory.register(receipt, str(self.switches.peek("repeat")))
        except InvalidData as refusal:
            return self._nak(INVALID_DATA), str(refusal)
        except OutOfSequence as refusal:
            return self._nak(INVALID_SEQUENCE), str(refusal)
        main, storage = self.switches.peek("main_status"), self.switches.peek("storage_status")
        if self.version == "1":
            return f"SR#{code}", ""
        return f"RRR#{code}#{self._id()}#{main}#{storage}", ""

    def _header(self, body: str) -> tuple[str, str]:
        """The receipt's fields (version 1), kept until its signature is asked for."""
        if not self._started:
            return self._nak(OUT_OF_STEP), "no receipt was started"
        try:
            self._receipt = read_header(body, self._requests["RH"])
        except InvalidData as refusal:
            return self._nak(INVALID_DATA), str(refusal)
        return "ACK", ""

    def _signature(self) -> tuple[str, str]:
        receipt, self._receipt, self._started = self._receipt, None, False
        if receipt is None:
            return self._nak(OUT_OF_STEP), "no receipt to sign"
        return self._register(lambda _: receipt, "")
