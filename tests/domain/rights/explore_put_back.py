"""Breadth first over a small world whose office is put back once; what must hold, and where.

B1 no more is used than there is. B4 one holder of a token and generation. Both in every state, but
where the office could not see that it was put back, or a person went on without a till: then at
rest it has NAMED what was given twice, or whom it did not hear. B6 nothing is named so that was
not. B7 the book adds up and owes no till anything, in every state before the putting back and in
every state after all were heard. B8 from every state a run with good links comes to rest: no claim,
no till and no company waits, both sides agree, old holders were told, and what the book has used
was used. B9 what lies idle then is to be had again.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.domain.rights.explore import Explorer, State
from tests.domain.rights.put_back import BackupBounds, BackupRules, BackupWorld, Office
from tests.domain.rights.world import Till, register

from skrin.domain.rights import adopting, terms

EVERY = frozenset({"B1", "B4", "B6", "B7", "B8", "B9"})


class BackupExplorer(Explorer):
    """One exploration of one such world."""

    def __init__(
        self,
        bounds: BackupBounds,
        rules: BackupRules | None = None,
        only: frozenset[str] = EVERY,
        at_most: int = 3_000_000,
    ) -> None:
        super().__init__(bounds, None, only, at_most)
        self.world: BackupWorld = BackupWorld(bounds, rules)
        self.backs = bounds
        self.named: set[str] = set()

    def _around(self, o: int, left: int, t: int, i: int) -> list[tuple[str, int, int, int]]:
        key = (o, left, t, i)
        found = self.memo.get(key)
        if found is None:
            found = [(label, o, l2, t2) for label, l2, t2 in self._local(left, t, i == 0)]
            done = self._deliver(o, i, t)
            if done:
                found.append(("order taken", done[0], left, done[1]))
            parts = self.parts
            gone_on = self.world.goes_on(parts[o], i, parts[t])
            if gone_on:
                found.append(("is not waited for", self.number(gone_on), left, t))
            if parts[t].alive:
                acts = self.world.exchanges(parts[o], parts[left], parts[t], i)
                for label, o2, t2, l2 in acts:
                    found.append((label, self.number(o2), self.number(l2), self.number(t2)))
            found += self._seldom(o, left, t, i)
            self.memo[key] = found
        return found

    # What must hold.

    def broken(self, state: State) -> tuple[str, str]:
        office: Office = self.parts[state[0]]
        truths = [self.truths[t] for t in state[2:]]
        if not self._may_be_twice(office):
            fault = self._given_twice(office, truths)
            if fault in self.only:
                return fault, ""
        if office.knows and not self.backs.across and "B7" in self.only:
            why = self._out_of_book(office, state)
            if why:
                return "B7", why
        if self.only & {"B1", "B8", "B9"}:
            return self._at_peace(self.rest(state))
        return "", ""

    def _may_be_twice(self, office: Office) -> bool:
        """Whether the office gave something before it could know that it was put back."""
        unseen = self.backs.across or not self.backs.noticed
        return adopting.NOT_HEARD in office.named or (office.was_put_back and unseen)

    def _given_twice(self, office: Office, truths: list[Any]) -> str:
        generations = Counter(one for truth in truths for one in truth.generations)
        if self.backs.kind in terms.TOKENS:
            return "B4" if any(count > 1 for count in generations.values()) else ""
        credited = sum(truth.credited for truth in truths)
        return "B1" if sum(t.spent for t in truths) > self.world.issued + credited else ""

    def _out_of_book(self, office: Office, state: State) -> str:
        row = office.row
        if row is not None:
            fair = row.adds_up() or adopting.GRANTED_TWICE in office.named
            parts = row.free + row.used + sum(one.amount for one in row.held)
            if not fair or row.total != parts:
                return f"the book does not add up: {row}"
            if row.total != self.world.issued + office.credited:
                return f"{row.total} in the book"
        for at in range(2, len(state)):
            till = self.parts[state[at]]
            # What a till did that is gone, and was not heard, nobody knows.
            owed = till.alive and self.world.owes(office, at - 2, till)
            if owed:
                return f"{register(at - 2)} and the book disagree by {owed}"
        return ""

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
            done = self._exchange_all(o, at - 2, t) or self._deliver(o, at - 2, t)
            if done and done != (o, t):
                return self._with(state, at, done[0], left, done[1])
        return None

    def _exchange_all(self, o: int, i: int, t: int) -> tuple[int, int] | None:
        key = ("all", o, i, t)
        if key not in self.memo:
            office, till = self.parts[o], self.parts[t]
            done = None
            gone_on = self.world.goes_on(office, i, till)
            if gone_on:
                done = self.number(gone_on), t
            elif till.alive:
                request = self.world.request(office, till, len(till.facts) - till.sent)
                taken = self.world.take(office, i, request)
                answered = till._replace(sent=taken.heads[i])
                office, till = self.world.trimmed(taken, i, answered)
                done = self.number(office), self.number(till)
            self.memo[key] = None if done == (o, t) else done
        found: tuple[int, int] | None = self.memo[key]
        return found

    def _judge(self, state: State) -> tuple[str, str]:
        office, _, tills = self.decoded(state)
        self.named |= office.named
        twice = adopting.GRANTED_TWICE in office.named
        if self.only & {"B1"} and self._unnamed(office, tills):
            return "B1", "used more often than there is, and nobody is told"
        if "B6" in self.only and twice and not self._may_be_twice(office):
            return "B6", "it says that something was given twice"
        if "B8" in self.only:
            why = self._unrest(office, state, tills)
            if why:
                return "B8", why
        if "B9" in self.only and not twice and self._is_idle(office):
            for i, till in enumerate(tills):
                if till.alive and not self._gets_it(state, i):
                    return "B9", f"{register(i)} cannot get it"
        return "", ""

    def _unnamed(self, office: Any, tills: tuple[Till, ...]) -> bool:
        spent = sum(till.spent for till in tills)
        credited = sum(till.credited for till in tills)
        told = office.named & {adopting.GRANTED_TWICE, adopting.NOT_HEARD}
        return spent > self.world.issued + credited + office.reported and not told

    def _unrest(self, office: Any, state: State, tills: tuple[Till, ...]) -> str:
        if office.catches_up:
            return "the company waits still"
        if any(waits for waits, till in zip(office.waits, tills, strict=True) if till.alive):
            return "a claim waits still"
        spent = sum(till.spent for till in tills)
        if self.world.at_office and all(till.alive for till in tills) and office.row.used != spent:
            return f"{spent} was used, the book says {office.row.used}"
        for i, till in enumerate(tills):
            held = office.row.held_by(register(i)) if office.row else 0
            if till.alive and till.hold.claim is not None:
                return f"{register(i)} still waits for {till.hold.claim.claim_id}"
            if till.alive and till.hold.have != held:
                return f"{register(i)} has {till.hold.have}, the book says {held}"
            if till.alive and held and office.row and till.hold.generation != office.row.generation:
                return f"{register(i)} has not been told"
        return self._out_of_book(office, state)

    def _is_idle(self, office: Any) -> bool:
        return office.row is not None and office.row.adds_up()
