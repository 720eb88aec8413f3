"""Two tills after one thing, at the same moment: what only one of them may use (rights.md)."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from skrin.domain.payment import GIFT_CARD
from skrin.domain.refusal import Refusal
from skrin.till.flow import parking, returning, selling
from skrin.town.world import people
from skrin.town.world.tills import TownTill

if TYPE_CHECKING:
    from skrin.town.world.running import World

Turn = Callable[[TownTill], None]

CHASE_TURNS = 8


def rivals(world: World, one: TownTill, other: TownTill, dice: random.Random, about: str) -> None:
    """Both ask, and talk to the office in turns that the dice give."""
    if one is other or one.store != other.store:
        return
    if not people.free_counter(world, other, dice):
        return
    RIVALS[about](world, one, other, dice)
    for _ in range(CHASE_TURNS):
        dice.choice((one, other)).exchange(1)
        world.true.pass_s(dice.choice((0.1, 0.6, 2.0)))
    for till in (one, other):
        people.attend(world, till)


def _both(one: TownTill, other: TownTill, turn: Turn) -> None:
    for till in (one, other):
        with contextlib.suppress(Refusal):
            turn(till)


def _gift_card(world: World, one: TownTill, other: TownTill, dice: random.Random) -> None:
    """All that is on a card, at both."""
    key = world.some_gift_card(dice)
    if not key:
        return

    def turn(till: TownTill) -> None:
        cashier = till.person("cashier")
        for _ in range(3):
            selling.tap_article(till.till, cashier, till.clock.new_id(), dice.choice(world.goods))
        method = till.till.registers.method_of(GIFT_CARD)
        assert method is not None, "the demo has gift cards"
        on_it = till.counter.gift_card(key)
        amount = min(on_it.free_minor, till.till.desk.left_minor)
        if amount > 0:
            till.counter.pay_gift_card(cashier, till.clock.new_id(), method.id, key, amount)

    _both(one, other, turn)


def _parked(world: World, one: TownTill, other: TownTill, dice: random.Random) -> None:
    """A receipt that one has parked; sometimes the other's manager takes it over meanwhile."""
    people.ring_goods(world, one, dice)
    parking.park(one.till, one.person("cashier"), parking.proposed_name(one.till))
    one.exchange(2)
    other.exchange(2)
    cards = parking.elsewhere(other.till, other.till.file)
    mine = {parked.cart.cart_id for parked in parking.parked_carts(one.till.file)}
    common = sorted(card.cart_id for card in cards if card.cart_id in mine)
    if not common:
        return
    cart_id = dice.choice(common)
    takes_over = dice.random() < 0.5

    def turn(till: TownTill) -> None:
        if till is other and takes_over:
            parking.take_over(till.till, till.person("manager"), cart_id)
        else:
            parking.fetch(till.till, till.person("cashier"), cart_id)

    _both(one, other, turn)
    if takes_over and dice.random() < 0.7:
        # It is paid here before the word of the break has come.
        with contextlib.suppress(Refusal):
            one.counter.pay_cash(one.person("cashier"), one.clock.new_id(), None)


def _return(world: World, one: TownTill, other: TownTill, dice: random.Random) -> None:
    """All of a receipt comes back at both."""
    sold = world.some_sale(dice, one.store)
    if sold is None:
        return

    def turn(till: TownTill) -> None:
        if till.register != sold.register:
            returning.find(till.till, till.link, sold.designation, sold.number)
        if not returning.lies_here(till.till, till.till.file, sold.key):
            returning.want(till.till, till.person("cashier"), sold.key)

    def take_back(till: TownTill) -> None:
        number = sold.number if till.register == sold.register else 0
        for line in sold.lines:
            returning.return_line(
                till.till,
                till.person("cashier"),
                till.clock.new_id(),
                number,
                line.line,
                key=sold.key,
            )
        till.counter.pay_cash(till.person("cashier"), till.clock.new_id(), None)

    _both(one, other, turn)
    for _ in range(3):
        for till in (one, other):
            till.exchange(1)
            world.true.pass_s(1.0)
        _both(one, other, take_back)


def _copy(world: World, one: TownTill, other: TownTill, dice: random.Random) -> None:
    """The one copy of a receipt, at both."""
    sold = world.some_sale(dice, one.store)
    if sold is None:
        return

    def turn(till: TownTill) -> None:
        if till.register != sold.register:
            returning.find(till.till, till.link, sold.designation, sold.number)
        till.counter.copy_receipt(till.person("cashier"), till.clock.new_id(), sold.key)

    _both(one, other, turn)


SAME_CARD, SAME_PARKED = "wants the same gift card as another", "wants the same parked receipt"
SAME_RETURN, SAME_COPY = "takes the same goods back as another", "wants the same copy as another"

RIVALS: dict[str, Callable[[World, TownTill, TownTill, random.Random], None]] = {
    SAME_CARD: _gift_card,
    SAME_PARKED: _parked,
    SAME_RETURN: _return,
    SAME_COPY: _copy,
}
"""What two tills may want at the same moment."""
