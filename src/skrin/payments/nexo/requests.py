"""What the till asks of a nexo Retailer terminal, as JSON bytes (protocol version 3.0). Pure.

Field names and shapes: public typings of the Terminal API (Adyen/adyen-node-api-library).
Every message carries SaleID (this till), POIID (the card terminal) and a ServiceID of its own.
"""

from __future__ import annotations

from typing import Any

from skrin.domain.payment import CHARGE, REFUND, VOID
from skrin.payments.contract import PaymentAsk
from skrin.payments.nexo.exact import major_from_minor, write_json

PROTOCOL_VERSION = "3.0"

CATEGORIES = {CHARGE: "Payment", REFUND: "Payment", VOID: "Reversal"}
"""Under which message category the terminal knows an attempt, by its purpose."""

PAYMENT_TYPES = {CHARGE: "Normal", REFUND: "Refund"}

ASK_GRATUITY = "tenderOption=AskGratuity"


def login_request(
    sale_id: str,
    card_terminal_id: str,
    service_id: str,
    *,
    at_local: str,
    software_version: str,
    language: str = "sv",
) -> bytes:
    """Opens a session. `PrinterReceipt` alone among the till's abilities keeps the terminal from
    asking the till for input or display."""
    body: dict[str, Any] = {
        "DateTime": at_local,
        "SaleSoftware": {
            "ProviderIdentification": "Skrin",
            "ApplicationName": "Skrin",
            "SoftwareVersion": software_version,
            "CertificationCode": "",
        },
        "SaleTerminalData": {
            "TerminalEnvironment": "Attended",
            "SaleCapabilities": ["PrinterReceipt"],
        },
        "OperatorLanguage": language,
    }
    return _request("Login", sale_id, card_terminal_id, service_id, body)


def logout_request(sale_id: str, card_terminal_id: str, service_id: str) -> bytes:
    """Ends the session."""
    return _request("Logout", sale_id, card_terminal_id, service_id, {})


def payment_request(ask: PaymentAsk) -> bytes:
    """Charges `ask.amount_minor`, or gives it back to a card that is shown (a refund).

    The attempt's own id goes as the sale transaction id (D18). Where tips are taken, the terminal
    is asked to ask for one.
    """
    assert ask.amount_minor > 0, "a payment is of something"
    sale_data = _sale_data(ask)
    if ask.tips and ask.purpose == CHARGE:
        sale_data["SaleToAcquirerData"] = ASK_GRATUITY
    amounts = {
        "Currency": ask.currency,
        "RequestedAmount": major_from_minor(ask.amount_minor, ask.currency),
    }
    body = {
        "SaleData": sale_data,
        "PaymentTransaction": {"AmountsReq": amounts},
        "PaymentData": {"PaymentType": PAYMENT_TYPES[ask.purpose]},
    }
    return _request("Payment", ask.sale_id, ask.card_terminal_id, ask.service_id, body)


def reversal_request(ask: PaymentAsk, transaction: str) -> bytes:
    """Undoes the whole charge that the terminal calls `transaction`.

    `ReversedAmount` is left out: that means all of it, and acquirers may refuse parts.
    """
    assert ask.purpose == VOID and transaction, "a void names what it undoes"
    original = {"TransactionID": transaction, "TimeStamp": ask.undoes_at or ask.at_local}
    body = {
        "SaleData": _sale_data(ask),
        "OriginalPOITransaction": {"POITransactionID": original},
        "ReversalReason": "MerchantCancel",
    }
    return _request("Reversal", ask.sale_id, ask.card_terminal_id, ask.service_id, body)


def _sale_data(ask: PaymentAsk) -> dict[str, Any]:
    sale_data: dict[str, Any] = {
        "SaleTransactionID": {"TransactionID": ask.attempt_id, "TimeStamp": ask.at_local},
    }
    if ask.operator:
        sale_data["OperatorID"] = ask.operator
    return sale_data


def status_request(ask: PaymentAsk, service_id: str) -> bytes:
    """Asks what became of the attempt. The reference always names the attempt's ServiceID: without
    it one dialect answers for the terminal's last payment, whoever's that was."""
    body = {
        "MessageReference": _reference(ask),
        "ReceiptReprintFlag": True,
        "DocumentQualifier": ["CashierReceipt", "CustomerReceipt"],
    }
    return _request("TransactionStatus", ask.sale_id, ask.card_terminal_id, service_id, body)


def abort_request(ask: PaymentAsk, service_id: str) -> bytes:
    """Asks the terminal to stop the attempt. It has no answer of its own: the payment's tells."""
    body = {"MessageReference": _reference(ask), "AbortReason": "MerchantAbort"}
    return _request("Abort", ask.sale_id, ask.card_terminal_id, service_id, body)


def diagnosis_request(sale_id: str, card_terminal_id: str, service_id: str) -> bytes:
    """Asks how the terminal is, without making it call its acquirer."""
    body = {"HostDiagnosisFlag": False}
    return _request("Diagnosis", sale_id, card_terminal_id, service_id, body)


def _reference(ask: PaymentAsk) -> dict[str, Any]:
    return {
        "MessageCategory": CATEGORIES[ask.purpose],
        "SaleID": ask.sale_id,
        "ServiceID": ask.service_id,
        "POIID": ask.card_terminal_id,
    }


def _request(
    category: str, sale_id: str, card_terminal_id: str, service_id: str, body: dict[str, Any]
) -> bytes:
    assert service_id.isascii() and service_id.isalnum() and len(service_id) <= 10, service_id
    header = {
        "ProtocolVersion": PROTOCOL_VERSION,
        "MessageClass": "Service",
        "MessageCategory": category,
        "MessageType": "Request",
        "SaleID": sale_id,
        "ServiceID": service_id,
        "POIID": card_terminal_id,
    }
    return write_json({"SaleToPOIRequest": {"MessageHeader": header, f"{category}Request": body}})
