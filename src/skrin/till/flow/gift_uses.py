"""What a sealed receipt uses of gift cards: for `rights.sealing`, in the commit that seals."""

from __future__ import annotations

from skrin.domain.codec import decode
from skrin.domain.giftcard import REDEEMED, GiftCardState
from skrin.domain.receipt import RETURN, ReceiptSealed
from skrin.domain.rights import hold as holds
from skrin.domain.rights import terms
from skrin.domain.rights.hold import Hold, Step
from skrin.till.flow.rights_folding import hold_of
from skrin.till.storage.shop_reader import ShopReader


def gift_holds(reader: ShopReader) -> list[Hold]:
    """All that lies here of gift cards, and what is asked for."""
    return [decode(Hold, row) for row in reader.holds(terms.GIFT_CARD)]


def card_state(held: Hold) -> GiftCardState:
    """What the grant said of the card."""
    return decode(GiftCardState, held.state.encode()) if held.state else GiftCardState(0)


def gift_uses(reader: ShopReader, register: str, sealed: ReceiptSealed) -> list[Step]:
    """The parts of a receipt that gift cards paid, or the cards that a return takes back. What a
    receipt says must have been reserved for it: anything else is a bug."""
    if sealed.kind == RETURN:
        amounts = [(line.gift.key, line.amount_minor) for line in sealed.lines if line.gift]
    else:
        amounts = [(paid.gift.key, paid.amount_minor) for paid in sealed.payments if paid.gift]
        amounts += [
            (line.gift.key, -line.amount_minor)
            for line in sealed.lines
            if line.gift and line.gift.cause == REDEEMED
        ]
    return [
        holds.use(hold_of(reader, register, terms.GIFT_CARD, key), amount)
        for key, amount in amounts
    ]
