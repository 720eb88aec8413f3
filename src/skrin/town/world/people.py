"""What people do in the town. Each act takes the world, a till and the step's own dice, and does
it through the counter, as a screen does. A refusal ends an act: that is an answer, no fault."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from skrin.domain.article import EAT_IN, TAKE_AWAY
from skrin.domain.cart import Discount
from skrin.domain.payment import CARD, CASH, GIFT_CARD, MANUAL
from skrin.domain.refusal import Refusal
from skrin.domain.rights import terms
from skrin.till.flow import (
    clock_confirming,
    closing,
    copying,
    editing,
    giftcards,
    outcomes,
    parking,
    paying,
    returning,
    rights,
    selling,
    training,
)
from skrin.town.world.tills import TownTill

if TYPE_CHECKING:
    from skrin.town.world.running import World

Act = Callable[["World", TownTill, random.Random], None]

PERSONAL = "Pernilla Persondotter"
"""A name that is written where names may be written. No entry may hold it (D5)."""

TRIES = 12


# What a till needs of the people around it.


def attend(world: World, one: TownTill) -> None:
    """See to all that the till waits for: paper, the clock, a card of which nobody knows."""
    for attempt in range(TRIES):
        till, counter = one.till, one.counter
        if till.clock_stops():
            clock_confirming.confirm(till, one.person("manager"))
        one.printer.mend()
        asked = counter.paper_lane.owes_answer()
        if asked is not None:
            came_out = one.printer.came_out[asked.delivery.delivery_id] > 0
            counter.answer_printed(one.person("cashier"), came_out)
        if till.desk.attempt is not None:
            _see_to_card(one, attempt)
        counter.work_off()
        desk = till.desk
        if not (desk.attempt or desk.pending or desk.registering or desk.undelivered):
            break
        world.true.pass_s(2.0)
        if attempt == 1:
            one.exchange(1)  # What waits is told to the office meanwhile, as it stands.
    _see_to_wishes(one)


def _see_to_card(one: TownTill, attempt: int) -> None:
    """A card payment hangs: after a while the terminal talks again, or a manager reads its slip."""
    running = one.till.desk.attempt
    assert running is not None, "asked only while one runs"
    if attempt == 4:
        one.counter.sale_lane.stop_payment()
    if attempt == 6:
        one.terminal.unmute()
    if attempt >= 8 and running.unknown:
        attempt_id = running.begun.attempt_id
        moved = one.terminal.moved_minor.get(attempt_id, 0) != 0
        outcomes.state_outcome(
            one.till, one.person("manager"), attempt_id, moved, "SLIP" if moved else ""
        )


def _see_to_wishes(one: TownTill) -> None:
    """Whoever waits for the office waits a little; then the cashier goes on without."""
    till = one.till
    for wish in till.sharing.all_wishes():
        if wish.waits and not till.desk.training:
            one.exchange()
        if wish.waits or wish.outcome not in ("granted",):
            rights.go_on_without(till, one.person("cashier"), wish.kind, wish.key)


def free_counter(world: World, one: TownTill, dice: random.Random) -> bool:
    """Finish what lies on the counter; whether it is free then."""
    attend(world, one)
    till = one.till
    for _ in range(3):
        cart = till.desk.cart
        if cart is None or not cart.lines:
            break
        with contextlib.suppress(Refusal):
            if till.desk.payments or dice.random() < 0.8:
                one.counter.pay_cash(one.person("cashier"), till.clock.new_id(), None)
            else:
                selling.abort(till, one.person("cashier"))
        attend(world, one)
    if till.desk.return_mode != "off":
        with contextlib.suppress(Refusal):
            returning.set_mode(till, one.person("manager"), "off")
    if till.desk.training:
        with contextlib.suppress(Refusal):
            training.set_training(till, one.person("manager"), False)
    return till.desk.cart is None or not till.desk.cart.lines


def _twice(dice: random.Random, act: Callable[[str], None], tap: str) -> None:
    """Do it, and sometimes tap again: a repeat has no effect (D20)."""
    act(tap)
    if dice.random() < 0.1:
        with contextlib.suppress(Refusal):
            act(tap)


# Customers.


def ring_goods(world: World, one: TownTill, dice: random.Random) -> None:
    """Some goods on the receipt, with what may be done to them."""
    till, cashier = one.till, one.person("cashier")
    if dice.random() < 0.3:
        selling.choose_way(till, cashier, dice.choice((EAT_IN, TAKE_AWAY)))
    for _ in range(dice.randint(1, 4)):
        article = dice.choice(world.goods)
        _twice(dice, partial(_tap_article, one, article), _tap(one))
    if dice.random() < 0.1:
        weighed = dice.choice(world.weighed)
        grams = dice.randint(40, 1900)
        selling.tap_article(till, cashier, _tap(one), weighed, quantity_milli=grams)
    cart = till.desk.cart
    assert cart is not None, "something was rung"
    if dice.random() < 0.3:
        line = dice.choice(cart.lines).line
        selling.change_quantity(
            till, cashier, _tap(one), line, dice.choice((1000, 2000, 2000, -1000))
        )
    if dice.random() < 0.08:
        percent = Discount(dice.choice((500, 1000)), 0)
        with contextlib.suppress(Refusal):
            editing.discount_cart(till, cashier, _tap(one), percent)


def _tap_article(one: TownTill, article: int, tap: str) -> None:
    selling.tap_article(one.till, one.person("cashier"), tap, article)


def sale(world: World, one: TownTill, dice: random.Random) -> None:
    """A customer buys something and pays."""
    ring_goods(world, one, dice)
    pay(world, one, dice)


def pay(world: World, one: TownTill, dice: random.Random) -> None:
    """Pay for what lies there, one way or several."""
    till, counter, cashier = one.till, one.counter, one.person("cashier")
    if till.desk.cart is None:
        return
    methods = till.registers.method_of
    left = till.desk.left_minor
    way = dice.choices(("cash", "tendered", "card", "split", "swish", "gift"), (6, 3, 8, 3, 3, 3))[
        0
    ]
    if way == "cash":
        _twice(dice, lambda tap: counter.pay_cash(cashier, tap, None), _tap(one))
    elif way == "tendered":
        due = paying.cash_to_pay(till, left)
        given = -(-due // 10_000) * 10_000
        _twice(dice, lambda tap: counter.pay_cash(cashier, tap, given), _tap(one))
    elif way == "card":
        _twice(dice, lambda tap: counter.pay_card(cashier, tap), _tap(one))
    elif way == "swish":
        manual = methods(MANUAL)
        assert manual is not None, "the demo has Swish"
        counter.pay(cashier, _tap(one), manual.id, None)
    elif way == "split":
        _split(world, one, dice, left)
    else:
        pay_by_gift_card(world, one, dice)


def _split(world: World, one: TownTill, dice: random.Random, left_minor: int) -> None:
    """A part in cash, the rest by card; sometimes a part is taken back in between."""
    counter, cashier = one.counter, one.person("cashier")
    part = left_minor // 2 // 100 * 100
    if part <= 0:
        counter.pay_cash(cashier, _tap(one), None)
        return
    first, second = (CASH, CARD) if dice.random() < 0.5 else (CARD, CASH)
    for kind, amount in ((first, part), (second, None)):
        method = one.till.registers.method_of(kind)
        assert method is not None, "the demo has both"
        counter.pay(cashier, _tap(one), method.id, amount)
        attend(world, one)
        payments = one.till.desk.payments
        if kind == first and payments and dice.random() < 0.15:
            counter.back_out(cashier, _tap(one), payments[0].payment_id)
            attend(world, one)
            return


def pay_by_gift_card(world: World, one: TownTill, dice: random.Random) -> None:
    """Pay with a gift card what is on it, the rest in cash."""
    till, counter, cashier = one.till, one.counter, one.person("cashier")
    key = world.some_gift_card(dice)
    method = till.registers.method_of(GIFT_CARD)
    if not key or method is None:
        counter.pay_cash(cashier, _tap(one), None)
        return
    on_it = counter.gift_card(key)
    giftcards.check_usable(on_it)
    amount = min(on_it.free_minor, till.desk.left_minor)
    if amount > 0:
        counter.pay_gift_card(cashier, _tap(one), method.id, key, amount)
        one.exchange()
        attend(world, one)
    if till.desk.cart is not None and till.desk.left_minor > 0:
        counter.pay_cash(cashier, _tap(one), None)


def sell_gift_card(world: World, one: TownTill, dice: random.Random) -> None:
    """A gift card is sold: of a fixed amount, an open one, or taxed at once."""
    article, price = dice.choice(world.gift_articles)
    amount = dice.randint(1, 20) * 5000 if price else None
    selling.tap_article(one.till, one.person("cashier"), _tap(one), article, amount)
    if dice.random() < 0.5:
        one.counter.pay_card(one.person("cashier"), _tap(one))
    else:
        one.counter.pay_cash(one.person("cashier"), _tap(one), None)


def top_up(world: World, one: TownTill, dice: random.Random) -> None:
    """Money is put on a card that is there."""
    key = world.some_gift_card(dice)
    if not key:
        return
    on_it = one.counter.gift_card(key)
    amount = dice.randint(1, 10) * 5000
    giftcards.top_up(one.till, one.person("cashier"), _tap(one), key, on_it, amount)
    one.counter.pay_card(one.person("cashier"), _tap(one))


def park(world: World, one: TownTill, dice: random.Random) -> None:
    """A receipt is set aside under somebody's name."""
    ring_goods(world, one, dice)
    name = PERSONAL if dice.random() < 0.5 else parking.proposed_name(one.till)
    parking.park(one.till, one.person("cashier"), name)


def fetch(world: World, one: TownTill, dice: random.Random) -> None:
    """A parked receipt comes on the counter, from here or from another till, and is paid, parked
    again or given up."""
    till, cashier = one.till, one.person("cashier")
    here = [parked.cart.cart_id for parked in parking.parked_carts(till.file)]
    there = [card.cart_id for card in parking.elsewhere(till, till.file)]
    if not here and not there:
        return
    cart_id = dice.choice(sorted(here) + sorted(there))
    if cart_id in here and dice.random() < 0.15:
        parking.delete(till, cashier, cart_id)
        return
    if cart_id in there and dice.random() < 0.1:
        parking.take_over(till, one.person("manager"), cart_id)
    else:
        parking.fetch(till, cashier, cart_id)
    world.chase(one, terms.PARKED, cart_id)
    if till.desk.cart is None or not till.desk.cart.lines:
        return
    if dice.random() < 0.3:
        selling.tap_article(till, cashier, _tap(one), dice.choice(world.goods))
    if dice.random() < 0.3:
        parking.park(till, cashier, parking.proposed_name(till))
    else:
        pay(world, one, dice)


def give_up(world: World, one: TownTill, dice: random.Random) -> None:
    """A customer has forgotten the purse."""
    ring_goods(world, one, dice)
    selling.abort(one.till, one.person("cashier"))


def bring_back(world: World, one: TownTill, dice: random.Random) -> None:
    """Goods come back with their receipt, also to another till than the one that sold them."""
    till, cashier = one.till, one.person("cashier")
    sold = world.some_sale(dice, one.store)
    if sold is None:
        return
    own = sold.register == one.register
    key = sold.key
    if not own and not returning.lies_here(till, till.file, key):
        found = returning.find(till, one.link, sold.designation, sold.number)
        if not any(sale.key == key for sale in found):
            return
    if not returning.lies_here(till, till.file, key):
        returning.want(till, cashier, key)
        world.chase(one, terms.RETURN, key)
    several = [line for line in sold.lines if line.quantity_milli >= 2000 and not line.decimals]
    line = dice.choice(several if several and dice.random() < 0.7 else sold.lines)
    some = 1000 if line in several and dice.random() < 0.8 else None
    returning.return_line(
        till, cashier, _tap(one), 0 if not own else sold.number, line.line, some, key=key
    )
    if dice.random() < 0.15:
        selling.tap_article(till, cashier, _tap(one), dice.choice(world.goods))
    if till.desk.left_minor == 0 and till.desk.cart is not None:
        one.counter.pay_cash(cashier, _tap(one), None)
        return
    if till.desk.left_minor < 0 and dice.random() < 0.2:
        gift = till.registers.method_of(GIFT_CARD)
        assert gift is not None, "the demo has gift cards"
        onto = world.some_gift_card(dice) if dice.random() < 0.5 else ""
        one.counter.refund_to_gift_card(cashier, _tap(one), gift.id, onto, None)
        return
    kind = CASH if dice.random() < 0.6 or till.desk.left_minor > 0 else CARD
    method = till.registers.method_of(kind)
    assert method is not None, "the demo has both"
    one.counter.pay(cashier, _tap(one), method.id, None)


def return_without(world: World, one: TownTill, dice: random.Random) -> None:
    """Goods come back without a receipt; a manager says yes."""
    returning.set_mode(one.till, one.person("manager"), "once")
    selling.tap_article(one.till, one.person("manager"), _tap(one), dice.choice(world.goods))
    one.counter.pay_cash(one.person("manager"), _tap(one), None)


def copy(world: World, one: TownTill, dice: random.Random) -> None:
    """Somebody wants the copy of a receipt, maybe of another till's."""
    sold = world.some_sale(dice, one.store)
    if sold is None:
        return
    if sold.register != one.register and not copying.lies_here(one.till, one.till.file, sold.key):
        returning.find(one.till, one.link, sold.designation, sold.number)
    tap = _tap(one)
    _twice(dice, lambda t: _copied(one, t, sold.key), tap)
    world.chase(one, terms.COPY, sold.key)


def _copied(one: TownTill, tap: str, key: str) -> None:
    one.counter.copy_receipt(one.person("cashier"), tap, key)


def practise(world: World, one: TownTill, dice: random.Random) -> None:
    """Somebody new learns the till."""
    training.set_training(one.till, one.person("manager"), True)
    ring_goods(world, one, dice)
    one.counter.pay_cash(one.person("manager"), _tap(one), None)
    attend(world, one)
    training.set_training(one.till, one.person("manager"), False)


# Whoever has the keys.


def move_cash(world: World, one: TownTill, dice: random.Random) -> None:
    """Cash goes to the bank, or change comes from it."""
    direction = dice.choice(("cash_in", "cash_out"))
    reasons = one.till.registers.reasons_of(direction)
    amount = dice.randint(1, 20) * 10_000
    one.counter.move_cash(
        one.person("manager"), _tap(one), direction, amount, dice.choice(reasons).id, ""
    )


def open_drawer(world: World, one: TownTill, dice: random.Random) -> None:
    """The drawer is opened to change a note."""
    _twice(dice, lambda tap: one.counter.open_drawer(one.person("manager"), tap), _tap(one))


def x_report(world: World, one: TownTill, dice: random.Random) -> None:
    """How has it gone so far?"""
    one.counter.x_report(one.person("cashier"))


def pro_forma(world: World, one: TownTill, dice: random.Random) -> None:
    """A table wants to see what it comes to, then pays."""
    ring_goods(world, one, dice)
    one.counter.print_pro_forma(one.person("cashier"), _tap(one))
    attend(world, one)
    pay(world, one, dice)


def close_day(world: World, one: TownTill, dice: random.Random) -> None:
    """The day is closed, and those before that nobody closed; sometimes the drawer is counted."""
    till = one.till
    count = None
    if dice.random() < 0.4:
        report = closing.open_report(till, one.person("manager"), till.file)
        count = closing.Count(
            max(0, report.cash_expected_minor + dice.choice((0, 0, 0, 100, -500)))
        )
    one.counter.close_days(one.person("manager"), till.today(), count)


def _tap(one: TownTill) -> str:
    return one.clock.new_id()


ACTS: dict[str, tuple[Act, int]] = {
    "sells": (sale, 60),
    "parks": (park, 6),
    "fetches": (fetch, 6),
    "gives up": (give_up, 2),
    "takes goods back": (bring_back, 6),
    "takes goods back without a receipt": (return_without, 1),
    "makes a copy": (copy, 4),
    "sells a gift card": (sell_gift_card, 3),
    "tops a gift card up": (top_up, 2),
    "prints what it comes to": (pro_forma, 2),
    "moves cash": (move_cash, 2),
    "opens the drawer": (open_drawer, 1),
    "takes an X": (x_report, 1),
    "practises": (practise, 1),
    "closes the day too early": (close_day, 1),
}
"""What happens at a till while the shop is open, and how often beside the others."""
