"""Everything that may happen in small worlds of every kind of right, with I1 to I10 in each state.

The counts are of distinct states and follow from the rules alone: one that changes says that the
rules or the world have changed, so look before writing it anew. `-s` shows them.
"""

from __future__ import annotations

import pytest
from tests.domain.rights.explore import Explorer, Found, name_of
from tests.domain.rights.world import Bounds

from skrin.domain.rights import terms
from skrin.domain.rights.orders import Refuse
from skrin.domain.rights.terms import COPY, GIFT_CARD, PARKED, RETURN, SEAT

# Tills / units / claims / free givings back / waits given up / asked again, then what else: states.
QUICK = [
    (Bounds(GIFT_CARD, 2, 2, 2, 1, 1, 1), 5_178),
    (Bounds(GIFT_CARD, 2, 1, 2, 1, 1, 0, refunds=1, leases=True), 9_347),
    (Bounds(GIFT_CARD, 2, 2, 2, 0, 1, 0, doubles=True), 2_427),
    (Bounds(SEAT, 2, 2, 2, 0, 0, 0, destroyed=1, retired=1), 8_415),
    (Bounds(COPY, 2, 1, 2, 1, 0, 0, crashes=1), 3_764),
    (Bounds(RETURN, 2, 2, 2, 1, 1, 0), 7_413),
    (Bounds(PARKED, 2, 1, 2, 0, 0, 0, breaks=1, edits=1), 6_793),
    (Bounds(PARKED, 2, 1, 1, 0, 0, 0, breaks=1, edits=1, destroyed=1, retired=1), 5_628),
]

LARGE = [
    (Bounds(GIFT_CARD, 2, 2, 3, 1, 1, 0, doubles=True), 146_433),
    (Bounds(GIFT_CARD, 2, 2, 2, 1, 1, 0, refunds=1, leases=True), 66_765),
    (Bounds(SEAT, 3, 2, 2, 0, 1, 0, destroyed=1, retired=1), 79_132),
    (Bounds(COPY, 2, 1, 3, 1, 1, 0, crashes=1, doubles=True), 96_894),
    (Bounds(COPY, 3, 1, 2, 0, 0, 0, destroyed=1, retired=1, crashes=1), 105_028),
    (Bounds(COPY, 2, 1, 2, 0, 1, 0, office_asks=2), 23_019),
    (Bounds(RETURN, 2, 2, 3, 1, 1, 0, doubles=True), 92_312),
    (Bounds(RETURN, 2, 3, 3, 1, 0, 0), 29_943),
    (Bounds(RETURN, 3, 2, 2, 0, 0, 0, destroyed=1, retired=1), 64_332),
    (Bounds(PARKED, 2, 1, 2, 1, 1, 0, breaks=1, edits=1, doubles=True), 53_976),
    (Bounds(PARKED, 2, 1, 3, 0, 0, 0, breaks=2), 21_719),
    (Bounds(PARKED, 3, 1, 2, 0, 0, 0, breaks=1), 6_099),
    (Bounds(PARKED, 3, 1, 1, 0, 0, 0, breaks=1, destroyed=1, retired=1), 5_584),
    (Bounds(PARKED, 3, 1, 2, 0, 1, 0, breaks=1, edits=1), 57_711),
    (Bounds(PARKED, 2, 1, 3, 0, 0, 0, breaks=2, edits=1), 107_301),
    (Bounds(PARKED, 2, 1, 3, 1, 1, 1, breaks=1, edits=1), 441_131),
    (Bounds(PARKED, 3, 1, 2, 0, 0, 0, breaks=1, edits=1, destroyed=1, retired=1), 407_144),
    (Bounds(RETURN, 2, 3, 4, 1, 1, 1), 438_369),
]


def explored(bounds: Bounds) -> tuple[Explorer, Found]:
    explorer = Explorer(bounds)
    found = explorer.run()
    print(f"{name_of(bounds)}: {found}; doubled or early messages handed: {found.doubles}")
    return explorer, found


def prove(bounds: Bounds, states: int) -> Explorer:
    explorer, found = explored(bounds)
    assert not found.broken, str(found)
    assert found.exhausted
    assert found.states == states
    assert (found.doubles > 0) == bounds.doubles
    return explorer


@pytest.mark.parametrize(("bounds", "states"), QUICK, ids=lambda one: _id(one))
def test_every_invariant_holds_in_every_state(bounds: Bounds, states: int) -> None:
    prove(bounds, states)


@pytest.mark.slow
@pytest.mark.parametrize(("bounds", "states"), LARGE, ids=lambda one: _id(one))
def test_every_invariant_holds_in_larger_worlds(bounds: Bounds, states: int) -> None:
    prove(bounds, states)


@pytest.mark.slow
def test_the_small_worlds_come_to_every_answer() -> None:
    """An exploration that never gets anywhere proves nothing: every reason for a refusal comes."""
    reasons = set()
    kinds = set()
    for bounds in (QUICK[0][0], QUICK[5][0], QUICK[7][0]):
        explorer, _ = explored(bounds)
        for part in explorer.parts:
            for orders in getattr(part, "orders", ()):
                kinds |= {type(order).__name__ for order in orders}
                reasons |= {order.reason for order in orders if isinstance(order, Refuse)}
    assert kinds == {"Grant", "Refuse", "Recall", "Broken"}
    assert reasons == {
        terms.HELD_BY,
        terms.IS_RECALLED,
        terms.TOO_LITTLE,
        terms.USED_UP,
        terms.NOT_HERE_YET,
        terms.FROZEN,
        terms.STOPPED,
    }


def _id(one: object) -> str:
    return name_of(one) if isinstance(one, Bounds) else str(one)
