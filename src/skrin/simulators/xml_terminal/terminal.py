"""The terminal that speaks XML: the money of the JSON one, its own words."""

from __future__ import annotations

import threading
from typing import Any

from ..card_terminal import messages
from ..card_terminal.ledger import Ledger
from ..card_terminal.messages import Message, NoMessage
from ..card_terminal.money import Dialogue, Running, no_dialogue
from ..card_terminal.terminal import CardTerminal, Reply, terminal_switches
from ..switches import Switch, Switches
from . import wire
from .dialogue import Till, hold

EPAS, NEXO = "epas", "nexo"
VERSIONS = {EPAS: "1.0", NEXO: "3.1"}
SHAPES = ("good", "garbage", "doctype", "half", "huge", "unknown")


def xml_switches(payment_ms: int, long_ms: int) -> Switches:
    """The switches of the JSON terminal, and those of the dialogue and of the wire."""
    own = [
        Switch(
            "ask",
            "",
            "what it wants of the cashier",
            choices=("", "signature", "code"),
            countable=False,
        ),
        Switch("answer_shape", "good", "how payments are answered", choices=SHAPES),
        Switch("nameless", False, "tell of the last transaction without its reference"),
    ]
    return Switches([*terminal_switches(payment_ms, long_ms).known, *own])


class XmlTerminal(CardTerminal):
    """A simulated terminal of one dialect."""

    name = "xml_terminal"
    title = "Card terminal (XML)"

    def __init__(
        self,
        ledger: Ledger,
        switches: Switches,
        port: int,
        poi_id: str,
        own_currency: str,
        dialect: str,
    ) -> None:
        super().__init__(ledger, switches, port, poi_id, own_currency)
        self.dialect = dialect
        self.protocol_version = VERSIONS[dialect]
        self._here = threading.local()

    @property
    def is_epas(self) -> bool:
        """Whether it speaks EPAS 1.0."""
        return self.dialect == EPAS

    def read(self, data: bytes) -> Message:
        """The request in the bytes. Raises `NoMessage`."""
        return wire.read(data, self.is_epas)

    def write(self, message: Message, body: dict[str, Any]) -> bytes:
        """The answer to the message as bytes."""
        header = {**message.header, "MessageType": "Response"}
        if not self.is_epas:
            header.pop("ProtocolVersion", None)  # As the published samples have it.
        told = self._told(body)
        name = f"{message.category}Response"
        data = wire.write("SaleToPOIResponse", header, name, told, epas=self.is_epas)
        return self._misshapen(data) if message.category == "Payment" else data

    def hear(self, data: bytes, till: Till) -> Reply | None:
        """A message on a line both ways: a request, or the till's answer to one of ours (None)."""
        try:
            message = self.read(data)
        except NoMessage:
            return self.answer(data)
        if message.header.get("MessageType") == "Response":
            self.heard.note(data.decode("utf-8", "replace"), "(an answer to us)")
            till.answered(message.header.get("DeviceID", ""), message.body)
            return None
        self._here.till = till
        return self.answer(data)

    def _by_category(self, message: Message, kind: str) -> dict[str, Any] | None:
        if message.category == "Payment":
            return self.money.pay(message, self._refusal(kind), self._dialogue())
        if message.category == "GetLastTransaction" and self.is_epas:
            return self._last()
        if message.category == "TransactionStatus" and self.is_epas:
            raise messages.Refused("UnavailableService", "this terminal only tells of its last")
        return super()._by_category(message, kind)

    def _dialogue(self) -> Dialogue:
        line: Till | None = getattr(self._here, "till", None)
        if line is None:
            return no_dialogue

        def dialogue(running: Running) -> str:
            ask = str(self.switches.peek("ask"))
            return hold(line, running, ask, self.poi_id, self.said)

        return dialogue

    def said(self, words: str) -> None:
        """Write down what the cashier answered."""
        self.heard.note(words, "(the cashier)")

    def _last(self) -> dict[str, Any]:
        newest = self.money.newest()
        if newest is None:
            return messages.failure("NotFound", "there is no transaction")
        if newest.response is None:
            return messages.failure("InProgress", "still running")
        body = dict(newest.response)
        if self.switches.flag("nameless"):
            body.pop("SaleData", None)
        header = {**newest.header, "MessageType": "Response"}
        repeated = {"MessageHeader": header, newest.body_name: self._told(body)}
        return messages.success(RepeatedMessageResponse=repeated)

    def _told(self, body: dict[str, Any]) -> dict[str, Any]:
        """The body in this dialect: EPAS has sent the slips before it, nexo codes them."""
        if self.is_epas:
            return {name: value for name, value in body.items() if name != "PaymentReceipt"}
        repeated = body.get("RepeatedMessageResponse")
        if isinstance(repeated, dict):
            # The found message stands beside its header here.
            found = {k: self._told(v) for k, v in repeated["RepeatedResponseMessageBody"].items()}
            flat = {"MessageHeader": repeated["MessageHeader"], **found}
            return {**body, "RepeatedMessageResponse": flat}
        if body.get("Response", {}).get("ErrorCondition") == "InProgress":
            return messages.failure("Busy", "still running")
        signs = str(self.switches.peek("ask")) == "signature"
        receipts = [
            {**receipt, "RequiredSignatureFlag": signs}
            for receipt in body.get("PaymentReceipt", [])
        ]
        return wire.with_coded_receipts(
            {**body, **({"PaymentReceipt": receipts} if receipts else {})}
        )

    def _misshapen(self, data: bytes) -> bytes:
        shape = str(self.switches.take("answer_shape"))
        if shape == "garbage":
            return b"<SaleToPOIResponse><MessageHeader"
        if shape == "doctype":
            bomb = b'<!DOCTYPE a [<!ENTITY b "c">]>'
            return data.replace(b"?>", b"?>" + bomb, 1)
        if shape == "huge":
            return data.replace(b"</SaleToPOIResponse>", b" " * 1_100_000 + b"</SaleToPOIResponse>")
        if shape == "unknown":
            return data.replace(b"PaymentResponse", b"PurchaseAnswer")
        return data[: len(data) // 2] if shape == "half" else data
