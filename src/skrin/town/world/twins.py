"""Two processes that claim one till: its folder was copied, and the copy is started elsewhere with
the same key, while the first goes on (D23, D26)."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from skrin.domain.refusal import Refusal
from skrin.town.world.clocks import TownClock
from skrin.town.world.devices import TownPrinter, TownTerminal, TownUnit
from skrin.town.world.disks import copy_files
from skrin.town.world.ledger import must
from skrin.town.world.office import TownLink
from skrin.town.world.perils import Perils
from skrin.town.world.replacing import REPLACED_MOST, makes_no_copy
from skrin.town.world.tills import TownTill

if TYPE_CHECKING:
    from skrin.town.world.running import World

Rows = list[tuple[int, bytes]]


def is_started_twice(world: World, one: TownTill, dice: random.Random) -> None:
    """The copy and the first both sell and both speak, in an order that the dice give. The office
    has the history of one of them and overwrites nothing; the other is told, and shares nothing;
    both sell on. Another till takes their place."""
    from skrin.town.world import people

    if not one.link.is_up or world.replaced >= REPLACED_MOST:
        return
    one.perils.arm(None)  # Enough goes wrong here.
    if not people.free_counter(world, one, dice):
        return
    one.exchange()
    if not world.is_known(one):
        return
    world.checks.read(one)
    twin = _twin_of(world, one)
    claims = _Claims(world, (one, twin))
    try:
        for _ in range(dice.randint(2, 6)):
            claimant = dice.choice((one, twin))
            if dice.random() < 0.5:
                _sells(world, claimant, dice)
            elif dice.random() < 0.2:
                claimant.stop()
                claimant.start()
            claims.speaks(claimant)
        for claimant in (one, twin, one, twin):
            _sells(world, claimant, dice)
            claims.speaks(claimant)
        claims.settled()
        for claimant in (one, twin):
            if claimant.counter.upload_lane.alarm:
                _holds_nothing(world, claimant, dice)
    finally:
        twin.abandon()
    world.replace(one, "history", comes_back=False)


def _twin_of(world: World, one: TownTill) -> TownTill:
    """The same till once more, on a copy of its folder, at a desk of its own."""
    number = f"{one.register}-{world.replaced}"
    folder = one.folder.with_name(f"{one.folder.name}-twin")
    copy_files(one.place, folder / "0")
    perils = Perils()
    clock = TownClock(world.true, f"{one.clock.name}/twin", begun_ms=world.true.utc_ms)
    return TownTill(
        one.enrolled,
        clock,
        TownLink(world.office, one.enrolled.till, perils),
        perils,
        folder,
        TownUnit(f"TWIN{number}", perils, same_answer_again=False),
        TownTerminal(f"POI-{number}", perils),
        TownPrinter(perils),
    )


def _sells(world: World, one: TownTill, dice: random.Random) -> None:
    """Selling goes on, whatever the office says."""
    from skrin.town.world import people

    before = one.till.series.get("receipt", 0)
    if not people.free_counter(world, one, dice):
        return
    try:
        people.ring_goods(world, one, dice)
        one.counter.pay_cash(one.person("cashier"), one.clock.new_id(), None)
        people.attend(world, one)
    except Refusal as no:
        world.tally.refused[no.code] += 1
        return
    after = one.till.series.get("receipt", 0)
    must(after > before, f"{one.name} was started twice, and one of the two does not sell on")


def _holds_nothing(world: World, one: TownTill, dice: random.Random) -> None:
    """Who was told that there is another uses nothing that lies here, also when the program is
    started again and hears no office."""
    from skrin.town.world import people

    one.link.down_until_ms = world.true.utc_ms + 3_600_000
    one.stop()
    one.start()
    if people.free_counter(world, one, dice):
        makes_no_copy(world, one, dice)


class _Claims:
    """What the office makes of those who claim to be one till."""

    def __init__(self, world: World, claimants: tuple[TownTill, TownTill]) -> None:
        self.world = world
        self.one, self.twin = claimants
        self.rows = self._at_office()
        self.newest = 0

    def speaks(self, claimant: TownTill) -> None:
        """One exchange. What the office had, it still has, and its journal is that of one. An older
        start is not heard and stops nothing; a newer one with another history stops the chain."""
        sends = claimant.counter.upload_lane.sends
        stopped_before, _ = self._told()
        is_older = claimant.counter.incarnation < self.newest
        self.newest = max(self.newest, claimant.counter.incarnation)
        claimant.exchange(1)
        before, self.rows = self.rows, self._at_office()
        stopped, _ = self._told()
        name = self.one.name
        kept = self.rows[: len(before)] == before
        must(kept, f"the office has overwritten entries of {name}, which was started twice")
        whose = [c for c in (self.one, self.twin) if c.begins_with(self.rows)]
        must(bool(whose), f"the office has mixed the two that claim to be {name}")
        if is_older:
            same = len(self.rows) == len(before) and stopped == stopped_before
            must(same, f"an older start of {name} was heard after a newer one")
        elif sends:
            must(
                stopped or claimant in whose,
                f"the office was told another history of {name}, and says nothing",
            )

    def settled(self) -> None:
        """Both have spoken, and told of what they sold: one at the most goes on."""
        goes_on = [c for c in (self.one, self.twin) if not c.counter.upload_lane.alarm]
        must(len(goes_on) < 2, f"two are {self.one.name}, and nobody is told")
        for claimant in goes_on:
            must(
                claimant.begins_with(self.rows) and not claimant.counter.upload_lane.unsent(),
                f"one that claims to be {self.one.name} goes on, and the office has the other's",
            )
        for claimant in (self.one, self.twin):
            alarm = claimant.counter.upload_lane.alarm
            must(
                not alarm or claimant.till.sharing.stopped,
                f"{self.one.name} was told of {alarm}, and shares on",
            )
        stopped, rival_at_ms = self._told()
        must(
            stopped or bool(rival_at_ms), f"two are {self.one.name}, and the office does not say so"
        )
        must(
            stopped or len(goes_on) == 1,
            f"two are {self.one.name}, its chain runs, and none of the two goes on",
        )

    def _at_office(self) -> Rows:
        with self.world.office.inside():
            found = self.world.checks.rows(
                "SELECT seq, hash FROM ingest_entry"
                " WHERE company_id = %s AND till = %s AND store = %s ORDER BY seq",
                self.one.enrolled.till,
                self.one.store,
            )
        return [(int(seq), bytes(digest)) for seq, digest in found]

    def _told(self) -> tuple[bool, int]:
        """Whether the chain is stopped, and when an older start spoke (0 = never)."""
        with self.world.office.inside():
            (found,) = self.world.checks.rows(
                "SELECT c.stopped, coalesce(s.rival_at_ms, 0) FROM ingest_chain c"
                " JOIN tills_till t ON t.company_id = c.company_id AND t.till_id = c.till"
                " JOIN tills_seat s ON s.till_id = t.id AND s.store = c.store"
                " WHERE c.company_id = %s AND c.till = %s AND c.store = %s",
                self.one.enrolled.till,
                self.one.store,
            )
        return bool(found[0]), int(found[1])


__all__ = ["is_started_twice"]
