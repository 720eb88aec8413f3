"""How a payment provider is asked, whatever its protocol, and what it may answer."""

from __future__ import annotations

from dataclasses import dataclass

from skrin.domain.payment import CHARGE, CardDetails


@dataclass(frozen=True, slots=True)
class PaymentAsk:
    """One attempt, by ids that were stored before anything is sent (D18).

    `attempt_id` is ours and goes as the sale transaction id; `service_id` is the protocol's message
    id (nexo: 1 to 10 characters, a stored counter in base 36); `sale_id` names this till.
    `purpose`: a charge, a refund, or a void (a charge of ours undone); `amount_minor` has no sign.
    `tips`: the customer may give more, and what is more is a tip.
    """

    attempt_id: str
    sale_id: str
    service_id: str
    card_terminal_id: str
    amount_minor: int
    currency: str
    at_local: str
    operator: str
    purpose: str = CHARGE
    tips: bool = False


@dataclass(frozen=True, slots=True)
class PaymentAnswer:
    """What is known of an attempt: only a clear yes or no is a decision, all else is unknown.

    `reason` is a stable code for the screen's words (`refusal`, `wrong_pin`, `cancelled`, `busy`,
    `aborted`, `not_found`, `no_answer`, `in_progress`, `unreachable`, `bad_message` ...);
    `running`: the terminal is still at it, ask again in a while.
    """

    outcome: str
    reason: str
    amount_minor: int
    card: CardDetails | None = None
    running: bool = False


@dataclass(frozen=True, slots=True)
class ProviderState:
    """How a payment device says it is: ready, busy, unreachable, maintenance, or silent."""

    state: str
    detail: str = ""
