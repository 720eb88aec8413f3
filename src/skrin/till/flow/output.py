"""Documents on their way out: the bytes of a job, and what became of it (D17)."""

from __future__ import annotations

from skrin import documents
from skrin.domain.desk import Undelivered
from skrin.domain.receipt import (
    PRINTED,
    SAID_PRINTED,
    DeliveryRepeated,
    DocumentDelivered,
    SignedReceipt,
)
from skrin.sync.messages import Person
from skrin.till.devices.contract import Printer
from skrin.till.flow.till import Till


def signed_receipt(waiting: Undelivered) -> SignedReceipt:
    """The receipt of an undelivered document."""
    assert waiting.receipt and waiting.mark, "a receipt has its sealing and its mark"
    return SignedReceipt(
        waiting.receipt,
        waiting.mark,
        waiting.at_utc_ms,
        waiting.utc_offset_min,
        waiting.till_id,
        waiting.mode,
    )


def job(waiting: Undelivered, printer: Printer) -> bytes:
    """The bytes for the printer."""
    code_page = getattr(printer, "code_page", "cp858")
    columns = waiting.delivery.columns
    if waiting.report:
        return documents.report_escpos(
            waiting.report, waiting.at_utc_ms, waiting.utc_offset_min, columns, code_page
        )
    if waiting.slip:
        return documents.slip_escpos(
            waiting.slip,
            waiting.at_utc_ms,
            waiting.utc_offset_min,
            columns,
            code_page,
            drawer=waiting.opens_drawer,
        )
    return documents.receipt_escpos(
        signed_receipt(waiting), columns, code_page, drawer=waiting.opens_drawer
    )


def delivered(till: Till, delivery_id: str, outcome: str) -> None:
    """Commit that a document is out; said twice it is still out once."""

    def command() -> None:
        if any(u.delivery.delivery_id == delivery_id for u in till.desk.undelivered):
            with till.transaction(None) as tx:
                tx.append("document.delivered", DocumentDelivered(delivery_id, outcome))

    till.run(command)


def repeat(till: Till, delivery_id: str, cause: str) -> None:
    """Commit that a document is printed again whole, because the first try did not come out."""

    def command() -> None:
        if any(u.delivery.delivery_id == delivery_id for u in till.desk.undelivered):
            with till.transaction(None) as tx:
                tx.append("delivery.repeated", DeliveryRepeated(delivery_id, cause))

    till.run(command)


def said_printed(till: Till, actor: Person, delivery_id: str) -> None:
    """A person says that the document came out, after a restart that lost track of it."""

    def command() -> None:
        if any(u.delivery.delivery_id == delivery_id for u in till.desk.undelivered):
            with till.transaction(actor) as tx:
                tx.append("document.delivered", DocumentDelivered(delivery_id, SAID_PRINTED))

    till.run(command)


__all__ = ["PRINTED", "delivered", "job", "repeat", "said_printed", "signed_receipt"]
