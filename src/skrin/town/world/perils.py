"""What goes wrong within one step, at a place that the dice chose.

A till calls this at each of its commits and before and after each call that leaves it. A peril
waits there for its moment: the process dies, the disk is full, a device or the office fails.
"""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass

BEFORE, DURING, AFTER = "before", "during", "after"

DIES_AT_COMMIT, DIES_AT_CALL, DISK_FULL = "dies at commit", "dies at call", "disk full"
LINK_CUT, ANSWER_LOST, SENT_TWICE = "link cut", "answer lost", "sent twice"
OFFICE_DIES = "office dies"
UNIT_SILENT, UNIT_DEAF, UNIT_REFUSES = "unit silent", "unit's answer lost", "unit refuses"
UNIT_LATE = "unit hears late"
TERMINAL, PRINTER = "terminal", "printer"

CALLS = ("unit", "terminal", "printer", "office")

TERMINAL_WAYS = ("refusal", "cancelled", "lost", "never", "running", "mute", "mute_charged")
PRINTER_WAYS = ("paper_out", "cover_open", "offline", "silent")
LATE_WAYS = ("when asked next", "before the next", "after the next")
"""When the unit registers what it did not hear in time."""
UNIT_CODES = ("invalid sequence", "not operational", "internal error")


@dataclass(frozen=True, slots=True)
class Peril:
    """One thing that goes wrong: what, at the how-manieth commit or call of the step, and how."""

    what: str
    nth: int = 1
    how: str = ""

    def words(self) -> str:
        """As the story tells it."""
        how = f" ({self.how})" if self.how else ""
        return f"{self.what}{how} at no. {self.nth}"


WEIGHTS = {
    DIES_AT_COMMIT: 5,
    DIES_AT_CALL: 5,
    DISK_FULL: 2,
    LINK_CUT: 2,
    ANSWER_LOST: 3,
    SENT_TWICE: 2,
    OFFICE_DIES: 2,
    UNIT_SILENT: 2,
    UNIT_DEAF: 3,
    UNIT_REFUSES: 2,
    UNIT_LATE: 2,
    TERMINAL: 5,
    PRINTER: 4,
}
"""How often each, beside the others."""

FAVOURED = 25
"""By how much more often what a plan favours."""


def thrown(dice: random.Random, favours: Collection[str] = ()) -> Peril:
    """A peril by the dice; those that are favoured come more often."""
    weights = [n * (FAVOURED if what in favours else 1) for what, n in WEIGHTS.items()]
    what = dice.choices(list(WEIGHTS), weights)[0]
    if what == DIES_AT_COMMIT:
        return Peril(what, dice.randint(1, 8), dice.choice((BEFORE, DURING, AFTER)))
    if what == DIES_AT_CALL:
        how = f"{dice.choice((BEFORE, AFTER))} {dice.choice(CALLS)}"
        return Peril(what, dice.randint(1, 2), how)
    if what == DISK_FULL:
        return Peril(what, dice.randint(1, 8))
    if what in (UNIT_SILENT, UNIT_DEAF):
        return Peril(what, dice.randint(1, 3))
    if what == UNIT_LATE:
        return Peril(what, dice.randint(1, 2), dice.choice(LATE_WAYS))
    if what == UNIT_REFUSES:
        return Peril(what, dice.randint(1, 2), dice.choice(UNIT_CODES))
    if what == TERMINAL:
        return Peril(what, 1, dice.choice(TERMINAL_WAYS))
    if what == PRINTER:
        how = f"{dice.choice(PRINTER_WAYS)} {dice.choice(('keeps', 'forgets'))}"
        return Peril(what, 1, how)
    if what == OFFICE_DIES:
        return Peril(what, 1, dice.choice((BEFORE, AFTER)))
    return Peril(what, dice.randint(1, 2))


class Killed(BaseException):
    """The till's process is gone at this very instant. Nothing of the till may catch it."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


class Perils:
    """The peril that waits for one till, and the counting of the places where it may strike."""

    def __init__(self) -> None:
        self.peril: Peril | None = None
        self.struck = ""
        self._seen: dict[str, int] = {}

    def arm(self, peril: Peril | None) -> None:
        """Let it wait from now on; None: nothing goes wrong any more."""
        self.peril, self.struck = peril, ""
        self._seen.clear()

    def strikes(self, what: str, place: str = "", how: str = "") -> bool:
        """Whether the peril `what` strikes at this place; each arrival counts, and it strikes
        once."""
        peril = self.peril
        if peril is None or self.struck or peril.what != what or (how and peril.how != how):
            return False
        seen = self._seen[place] = self._seen.get(place, 0) + 1
        if seen < peril.nth:
            return False
        self.struck = peril.words()
        return True

    def at_call(self, when: str, whom: str) -> None:
        """Called around each call that leaves the process. Raises `Killed`."""
        if self.strikes(DIES_AT_CALL, whom, f"{when} {whom}"):
            raise Killed(f"{when} it asked the {whom}" if when == BEFORE else f"after the {whom}")
