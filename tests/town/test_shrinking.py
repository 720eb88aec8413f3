"""Making a story short, without a town: what is found is a rule over the steps."""

from __future__ import annotations

from dataclasses import replace

from skrin.town.world.perils import ANSWER_LOST, Peril
from skrin.town.world.plans import Plan, Step, plan
from skrin.town.world.running import Found
from skrin.town.world.shrinking import same_kind, shrink


def steps(*numbers: int) -> tuple[Step, ...]:
    return tuple(Step(number, number * 1000, "sells") for number in numbers)


def found_when(needed: set[int], perilous: int | None = None):
    """A world in which something is found at the last needed step, when all of them were done."""

    def try_plan(tried: Plan) -> Found | None:
        done: set[int] = set()
        for step in tried.steps:
            if step.number in needed and (step.number != perilous or step.peril):
                done.add(step.number)
            if done == needed:
                return Found(step, f"TOWN-{step.number} has {len(tried.steps)} too many")
        return None

    return try_plan


def test_only_what_is_needed_is_left() -> None:
    long = Plan(1, 2, 2, steps(*range(100)))
    try_plan = found_when({7, 41, 77})
    found = try_plan(long)
    assert found is not None
    shrunk = shrink(long, found, try_plan, tries_most=500)
    assert [step.number for step in shrunk.plan.steps] == [7, 41, 77]


def test_a_peril_that_is_needed_stays_and_others_go() -> None:
    lost = Peril(ANSWER_LOST, 1)
    long = Plan(1, 2, 2, tuple(replace(step, peril=lost) for step in steps(*range(20))))
    try_plan = found_when({3, 9}, perilous=3)
    found = try_plan(long)
    assert found is not None
    shrunk = shrink(long, found, try_plan, tries_most=500)
    assert [(step.number, step.peril) for step in shrunk.plan.steps] == [(3, lost), (9, None)]


def test_tries_are_bounded_and_what_is_left_still_finds_it() -> None:
    long = Plan(1, 2, 2, steps(*range(400)))
    try_plan = found_when(set(range(0, 400, 2)))
    found = try_plan(long)
    assert found is not None
    shrunk = shrink(long, found, try_plan, tries_most=10)
    assert shrunk.tries == 10
    assert try_plan(shrunk.plan) is not None


def test_the_same_is_found_whatever_the_figures() -> None:
    assert same_kind(
        "TOWN-1 printed a document 2 times (a1b2c3d4)",
        "TOWN-3 printed a document 3 times (00ffee11)",
    )
    assert not same_kind("TOWN-1 printed a document 2 times", "TOWN-1 has another history")


def test_a_plan_follows_from_its_seed() -> None:
    assert plan(5, 3, 3) == plan(5, 3, 3)
    assert plan(5, 3, 3) != plan(6, 3, 3)
    moments = [step.at_utc_ms for step in plan(5, 3, 3).steps]
    assert moments == sorted(moments)
