"""What the till says to a terminal in XML: its requests, and its answers to the terminal's. Pure.

The order of the elements is that of the schema, as the published samples show it.
"""

from __future__ import annotations

from typing import Any

from skrin.domain.payment import CHARGE, VOID
from skrin.payments.contract import PaymentAsk
from skrin.payments.epas.codec import write
from skrin.payments.epas.dialects import REFERENCE, Dialect
from skrin.payments.nexo.exact import major_from_minor
from skrin.payments.nexo.requests import CATEGORIES, PAYMENT_TYPES

REQUEST, RESPONSE = "SaleToPOIRequest", "SaleToPOIResponse"


def login_request(
    dialect: Dialect,
    sale_id: str,
    card_terminal_id: str,
    service_id: str,
    *,
    at_local: str,
    software_version: str,
    language: str = "sv",
) -> bytes:
    """Opens a session. Which hosts the terminal calls is its own configuration, kept by its
    provider: the till sends none."""
    body: dict[str, Any] = {
        "OperatorLanguage": language,
        "DateTime": at_local,
        "SaleSoftware": {
            "ProviderIdentification": "Skrin",
            "ApplicationName": "Skrin",
            "SoftwareVersion": software_version,
        },
    }
    if dialect.capabilities:
        body["SaleTerminalData"] = {
            "TerminalEnvironment": "Attended",
            "SaleCapabilities": dialect.capabilities,
        }
    return _request(dialect, "Login", sale_id, card_terminal_id, service_id, body)


def logout_request(dialect: Dialect, sale_id: str, card_terminal_id: str, service_id: str) -> bytes:
    """Ends the session."""
    return _request(dialect, "Logout", sale_id, card_terminal_id, service_id, {})


def payment_request(dialect: Dialect, ask: PaymentAsk) -> bytes:
    """Charges, or gives back to a card that is shown (`PaymentType` Refund)."""
    assert ask.amount_minor > 0, "a payment is of something"
    amounts = {
        "Currency": ask.currency,
        "RequestedAmount": major_from_minor(ask.amount_minor, ask.currency),
    }
    transaction: dict[str, Any] = {"AmountsReq": amounts}
    if dialect.tip_flag:
        asks = ask.tips and ask.purpose == CHARGE
        transaction["TransactionConditions"] = {"WaitCardRemoval": False, "DisableTip": not asks}
    body = {
        "SaleData": _sale_data(ask),
        "PaymentTransaction": transaction,
        "PaymentData": {"PaymentType": PAYMENT_TYPES[ask.purpose]},
    }
    return _of(dialect, "Payment", ask, ask.service_id, body)


def reversal_request(dialect: Dialect, ask: PaymentAsk, transaction: str) -> bytes:
    """Undoes the whole charge that the terminal calls `transaction`."""
    assert ask.purpose == VOID and transaction, "a void names what it undoes"
    body: dict[str, Any] = {"ReversalReason": "MerchantCancel"}
    whose: dict[str, Any] = {}
    if dialect.reversal_names_sale:
        body["SaleData"] = _sale_data(ask)
        whose = {dialect.sale_id: ask.sale_id, "POIID": ask.card_terminal_id}
    original = {"TransactionID": transaction, "TimeStamp": ask.undoes_at or ask.at_local}
    body[dialect.original] = {**whose, "POITransactionID": original}
    return _of(dialect, "Reversal", ask, ask.service_id, body)


def status_request(dialect: Dialect, ask: PaymentAsk, service_id: str) -> bytes:
    """Asks what became of the attempt, or (EPAS 1.0 knows no other way) of the newest one."""
    body = {"MessageReference": _reference(dialect, ask)} if dialect.recovery == REFERENCE else {}
    return _of(dialect, dialect.recovery, ask, service_id, body)


def abort_request(dialect: Dialect, ask: PaymentAsk, service_id: str) -> bytes:
    """Asks the terminal to stop the attempt. It has no answer of its own: the payment's tells."""
    body = {"MessageReference": _reference(dialect, ask), "AbortReason": "MerchantAbort"}
    return _of(dialect, "Abort", ask, service_id, body)


def device_answer(dialect: Dialect, header: dict[str, Any], body: dict[str, Any]) -> bytes:
    """Our answer to a request of the terminal's, with its header turned round."""
    category = str(header["MessageCategory"])
    named = {dialect.sale_id if k == "SaleID" else k: v for k, v in header.items()}
    turned = {**named, "MessageType": "Response"}
    return write(RESPONSE, {"MessageHeader": turned, f"{category}Response": body})


def _sale_data(ask: PaymentAsk) -> dict[str, Any]:
    identity = {"TransactionID": ask.attempt_id, "TimeStamp": ask.at_local}
    operator = {"OperatorID": ask.operator} if ask.operator else {}
    return {**operator, "SaleTransactionID": identity}


def _reference(dialect: Dialect, ask: PaymentAsk) -> dict[str, Any]:
    return {
        "MessageCategory": CATEGORIES[ask.purpose],
        "ServiceID": ask.service_id,
        dialect.sale_id: ask.sale_id,
        "POIID": ask.card_terminal_id,
    }


def _of(
    dialect: Dialect, category: str, ask: PaymentAsk, service_id: str, body: dict[str, Any]
) -> bytes:
    return _request(dialect, category, ask.sale_id, ask.card_terminal_id, service_id, body)


def _request(
    dialect: Dialect,
    category: str,
    sale_id: str,
    card_terminal_id: str,
    service_id: str,
    body: dict[str, Any],
) -> bytes:
    assert service_id.isascii() and service_id.isalnum() and len(service_id) <= 10, service_id
    header = {
        "ProtocolVersion": dialect.protocol_version,
        "MessageClass": "Service",
        "MessageCategory": category,
        "MessageType": "Request",
        "ServiceID": service_id,
        dialect.sale_id: sale_id,
        "POIID": card_terminal_id,
    }
    return write(REQUEST, {"MessageHeader": header, f"{category}Request": body})
