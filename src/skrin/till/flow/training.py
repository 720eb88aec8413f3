"""Training: the whole till to practise on, and nothing of it real (D9).

Entries carry the mode, receipts take their own series and the mark ÖVNING, the control unit hears
them as practice, payments are pretended, and of all of it the day counts the receipts' number and
sum, nothing else (item 14 of the day report).
"""

from __future__ import annotations

from skrin.domain import role as roles
from skrin.domain.cart import CartAborted
from skrin.domain.desk import ReturnModeSet, TrainingSet
from skrin.domain.refusal import Refusal
from skrin.sync.messages import Person
from skrin.till.flow.selling import check_may_change
from skrin.till.flow.till import Till


def set_training(till: Till, actor: Person, on: bool, approver: Person | None = None) -> None:
    """Begin to practise, or end it; ending takes no right. `till.desk.training` tells.

    Refused: `cart_on_counter` while there are goods, what `check_may_change` refuses, and by role
    `not_allowed`, `approver_not_allowed`.
    """

    def command() -> None:
        desk = till.desk
        if desk.training == on:
            return
        check_may_change(till)
        if desk.registering:
            raise Refusal("document_waits_for_mark")
        if desk.cart and desk.cart.lines:
            raise Refusal("cart_on_counter")
        if on:
            till.check(actor, roles.TRAINING, approver)
        with till.transaction(actor) as tx:
            if desk.cart:
                tx.append("cart.aborted", CartAborted(desk.cart.cart_id, 0, 0))
            if desk.return_mode != "off":
                tx.append("return_mode.set", ReturnModeSet("off"))
            tx.append("training.set", TrainingSet(on, approver.person if approver else ""))
            if not on:
                till.file.drop_practised()

    till.run(command)
