"""What will happen in a town: steps, each with its moment, its till, and what goes wrong in it.

A step's own dice begin with the seed and its number, so a step does the same whatever other steps
are left out. That is what makes a long story short (`shrinking`).
"""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from skrin.town.world import perils
from skrin.town.world.people import ACTS
from skrin.town.world.perils import Peril
from skrin.town.world.rivals import RIVALS
from skrin.town.world.weather import ENDS, WEATHER

ZONE = ZoneInfo("Europe/Stockholm")
FIRST_DAY = date(2026, 3, 2)
"""A month later the clocks go forward."""

OPENS_H, CLOSES_H = 7, 19
PERIL_EVERY, CLOSED_BY_THE_EVENING = 9, 0.85
SALE, CLOSE, DAY_ENDS = "sells", "closes the day", "the day ends"
EMPTY_DAY = "stays shut"
"""What a till may do for a day, and what can be favoured; it is no step."""
RIVALS_WEIGHT = 1


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens. `till` counts from 0; `other`: a second till, where it takes two."""

    number: int
    at_utc_ms: int
    act: str
    till: int = 0
    other: int = 0
    peril: Peril | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A seed, its size, and the steps that are left of it."""

    seed: int
    tills: int
    days: int
    steps: tuple[Step, ...]


def plan(
    seed: int,
    days: int,
    tills: int,
    sales_a_day: int = 40,
    peril_every: int = PERIL_EVERY,
    favours: Collection[str] = (),
    calm: bool = False,
) -> Plan:
    """The steps of a seed: `sales_a_day` at a till, something going wrong in each so-manieth.

    `favours`: acts, perils and weather that come more often than they would. `calm`: nearly all
    that people do is buy, as in most shops; what goes wrong comes as often.
    """
    favours = [*favours, SALE] if calm else favours
    dice = random.Random(f"town {seed}")
    # What came to the list later has dice of its own, so that seeds keep their towns.
    own_dice = {ENDS: random.Random(f"town {seed} {ENDS}")}
    weighed = {name: weight for name, (_, weight) in ACTS.items()} | dict.fromkeys(
        RIVALS, RIVALS_WEIGHT
    )
    for name in weighed:
        weighed[name] *= perils.FAVOURED if name in favours else 1
    steps: list[Step] = []

    def add(at_utc_ms: int, act: str, till: int, *, perilous: bool = True) -> None:
        other = (till + dice.randint(1, tills - 1)) % tills if tills > 1 else till
        peril = (
            perils.thrown(dice, favours) if perilous and dice.randrange(peril_every) == 0 else None
        )
        steps.append(Step(len(steps), at_utc_ms, act, till, other, peril))

    for day in range(days):
        opens = datetime.combine(FIRST_DAY + timedelta(days=day), datetime.min.time(), ZONE)
        opens_ms = round(opens.replace(hour=OPENS_H).timestamp() * 1000)
        closes_ms = round(opens.replace(hour=CLOSES_H).timestamp() * 1000)
        moments: list[tuple[int, str, int]] = []
        for till in range(tills):
            if dice.random() < (0.4 if EMPTY_DAY in favours else 0.04):
                continue
            for _ in range(max(1, round(sales_a_day * dice.uniform(0.5, 1.5)))):
                act = dice.choices(list(weighed), list(weighed.values()))[0]
                moments.append((dice.randint(opens_ms, closes_ms), act, till))
            if dice.random() < CLOSED_BY_THE_EVENING:
                moments.append((closes_ms + dice.randint(60_000, 3_600_000), CLOSE, till))
        for name, (_, each_day) in WEATHER.items():
            likely = each_day * (perils.FAVOURED if name in favours else 1)
            thrown = own_dice.get(name, dice)
            for till in range(tills):
                if thrown.random() < likely:
                    moments.append((thrown.randint(opens_ms, closes_ms), name, till))
        for at_ms, act, till in sorted(moments):
            add(at_ms, act, till)
        add(closes_ms + 4 * 3_600_000, DAY_ENDS, 0, perilous=False)
    return Plan(seed, tills, days, tuple(steps))
