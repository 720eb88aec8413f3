"""What a single-purpose gift card pays: goods of its VAT class, taken off their rate again.

VAT was due when the card was sold (ML 2023:200 7:18), and handing over the goods is no supply once
more (2:26, 7:35). So such a card is no means of payment: it is a deduction on the receipt, at the
rate of the goods, with the VAT that they would have carried. The worked table is in
docs/algorithms/giftcards.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from skrin.domain.cart import Cart
from skrin.domain.giftcard import Purpose
from skrin.domain.money import share
from skrin.domain.payment import Payment
from skrin.domain.pricing import RateOf, Side, price_cart
from skrin.domain.vat import VatRow, vat_within


@dataclass(frozen=True, slots=True)
class Deduction:
    """A part that a single-purpose card paid: what it takes off, and the VAT in that (both
    positive)."""

    payment: Payment
    purpose: Purpose
    rate_bp: int
    vat_minor: int

    @property
    def amount_minor(self) -> int:
        """What is taken off."""
        return self.payment.settled_minor


def purpose_of_payment(paid: Payment) -> Purpose | None:
    """What the card behind a payment is for; None for money and for a multi-purpose card."""
    return paid.gift.purpose if paid.gift else None


def is_money(paid: Payment) -> bool:
    """Whether a part is a payment when the receipt is sealed: not a single-purpose card's."""
    return purpose_of_payment(paid) is None


def payable_minor(cart: Cart, payments: Sequence[Payment], vat_class: str, rate_of: RateOf) -> int:
    """What of a cart a card for a VAT class can still pay: the goods of its class, less what other
    such cards pay already. A gift card is never bought with one."""
    goods_minor = sum(
        line.amount_minor
        for line in price_cart(cart, rate_of).sold.lines
        if line.line.gift is None and line.line.vat_class(cart.way) == vat_class
    )
    purposes = [(paid, purpose_of_payment(paid)) for paid in payments]
    taken_minor = sum(
        paid.settled_minor
        for paid, purpose in purposes
        if purpose and purpose.vat_class == vat_class
    )
    return max(0, goods_minor - taken_minor)


def deduct(
    side: Side, payments: Sequence[Payment], rate_of: RateOf
) -> tuple[tuple[VatRow, ...], tuple[Deduction, ...]]:
    """The VAT rows of what is sold after single-purpose cards, and what each of them takes off.

    VAT is computed once per rate on what is left of it (D10); what the row loses is shared to its
    cards by largest remainder. No rate may fall below zero: `payable_minor` was asked before.
    """
    purposes = [(paid, purpose_of_payment(paid)) for paid in payments]
    parts = [(paid, for_, rate_of(for_.vat_class)) for paid, for_ in purposes if for_]
    vat_of = [0] * len(parts)
    rows: list[VatRow] = []
    for row in side.vat:
        places = [i for i, (_, _, rate) in enumerate(parts) if rate == row.rate_bp]
        amounts = [parts[i][0].settled_minor for i in places]
        gross_minor = row.gross_minor - sum(amounts)
        assert gross_minor >= 0, "a card pays no more than the goods of its class"
        vat_minor = vat_within(gross_minor, row.rate_bp) if places else row.vat_minor
        rows.append(VatRow(row.rate_bp, gross_minor, vat_minor))
        for place, vat in zip(places, share(row.vat_minor - vat_minor, amounts), strict=True):
            vat_of[place] = vat
    taken = [
        Deduction(paid, for_, rate, vat)
        for (paid, for_, rate), vat in zip(parts, vat_of, strict=True)
    ]
    assert sum(row.gross_minor for row in rows) == side.total_minor - sum(
        one.amount_minor for one in taken
    ), "a card pays at a rate that is on the receipt"
    return tuple(rows), tuple(taken)
