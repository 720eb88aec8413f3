"""Rights at the till: asking, what is reserved for the cart, the office's orders (D21, D22).

The page is docs/algorithms/rights.md. For a kind that is built on this:

- `ask(till, actor, kind, key, amount, then=...)` claims at the office. It raises `office_away` at
  once when there is no contact, and returns at once otherwise; `till.sharing.wish(kind, key)` says
  how it goes (ASKING, GRANTED, or the reason of a refusal, with the holder), `then` runs after the
  grant. `go_on_without` ends the waiting: what still comes is given back by itself.
- `hold_here(till, kind, key)` is what lies here: `have` idle, `reserved` for the cart.
- Inside a transaction: `tx.append("right.moved", moved(step))` for a step of `domain.rights.hold`
  (`reserve`, `cancel`), or `moves(step)` into the `rights` of the entry that does it. The hold
  changes with the entry; nothing else is to be written.
- What a receipt uses is put into it by `sealing` in the commit that seals it: a new kind adds its
  uses to `_uses`. What a cart that is given up leaves is in `leaving`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

from skrin.domain.cart import Cart, Origin
from skrin.domain.receipt import RETURN, ReceiptSealed
from skrin.domain.refusal import Refusal
from skrin.domain.rights import hold as holds
from skrin.domain.rights import journaled, terms
from skrin.domain.rights.hold import Hold, Step
from skrin.domain.rights.orders import Broken, Grant, Order, Recall, Refuse, read_order
from skrin.domain.rights.terms import Fact, RightMove, RightsMoved
from skrin.sync.messages import ExchangeAnswer, Person
from skrin.sync.messages import Order as WireOrder
from skrin.till.flow.gift_uses import gift_uses
from skrin.till.flow.returned import key_of_origin, sale_of_key, state_of
from skrin.till.flow.rights_folding import LAST_ORDER, hold_of, open_holds
from skrin.till.flow.sharing import (
    ASKED_AGAIN_S,
    ASKING,
    FROZEN,
    GIVES_UP_S,
    GRANTED,
    HOLDER_AWAY,
    Wish,
)
from skrin.till.flow.till import Till, Transaction

log = logging.getLogger(__name__)

TWO_HISTORIES = frozenset(
    {"office_is_ahead", "other_history", "other_hash", "broken_link", "rival_incarnation"}
)
"""Alarms that say that the office knows another history of this register than the till's file: it
was put back from a copy, or runs twice. What it held may have been used in the other one."""


def hold_here(till: Till, kind: str, key: str) -> Hold:
    """What lies here of a right. On the writer: inside a transaction, with what it has done."""
    register, copies = till.identity.register_serial, till.country.copies_allowed
    return hold_of(till.file, register, kind, key, copies)


def moves(step: Step) -> tuple[RightMove, ...]:
    """The moves of a step, for the `rights` of the entry that does them. A parked receipt's state
    is the cart beside it (`journaled`), so it is not written twice."""
    facts, _ = step
    return tuple(
        replace(fact, state="") if fact.kind == terms.PARKED else fact
        for fact in facts
        if isinstance(fact, RightMove)
    )


def moved(step: Step) -> RightsMoved:
    """The moves of a step as an entry of their own, `right.moved`."""
    return RightsMoved(moves(step))


def write(tx: Transaction, facts: Sequence[Fact]) -> None:
    """Append facts, each as its own entry."""
    for fact in facts:
        if isinstance(fact, RightMove):
            tx.append("right.moved", RightsMoved((fact,)))
        else:
            tx.append(journaled.KIND_OF[type(fact)], fact)


# Asking.


def ask(
    till: Till,
    actor: Person,
    kind: str,
    key: str,
    amount: int,
    *,
    cart_id: str = "",
    seen_generation: int = 0,
    then: Callable[[], None] | None = None,
) -> None:
    """Ask the office for `amount` of a right; the answer comes with an exchange (rule 2).

    `cart_id` is what waits, by default the right itself. `seen_generation`: a manager takes a
    parked receipt over that he saw under it. Refused: `office_away`, `stopped`, `asking`;
    `not_in_training`.
    """

    def command() -> None:
        if till.desk.training:
            raise Refusal("not_in_training")
        held = hold_here(till, kind, key)
        step = holds.ask(
            held,
            till.clock.new_id(),
            amount,
            cart_id or key,
            online=till.sharing.online,
            stopped=till.sharing.stopped or till.sharing.frozen,
            seen_generation=seen_generation,
        )
        if step[0]:
            with till.transaction(actor) as tx:
                write(tx, step[0])
        before = till.sharing.wish(kind, key)
        since_s = till.clock.steady_s()
        wish = Wish(kind, key, amount, actor, since_s, seen_generation, then=then)
        wish.cart_id = cart_id or key
        if before and before.waits:
            wish.since_s, wish.tries = before.since_s, before.tries
        till.sharing.wishes[kind, key] = wish
        till.sharing.asking = True

    till.run(command)


def go_on_without(till: Till, actor: Person, kind: str, key: str) -> None:
    """Nobody waits for a right any more: what still comes is given back by itself."""

    def command() -> None:
        facts, _ = holds.go_on_without(hold_here(till, kind, key))
        if facts:
            with till.transaction(actor) as tx:
                write(tx, facts)
        till.sharing.wishes.pop((kind, key), None)

    till.run(command)


def ask_again(till: Till) -> None:
    """Ask anew for what is being called back, when its time has come; at the end of the patience
    say that the holder is away (rule 6). Called by the lane that exchanges."""
    now_s = till.clock.steady_s()
    for wish in till.sharing.all_wishes():
        if wish.outcome != terms.IS_RECALLED:
            continue
        if not _is_wanted(till, wish):
            till.sharing.wishes.pop((wish.kind, wish.key), None)
            continue
        waited_s = now_s - wish.since_s
        due = wish.tries < len(ASKED_AGAIN_S) and (
            waited_s >= ASKED_AGAIN_S[wish.tries] or _is_free(till, wish)
        )
        if due and till.sharing.online and waited_s <= GIVES_UP_S:
            _try_again(till, wish)
        elif waited_s > GIVES_UP_S:
            wish.outcome = HOLDER_AWAY


def _is_free(till: Till, wish: Wish) -> bool:
    card = till.sharing.card(wish.key) if wish.kind == terms.PARKED else None
    return card is not None and not card.register


def _try_again(till: Till, wish: Wish) -> None:
    since_s, tries = wish.since_s, wish.tries + 1
    try:
        ask(
            till,
            wish.actor,
            wish.kind,
            wish.key,
            wish.amount,
            cart_id=wish.cart_id,
            seen_generation=wish.seen_generation,
            then=wish.then,
        )
    except Refusal as no:
        wish.outcome = no.code
        return
    again = till.sharing.wish(wish.kind, wish.key)
    if again:
        again.since_s, again.tries = since_s, tries


# The office's answers.


def last_order(till: Till) -> int:
    """The number of the last order that the journal has."""
    return int(till.file.state(LAST_ORDER, "0"))


def take_orders(till: Till, orders: Sequence[WireOrder]) -> None:
    """Take orders in number order, each in one commit with its entry; none is deferred (rule 4).

    An order that cannot be read ends the taking: none may be skipped.
    """
    for wire in sorted(orders, key=lambda order: order.order_no):
        try:
            order = read_order(wire.order_no, wire.kind, wire.body)
        except ValueError as fault:
            log.error("order %s cannot be read: %s", wire.order_no, fault)
            return
        wish = _take(till, order)
        if wish is not None:
            _arrived(till, wish, wire.order_no)


def _arrived(till: Till, wish: Wish, order_no: int) -> None:
    """Do what waited for a grant, and only then say that nobody waits any more: a screen that was
    drawn between the two would show neither the waiting nor what came, and not look again."""
    assert wish.then is not None, "something waited"

    def nobody_waits() -> None:
        if wish.waits:
            wish.outcome = GRANTED

    try:
        wish.then()
    except Refusal as no:
        log.info("what waited for order %s is not done: %s", order_no, no)
    finally:
        till.run(nobody_waits)


def _take(till: Till, order: Order) -> Wish | None:
    """Apply one order; returns the wish with something that waited for it."""

    def command() -> Wish | None:
        last = last_order(till)
        if not terms.is_next(last, order.order_no):
            return None
        held = hold_here(till, order.kind, order.key)
        wish = till.sharing.wish(order.kind, order.key)
        with till.transaction(None) as tx:
            before = _made_ready(till, held, order, wish)
            write(tx, before[0])
            step = holds.apply_order(before[1], last, order)
            write(tx, step[0])
        till.sharing.asking = any(one.claim for one in open_holds(till.file))
        if before[0] and isinstance(order, Grant):
            till.sharing.wishes.pop((order.kind, order.key), None)
            return None
        return _told(till, wish, order, step[1])

    return till.run(command)


def _made_ready(till: Till, held: Hold, order: Order, wish: Wish | None) -> Step:
    """What is done in the same commit before an order is applied.

    A grant that nobody waits for any more is not wanted: the program was restarted, or the
    cashier went on with other goods. Returns are called back while none of their lines stands on
    the open receipt any more: then they are idle.
    """
    if isinstance(order, Grant) and not _is_wanted(till, wish):
        return holds.go_on_without(held)
    if isinstance(order, Recall) and order.kind == terms.RETURN and held.reserved:
        cart = till.desk.cart
        keys = (
            {key_of_origin(till, line.origin) for line in cart.lines if line.origin} if cart else ()
        )
        if held.key not in keys:
            return holds.cancel(held)
    return (), held


def _is_wanted(till: Till, wish: Wish | None) -> bool:
    if wish is None or not wish.waits:
        return False
    on_counter = till.desk.cart is not None and bool(till.desk.cart.lines)
    return not (wish.kind == terms.PARKED and on_counter)


def _told(till: Till, wish: Wish | None, order: Order, after: Hold) -> Wish | None:
    """Let whoever waits know how it ended. A wish that comes back waits for what is done now."""
    if wish is None or after.claim is not None:
        return None
    if isinstance(order, Grant):
        if wish.then and after.have:
            return wish
        wish.outcome = GRANTED
    if isinstance(order, Refuse):
        wish.outcome, wish.holder, wish.free_amount = order.reason, order.holder, order.free
        card = till.sharing.card(wish.key) if wish.kind == terms.PARKED else None
        if order.reason == terms.HELD_BY and card and not card.on_screen:
            # It was on a screen when it was called back last; it no longer is, so it will come.
            wish.outcome = terms.IS_RECALLED
    return None


def heard(till: Till, answer: ExchangeAnswer | None, alarm: str) -> None:
    """The office answered an exchange, or (None) did not. `alarm`: its records and the till's
    disagree, or it has stopped this chain: open claims end as refused (rule 14)."""
    till.sharing.online = answer is not None
    if answer is None:
        return
    till.sharing.stopped = bool(alarm)
    if not alarm:
        return
    if alarm in TWO_HISTORIES and not till.sharing.frozen:
        _freeze(till)
    _end_claims(till)


def _freeze(till: Till) -> None:
    """This file was put back from a copy: from now on it holds nothing, also offline (D24)."""

    def command() -> None:
        with till.file.commit():
            till.file.put_state(FROZEN, "1")
        till.sharing.frozen = True

    till.run(command)


def _end_claims(till: Till) -> None:
    def command() -> None:
        for held in open_holds(till.file):
            facts, _ = holds.end_claim(held)
            if facts:
                with till.transaction(None) as tx:
                    write(tx, facts)
            wish = till.sharing.wish(held.kind, held.key)
            if wish and wish.waits:
                wish.outcome = terms.STOPPED
        till.sharing.asking = False

    till.run(command)


# What the open cart has reserved.


def check_lies_here(till: Till) -> None:
    """Refused with `stopped` when this file was put back from a copy and so holds nothing."""
    if till.sharing.frozen:
        raise Refusal("stopped")


def check_payable(till: Till) -> None:
    """Refuse to take money for what another till has taken over: `broken` (rule 11)."""
    for held in open_holds(till.file):
        holds.check_payable(held)


def reserve_returns(tx: Transaction, origins: Sequence[Origin]) -> None:
    """Take the tokens of these sales for the open receipt, where they are not taken yet.

    Refused with `return_elsewhere`, `stopped`. Practice takes none.
    """
    till = tx.till
    if till.desk.training:
        return
    for key in dict.fromkeys(key_of_origin(till, origin) for origin in origins):
        check_lies_here(till)
        held = hold_here(till, terms.RETURN, key)
        if held.reserved:
            continue
        if not key or not held.have:
            raise Refusal("return_elsewhere")
        tx.append("right.moved", moved(holds.reserve(held, 1)))


def leaving(till: Till, cart: Cart) -> tuple[RightMove, ...]:
    """What a cart does with its rights when it is given up: its own token ends with it, everything
    else goes back. One that was taken over meanwhile lives on elsewhere."""
    done: list[RightMove] = []
    for held in open_holds(till.file):
        if not held.reserved:
            continue
        mine = held.kind == terms.PARKED and held.key == cart.cart_id
        if mine and held.reserved_generation == held.generation:
            done += moves(holds.use(held, held.reserved))
        else:
            done += moves(holds.cancel(held))
    return tuple(done)


def sealing(till: Till, cart: Cart, receipts: Sequence[ReceiptSealed]) -> list[ReceiptSealed]:
    """The sealed receipts of a cart with what they use of rights, in the commit that seals them.

    In training nothing is shared (D9).
    """
    if till.desk.training:
        return list(receipts)
    done = []
    for place, sealed in enumerate(receipts):
        last = place == len(receipts) - 1
        rights = _uses(till, cart, sealed, last)
        done.append(replace(sealed, rights=rights) if rights else sealed)
    return done


def _uses(till: Till, cart: Cart, sealed: ReceiptSealed, last: bool) -> tuple[RightMove, ...]:
    """What one receipt uses: a return its sales' tokens, the last of a cart the cart's own."""
    done: list[RightMove] = []
    if sealed.kind == RETURN:
        done += _returns(till, sealed)
    for step in gift_uses(till.file, till.identity.register_serial, sealed):
        done += moves(step)
    if last:
        for held in open_holds(till.file):
            if held.kind == terms.PARKED and held.key == cart.cart_id and held.reserved:
                done += moves(holds.use(held, held.reserved))
            elif held.kind == terms.RETURN and held.reserved and not _comes_back(till, cart, held):
                done += moves(holds.cancel(held))
    return tuple(done)


def _comes_back(till: Till, cart: Cart, held: Hold) -> bool:
    return any(line.origin and key_of_origin(till, line.origin) == held.key for line in cart.lines)


def _returns(till: Till, sealed: ReceiptSealed) -> list[RightMove]:
    """Each sale that something came back of: its token goes on with the new state, or ends."""
    origins = {line.origin.receipt_id: line.origin for line in sealed.lines if line.origin}
    done: list[RightMove] = []
    for receipt_id, origin in origins.items():
        key = key_of_origin(till, origin)
        if not key:
            continue
        held = hold_here(till, terms.RETURN, key)
        if not held.reserved:
            if not held.have:
                continue
            step = holds.reserve(held, 1)
            done += moves(step)
            held = step[1]
        state = journaled.returned_now(state_of(till, held, receipt_id), sealed, receipt_id)
        sale = sale_of_key(till.file, key)
        text = journaled.state_text(state)
        if sale and journaled.all_is_returned(state, sale):
            done += moves(holds.use(held, 1, text))
        else:
            done += moves(holds.keep(held, text))
    return done


__all__ = [
    "ASKING",
    "GRANTED",
    "HOLDER_AWAY",
    "Broken",
    "ask",
    "ask_again",
    "check_lies_here",
    "check_payable",
    "go_on_without",
    "heard",
    "hold_here",
    "last_order",
    "leaving",
    "moved",
    "moves",
    "reserve_returns",
    "sealing",
    "take_orders",
    "write",
]
