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
from skrin.payments.contract import PaymentAnswer, PaymentAsk, ProviderState, TerminalIdentity
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

Opened = Callable[[bytes], Mapping[str, Any]]
"""Reads bytes into the answer as a tree, by its wire: JSON here, XML in `payments.epas`. Raises
`ValueError`. Both wires carry one model, so the verdict is found in one place."""

STATES = {
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


def opened_json(body: bytes) -> Mapping[str, Any]:
    """The answer in a JSON body. Raises `ValueError`."""
    return part(read_json(body), "SaleToPOIResponse")


def read_payment(body: bytes, ask: PaymentAsk, opened: Opened = opened_json) -> PaymentAnswer:
    """The answer to the payment request of `ask`. Never raises."""
    return _read(body, ask, "Payment", payment_verdict, opened)


def read_reversal(body: bytes, ask: PaymentAsk, opened: Opened = opened_json) -> PaymentAnswer:
    """The answer to the request to undo a charge. Never raises."""
    return _read(body, ask, "Reversal", reversal_verdict, opened)


def _read(
    body: bytes,
    ask: PaymentAsk,
    category: str,
    verdict: Callable[[Mapping[str, Any], PaymentAsk], PaymentAnswer],
    opened: Opened,
) -> PaymentAnswer:
    """The verdict on the answer's own part, once the answer is shown to be the attempt's."""
    try:
        answer = opened(body)
        require_header(answer, category, ask, ask.service_id)
        require(text(answer, "MessageHeader", "POIID") == ask.card_terminal_id, "other terminal")
        return verdict(part(answer, f"{category}Response"), ask)
    except ValueError:
        return unknown("bad_message")


def read_status(
    body: bytes, ask: PaymentAsk, service_id: str, opened: Opened = opened_json
) -> PaymentAnswer:
    """What became of `ask`, from the answer to the status question `service_id`. Never raises.

    The verdict is that of the repeated message inside, once it is shown to be the attempt's. A
    terminal that knows nothing of the attempt says no only for itself, so `NotFound` counts when it
    comes from the terminal that was asked to charge.
    """
    try:
        answer = opened(body)
        require_header(answer, "TransactionStatus", ask, service_id)
        same_terminal = text(answer, "MessageHeader", "POIID") == ask.card_terminal_id
        status = part(answer, "TransactionStatusResponse")
        condition = failure(status)
        if condition is not None:
            return _status_failure(condition, same_terminal)
        require(same_terminal, "other terminal")
        return repeated_verdict(status, ask)
    except ValueError:
        return unknown("bad_message")


def read_login(body: bytes, sale_id: str, service_id: str, opened: Opened = opened_json) -> str:
    """Empty when the terminal opened the session, else why not, as a reason code. Never raises."""
    try:
        answer = opened(body)
        require(text(answer, "MessageHeader", "MessageCategory") == "Login", "category")
        require(text(answer, "MessageHeader", "ServiceID") == service_id, "other message")
        require(text(answer, "MessageHeader", "SaleID") == sale_id, "other till")
        condition = failure(part(answer, "LoginResponse"))
    except ValueError:
        return "bad_message"
    return "" if condition is None else reason_of(condition)


def serial_number(body: bytes, opened: Opened = opened_json) -> str:
    """The serial number of the device, from the answer to a login; empty when it tells none."""
    try:
        told = branch(opened(body), "LoginResponse", "POISystemData", "POITerminalData")
    except ValueError:
        return ""
    serial = told.get("POISerialNumber")
    return serial[:40] if isinstance(serial, str) and serial.isprintable() else ""


def read_identity(body: bytes, opened: Opened = opened_json) -> TerminalIdentity:
    """Who the device says it is, from the answer to a login; empty what it does not tell. Never
    raises."""
    try:
        system = branch(opened(body), "LoginResponse", "POISystemData")
    except ValueError:
        return TerminalIdentity()
    software = system.get("POISoftware")
    told: Mapping[str, Any] = software if isinstance(software, dict) else {}

    def said(*names: str) -> str:
        found = (told.get(name) for name in names)
        return next((s[:40] for s in found if isinstance(s, str) and s and s.isprintable()), "")

    return TerminalIdentity(
        serial_number(body, opened),
        said("ApplicationName"),
        # One model, two names: nexo's own and that of the dialects before it.
        said("ManufacturerID", "ProviderIdentification"),
        said("SoftwareVersion"),
    )


def read_diagnosis(
    body: bytes, sale_id: str, service_id: str, opened: Opened = opened_json
) -> ProviderState:
    """How the terminal says it is; `detail` tells of its printer or failure. Never raises."""
    try:
        answer = opened(body)
        require(text(answer, "MessageHeader", "MessageCategory") == "Diagnosis", "category")
        require(text(answer, "MessageHeader", "ServiceID") == service_id, "other message")
        require(text(answer, "MessageHeader", "SaleID") == sale_id, "other till")
        diagnosis = part(answer, "DiagnosisResponse")
        condition = failure(diagnosis)
        if condition is not None:
            return _failed_diagnosis(reason_of(condition))
        state = STATES.get(text(diagnosis, "POIStatus", "GlobalStatus"))
        require(state is not None, "unknown state")
        printer = branch(diagnosis, "POIStatus").get("PrinterStatus")
        return ProviderState(str(state), printer if isinstance(printer, str) else "")
    except ValueError:
        return ProviderState("silent", "bad_message")


def payment_verdict(payment: Mapping[str, Any], ask: PaymentAsk) -> PaymentAnswer:
    """Approved, declined or unknown from a `PaymentResponse` that is the attempt's."""
    transaction = branch(payment, "SaleData", "SaleTransactionID").get("TransactionID")
    require(transaction in (None, ask.attempt_id), "other attempt")
    condition = failure(payment)
    if condition in NO_MONEY_MOVED:
        return declined(NO_MONEY_MOVED[condition])
    if condition in MONEY_MAY_HAVE_MOVED:
        running = condition == "InProgress"
        return unknown(MONEY_MAY_HAVE_MOVED[condition], running=running)
    require(condition is None, "unknown condition")
    result = branch(payment, "PaymentResult")
    wanted = PAYMENT_TYPES[ask.purpose]
    # A terminal may leave the type of an ordinary charge out, never that of money given back.
    said = result.get("PaymentType", "Normal" if ask.purpose == CHARGE else None)
    require(said == wanted, "another type of payment")
    amounts = branch(payment, "PaymentResult", "AmountsResp")
    require(amounts.get("Currency", ask.currency) == ask.currency, "other currency")
    amount_minor = minor_from_major(amounts.get("AuthorizedAmount"), ask.currency)
    require(amount_minor > 0, "nothing")
    more_minor = max(0, amount_minor - ask.amount_minor)
    # More than was asked is a tip where tips are taken. Elsewhere it is money that moved, yet not
    # as agreed: a person must look at it. So must somebody when the terminal counts otherwise.
    require(not more_minor or (ask.tips and ask.purpose == CHARGE), "other amount")
    if "TipAmount" in amounts:
        tip_minor = minor_from_major(amounts["TipAmount"], ask.currency)
        require(tip_minor == more_minor, "another tip")
    reason = "partial" if amount_minor < ask.amount_minor else ""
    return PaymentAnswer(APPROVED, reason, amount_minor, card_details(payment))


def reversal_verdict(reversal: Mapping[str, Any], ask: PaymentAsk) -> PaymentAnswer:
    """Undone, not undone or unknown from a `ReversalResponse` that is the attempt's."""
    condition = failure(reversal)
    if condition == "NotFound":
        return declined("not_found")  # The terminal knows of no such charge: it undid none.
    if condition in NO_MONEY_MOVED:
        return declined(NO_MONEY_MOVED[condition])
    if condition in MONEY_MAY_HAVE_MOVED:
        return unknown(MONEY_MAY_HAVE_MOVED[condition], running=condition == "InProgress")
    require(condition is None, "unknown condition")
    if "ReversedAmount" in reversal:
        reversed_minor = minor_from_major(reversal["ReversedAmount"], ask.currency)
        require(reversed_minor == ask.amount_minor, "other amount")
    return PaymentAnswer(APPROVED, "", ask.amount_minor, card_details(reversal))


def repeated_verdict(status: Mapping[str, Any], ask: PaymentAsk) -> PaymentAnswer:
    """The verdict inside a status answer, after holding its header against the attempt."""
    if "MessageReference" in status:
        service_id = text(status, "MessageReference", "ServiceID")
        require(service_id == ask.service_id, "other reference")
    repeated = part(status, "RepeatedMessageResponse")
    require_header(repeated, CATEGORIES[ask.purpose], ask, ask.service_id)
    card_terminal_id = branch(repeated, "MessageHeader").get("POIID", ask.card_terminal_id)
    require(card_terminal_id == ask.card_terminal_id, "other terminal")
    body = part(repeated, "RepeatedResponseMessageBody")
    if ask.purpose == VOID:
        return reversal_verdict(part(body, "ReversalResponse"), ask)
    return payment_verdict(part(body, "PaymentResponse"), ask)


def _status_failure(condition: str, same_terminal: bool) -> PaymentAnswer:
    """What a failed status question says of the attempt: of the question, not of the payment."""
    if condition == "NotFound":
        return declined("not_found") if same_terminal else unknown("other_terminal")
    # A dialect of the protocol says Busy where the others say InProgress.
    if condition in ("InProgress", "Busy"):
        return unknown("in_progress", running=True)
    return unknown(reason_of(condition))


def _failed_diagnosis(reason: str) -> ProviderState:
    if reason == "busy":
        return ProviderState("busy", reason)
    if reason == "unreachable":
        return ProviderState("unreachable", reason)
    if reason == "unavailable_service":  # Alive, but without the function to tell more.
        return ProviderState("ready", reason)
    return ProviderState("maintenance", reason)


def failure(body: Mapping[str, Any]) -> str | None:
    """The condition of a failed response, None of one that succeeded (also in part)."""
    result = text(body, "Response", "Result")
    condition = branch(body, "Response").get("ErrorCondition")
    if result == "Failure":
        require(isinstance(condition, str), "failure without a condition")
        return str(condition)
    require(result in ("Success", "Partial") and condition is None, "contradiction")
    return None


def reason_of(condition: str) -> str:
    """Our reason code for a condition; `bad_message` for one that we do not know."""
    known = NO_MONEY_MOVED | MONEY_MAY_HAVE_MOVED | {"NotFound": "not_found"}
    return known.get(condition, "bad_message")


def require_header(
    message: Mapping[str, Any], category: str, ask: PaymentAsk, service_id: str
) -> None:
    """Raise `ValueError` unless the header is an answer of `category` to this till's message."""
    require(text(message, "MessageHeader", "MessageCategory") == category, "category")
    require(text(message, "MessageHeader", "MessageType") == "Response", "no response")
    require(text(message, "MessageHeader", "SaleID") == ask.sale_id, "other till")
    require(text(message, "MessageHeader", "ServiceID") == service_id, "other message")


def part(tree: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object `name` of the tree. Raises `ValueError` when there is none."""
    part = tree.get(name)
    if not isinstance(part, dict):
        raise ValueError(f"no {name}")
    return part


def text(tree: Mapping[str, Any], *path: str) -> str:
    """The text at `path`. Raises `ValueError` when there is none."""
    value = branch(tree, *path[:-1]).get(path[-1])
    if not isinstance(value, str):
        raise ValueError(f"no {path[-1]}")
    return value


def require(holds: bool, otherwise: str) -> None:
    """Raise `ValueError` unless it holds."""
    if not holds:
        raise ValueError(otherwise)
