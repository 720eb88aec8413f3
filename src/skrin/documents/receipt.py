"""The receipt as blocks: everything of SKVFS 2014:9 7:1, in the order of docs/fiscal/se.md.

It shows what the entries say and computes nothing but signs: a return's figures are positive in its
entry and negative on paper.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from skrin.documents.blocks import (
    Block,
    Centered,
    Code,
    Line,
    Mark,
    Picture,
    Qr,
    Rule,
    Slip,
    Space,
    Table,
)
from skrin.documents.figures import amount, day_and_time, rate
from skrin.documents.gift_card import load_blocks, part_blocks, taxed_blocks
from skrin.documents.labels import RECEIPT, ReceiptWords
from skrin.documents.receipt_head import seller_blocks
from skrin.domain.beside import CopySealed
from skrin.domain.cart import PART, Origin
from skrin.domain.entry import NORMAL
from skrin.domain.giftcard import REDEEMED, masked
from skrin.domain.paper import Logo
from skrin.domain.payment import Payment
from skrin.domain.quantity import ONE, line_amount, quantity_text
from skrin.domain.receipt import (
    COPY,
    PRO_FORMA,
    RETURN,
    FiscalMark,
    ReceiptLine,
    ReceiptSealed,
    SignedReceipt,
)

_INDENT = 2


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy of a receipt and the mark that it was registered under; the time is of its sealing."""

    copy: CopySealed
    mark: FiscalMark
    at_utc_ms: int
    utc_offset_min: int


@dataclass(frozen=True, slots=True)
class Look:
    """What a store puts on its papers beside words: its logo, and whether a QR code stands on a
    receipt by which the till finds it again. No part of the receipt: nothing of it is journaled."""

    logo: Logo | None = None
    shows_code: bool = False


PLAIN = Look()


def receipt_code(sealed: ReceiptSealed) -> str:
    """What a scanner reads on a receipt: `R:<designation>:<number>`."""
    return f"R:{sealed.designation}:{sealed.number}"


def copy_blocks(copied: Copied, *, language: str = "", look: Look = PLAIN) -> list[Block]:
    """The blocks of a copy: the receipt as it was, marked, with the copy's own number and mark."""
    return receipt_blocks(copied.copy.original, language=language, copied=copied, look=look)


def receipt_blocks(
    signed: SignedReceipt,
    *,
    electronic: bool = False,
    language: str = "",
    copied: Copied | None = None,
    look: Look = PLAIN,
    archive: bool = False,
) -> list[Block]:
    """The blocks of a signed receipt, or of a pro forma (which is none, and says so).

    `electronic` adds the words that the law wants when the receipt is sent and not printed;
    `copied` makes a copy of it; `archive` a leaf of the shop's books that says that it is neither
    receipt nor copy, as of copies there may be one. `language`: empty = the receipt's own.
    """
    sealed = signed.sealed
    words = RECEIPT[language or sealed.language or "sv"]
    sign = -1 if sealed.kind == RETURN else 1
    return [
        *((Picture(look.logo),) if look.logo else ()),
        *seller_blocks(sealed.seller, words.org_number, words.phone),
        *(Centered(text) for text in sealed.header),
        *_marks(signed, words, electronic, copied),
        *((Space(), Mark(words.marks[PRO_FORMA]), Centered(words.archive)) if archive else ()),
        Space(),
        *(_copy_numbers(copied, words) if copied else ()),
        *_numbers(signed, words),
        Rule(),
        *_lines(sealed, sign, words),
        Rule(),
        *_totals(sealed, sign, words),
        *(block for paid in sealed.payments for block in _payment(paid, sign, words)),
        Rule(),
        *_vat(sealed, sign, words),
        Rule(),
        *_control(signed, words),
        *(_copy_control(copied.mark, words) if copied else ()),
        *_footer(sealed),
        *(_code(sealed) if look.shows_code and sealed.kind != PRO_FORMA else ()),
    ]


def _marks(
    signed: SignedReceipt, words: ReceiptWords, electronic: bool, copied: Copied | None
) -> Iterator[Block]:
    marks = [COPY] if copied else []
    if signed.mode != NORMAL:
        marks.append(signed.mode)
    if signed.sealed.kind in words.marks:
        marks.append(signed.sealed.kind)
    for mark in marks:
        yield Space()
        yield Mark(words.marks[mark])
    if electronic:
        yield Space()
        yield Centered(words.electronic, bold=True)


def _numbers(signed: SignedReceipt, words: ReceiptWords) -> Iterator[Block]:
    sealed = signed.sealed
    day, time = day_and_time(signed.sealed_at_utc_ms, signed.utc_offset_min)
    yield Line(day, time)
    number = words.pro_forma_number if sealed.kind == PRO_FORMA else words.number
    yield Line(f"{number} {sealed.number}", f"{words.register} {sealed.designation}")
    yield Line(f"{words.cashier} {sealed.cashier}", words.ways.get(sealed.way, ""))
    for origin in _origins(sealed):
        yield Line(_refers_to(origin, words))


def _copy_numbers(copied: Copied, words: ReceiptWords) -> Iterator[Block]:
    """When, where and as which of its series the copy was made; beneath stands the receipt."""
    day, time = day_and_time(copied.at_utc_ms, copied.utc_offset_min)
    copy = copied.copy
    yield Line(f"{words.copy_number} {copy.number}", f"{words.register} {copy.designation}")
    yield Line(f"{words.copy_made} {day}", time)
    yield Space()


def _lines(sealed: ReceiptSealed, sign: int, words: ReceiptWords) -> Iterator[Block]:
    """The lines, those that follow another (modifiers, parts of a deal, deposits) indented; then
    the texts of the whole receipt."""
    heads = {line.parent for line in sealed.lines if line.role == PART}
    apart = len(_origins(sealed)) > 1
    for line in sealed.lines:
        yield from _line(line, sign, words, is_deal=line.line in heads)
        if apart and line.origin:
            yield Line(_refers_to(line.origin, words), indent=_indent(line) + _INDENT)
    for note in sealed.notes:
        yield Line(note)


def _indent(line: ReceiptLine) -> int:
    return _INDENT if line.parent else 0


def _line(
    line: ReceiptLine, sign: int, words: ReceiptWords, *, is_deal: bool = False
) -> Iterator[Block]:
    """A line at its full price and, beneath it, its unit price, its text and what was taken off.

    Its share of a discount on the whole receipt stands with it too, because the sales amount of
    each article is what the law asks for (item 8). A deal has its price on its parts.
    """
    if line.gift and line.gift.cause == REDEEMED:
        # Not a payment and no discount: the goods were taxed with the card (ML 2023:200 2:26).
        yield Line(f"{line.name} {masked(line.gift.tail)}", amount(sign * line.amount_minor))
        yield from taxed_blocks(line.gift, _INDENT, words.language)
        return
    full_minor = line.amount_minor + line.discount_minor
    full = "" if is_deal and not full_minor else amount(sign * full_minor)
    quantity = quantity_text(line.quantity_milli, line.decimals)
    price = amount(line.unit_price_minor)
    indent = _indent(line)
    # Goods that come back at what was paid for them, which was less than their price; an öre is
    # the rounding of a part of a line (D12).
    less = line_amount(line.quantity_milli, line.unit_price_minor) - full_minor > 1
    said = f" {words.discounted}" if less else ""
    if line.decimals:
        yield Line(line.name, full, indent=indent)
        yield Line(f"{quantity} {line.unit} x {price}{said}", indent=indent + _INDENT)
    elif line.quantity_milli != ONE:
        yield Line(f"{quantity} x {line.name}", full, indent=indent)
        if full:
            yield Line(f"à {price}{said}", indent=indent + _INDENT)
    else:
        yield Line(line.name, full, indent=indent)
        if less:
            yield Line(f"à {price}{said}", indent=indent + _INDENT)
    if line.gift:
        yield from load_blocks(line.gift, indent + _INDENT, words.language)
    if line.note:
        yield Line(line.note, indent=indent + _INDENT)
    yield from _taken_off(line, sign, words)


def _taken_off(line: ReceiptLine, sign: int, words: ReceiptWords) -> Iterator[Block]:
    """The line's own discount with its text, and its share of those on the whole receipt."""
    indent = _indent(line) + _INDENT
    own_minor = line.line_discount_minor
    if own_minor:
        label = f"{words.discount} {line.line_discount_text}"
        yield Line(label, amount(-sign * own_minor), indent=indent)
    if line.discount_minor != own_minor:
        share_minor = line.discount_minor - own_minor
        yield Line(words.discount, amount(-sign * share_minor), indent=indent)


def _origins(sealed: ReceiptSealed) -> list[Origin]:
    """The receipts that goods come back from, each once."""
    found = {line.origin.receipt_id: line.origin for line in sealed.lines if line.origin}
    return list(found.values())


def _refers_to(origin: Origin, words: ReceiptWords) -> str:
    # As it stands on that paper, number before till: "VK1-1 2" would read as the till VK1-12.
    return f"{words.refers_to} {origin.number}, {words.register.lower()} {origin.designation}"


def _totals(sealed: ReceiptSealed, sign: int, words: ReceiptWords) -> Iterator[Block]:
    yield Line(words.total, amount(sign * sealed.total_minor))
    for row in sealed.discounts:
        percent = rate(row.percent_bp) if row.percent_bp else ""
        label = " ".join(filter(None, (words.of_which_discount, percent, row.text)))
        yield Line(label, amount(-sign * row.amount_minor))
    if sealed.rounding_minor:
        yield Line(words.rounding, amount(sign * sealed.rounding_minor))
    if sealed.tip_minor:
        yield Line(words.tip, amount(sign * sealed.tip_minor))
    label = words.to_pay_back if sealed.kind == RETURN else words.to_pay
    yield Line(f"{label} {sealed.currency}", amount(sign * sealed.to_pay_minor), bold=True)
    yield Space()


def _payment(paid: Payment, sign: int, words: ReceiptWords) -> Iterator[Block]:
    if paid.change_minor:
        yield Line(paid.name, amount(sign * paid.tendered_minor))
        yield Line(words.change, amount(sign * paid.change_minor))
    else:
        yield Line(paid.name, amount(sign * paid.amount_minor))
    if paid.gift:
        yield from part_blocks(paid.gift, _INDENT, words.language)
    if paid.card is None:
        return
    if paid.card.customer_slip:
        yield Space()
        yield Slip(paid.card.customer_slip)
        yield Space()
        return
    # A terminal that leaves the slip to the till: what is known of the card, so that a customer
    # finds the payment again in the bank's list.
    known = (
        (paid.card.brand, paid.card.masked_pan),
        (words.card_approval, paid.card.approval_code),
        (words.card_transaction, paid.card.acquirer_transaction_id),
        (words.card_terminal, paid.card.card_terminal_id),
    )
    for label, value in known:
        if value:
            yield Line(label, value, indent=_INDENT)


def _vat(sealed: ReceiptSealed, sign: int, words: ReceiptWords) -> Iterator[Block]:
    total_minor = sum(row.vat_minor for row in sealed.vat)
    yield Line(words.vat_total, amount(sign * total_minor))
    yield Table(
        words.vat_heading,
        tuple(
            (
                rate(row.rate_bp),
                amount(sign * row.net_minor),
                amount(sign * row.vat_minor),
                amount(sign * row.gross_minor),
            )
            for row in sealed.vat
        ),
    )


def _control(signed: SignedReceipt, words: ReceiptWords) -> Iterator[Block]:
    yield Line(words.control_unit, signed.mark.unit_id)
    if signed.mark.code:
        yield Code(words.control_code, signed.mark.code)


def _copy_control(mark: FiscalMark, words: ReceiptWords) -> Iterator[Block]:
    yield Line(words.copy_control_unit, mark.unit_id)
    if mark.code:
        yield Code(words.copy_control_code, mark.code)


def _footer(sealed: ReceiptSealed) -> Iterator[Block]:
    if sealed.footer:
        yield Space()
    for text in sealed.footer:
        yield Centered(text)


def _code(sealed: ReceiptSealed) -> Iterator[Block]:
    yield Space()
    yield Qr(receipt_code(sealed))
