"""Money back in the way it was paid: what is proposed for goods of an earlier receipt.

The worked table is in docs/algorithms/money.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from skrin.domain.discount import returned_part
from skrin.domain.giftcard import REDEEMED
from skrin.domain.payment import CASH, GIFT_CARD, SETTLEMENT
from skrin.domain.receipt import ReceiptSealed
from skrin.domain.record import replace


@dataclass(frozen=True, slots=True)
class PaidPart:
    """What one way of a sale paid. `method` 0: a gift card that was taxed when it was sold, which
    was no payment; `card` is the masked card or the tail of a gift card, `key` that card's."""

    method: int
    kind: str
    name: str
    amount_minor: int
    card: str = ""
    key: str = ""


def paid_parts(sealed: ReceiptSealed) -> list[PaidPart]:
    """What paid a sale, each way and card once; cash last, because it alone is rounded (D13).

    What an exchange set off is nobody's money and is left out.
    """
    found: dict[tuple[int, str, str], PaidPart] = {}
    for part in (*_deductions(sealed), *_payments(sealed)):
        same = (part.method, part.card, part.key)
        before = found.get(same)
        total_minor = part.amount_minor + (before.amount_minor if before else 0)
        found[same] = replace(part, amount_minor=total_minor)
    return sorted(found.values(), key=lambda part: part.kind == CASH)


def _payments(sealed: ReceiptSealed) -> Iterable[PaidPart]:
    for paid in sealed.payments:
        if paid.kind == SETTLEMENT:
            continue
        card = paid.card.masked_pan if paid.card else ""
        key = ""
        if paid.gift:
            card, key = paid.gift.tail, paid.gift.key
        yield PaidPart(paid.method, paid.kind, paid.name, paid.settled_minor, card, key)


def _deductions(sealed: ReceiptSealed) -> Iterable[PaidPart]:
    for line in sealed.lines:
        if line.gift and line.gift.cause == REDEEMED:
            gift = line.gift
            yield PaidPart(0, GIFT_CARD, line.name, -line.amount_minor, gift.tail, gift.key)


def returned_minor(sealed: ReceiptSealed, returned_milli: dict[int, int]) -> int:
    """What came back of a sale so far, by the quantities of its lines (D12)."""
    return sum(
        returned_part(line.amount_minor, line.quantity_milli, 0, returned_milli[line.line])
        for line in sealed.lines
        if returned_milli.get(line.line)
    )


def without(parts: Sequence[PaidPart], gone_minor: int) -> list[PaidPart]:
    """The parts after so much was given back, taken off in their order."""
    left = []
    for part in parts:
        off_minor = min(gone_minor, part.amount_minor)
        gone_minor -= off_minor
        if part.amount_minor > off_minor:
            left.append(replace(part, amount_minor=part.amount_minor - off_minor))
    return left


def up_to(parts: Sequence[PaidPart], most_minor: int) -> list[PaidPart]:
    """The parts in their order, together at most `most_minor`."""
    taken = []
    for part in parts:
        amount_minor = min(part.amount_minor, most_minor)
        most_minor -= amount_minor
        if amount_minor:
            taken.append(replace(part, amount_minor=amount_minor))
    return taken
