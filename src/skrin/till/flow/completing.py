"""Completing a sale: seal, have it marked, sign; each is a commit, and no way back (D16)."""

from __future__ import annotations

from collections.abc import Callable

from skrin.domain.closing import local_time
from skrin.domain.counting import practice_row
from skrin.domain.crediting import credits_of
from skrin.domain.desk import Desk, Pending
from skrin.domain.entry import TRAINING
from skrin.domain.paper import Moment
from skrin.domain.receipt import (
    SALE,
    Delivery,
    FiscalMark,
    ReceiptSigned,
    SerialRenewed,
)
from skrin.domain.report import receipt_rows
from skrin.domain.sale import OPEN, PAYING
from skrin.domain.sealing import Numbers, Sealing, seal
from skrin.fiscal.contract import MarkRequest
from skrin.sync.messages import Person
from skrin.till.flow import rights
from skrin.till.flow.till import Till, Transaction

MESSAGE_SERIES = "message"
"""The series of messages to the control unit; apart from the receipts' own (facts: sweden 3.4)."""

REGISTER_NORMAL, REGISTER_TRAINING = "normal", "ovning"


def sealing_now(tx: Transaction, actor: Person) -> Sealing:
    """What every receipt sealed in this commit carries beside the goods."""
    till, at = tx.till, local_time(tx.at.utc_ms, tx.at.offset_min)
    return Sealing(
        till.store,
        till.identity.seat.designation,
        actor.display_name,
        till.rate_of,
        Moment(at.date().isoformat(), at.hour * 60 + at.minute, at.isoweekday()),
        till.desk.training,
    )


def nothing_left(desk: Desk) -> bool:
    """Whether the open cart is paid, so that its receipt can be sealed."""
    return (
        desk.state == PAYING
        and desk.attempt is None
        and desk.cart is not None
        and desk.left_minor == 0
    )


def seal_cart(till: Till, actor: Person, *, free: bool = False) -> None:
    """Seal the open cart when nothing is left to pay; else do nothing.

    `free`: the cashier asked for a receipt of a cart that costs nothing. An exchange is two
    receipts in one commit, the return first (D8).
    """

    def command() -> None:
        desk = till.desk
        asked = free and desk.state == OPEN and desk.cart and desk.cart.lines
        if not (nothing_left(desk) or (asked and desk.left_minor == 0)):
            return
        if asked:
            rights.check_payable(till)
        assert desk.cart is not None
        with till.transaction(actor) as tx:

            def next_numbers() -> Numbers:
                return Numbers(
                    till.clock.new_id(),
                    tx.next_number(till.country.series_of(TRAINING if desk.training else SALE)),
                    tx.next_number(MESSAGE_SERIES),
                )

            sealing = sealing_now(tx, actor)
            receipts = seal(desk.cart, desk.payments, sealing, next_numbers)
            for sealed in rights.sealing(till, desk.cart, receipts):
                tx.append("receipt.sealed", sealed)

    till.run(command)


def mark_request(pending: Pending) -> MarkRequest:
    """What the control unit is told: the same for the same pending receipt, always (D16)."""
    at = local_time(pending.at_utc_ms, pending.utc_offset_min)
    return MarkRequest(
        pending.sealed,
        at.replace(tzinfo=None).isoformat(timespec="seconds"),
        REGISTER_TRAINING if pending.mode == TRAINING else REGISTER_NORMAL,
        pending.message_serial,
    )


def renew_serial(till: Till, pending: Pending) -> None:
    """The unit said "invalid sequence": the same receipt gets a new message serial (D16)."""

    def command() -> None:
        now = till.desk.pending[0] if till.desk.pending else None
        if now is None or now.message_serial != pending.message_serial:
            return
        with till.transaction(None) as tx:
            serial = tx.next_number(MESSAGE_SERIES)
            sealed = pending.sealed
            tx.append("serial.renewed", SerialRenewed(sealed.receipt_id, sealed.number, serial))

    till.run(command)


def sign(till: Till, pending: Pending, mark: FiscalMark, fresh: Callable[[str], None]) -> None:
    """Commit the mark, the totals of the receipt's own period and the intent to deliver.

    `fresh` hears the delivery's id before the commit takes effect: what this process signed, and
    nothing else, may be printed without asking a person (D17).
    """

    def command() -> None:
        now = till.desk.pending[0] if till.desk.pending else None
        if now is None or now.sealed.receipt_id != pending.sealed.receipt_id:
            return
        sealed = pending.sealed
        with till.transaction(None) as tx:
            delivery = Delivery(
                till.clock.new_id(),
                "print",
                "receipt",
                till.devices.printer.columns if till.devices.printer else 42,
                any(paid.drawer for paid in sealed.payments),
            )
            header = tx.append(
                "receipt.signed", ReceiptSigned(sealed.receipt_id, sealed.number, mark, delivery)
            )
            fresh(delivery.delivery_id)
            for credit in credits_of(sealed) if pending.mode != TRAINING else ():
                tx.append("giftcard.credited", credit)
            if pending.mode == TRAINING:
                tx.count([practice_row(sealed)], pending.business_day, pending.period)
                return
            tx.count(receipt_rows(sealed), pending.business_day, pending.period)
            till.file.add_receipt(
                sealed.number,
                pending.business_day,
                sealed.kind,
                pending.seq,
                header.seq,
                pending.at_utc_ms,
                sealed.total_minor,
                sealed.ways_paid,
            )

    till.run(command)
