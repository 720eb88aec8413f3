"""Sealing: nothing is left to pay, and the cart becomes a receipt with all by value (D4, D16).

Goods sold and goods that come back are two receipts, the return first (D8): each then carries a
payment "Kvittning" of the smaller total, and the difference is paid on the larger.

What a single-purpose gift card paid was taxed when the card was sold: on the receipt it is no
payment but a line that takes the goods off again (`single_purpose`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from skrin.domain.article import GIFT_CARD, StoreCard
from skrin.domain.cart import Cart
from skrin.domain.entry import TRAINING
from skrin.domain.giftcard import REDEEMED, GiftLoad
from skrin.domain.paper import FOOTER, FOOTER_LINES, HEADER, NO_MOMENT, Moment, lines_of
from skrin.domain.payment import SETTLEMENT, Payment
from skrin.domain.pricing import Priced, PricedLine, Side, line_discount, price_cart
from skrin.domain.receipt import (
    PRO_FORMA,
    RETURN,
    SALE,
    DiscountRow,
    ReceiptLine,
    ReceiptSealed,
    Seller,
)
from skrin.domain.refusal import Refusal
from skrin.domain.single_purpose import Deduction, deduct, is_money

SETTLEMENT_NAME = "Kvittning"
SETTLEMENT_METHOD = 0


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a receipt takes from the series, and the id made for it."""

    receipt_id: str
    number: int
    message_serial: int


@dataclass(frozen=True, slots=True)
class Sealing:
    """What every receipt of a cart carries beside the goods."""

    store: StoreCard
    designation: str
    cashier: str
    rate_of: Callable[[str], int]
    at: Moment = NO_MOMENT
    practice: bool = False

    def lines(self, place: str, kind: str) -> tuple[str, ...]:
        """What stands above or below a receipt of this kind now: the store's own lines, then the
        texts whose conditions hold."""
        store = self.store
        own = store.header if place == HEADER else store.footer[:FOOTER_LINES]
        asked = TRAINING if self.practice else kind
        return (*own, *lines_of(store.paper, place, asked, self.at))


def seller_of(store: StoreCard) -> Seller:
    """The shop as printed."""
    return Seller(
        store.company_name, store.org_number, store.store_name, store.address, store.phone
    )


def seal(
    cart: Cart, payments: Sequence[Payment], sealing: Sealing, next_numbers: Callable[[], Numbers]
) -> list[ReceiptSealed]:
    """The sealed receipts of `cart` in the order of their numbers: a return, a sale, or both.

    `payments` settle the cart's total exactly (negative ones give money back): anything else is a
    bug. `next_numbers` is called once for each receipt.
    """
    priced = price_cart(cart, sealing.rate_of)
    settled_minor = sum(paid.settled_minor for paid in payments)
    assert settled_minor == priced.total_minor, f"{settled_minor} of {priced.total_minor} settled"
    if not priced.back.lines:
        return [_receipt(cart, SALE, priced, payments, sealing, next_numbers())]
    if not priced.sold.lines:
        paid_out = [_turned(paid) for paid in payments]
        return [_receipt(cart, RETURN, priced, paid_out, sealing, next_numbers())]
    return _exchange(cart, priced, payments, sealing, next_numbers)


def pro_forma(cart: Cart, sealing: Sealing, numbers: Numbers) -> ReceiptSealed:
    """What the open cart comes to, as a receipt would say it, for somebody who pays later. Refused
    with `pro_forma_of_returns` while goods come back on it: those are paid out, not asked for."""
    priced = price_cart(cart, sealing.rate_of)
    if priced.back.lines:
        raise Refusal("pro_forma_of_returns")
    return _receipt(cart, PRO_FORMA, priced, (), sealing, numbers)


def _exchange(
    cart: Cart,
    priced: Priced,
    payments: Sequence[Payment],
    sealing: Sealing,
    next_numbers: Callable[[], Numbers],
) -> list[ReceiptSealed]:
    carded_minor = sum(paid.settled_minor for paid in payments if not is_money(paid))
    sold_minor = priced.sold.total_minor - carded_minor
    smaller_minor = min(sold_minor, priced.back.total_minor)
    pays = sold_minor >= priced.back.total_minor
    settled = _settlement(cart.cart_id, smaller_minor)
    returned_numbers, sold_numbers = next_numbers(), next_numbers()
    paid_out = [] if pays else [_turned(paid) for paid in payments]
    paid_in = list(payments) if pays else []
    returned = _receipt(cart, RETURN, priced, [settled, *paid_out], sealing, returned_numbers)
    sold = _receipt(cart, SALE, priced, [settled, *paid_in], sealing, sold_numbers)
    return [
        replace(returned, exchange_with=sold.receipt_id),
        replace(sold, exchange_with=returned.receipt_id),
    ]


def _settlement(cart_id: str, amount_minor: int) -> Payment:
    return Payment(
        f"{cart_id}-settled",
        SETTLEMENT_METHOD,
        SETTLEMENT,
        SETTLEMENT_NAME,
        amount_minor,
        amount_minor,
        0,
        0,
    )


def _turned(paid: Payment) -> Payment:
    """A payment out of the till, as a return receipt shows it: without the sign."""
    return replace(
        paid,
        amount_minor=-paid.amount_minor,
        tendered_minor=-paid.tendered_minor,
        rounding_minor=-paid.rounding_minor,
        tip_minor=-paid.tip_minor,
    )


def _receipt(
    cart: Cart,
    kind: str,
    priced: Priced,
    payments: Sequence[Payment],
    sealing: Sealing,
    numbers: Numbers,
) -> ReceiptSealed:
    sells = kind != RETURN
    side: Side = priced.sold if sells else priced.back
    store = sealing.store
    vat, carded = deduct(side, payments, sealing.rate_of) if sells else (side.vat, ())
    lines = [_receipt_line(line) for line in side.lines]
    lines += [_carded_line(cart.next_line + i, one) for i, one in enumerate(carded)]
    payments = [paid for paid in payments if is_money(paid)]
    rows = [
        DiscountRow(discount.text, discount.percent_bp, taken_minor)
        for discount, taken_minor in zip(cart.discounts, priced.receipt_discounts, strict=True)
    ]
    return ReceiptSealed(
        receipt_id=numbers.receipt_id,
        kind=kind,
        number=numbers.number,
        cart_id=cart.cart_id,
        designation=sealing.designation,
        seller=seller_of(store),
        currency=store.currency,
        way=cart.way,
        cashier=sealing.cashier,
        lines=tuple(lines),
        vat=vat,
        payments=tuple(payments),
        total_minor=side.total_minor - sum(one.amount_minor for one in carded),
        rounding_minor=sum(paid.rounding_minor for paid in payments),
        tip_minor=sum(paid.tip_minor for paid in payments),
        discount_minor=sum(line.discount_minor for line in side.lines) if sells else 0,
        reduced_count=cart.reduced_count if sells else 0,
        reduced_minor=cart.reduced_minor if sells else 0,
        message_serial=numbers.message_serial,
        header=sealing.lines(HEADER, kind),
        footer=sealing.lines(FOOTER, kind),
        notes=cart.notes,
        discounts=tuple(row for row in rows if row.amount_minor) if sells else (),
        language="" if store.paper.language == "sv" else store.paper.language,
    )


def _carded_line(line: int, one: Deduction) -> ReceiptLine:
    """What a single-purpose card paid, as a line below zero. Its quantity is none: no card is sold
    or comes back, so nothing is counted but the amount."""
    gift = one.payment.gift
    assert gift is not None, "a deduction has its card"
    load = GiftLoad(
        gift.key, gift.tail, REDEEMED, gift.valid_until, one.purpose.vat_class, gift.left_minor
    )
    return ReceiptLine(
        line=line,
        article=0,
        number=one.purpose.group_number,
        name=one.purpose.group_name,
        group=one.purpose.group,
        group_name=one.purpose.group_name,
        item_kind=GIFT_CARD,
        unit="st",
        decimals=0,
        quantity_milli=0,
        unit_price_minor=0,
        amount_minor=-one.amount_minor,
        discount_minor=0,
        rate_bp=one.rate_bp,
        vat_minor=-one.vat_minor,
        cost_minor=0,
        rung_at_utc_ms=0,
        returnable=False,
        gift=load,
    )


def _receipt_line(priced: PricedLine) -> ReceiptLine:
    line, item = priced.line, priced.line.item
    own_minor = 0
    own_text = ""
    if line.discount and not line.back:
        own_minor = line_discount(line)
        own_text = line.discount.text
    return ReceiptLine(
        line.line,
        item.article,
        item.number,
        item.name,
        item.group,
        item.group_name,
        item.kind,
        item.unit,
        item.decimals,
        line.quantity_milli,
        item.price_minor,
        priced.amount_minor,
        priced.discount_minor if not line.back else 0,
        priced.rate_bp,
        priced.vat_minor,
        item.cost_minor,
        line.rung_at_utc_ms,
        line.parent,
        item.role,
        line.note,
        own_minor,
        own_text,
        item.returnable,
        line.origin,
        line.gift,
    )
