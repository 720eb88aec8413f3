"""Money back on the screen: the ways that paid the goods that come back, the first proposed."""

from __future__ import annotations

from typing import Literal

from django.urls import reverse

from skrin.domain.giftcard import masked
from skrin.domain.money import grouped_amount, plain_amount
from skrin.domain.payment import CARD, CASH, GIFT_CARD
from skrin.domain.refunding import PaidPart
from skrin.till.flow.counter import Counter
from skrin.till.flow.paying import cash_step, cash_to_pay
from skrin.till.flow.refunding import original_ways
from skrin.till.flow.till import Till
from skrin.till.ui.addresses import with_amount
from skrin.till.ui.naming import method_name
from skrin.till.ui.open_receipt import METHOD_ICONS
from skrin.till.ui.screens import BackKey

_PAN_TAIL = 4


def back_keys(counter: Counter) -> tuple[BackKey, ...]:
    """Money back as it was paid; empty when nothing is owed, or no receipt is behind it."""
    till = counter.till
    if till.desk.left_minor >= 0:
        return ()
    ways = original_ways(till, counter.reader())
    keys = [_key(till, part) for part in ways]
    return tuple(key for key in keys if key)


def main_key(keys: tuple[BackKey, ...], till: Till) -> Literal["cash", "card", "other"]:
    """The proposed key of the strip. What is not all of it by cash or card is in the window."""
    if not keys:
        return "card"
    method = till.registers.method(keys[0].method)
    alone = len(keys) == 1 and not keys[0].tendered and method
    if (
        alone
        and method
        and method in (till.registers.method_of(CASH), till.registers.method_of(CARD))
    ):
        return "cash" if method.kind == CASH else "card"
    return "other"


def _key(till: Till, part: PaidPart) -> BackKey | None:
    owed_minor = -till.desk.left_minor
    method = till.registers.method(part.method)
    name = method_name(method) if method else part.name
    amount_minor, tendered = part.amount_minor, ""
    if amount_minor < owed_minor:
        if part.kind == CASH:  # Whole kronor; the rest that settles is what is rounded (D13).
            amount_minor -= amount_minor % cash_step(till, method)
        tendered = plain_amount(amount_minor)
    elif part.kind == CASH:
        amount_minor = abs(cash_to_pay(till, -owed_minor))
    if not amount_minor:
        return None
    if part.kind == GIFT_CARD:
        address = reverse("till:window_gift_card", args=[part.key])
        url = with_amount(address, amount_minor if tendered else 0)
        name = f"{name} {masked(part.card)}"
    else:
        url = ""
        tail = part.card[-_PAN_TAIL:]
        name = f"{name} {masked(tail)}" if tail else name
    return BackKey(
        method=part.method,
        name=name,
        icon=METHOD_ICONS.get(part.kind, "wallet"),
        amount=grouped_amount(amount_minor),
        tendered=tendered,
        url=url,
    )
