"""Parking: a cart set aside under a name, and fetched again, any number of times (R-PARK-001..005).

Names live outside the journal and expire with the cart (D5). The cart is carried whole by the
entry that parks it, so that it can be fetched wherever its right lies.
"""

from __future__ import annotations

from dataclasses import dataclass

from skrin.domain.cart import Cart, CartFetched, CartParked, ParkedDeleted
from skrin.domain.codec import decode, encode
from skrin.domain.pricing import cart_total
from skrin.domain.refusal import Refusal
from skrin.domain.report import TotalsRow
from skrin.sync.messages import Person
from skrin.till.flow.selling import check_may_change
from skrin.till.flow.till import Till
from skrin.till.storage.shop_reader import ShopReader

MAX_NAME = 40


@dataclass(frozen=True, slots=True)
class Parked:
    """A cart set aside: its name, when, and all that is on it."""

    name: str
    parked_utc_ms: int
    cart: Cart


def proposed_name(till: Till) -> str:
    """A name for the next parked cart: a number that is free."""
    taken = {parked.name for parked in parked_carts(till.file)}
    number = 1
    while str(number) in taken:
        number += 1
    return str(number)


def park(till: Till, actor: Person, name: str) -> None:
    """Set the open cart aside; the counter is free. Refused: `cart_empty`, `name_empty`."""

    def command() -> None:
        check_may_change(till)
        cart = till.desk.cart
        if cart is None or not cart.lines:
            raise Refusal("cart_empty")
        called = " ".join(name.split())[:MAX_NAME]
        if not called:
            raise Refusal("name_empty")
        with till.transaction(actor) as tx:
            tx.append("cart.parked", CartParked(cart, tx.at.utc_ms))
            till.file.put_parked(cart.cart_id, called, tx.at.utc_ms, encode(cart))

    till.run(command)


def parked_carts(reader: ShopReader) -> list[Parked]:
    """All carts set aside, oldest first, with what is on them (R-PARK-002)."""
    return [
        Parked(name, parked_utc_ms, decode(Cart, content))
        for _, name, parked_utc_ms, content in reader.parked()
    ]


def fetch(till: Till, actor: Person, cart_id: str) -> None:
    """Put a parked cart on the counter. Refused: `parked_gone`, `cart_on_counter`."""

    def command() -> None:
        check_may_change(till)
        if till.desk.cart and till.desk.cart.lines:
            raise Refusal("cart_on_counter")
        found = _find(till, cart_id)
        with till.transaction(actor) as tx:
            tx.append("cart.fetched", CartFetched(found.cart))
            till.file.drop_parked(cart_id)

    till.run(command)


def delete(till: Till, actor: Person, cart_id: str) -> None:
    """Give a parked cart up: an unfinished sale. Refused with `parked_gone`."""

    def command() -> None:
        found = _find(till, cart_id)
        total_minor = abs(cart_total(found.cart))
        with till.transaction(actor) as tx:
            gone = ParkedDeleted(cart_id, len(found.cart.lines), total_minor)
            tx.append("parked.deleted", gone)
            tx.count([TotalsRow("unfinished", "", "", 1, 0, total_minor)])
            till.file.drop_parked(cart_id)

    till.run(command)


def _find(till: Till, cart_id: str) -> Parked:
    found = next((p for p in parked_carts(till.file) if p.cart.cart_id == cart_id), None)
    if found is None:
        raise Refusal("parked_gone")
    return found
