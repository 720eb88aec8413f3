"""Sealing: nothing is left to pay, and the cart becomes a receipt with all by value (D4, D16)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from skrin.domain.article import StoreCard
from skrin.domain.cart import Cart, CartLine
from skrin.domain.payment import Payment
from skrin.domain.receipt import SALE, ReceiptLine, ReceiptSealed, Seller


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a receipt takes from the series, and the id made for it."""

    receipt_id: str
    number: int
    message_serial: int


def seller_of(store: StoreCard) -> Seller:
    """The shop as printed."""
    return Seller(
        store.company_name, store.org_number, store.store_name, store.address, store.phone
    )


def seal(
    cart: Cart,
    payments: Sequence[Payment],
    store: StoreCard,
    designation: str,
    cashier: str,
    numbers: Numbers,
    rate_of: Callable[[str], int],
) -> ReceiptSealed:
    """The sealed sale of `cart`; `rate_of` gives a VAT class its rate on the day of sealing (D41).

    The payments must settle the cart's total exactly: anything else is a bug.
    """
    total_minor = cart.total_minor
    settled_minor = sum(paid.settled_minor for paid in payments)
    assert settled_minor == total_minor, f"{settled_minor} settled of {total_minor}"
    rows, line_vat = cart.rates(rate_of)
    lines = tuple(
        _receipt_line(line, rate_of(line.vat_class(cart.way)), vat_minor)
        for line, vat_minor in zip(cart.lines, line_vat, strict=True)
    )
    return ReceiptSealed(
        receipt_id=numbers.receipt_id,
        kind=SALE,
        number=numbers.number,
        cart_id=cart.cart_id,
        designation=designation,
        seller=seller_of(store),
        currency=store.currency,
        way=cart.way,
        cashier=cashier,
        lines=lines,
        vat=tuple(rows),
        payments=tuple(payments),
        total_minor=total_minor,
        rounding_minor=sum(paid.rounding_minor for paid in payments),
        tip_minor=sum(paid.tip_minor for paid in payments),
        discount_minor=0,
        reduced_count=cart.reduced_count,
        reduced_minor=cart.reduced_minor,
        message_serial=numbers.message_serial,
        header=store.header,
        footer=store.footer,
    )


def _receipt_line(line: CartLine, rate_bp: int, vat_minor: int) -> ReceiptLine:
    return ReceiptLine(
        line.line,
        line.article,
        line.number,
        line.name,
        line.group,
        line.group_name,
        line.item_kind,
        line.unit,
        line.decimals,
        line.quantity_milli,
        line.unit_price_minor,
        line.amount_minor,
        0,
        rate_bp,
        vat_minor,
        line.cost_minor,
        line.rung_at_utc_ms,
    )
