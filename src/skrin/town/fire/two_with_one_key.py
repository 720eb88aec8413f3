"""A till's folder was copied, and both are started: two real clients with one key at the office's
door. Nothing is overwritten, and either the older start is not heard, or the chain stops."""

from __future__ import annotations

import random
import shutil
from typing import TYPE_CHECKING

from skrin.till.flow.rights import TWO_HISTORIES
from skrin.town.fire.enemy import Enemy
from skrin.town.fire.shooting import Tried, sells
from skrin.town.world.ledger import must
from skrin.town.world.tills import TownTill

if TYPE_CHECKING:
    from skrin.town.fire.door import Door, Rows

NEWER_FIRST, OLDER_FIRST, BY_TURNS = "newer first", "older first", "by turns"
ORDERS = (NEWER_FIRST, OLDER_FIRST, BY_TURNS)


def two_with_one_key(door: Door, seed: int, inputs: int, tried: Tried) -> None:
    """One of the orders in which the two can speak. `inputs`: how often they do."""
    dice = random.Random(f"one key {seed}")
    order = ORDERS[seed % len(ORDERS)]
    enrolled, key = door.enrol()
    ways = (Enemy(door.port, dice, ""), Enemy(door.port, dice, ""))
    folder = door.folder / enrolled.till
    older = door.till_of(enrolled, key, ways[0], folder)
    for _ in range(3):
        sells(older, dice)
        older.exchange()
    copied = folder.with_name(f"{enrolled.till}-copy")
    older.stop()
    shutil.copytree(folder, copied)
    older.start()
    newer = door.till_of(enrolled, key, ways[1], copied)
    newer.stop()
    newer.start()  # Its start is one later than that of the first.
    try:
        must(newer.counter.incarnation > older.counter.incarnation, "the copy started later")
        _speak(door, enrolled.till, order, older, newer, max(2, inputs // 10), dice)
        tried.inputs[f"one key, {order}"] += 1
        tried.entries += len(door.rows(enrolled.till))
    finally:
        for one in (older, newer):
            one.abandon()
        for way in ways:
            way.close()
        door.retire(enrolled.till)


def _speak(
    door: Door,
    till: str,
    order: str,
    older: TownTill,
    newer: TownTill,
    rounds: int,
    dice: random.Random,
) -> None:
    turns = {NEWER_FIRST: (newer, older), OLDER_FIRST: (older, newer)}
    rows: Rows = door.rows(till)
    for number in range(rounds):
        who = turns.get(order) or tuple(dice.sample((older, newer), 2))
        for one in who:
            before = one.till.series["receipt"]
            sells(one, dice)
            must(one.till.series["receipt"] == before + 1, f"{one.name} does not sell on")
            one.exchange(1)
            was, rows = rows, door.rows(till)
            must(rows[: len(was)] == was, f"turn {number}: the office has overwritten entries")
            whose = [c for c in (older, newer) if c.begins_with(rows)]
            must(bool(whose), f"turn {number}: the office has mixed the two")
    chain, rival = door.chain(till), door.rival(till)
    alarms = [one.counter.upload_lane.alarm for one in (older, newer)]
    of_older, of_newer = alarms
    if order == NEWER_FIRST:
        must(not chain.stopped and rival, f"the older start was not noticed: {chain}")
        must(of_newer == "", f"the newer one does not go on: {of_newer}")
        must(newer.begins_with(rows), "the office has not the newer one's journal")
        must(of_older in TWO_HISTORIES, f"the older one is not told: {of_older!r}")
    elif order == OLDER_FIRST:
        must(chain.stopped and chain.alarm == "other_hash", f"two histories are taken: {chain}")
        must(chain.conflicts > 0, "what the newer one said was not kept")
        must(older.begins_with(rows), "the office has not the history of who spoke first")
    else:
        must(chain.stopped or rival, "two are one till, and the office does not say so")
    for one, alarm in zip((older, newer), alarms, strict=True):
        if alarm:
            must(one.till.sharing.stopped, f"{one.name} was told of {alarm}, and shares on")
            frozen = one.till.sharing.frozen or alarm not in TWO_HISTORIES
            must(frozen, f"{one.name} was told of {alarm}, and holds what lies there")
    must(any(alarms), "neither of the two is told")


__all__ = ["two_with_one_key"]
