"""What a nexo Retailer terminal answers, read into approved, declined or unknown. Pure.

Only a clear yes or a clear no leaves unknown. An answer is ours when it names our SaleID, the
ServiceID of the request and the card terminal; everything else, every unknown word and every
unknown shape is unknown with the reason `bad_message`, never an exception. Which conditions prove
that no money moved is the table below: our reading of the conditions, on the careful side.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from skrin.domain.payment import APPROVED, CHARGE, DECLINED, UNKNOWN, VOID
from skrin.payments.contract import PaymentAnswer, PaymentAsk, ProviderState
from skrin.payments.nexo.details import branch, card_details
from skrin.payments.nexo.exact import minor_from_major, read_json
from skrin.payments.nexo.requests import CATEGORIES, PAYMENT_TYPES

NO_MONEY_MOVED = {
    "Aborted": "aborted",
    "Busy": "busy",
    "Cancel": "cancelled",
    "InsertedCard": "inserted_card",
    "InvalidCard": "invalid_card",
    "LoggedOut": "logged_out",
    "MessageFormat": "message_format",
    "NotAllowed": "not_allowed",
    "PaymentRestriction": "payment_restriction",
    "Refusal": "refusal",
    "UnavailableDevice": "unavailable_device",
    "UnavailableService": "unavailable_service",
    "WrongPIN": "wrong_pin",
}
"""Conditions of a failed payment after which nothing was charged, and our reason for each."""

MONEY_MAY_HAVE_MOVED = {
    "DeviceOut": "device_out",
    "InProgress": "in_progress",
    "UnreachableHost": "unreachable",
}
"""Conditions of a failed payment that leave open what became of it."""

LOGGED_OUT = "logged_out"

_STATES = {
    "OK": "ready",
    "Busy": "busy",
    "Maintenance": "maintenance",
    "Unreachable": "unreachable",
}


def unknown(reason: str, *, running: bool = False) -> PaymentAnswer:
    """Nobody knows: no clear yes, no clear no."""
    return PaymentAnswer(UNKNOWN, reason, 0, running=running)


def declined(reason: str) -> PaymentAnswer:
    """A clear no: no money moved."""
    return PaymentAnswer(DECLINED, reason, 0)


def read_payment(body: bytes, ask: PaymentAsk) -> PaymentAnswer:
    """The answer to the payment request of `ask`. Never raises."""
    return _read(body, ask, "Payment", _verdict)


def read_reversal(body: bytes, ask: PaymentAsk) -> PaymentAnswer:
    """The answer to the request to undo a charge. Never raises."""
    return _read(body, ask, "Reversal", _reversal)


def _read(
    body: bytes,
    ask: PaymentAsk,
    category: str,
    verdict: Callable[[Mapping[str, Any], PaymentAsk], PaymentAnswer],
) -> PaymentAnswer:
    """The verdict on the answer's own part, once the answer is shown to be the attempt's."""
    try:
        answer = _opened(body)
        _require_header(answer, category, ask, ask.service_id)
        _require(_text(answer, "MessageHeader", "POIID") == ask.card_terminal_id, "other terminal")
        return verdict(_part(answer, f"{category}Response"), ask)
    except ValueError:
        return unknown("bad_message")


def read_status(body: bytes, ask: PaymentAsk, service_id: str) -> PaymentAnswer:
    """What became of `ask`, from the answer to the status question `service_id`. Never raises.

    The verdict is that of the repeated message inside, once it is shown to be the attempt's. A
    terminal that knows nothing of the attempt says no only for itself, so `NotFound` counts when it
    comes from the terminal that was asked to charge.
    """
    try:
        answer = _opened(body)
        _require_header(answer, "TransactionStatus", ask, service_id)
        same_terminal = _text(answer, "MessageHeader", "POIID") == ask.card_terminal_id
        status = _part(answer, "TransactionStatusResponse")
        condition = _failure(status)
        if condition is not None:
            return _status_failure(condition, same_terminal)
        _require(same_terminal, "other terminal")
        return _repeated(status, ask)
    except ValueError:
        return unknown("bad_message")


def read_login(body: bytes, sale_id: str, service_id: str) -> str:
    """Empty when the terminal opened the session, else why not, as a reason code. Never raises."""
    try:
        answer = _opened(body)
        _require(_text(answer, "MessageHeader", "MessageCategory") == "Login", "category")
        _require(_text(answer, "MessageHeader", "ServiceID") == service_id, "other message")
        _require(_text(answer, "MessageHeader", "SaleID") == sale_id, "other till")
        condition = _failure(_part(answer, "LoginResponse"))
    except ValueError:
        return "bad_message"
    return "" if condition is None else _reason(condition)


def read_diagnosis(body: bytes, sale_id: str, service_id: str) -> ProviderState:
    """How the terminal says it is; `detail` tells of its printer or failure. Never raises."""
    try:
        answer = _opened(body)
        _require(_text(answer, "MessageHeader", "MessageCategory") == "Diagnosis", "category")
        _require(_text(answer, "MessageHeader", "ServiceID") == service_id, "other message")
        _require(_text(answer, "MessageHeader", "SaleID") == sale_id, "other till")
        diagnosis = _part(answer, "DiagnosisResponse")
        condition = _failure(diagnosis)
        if condition is not None:
            return _failed_diagnosis(_reason(condition))
        state = _STATES.get(_text(diagnosis, "POIStatus", "GlobalStatus"))
        _require(state is not None, "unknown state")
        printer = branch(diagnosis, "POIStatus").get("PrinterStatus")
        return ProviderState(str(state), printer if isinstance(printer, str) else "")
    except ValueError:
        return ProviderState("silent", "bad_message")


def _verdict(payment: Mapping[str, Any], ask: PaymentAsk) -> PaymentAnswer:
    """Approved, declined or unknown from a `PaymentResponse` that is the attempt's."""
    transaction = branch(payment, "SaleData", "SaleTransactionID").get("TransactionID")
    _require(transaction in (None, ask.attempt_id), "other attempt")
    condition = _failure(payment)
    if condition in NO_MONEY_MOVED:
        return declined(NO_MONEY_MOVED[condition])
    if condition in MONEY_MAY_HAVE_MOVED:
        running = condition == "InProgress"
        return unknown(MONEY_MAY_HAVE_MOVED[condition], running=running)
    _require(condition is None, "unknown condition")
    result = branch(payment, "PaymentResult")
    wanted = PAYMENT_TYPES[ask.purpose]
    # A terminal may leave the type of an ordinary charge out, never that of money given back.
    said = result.get("PaymentType", "Normal" if ask.purpose == CHARGE else None)
    _require(said == wanted, "another type of payment")
    amounts = branch(payment, "PaymentResult", "AmountsResp")
    _require(amounts.get("Currency", ask.currency) == ask.currency, "other currency")
    amount_minor = minor_from_major(amounts.get("AuthorizedAmount"), ask.currency)
    _require(amount_minor > 0, "nothing")
    more_minor = max(0, amount_minor - ask.amount_minor)
    # More than was asked is a tip where tips are taken. Elsewhere it is money that moved, yet not
    # as agreed: a person must look at it. So must somebody when the terminal counts otherwise.
    _require(not more_minor or (ask.tips and ask.purpose == CHARGE), "other amount")
    if "TipAmount" in amounts:
        tip_minor = minor_from_major(amounts["TipAmount"], ask.currency)
        _require(tip_minor == more_minor, "another tip")
    reason = "partial" if amount_minor < ask.amount_minor else ""
    return PaymentAnswer(APPROVED, reason, amount_minor, card_details(payment))


def _reversal(reversal: Mapping[str, Any], ask: PaymentAsk) -> PaymentAnswer:
    """Undone, not undone or unknown from a `ReversalResponse` that is the attempt's."""
    condition = _failure(reversal)
    if condition == "NotFound":
        return declined("not_found")  # The terminal knows of no such charge: it undid none.
    if condition in NO_MONEY_MOVED:
        return declined(NO_MONEY_MOVED[condition])
    if condition in MONEY_MAY_HAVE_MOVED:
        return unknown(MONEY_MAY_HAVE_MOVED[condition], running=condition == "InProgress")
    _require(condition is None, "unknown condition")
    if "ReversedAmount" in reversal:
        reversed_minor = minor_from_major(reversal["ReversedAmount"], ask.currency)
        _require(reversed_minor == ask.amount_minor, "other amount")
    return PaymentAnswer(APPROVED, "", ask.amount_minor, card_details(reversal))


def _repeated(status: Mapping[str, Any], ask: PaymentAsk) -> PaymentAnswer:
    """The verdict inside a status answer, after holding its header against the attempt."""
    if "MessageReference" in status:
        service_id = _text(status, "MessageReference", "ServiceID")
        _require(service_id == ask.service_id, "other reference")
    repeated = _part(status, "RepeatedMessageResponse")
    _require_header(repeated, CATEGORIES[ask.purpose], ask, ask.service_id)
    card_terminal_id = branch(repeated, "MessageHeader").get("POIID", ask.card_terminal_id)
    _require(card_terminal_id == ask.card_terminal_id, "other terminal")
    body = _part(repeated, "RepeatedResponseMessageBody")
    if ask.purpose == VOID:
        return _reversal(_part(body, "ReversalResponse"), ask)
    return _verdict(_part(body, "PaymentResponse"), ask)


def _status_failure(condition: str, same_terminal: bool) -> PaymentAnswer:
    """What a failed status question says of the attempt: of the question, not of the payment."""
    if condition == "NotFound":
        return declined("not_found") if same_terminal else unknown("other_terminal")
    # A dialect of the protocol says Busy where the others say InProgress.
    if condition in ("InProgress", "Busy"):
        return unknown("in_progress", running=True)
    return unknown(_reason(condition))


def _failed_diagnosis(reason: str) -> ProviderState:
    if reason == "busy":
        return ProviderState("busy", reason)
    if reason == "unreachable":
        return ProviderState("unreachable", reason)
    if reason == "unavailable_service":  # Alive, but without the function to tell more.
        return ProviderState("ready", reason)
    return ProviderState("maintenance", reason)


def _failure(body: Mapping[str, Any]) -> str | None:
    """The condition of a failed response, None of one that succeeded (also in part)."""
    result = _text(body, "Response", "Result")
    condition = branch(body, "Response").get("ErrorCondition")
    if result == "Failure":
        _require(isinstance(condition, str), "failure without a condition")
        return str(condition)
    _require(result in ("Success", "Partial") and condition is None, "contradiction")
    return None


def _reason(condition: str) -> str:
    known = NO_MONEY_MOVED | MONEY_MAY_HAVE_MOVED | {"NotFound": "not_found"}
    return known.get(condition, "bad_message")


def _opened(body: bytes) -> Mapping[str, Any]:
    return _part(read_json(body), "SaleToPOIResponse")


def _require_header(
    message: Mapping[str, Any], category: str, ask: PaymentAsk, service_id: str
) -> None:
    _require(_text(message, "MessageHeader", "MessageCategory") == category, "category")
    _require(_text(message, "MessageHeader", "MessageType") == "Response", "no response")
    _require(_text(message, "MessageHeader", "SaleID") == ask.sale_id, "other till")
    _require(_text(message, "MessageHeader", "ServiceID") == service_id, "other message")


def _part(tree: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = tree.get(name)
    if not isinstance(part, dict):
        raise ValueError(f"no {name}")
    return part


def _text(tree: Mapping[str, Any], *path: str) -> str:
    value = branch(tree, *path[:-1]).get(path[-1])
    if not isinstance(value, str):
        raise ValueError(f"no {path[-1]}")
    return value


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)
