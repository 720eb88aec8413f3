"""Everything that may happen in small worlds whose office is put back to a backup once.

The counts are of distinct states and follow from the rules alone, as in `test_explore.py`. What the
explored office keeps beside the product's functions follows the real one, which is tried in
`tests/office/rights/test_forgotten.py` and in the town. `-s` shows the counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.domain.rights.explore import Found, name_of
from tests.domain.rights.explore_put_back import BackupExplorer
from tests.domain.rights.put_back import BackupBounds, BackupRules

from skrin.domain.rights import adopting, book
from skrin.domain.rights.rows import Ingested, Row
from skrin.domain.rights.terms import GIFT_CARD, PARKED, RightBroken

CARD = BackupBounds(GIFT_CARD, 2, 1, 2)
LIES_THERE = BackupBounds(GIFT_CARD, 2, 1, 2, issued_before=True, noticed=False)
TAKEN_OVER = BackupBounds(PARKED, 2, 1, 1, breaks=1)
NOT_SEEN = {"noticed": False}

# As in test_explore; the office always may be put back once.
QUICK = [
    (BackupBounds(GIFT_CARD, 2, 1, 1, repeated=1), 7_528, []),
    (BackupBounds(GIFT_CARD, 2, 1, 1, repeated=1, noticed=False), 6_530, []),
    (BackupBounds(GIFT_CARD, 2, 1, 1, refunds=1), 5_608, []),
    (BackupBounds(GIFT_CARD, 2, 1, 1, destroyed=1, noticed=False), 1_471, ["not_heard"]),
]

LARGE = [
    (CARD, 28_152, []),
    (replace(CARD, **NOT_SEEN), 42_461, ["granted_twice"]),
    (replace(CARD, given_back=1), 56_938, []),
    (replace(CARD, waits_given_up=1, asked_again=1), 96_451, []),
    (replace(CARD, destroyed=1), 94_274, ["not_heard"]),
    (replace(LIES_THERE, noticed=True), 100_350, []),
    (LIES_THERE, 100_166, []),
    (replace(CARD, units=2), 210_772, []),
    (BackupBounds(PARKED, 2, 1, 1), 9_323, []),
    (TAKEN_OVER, 27_251, []),
    (replace(TAKEN_OVER, **NOT_SEEN), 26_925, []),
]


def explored(bounds: BackupBounds, **how: Any) -> tuple[BackupExplorer, Found]:
    explorer = BackupExplorer(bounds, **how)
    found = explorer.run()
    print(f"{_id(bounds)}: {found}; named: {sorted(explorer.named)}")
    return explorer, found


def prove(bounds: BackupBounds, states: int, named: list[str]) -> None:
    explorer, found = explored(bounds)
    assert not found.broken, str(found)
    assert found.exhausted
    assert (found.states, sorted(explorer.named)) == (states, named)


def _id(one: object) -> str:
    if not isinstance(one, BackupBounds):
        return str(one)
    seen = "noticed" if one.noticed else "not noticed"
    return ", ".join([name_of(one), *(["1 repeated"] if one.repeated else []), seen])


@pytest.mark.parametrize(("bounds", "states", "named"), QUICK, ids=_id)
def test_an_office_that_was_put_back_comes_to_the_truth(
    bounds: BackupBounds, states: int, named: list[str]
) -> None:
    prove(bounds, states, named)


@pytest.mark.slow
@pytest.mark.parametrize(("bounds", "states", "named"), LARGE, ids=_id)
def test_it_does_so_in_larger_worlds(bounds: BackupBounds, states: int, named: list[str]) -> None:
    prove(bounds, states, named)


@pytest.mark.slow
def test_a_request_from_before_the_backup_that_comes_after_it_is_not_covered() -> None:
    """It would have to outlive the connection to an office that was stopped. Nothing is used twice
    unnamed, but a refusal may get a number that its till has had, and the claim stays open."""
    across = BackupBounds(GIFT_CARD, 2, 1, 2, issued_before=True, repeated=1, across=True)
    _, found = explored(across)
    assert (found.broken, found.why, len(found.steps)) == ("B8", "T1-1 still waits for c1", 8)


# Faults.


def adopted_twice(row: Row, posts: Any, register: str, fact: Any, here: Any) -> Ingested:
    done = adopting.as_told(row, posts, register, fact, here)
    return adopting.as_told(done.row or row, posts, register, fact, here)


def not_adopted(row: Row, posts: Any, register: str, fact: Any, here: Any) -> Ingested:
    return Ingested(row)


def forgets_what_was_used(row: Row, posts: Any, register: str, fact: Any, here: Any) -> Ingested:
    done = adopting.as_told(row, posts, register, fact, here)
    after = done.row or row
    return replace(done, row=replace(after, free=after.free + after.used, used=0))


def knows_no_break(row: Row, posts: Any, register: str, fact: Any, here: Any) -> Ingested:
    if isinstance(fact, RightBroken):
        return Ingested(row)
    return adopting.as_told(row, posts, register, fact, here)


def tells_no_old_holder(row: Row, posts: Any, register: str, fact: Any, here: Any) -> Ingested:
    return replace(adopting.as_told(row, posts, register, fact, here), orders=())


def bears_without_a_word(row: Any, posts: Any, register: str, fact: Any, **more: Any) -> Ingested:
    done = book.ingest(row, posts, register, fact, **more)
    is_late = row is not None and row.total == 0
    return replace(done, orders=()) if is_late else done


FAULTS: dict[str, tuple[BackupBounds, Callable[[], BackupRules]]] = {
    "it ends when the first till was heard":
        (CARD, lambda: BackupRules(ends=lambda office: True)),
    "a grant is adopted twice":
        (CARD, lambda: BackupRules(as_told=adopted_twice)),
    "a grant is not adopted":
        (CARD, lambda: BackupRules(as_told=not_adopted)),
    "what was used is forgotten":
        (replace(CARD, units=2), lambda: BackupRules(as_told=forgets_what_was_used)),
    "a claim that was answered is decided anew":
        (LIES_THERE, lambda: BackupRules(claims_wait=False)),
    "numbers of orders are given again":
        (CARD, lambda: BackupRules(numbers_go_on=False)),
    "something is granted meanwhile":
        (CARD, lambda: BackupRules(refuses_meanwhile=False)),
    "a recall that nobody heard does not go out anew":
        (LIES_THERE, lambda: BackupRules(sends_anew=False)),
    "what was given twice is not named":
        (replace(CARD, noticed=False),
         lambda: BackupRules(names_what_was_given_twice=False)),
    "a taking over that the old holder tells of is not adopted":
        (TAKEN_OVER, lambda: BackupRules(as_told=knows_no_break)),
    "the old holder is not told again":
        (TAKEN_OVER, lambda: BackupRules(as_told=tells_no_old_holder)),
    "a right is born after it was taken over, and nobody tells who bore it":
        (TAKEN_OVER, lambda: BackupRules(ingest=bears_without_a_word)),
}  # fmt: skip

FOUND = {
    "it ends when the first till was heard": ("B7", 6),
    "a grant is adopted twice": ("B6", 5),
    "a grant is not adopted": ("B8", 5),
    "what was used is forgotten": ("B8", 10),
    "a claim that was answered is decided anew": ("B8", 6),
    "numbers of orders are given again": ("B9", 5),
    "something is granted meanwhile": ("B6", 6),
    "a recall that nobody heard does not go out anew": ("B9", 7),
    "what was given twice is not named": ("B8", 6),
    "a taking over that the old holder tells of is not adopted": ("B8", 7),
    "the old holder is not told again": ("B8", 7),
    "a right is born after it was taken over, and nobody tells who bore it": ("B8", 8),
}
"""Which invariant notices a fault first, and in how many steps."""

HARM = {
    "it ends when the first till was heard": "B1",
    "something is granted meanwhile": "B1",
    "what was given twice is not named": "B1",
}
"""Those that come to what B1 forbids: used more often than there is, and nobody is told."""


def test_every_fault_is_looked_for() -> None:
    assert list(FAULTS) == list(FOUND)


SLOW = {"what was used is forgotten"}


@pytest.mark.parametrize(
    "fault", [pytest.param(f, marks=pytest.mark.slow) if f in SLOW else f for f in FAULTS]
)
def test_the_fault_is_noticed(fault: str) -> None:
    bounds, rules = FAULTS[fault]
    _, found = explored(bounds, rules=rules())
    assert (found.broken, len(found.steps)) == FOUND[fault], str(found)


@pytest.mark.slow
@pytest.mark.parametrize("fault", HARM)
def test_the_fault_comes_to_harm(fault: str) -> None:
    bounds, rules = FAULTS[fault]
    _, found = explored(bounds, rules=rules(), only=frozenset({HARM[fault]}))
    assert found.broken == HARM[fault], str(found)
