"""What happens to tills and office beside the people at them: links and power fail, clocks jump,
messages come late, programs are restarted, prices change."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from skrin.till.devices.contract import OfficeAway
from skrin.town.world.replacing import is_copied, is_lost, is_put_back
from skrin.town.world.tills import TownTill

if TYPE_CHECKING:
    from skrin.town.world.running import World

JUMPS_MS = (
    -45_000,
    90_000,
    -900_000,
    2 * 3_600_000,
    -3 * 3_600_000,
    -26 * 3_600_000,
    26 * 3_600_000,
)
"""By how much clocks jump: a little, by a quarter, by hours, by more than a day."""

Weather = Callable[["World", TownTill, random.Random], None]

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS


def link_fails(world: World, one: TownTill, dice: random.Random) -> None:
    """This till has no way to the office for a while."""
    one.link.down_until_ms = world.true.utc_ms + dice.choice((5, 30, 300)) * MINUTE_MS


def office_fails(world: World, one: TownTill, dice: random.Random) -> None:
    """The office is away, for minutes or for days."""
    hours = dice.choice((0.2, 1, 8, 30, 60))
    world.office.down_until_ms = world.true.utc_ms + round(hours * HOUR_MS)


def power_fails(world: World, one: TownTill, dice: random.Random) -> None:
    """The plug is pulled while nobody sells."""
    world.dies(one)


def restarts(world: World, one: TownTill, dice: random.Random) -> None:
    """Somebody ends the program in order and starts it again."""
    one.stop()
    one.start()


def clock_jumps(world: World, one: TownTill, dice: random.Random) -> None:
    """Somebody, or a dead battery, sets the clock."""
    one.clock.jump(dice.choice(JUMPS_MS))


def clock_is_set(world: World, one: TownTill, dice: random.Random) -> None:
    """The time server sets it right again."""
    one.clock.ahead_ms, one.clock.begun_ms = 0, world.true.utc_ms


def comes_again(world: World, one: TownTill, dice: random.Random) -> None:
    """A message that lay somewhere on the way reaches the office once more."""
    if one.link.sent and one.link.is_up:
        try:
            one.link.deliver(dice.choice(one.link.sent))
        except OfficeAway:
            return


def prices_change(world: World, one: TownTill, dice: random.Random) -> None:
    """The owner changes prices at the office."""
    world.change_price(dice)


def lies_idle(world: World, one: TownTill, dice: random.Random) -> None:
    """Nobody does anything for an hour; what the till does by itself, it does."""
    world.true.pass_s(dice.randint(60, 3600))
    one.counter.quiet_lane.step()
    one.counter.watch_lane.step()
    one.exchange()


WEATHER: dict[str, tuple[Weather, float]] = {
    "has no link": (link_fails, 0.12),
    "loses its office": (office_fails, 0.05),
    "loses power": (power_fails, 0.2),
    "is restarted": (restarts, 0.2),
    "has its clock jump": (clock_jumps, 0.1),
    "has its clock set right": (clock_is_set, 0.15),
    "sends an old message again": (comes_again, 0.4),
    "gets new prices": (prices_change, 0.05),
    "lies idle": (lies_idle, 0.5),
    "has its disk copied": (is_copied, 0.15),
    "is put back from a copy": (is_put_back, 0.04),
    "is lost": (is_lost, 0.02),
}
"""What may happen, and how likely at one till on one day."""
