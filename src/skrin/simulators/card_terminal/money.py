"""Payments, reversals and what became of them: the part of the terminal that moves money."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..switches import Switches
from . import slips
from .ledger import CHARGE, REFUND, REVERSAL, Ledger, Transaction, major_units
from .messages import Message, Refused, amount_minor, currency, failure, part, success, text
from .messages import utc_text as now
from .outcomes import Outcome, outcome_of

REVERSAL_REASONS = ("CustCancel", "MerchantCancel", "Malfunction", "Unable2Compl")
CONTACTLESS_LIMIT_MINOR = 400_00
"""Above this the card asks for its PIN. Only for the looks of the answer."""


class AnswerLost(Exception):
    """The work is done, or never was; either way the connection breaks before an answer."""


@dataclass
class Running:
    """The one transaction at the terminal just now."""

    transaction: Transaction
    aborted: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)


Dialogue = Callable[["Running"], str]
"""What the terminal says and asks before a payment is decided: empty, or the condition that the
cashier's answers make of it."""


def no_dialogue(running: Running) -> str:
    """Nobody is asked."""
    return ""


class Money:
    """Charges and gives back, one transaction at a time."""

    def __init__(self, ledger: Ledger, switches: Switches, poi_id: str, own_currency: str) -> None:
        self.ledger = ledger
        self._switches = switches
        self._poi_id = poi_id
        self._currency = own_currency
        self._lock = threading.Lock()
        self._running: Running | None = None
        for transaction in ledger.unfinished():
            body = failure("Aborted", "the terminal lost power", **self._poi_data(transaction))
            ledger.end(transaction, body, is_approved=False)

    @property
    def is_busy(self) -> bool:
        """True while a customer is at the terminal."""
        return self._running is not None

    def pay(
        self, message: Message, refuse_with: str, dialogue: Dialogue = no_dialogue
    ) -> dict[str, Any]:
        """A PaymentRequest (Normal or Refund) as a PaymentResponse.

        ``refuse_with`` is the condition of the switch `refuse`, or nothing. Raises `Refused`
        before anything has begun, and `AnswerLost`.
        """
        with self._lock:
            repeated = self._repeated(message)
            if isinstance(repeated, dict):
                return repeated
            if repeated is None:
                transaction, outcome = self._read_payment(message)
                if self._running is not None:
                    outcome = Outcome(condition="Busy")
                elif refuse_with:
                    outcome = Outcome(condition=refuse_with)
                if not outcome.is_processed:
                    raise AnswerLost("never processed")
                running = self._begin(transaction)
                if outcome.condition == "Busy":
                    return self._finish(running, "Busy", "occupied")
                self._running = running
        if repeated is not None:
            repeated.done.wait()
            assert repeated.transaction.response is not None
            return repeated.transaction.response
        body = self._carry_out(running, outcome, dialogue)
        if not outcome.is_answered:
            raise AnswerLost("approved")
        return body

    def reverse(self, message: Message, refuse_with: str) -> dict[str, Any]:
        """A ReversalRequest as a ReversalResponse. Raises `Refused`."""
        with self._lock:
            repeated = self._repeated(message)
            if isinstance(repeated, dict):
                return repeated
            original_id = text(
                part(message.body, "OriginalPOITransaction", "POITransactionID"), "TransactionID"
            )
            if message.body.get("ReversalReason") not in REVERSAL_REASONS:
                raise Refused("MessageFormat", "ReversalReason is missing or unknown")
            original = self.ledger.by_poi_id(original_id)
            wanted = message.body.get("ReversedAmount")
            reversed_minor = None if wanted is None else amount_minor(wanted, "ReversedAmount")
            transaction = self._transaction(message, REVERSAL, original, original_id)
            condition, words = refuse_with, "told to refuse"
            if not refuse_with:
                condition, words = self._why_not_reverse(message, original, reversed_minor)
            return self._finish(self._begin(transaction), condition, words)

    def status(self, message: Message) -> dict[str, Any]:
        """A TransactionStatusRequest as its response: what became of an earlier message.

        Without a reference, or without a ServiceID in it, it is about the till's newest.
        """
        reference = message.body.get("MessageReference") or {}
        if not isinstance(reference, dict):
            raise Refused("MessageFormat", "MessageReference is not an object")
        with self._lock:
            found = self.ledger.find(
                str(reference.get("SaleID") or message.sale_id),
                str(reference.get("ServiceID") or ""),
                str(reference.get("MessageCategory") or ""),
            )
            if found is None:
                return failure("NotFound", "nothing is known of that message")
            reference = {
                "MessageCategory": found.category,
                "SaleID": found.sale_id,
                "ServiceID": found.service_id,
                "POIID": self._poi_id,
            }
            if found.response is None:
                return failure("InProgress", "still running", MessageReference=reference)
            header = {**found.header, "MessageType": "Response"}
            repeated = {
                "MessageHeader": header,
                "RepeatedResponseMessageBody": {found.body_name: found.response},
            }
            return success(MessageReference=reference, RepeatedMessageResponse=repeated)

    def abort(self, message: Message) -> bool:
        """Stop the running payment if the AbortRequest means it. True if it did."""
        reference = part(message.body, "MessageReference")
        with self._lock:
            running = self._running
            if running is None or running.transaction.service_id != reference.get("ServiceID"):
                return False
            if str(reference.get("SaleID") or message.sale_id) != running.transaction.sale_id:
                return False
            running.aborted.set()
            return True

    def totals(self) -> dict[str, Any]:
        """What was approved, per till."""
        with self._lock:
            return self.ledger.totals()

    def newest(self) -> Transaction | None:
        """The terminal's newest transaction, whoever's it is."""
        with self._lock:
            return next(iter(self.ledger.newest_first()), None)

    def newest_first(self) -> list[Transaction]:
        """All transactions, for the page."""
        with self._lock:
            return list(self.ledger.newest_first())

    def _repeated(self, message: Message) -> dict[str, Any] | Running | None:
        """The earlier answer, or the running transaction, if repeats are to be the same."""
        earlier = self.ledger.find(message.sale_id, message.service_id, message.category)
        if earlier is None or self._switches.peek("repeat") != "same":
            return None
        if earlier.response is not None:
            return earlier.response
        assert self._running is not None
        return self._running

    def _read_payment(self, message: Message) -> tuple[Transaction, Outcome]:
        kind = {"Normal": CHARGE, "Refund": REFUND}.get(_payment_type(message.body))
        if kind is None:
            raise Refused("NotAllowed", "this terminal does Normal and Refund")
        transaction = self._transaction(message, kind, None, "")
        outcome = outcome_of(transaction.amount_minor) if kind == CHARGE else Outcome()
        most_minor = self._switches.peek("partial_minor")
        assert isinstance(most_minor, int)
        if kind == CHARGE and 0 < most_minor < transaction.amount_minor:
            transaction.amount_minor, transaction.is_partial = most_minor, True
        elif kind == CHARGE and _asks_gratuity(message.body):
            tip_minor = self._switches.peek("tip_minor")
            assert isinstance(tip_minor, int)
            transaction.tip_minor = tip_minor
            transaction.amount_minor += tip_minor
        return transaction, outcome

    def _transaction(
        self, message: Message, kind: str, original: Transaction | None, original_id: str
    ) -> Transaction:
        number = self.ledger.next_number()
        if kind == REVERSAL:
            paid = original.amount_minor if original else 0
            code, sale_at = self._currency, ""
            reference = original.sale_transaction_id if original else ""
        else:
            amounts = part(message.body, "PaymentTransaction", "AmountsReq")
            paid = amount_minor(amounts.get("RequestedAmount"), "RequestedAmount")
            code = currency(amounts, self._currency)
            sale = part(message.body, "SaleData", "SaleTransactionID")
            reference = text(sale, "TransactionID")
            sale_at = text(sale, "TimeStamp")
        return Transaction(
            number=number,
            sale_id=message.sale_id,
            service_id=message.service_id,
            category=message.category,
            kind=kind,
            amount_minor=paid,
            currency=code,
            poi_transaction_id=f"SIMU{number:06}.{secrets.token_hex(6)}",
            at=now(),
            sale_transaction_id=reference,
            sale_at=sale_at,
            original=original_id,
            header=message.header,
        )

    def _begin(self, transaction: Transaction) -> Running:
        self.ledger.begin(transaction)
        return Running(transaction)

    def _carry_out(self, running: Running, outcome: Outcome, dialogue: Dialogue) -> dict[str, Any]:
        """Let the customer take their time, ask what is to be asked, then decide."""
        wait = self._switches.peek("long_ms" if outcome.takes_long else "payment_ms")
        assert isinstance(wait, int)
        running.aborted.wait(wait / 1000)
        condition = outcome.condition
        if not condition and not running.aborted.is_set():
            condition = dialogue(running)
        with self._lock:
            if running.aborted.is_set():
                return self._finish(running, "Aborted", "aborted by the till")
            return self._finish(running, condition, "declined" if condition else "")

    def _finish(self, running: Running, condition: str, words: str) -> dict[str, Any]:
        """Decide, write it down, and let go of the terminal. The caller holds the lock."""
        transaction = running.transaction
        is_approved = not condition
        approval = approval_code(transaction) if is_approved else ""
        more = self._poi_data(transaction)
        more["PaymentReceipt"] = slips.slips(transaction, self._poi_id, approval)
        if is_approved and transaction.kind == REVERSAL:
            more["OriginalPOITransaction"] = {
                "POITransactionID": {"TransactionID": transaction.original, "TimeStamp": now()}
            }
            more["ReversedAmount"] = major_units(transaction.amount_minor)
        elif is_approved:
            more["PaymentResult"] = self._result(transaction, approval)
        body = success(**more) if is_approved else failure(condition, words, **more)
        if is_approved and transaction.is_partial:
            body["Response"]["Result"] = "Partial"
        self.ledger.end(transaction, body, is_approved)
        if self._running is running:
            self._running = None
        running.done.set()
        return body

    def _why_not_reverse(
        self, message: Message, original: Transaction | None, reversed_minor: int | None
    ) -> tuple[str, str]:
        """The condition and words that stop a reversal; empty when nothing does."""
        if self._running is not None:
            return "Busy", "occupied"
        if original is None:
            return "NotFound", "there is no such transaction"
        if not original.is_approved or original.kind == REVERSAL:
            return "NotAllowed", "there is nothing to reverse"
        if original.reversed_by:
            return "NotAllowed", "it is reversed already"
        if reversed_minor not in (None, original.amount_minor):
            return "NotAllowed", "only whole transactions are reversed here"
        is_last = self.ledger.last_approved(message.sale_id) is original
        if self._switches.peek("reverse_last_only") and not is_last:
            return "NotAllowed", "only the last transaction is reversed here"
        return "", ""

    def _poi_data(self, transaction: Transaction) -> dict[str, Any]:
        """What an answer says of the transaction whether or not it was approved."""
        identity = {
            "TransactionID": transaction.poi_transaction_id,
            "TimeStamp": transaction.at,
        }
        more: dict[str, Any] = {
            "POIData": {"POIReconciliationID": "1000", "POITransactionID": identity}
        }
        if transaction.kind != REVERSAL:
            sale = {
                "TransactionID": transaction.sale_transaction_id,
                "TimeStamp": transaction.sale_at,
            }
            more["SaleData"] = {"SaleTransactionID": sale}
        return more

    def _result(self, transaction: Transaction, approval_code: str) -> dict[str, Any]:
        """PaymentResult of an approved payment."""
        asks_pin = transaction.amount_minor > CONTACTLESS_LIMIT_MINOR
        identity = {
            "TransactionID": f"{transaction.number:016}",
            "TimeStamp": transaction.at,
        }
        amounts: dict[str, Any] = {
            "AuthorizedAmount": major_units(transaction.amount_minor),
            "Currency": transaction.currency,
        }
        if transaction.tip_minor:
            amounts["TipAmount"] = major_units(transaction.tip_minor)
        return {
            "PaymentType": "Normal" if transaction.kind == CHARGE else "Refund",
            "AmountsResp": amounts,
            "OnlineFlag": True,
            "AuthenticationMethod": ["OnLinePIN" if asks_pin else "Bypass"],
            "PaymentAcquirerData": {
                "AcquirerPOIID": self._poi_id,
                "AcquirerTransactionID": identity,
                "ApprovalCode": approval_code,
                "MerchantID": slips.MERCHANT_ID,
            },
            "PaymentInstrumentData": {
                "CardData": {
                    "EntryMode": ["Contactless"],
                    "MaskedPan": slips.MASKED_PAN,
                    "PaymentBrand": slips.BRAND,
                },
                "PaymentInstrumentType": "Card",
            },
        }


def approval_code(transaction: Transaction) -> str:
    """The code with which the bank approves."""
    return f"{transaction.number * 7919 % 1_000_000:06}"


def _asks_gratuity(body: dict[str, Any]) -> bool:
    """Whether the till wants the customer to be asked for a tip: a tender option in SaleData, or
    (EPAS) a condition that does not forbid it."""
    transaction = body.get("PaymentTransaction")
    told = transaction.get("TransactionConditions") if isinstance(transaction, dict) else None
    if isinstance(told, dict) and str(told.get("DisableTip", "")).lower() == "false":
        return True
    sale = body.get("SaleData")
    options = sale.get("SaleToAcquirerData", "") if isinstance(sale, dict) else ""
    pairs = [pair.partition("=") for pair in str(options).split("&")]
    return any(
        name == "tenderOption" and "AskGratuity" in value.split(",") for name, _, value in pairs
    )


def _payment_type(body: dict[str, Any]) -> str:
    """PaymentData is optional; without it a payment is Normal."""
    data = body.get("PaymentData")
    if data is None:
        return "Normal"
    if not isinstance(data, dict):
        raise Refused("MessageFormat", "PaymentData is not an object")
    return str(data.get("PaymentType", "Normal"))
