"""The list of faults that are planted in Skrin, and how one is entered into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pkgutil import resolve_name
from typing import Any
from unittest import mock

DAYS = 1


@dataclass(frozen=True)
class Fault:
    """A fault: what it is, what changes the program, which acts and perils bring it out, and in
    which town it was found when they were counted from the first."""

    words: str
    plant: Callable[[], list[Any]]
    favours: tuple[str, ...]
    days: int
    seed: int


FAULTS: dict[str, Fault] = {}

Planted = Callable[[], list[Any]]


def fault(*favours: str, days: int = DAYS, seed: int = 1) -> Callable[[Planted], Planted]:
    """Enter a fault into the list. `favours`: what has to happen for it to show at all; `seed`:
    the town that showed it."""

    def enter(plant: Planted) -> Planted:
        assert plant.__doc__, "a fault says what it is"
        FAULTS[plant.__name__] = Fault(plant.__doc__, plant, favours, days, seed)
        return plant

    return enter


def put(where: str, what: object) -> Any:
    """Something else in the place of what stands at `module.name`."""
    return mock.patch(where, what)


def around(where: str, how: Callable[..., Any]) -> Any:
    """`how(before, *arguments)` in the place of the function at `module.name`."""
    owner, _, name = where.rpartition(".")
    before = getattr(resolve_name(owner), name)
    return mock.patch(where, lambda *args, **more: how(before, *args, **more))
