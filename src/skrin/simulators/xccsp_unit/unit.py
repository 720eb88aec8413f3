"""The unit: a request in, a reply out, and the faults that it has been told to have."""

from __future__ import annotations

from dataclasses import dataclass

from ..control_unit.common import STORAGE_FULL, Unit
from ..control_unit.fields import InvalidData
from ..control_unit.memory import Memory
from ..switches import Switch, Switches, common_switches
from . import messages

MODEL, FIRMWARE = "CleanCash Multi User", "3.14"
UNKNOWN_REQUEST, INVALID_DATA, INVALID_POS_ID = "2", "3", "7"
LICENCE_EXCEEDED, MEMORY_FULL = "9", "10"
FAULTS = ("2", "3", "6", "7", "8", "9", "10", "98", "99")

_STATUS_NAMES = {
    "0": "OK",
    "1": "Warning",
    "2": "Protocol Error",
    "3": "Non Fatal Error",
    "4": "Fatal Error",
    "5": "Busy",
    "99": "No Connection",
}
_STORAGE_NAMES = {"0": "OK", "1": "High Level Warning", "2": "Transaction Memory Full"}


def unit_switches() -> Switches:
    """The switches of a control unit on HTTP."""
    statuses = tuple(_STATUS_NAMES)
    own = [
        Switch("refuse_code", "6", "the code of refuse", choices=FAULTS, countable=False),
        Switch("main_status", "0", "main status, 0 is OK", choices=statuses, countable=False),
        Switch(
            "storage_status", 0, "storage, 0 OK, 2 full (then 10)", limits=(0, 2), countable=False
        ),
        Switch(
            "status_as", "digits", "how statuses are written", ("digits", "names"), countable=False
        ),
        Switch("licences", 5, "installed licences; 0 = expired (9)", limits=(0, 99)),
        Switch("half_answer", False, "do the work, then send half of the answer"),
        Switch("garbage", False, "do the work, then answer with what is no XML"),
        Switch("wrong_id", False, "answer in another unit's name"),
        Switch("empty_code", False, "answer training without a code"),
        Switch("http_status", 200, "answer with this status instead", limits=(200, 599)),
    ]
    return Switches([*common_switches(("register", "status"), repeats=True), *own])


@dataclass(frozen=True)
class Reply:
    """What goes back: a body with its length as `promised`, after a wait, or nothing."""

    body: bytes = b""
    status: int = 200
    wait_ms: int = 0
    hang_up: bool = False
    silent: bool = False
    promised: int = 0
    times: int = 1


class XccspUnit(Unit):
    """A simulated unit for many registers."""

    name = "xccsp_unit"
    title = "Control unit (XCCSP)"
    REFUSALS = "faults"

    def __init__(self, memory: Memory, port: int, pos_ids: tuple[str, ...] = ()) -> None:
        super().__init__(memory, port, pos_ids, unit_switches())

    def answer(self, request: bytes) -> Reply:
        """Hear one request, faults included. The work is durable when this returns."""
        exchange = self.heard.note(request.decode("latin-1"))
        kind = "register" if b"RegisterReceipt" in request else "status"
        switches = self.switches
        if switches.flag("silent", kind):
            exchange.answer = "(silent, nothing done)"
            return Reply(silent=True)
        status = switches.number("http_status", kind)
        if status != 200:
            exchange.answer = f"(HTTP {status}, nothing done)"
            return Reply(status=status)
        with self._lock:
            if switches.flag("refuse", kind):
                body = self._fault(str(switches.peek("refuse_code")), "told to refuse")
            else:
                body = self._work(request)
        exchange.answer = body.decode("latin-1")
        wait_ms = switches.number("slow_ms", kind)
        if switches.flag("hang_up", kind):
            exchange.answer += "  (done, but hung up instead of answering)"
            return Reply(wait_ms=wait_ms, hang_up=True)
        if switches.flag("half_answer", kind):
            return Reply(body[: len(body) // 2], wait_ms=wait_ms, promised=len(body))
        if switches.flag("garbage", kind):
            body = b"<html><body>Service unavailable"
        times = 2 if switches.flag("answer_twice", kind) else 1
        return Reply(body, wait_ms=wait_ms, promised=len(body), times=times)

    def _fault(self, code: str, why: str) -> bytes:
        self._refusals[code] += 1
        return messages.fault(code, why)

    def _work(self, request: bytes) -> bytes:
        try:
            message = messages.read(request)
        except messages.NoMessage as trouble:
            return self._fault(INVALID_DATA, str(trouble))
        self._requests[message.kind] += 1
        try:
            if message.kind == messages.REGISTER:
                return self._register(message)
            if message.kind not in (messages.STATUS, messages.IDENTITY):
                return self._fault(UNKNOWN_REQUEST, f"there is no request {message.kind!r}")
            messages.check_who(message.fields)
            if not self._knows(message.fields["PosId"]):
                return self._fault(INVALID_POS_ID, f"{message.fields['PosId']} is not known here")
            return self._status() if message.kind == messages.STATUS else self._identity()
        except InvalidData as trouble:
            return self._fault(INVALID_DATA, str(trouble))

    def _register(self, message: messages.Message) -> bytes:
        receipt = messages.receipt_of(message)
        if not self._knows(receipt.pos_id):
            return self._fault(INVALID_POS_ID, f"{receipt.pos_id} is not known here")
        if self.switches.peek("licences") == 0:
            return self._fault(LICENCE_EXCEEDED, "no licence")
        if self.switches.peek("storage_status") == STORAGE_FULL:
            return self._fault(MEMORY_FULL, "transaction memory full")
        code = self._memory.register(receipt, str(self.switches.peek("repeat")))
        if receipt.receipt_type == "ovning" and self.switches.peek("empty_code"):
            code = ""
        fields = {"Code": code, "UnitId": self._id(), **self._statuses("UnitMain", "UnitStorage")}
        return messages.answer("RegisterReceiptResponse", "RegisterResult", fields)

    def _status(self) -> bytes:
        fields = {
            "Id": self._id(),
            "Firmware": FIRMWARE,
            "InstalledLicenses": str(self.switches.peek("licences")),
            **self._statuses("Main", "Storage"),
            "Type": MODEL,
        }
        return messages.answer("StatusResponse", "Status", fields)

    def _identity(self) -> bytes:
        fields = {"Id": self._id(), "Firmware": FIRMWARE, "Type": MODEL}
        return messages.answer("IdentityResponse", "Identity", fields)

    def _statuses(self, main_name: str, storage_name: str) -> dict[str, str]:
        main = str(self.switches.peek("main_status"))
        storage = str(self.switches.peek("storage_status"))
        if self.switches.peek("status_as") == "names":
            main, storage = _STATUS_NAMES[main], _STORAGE_NAMES[storage]
        return {f"{main_name}Status": main, f"{storage_name}Status": storage}
