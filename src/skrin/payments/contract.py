"""How a payment provider is asked, whatever its protocol, and what it may answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from skrin.domain.payment import CHARGE, CardDetails


@dataclass(frozen=True, slots=True)
class PaymentAsk:
    """One attempt, by ids that were stored before anything is sent (D18).

    `attempt_id` is ours and goes as the sale transaction id; `service_id` is the protocol's message
    id (nexo: 1 to 10 characters, a stored counter in base 36); `sale_id` names this till.
    `purpose`: a charge, a refund, or a void (a charge of ours undone); `amount_minor` has no sign.
    `tips`: the customer may give more, and what is more is a tip. `begun_at_utc_ms`: when the
    intent was stored, 0 = not known. `undoes`, `undoes_at`: of a void, what the terminal calls the
    charge, and the time that it gave it.
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
    begun_at_utc_ms: int = 0
    undoes: str = ""
    undoes_at: str = ""


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


@dataclass(frozen=True, slots=True)
class TerminalIdentity:
    """Who a payment device says it is: the number of the device, its program and that one's maker,
    the program's version; empty = it does not tell."""

    serial: str = ""
    program: str = ""
    maker: str = ""
    version: str = ""


CONFIRM, CODE, CHOICE = "confirm", "code", "choice"
"""What a terminal may want of the cashier: a yes or no, something typed, one of several."""


@dataclass(frozen=True, slots=True)
class TerminalQuestion:
    """What a terminal asks the cashier while a payment runs: whether the signature is right, the
    approval code that a telephone gave. `choices` are words to choose from, by their number."""

    question_id: str
    kind: str
    words: tuple[str, ...]
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attendance:
    """What a terminal tells and asks the cashier just now; `number` grows with each change."""

    number: int = 0
    says: str = ""
    question: TerminalQuestion | None = None


class Speech(Protocol):
    """A protocol of card terminals: what is said as bytes, and what an answer means. Pure."""

    def login(
        self,
        sale_id: str,
        card_terminal_id: str,
        service_id: str,
        *,
        at_local: str,
        software_version: str,
    ) -> bytes:
        """Opens a session."""
        ...

    def payment(self, ask: PaymentAsk) -> bytes:
        """Charges, or gives back to a card that is shown."""
        ...

    def reversal(self, ask: PaymentAsk, transaction: str) -> bytes:
        """Undoes the charge that the terminal calls `transaction`."""
        ...

    def status(self, ask: PaymentAsk, service_id: str) -> bytes:
        """Asks what became of an attempt."""
        ...

    def abort(self, ask: PaymentAsk, service_id: str) -> bytes:
        """Asks the terminal to stop an attempt."""
        ...

    def state(self, sale_id: str, card_terminal_id: str, service_id: str, at_local: str) -> bytes:
        """Asks how the terminal is."""
        ...

    def logout(self, sale_id: str, card_terminal_id: str, service_id: str) -> bytes:
        """Ends the session."""
        ...

    def read_login(self, body: bytes, sale_id: str, service_id: str) -> tuple[str, str]:
        """(empty or why it was refused, the device's serial number). Never raises."""
        ...

    def read_identity(self, body: bytes) -> TerminalIdentity:
        """Who the device is, by the answer to a login. Never raises."""
        ...

    def read_payment(self, body: bytes, ask: PaymentAsk) -> PaymentAnswer:
        """The answer to a payment. Never raises."""
        ...

    def read_reversal(self, body: bytes, ask: PaymentAsk) -> PaymentAnswer:
        """The answer to a reversal. Never raises."""
        ...

    def read_status(self, body: bytes, ask: PaymentAsk, service_id: str) -> PaymentAnswer:
        """What became of an attempt. Never raises."""
        ...

    def read_state(self, body: bytes, sale_id: str, service_id: str) -> ProviderState:
        """How the terminal is. Never raises."""
        ...
