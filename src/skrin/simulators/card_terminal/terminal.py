"""The terminal: a message in, an answer out, and the faults that it has been told to have."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from .. import control_page
from ..heard import Exchange, Heard
from ..switches import Switch, Switches, common_switches
from . import messages, wire
from .ledger import Ledger, major_units
from .messages import Message, NoMessage, Refused
from .money import AnswerLost, Money

_KINDS = {
    "Payment": "payment",
    "Reversal": "reversal",
    "TransactionStatus": "status",
    "GetLastTransaction": "status",
}
_CONDITIONS = (
    "Refusal",
    "WrongPIN",
    "Cancel",
    "Busy",
    "Aborted",
    "InvalidCard",
    "PaymentRestriction",
    "DeviceOut",
    "LoggedOut",
    "NotAllowed",
    "UnreachableHost",
)
SHOWN_ON_PAGE = 50


def terminal_switches(payment_ms: int = 300, long_ms: int = 20_000) -> Switches:
    """The switches of a card terminal."""
    own = [
        Switch(
            "refuse_condition", "Refusal", "the condition of refuse", _CONDITIONS, countable=False
        ),
        Switch("payment_ms", payment_ms, "how long a payment takes", countable=False),
        Switch("long_ms", long_ms, "how long an amount ending in 152 takes", countable=False),
        Switch("tip_minor", 0, "what a customer who is asked for a tip gives", countable=False),
        Switch("partial_minor", 0, "approve at most this much, 0 = all", countable=False),
        Switch("login_required", False, "refuse with LoggedOut until Login", countable=False),
        Switch("reverse_last_only", False, "reverse only a till's last", countable=False),
        Switch(
            "global_status",
            "OK",
            "what Diagnosis says",
            choices=("OK", "Busy", "Maintenance", "Unreachable"),
            countable=False,
        ),
    ]
    kinds = ("payment", "reversal", "status", "other")
    return Switches([*common_switches(kinds, repeats=True), *own])


@dataclass(frozen=True)
class Reply:
    """What goes back: an HTTP status and body, after a wait, once or twice, or not at all."""

    status: int = 200
    body: bytes = b""
    wait_ms: int = 0
    times: int = 1
    hang_up: bool = False
    silent: bool = False


class CardTerminal:
    """A simulated card terminal with a customer who always has a card."""

    name = "card_terminal"
    title = "Card terminal"
    protocol_version = messages.PROTOCOL_VERSION
    serial = "SIMU-SN-0001"

    def __init__(
        self, ledger: Ledger, switches: Switches, port: int, poi_id: str, own_currency: str
    ) -> None:
        self.port = port
        self.poi_id = poi_id
        self.switches = switches
        self.heard = Heard()
        self.money = Money(ledger, switches, poi_id, own_currency)
        self._lock = threading.Lock()
        self._requests: Counter[str] = Counter()
        self._logged_in: set[str] = set()

    def answer(self, data: bytes) -> Reply:
        """Hear one request, faults included. Money has moved durably when this returns."""
        exchange = self.heard.note(data.decode("utf-8", "replace"))
        try:
            message = self.read(data)
        except NoMessage as trouble:
            exchange.answer = f"HTTP 400: {trouble}"
            return Reply(400, wire.write({"error": str(trouble)}).encode())
        kind = _KINDS.get(message.category, "other")
        title = f"{message.category} {message.service_id} from {message.sale_id}"
        exchange.request = f"{title}\n{exchange.request}"
        with self._lock:
            self._requests[message.category] += 1
        if self.switches.flag("silent", kind):
            exchange.answer = "(silent, nothing done)"
            return Reply(silent=True)
        try:
            body = self._work(message, kind)
        except AnswerLost as lost:
            exchange.answer = f"(answer lost: {lost})"
            return Reply(hang_up=True)
        return self._reply(message, kind, body, exchange)

    def read(self, data: bytes) -> Message:
        """The request in the bytes. Raises `NoMessage`."""
        return messages.read(data)

    def write(self, message: Message, body: dict[str, Any]) -> bytes:
        """The answer to the message as bytes."""
        return wire.write(messages.answer(message, body)).encode("utf-8")

    def counters(self) -> dict[str, Any]:
        """Requests of this process; money over the terminal's whole life, per SaleID."""
        with self._lock:
            requests = dict(self._requests)
        return {"poi_id": self.poi_id, "requests": requests, "tills": self.money.totals()}

    def reset(self, wanted: Mapping[str, object]) -> None:
        """A card terminal never forgets money."""
        control_page.no_further_reset(wanted)

    def extra_html(self) -> str:
        """The newest transactions."""
        rows = []
        for one in self.money.newest_first()[:SHOWN_ON_PAGE]:
            verdict = "approved" if one.is_approved else "running"
            if one.response is not None and not one.is_approved:
                verdict = one.response["Response"]["ErrorCondition"]
            if one.reversed_by:
                verdict += ", reversed"
            cells = (one.sale_id, one.kind, f"{one.currency} {major_units(one.amount_minor)}")
            texts = "".join(f"<td>{escape(cell)}</td>" for cell in (*cells, verdict))
            rows.append(f'<tr><td class="when">{escape(one.at[11:19])}</td>{texts}</tr>')
        body = "".join(rows) or '<tr><td colspan="5">None yet.</td></tr>'
        return (
            '<section aria-labelledby="money"><h2 id="money">Transactions, newest first</h2>'
            '<div class="scroll"><table><thead><tr><th>UTC</th><th>Till</th><th>Kind</th>'
            f"<th>Amount</th><th>Outcome</th></tr></thead><tbody>{body}</tbody></table></div>"
            "</section>"
        )

    def extra_get(self, path: str, query: Mapping[str, list[str]]) -> control_page.Answer | None:
        """``GET /transactions``: every transaction with its response, newest first."""
        if path != "/transactions":
            return None
        document = [vars(one) for one in self.money.newest_first()]
        body = wire.write(document).encode("utf-8")
        return control_page.Answer(200, "application/json; charset=utf-8", body)

    def _reply(
        self, message: Message, kind: str, body: dict[str, Any] | None, exchange: Exchange
    ) -> Reply:
        """Put the body on the wire, with the faults that come after the work."""
        data = b"" if body is None else self.write(message, body)
        exchange.answer = "(empty)" if body is None else f"{_verdict(body)}\n{wire.write(body)}"
        wait_ms = self.switches.number("slow_ms", kind)
        if self.switches.flag("hang_up", kind):
            exchange.answer = "(hung up instead of) " + exchange.answer
            return Reply(wait_ms=wait_ms, hang_up=True)
        times = 2 if self.switches.flag("answer_twice", kind) else 1
        return Reply(200, data, wait_ms, times)

    def _work(self, message: Message, kind: str) -> dict[str, Any] | None:
        """The body of the answer; None for an empty one."""
        try:
            messages.check(message, self.poi_id, self.protocol_version)
            if (
                self.switches.peek("login_required")
                and message.category not in ("Login", "Abort", "TransactionStatus")
                and message.sale_id not in self._logged_in
            ):
                raise Refused("LoggedOut", "log in first")
            return self._by_category(message, kind)
        except Refused as refusal:
            return messages.failure(refusal.condition, str(refusal))

    def _by_category(self, message: Message, kind: str) -> dict[str, Any] | None:
        refuse_with = ""
        moves_money = kind in ("payment", "reversal")
        if moves_money or self.switches.peek("applies_to") == kind:
            refuse_with = self._refusal(kind)
        if message.category == "Payment":
            return self.money.pay(message, refuse_with)
        if message.category == "Reversal":
            return self.money.reverse(message, refuse_with)
        if refuse_with:
            raise Refused(refuse_with, "told to refuse")
        if message.category == "TransactionStatus":
            return self.money.status(message)
        if message.category == "Abort":
            self.money.abort(message)
            return None
        if message.category == "Login":
            return self._login(message)
        if message.category == "Logout":
            with self._lock:
                self._logged_in.discard(message.sale_id)
            return messages.success()
        if message.category == "Diagnosis":
            return self._diagnosis(message)
        raise Refused("UnavailableService", f"this terminal does not do {message.category}")

    def _refusal(self, kind: str) -> str:
        return (
            str(self.switches.peek("refuse_condition"))
            if self.switches.flag("refuse", kind)
            else ""
        )

    def _login(self, message: Message) -> dict[str, Any]:
        messages.text(message.body, "DateTime")
        with self._lock:
            self._logged_in.add(message.sale_id)
        software = {
            "ApplicationName": "Simulated terminal",
            "CertificationCode": "none",
            "ProviderIdentification": "Skrin",
            "SoftwareVersion": "1",
        }
        system = {
            "DateTime": messages.utc_text(),
            "POISoftware": software,
            "POITerminalData": {
                "TerminalEnvironment": "Attended",
                "POISerialNumber": self.serial,
            },
            "POIStatus": self._status(),
        }
        return messages.success(POISystemData=system)

    def _status(self) -> dict[str, Any]:
        told = str(self.switches.peek("global_status"))
        busy = told == "OK" and self.money.is_busy
        return {
            "GlobalStatus": "Busy" if busy else told,
            "CardReaderOKFlag": True,
            "CommunicationOKFlag": told != "Unreachable",
            "PEDOKFlag": True,
            "PrinterStatus": "OK",
            "SecurityOKFlag": True,
        }

    def _diagnosis(self, message: Message) -> dict[str, Any]:
        more: dict[str, Any] = {
            "POIStatus": self._status(),
            "LoggedSaleID": sorted(self._logged_in),
        }
        if message.body.get("HostDiagnosisFlag") is True:
            reachable = more["POIStatus"]["CommunicationOKFlag"]
            more["HostStatus"] = [{"AcquirerID": "SIMU", "IsReachableFlag": reachable}]
        return messages.success(**more)


def _verdict(body: dict[str, Any]) -> str:
    """The first thing that a person wants to know of an answer."""
    response = body["Response"]
    return str(response.get("ErrorCondition", response["Result"]))
