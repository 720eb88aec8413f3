"""What a signed receipt puts on gift cards: the entries `giftcard.credited` beside it (rule 9)."""

from __future__ import annotations

from skrin.domain.giftcard import REDEEMED, REFUNDED
from skrin.domain.receipt import RETURN, SALE, ReceiptSealed
from skrin.domain.rights.terms import GiftCardCredited


def credits_of(sealed: ReceiptSealed) -> list[GiftCardCredited]:
    """Cards sold and topped up on a sale, and what a return pays back to cards, in order."""
    if sealed.kind == SALE:
        return [
            GiftCardCredited(
                line.gift.key,
                line.amount_minor,
                line.gift.cause,
                sealed.receipt_id,
                sealed.currency,
                line.gift.tail,
                line.gift.valid_until,
                line.rate_bp,
                line.gift.vat_class,
            )
            for line in sealed.lines
            if line.gift and line.gift.cause != REDEEMED and line.amount_minor
        ]
    if sealed.kind == RETURN:
        return [
            GiftCardCredited(
                paid.gift.key,
                paid.amount_minor,
                REFUNDED,
                sealed.receipt_id,
                sealed.currency,
                paid.gift.tail,
                paid.gift.valid_until,
            )
            for paid in sealed.payments
            if paid.gift and paid.amount_minor
        ]
    return []
