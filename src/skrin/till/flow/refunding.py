"""Which ways money goes back by default: those that paid the receipts that goods come back of."""

from __future__ import annotations

from skrin.domain import method_rules as rules
from skrin.domain.cart import Origin
from skrin.domain.codec import decode
from skrin.domain.payment import CASH
from skrin.domain.pricing import price_cart
from skrin.domain.receipt import ReceiptSealed
from skrin.domain.record import replace
from skrin.domain.refunding import PaidPart, paid_parts, returned_minor, up_to, without
from skrin.till.flow.giftcards import stands_on_receipt
from skrin.till.flow.returned import sealed_at
from skrin.till.flow.till import Till
from skrin.till.storage.shop_reader import ShopReader


def original_ways(till: Till, reader: ShopReader) -> list[PaidPart]:
    """What to give back by which way, in order, up to what is left: each original part up to what
    of it has not gone back. Empty when nothing is owed, or no receipt is behind what comes back.

    What came back of a sale before is taken off its parts in their order. A method that gives
    money back in cash is cash; one that gives none back, or is gone, is left out.
    """
    desk = till.desk
    owed_minor = -desk.left_minor
    if owed_minor <= 0 or desk.cart is None:
        return []
    now_minor: dict[str, int] = {}
    origins: dict[str, Origin] = {}
    for line in price_cart(desk.cart, till.rate_of).back.lines:
        if line.line.origin:
            of = line.line.origin
            origins.setdefault(of.receipt_id, of)
            now_minor[of.receipt_id] = now_minor.get(of.receipt_id, 0) + line.amount_minor
    parts: list[PaidPart] = []
    for receipt_id, origin in origins.items():
        sealed = _sale(till, reader, origin)
        if sealed is not None:
            before = returned_minor(sealed, reader.returned_of(receipt_id))
            open_parts = without(paid_parts(sealed), before)
            parts += up_to(open_parts, now_minor[receipt_id])
    parts = _less_given(till, [shown for part in parts for shown in _by_rule(till, part)])
    return up_to(sorted(parts, key=lambda part: part.kind == CASH), owed_minor)


def _sale(till: Till, reader: ShopReader, origin: Origin) -> ReceiptSealed | None:
    """The sale behind an origin: another till's that was granted here, or an own one."""
    told = reader.receipt_from_office(origin.receipt_id)
    if told:
        return decode(ReceiptSealed, told[1])
    if origin.designation != till.identity.seat.designation:
        return None
    seqs = reader.receipt_seqs(origin.number)
    return sealed_at(reader, seqs[0]) if seqs else None


def _by_rule(till: Till, part: PaidPart) -> list[PaidPart]:
    if not part.method:
        return [part]  # A taxed gift card: an amount is sold on it instead.
    method = till.registers.method(part.method)
    if method is None or method.refund == rules.NO_REFUND:
        return []
    if rules.refunds(method):
        return [part]
    cash = till.registers.method_of(CASH)
    if cash is None or not rules.refunds(cash):
        return []
    return [PaidPart(cash.id, CASH, cash.name, part.amount_minor)]


def _less_given(till: Till, parts: list[PaidPart]) -> list[PaidPart]:
    """The parts less what this cart has given back already by the same way, same ways together."""
    given: dict[tuple[int, str], int] = {}
    for paid in till.desk.payments:
        if paid.amount_minor < 0:
            way = paid.method, paid.gift.key if paid.gift else ""
            given[way] = given.get(way, 0) - paid.settled_minor
    left: dict[tuple[int, str, str], PaidPart] = {}
    for part in parts:
        way = part.method, part.key
        if part.key and stands_on_receipt(till.desk, part.key):
            continue  # Once, as a payment or as a line: something is sold on it instead.
        off_minor = min(given.get(way, 0), part.amount_minor)
        given[way] = given.get(way, 0) - off_minor
        before = left.get((*way, part.card))
        total_minor = part.amount_minor - off_minor + (before.amount_minor if before else 0)
        left[(*way, part.card)] = replace(part, amount_minor=total_minor)
    return [part for part in left.values() if part.amount_minor]
