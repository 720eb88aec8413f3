"""What the flow asks of a device. Each call ends by its deadline; trouble is never swallowed.

A fake for a simulated town implements the same protocols without sockets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from skrin.fiscal.contract import FiscalMark, MarkRequest, UnitIdentity, UnitStatus
from skrin.payments.contract import (
    Attendance,
    PaymentAnswer,
    PaymentAsk,
    ProviderState,
    TerminalIdentity,
)
from skrin.sync.accounting import AccountingAnswer, AccountingQuestion
from skrin.sync.admissions import KnownAgain
from skrin.sync.giftcards import GiftCardAnswer, GiftCardQuestion
from skrin.sync.messages import (
    ExchangeAnswer,
    Fault,
    LoginAnswer,
    LoginRequest,
    PinRequest,
    PublicationAnswer,
    PublicationRequest,
    SalesAnswer,
    SalesQuestion,
    SignedAdmission,
)


class ControlUnit(Protocol):
    """A fiscal control unit. Every call may raise `UnitSilent` or `UnitRefused`.

    The deadlines are those of a unit in the shop; one in the cloud has 3 s and 10 s.
    """

    def identity(self) -> UnitIdentity:
        """Who it is (deadline 1 s)."""
        ...

    def status(self) -> UnitStatus:
        """Whether it would register now (deadline 1 s): the preflight of D15."""
        ...

    def register(self, request: MarkRequest) -> FiscalMark:
        """Register a sealed receipt (deadline 5 s). The same request gives the same bytes (D16)."""
        ...


class CardTerminal(Protocol):
    """A card terminal. Trouble on the wire is an answer, `unknown`, and never an exception."""

    def pay(self, ask: PaymentAsk) -> PaymentAnswer:
        """Charge (deadline 150 s). Sent once, ever, for an attempt."""
        ...

    def refund(self, ask: PaymentAsk) -> PaymentAnswer:
        """Give money back to a card that is shown (deadline 150 s). Sent once, ever."""
        ...

    def reverse(self, ask: PaymentAsk, transaction: str) -> PaymentAnswer:
        """Undo a charge by the terminal's own id of it (deadline 150 s). Sent once, ever."""
        ...

    def status_of(self, ask: PaymentAsk, service_id: str) -> PaymentAnswer:
        """Ask what became of an attempt; `service_id` is this question's own id (deadline 10 s)."""
        ...

    def abort(self, ask: PaymentAsk, service_id: str) -> None:
        """Ask the terminal to stop; the attempt's own answer still tells what happened."""
        ...

    def state(self, service_id: str) -> ProviderState:
        """How the terminal is (deadline 5 s)."""
        ...

    def meet(self, service_id: str) -> tuple[ProviderState, TerminalIdentity]:
        """How the terminal is, and who: for somebody who sets it up (deadline 5 s)."""
        ...

    def attendance(self) -> Attendance:
        """What it tells and asks the cashier just now; asks nobody."""
        ...

    def reply(self, question_id: str, said: str) -> None:
        """The cashier's answer to what it asks; too late is no trouble."""
        ...

    def close(self) -> None:
        """Log out (deadline 1 s) and hang up; used again, it begins anew."""
        ...

    @property
    def serial(self) -> str:
        """The serial number of the device, empty before it has told it."""
        ...


READY, PAPER_LOW = "ready", "paper_low"
PAPER_OUT, COVER_OPEN, OFFLINE, SILENT = "paper_out", "cover_open", "offline", "silent"
NOT_RAW = "not_raw"
"""A queue that wants to set papers itself takes none that are set already."""

BLOCKING_CONDITIONS = frozenset({PAPER_OUT, COVER_OPEN, OFFLINE, SILENT, NOT_RAW})
"""Conditions in which nothing can be printed. Silence blocks: it is never read as ready."""


OUT, NOT_OUT, UNSURE = "out", "not_out", "unsure"
FORGOTTEN = "forgotten"
"""What `settle` answers where the way to the printer has lost track of a job for good: only a
person in front of the printer can say whether it came out."""


@dataclass(frozen=True, slots=True)
class PrintResult:
    """What became of a job.

    `out`: the printer said so after the cut; `not_out`: nothing was sent; `unsure`: sent, but the
    printer went silent or stopped in the middle. `condition` says why.
    """

    outcome: str
    condition: str


class Printer(Protocol):
    """A receipt printer. Trouble is a condition, never an exception."""

    @property
    def columns(self) -> int:
        """How wide its paper is, in characters."""
        ...

    def condition(self) -> str:
        """READY, PAPER_LOW or one of BLOCKING_CONDITIONS (500 ms for each question)."""
        ...

    def print(self, job: bytes) -> PrintResult:
        """Send a job that ends with a cut and wait until the printer says that it is done."""
        ...

    def open_drawer(self) -> str:
        """Send the drawer's pulse alone; the condition then, blocking when it was not sent."""
        ...

    def settle(self) -> str:
        """After an `unsure` job, with paper back: wait for its outstanding answer (3 s).

        `out` when it came after all; else the printer's buffer is cleared and the answer is
        `not_out` (print it all again), or `unsure` while the printer cannot be reached;
        `forgotten` when it will never be told.
        """
        ...


SCALE_SILENT, SCALE_MOVES, SCALE_OVER, SCALE_UNDER, SCALE_ZERO, SCALE_UNIT, SCALE_GARBLED = (
    *("silent", "moves", "over", "under", "zero", "unit", "garbled"),
)
"""Why a scale told no weight: no answer; never still; above its range; below its zero; it cannot
find its zero; no whole grams, or a unit that is not known; an answer that cannot be read."""


@dataclass(frozen=True, slots=True)
class Weight:
    """A net weight that stood still: what lies on the scale less its tare. 0 = nothing does."""

    net_g: int


class NotWeighed(Exception):
    """Trouble: the scale told no weight that could be used, and why (`SCALE_...`)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Scale(Protocol):
    """A scale that tells the weight when it is asked."""

    def weigh(self, patience_s: float) -> Weight:
        """The weight, once it stands still; asked again and again for so long. Raises `NotWeighed`,
        `SCALE_SILENT` within a second more at most."""
        ...

    def close(self) -> None:
        """Leave the line; used again, it is opened anew."""
        ...


class OfficeAway(Exception):
    """Trouble: the office did not answer in time, or with something that is no answer."""


class OfficeRefused(Exception):
    """The office answered no, with a code."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.fault)
        self.fault = fault


class OfficeLink(Protocol):
    """The way to the office. Every call may raise `OfficeAway` or `OfficeRefused`."""

    def exchange(self, body: bytes) -> ExchangeAnswer:
        """Send entries, get the head and orders (deadline 20 s)."""
        ...

    def publication(self, request: PublicationRequest) -> PublicationAnswer:
        """Ask for registers (deadline 20 s)."""
        ...

    def sales(self, question: SalesQuestion) -> SalesAnswer:
        """Ask for sales of other tills by number (deadline 5 s)."""
        ...

    def accounting_file(self, question: AccountingQuestion) -> AccountingAnswer:
        """Ask for the accounting file of a Z (deadline 5 s)."""
        ...

    def gift_card(self, question: GiftCardQuestion) -> GiftCardAnswer:
        """Ask what is on a gift card (deadline 5 s)."""
        ...

    def known_again(self, admission: SignedAdmission) -> KnownAgain:
        """Show an office that has forgotten this till its own word (deadline 20 s)."""
        ...

    def login(self, request: LoginRequest) -> LoginAnswer:
        """Have a password checked (deadline 5 s: somebody stands there waiting)."""
        ...

    def pin(self, request: PinRequest) -> LoginAnswer:
        """Have a PIN checked (deadline 5 s)."""
        ...
