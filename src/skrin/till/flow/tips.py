"""Tips: money beside the sale, a debt to staff; typed at the till, or asked for by the terminal."""

from __future__ import annotations

from dataclasses import replace

from skrin.domain.discount import percentage_of
from skrin.domain.money import CURRENCIES, round_to_step
from skrin.domain.payment import CASH, PaymentMethod, PaymentTaken
from skrin.domain.refusal import Refusal
from skrin.till.flow.till import Till

PROPOSED_BP = (500, 1000, 1500)
"""The tips that the till proposes, in parts of what is left to pay."""


def takes_tips(method: PaymentMethod) -> bool:
    """Whether a tip may be typed. Never in cash: what a guest leaves in coins is not the till's."""
    return method.tips and method.kind != CASH


def check_tip(method: PaymentMethod, amount_minor: int, tip_minor: int) -> None:
    """Refuse a tip that this method does not take (`method_no_tip`), and one that is larger than
    what is paid, which is a slip of the finger (`tip_too_large`)."""
    if not tip_minor:
        return
    if tip_minor < 0 or amount_minor <= 0 or not takes_tips(method):
        raise Refusal("method_no_tip", name=method.name)
    if tip_minor > amount_minor:
        raise Refusal("tip_too_large", most_minor=amount_minor)


def with_tip(taken: PaymentTaken, tip_minor: int) -> PaymentTaken:
    """The payment with the tip on top of it."""
    if not tip_minor:
        return taken
    return replace(
        taken,
        amount_minor=taken.amount_minor + tip_minor,
        tendered_minor=taken.tendered_minor + tip_minor,
        tip_minor=tip_minor,
    )


def proposed(till: Till, amount_minor: int) -> list[tuple[int, int]]:
    """(percentage in basis points, tip) for an amount, in whole kronor, each once."""
    step = CURRENCIES[till.store.currency].cash_step_minor
    found: dict[int, int] = {}
    for percent_bp in PROPOSED_BP:
        tip_minor = round_to_step(percentage_of(amount_minor, percent_bp), step)
        if 0 < tip_minor <= amount_minor:
            found.setdefault(tip_minor, percent_bp)
    return [(percent_bp, tip_minor) for tip_minor, percent_bp in found.items()]
