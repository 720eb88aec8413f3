"""Pro formas: what the open cart comes to, on paper before it is paid (förhandskvitto).

Registered with the control unit under a type of its own, with a number of a series of its own, and
marked EJ KVITTO. The cart stays as it is: what is rung after it stands on the next pro forma, and
on the receipt.
"""

from __future__ import annotations

from skrin.domain import role as roles
from skrin.domain.beside import ProFormaSealed
from skrin.domain.receipt import PRO_FORMA
from skrin.domain.refusal import Refusal
from skrin.domain.sealing import Numbers, pro_forma
from skrin.sync.messages import Person
from skrin.till.flow.besides import next_serial
from skrin.till.flow.completing import sealing_now
from skrin.till.flow.paying import Preflight, check_devices_free
from skrin.till.flow.repeats import latest
from skrin.till.flow.till import Till


def make(till: Till, actor: Person, preflight: Preflight, tap_id: str) -> None:
    """Seal a pro forma of the open cart; the lanes register and print it. A repeat of the tap does
    nothing.

    Refused: `not_in_training`, `cart_empty`, `sale_is_being_paid` while a part of it is paid,
    `pro_forma_of_returns`; what `check_devices_free` and the preflight refuse.
    """

    def check() -> None:
        desk = till.desk
        if desk.training:
            raise Refusal("not_in_training")
        till.check(actor, roles.SELL)
        check_devices_free(desk)
        if desk.cart is None or not desk.cart.lines:
            raise Refusal("cart_empty")
        if desk.payments:
            raise Refusal("sale_is_being_paid")
        if any(line.back for line in desk.cart.lines):
            raise Refusal("pro_forma_of_returns")

    def known() -> bool:
        return any(
            isinstance(body, ProFormaSealed) and body.receipt.receipt_id == tap_id
            for body in latest(till, "pro_forma.sealed")
        )

    def command() -> None:
        if known():
            return
        check()
        cart = till.desk.cart
        assert cart is not None, "there are goods on the counter"
        with till.transaction(actor) as tx:
            number = tx.next_number(till.country.series_of(PRO_FORMA))
            numbers = Numbers(tap_id, number, next_serial(tx))
            sealing = sealing_now(tx, actor)
            tx.append("pro_forma.sealed", ProFormaSealed(pro_forma(cart, sealing, numbers)))

    if till.run(known):
        return
    till.run(check)
    preflight.check()
    till.run(command)
