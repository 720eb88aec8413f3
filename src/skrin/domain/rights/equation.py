"""The book equation: what book and journals owe each other at any moment."""

from __future__ import annotations

from collections.abc import Iterable

from skrin.domain.rights import terms
from skrin.domain.rights.hold import Hold
from skrin.domain.rights.orders import Grant, Order
from skrin.domain.rights.rows import Row
from skrin.domain.rights.terms import Fact, RightGivenBack, RightMove


def out_of_book(
    row: Row | None,
    register: str,
    hold: Hold,
    not_ingested: Iterable[Fact],
    under_way: Iterable[Order],
) -> int:
    """By how much the book and a register disagree; 0 always, or something is wrong.

    held = what the till has and reserves + what it journaled as used or given back and the office
    has not ingested + grants on their way - births not yet ingested; all of it in the current
    generation. `not_ingested` and `under_way` are of this register, in any order.
    """
    generation = row.generation if row else terms.FIRST_GENERATION
    owed = hold.have if hold.generation == generation else 0
    if hold.reserved_generation == generation:
        owed += hold.reserved
    for fact in not_ingested:
        if isinstance(fact, (RightMove, RightGivenBack)) and fact.generation == generation:
            owed += _counts(fact)
    for order in under_way:
        if isinstance(order, Grant) and order.generation == generation:
            owed += order.amount
    return owed - (row.held_by(register) if row else 0)


def _counts(fact: RightMove | RightGivenBack) -> int:
    if isinstance(fact, RightGivenBack) or fact.what == terms.USED:
        return fact.amount
    return -fact.amount if fact.what == terms.BORN else 0
