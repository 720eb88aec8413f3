"""Tills that come to an end: lost, replaced, or put back from a copy of their disk (D24, D45)."""

from __future__ import annotations

import contextlib
import random
import shutil
from typing import TYPE_CHECKING

from skrin.domain.refusal import Refusal
from skrin.till.flow import copying, handing_over, parking, selling
from skrin.till.flow.rights import TWO_HISTORIES
from skrin.town.world.disks import copy_files
from skrin.town.world.ledger import must
from skrin.town.world.perils import Killed
from skrin.town.world.tills import TownTill

if TYPE_CHECKING:
    from skrin.town.world.running import World

REPLACED_MOST = 3


def is_lost(world: World, one: TownTill, dice: random.Random) -> None:
    """The device is gone, with what it had not sent; another takes its place. Some come back: such
    a one may only send what it has."""
    if not world.office.answers or world.replaced >= REPLACED_MOST:
        return
    if not world.is_known(one):
        return  # Nobody replaces what the office has forgotten (put_back.py).
    world.replace(one, "lost", comes_back=dice.random() < 0.5)


def ends_in_order(world: World, one: TownTill, dice: random.Random) -> None:
    """The till still works, and another device is to take its place: what lies on it is finished,
    its days are closed, and its trade ends. It gives back what only one till may do, sells no more,
    and sends what it has when there is a way. Somebody may kill it just then.
    """
    if not world.office.answers or world.replaced >= REPLACED_MOST or not world.is_known(one):
        return
    if dice.random() < 0.5:
        one.exchange()  # Some of it reaches the office before, some after the other has begun.
    try:
        _ends(world, one, dice)
    except Killed:
        world.dies(one)
    if not one.till.handed_over:
        return
    world.tally.ended += 1
    one.note_confirmed()
    _sells_no_more(world, one, dice)
    if dice.random() < 0.5:
        one.exchange()
    world.checks.read(one)
    world.replace(one, "replaced", comes_back=True)


def _ends(world: World, one: TownTill, dice: random.Random) -> None:
    """Finish what lies here, and end. Raises what refuses it."""
    from skrin.town.world import people

    manager = one.person("manager")
    people.free_counter(world, one, dice)
    for parked in parking.parked_carts(one.till.file):
        parking.fetch(one.till, manager, parked.cart.cart_id)
        people.free_counter(world, one, dice)
    with contextlib.suppress(Refusal):  # The day may have been closed.
        people.close_day(world, one, dice)
    people.attend(world, one)
    handing_over.hand_over(one.till, manager, handing_over.REPLACED)


def _sells_no_more(world: World, one: TownTill, dice: random.Random) -> None:
    before = one.till.head.seq
    said = ""
    try:
        selling.tap_article(
            one.till, one.person("cashier"), one.clock.new_id(), dice.choice(world.goods)
        )
    except Refusal as no:
        said = no.code
    after = one.till.head.seq
    must(
        (said, after) == ("till_handed_over", before),
        f"the trade of {one.name} has ended, and it rings goods: {said or 'nothing'} was said",
    )


def is_copied(world: World, one: TownTill, dice: random.Random) -> None:
    """Somebody copies the folder of a till that stands still."""
    one.copy_of = one.folder / "copy"
    shutil.rmtree(one.copy_of, ignore_errors=True)
    copy_files(one.place, one.copy_of)
    one.copy_seq = one.till.head.seq


def is_put_back(world: World, one: TownTill, dice: random.Random) -> None:
    """Somebody puts an old copy of the folder back. The office knows more than that till: it holds
    nothing from then on, nothing of the journal there is overwritten, and another takes its place.
    """
    if one.copy_of is None or not one.link.is_up or world.replaced >= REPLACED_MOST:
        return
    one.exchange()
    if not world.is_known(one):
        return
    world.checks.read(one)
    at_office = world.checks.head_at_office(one)
    if at_office[0] <= one.copy_seq:
        return  # Nothing came after the copy: it is the same till.
    one.perils.arm(None)  # Enough goes wrong here.
    one.put_back()
    one.exchange(3)
    alarm = one.counter.upload_lane.alarm
    must(alarm in TWO_HISTORIES, f"{one.name} was put back from a copy; the till says {alarm!r}")
    must(one.till.sharing.frozen, f"{one.name} was put back from a copy, and holds rights still")
    _sells_on_and_shares_nothing(world, one, dice)
    one.exchange(3)
    same = world.checks.head_at_office(one) == at_office
    must(same, f"the office took entries of {one.name} that are of another history")
    world.replace(one, "history", comes_back=False)


def _sells_on_and_shares_nothing(world: World, one: TownTill, dice: random.Random) -> None:
    from skrin.town.world import people

    before = one.till.series.get("receipt", 0)
    if people.free_counter(world, one, dice):
        people.ring_goods(world, one, dice)
        try:
            one.counter.pay_cash(one.person("cashier"), one.clock.new_id(), None)
            people.attend(world, one)
        except Refusal as no:
            world.tally.refused[no.code] += 1
            return
    after = one.till.series.get("receipt", 0)
    must(after == before + 1, f"{one.name} does not sell on after it was put back")
    makes_no_copy(world, one, dice)


def makes_no_copy(world: World, one: TownTill, dice: random.Random) -> None:
    """Of none of the receipts that lie here: another process of this till may have used them."""
    sold = world.some_sale(dice, one.store, one.register)
    if sold is None or one.till.desk.undelivered:
        return
    try:
        made = copying.lies_here(one.till, one.till.file, sold.key) and bool(
            one.counter.copy_receipt(one.person("cashier"), one.clock.new_id(), sold.key)
        )
    except Refusal:
        return
    must(not made, f"{one.name} is one of two histories, and made the copy of a receipt")
