"""A payment attempt and the answers to it, for tests of the nexo binding: plain JSON texts."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

from skrin.payments.contract import PaymentAsk

ASK = PaymentAsk(
    attempt_id="attempt-1",
    sale_id="TILL01",
    service_id="1A",
    card_terminal_id="V400m-1",
    amount_minor=125_00,
    currency="SEK",
    at_local="2026-12-01T12:30:00",
    operator="Eva",
)

REFUND_ASK = replace(ASK, purpose="refund")
VOID_ASK = replace(ASK, purpose="void")
TIP_ASK = replace(ASK, tips=True)

APPROVED_REVERSAL: dict[str, Any] = {
    "Response": {"Result": "Success"},
    "POIData": {
        "POITransactionID": {"TransactionID": "poi-78.psp-89", "TimeStamp": "2026-12-01T12:33:09"}
    },
    "OriginalPOITransaction": {
        "POITransactionID": {"TransactionID": "poi-77.psp-88", "TimeStamp": "2026-12-01T12:30:09"}
    },
    "ReversedAmount": 125.00,
}

APPROVED_PAYMENT: dict[str, Any] = {
    "Response": {"Result": "Success"},
    "SaleData": {
        "SaleTransactionID": {"TransactionID": "attempt-1", "TimeStamp": "2026-12-01T12:30:00"}
    },
    "POIData": {
        "POITransactionID": {"TransactionID": "poi-77.psp-88", "TimeStamp": "2026-12-01T12:30:09"}
    },
    "PaymentResult": {
        "PaymentType": "Normal",
        "OnlineFlag": True,
        "AuthenticationMethod": ["PIN"],
        "AmountsResp": {"Currency": "SEK", "AuthorizedAmount": 125},
        "PaymentAcquirerData": {
            "AcquirerPOIID": "V400m-1",
            "MerchantID": "Bageri",
            "ApprovalCode": "123456",
            "AcquirerTransactionID": {"TransactionID": "acq-99"},
        },
        "PaymentInstrumentData": {
            "PaymentInstrumentType": "Card",
            "CardData": {
                "PaymentBrand": "visa",
                "MaskedPan": "476173 **** 0119",
                "EntryMode": ["ICC"],
            },
        },
    },
    "PaymentReceipt": [
        {
            "DocumentQualifier": "CashierReceipt",
            "RequiredSignatureFlag": False,
            "OutputContent": {
                "OutputFormat": "Text",
                "OutputText": [{"Text": "key=header1&name=CASHIER%20COPY"}],
            },
        },
        {
            "DocumentQualifier": "CustomerReceipt",
            "RequiredSignatureFlag": False,
            "OutputContent": {
                "OutputFormat": "Text",
                "OutputText": [
                    {"Text": "key=header1&name=K%C3%96PARENS%20KVITTO"},
                    {"Text": "key=filler"},
                    {"Text": "name=Card&value=%2A%2A%2A%2A%2A%2A%2A0119&key=pan"},
                    {"Text": "name=Total&value=125.00+kr&key=totalAmount"},
                    {"Text": "GODK%C3%84NT"},
                    {"Text": "name=%1B%40evil&key=x"},
                    {"Text": "key=filler"},
                ],
            },
        },
    ],
}


def changed(tree: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """A copy of `tree` with the value at the dotted path replaced (taken away when it is None)."""
    whole = copy.deepcopy(tree)
    *way, last = path.split(".")
    at = whole
    for name in way:
        at = at[name]
    if value is None:
        del at[last]
    else:
        at[last] = value
    return whole


def header(category: str, service_id: str = "1A", **changes: str) -> dict[str, Any]:
    """The header of an answer to ASK's till, by default to the payment itself."""
    return {
        "ProtocolVersion": "3.0",
        "MessageClass": "Service",
        "MessageCategory": category,
        "MessageType": "Response",
        "SaleID": "TILL01",
        "ServiceID": service_id,
        "POIID": "V400m-1",
    } | changes


def response(category: str, body: object, head: dict[str, Any] | None = None) -> bytes:
    """The bytes of an answer of this category."""
    head = head or header(category)
    return json.dumps(
        {"SaleToPOIResponse": {"MessageHeader": head, f"{category}Response": body}}
    ).encode()


def failed(condition: str) -> dict[str, Any]:
    """The body of a failed answer."""
    return {"Response": {"Result": "Failure", "ErrorCondition": condition}}


def status_body(payment: object, inner_header: dict[str, Any] | None = None) -> dict[str, Any]:
    """The body of a status answer that repeats `payment`."""
    return {
        "Response": {"Result": "Success"},
        "MessageReference": {"MessageCategory": "Payment", "SaleID": "TILL01", "ServiceID": "1A"},
        "RepeatedMessageResponse": {
            "MessageHeader": inner_header or header("Payment"),
            "RepeatedResponseMessageBody": {"PaymentResponse": payment},
        },
    }
