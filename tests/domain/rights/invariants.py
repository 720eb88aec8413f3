"""The invariants of rights, on parts of a small world: what must hold in every state, and at rest.

I1 uses, I2 copies, I3 returns, I4 holders, I5 seats, I6 goods, I7 book, I10 doubles: in each state.
I8 and I9 are of states at rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from tests.domain.rights.world import Bounds, Left, Office, Till, World, register

from skrin.domain.rights import terms
from skrin.domain.rights.equation import out_of_book


class Truth(NamedTuple):
    """What a till's state says to the invariants, made once per state of a till."""

    spent: int
    credited: int
    quantity: int
    printed: int
    generations: tuple[int, ...]
    """Under which generations it holds or has used."""
    state: str | None
    """Its token's state, when it holds under its newest generation."""


def truth_of(till: Till) -> Truth:
    held = till.hold
    generations = list(till.used_under)
    if held.have:
        generations.append(held.generation)
    if held.reserved:
        generations.append(held.reserved_generation)
    newest = held.have or (held.reserved and held.reserved_generation == held.generation)
    return Truth(
        *(till.spent, till.credited, till.quantity, till.printed),
        generations=tuple(generations),
        state=held.state if newest else None,
    )


def broken(
    bounds: Bounds, issued: int, office_spent: int, left: Left, truths: Iterable[Truth]
) -> str:
    """The first invariant of I1 to I6 that does not hold over all tills together, or empty."""
    truths = list(truths)
    spent = office_spent + sum(truth.spent for truth in truths)
    if bounds.kind == terms.COPY and sum(truth.printed for truth in truths) > issued:
        return "I2"
    if bounds.kind in terms.TOKENS:
        return _broken_token(bounds, left, truths)
    if spent > issued + sum(truth.credited for truth in truths):
        return "I5" if bounds.kind == terms.SEAT else "I1"
    return ""


def _broken_token(bounds: Bounds, left: Left, truths: list[Truth]) -> str:
    quantity = sum(truth.quantity for truth in truths)
    if bounds.kind == terms.RETURN:
        states = [truth.state for truth in truths if truth.state is not None]
        if quantity > bounds.units or any(int(state) != quantity for state in states):
            return "I3"
    generations = Counter(one for truth in truths for one in truth.generations)
    if any(count > 1 for count in generations.values()):
        return "I4"
    lossless = left.breaks == bounds.breaks and left.destroyed == bounds.destroyed
    if bounds.kind == terms.PARKED and lossless:
        states = [truth.state for truth in truths if truth.state is not None]
        if any(int(state) != quantity for state in states):
            return "I6"
    return ""


def book_broken(world: World, office: Office) -> bool:
    """I7, the office's half: the row adds up, to what was issued and credited."""
    row = office.row
    return row is not None and (not row.adds_up() or row.total != world.issued + office.credited)


def equation_broken(world: World, office: Office, i: int, till: Till) -> bool:
    """I7, the other half: the book equation with one till."""
    under_way = world.under_way(office, i, till)
    facts = till.facts[till.sent :]
    return out_of_book(office.row, register(i), till.hold, facts, under_way) != 0


def doubles_matter(world: World, office: Office, i: int, till: Till) -> int:
    """I10: hand each old and each early message to its receiver. Returns how many; -1 = one
    changed something."""
    handed = 0
    for order in office.orders[i]:
        if order.order_no != till.last_order_no + 1:
            handed += 1
            if world.apply(till, order) != till:
                return -1
    for seq in range(1, len(till.facts) + 1):
        if seq != till.sent + 1:
            handed += 1
            if world.rules.is_next_entry(till.sent, seq):
                return -1
    return handed


def unrest(world: World, office: Office, left: Left, tills: tuple[Till, ...]) -> str:
    """I8: why a world at rest is not at peace, or empty.

    Every claim of a living till has ended, both sides agree, old holders have been told; two
    settlements of a parked receipt have been reported, unless the till that knew is destroyed.
    """
    for i, till in enumerate(tills):
        held = office.row.held_by(register(i)) if office.row else 0
        if till.alive and till.hold.claim is not None:
            return f"{register(i)} still waits for {till.hold.claim.claim_id}"
        if till.alive and till.hold.have != held:
            return f"{register(i)} has {till.hold.have}, the book says {held}"
        if till.alive and held and office.row and till.hold.generation != office.row.generation:
            return f"{register(i)} has not been told"
        if equation_broken(world, office, i, till) or book_broken(world, office):
            return "the book does not add up"
    return ""


def unreported(world: World, office: Office, tills: tuple[Till, ...]) -> bool:
    """I4's last half, at rest: a parked receipt settled more often than was reported."""
    if world.bounds.kind != terms.PARKED or not all(till.alive for till in tills):
        return False
    return sum(till.spent for till in tills) > 1 + office.reported
