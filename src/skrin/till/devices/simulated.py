"""Devices without wires for simulated worlds: the bench, the replay, the town, tests of the flow.

They implement the contracts at once and in memory, answer the same way every time, count what they
heard, and can be told to fail a number of times. They are not the simulators: those are processes
of their own that speak the real protocols (D31).
"""

from __future__ import annotations

import hashlib
import threading
from collections import deque
from dataclasses import dataclass, field

from skrin.domain.payment import CardDetails
from skrin.domain.receipt import RETURN, FiscalMark
from skrin.fiscal.contract import MarkRequest, UnitIdentity, UnitSilent, UnitStatus
from skrin.fiscal.se.ccsp_receipt import receipt_fields
from skrin.fiscal.se.cleancash import refusal_of
from skrin.payments.contract import (
    CONFIRM,
    Attendance,
    PaymentAnswer,
    PaymentAsk,
    ProviderState,
    TerminalIdentity,
    TerminalQuestion,
)
from skrin.payments.nexo.answers import declined, unknown
from skrin.till.devices.contract import (
    BLOCKING_CONDITIONS,
    NOT_OUT,
    OUT,
    READY,
    UNSURE,
    NotWeighed,
    PrintResult,
    Weight,
)


@dataclass(slots=True)
class Registered:
    """What a unit counted of one (organisation number, designation, receipt type).

    `total_minor` is signed: returns lower it; `returns_minor` has no sign; VAT is signed.
    """

    receipts: int = 0
    total_minor: int = 0
    returns_minor: int = 0
    vat_minor: dict[int, int] = field(default_factory=dict)


class InstantControlUnit:
    """A control unit that registers at once. A repeated request is registered anew, as the careful
    reading of the protocol has it, unless `same_answer_again`."""

    def __init__(self, unit_id: str = "FAKE00000001", *, same_answer_again: bool = False) -> None:
        self.unit_id = unit_id
        self.counters: dict[tuple[str, str, str], Registered] = {}
        self._same_answer_again = same_answer_again
        self._answered: dict[tuple[str, ...], FiscalMark] = {}
        self._registrations = 0
        self._silent_times = 0
        self._deaf = False
        self._refusals: deque[str] = deque()

    def be_silent(self, times: int, *, after_hearing: bool = False) -> None:
        """Do not answer the next `times` calls; `after_hearing`: register, and lose the answer."""
        self._silent_times, self._deaf = times, not after_hearing

    def refuse(self, code: str, times: int = 1) -> None:
        """Answer the next `times` registrations with this error code."""
        self._refusals.extend([code] * times)

    def identity(self) -> UnitIdentity:
        """Who it is."""
        self._fall_silent()
        return UnitIdentity(self.unit_id, "2", "1.07")

    def status(self) -> UnitStatus:
        """Fine, whenever it answers."""
        self._fall_silent()
        return UnitStatus(True, "0", "00")

    def register(self, request: MarkRequest) -> FiscalMark:
        """A mark whose code follows from unit and fields. Raises `Refusal` as the wire does."""
        fields = receipt_fields(request)
        if self._deaf:
            self._fall_silent()
        if self._refusals:
            raise refusal_of(self._refusals.popleft())
        mark = self._answered.get(fields) if self._same_answer_again else None
        if mark is None:
            mark = self._count(request, fields)
        if self._same_answer_again:
            self._answered[fields] = mark
        self._fall_silent()
        return mark

    def _count(self, request: MarkRequest, fields: tuple[str, ...]) -> FiscalMark:
        sealed = request.sealed
        sign = -1 if sealed.kind == RETURN else 1
        counter = self.counters.setdefault((fields[5], fields[4], fields[8]), Registered())
        counter.receipts += 1
        counter.total_minor += sign * sealed.total_minor
        counter.returns_minor += sealed.total_minor if sign < 0 else 0
        for row in sealed.vat:
            so_far = counter.vat_minor.get(row.rate_bp, 0)
            counter.vat_minor[row.rate_bp] = so_far + sign * row.vat_minor
        self._registrations += 1
        code = _code(self.unit_id, self._registrations, fields)
        return FiscalMark(self.unit_id, code, "0", "0", request.message_serial, attempts=1)

    def _fall_silent(self) -> None:
        if self._silent_times:
            self._silent_times -= 1
            raise UnitSilent("told to be silent")
        self._deaf = False


ASK_S = 30.0
"""How long a card terminal in memory waits for the cashier."""


class InstantCardTerminal:
    """A card terminal that approves at once, or gives the next of `plan` instead.

    A planned answer is one of `approve`, a decline's reason (`refusal`, `cancelled` ...), `lost`
    (charged, the answer lost), `never` (not charged, no answer), `mute` (no answer before
    `unmute`; `mute_charged`: and charged all the same), `ask_confirm` or `ask_code` (asks the
    cashier first; a "no" declines) or `running` (unknown
    until it was asked for `running_questions` times, then approved).
    """

    def __init__(self, card_terminal_id: str = "FAKE-POI", *, running_questions: int = 2) -> None:
        self.card_terminal_id = card_terminal_id
        self.plan: deque[str] = deque()
        self.tip_minor = 0
        """What a customer who may give a tip gives."""
        self.slip_to_sign: tuple[str, ...] = ()
        """A slip that the customer is to sign, told with the answer."""
        self.holds_minor = 0
        """The most that is on the card; 0 = enough."""
        self.charges = 0
        self.returns = 0
        self._charged: set[str] = set()
        self.charged_minor = 0
        self._running_questions = running_questions
        self._attempts: dict[tuple[str, str], PaymentAnswer] = {}
        self._questions_left: dict[tuple[str, str], int] = {}
        self._aborted: set[tuple[str, str]] = set()
        self._mute: set[tuple[str, str]] = set()
        self.serial = f"SN-{card_terminal_id}"
        self.attending = Attendance()
        self.replies: list[tuple[str, str]] = []
        self._replied = threading.Event()

    def pay(self, ask: PaymentAsk) -> PaymentAnswer:
        """Charge, or do what is planned. A second call for an attempt is a bug in the caller."""
        attempt = (ask.sale_id, ask.service_id)
        assert attempt not in self._attempts, "an attempt is sent once"
        planned = self.plan.popleft() if self.plan else "approve"
        if planned in ("never", "mute"):
            return self._silence(attempt, planned)
        if planned == "running":
            self._questions_left[attempt] = self._running_questions
            return unknown("no_answer")
        if planned == "mute_charged":
            self._charge(ask)
            return self._silence(attempt, "mute")
        if planned.startswith("ask_") and not self._cashier_agrees(planned.removeprefix("ask_")):
            planned = "refusal"
        if planned not in ("approve", "lost", "ask_confirm", "ask_code"):
            return self._attempts.setdefault(attempt, declined(planned))
        answer = self._charge(ask)
        return unknown("no_answer") if planned == "lost" else answer

    def refund(self, ask: PaymentAsk) -> PaymentAnswer:
        """Give money back, or do what is planned; see `pay`."""
        return self._moved(ask, -1)

    def reverse(self, ask: PaymentAsk, transaction: str) -> PaymentAnswer:
        """Undo a charge of ours, or do what is planned; an unknown charge is declined."""
        if transaction not in self._charged:
            return self._attempts.setdefault((ask.sale_id, ask.service_id), declined("not_allowed"))
        return self._moved(ask, -1, transaction)

    def _moved(self, ask: PaymentAsk, sign: int, undoes: str = "") -> PaymentAnswer:
        attempt = (ask.sale_id, ask.service_id)
        assert attempt not in self._attempts, "an attempt is sent once"
        planned = self.plan.popleft() if self.plan else "approve"
        if planned in ("never", "mute"):
            return self._silence(attempt, planned)
        if planned not in ("approve", "lost"):
            return self._attempts.setdefault(attempt, declined(planned))
        self._charged.discard(undoes)
        self.charged_minor += sign * ask.amount_minor
        self.returns += 1
        answer = self._attempts.setdefault(attempt, PaymentAnswer("approved", "", ask.amount_minor))
        return unknown("no_answer") if planned == "lost" else answer

    def _cashier_agrees(self, kind: str) -> bool:
        """Ask, and wait for the answer of somebody at the screen."""
        number = self.attending.number + 1
        words = "Stämmer underskriften?" if kind == CONFIRM else "Ring banken. Kontrollkod?"
        question = TerminalQuestion(f"q{number}", kind, (words,))
        self._replied.clear()
        self.attending = Attendance(number, "Kontakt med banken", question)
        answered = self._replied.wait(ASK_S)
        self.attending = Attendance(self.attending.number + 1)
        return answered and self.replies[-1][1] != "no"

    def _silence(self, attempt: tuple[str, str], planned: str) -> PaymentAnswer:
        if planned == "mute":
            self._mute.add(attempt)
        return unknown("no_answer")

    def unmute(self) -> None:
        """Tell again what was kept silent about."""
        self._mute.clear()

    def status_of(self, ask: PaymentAsk, service_id: str) -> PaymentAnswer:
        """What became of an attempt: its answer, still running, or never heard of."""
        attempt = (ask.sale_id, ask.service_id)
        if attempt in self._mute:
            return unknown("no_answer")
        if attempt in self._questions_left:
            if attempt in self._aborted:
                del self._questions_left[attempt]
                return self._attempts.setdefault(attempt, declined("aborted"))
            if self._questions_left[attempt] > 0:
                self._questions_left[attempt] -= 1
                return unknown("in_progress", running=True)
            del self._questions_left[attempt]
            return self._charge(ask)
        return self._attempts.get(attempt, declined("not_found"))

    def abort(self, ask: PaymentAsk, service_id: str) -> None:
        """Stop an attempt that is running; one that is decided stays decided."""
        self._aborted.add((ask.sale_id, ask.service_id))

    def state(self, service_id: str) -> ProviderState:
        """Ready."""
        return ProviderState("ready")

    def meet(self, service_id: str) -> tuple[ProviderState, TerminalIdentity]:
        """Ready, and who it is."""
        return self.state(service_id), TerminalIdentity(self.serial, "Instant", "Skrin", "1")

    def attendance(self) -> Attendance:
        """What it was told to tell and ask."""
        return self.attending

    def reply(self, question_id: str, said: str) -> None:
        """Keep the answer and ask no more."""
        self.replies.append((question_id, said))
        self.attending = Attendance(self.attending.number + 1)
        self._replied.set()

    def close(self) -> None:
        """Nothing stays open."""

    def _charge(self, ask: PaymentAsk) -> PaymentAnswer:
        self.charges += 1
        paid_minor = ask.amount_minor + (self.tip_minor if ask.tips else 0)
        is_part = 0 < self.holds_minor < paid_minor
        paid_minor = self.holds_minor if is_part else paid_minor
        self.charged_minor += paid_minor
        card = CardDetails(
            brand="visa",
            masked_pan="****0119",
            approval_code=f"{self.charges % 1_000_000:06d}",
            entry_mode="Contactless",
            provider_transaction_id=f"{self.card_terminal_id}.{self.charges}",
            card_terminal_id=ask.card_terminal_id,
            card_terminal_serial=self.serial,
            merchant_slip=self.slip_to_sign,
            signature=bool(self.slip_to_sign),
        )
        self._charged.add(card.provider_transaction_id)
        answer = PaymentAnswer("approved", "partial" if is_part else "", paid_minor, card)
        return self._attempts.setdefault((ask.sale_id, ask.service_id), answer)


class PaperRoll:
    """A printer that keeps its last slips and counts the rest.

    `state` is its condition, to be set at will. `stop_in_next` names the condition in which it
    stops in the middle of the next job; `loses_buffer` says whether it has forgotten the rest when
    `state` is back to READY, or has printed it by itself.
    """

    def __init__(self, columns: int = 42, *, keep: int = 10, code_page: str = "cp858") -> None:
        self.columns = columns
        self.code_page = code_page
        self.state = READY
        self.stop_in_next = ""
        self.loses_buffer = False
        self.slips: deque[bytes] = deque(maxlen=keep)
        self.printed = 0
        self.printed_bytes = 0
        self.pulses = 0
        """How often the drawer was opened without a slip."""
        self._stopped: bytes | None = None

    def condition(self) -> str:
        """What it was told to be."""
        return self.state

    def print(self, job: bytes) -> PrintResult:
        """Keep the slip, or stop where it was told to."""
        if self.state in BLOCKING_CONDITIONS:
            return PrintResult(NOT_OUT, self.state)
        if self.stop_in_next:
            self.state, self.stop_in_next = self.stop_in_next, ""
            self._stopped = job
            return PrintResult(UNSURE, self.state)
        self._stopped = None
        self._keep(job)
        return PrintResult(OUT, self.state)

    def open_drawer(self) -> str:
        """Count the pulse, unless the printer could not take it."""
        if self.state not in BLOCKING_CONDITIONS:
            self.pulses += 1
        return self.state

    def settle(self) -> str:
        """What became of the job that stopped, once `state` does not block any more."""
        if self.state in BLOCKING_CONDITIONS:
            return UNSURE
        stopped, self._stopped = self._stopped, None
        if stopped is None or self.loses_buffer:
            return NOT_OUT
        self._keep(stopped)
        return OUT

    def _keep(self, job: bytes) -> None:
        self.slips.append(job)
        self.printed += 1
        self.printed_bytes += len(job)


_LETTERS = str.maketrans("0123456789abcdef", "ABCDEFGHIJKLMNOP")
"""Hexadecimal digits as letters that base32 has too."""


class InstantScale:
    """A scale on which lies what somebody puts there; `trouble`: why it tells no weight."""

    def __init__(self, net_g: int = 0) -> None:
        self.net_g = net_g
        self.trouble = ""
        self.asked = 0

    def weigh(self, patience_s: float) -> Weight:
        """See the contract."""
        self.asked += 1
        if self.trouble:
            raise NotWeighed(self.trouble)
        return Weight(self.net_g)

    def close(self) -> None:
        """There is no line."""


def _code(unit_id: str, registration: int, fields: tuple[str, ...]) -> str:
    """32 + 26 characters of base32's like a real one's, the same for the same history."""
    spoken = f"{unit_id}#{registration}#{'#'.join(fields)}".encode("ascii")
    letters = hashlib.sha256(spoken).hexdigest().translate(_LETTERS)
    return f"{letters[:32]},{letters[32:58]}"
