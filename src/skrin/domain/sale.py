"""The way of a sale: its states as a table, and the desk: the fold over what is not finished.

The diagram in docs/ARCHITECTURE.md is drawn from `TRANSITIONS`. Commands look at the desk before
they write; the fold follows what was written, so that a restart finds what the screen showed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from skrin.domain.cart import (
    Cart,
    CartAborted,
    LineAdded,
    LineChanged,
    LineRemoved,
    WayChosen,
    apply_to_cart,
)
from skrin.domain.entry import Header
from skrin.domain.payment import (
    APPROVED,
    UNKNOWN,
    Payment,
    PaymentBegun,
    PaymentDecided,
    PaymentTaken,
)
from skrin.domain.receipt import (
    SAID_NOT_OUT,
    Delivery,
    DeliveryRepeated,
    DocumentDelivered,
    FiscalMark,
    ReceiptSealed,
    ReceiptSigned,
    SerialRenewed,
)
from skrin.domain.report import DayReport

OPEN, PAYING, SEALED, SIGNED, DELIVERED = "open", "paying", "sealed", "signed", "delivered"
PARKED, ABORTED, STUCK = "parked", "aborted", "stuck"

TRANSITIONS: dict[str, dict[str, str]] = {
    OPEN: {
        "rung": OPEN,
        "money begun": PAYING,
        "nothing to pay": SEALED,
        "parked": PARKED,
        "aborted": ABORTED,
    },
    PARKED: {"fetched": OPEN, "deleted": ABORTED},
    PAYING: {
        "money begun": PAYING,
        "part settled": PAYING,
        "declined": OPEN,
        "next part declined": PAYING,
        "outcome unknown": STUCK,
        "all settled": SEALED,
    },
    STUCK: {
        "asked again": STUCK,
        "found charged": PAYING,
        "found not charged": OPEN,
        "next part not charged": PAYING,
    },
    SEALED: {"unit silent": SEALED, "mark came": SIGNED},
    SIGNED: {"paper waits": SIGNED, "came out": DELIVERED},
    DELIVERED: {},
    ABORTED: {},
}
"""From each state, what can happen and where it leads. A sealed receipt has no way but on (D16)."""


def leads_to(state: str, event: str) -> str:
    """The state after `event`; an event that cannot happen in `state` is a bug."""
    assert event in TRANSITIONS[state], f"{event!r} cannot happen to a sale that is {state}"
    return TRANSITIONS[state][event]


@dataclass(frozen=True, slots=True)
class Attempt:
    """A payment that was asked for and is not decided; `reason` tells why it is unknown."""

    begun: PaymentBegun
    first_seq: int
    unknown: bool = False
    reason: str = ""


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


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A document that is to come out: a signed receipt (its sealing in `receipt`) or a report.

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


@dataclass(frozen=True, slots=True)
class Finished:
    """The sale just done, for the screen that gives the change."""

    sealed: ReceiptSealed
    delivery_id: str


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies on the counter: the open cart, its payments, and what is not signed or delivered.

    `declined` says why the last attempt to pay this cart came to nothing, `tried` are the ids of
    all such attempts: each is asked for once, however often its tap arrives. `payer` is the person
    who took the payment.
    """

    state: str = OPEN
    cart: Cart | None = None
    payments: tuple[Payment, ...] = ()
    attempt: Attempt | None = None
    pending: Pending | None = None
    undelivered: tuple[Undelivered, ...] = ()
    finished: Finished | None = None
    declined: str = ""
    tried: frozenset[str] = frozenset()
    payer: str = ""

    @property
    def left_minor(self) -> int:
        """What is left to pay of the open cart."""
        total = self.cart.total_minor if self.cart else 0
        return total - sum(paid.settled_minor for paid in self.payments)

    @property
    def first_open_seq(self) -> int | None:
        """The lowest entry that the fold needs to find this desk again; None: all is finished."""
        firsts = [waiting.first_seq for waiting in self.undelivered]
        if self.pending:
            firsts.append(self.pending.first_seq)
        if self.cart:
            firsts.append(self.cart.first_seq)
        return min(firsts, default=None)


def apply(desk: Desk, header: Header, body: object) -> Desk:
    """The desk after an entry. Kinds that do not concern a sale leave it as it is."""
    step = _STEPS.get(type(body))
    return step(desk, header, body) if step else desk


def _cart_event(
    desk: Desk, header: Header, event: LineAdded | LineChanged | LineRemoved | WayChosen
) -> Desk:
    cart = apply_to_cart(desk.cart, event, header.seq, header.at_utc_ms)
    return replace(desk, state=leads_to(desk.state, "rung"), cart=cart, finished=None, declined="")


def _aborted(desk: Desk, header: Header, body: CartAborted) -> Desk:
    leads_to(desk.state, "aborted")
    return replace(
        desk,
        state=OPEN,
        cart=None,
        payments=(),
        attempt=None,
        finished=None,
        declined="",
        tried=frozenset(),
    )


def _begun(desk: Desk, header: Header, begun: PaymentBegun) -> Desk:
    return replace(
        desk,
        state=leads_to(desk.state, "money begun"),
        attempt=Attempt(begun, header.seq),
        declined="",
        payer=header.user,
    )


def _decided(desk: Desk, header: Header, decided: PaymentDecided) -> Desk:
    attempt = desk.attempt
    assert attempt and attempt.begun.attempt_id == decided.attempt_id, "one attempt at a time"
    if decided.outcome == UNKNOWN:
        event = "asked again" if desk.state == STUCK else "outcome unknown"
        doubtful = replace(attempt, unknown=True, reason=decided.reason)
        return replace(desk, state=leads_to(desk.state, event), attempt=doubtful)
    if decided.outcome != APPROVED:
        state = leads_to(desk.state, _no_event(desk))
        tried = desk.tried | {decided.attempt_id}
        return replace(desk, state=state, attempt=None, declined=decided.reason, tried=tried)
    begun = attempt.begun
    tip_minor = max(0, decided.amount_minor - begun.amount_minor)
    payment = Payment(
        begun.attempt_id,
        begun.method,
        begun.method_kind,
        begun.method_name,
        decided.amount_minor,
        decided.amount_minor,
        0,
        0,
        tip_minor,
        card=decided.card,
    )
    event = "found charged" if desk.state == STUCK else "part settled"
    return replace(
        desk,
        state=leads_to(desk.state, event),
        attempt=None,
        payments=(*desk.payments, payment),
    )


def _no_event(desk: Desk) -> str:
    if desk.state == STUCK:
        return "next part not charged" if desk.payments else "found not charged"
    return "next part declined" if desk.payments else "declined"


def _taken(desk: Desk, header: Header, taken: PaymentTaken) -> Desk:
    payment = Payment(
        taken.payment_id,
        taken.method,
        taken.method_kind,
        taken.method_name,
        taken.amount_minor,
        taken.tendered_minor,
        taken.change_minor,
        taken.rounding_minor,
        0,
        taken.drawer,
    )
    return replace(
        desk,
        state=leads_to(desk.state, "money begun"),
        payments=(*desk.payments, payment),
        payer=header.user,
    )


def _sealed(desk: Desk, header: Header, sealed: ReceiptSealed) -> Desk:
    leads_to(desk.state, "nothing to pay" if desk.state == OPEN else "all settled")
    pending = Pending(
        sealed,
        sealed.message_serial,
        header.seq,
        desk.cart.first_seq if desk.cart else header.seq,
        header.at_utc_ms,
        header.utc_offset_min,
        header.business_day,
        header.period,
        header.till,
        header.mode,
    )
    return replace(
        desk,
        state=SEALED,
        cart=None,
        payments=(),
        pending=pending,
        declined="",
        tried=frozenset(),
    )


def _renewed(desk: Desk, header: Header, renewed: SerialRenewed) -> Desk:
    assert desk.pending and desk.pending.sealed.receipt_id == renewed.receipt_id
    return replace(desk, pending=replace(desk.pending, message_serial=renewed.message_serial))


def _signed(desk: Desk, header: Header, signed: ReceiptSigned) -> Desk:
    pending = desk.pending
    assert pending and pending.sealed.receipt_id == signed.receipt_id, "one receipt at a time"
    leads_to(desk.state, "mark came")
    waiting = Undelivered(
        signed.delivery,
        signed.number,
        pending.seq,
        pending.first_seq,
        pending.at_utc_ms,
        pending.utc_offset_min,
        pending.till_id,
        pending.mode,
        receipt=pending.sealed,
        mark=signed.mark,
        opens_drawer=signed.delivery.drawer,
    )
    return replace(
        desk,
        state=OPEN,
        pending=None,
        undelivered=(*desk.undelivered, waiting),
        finished=Finished(pending.sealed, signed.delivery.delivery_id),
    )


def _reported(desk: Desk, header: Header, report: DayReport) -> Desk:
    if report.delivery is None:
        return desk
    waiting = Undelivered(
        report.delivery,
        report.number,
        header.seq,
        header.seq,
        header.at_utc_ms,
        header.utc_offset_min,
        header.till,
        header.mode,
        report=report,
    )
    return replace(desk, undelivered=(*desk.undelivered, waiting))


def _delivered(desk: Desk, header: Header, body: DocumentDelivered) -> Desk:
    left = tuple(u for u in desk.undelivered if u.delivery.delivery_id != body.delivery_id)
    return replace(desk, undelivered=left)


def _repeated(desk: Desk, header: Header, body: DeliveryRepeated) -> Desk:
    return replace(
        desk,
        undelivered=tuple(
            replace(u, opens_drawer=u.delivery.drawer and body.cause == SAID_NOT_OUT)
            if u.delivery.delivery_id == body.delivery_id
            else u
            for u in desk.undelivered
        ),
    )


_STEPS: dict[type, Callable[[Desk, Header, Any], Desk]] = {
    LineAdded: _cart_event,
    LineChanged: _cart_event,
    LineRemoved: _cart_event,
    WayChosen: _cart_event,
    CartAborted: _aborted,
    PaymentBegun: _begun,
    PaymentDecided: _decided,
    PaymentTaken: _taken,
    ReceiptSealed: _sealed,
    SerialRenewed: _renewed,
    ReceiptSigned: _signed,
    DayReport: _reported,
    DocumentDelivered: _delivered,
    DeliveryRepeated: _repeated,
}
