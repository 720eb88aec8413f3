"""What an XML terminal answers, read into approved, declined or unknown. Pure.

The verdict itself is that of `payments.nexo.answers`: one model. Here stands what is the dialects'
own: how a lost answer is recovered where the terminal only tells of its newest transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from skrin.domain.payment import APPROVED, VOID
from skrin.payments.contract import PaymentAnswer, PaymentAsk, ProviderState
from skrin.payments.epas.codec import read_message
from skrin.payments.epas.dialects import LAST, REFERENCE, Dialect
from skrin.payments.nexo import answers
from skrin.payments.nexo.details import branch

CLOCKS_DIFFER = timedelta(minutes=15)
"""How far a terminal's clock may be from the till's."""

RUNS_AT_MOST = timedelta(minutes=15)
"""How long after its intent a payment may have been decided at the terminal."""


def opened(dialect: Dialect) -> Callable[[bytes], Mapping[str, Any]]:
    """The reader of this dialect's answers."""
    return lambda body: read_message(body, dialect)


def read_recovery(body: bytes, ask: PaymentAsk, service_id: str, dialect: Dialect) -> PaymentAnswer:
    """What became of `ask`, by the dialect's way to ask for it. Never raises."""
    if dialect.recovery == REFERENCE:
        return answers.read_status(body, ask, service_id, opened(dialect))
    try:
        answer = read_message(body, dialect)
        answers.require_header(answer, LAST, ask, service_id)
        poi_id = answers.text(answer, "MessageHeader", "POIID")
        answers.require(poi_id == ask.card_terminal_id, "other terminal")
        return _newest(answers.part(answer, f"{LAST}Response"), ask, dialect)
    except ValueError:
        return answers.unknown("bad_message")


def _newest(last: Mapping[str, Any], ask: PaymentAsk, dialect: Dialect) -> PaymentAnswer:
    """The terminal's newest transaction as the verdict on `ask`, only if it is that very one: its
    reference, its amount and its time match (D18). Anything else proves nothing: ours may never
    have come about, or have been followed by another. Then a person has to look."""
    condition = answers.failure(last)
    if condition in ("InProgress", "Busy"):
        return answers.unknown("in_progress", running=True)
    if condition == "LoggedOut":
        return answers.unknown(answers.LOGGED_OUT)
    if condition == "NotFound":  # A memory without transactions may be a memory that was lost.
        return answers.unknown("not_found")
    if condition is not None:
        return answers.unknown(answers.reason_of(condition))
    repeated = answers.part(last, "RepeatedMessageResponse")
    found = branch(repeated, "RepeatedResponseMessageBody")
    name = "ReversalResponse" if ask.purpose == VOID else "PaymentResponse"
    if name not in found:
        return answers.unknown("other_transaction")
    transaction = answers.part(found, name)
    if not (_is_ours(transaction, ask, dialect) and _in_time(transaction, ask)):
        return answers.unknown("other_transaction")
    verdict = answers.reversal_verdict if ask.purpose == VOID else answers.payment_verdict
    answer = verdict(transaction, ask)
    # Less than was asked for is no match here: a person compares the slips.
    if answer.outcome == APPROVED and answer.amount_minor < ask.amount_minor:
        return answers.unknown("other_transaction")
    return answer


def _is_ours(transaction: Mapping[str, Any], ask: PaymentAsk, dialect: Dialect) -> bool:
    """Whether it names our attempt; a reversal may name the charge that it undid instead."""
    ours = branch(transaction, "SaleData", "SaleTransactionID").get("TransactionID")
    if ours is None and ask.purpose == VOID:
        undone = branch(transaction, dialect.original, "POITransactionID").get("TransactionID")
        return bool(ask.undoes) and undone == ask.undoes
    return ours == ask.attempt_id


def _in_time(transaction: Mapping[str, Any], ask: PaymentAsk) -> bool:
    told = branch(transaction, "POIData", "POITransactionID").get("TimeStamp")
    if not ask.begun_at_utc_ms or not isinstance(told, str):
        return False
    try:
        at = datetime.fromisoformat(told.strip())
    except ValueError:
        return False
    if at.tzinfo is None:
        return False
    begun = datetime.fromtimestamp(ask.begun_at_utc_ms // 1000, UTC)
    return begun - CLOCKS_DIFFER <= at <= begun + RUNS_AT_MOST + CLOCKS_DIFFER


def read_state(body: bytes, sale_id: str, service_id: str, dialect: Dialect) -> ProviderState:
    """How the terminal is, by its answer to a login: what it says of itself there, else that it
    let us in. Never raises."""
    refused = answers.read_login(body, sale_id, service_id, opened(dialect))
    if refused == "bad_message":
        return ProviderState("silent", refused)
    if refused:
        return ProviderState("busy" if refused == "busy" else "maintenance", refused)
    told = branch(read_message(body, dialect), "LoginResponse", "POISystemData", "POIStatus")
    state = answers.STATES.get(str(told.get("GlobalStatus", "OK")), "maintenance")
    return ProviderState(state, str(told.get("PrinterStatus", "")))
