"""Codes of gift cards that this till makes: kept beside the journal until the slip is out, then
gone. A code is money to whoever reads it, so the journal has only its hash (`domain.giftcard`)."""

from __future__ import annotations

from dataclasses import dataclass

from skrin.domain import giftcard
from skrin.domain.desk import Undelivered
from skrin.domain.giftcard import ISSUED, REDEEMED, GiftLoad
from skrin.domain.payment import GIFT_CARD
from skrin.domain.receipt import ReceiptSealed
from skrin.till.flow.till import Till
from skrin.till.storage.shop_reader import ShopReader

KEPT = "gift_code:"
"""Under this and the card's key the state keeps the code of a card that has no slip yet."""


@dataclass(frozen=True, slots=True)
class Slip:
    """What is printed for the customer to keep: the card itself. `code` is whole; `taxed_bp`:
    the rate of the VAT that was paid with it, 0 = none was."""

    code: str
    amount_minor: int
    currency: str
    valid_until: str
    taxed_bp: int


def new_card(till: Till, vat_class: str = "") -> tuple[GiftLoad, str]:
    """A card that is sold now, and its code; `vat_class` of a single-purpose one. Nothing is kept
    yet."""
    code = giftcard.code_of(till.clock.random_bytes(10))
    until = last_day(till)
    key = giftcard.key_of(till.identity.company, code)
    return GiftLoad(key, giftcard.tail_of(code), ISSUED, until, vat_class), code


def last_day(till: Till) -> str:
    """The last day of a card that is sold today; empty = it has none."""
    method = till.registers.method_of(GIFT_CARD)
    return giftcard.valid_until(till.today(), method.valid_months if method else 0)


def keep(till: Till, key: str, code: str) -> None:
    """Keep a code until its slip is out. Call inside the commit that rings the card."""
    till.file.put_state(KEPT + key, code)


def keys_on(sealed: ReceiptSealed) -> list[str]:
    """The cards that a receipt sells or pays money back to."""
    keys = [line.gift.key for line in sealed.lines if line.gift]
    return [*keys, *(paid.gift.key for paid in sealed.payments if paid.gift)]


def slips(reader: ShopReader, sealed: ReceiptSealed) -> list[Slip]:
    """The slips that belong to a receipt: of cards whose codes were made here and are still
    kept."""
    loads = [
        (line.gift.key, line.amount_minor, line.gift.valid_until, line.rate_bp)
        for line in sealed.lines
        if line.gift and line.gift.cause != REDEEMED
    ]
    loads += [
        (paid.gift.key, paid.amount_minor, paid.gift.valid_until, 0)
        for paid in sealed.payments
        if paid.gift
    ]
    found = []
    for key, amount_minor, until, taxed_bp in loads:
        code = reader.state(KEPT + key)
        if code:
            found.append(Slip(code, amount_minor, sealed.currency, until, taxed_bp))
    return found


def forget(till: Till, waiting: Undelivered) -> None:
    """The paper is out: nobody here needs its codes any more. Call inside its commit."""
    for key in keys_on(waiting.receipt) if waiting.receipt else ():
        if till.file.state(KEPT + key):
            till.file.drop_state(KEPT + key)


def sweep(till: Till) -> None:
    """Forget codes of cards that were rung and never sold: nothing on the desk names them."""
    desk = till.desk
    needed = {line.gift.key for line in (desk.cart.lines if desk.cart else ()) if line.gift}
    needed |= {paid.gift.key for paid in desk.payments if paid.gift}
    owed = [pending.sealed for pending in desk.pending]
    owed += [one.receipt for one in (*desk.signed, *desk.undelivered) if one.receipt]
    needed |= {key for sealed in owed for key in keys_on(sealed)}
    left = [name for name in till.file.states(KEPT) if name.removeprefix(KEPT) not in needed]
    if left:
        with till.file.commit():
            for name in left:
                till.file.drop_state(name)
