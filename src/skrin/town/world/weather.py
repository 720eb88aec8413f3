"""What happens to tills and office beside the people at them: links and power fail, clocks jump,
messages come late, programs are restarted, prices change."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from skrin.domain.refusal import Refusal
from skrin.till.devices.contract import OfficeAway
from skrin.town.world import people
from skrin.town.world.put_back import office_is_put_back, office_is_saved
from skrin.town.world.replacing import ends_in_order, is_copied, is_lost, is_put_back
from skrin.town.world.screens import is_used_at_two_screens
from skrin.town.world.tills import TownTill
from skrin.town.world.twins import is_started_twice
from skrin.town.world.versions import changes_version

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
    -8 * 3_600_000,
    9 * 86_400_000,
    -40 * 86_400_000,
    -366 * 86_400_000,
    -30 * 365 * 86_400_000,
)
"""By how much clocks jump: a little, by a quarter, by hours and so over midnight, by more than a
day, by days that all want their Z, and back by years, as with a battery that is dead."""

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


def hears_old_answers(world: World, one: TownTill, dice: random.Random) -> None:
    """Answers come out of order: what the office said earlier comes again in the place of what it
    says now. Goods are sold and prices change meanwhile."""
    if not one.link.is_up:
        return
    one.exchange()
    one.link.swapping = dice
    try:
        for _ in range(dice.randint(2, 5)):
            if dice.random() < 0.4:
                world.change_price(dice)
            if dice.random() < 0.5 and people.free_counter(world, one, dice):
                with contextlib.suppress(Refusal):
                    people.sale(world, one, dice)
                people.attend(world, one)
            one.exchange(dice.randint(1, 3))
    finally:
        one.link.swapping = None
    one.exchange()


def unit_line_breaks(world: World, one: TownTill, dice: random.Random) -> None:
    """The control unit hears, and is not heard: the till sends again and again, and is restarted or
    loses its power meanwhile, also more than once."""
    if not people.free_counter(world, one, dice):
        return
    one.unit.answers_lost = dice.randint(2, 7)
    try:
        with contextlib.suppress(Refusal):
            people.ring_goods(world, one, dice)
            one.counter.pay_cash(one.person("cashier"), one.clock.new_id(), None)
        while one.unit.answers_lost and one.till.desk.pending:
            world.true.pass_s(dice.choice((2, 20)))
            if dice.random() < 0.3:
                dice.choice((power_fails, restarts))(world, one, dice)
            one.counter.work_off()
    finally:
        one.unit.answers_lost = 0
    people.attend(world, one)


def lies_idle(world: World, one: TownTill, dice: random.Random) -> None:
    """Nobody does anything for an hour; what the till does by itself, it does."""
    world.true.pass_s(dice.randint(60, 3600))
    one.counter.quiet_lane.step()
    one.counter.watch_lane.step()
    one.exchange()


OLD_ANSWERS, STARTED_TWICE = "hears old answers", "is started twice"
UNIT_LINE, TWO_SCREENS = "hears its unit no more", "is used at two screens"
OTHER_VERSION = "changes to another version"
ENDS = "ends its trade in order"
OFFICE_SAVED, OFFICE_BACK = "has its office saved", "has its office put back"

WEATHER: dict[str, tuple[Weather, float]] = {
    "has no link": (link_fails, 0.12),
    "loses its office": (office_fails, 0.05),
    "loses power": (power_fails, 0.2),
    "is restarted": (restarts, 0.2),
    "has its clock jump": (clock_jumps, 0.1),
    "has its clock set right": (clock_is_set, 0.15),
    "sends an old message again": (comes_again, 0.4),
    "gets new prices": (prices_change, 0.05),
    UNIT_LINE: (unit_line_breaks, 0.1),
    OLD_ANSWERS: (hears_old_answers, 0.1),
    TWO_SCREENS: (is_used_at_two_screens, 0.15),
    OTHER_VERSION: (changes_version, 0.1),
    "lies idle": (lies_idle, 0.5),
    "has its disk copied": (is_copied, 0.15),
    "is put back from a copy": (is_put_back, 0.04),
    "is lost": (is_lost, 0.02),
    STARTED_TWICE: (is_started_twice, 0.03),
    OFFICE_SAVED: (office_is_saved, 0.04),
    OFFICE_BACK: (office_is_put_back, 0.06),
    ENDS: (ends_in_order, 0.02),
}
"""What may happen, and how likely at one till on one day."""
