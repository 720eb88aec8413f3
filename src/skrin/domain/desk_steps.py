"""The steps of the desk: what each kind of entry does to what lies on the counter.

The way of a sale is `skrin.domain.sale.TRANSITIONS`; an entry that cannot happen in the state that
the desk is in is a bug, and is said so instead of being folded.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from skrin.domain.beside import CopySealed, DocumentRefused, DocumentSigned, ProFormaSealed
from skrin.domain.cart import (
    CartAborted,
    CartDiscounted,
    CartEvent,
    CartFetched,
    CartNoted,
    CartParked,
    CartUndiscounted,
    CartUnnoted,
    LineAdded,
    LineChanged,
    LineDiscounted,
    LineNoted,
    LineRemoved,
    LineRepriced,
    WayChosen,
    apply_to_cart,
)
from skrin.domain.cash import CashMoved
from skrin.domain.desk import (
    Attempt,
    Desk,
    Finished,
    Pending,
    Registering,
    ReturnModeSet,
    TrainingSet,
    Undelivered,
)
from skrin.domain.entry import Header
from skrin.domain.payment import (
    APPROVED,
    REFUND,
    UNKNOWN,
    Payment,
    PaymentBegun,
    PaymentDecided,
    PaymentGivenBack,
    PaymentTaken,
)
from skrin.domain.receipt import (
    SAID_NOT_OUT,
    Delivery,
    DeliveryRepeated,
    DocumentDelivered,
    ReceiptSealed,
    ReceiptSigned,
    SerialRenewed,
)
from skrin.domain.record import replace
from skrin.domain.report import DayReport, JournalPart, ReportCopied
from skrin.domain.sale import OPEN, PAYING, SEALED, STUCK, leads_to


def apply(desk: Desk, header: Header, body: object) -> Desk:
    """The desk after an entry. Kinds that do not concern a sale leave it as it is."""
    step = _STEPS.get(type(body))
    return step(desk, header, body) if step else desk


def _cart_event(desk: Desk, header: Header, event: CartEvent) -> Desk:
    cart = apply_to_cart(desk.cart, event, header.seq, header.at_utc_ms)
    return replace(
        desk,
        state=leads_to(desk.state, "rung"),
        cart=cart,
        finished=None,
        declined="",
        refused=None,
    )


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
        refused=None,
        tried=frozenset(),
    )


def _begun(desk: Desk, header: Header, begun: PaymentBegun) -> Desk:
    return replace(
        desk,
        state=leads_to(desk.state, "money begun"),
        attempt=Attempt(begun, header.seq, at_utc_ms=header.at_utc_ms),
        declined="",
        refused=None,
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
        return replace(
            desk,
            state=leads_to(desk.state, _no_event(desk)),
            attempt=None,
            declined=_why_not(attempt.begun, decided),
            tried=desk.tried | {decided.attempt_id},
        )
    if attempt.begun.undoes:
        settled = replace(desk, state=PAYING, attempt=None, declined=attempt.begun.cause)
        return _backed_out(settled, attempt.begun.undoes)
    event = "found charged" if desk.state == STUCK else "part settled"
    return replace(
        desk,
        state=leads_to(desk.state, event),
        attempt=None,
        payments=(*desk.payments, _card_payment(attempt.begun, decided)),
    )


def _why_not(begun: PaymentBegun, decided: PaymentDecided) -> str:
    """What the screen says; the entry has the provider's words where money did not come out."""
    if begun.undoes:
        return "not_reversed"
    return "not_refunded" if begun.purpose == REFUND else decided.reason


def _card_payment(begun: PaymentBegun, decided: PaymentDecided) -> Payment:
    """The payment of an approved attempt; money back has a negative amount."""
    sign = -1 if begun.amount_minor < 0 else 1
    got_minor = sign * decided.amount_minor
    tip_minor = max(0, got_minor - begun.amount_minor) if sign > 0 else 0
    return Payment(
        begun.attempt_id,
        begun.method,
        begun.method_kind,
        begun.method_name,
        got_minor,
        got_minor,
        0,
        0,
        tip_minor,
        card=decided.card,
    )


def _backed_out(desk: Desk, payment_id: str) -> Desk:
    left = tuple(paid for paid in desk.payments if paid.payment_id != payment_id)
    event = "part backed out" if left else "last part backed out"
    return replace(desk, state=leads_to(desk.state, event), payments=left)


def _given_back(desk: Desk, header: Header, body: PaymentGivenBack) -> Desk:
    return _backed_out(desk, body.payment_id)


def _parked(desk: Desk, header: Header, body: CartParked) -> Desk:
    leads_to(desk.state, "parked")
    return replace(desk, state=OPEN, cart=None, finished=None, declined="", refused=None)


def _fetched(desk: Desk, header: Header, body: CartFetched) -> Desk:
    assert desk.cart is None or not desk.cart.lines, "one cart on the counter"
    return replace(
        desk,
        state=OPEN,
        cart=replace(body.cart, first_seq=header.seq),
        finished=None,
        declined="",
        refused=None,
    )


def _return_mode(desk: Desk, header: Header, body: ReturnModeSet) -> Desk:
    return replace(desk, return_mode=body.mode)


def _training(desk: Desk, header: Header, body: TrainingSet) -> Desk:
    assert desk.cart is None and not desk.pending, "practice begins and ends at an empty counter"
    return replace(desk, training=body.on, finished=None, declined="", refused=None)


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
        taken.tip_minor,
        taken.drawer,
        gift=taken.gift,
    )
    return replace(
        desk,
        state=leads_to(desk.state, "money begun"),
        payments=(*desk.payments, payment),
        payer=header.user,
    )


def _sealed(desk: Desk, header: Header, sealed: ReceiptSealed) -> Desk:
    if desk.state != SEALED:
        leads_to(desk.state, "nothing to pay" if desk.state == OPEN else "all settled")
    first = desk.pending[0].first_seq if desk.pending else header.seq
    pending = Pending(
        sealed,
        sealed.message_serial,
        header.seq,
        desk.cart.first_seq if desk.cart else first,
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
        pending=(*desk.pending, pending),
        declined="",
        refused=None,
        tried=frozenset(),
        return_mode="off" if desk.return_mode == "once" else desk.return_mode,
    )


def _renewed(desk: Desk, header: Header, renewed: SerialRenewed) -> Desk:
    waiting = desk.registering
    if waiting and waiting.document_id == renewed.receipt_id:
        return replace(desk, registering=replace(waiting, message_serial=renewed.message_serial))
    assert desk.pending and desk.pending[0].sealed.receipt_id == renewed.receipt_id
    first = replace(desk.pending[0], message_serial=renewed.message_serial)
    return replace(desk, pending=(first, *desk.pending[1:]))


def _signed(desk: Desk, header: Header, signed: ReceiptSigned) -> Desk:
    assert desk.pending, "a receipt is signed after it was sealed"
    pending, left = desk.pending[0], desk.pending[1:]
    assert pending.sealed.receipt_id == signed.receipt_id, "receipts are signed in their order"
    leads_to(desk.state, "one of two marked" if left else "mark came")
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
    both = (*desk.signed, waiting)
    if left:
        return replace(desk, pending=left, signed=both)
    return replace(
        desk,
        state=OPEN,
        pending=(),
        signed=(),
        undelivered=(*desk.undelivered, *both),
        finished=Finished(
            tuple(done.receipt for done in both if done.receipt),
            tuple(done.delivery.delivery_id for done in both),
        ),
    )


def _copy_sealed(desk: Desk, header: Header, sealed: CopySealed) -> Desk:
    waiting = _registering(header, sealed.copy_id, sealed.number, sealed.message_serial)
    return replace(desk, registering=replace(waiting, copy=sealed), refused=None)


def _pro_forma_sealed(desk: Desk, header: Header, sealed: ProFormaSealed) -> Desk:
    made = sealed.receipt
    waiting = _registering(header, made.receipt_id, made.number, made.message_serial)
    return replace(desk, registering=replace(waiting, pro_forma=sealed), refused=None)


def _registering(header: Header, document_id: str, number: int, serial: int) -> Registering:
    return Registering(
        document_id,
        number,
        serial,
        header.seq,
        header.at_utc_ms,
        header.utc_offset_min,
        header.business_day,
        header.period,
        header.till,
        header.mode,
    )


def _document_signed(desk: Desk, header: Header, signed: DocumentSigned) -> Desk:
    made = desk.registering
    assert made and made.document_id == signed.document_id, "one at a time is registered"
    waiting = Undelivered(
        signed.delivery,
        signed.number,
        made.seq,
        made.seq,
        made.at_utc_ms,
        made.utc_offset_min,
        made.till_id,
        made.mode,
        mark=signed.mark,
        copy=made.copy,
        pro_forma=made.pro_forma,
    )
    return _paper_waits(replace(desk, registering=None), waiting)


def _document_refused(desk: Desk, header: Header, body: DocumentRefused) -> Desk:
    assert desk.registering and desk.registering.document_id == body.document_id
    return replace(desk, registering=None, refused=body)


def _reported(desk: Desk, header: Header, report: DayReport) -> Desk:
    if report.delivery is None:
        return desk
    return _paper_waits(desk, _paper(header, report.delivery, report.number, report=report))


def _copied(desk: Desk, header: Header, body: ReportCopied) -> Desk:
    if body.delivery is None:
        return desk
    return _paper_waits(desk, _paper(header, body.delivery, body.report.number, copied=body))


def _journal_part(desk: Desk, header: Header, body: JournalPart) -> Desk:
    if body.delivery is None:
        return desk
    return _paper_waits(desk, _paper(header, body.delivery, 0, journal=body))


def _cash_moved(desk: Desk, header: Header, moved: CashMoved) -> Desk:
    if moved.delivery is None:
        return desk
    return _paper_waits(desk, _paper(header, moved.delivery, moved.number, slip=moved))


def _paper(
    header: Header,
    delivery: Delivery,
    number: int,
    report: DayReport | None = None,
    slip: CashMoved | None = None,
    copied: ReportCopied | None = None,
    journal: JournalPart | None = None,
) -> Undelivered:
    """What an entry that is a document by itself has to bring out."""
    return Undelivered(
        delivery,
        number,
        header.seq,
        header.seq,
        header.at_utc_ms,
        header.utc_offset_min,
        header.till,
        header.mode,
        report=report,
        opens_drawer=delivery.drawer,
        slip=slip,
        copied=copied,
        journal=journal,
    )


def _paper_waits(desk: Desk, waiting: Undelivered) -> Desk:
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
    **dict.fromkeys(
        (
            LineAdded,
            LineChanged,
            LineRemoved,
            LineDiscounted,
            LineRepriced,
            LineNoted,
            CartDiscounted,
            CartUndiscounted,
            CartNoted,
            CartUnnoted,
            WayChosen,
        ),
        _cart_event,
    ),
    CartAborted: _aborted,
    CartParked: _parked,
    CartFetched: _fetched,
    ReturnModeSet: _return_mode,
    TrainingSet: _training,
    PaymentBegun: _begun,
    PaymentDecided: _decided,
    PaymentTaken: _taken,
    PaymentGivenBack: _given_back,
    ReceiptSealed: _sealed,
    SerialRenewed: _renewed,
    ReceiptSigned: _signed,
    CopySealed: _copy_sealed,
    ProFormaSealed: _pro_forma_sealed,
    DocumentSigned: _document_signed,
    DocumentRefused: _document_refused,
    DayReport: _reported,
    ReportCopied: _copied,
    JournalPart: _journal_part,
    CashMoved: _cash_moved,
    DocumentDelivered: _delivered,
    DeliveryRepeated: _repeated,
}
