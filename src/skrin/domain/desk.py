"""The desk: what lies on the counter, as the fold over what is not finished.

Commands look at the desk before they write; the fold (`skrin.domain.desk_steps`) follows what was
written, so that a restart finds what the screen showed.
"""

from __future__ import annotations

from dataclasses import dataclass

from skrin.domain.beside import CopySealed, DocumentRefused, ProFormaSealed
from skrin.domain.cart import (
    Cart,
)
from skrin.domain.cash import CashMoved
from skrin.domain.payment import (
    Payment,
    PaymentBegun,
)
from skrin.domain.pricing import cart_total
from skrin.domain.receipt import (
    Delivery,
    FiscalMark,
    ReceiptSealed,
)
from skrin.domain.record import swift
from skrin.domain.report import DayReport, JournalPart, ReportCopied
from skrin.domain.sale import OPEN

RETURN_MODES = ("off", "once", "locked")
"""Whether what is rung comes back: not, for one receipt, or until a manager ends it (R-RET-005)."""


@dataclass(frozen=True, slots=True)
class ReturnModeSet:
    """`return_mode.set`: what is rung now comes back, or no longer does."""

    mode: str
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """`training.set`: from now on nothing is real, or again everything is (D9)."""

    on: bool
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A payment that was asked for and is not decided; `reason` tells why it is unknown.
    `at_utc_ms`: when the intent was committed, 0 = not known."""

    begun: PaymentBegun
    first_seq: int
    unknown: bool = False
    reason: str = ""
    at_utc_ms: int = 0


@swift
@dataclass(frozen=True, slots=True)
class Pending:
    """A sealed receipt without a mark: no new payment starts before it has one (D16)."""

    sealed: ReceiptSealed
    message_serial: int
    seq: int
    first_seq: int
    at_utc_ms: int
    utc_offset_min: int
    business_day: str
    period: int
    till_id: str
    mode: str


@swift
@dataclass(frozen=True, slots=True)
class Registering:
    """A copy or a pro forma that was sealed and has no mark yet: sent until it has, like a receipt,
    but it is none, and the counter goes on with its cart."""

    document_id: str
    number: int
    message_serial: int
    seq: int
    at_utc_ms: int
    utc_offset_min: int
    business_day: str
    period: int
    till_id: str
    mode: str
    copy: CopySealed | None = None
    pro_forma: ProFormaSealed | None = None


@swift
@dataclass(frozen=True, slots=True)
class Undelivered:
    """A document that is to come out: a signed receipt (its sealing in `receipt`), a report, the
    copy of one, a part of the journal, the slip of cash that was moved, the copy of a receipt or a
    pro forma.

    `opens_drawer`: the next try opens the drawer. What the printer lost in the middle opened it
    with its first lines; where a person saw no paper after a restart, nobody knows that it opened.
    """

    delivery: Delivery
    number: int
    seq: int
    first_seq: int
    at_utc_ms: int
    utc_offset_min: int
    till_id: str
    mode: str
    receipt: ReceiptSealed | None = None
    mark: FiscalMark | None = None
    report: DayReport | None = None
    opens_drawer: bool = False
    slip: CashMoved | None = None
    copy: CopySealed | None = None
    pro_forma: ProFormaSealed | None = None
    copied: ReportCopied | None = None
    journal: JournalPart | None = None

    @property
    def is_report(self) -> bool:
        """Whether it is a report, of whatever kind."""
        return bool(self.report or self.copied or self.journal)


@dataclass(frozen=True, slots=True)
class Finished:
    """The sale just done, for the screen that gives the change: one receipt, or two (exchange)."""

    receipts: tuple[ReceiptSealed, ...]
    delivery_ids: tuple[str, ...]


@swift
@dataclass(frozen=True, slots=True)
class Desk:
    """What lies on the counter: the open cart, its payments, and what is not signed or delivered.

    `declined` says why the last attempt to pay this cart came to nothing, `tried` are the ids of
    all such attempts: each is asked for once, however often its tap arrives. `payer` is the person
    who took the payment. `signed` are receipts whose other half has no mark yet: both halves of an
    exchange are signed before either is delivered (D8). `return_mode`: see `RETURN_MODES`.
    `training`: what is done now is practice (D9). `registering`: a copy or a pro forma that waits
    for its mark; `refused`: the one that the unit would not have, until the next thing is done.
    """

    state: str = OPEN
    cart: Cart | None = None
    payments: tuple[Payment, ...] = ()
    attempt: Attempt | None = None
    pending: tuple[Pending, ...] = ()
    signed: tuple[Undelivered, ...] = ()
    undelivered: tuple[Undelivered, ...] = ()
    finished: Finished | None = None
    declined: str = ""
    tried: frozenset[str] = frozenset()
    payer: str = ""
    return_mode: str = "off"
    training: bool = False
    registering: Registering | None = None
    refused: DocumentRefused | None = None

    @property
    def left_minor(self) -> int:
        """What is left to pay of the open cart."""
        total = cart_total(self.cart) if self.cart else 0
        return total - sum(paid.settled_minor for paid in self.payments)

    @property
    def first_open_seq(self) -> int | None:
        """The lowest entry that the fold needs to find this desk again; None: all is finished."""
        if not (self.undelivered or self.pending or self.signed or self.registering):
            return self.cart.first_seq if self.cart else None
        firsts = [waiting.first_seq for waiting in (*self.undelivered, *self.signed)]
        firsts += [pending.first_seq for pending in self.pending]
        if self.registering:
            firsts.append(self.registering.seq)
        if self.cart:
            firsts.append(self.cart.first_seq)
        return min(firsts, default=None)
