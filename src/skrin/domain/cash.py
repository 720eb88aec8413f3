"""Cash beside the sales: the float, what is put in and taken out, the drawer."""

from __future__ import annotations

from dataclasses import dataclass

from skrin.domain.receipt import Delivery, Seller
from skrin.domain.report import TotalsRow

CASH_IN, CASH_OUT = "cash_in", "cash_out"
DIRECTIONS = (CASH_IN, CASH_OUT)
"""Which way cash moves beside the sales: into the drawer, or out of it."""

BY_KEY = "key"
"""Why the drawer was opened without a sale: somebody pressed the key for it."""


@dataclass(frozen=True, slots=True)
class FloatSet:
    """`float.set`: the change fund at the start of the day, or a correction of it."""

    amount_minor: int
    previous_minor: int
    cause: str
    approved_by: str = ""


DAY_START, CORRECTION = "day_start", "correction"
"""Why a float was set: the day began, or the figure given then was wrong."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """How many of a note or coin were counted."""

    value_minor: int
    count: int


@dataclass(frozen=True, slots=True)
class CashCounted:
    """`cash.counted`: somebody counted the drawer before a day was closed.

    Names the (business day, period) whose Z follows it in the same commit: a forgotten day is
    closed, and counted, on a later one. `pieces` is empty when one amount was typed. `blind`: what
    should lie there was not shown before.
    """

    business_day: str
    period: int
    currency: str
    expected_minor: int
    counted_minor: int
    pieces: tuple[Pieces, ...] = ()
    blind: bool = False

    @property
    def difference_minor(self) -> int:
        """What lay there beyond what should: below zero when cash was missing."""
        return self.counted_minor - self.expected_minor


@dataclass(frozen=True, slots=True)
class DrawerOpened:
    """`drawer.opened`: the drawer was opened without a sale or a refund; the law counts it.

    Committed before the printer is asked for the pulse, so that no opening is without its entry.
    """

    cause: str
    tap_id: str = ""
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a discount, a return or a movement of cash was made, as the office published it (D40).

    `kind`: `discount`, `return`, `cash_in` or `cash_out`; `account`: where cash is booked (D14).
    """

    id: int
    code: str
    kind: str
    name: str
    names: dict[str, str]
    account: str


@dataclass(frozen=True, slots=True)
class CashMoved:
    """`cash.moved`: cash was put into the drawer or taken out of it, beside the sales.

    Carries by value what its slip shows. `amount_minor` has no sign, `direction` tells; `reason` is
    its id (0 = none was published), `account` the one that it had that day.
    """

    direction: str
    number: int
    amount_minor: int
    currency: str
    reason: int
    reason_name: str
    account: str
    text: str
    designation: str
    seller: Seller
    cashier: str
    tap_id: str
    approved_by: str
    delivery: Delivery | None


def moved_rows(moved: CashMoved) -> list[TotalsRow]:
    """What a movement of cash adds to its period: itself, and an opening of the drawer."""
    return [
        TotalsRow(moved.direction, str(moved.reason), moved.reason_name, 1, 0, moved.amount_minor),
        TotalsRow("drawer", "", "", 1),
    ]


def counted_rows(counted: CashCounted) -> list[TotalsRow]:
    """What a count adds to its period: what the drawer held more or less than it should."""
    return [TotalsRow("cash_difference", "", "", 1, 0, counted.difference_minor)]


def float_rows(amount_minor: int, carried_minor: int) -> list[TotalsRow]:
    """What a stated float puts in its period: itself, and how far it is from the cash carried."""
    return [
        TotalsRow("float", "", "", 1, 0, amount_minor),
        TotalsRow("float_change", "", "", 1, 0, amount_minor - carried_minor),
    ]


def opened_rows() -> list[TotalsRow]:
    """What an opening of the drawer adds to its period."""
    return [TotalsRow("drawer", "", "", 1)]
