"""Breadth first over everything that may happen in a small world, the invariants in each state.

A state is a tuple of small numbers, one per part (office, what is left, each till); parts are made
by the product's functions and numbered once, and what follows from the same parts is looked up, so
that a step costs microseconds.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.domain.rights import invariants
from tests.domain.rights.world import Bounds, Left, Office, Rules, Till, World, register

from skrin.domain.rights import terms

State = tuple[int, ...]

EVERY = frozenset({"I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I10"})


@dataclass
class Found:
    """What an exploration came to. `broken` is empty when every invariant held everywhere."""

    states: int = 0
    depth: int = 0
    rests: int = 0
    doubles: int = 0
    broken: str = ""
    why: str = ""
    steps: list[str] = field(default_factory=list)
    exhausted: bool = True

    def __str__(self) -> str:
        if self.broken:
            return f"{self.broken} in {len(self.steps)} steps {self.why}: " + "; ".join(self.steps)
        end = "exhausted" if self.exhausted else "cut off"
        return f"{self.states} states, depth {self.depth}, {self.rests} at rest, {end}"


class Explorer:
    """One exploration of one world."""

    def __init__(
        self,
        bounds: Bounds,
        rules: Rules | None = None,
        only: frozenset[str] = EVERY,
        at_most: int = 10_000_000,
    ) -> None:
        self.world = World(bounds, rules)
        self.bounds = bounds
        self.only = only
        self.at_most = at_most
        self.parts: list[Any] = []
        self.numbers: dict[Any, int] = {}
        self.truths: list[Any] = []
        self.memo: dict[Any, Any] = {}
        self.rest_of: dict[State, State] = {}
        self.peace: dict[State, tuple[str, str]] = {}
        self.doubles = 0

    def number(self, part: Any) -> int:
        known = self.numbers.get(part)
        if known is None:
            known = self.numbers[part] = len(self.parts)
            self.parts.append(part)
            self.truths.append(invariants.truth_of(part) if isinstance(part, Till) else None)
        return known

    def start(self) -> State:
        office, left, tills = self.world.start()
        return (self.number(office), self.number(left), *map(self.number, tills))

    def decoded(self, state: State) -> tuple[Office, Left, tuple[Till, ...]]:
        parts = self.parts
        return parts[state[0]], parts[state[1]], tuple(parts[t] for t in state[2:])

    # Steps.

    def steps(self, state: State) -> Iterator[tuple[int, str, State]]:
        """(whose step: a till's place, or -1; what it is; the state after it)."""
        o, left = state[0], state[1]
        for at in range(2, len(state)):
            before, behind = state[2:at], state[at + 1 :]
            for label, o2, left2, t2 in self._around(o, left, state[at], at - 2):
                yield at - 2, label, (o2, left2, *before, t2, *behind)
        for label, o2, left2 in self._office(o, left):
            yield -1, label, (o2, left2, *state[2:])

    @staticmethod
    def _with(state: State, at: int, o: int, left: int, t: int) -> State:
        return (o, left, *state[2:at], t, *state[at + 1 :])

    def _around(self, o: int, left: int, t: int, i: int) -> list[tuple[str, int, int, int]]:
        """All that one till, and the office with it, may do next."""
        key = (o, left, t, i)
        found = self.memo.get(key)
        if found is None:
            found = [(label, o, l2, t2) for label, l2, t2 in self._local(left, t, i == 0)]
            for label, step in (("entry ingested", self._ingest), ("order taken", self._deliver)):
                done = step(o, i, t)
                if done:
                    found.append((label, done[0], left, done[1]))
            found += self._seldom(o, left, t, i)
            self.memo[key] = found
        return found

    def _seldom(self, o: int, left: int, t: int, i: int) -> list[tuple[str, int, int, int]]:
        office, lft, till = self.parts[o], self.parts[left], self.parts[t]
        found = [
            (label, o, self.number(l2), self.number(t2))
            for label, l2, t2 in self.world.breaks(office, lft, till)
        ]
        for beside in self.world.rules.beside:
            for label, o2, l2, t2 in beside(self.world, office, lft, till, i):
                found.append((label, self.number(o2), self.number(l2), self.number(t2)))
        return found

    def _local(self, left: int, t: int, may_bear: bool) -> list[tuple[str, int, int]]:
        key = ("local", left, t, may_bear)
        found = self.memo.get(key)
        if found is None:
            acts = self.world.local(self.parts[left], self.parts[t], may_bear)
            found = [(label, self.number(l2), self.number(t2)) for label, l2, t2 in acts]
            self.memo[key] = found
        return found

    def _ingest(self, o: int, i: int, t: int) -> tuple[int, int] | None:
        key = ("ingest", o, i, t)
        if key not in self.memo:
            done = self.world.ingest(self.parts[o], i, self.parts[t])
            self.memo[key] = done and (self.number(done[0]), self.number(done[1]))
        return self.memo[key]

    def _deliver(self, o: int, i: int, t: int) -> tuple[int, int] | None:
        key = ("deliver", o, i, t)
        if key not in self.memo:
            done = self.world.deliver(self.parts[o], i, self.parts[t])
            self.memo[key] = done and (self.number(done[0]), self.number(done[1]))
        return self.memo[key]

    def _arrive(self, o: int, i: int, t: int) -> tuple[int, int] | None:
        done = self.world.rules.arrives_at_rest(self.parts[o], self.parts[t], i)
        return done and (self.number(done[0]), self.number(done[1]))

    def _office(self, o: int, left: int) -> list[tuple[str, int, int]]:
        key = ("office", o, left)
        found = self.memo.get(key)
        if found is None:
            acts = self.world.office_acts(self.parts[o], self.parts[left])
            found = [(label, self.number(o2), self.number(l2)) for label, o2, l2 in acts]
            self.memo[key] = found
        return found

    # Invariants.

    def broken(self, state: State) -> tuple[str, str]:
        """Which invariant a state breaks, and why; two empty texts when none."""
        office, left = self.parts[state[0]], self.parts[state[1]]
        truths = [self.truths[t] for t in state[2:]]
        world = self.world
        fault = invariants.broken(self.bounds, world.issued, office.spent, left, truths)
        if fault and fault in self.only:
            return fault, ""
        if "I7" in self.only and self._book_is_wrong(state):
            return "I7", ""
        if self.bounds.doubles and "I10" in self.only and self._doubles_matter(state):
            return "I10", ""
        if self.only & {"I8", "I9", "I4"}:
            return self._at_peace(self.rest(state))
        return "", ""

    def _book_is_wrong(self, state: State) -> bool:
        o = state[0]
        for at in range(2, len(state)):
            key = ("book", o, at, state[at])
            wrong = self.memo.get(key)
            if wrong is None:
                office, till = self.parts[o], self.parts[state[at]]
                wrong = self.memo[key] = invariants.book_broken(
                    self.world, office
                ) or invariants.equation_broken(self.world, office, at - 2, till)
            if wrong:
                return True
        return False

    def _doubles_matter(self, state: State) -> bool:
        for at in range(2, len(state)):
            key = ("double", state[0], at, state[at])
            handed = self.memo.get(key)
            if handed is None:
                office, till = self.parts[state[0]], self.parts[state[at]]
                handed = invariants.doubles_matter(self.world, office, at - 2, till)
                self.memo[key] = handed
            if handed < 0:
                return True
            self.doubles += handed
        return False

    def rest(self, state: State) -> State:
        """Where a run with good links ends from here."""
        passed = []
        while True:
            known = self.rest_of.get(state)
            if known is not None:
                state = known
                break
            after = self._rest_step(state)
            if after is None:
                break
            passed.append(state)
            state = after
            assert len(passed) < 1_000, "a run with good links comes to rest"
        for one in passed:
            self.rest_of[one] = state
        return state

    def _rest_step(self, state: State) -> State | None:
        o, left = state[0], state[1]
        for at in range(2, len(state)):
            t = state[at]
            key = ("rest", t)
            if key not in self.memo:
                till = self.world.rest_till(self.parts[t])
                self.memo[key] = None if till is None else self.number(till)
            if self.memo[key] is not None:
                return self._with(state, at, o, left, self.memo[key])
            done = (
                self._ingest(o, at - 2, t)
                or self._arrive(o, at - 2, t)
                or self._deliver(o, at - 2, t)
            )
            if done:
                return self._with(state, at, done[0], left, done[1])
        return None

    def _at_peace(self, state: State) -> tuple[str, str]:
        known = self.peace.get(state)
        if known is None:
            known = self.peace[state] = self._judge(state)
        return known

    def _judge(self, state: State) -> tuple[str, str]:
        office, left, tills = self.decoded(state)
        if "I4" in self.only and invariants.unreported(self.world, office, tills):
            return "I4", "settled twice, not reported"
        why = invariants.unrest(self.world, office, left, tills) if "I8" in self.only else ""
        if why:
            return "I8", why
        if "I9" in self.only:
            for i, till in enumerate(tills):
                if till.alive and not office.posts[i].retired and not self._gets_it(state, i):
                    return "I9", f"{register(i)} cannot get it"
        return "", ""

    def _gets_it(self, state: State, i: int) -> bool:
        """I9: `i` asks at most twice for all that lies idle at the office or at living others."""
        office, _, tills = self.decoded(state)
        if office.row is None:
            return True
        idle = office.row.free + sum(
            office.row.held_by(register(j))
            for j, till in enumerate(tills)
            if j != i and till.alive and not office.posts[j].retired
        )
        if not idle:
            return True
        before = tills[i].hold.have
        for _ in range(2):
            asking = self.number(self.world.asked(self.parts[state[2 + i]], idle))
            state = self.rest(self._with(state, 2 + i, state[0], state[1], asking))
            if self.parts[state[2 + i]].hold.have == before + idle:
                return True
        return False

    # The search.

    def run(self) -> Found:
        """Explore until nothing is left, or until an invariant breaks."""
        # A million tuples that all stay, and no cycle among them: the collector only walks them.
        collects = gc.isenabled()
        gc.disable()
        try:
            return self._run()
        finally:
            if collects:
                gc.enable()

    def _run(self) -> Found:
        first = self.start()
        came: dict[State, tuple[State, int, str] | None] = {first: None}
        found = Found()
        wave = [first]
        fault = self.broken(first)
        found.broken, found.why = fault
        while wave and not fault[0]:
            following: list[State] = []
            for state in wave:
                for i, label, after in self.steps(state):
                    if after in came:
                        continue
                    came[after] = (state, i, label)
                    fault = self.broken(after)
                    if fault[0]:
                        found.broken, found.why = fault
                        found.steps = self._way(came, after)
                        break
                    following.append(after)
                if fault[0]:
                    break
            found.depth += 1 if following or fault[0] else 0
            wave = following
            if len(came) > self.at_most:
                found.exhausted = False
                break
        found.states, found.rests, found.doubles = len(came), len(self.peace), self.doubles
        return found

    @staticmethod
    def _way(came: dict[State, tuple[State, int, str] | None], state: State) -> list[str]:
        labels = []
        while (before := came[state]) is not None:
            state, i, label = before
            labels.append(label if i < 0 else f"{register(i)} {label}")
        return labels[::-1]


def explore(bounds: Bounds, rules: Rules | None = None, **how: Any) -> Found:
    """Explore a world within `bounds`, on the product's rules or faulty ones."""
    return Explorer(bounds, rules, **how).run()


def name_of(bounds: Bounds) -> str:
    """`card 2/2/3/1/1/0` and what else may happen."""
    more = [
        f"{count} {name}"
        for name in ("breaks", "edits", "refunds", "destroyed", "retired", "crashes", "office_asks")
        if (count := getattr(bounds, name))
    ]
    shape = (bounds.tills, bounds.units, bounds.claims, bounds.given_back)
    figures = "/".join(map(str, (*shape, bounds.waits_given_up, bounds.asked_again)))
    flags = [name for name in ("leases", "doubles") if getattr(bounds, name)]
    kind = "card" if bounds.kind == terms.GIFT_CARD else bounds.kind
    return ", ".join([f"{kind} {figures}", *more, *flags])
