"""What the office's book is made of: rows of rights, posts of registers, what an ingest gives."""

from __future__ import annotations

from dataclasses import dataclass, replace

from skrin.domain.rights.orders import Order
from skrin.domain.rights.terms import Fact

USED_AFTER_BREAK = "used_after_break"
"""A report: a parked receipt was used by one till after another had taken it over."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a register holds by the book. `recall_no`: the recall not yet answered, 0 = none.

    `busy`: it answered a recall and holds on, so it is in a cart there.
    """

    register: str
    amount: int
    recall_no: int = 0
    busy: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One right: `total = free + held + used`. `held` is sorted by register, none with 0."""

    kind: str
    key: str
    total: int
    free: int
    used: int
    generation: int
    held: tuple[Held, ...] = ()
    state: str = ""

    def held_by(self, register: str) -> int:
        """How much lies at `register` by the book."""
        return next((one.amount for one in self.held if one.register == register), 0)

    def adds_up(self) -> bool:
        """Whether the book adds up, with nothing below 0 (I7)."""
        parts = (self.free, self.used, *(one.amount for one in self.held))
        return self.total == sum(parts) and min(parts) >= 0


@dataclass(frozen=True, slots=True)
class Post:
    """A register as the office writes to it: the number of its last order; out of use or not."""

    register: str
    last_order_no: int = 0
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """An order to store for `register`, in the transaction that stores the entry (rule 3)."""

    register: str
    order: Order


@dataclass(frozen=True, slots=True)
class Report:
    """Something that a person at the office must look at, and the fact that says it."""

    what: str
    register: str
    fact: Fact


@dataclass(frozen=True, slots=True)
class Ingested:
    """What an ingested fact comes to."""

    row: Row | None
    orders: tuple[Sent, ...] = ()
    reports: tuple[Report, ...] = ()


def raise_held(row: Row, register: str, amount: int) -> Row:
    """`amount` more lies at `register`; where it comes from is the caller's."""
    one = next((held for held in row.held if held.register == register), Held(register, 0))
    return _with(row, replace(one, amount=one.amount + amount, busy=False))


def lower(row: Row, register: str, amount: int) -> tuple[Row, int]:
    """Lower what `register` holds, never below 0; returns the row and by how much."""
    one = next((held for held in row.held if held.register == register), Held(register, 0))
    lowered = min(amount, one.amount)
    return _with(row, replace(one, amount=one.amount - lowered)), lowered


def _with(row: Row, changed: Held) -> Row:
    others = [held for held in row.held if held.register != changed.register]
    if changed.amount:
        others.append(changed)
    return replace(row, held=tuple(sorted(others, key=lambda held: held.register)))
