"""What the rules of a payment method allow (D40, R-PAY-012), asked before any money moves."""

from __future__ import annotations

from skrin.domain.payment import CARD, CASH, PaymentMethod
from skrin.domain.refusal import Refusal

NO_REFUND, REFUND_SAME, REFUND_CASH = "no", "same", "cash"
"""How a method gives money back: never, by itself, or in cash instead."""

WORKS, LIMITS, BLOCKED = "works", "limits", "blocked"
"""What a method does while the office cannot be reached."""

BY_EYE, NEXO = "", "nexo"
"""Who says that the money has come: the cashier, or a card terminal that speaks nexo."""


def asks_card_terminal(method: PaymentMethod) -> bool:
    """Whether a card terminal of this till takes the payment. A card method without an adapter is
    a terminal that stands alone: the cashier sees that it said yes."""
    return method.kind == CARD and method.adapter == NEXO


def check_adapter(method: PaymentMethod) -> None:
    """Refuse a method whose adapter this program does not have (`adapter_missing`)."""
    if method.adapter not in (BY_EYE, NEXO):
        raise Refusal("adapter_missing", name=method.name)


def refunds(method: PaymentMethod) -> bool:
    """Whether money goes back by this very method."""
    return method.refund == REFUND_SAME or (method.refund == REFUND_CASH and method.kind == CASH)


def check_refund(method: PaymentMethod) -> None:
    """Refuse to give money back by a method whose rule says no (`method_no_refund`), or says that
    it goes back in cash (`method_refunds_cash`)."""
    if refunds(method):
        return
    if method.refund == REFUND_CASH:
        raise Refusal("method_refunds_cash", name=method.name)
    raise Refusal("method_no_refund", name=method.name)


def offline_most_minor(method: PaymentMethod) -> int | None:
    """The most that one payment may be while the office is away; None: any amount."""
    if method.offline == WORKS:
        return None
    return method.offline_limit_minor if method.offline == LIMITS else 0


def check_offline(method: PaymentMethod, amount_minor: int) -> None:
    """Refuse what the method does not do without the office: `method_blocked_offline`, or
    `method_limit_offline` with the most that it takes."""
    most_minor = offline_most_minor(method)
    if most_minor is None or amount_minor <= most_minor:
        return
    if not most_minor:
        raise Refusal("method_blocked_offline", name=method.name)
    raise Refusal("method_limit_offline", name=method.name, most_minor=most_minor)
