"""A second opinion on what was explored: long random runs of three tills, far beyond the bounds."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domain.rights.explore import Explorer
from tests.domain.rights.faults import FAULTS
from tests.domain.rights.world import Bounds

from skrin.domain.rights.terms import COPY, GIFT_CARD, PARKED, RETURN, SEAT

ALWAYS = {
    "given_back": 3,
    "waits_given_up": 3,
    "asked_again": 2,
    "destroyed": 1,
    "retired": 1,
    "doubles": True,
}
WORLDS = [
    Bounds(GIFT_CARD, 3, 5, 8, refunds=2, leases=True, **ALWAYS),
    Bounds(SEAT, 3, 3, 8, refunds=1, leases=True, **ALWAYS),
    Bounds(COPY, 3, 1, 8, crashes=2, office_asks=2, **ALWAYS),
    Bounds(RETURN, 3, 6, 8, **ALWAYS),
    Bounds(PARKED, 3, 1, 8, breaks=3, edits=4, **ALWAYS),
]
CHOICES = st.lists(st.integers(0, 10_000), min_size=10, max_size=120)


def run(explorer: Explorer, choices: list[int]) -> tuple[str, list[str]]:
    """Take one of the possible steps after the other; the first broken invariant, and the way."""
    state = explorer.start()
    way: list[str] = []
    fault = explorer.broken(state)
    for choice in choices:
        possible = list(explorer.steps(state))
        if fault[0] or not possible:
            break
        i, label, state = possible[choice % len(possible)]
        way.append(f"{i} {label}")
        fault = explorer.broken(state)
    return fault[0], way


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(WORLDS), CHOICES)
def test_long_runs_keep_every_invariant(bounds: Bounds, choices: list[int]) -> None:
    fault, way = run(Explorer(bounds), choices)
    assert not fault, way


@pytest.mark.parametrize(("name", "bounds"), [("P4", 0), ("P7", 3), ("P9", 4), ("P6", 2)])
def test_long_runs_notice_a_fault(name: str, bounds: int) -> None:
    """The same runs on a faulty rule: the second opinion has eyes of its own."""
    rules = next(fault.rules for fault in FAULTS if fault.name == name)
    explorer = Explorer(replace(WORLDS[bounds], destroyed=0), rules())
    dice = Random(name)
    runs = ([dice.randrange(10_000) for _ in range(120)] for _ in range(1_000))
    assert any(run(explorer, choices)[0] for choices in runs)
