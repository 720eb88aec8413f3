"""Parking: a cart set aside under a name, and fetched again, any number of times (R-PARK-001..006).

A parked receipt is one token that lies at one till of the store: at the one that parked it, until
another till asks. Whoever holds it can, also without the office; the others see it with its
holder's name (D22). Names live outside the journal and expire with the cart (D5). The cart is
carried whole by the entry that parks it, so that it can be fetched wherever its right lies.
"""

from __future__ import annotations

from dataclasses import dataclass

from skrin.domain import role as roles
from skrin.domain.cart import Cart, CartFetched, CartParked, ParkedDeleted
from skrin.domain.codec import decode, encode
from skrin.domain.pricing import cart_total
from skrin.domain.refusal import Refusal
from skrin.domain.report import TotalsRow
from skrin.domain.rights import hold as holds
from skrin.domain.rights import journaled
from skrin.domain.rights.hold import Hold
from skrin.domain.rights.terms import PARKED, RETURN, RightMove
from skrin.sync.messages import ExchangeAnswer, ParkedCard, ParkedName, Person
from skrin.till.flow import rights
from skrin.till.flow.rights_folding import PARKED_LIST, ParkedList, open_holds
from skrin.till.flow.selling import check_may_change
from skrin.till.flow.till import Till
from skrin.till.storage.shop_reader import ShopReader

MAX_NAME = 40

TAG = "parked_tag"
"""Under this name the state keeps which list of the office this till has."""


@dataclass(frozen=True, slots=True)
class Parked:
    """A cart set aside here: its name, when, and all that is on it."""

    name: str
    parked_utc_ms: int
    cart: Cart


def proposed_name(till: Till) -> str:
    """A name for the next parked cart: the one that it had, or a number that is free in the
    store."""
    cart = till.desk.cart
    before = till.sharing.card(cart.cart_id) if cart else None
    if before and before.name:
        return before.name
    taken = {parked.name for parked in parked_carts(till.file)}
    taken |= {card.name for card in till.sharing.parked}
    number = 1
    while str(number) in taken:
        number += 1
    return str(number)


def park(till: Till, actor: Person, name: str) -> None:
    """Set the open cart aside; the counter is free. One that another till took over meanwhile is
    only put away here: it lives on there (rule 11).

    Refused: `cart_empty`, `name_empty`; `return_not_parkable` while goods of an earlier receipt
    stand on it: their token is for the open receipt, and
    `gift_card_not_parkable`: the code of a card that is sold lies at this till.
    """

    def command() -> None:
        check_may_change(till)
        cart = till.desk.cart
        if cart is None or not cart.lines:
            raise Refusal("cart_empty")
        if any(line.origin for line in cart.lines):
            raise Refusal("return_not_parkable")
        if any(line.gift for line in cart.lines):
            raise Refusal("gift_card_not_parkable")
        called = " ".join(name.split())[:MAX_NAME]
        if not called:
            raise Refusal("name_empty")
        with till.transaction(actor) as tx:
            moves, stays = _set_aside(till, cart, tx.at.utc_ms)
            tx.append("cart.parked", CartParked(cart, tx.at.utc_ms, moves))
            if stays:
                till.file.put_parked(cart.cart_id, called, tx.at.utc_ms, encode(cart))

    till.run(command)


def _set_aside(till: Till, cart: Cart, at_utc_ms: int) -> tuple[tuple[RightMove, ...], bool]:
    """What parking does to rights, and whether the cart lies here afterwards."""
    if till.desk.training:
        return (), True
    held = rights.hold_here(till, PARKED, cart.cart_id)
    state = journaled.state_of_cart(cart, at_utc_ms)
    done = [
        move
        for other in open_holds(till.file)
        if other.kind == RETURN and other.reserved
        for move in rights.moves(holds.cancel(other))
    ]
    if not held.reserved:
        return (*done, *rights.moves(holds.bear(held, 1, state))), True
    stays = held.reserved_generation == held.generation
    return (*done, *rights.moves(holds.keep(held, state))), stays


def parked_carts(reader: ShopReader) -> list[Parked]:
    """The carts set aside that lie here, oldest first, with what is on them (R-PARK-002)."""
    return [
        Parked(name, parked_utc_ms, decode(Cart, content))
        for _, name, parked_utc_ms, content in reader.parked()
    ]


def elsewhere(till: Till, reader: ShopReader) -> list[ParkedCard]:
    """The store's parked receipts that do not lie here, as the office told them last, oldest first
    (R-PARK-006). None in training: practice shares nothing (D9)."""
    if till.desk.training:
        return []
    here = {cart_id for cart_id, *_ in reader.parked()}
    own, cart = till.identity.register_serial, till.desk.cart
    if cart:
        here.add(cart.cart_id)
    return [c for c in till.sharing.parked if c.cart_id not in here and c.register != own]


def fetch(till: Till, actor: Person, cart_id: str) -> bool:
    """Put a parked cart on the counter; whether it is there now. One that lies at another till is
    asked for, and comes on the counter by itself unless other goods lie there by then.

    Refused: `parked_gone`, `cart_on_counter`; `stopped`; what `rights.ask` refuses.
    """

    def command() -> bool:
        check_may_change(till)
        if till.desk.cart and till.desk.cart.lines:
            raise Refusal("cart_on_counter")
        found = _here(till, cart_id)
        if found is None:
            return False
        moves = _reserved(till, cart_id)
        with till.transaction(actor) as tx:
            tx.append("cart.fetched", CartFetched(found.cart, moves))
            till.file.drop_parked(cart_id)
        till.sharing.wishes.pop((PARKED, cart_id), None)
        return True

    if till.run(command):
        return True
    if not any(card.cart_id == cart_id for card in elsewhere(till, till.file)):
        raise Refusal("parked_gone")
    rights.ask(till, actor, PARKED, cart_id, 1, then=lambda: _arrived(till, actor, cart_id))
    return False


def _arrived(till: Till, actor: Person, cart_id: str) -> None:
    fetch(till, actor, cart_id)


def take_over(till: Till, actor: Person, cart_id: str, approver: Person | None = None) -> None:
    """A manager takes a parked receipt over from a till that does not answer (rule 11): it comes
    here under a new generation, and what the old holder still does with it is reported.

    Refused: by role (`take_over`), `parked_gone`, `cart_on_counter`; what `rights.ask` refuses.
    """

    def command() -> ParkedCard:
        check_may_change(till)
        if till.desk.cart and till.desk.cart.lines:
            raise Refusal("cart_on_counter")
        till.check(actor, roles.TAKE_OVER, approver)
        card = till.sharing.card(cart_id)
        if card is None or card.register == till.identity.register_serial:
            raise Refusal("parked_gone")
        return card

    card = till.run(command)
    rights.ask(
        till,
        approver or actor,
        PARKED,
        cart_id,
        1,
        seen_generation=card.generation,
        then=lambda: _arrived(till, actor, cart_id),
    )


def delete(till: Till, actor: Person, cart_id: str) -> None:
    """Give a parked cart up that lies here: an unfinished sale. Refused with `parked_gone`."""

    def command() -> None:
        found = _here(till, cart_id)
        if found is None:
            raise Refusal("parked_gone")
        total_minor = abs(cart_total(found.cart))
        reserved = _reserved(till, cart_id)
        moves = reserved
        if reserved:
            held = _after(rights.hold_here(till, PARKED, cart_id), reserved)
            moves = (*reserved, *rights.moves(holds.use(held, 1)))
        with till.transaction(actor) as tx:
            gone = ParkedDeleted(cart_id, len(found.cart.lines), total_minor, moves)
            tx.append("parked.deleted", gone)
            tx.count([TotalsRow("unfinished", "", "", 1, 0, total_minor)])
            till.file.drop_parked(cart_id)

    till.run(command)


def _after(held: Hold, moves: tuple[RightMove, ...]) -> Hold:
    for move in moves:
        held = holds.fold(held, move)
    return held


def _reserved(till: Till, cart_id: str) -> tuple[RightMove, ...]:
    """The moves that put a parked cart of here on the counter. One that was parked before tills
    shared any is born with it; practice has no rights."""
    if till.desk.training:
        return ()
    rights.check_lies_here(till)
    held = rights.hold_here(till, PARKED, cart_id)
    if held.have or held.generation:
        return rights.moves(holds.reserve(held, 1))
    born = holds.bear(held, 1)
    return (*rights.moves(born), *rights.moves(holds.reserve(born[1], 1)))


def _here(till: Till, cart_id: str) -> Parked | None:
    return next((p for p in parked_carts(till.file) if p.cart.cart_id == cart_id), None)


# What travels beside the journal: names, and the store's list.


def names_to_tell(till: Till, reader: ShopReader) -> tuple[ParkedName, ...]:
    """Names of carts parked here that the store's list has not, or has otherwise."""
    listed = {card.cart_id: card.name for card in till.sharing.parked}
    return tuple(
        ParkedName(cart_id, name)
        for cart_id, name in reader.parked_names().items()
        if name and listed.get(cart_id) != name
    )


def take_list(till: Till, answer: ExchangeAnswer) -> None:
    """Take the store's parked receipts out of the office's answer, when they are others than the
    till's. A read model of other journals: it has no entry here."""
    parked = answer.parked
    if parked is None:
        return

    def command() -> None:
        with till.file.commit():
            till.file.put_state(PARKED_LIST, encode(ParkedList(parked)).decode())
            till.file.put_state(TAG, answer.parked_tag)
        till.sharing.parked = parked

    till.run(command)
