"""What became of an attempt: told by the card terminal, found by asking, or stated by a person.

That person is a manager, and it is the one manual way out of an unknown outcome (D18).

A void that the terminal refuses goes on as a refund of the same amount, by itself: the customer
shows the card again. Only where the terminal said a clear no to the void itself: one that was not
sent, was stopped, or is not known is tried again as a void, by a person.
"""

from __future__ import annotations

from collections.abc import Callable

from skrin.domain import role as roles
from skrin.domain.desk import Attempt
from skrin.domain.payment import (
    APPROVED,
    BY_ANSWER,
    BY_PERSON,
    BY_STATUS,
    CHARGE,
    DECLINED,
    REFUND,
    UNKNOWN,
    VOID,
    CardDetails,
    PaymentBegun,
    PaymentDecided,
)
from skrin.domain.record import replace
from skrin.domain.refusal import Refusal
from skrin.domain.sale import STUCK
from skrin.payments.contract import PaymentAnswer
from skrin.sync.messages import Person
from skrin.till.flow import stated
from skrin.till.flow.paying import new_service_id
from skrin.till.flow.till import Till, Transaction

TRY_AGAIN = frozenset(
    {
        *("aborted", "busy", "cancelled", "device_out", "in_progress", "inserted_card"),
        *("logged_out", "not_sent", "unavailable_device", "unreachable"),
    }
)
"""Why a void came to nothing without the terminal having said no to it."""

MAX_REFERENCE = 40

PARTIAL = "partial"
"""The reason of an approval of less than was asked for."""


def decide(
    till: Till,
    attempt_id: str,
    answer: PaymentAnswer,
    by_status: bool,
    fresh: Callable[[str], None] = lambda attempt_id: None,
) -> None:
    """Commit what is known of an attempt. An answer to another attempt changes nothing, a late one
    is held against what a person stated meanwhile; "still running" after an unknown is no news.
    `fresh` hears the attempt that a refused void or an unwanted part goes on as, before the commit
    takes effect: only such a one may be sent. Nothing is refused, whatever the clock shows."""
    refunds = _goes_on_as_refund(till, answer, by_status)
    service_id = new_service_id(till) if refunds or _is_unwanted_part(till, answer) else ""

    def command() -> None:
        attempt = till.desk.attempt
        if attempt is None or attempt.begun.attempt_id != attempt_id:
            stated.settle(till, attempt_id, answer)
            return
        if answer.outcome == UNKNOWN and attempt.unknown:
            return
        assert answer.outcome in (APPROVED, DECLINED, UNKNOWN)
        with till.transaction_of_outcome(till.desk.payer if service_id else "") as tx:
            decided = PaymentDecided(
                attempt.begun.cart_id,
                attempt_id,
                answer.outcome,
                answer.amount_minor if answer.outcome == APPROVED else 0,
                answer.reason,
                BY_STATUS if by_status else BY_ANSWER,
                answer.card,
            )
            tx.append("payment.decided", decided)
            if service_id and refunds:
                fresh(_begin_refund(till, tx, attempt.begun, service_id))
            elif service_id:
                fresh(_begin_void_of_part(till, tx, attempt.begun, answer, service_id))

    till.run(command)


def _goes_on_as_refund(till: Till, answer: PaymentAnswer, by_status: bool) -> bool:
    attempt = till.desk.attempt
    return (
        attempt is not None
        and attempt.begun.purpose == VOID
        and answer.outcome == DECLINED
        and not by_status
        and answer.reason not in TRY_AGAIN
    )


def _is_unwanted_part(till: Till, answer: PaymentAnswer) -> bool:
    """Whether a card paid less than was asked for, where the method does not take parts."""
    attempt = till.desk.attempt
    if attempt is None or attempt.begun.purpose != CHARGE or answer.outcome != APPROVED:
        return False
    method = till.registers.method(attempt.begun.method)
    return answer.reason == PARTIAL and method is not None and not method.partial


def _begin_void_of_part(
    till: Till, tx: Transaction, part: PaymentBegun, answer: PaymentAnswer, service_id: str
) -> str:
    """Begin to give a part back that nobody wanted; the id of the new attempt."""
    void = replace(
        part,
        attempt_id=till.clock.new_id(),
        amount_minor=answer.amount_minor,
        service_id=service_id,
        purpose=VOID,
        undoes=part.attempt_id,
        undoes_transaction=answer.card.provider_transaction_id if answer.card else "",
        tip_minor=0,
        cause="partial_refused",
    )
    tx.append("payment.begun", void)
    return void.attempt_id


def _begin_refund(till: Till, tx: Transaction, void: PaymentBegun, service_id: str) -> str:
    """Begin to give back what the void could not undo; the id of the new attempt."""
    refund = replace(
        void,
        attempt_id=till.clock.new_id(),
        amount_minor=-abs(void.amount_minor),
        service_id=service_id,
        purpose=REFUND,
        undoes_transaction="",
    )
    tx.append("payment.begun", refund)
    return refund.attempt_id


def state_outcome(
    till: Till,
    actor: Person,
    attempt_id: str,
    done: bool,
    reference: str = "",
    approver: Person | None = None,
) -> None:
    """A manager states what no terminal can tell: the money moved (with the slip's reference), or
    it did not. The one manual way out of an unknown outcome (D18); said twice it is said once.

    Refused: `outcome_known`, `reference_wanted`, by role `not_allowed`, `pin_wanted`.
    """
    said = " ".join("".join(sign if sign.isprintable() else " " for sign in reference).split())

    def command() -> None:
        attempt = till.desk.attempt
        if attempt is None or attempt.begun.attempt_id != attempt_id:
            return
        if till.desk.state != STUCK or not attempt.unknown:
            raise Refusal("outcome_known")
        if done and not said:
            raise Refusal("reference_wanted")
        till.check(actor, roles.STATE_OUTCOME, approver)
        decided = _stated(attempt, done, said[:MAX_REFERENCE], approver)
        by = approver.person if approver else actor.person
        with till.transaction(actor) as tx:
            tx.append("payment.decided", decided)
            word = stated.Stated(
                attempt.begun, decided, by, tx.at.utc_ms, begun_at_utc_ms=attempt.at_utc_ms
            )
            words = (*till.stated, word)
            stated.keep(till.file, words)
        till.stated = words

    till.run(command)


def _stated(
    attempt: Attempt, done: bool, reference: str, approver: Person | None
) -> PaymentDecided:
    begun = attempt.begun
    charged = done and begun.purpose == CHARGE
    return PaymentDecided(
        begun.cart_id,
        begun.attempt_id,
        APPROVED if done else DECLINED,
        abs(begun.amount_minor) + begun.tip_minor if done else 0,
        "stated",
        BY_PERSON,
        CardDetails(approval_code=reference) if charged else None,
        reference,
        approver.person if approver else "",
    )
