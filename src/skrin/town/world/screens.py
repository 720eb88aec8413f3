"""Two people at one till, each at a screen of their own: only one screen holds the till (D20)."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from skrin.domain.refusal import Refusal
from skrin.till.flow import selling
from skrin.till.pairing.register import OWN, Carried, carrying
from skrin.town.world import people
from skrin.town.world.ledger import must
from skrin.town.world.tills import TownTill

if TYPE_CHECKING:
    from skrin.town.world.running import World

USED_ELSEWHERE = "used_elsewhere"
A_KEY = "not looked at here"


def is_used_at_two_screens(world: World, one: TownTill, dice: random.Random) -> None:
    """A cashier at the till and a waiter with a tablet tap and take over by turns; some taps were
    on their way when the other took over. Those have no effect, and are told of."""
    cashier, manager = one.person("cashier"), one.person("manager")
    paired = one.screens.register.screens
    tablet = paired[0] if paired else one.screens.pair(manager, "Surfplatta", A_KEY)
    pages = [(OWN, one.screens.register.generation)]
    for _ in range(dice.randint(6, 16)):
        if dice.random() < 0.3:
            screen = dice.choice((OWN, tablet.id))
            one.screens.take_over(cashier, screen)
            pages.append((screen, one.screens.register.generation))
        screen, generation = dice.choice(pages[-4:])
        register = one.screens.register
        holds = (screen, generation) == (register.active, register.generation)
        seq, said = one.till.head.seq, ""
        with carrying(Carried(screen, generation)):
            try:
                _taps(world, one, dice)
            except Refusal as no:
                said = no.code
        # Who left may be told of something else that stands in the way: it has no effect either.
        told = said != USED_ELSEWHERE if holds else bool(said)
        must(
            told,
            f"{one.name} said {said or 'yes'} to a screen that {'holds' if holds else 'left'} it",
        )
        must(holds or one.till.head.seq == seq, f"{one.name} wrote what another screen tapped")
    people.attend(world, one)
    one.screens.take_over(cashier, OWN)


def _taps(world: World, one: TownTill, dice: random.Random) -> None:
    """One tap of whoever stands there."""
    till, cashier = one.till, one.person("cashier")
    if till.desk.cart is not None and till.desk.cart.lines and dice.random() < 0.25:
        one.counter.pay_cash(cashier, one.clock.new_id(), None)
    else:
        selling.tap_article(till, cashier, one.clock.new_id(), dice.choice(world.goods))


__all__ = ["is_used_at_two_screens"]
