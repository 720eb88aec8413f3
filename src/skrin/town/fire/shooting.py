"""One till in the enemy's hands: it sells, its exchanges go wrong in every way, and after each the
office's rows are held against the till's journal."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from skrin.till.flow import selling
from skrin.town.fire.enemy import WAYS
from skrin.town.goods import is_plain
from skrin.town.world.ledger import must

if TYPE_CHECKING:
    from skrin.town.fire.door import Door, Rows
    from skrin.town.world.tills import TownTill

PLAN_S = 30.0


@dataclass(slots=True)
class Tried:
    """What was tried, and how often."""

    inputs: Counter[str] = field(default_factory=Counter)
    entries: int = 0
    receipts: int = 0


def sells(one: TownTill, dice: random.Random) -> None:
    """A small sale for cash."""
    till, cashier = one.till, one.person("cashier")
    for article in dice.choices(_goods(one), k=dice.randint(1, 3)):
        selling.tap_article(till, cashier, one.clock.new_id(), article)
    one.counter.pay_cash(cashier, one.clock.new_id(), None)


def _goods(one: TownTill) -> list[int]:
    articles = one.till.registers.articles
    known = [articles.get(place) for _, place in sorted(articles.numbers().items())]
    return [found.id for found in known if found and is_plain(found) and found.decimals == 0]


class Target:
    """A till at the door, and what the office had of it last."""

    def __init__(self, door: Door, dice: random.Random) -> None:
        self.door, self.dice = door, dice
        self.one, self.enemy = door.till(dice)
        self.rows: Rows = []
        self.receipts = 0
        self.one.exchange()
        self.compare("nothing yet")

    @property
    def till(self) -> str:
        """Its id."""
        return self.one.enrolled.till

    def shoot(self, way: str) -> None:
        """Something is sold, and the next exchange goes wrong. Raises `Finding`."""
        if self.dice.random() < 0.6:
            sells(self.one, self.dice)
            self.receipts += 1
        self.enemy.plan = way
        self.one.exchange(1)
        # What comes late is waited for: the next look is at an office that has done it.
        assert self.enemy.done.acquire(timeout=PLAN_S), f"{way} was not carried out"
        self.compare(way)

    def compare(self, way: str) -> None:
        """The office's rows are the till's entries, and none of them is another than before."""
        rows, chain = self.door.rows(self.till), self.door.chain(self.till)
        before, self.rows = self.rows, rows
        name = f"{self.one.name} after '{way}'"
        must(rows[: len(before)] == before, f"{name}: the office has overwritten entries")
        mine = [(e.header.seq, e.hash) for e in self.one.till.file.entries(1)]
        must(mine[: len(rows)] == rows, f"{name}: the office has what the till never wrote")
        last = rows[-1] if rows else (0, bytes(32))
        must((chain.head_seq, chain.head_hash) == last, f"{name}: head and rows disagree")
        calm = not (chain.stopped or chain.alarm or chain.conflicts or chain.unread)
        must(calm, f"{name}: the office blames an honest till: {chain}")
        must(not self.one.till.sharing.frozen, f"{name}: an honest till takes itself for a copy")

    def rests(self) -> None:
        """The enemy is gone: what it held back comes, and then all is at the office."""
        self.enemy.plan = ""
        self.enemy.deliver_held()
        self.compare("what was held back")
        for _ in range(40):
            self.one.exchange()
            if not self.one.counter.upload_lane.unsent():
                break
        self.compare("all")
        lane = self.one.counter.upload_lane
        must(not lane.unsent() and not lane.alarm, f"{self.one.name} does not come to rest")
        must(len(self.rows) == self.one.till.head.seq, f"{self.one.name}: the office lacks entries")
        known = self.door.receipts(self.till)
        must(
            known == self.receipts,
            f"{self.one.name}: the office knows {known} receipts of {self.receipts}",
        )

    def close(self) -> None:
        """Close its files."""
        self.enemy.close()
        self.one.abandon()


def under_fire(door: Door, seed: int, inputs: int, tried: Tried) -> None:
    """A till of this seed, so many harmed exchanges, and the rest after them."""
    dice = random.Random(f"fire {seed}")
    target = Target(door, dice)
    try:
        ways = sorted(WAYS)
        for number in range(inputs):
            way = ways[number % len(ways)] if number < len(ways) else dice.choice(ways)
            target.shoot(way)
            tried.inputs[way] += 1
        target.rests()
        tried.entries += len(target.rows)
        tried.receipts += target.receipts
    finally:
        target.close()


__all__ = ["Target", "Tried", "sells", "under_fire"]
