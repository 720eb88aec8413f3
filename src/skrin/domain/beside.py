"""Documents beside a sale: the copy of a receipt, and the pro forma before one is paid.

Both are registered with the fiscal unit under a type and a number series of their own, and neither
is a sale. A copy is used up of the receipt's right in the entry that seals it (D21): what happens
to its paper afterwards changes nothing of that.
"""

from __future__ import annotations

from dataclasses import dataclass

from skrin.domain.receipt import Delivery, FiscalMark, ReceiptSealed, SignedReceipt
from skrin.domain.record import swift
from skrin.domain.report import TotalsRow
from skrin.domain.rights.terms import RightMove


@swift
@dataclass(frozen=True, slots=True)
class CopySealed:
    """`copy.sealed`: a copy has its number; the receipt stands in it by value (D4).

    `designation` and `number` are of the till that makes it, `key` is the receipt's own
    (`journaled.receipt_key`). `copy_id` is the id of the tap that asked for it, or of the
    order at the office.
    """

    copy_id: str
    number: int
    designation: str
    cashier: str
    original: SignedReceipt
    key: str
    message_serial: int
    rights: tuple[RightMove, ...] = ()
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class CopyDeclined:
    """`copy.declined`: a copy that was ordered at the office is not made here, and why: the code
    of the refusal, or of what the office said to the claim. `key` is the receipt's."""

    order_id: str
    key: str
    reason: str


@swift
@dataclass(frozen=True, slots=True)
class ProFormaSealed:
    """`pro_forma.sealed`: what the open cart comes to, for somebody who pays later. No receipt."""

    receipt: ReceiptSealed


@dataclass(frozen=True, slots=True)
class DocumentSigned:
    """`copy.signed`, `pro_forma.signed`: the unit's mark on it, and the intent to print it."""

    document_id: str
    number: int
    mark: FiscalMark
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class DocumentRefused:
    """`document.refused`: the unit will not have it, whatever is sent. Its number stays used, and
    so does the right of a copy; selling goes on."""

    document_id: str
    number: int
    unit_code: str


def copy_rows(sealed: CopySealed) -> list[TotalsRow]:
    """What a copy adds to its period: its number and its amount, absolute (item 13)."""
    return [TotalsRow("copies", "", "", 1, 0, abs(sealed.original.sealed.total_minor))]
