"""Cash beside the sales: the float, the drawer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FloatSet:
    """`float.set`: the change fund at the start of the day, or a correction of it."""

    amount_minor: int
    previous_minor: int
    cause: str


@dataclass(frozen=True, slots=True)
class DrawerOpened:
    """`drawer.opened`: the drawer was opened without a sale or a refund; the law counts it."""

    cause: str
