"""Documents on their way out: the bytes of a job, and what became of it (D17)."""

from __future__ import annotations

from collections.abc import Sequence

from skrin import documents
from skrin.domain.desk import Undelivered
from skrin.domain.entry import Entry
from skrin.domain.paper import PLAIN_PAPER
from skrin.domain.receipt import (
    PRINTED,
    SAID_PRINTED,
    DeliveryRepeated,
    DocumentDelivered,
    FiscalMark,
    SignedReceipt,
)
from skrin.sync.messages import Person
from skrin.till.devices.contract import Printer
from skrin.till.flow import gift_codes
from skrin.till.flow.gift_codes import Slip
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


def pro_forma(waiting: Undelivered) -> SignedReceipt:
    """A pro forma with its mark: set as a receipt is, under its own name."""
    assert waiting.pro_forma, "a pro forma has its sealing"
    return SignedReceipt(
        waiting.pro_forma.receipt,
        _mark(waiting),
        waiting.at_utc_ms,
        waiting.utc_offset_min,
        waiting.till_id,
        waiting.mode,
    )


def _mark(waiting: Undelivered) -> FiscalMark:
    assert waiting.mark, "what is printed has its mark"
    return waiting.mark


def look_of(till: Till) -> documents.Look:
    """What the store puts on its papers now beside words."""
    paper = till.registers.store.paper if till.registers.store else PLAIN_PAPER
    return documents.Look(paper.logo, paper.shows_code)


def job(
    waiting: Undelivered,
    printer: Printer,
    slips: Sequence[Slip] = (),
    entries: Sequence[Entry] = (),
    look: documents.Look = documents.PLAIN,
) -> bytes:
    """The bytes for the printer: the document, then what a customer signs, then the cards that
    it sells, each on a slip of its own. `entries`: those of a part of the journal."""
    code_page = getattr(printer, "code_page", "cp858")
    columns = printer.columns  # Of the paper that it goes on, also when it was meant for another.
    if waiting.report:
        return documents.report_escpos(
            waiting.report, waiting.at_utc_ms, waiting.utc_offset_min, columns, code_page
        )
    if waiting.copy:
        copied = documents.Copied(
            waiting.copy, _mark(waiting), waiting.at_utc_ms, waiting.utc_offset_min
        )
        return documents.copy_escpos(copied, columns, code_page, look=look)
    if waiting.pro_forma:
        return documents.receipt_escpos(pro_forma(waiting), columns, code_page, look=look)
    if waiting.copied:
        return documents.report_copy_escpos(
            waiting.copied, waiting.at_utc_ms, waiting.utc_offset_min, columns, code_page
        )
    if waiting.journal:
        return documents.journal_escpos(waiting.journal, entries, columns, code_page)
    if waiting.slip:
        return documents.slip_escpos(
            waiting.slip,
            waiting.at_utc_ms,
            waiting.utc_offset_min,
            columns,
            code_page,
            drawer=waiting.opens_drawer,
        )
    signed = signed_receipt(waiting)
    opens = waiting.opens_drawer
    paper = documents.receipt_escpos(signed, columns, code_page, drawer=opens, look=look)
    cards = b"".join(_slip(signed, slip, columns, code_page) for slip in slips)
    return paper + _to_sign(signed, columns, code_page) + cards


def _to_sign(signed: SignedReceipt, columns: int, code_page: str) -> bytes:
    """The merchant's slips that a customer is to sign, where the card terminal told of it with its
    answer: it has been charged, the paper is for the shop."""
    cards = [paid.card for paid in signed.sealed.payments if paid.card and paid.card.signature]
    return b"".join(
        documents.card_slip_escpos(card.merchant_slip, columns, code_page, signs=True)
        for card in cards
        if card.merchant_slip
    )


def _slip(signed: SignedReceipt, slip: Slip, columns: int, code_page: str) -> bytes:
    return documents.gift_card_escpos(
        documents.GiftCardSlip(
            signed.sealed.seller,
            slip.code,
            slip.amount_minor,
            slip.currency,
            slip.valid_until,
            slip.taxed_bp,
            signed.sealed.number,
            signed.mode,
        ),
        columns,
        code_page,
    )


def delivered(till: Till, delivery_id: str, outcome: str) -> None:
    """Commit that a document is out; said twice it is still out once."""

    def command() -> None:
        if any(u.delivery.delivery_id == delivery_id for u in till.desk.undelivered):
            with till.transaction(None) as tx:
                tx.append("document.delivered", DocumentDelivered(delivery_id, outcome))
                _forget_codes(till, delivery_id)

    till.run(command)


def _forget_codes(till: Till, delivery_id: str) -> None:
    for waiting in till.desk.undelivered:
        if waiting.delivery.delivery_id == delivery_id:
            gift_codes.forget(till, waiting)


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
                _forget_codes(till, delivery_id)

    till.run(command)


__all__ = ["PRINTED", "delivered", "job", "look_of", "repeat", "said_printed", "signed_receipt"]
