"""Copies and pro formas on their way: told to the control unit, signed, and given to the printer.

The same lane and the same rule as for a receipt: the same bytes until the unit has answered, the
mark committed before anything is printed (D16, D17). But neither is a sale: where a unit says that
it will never have one, it is given up and selling goes on.
"""

from __future__ import annotations

from collections.abc import Callable

from skrin.domain.beside import DocumentRefused, DocumentSigned, copy_rows
from skrin.domain.closing import local_time
from skrin.domain.desk import Registering
from skrin.domain.receipt import Delivery, FiscalMark, SerialRenewed
from skrin.domain.record import replace
from skrin.fiscal.contract import MarkRequest
from skrin.till.flow.completing import MESSAGE_SERIES
from skrin.till.flow.till import Till, Transaction

REGISTER_COPY, REGISTER_PRO_FORMA = "kopia", "profo"


def next_serial(tx: Transaction) -> int:
    """The serial of the next message to the control unit: one series for all kinds."""
    return tx.next_number(MESSAGE_SERIES)


def mark_request(waiting: Registering) -> MarkRequest:
    """What the control unit is told: the same for the same document, always (D16).

    A copy is told under its own number, of the till that makes it and at the time when it does.
    """
    at = local_time(waiting.at_utc_ms, waiting.utc_offset_min)
    at_local = at.replace(tzinfo=None).isoformat(timespec="seconds")
    if waiting.copy:
        copy = waiting.copy
        receipt = replace(copy.original.sealed, number=copy.number, designation=copy.designation)
        return MarkRequest(receipt, at_local, REGISTER_COPY, waiting.message_serial)
    assert waiting.pro_forma, "a copy or a pro forma"
    receipt = waiting.pro_forma.receipt
    return MarkRequest(receipt, at_local, REGISTER_PRO_FORMA, waiting.message_serial)


def _now(till: Till, waiting: Registering) -> bool:
    now = till.desk.registering
    return now is not None and now.document_id == waiting.document_id


def renew_serial(till: Till, waiting: Registering) -> None:
    """The unit said "invalid sequence": the same document gets a new message serial (D16)."""

    def command() -> None:
        now = till.desk.registering
        if now is None or now.message_serial != waiting.message_serial:
            return
        with till.transaction(None) as tx:
            serial = next_serial(tx)
            renewed = SerialRenewed(waiting.document_id, waiting.number, serial)
            tx.append("serial.renewed", renewed)

    till.run(command)


def give_up(till: Till, waiting: Registering, unit_code: str) -> None:
    """Commit that the unit will not have this document, whatever is sent."""

    def command() -> None:
        if _now(till, waiting):
            with till.transaction(None) as tx:
                refused = DocumentRefused(waiting.document_id, waiting.number, unit_code)
                tx.append("document.refused", refused)

    till.run(command)


def sign(till: Till, waiting: Registering, mark: FiscalMark, fresh: Callable[[str], None]) -> None:
    """Commit the mark, what a copy adds to its period, and the intent to print.

    `fresh` hears the delivery's id: what this process signed may be printed without asking (D17).
    """

    def command() -> None:
        if not _now(till, waiting):
            return
        printer = till.devices.printer
        with till.transaction(None) as tx:
            delivery = Delivery(
                till.clock.new_id(), "print", "receipt", printer.columns if printer else 42
            )
            kind = "copy.signed" if waiting.copy else "pro_forma.signed"
            signed = DocumentSigned(waiting.document_id, waiting.number, mark, delivery)
            tx.append(kind, signed)
            fresh(delivery.delivery_id)
            if waiting.copy:
                tx.count(copy_rows(waiting.copy), waiting.business_day, waiting.period)

    till.run(command)
