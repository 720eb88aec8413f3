"""The receipt: its sealed and signed entries carry by value what the law wants on paper (D4)."""

from __future__ import annotations

from dataclasses import dataclass

from skrin.domain.cart import Origin
from skrin.domain.giftcard import REDEEMED, GiftLoad
from skrin.domain.payment import Payment
from skrin.domain.record import swift
from skrin.domain.rights.terms import RightMove
from skrin.domain.vat import VatRow

SALE, RETURN, COPY, PRO_FORMA = "sale", "return", "copy", "pro_forma"


@dataclass(frozen=True, slots=True)
class Seller:
    """Who sells and where, as printed: the names and numbers of the day of the sale."""

    company_name: str
    org_number: str
    store_name: str
    address: tuple[str, ...]
    phone: str


@swift
@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """A line as sold: `amount_minor` after discounts; `vat_minor` its share of the rate's VAT."""

    line: int
    article: int
    number: str
    name: str
    group: int
    group_name: str
    item_kind: str
    unit: str
    decimals: int
    quantity_milli: int
    unit_price_minor: int
    amount_minor: int
    discount_minor: int
    rate_bp: int
    vat_minor: int
    cost_minor: int
    rung_at_utc_ms: int
    parent: int = 0
    role: str = ""
    note: str = ""
    line_discount_minor: int = 0
    line_discount_text: str = ""
    returnable: bool = True
    origin: Origin | None = None
    gift: GiftLoad | None = None


@dataclass(frozen=True, slots=True)
class DiscountRow:
    """A discount on the whole receipt as printed: its text and what it took off."""

    text: str
    percent_bp: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a document is to leave: `columns` characters wide on `printer`, or another channel."""

    delivery_id: str
    channel: str
    printer: str
    columns: int
    drawer: bool = False


@swift
@dataclass(frozen=True, slots=True)
class ReceiptSealed:
    """`receipt.sealed`: nothing is left to pay; the receipt has its number, never abandoned (D16).

    `message_serial` is the number of the message to the fiscal unit: stored before the first send.
    Figures of a return are positive here; the kind tells the direction. `language` of its words,
    empty = Swedish.
    """

    receipt_id: str
    kind: str
    number: int
    cart_id: str
    designation: str
    seller: Seller
    currency: str
    way: str
    cashier: str
    lines: tuple[ReceiptLine, ...]
    vat: tuple[VatRow, ...]
    payments: tuple[Payment, ...]
    total_minor: int
    rounding_minor: int
    tip_minor: int
    discount_minor: int
    reduced_count: int
    reduced_minor: int
    message_serial: int
    header: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    discounts: tuple[DiscountRow, ...] = ()
    exchange_with: str = ""
    rights: tuple[RightMove, ...] = ()
    language: str = ""

    @property
    def to_pay_minor(self) -> int:
        """What was really paid: the total, the cash rounding and the tip."""
        return self.total_minor + self.rounding_minor + self.tip_minor

    @property
    def ways_paid(self) -> str:
        """What paid it, each name once: payments, and gift cards that were taxed when sold."""
        names = [paid.name for paid in self.payments]
        names += [line.name for line in self.lines if line.gift and line.gift.cause == REDEEMED]
        return ", ".join(dict.fromkeys(names))


@swift
@dataclass(frozen=True, slots=True)
class FiscalMark:
    """What the fiscal unit gave: the proof that this receipt is registered, and by which unit.

    `code` is opaque (a control code, a signature); `attempts` counts the sends it took, so that a
    second registration of the same receipt can be explained when figures are compared (D16). A run
    of the program that ended before the mark came counts as one send, heard or not.
    """

    unit_id: str
    code: str
    main_status: str
    storage_status: str
    message_serial: int
    attempts: int
    paper_is_out: bool = False


@dataclass(frozen=True, slots=True)
class SerialRenewed:
    """`serial.renewed`: "invalid sequence", so the same receipt goes with a new serial (D16)."""

    receipt_id: str
    number: int
    message_serial: int


@dataclass(frozen=True, slots=True)
class ReceiptSigned:
    """`receipt.signed`: the mark, and the intent to deliver."""

    receipt_id: str
    number: int
    mark: FiscalMark
    delivery: Delivery


PRINTED, SAID_PRINTED, ELECTRONIC = "printed", "said_printed", "electronic"
"""How a document came out: the printer said so, a person said so, or it was sent."""


@dataclass(frozen=True, slots=True)
class DocumentDelivered:
    """`document.delivered`: the document is out. `learnt_by` says who knew (see PRINTED ...)."""

    delivery_id: str
    outcome: str


PRINTER_LOST_IT, SAID_NOT_OUT, OTHER_PRINTER = "printer_lost_it", "said_not_out", "other_printer"
"""Why a document is printed again: the printer forgot the rest, or a person saw no paper."""


@dataclass(frozen=True, slots=True)
class DeliveryRepeated:
    """`delivery.repeated`: printed again, whole, because the first try did not come out whole."""

    delivery_id: str
    cause: str


@dataclass(frozen=True, slots=True)
class SignedReceipt:
    """A receipt with its mark, as documents show it. Times are of the sealing."""

    sealed: ReceiptSealed
    mark: FiscalMark
    sealed_at_utc_ms: int
    utc_offset_min: int
    till_id: str
    mode: str
