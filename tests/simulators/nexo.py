"""A till's side of the card terminal's protocol, just enough for tests."""

from __future__ import annotations

import http.client
import itertools
import json
import ssl
from decimal import Decimal
from typing import Any

from tests.simulators.devices import ADDRESS, Device

_SERVICE_IDS = itertools.count(1)


def new_service_id() -> str:
    return f"T{next(_SERVICE_IDS)}"


class Till:
    """Sends messages as one SaleID; verifies the terminal against its authority."""

    def __init__(self, device: Device, sale_id: str, timeout_s: float = 5.0) -> None:
        self.sale_id = sale_id
        self._poi_id: str = device.ready["poi_id"]
        context = ssl.create_default_context(cafile=device.ready["ca"])
        self.link = http.client.HTTPSConnection(
            ADDRESS, device.port, timeout=timeout_s, context=context
        )

    def post(self, text: str) -> tuple[int, bytes]:
        self.link.request("POST", "/nexo/", text.encode(), {"Content-Type": "application/json"})
        answer = self.link.getresponse()
        return answer.status, answer.read()

    def message(
        self, category: str, body: dict[str, Any], service_id: str = "", **header: str
    ) -> str:
        told = {
            "ProtocolVersion": "3.0",
            "MessageClass": "Service",
            "MessageCategory": category,
            "MessageType": "Request",
            "SaleID": self.sale_id,
            "ServiceID": service_id or new_service_id(),
            "POIID": self._poi_id,
        }
        request = {"MessageHeader": told | header, f"{category}Request": body}
        return json.dumps({"SaleToPOIRequest": request})

    def send(
        self, category: str, body: dict[str, Any], service_id: str = "", **header: str
    ) -> dict[str, Any]:
        """The body of the answer."""
        status, data = self.post(self.message(category, body, service_id, **header))
        assert status == 200, data
        response = json.loads(data, parse_float=Decimal)["SaleToPOIResponse"]
        assert response["MessageHeader"]["MessageType"] == "Response"
        return response[f"{category}Response"]

    def pay(
        self, amount: float | int, service_id: str = "", kind: str = "Normal"
    ) -> dict[str, Any]:
        return self.send("Payment", payment(amount, kind), service_id)

    def ask(self, service_id: str, category: str = "Payment") -> dict[str, Any]:
        reference = {"MessageCategory": category, "SaleID": self.sale_id, "ServiceID": service_id}
        return self.send("TransactionStatus", {"MessageReference": reference})

    def reverse(self, poi_transaction_id: str, service_id: str = "") -> dict[str, Any]:
        identity = {"TransactionID": poi_transaction_id, "TimeStamp": "2026-12-01T11:30:00.000Z"}
        body = {
            "OriginalPOITransaction": {"POITransactionID": identity},
            "ReversalReason": "MerchantCancel",
        }
        return self.send("Reversal", body, service_id)


def payment(amount: float | int, kind: str = "Normal") -> dict[str, Any]:
    """A PaymentRequest of this amount in kronor."""
    sale = {"TransactionID": "attempt-1", "TimeStamp": "2026-12-01T11:30:00.000Z"}
    return {
        "SaleData": {"SaleTransactionID": sale},
        "PaymentTransaction": {"AmountsReq": {"Currency": "SEK", "RequestedAmount": amount}},
        "PaymentData": {"PaymentType": kind},
    }


def verdict(body: dict[str, Any]) -> str:
    """``Success``, or the error condition."""
    response = body["Response"]
    return response["Result"] if response["Result"] == "Success" else response["ErrorCondition"]


def poi_id_of(body: dict[str, Any]) -> str:
    return body["POIData"]["POITransactionID"]["TransactionID"]
