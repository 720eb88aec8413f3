"""Making a long story short: steps and perils are left out as long as the same thing is found."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from skrin.town.world.plans import Plan, Step
from skrin.town.world.running import Found

TRIES_MOST = 60
"""How often a town is founded anew for it: a story of ten steps is read as well as one of eight."""


@dataclass(frozen=True, slots=True)
class Shrunk:
    """The shortest plan that was seen to find the same, what it found, and how many were tried."""

    plan: Plan
    found: Found
    tries: int


def same_kind(one: str, other: str) -> bool:
    """Whether two findings say the same, whatever figures, names and ids stand in them."""
    return _shape(one) == _shape(other)


def _shape(words: str) -> str:
    return re.sub(r"[0-9a-f]{8,}|TOWN-\d+|SK\d+-\d+|\d+", "#", words)


def shrink(
    plan: Plan, found: Found, try_plan: Callable[[Plan], Found | None], tries_most: int = TRIES_MOST
) -> Shrunk:
    """Leave out what is not needed for `found`, which `plan` led to.

    `try_plan` runs a plan and returns what it found. Every step does the same whatever others are
    left out, so halves, quarters and so on are tried, then each peril by itself.
    """
    tries = 0
    until = next(i for i, step in enumerate(plan.steps) if step.number == found.step.number)
    best = replace(plan, steps=plan.steps[: until + 1])

    def holds(steps: tuple[Step, ...]) -> bool:
        nonlocal tries, best, found
        if tries >= tries_most or not steps:
            return False
        tries += 1
        tried = replace(best, steps=steps)
        again = try_plan(tried)
        if again is None or not same_kind(again.what, found.what):
            return False
        until = next(i for i, step in enumerate(steps) if step.number == again.step.number)
        best, found = replace(tried, steps=steps[: until + 1]), again
        return True

    size = max(1, len(best.steps) // 2)
    while size >= 1 and tries < tries_most:
        place, left_out = 0, False
        while place < len(best.steps) - 1 and tries < tries_most:
            end = min(place + size, len(best.steps) - 1)
            if holds(best.steps[:place] + best.steps[end:]):
                left_out = True
            else:
                place = end
        if size == 1 and not left_out:
            break
        size = max(1, size // 2) if size > 1 or left_out else 0
    for step in best.steps:
        if step.peril is not None:
            calm = tuple(replace(s, peril=None) if s is step else s for s in best.steps)
            holds(calm)
    return Shrunk(best, found, tries)


__all__ = ["Shrunk", "same_kind", "shrink"]
