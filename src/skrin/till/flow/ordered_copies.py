"""Copies that were ordered at the office: this till makes them as if a person here had asked.

The list comes with each answer of the office and is all that is wanted now: an order that is not in
it any more was withdrawn, or is over. Nothing of it is kept. The order's id is the copy's, so one
that was made is known by it, before and after a restart, and never made again (`copying.make`).

A copy counts in the day's totals, so it is made only while the till's day is open: an order at
night must not begin a day that nobody then closes. What can never be made is declined with an
entry; the rest is tried again while it is wanted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from skrin.domain.beside import CopyDeclined
from skrin.domain.refusal import Refusal
from skrin.domain.rights import terms
from skrin.sync.messages import OrderedCopy, Person
from skrin.till.flow.till import Till

SOON_S, LATER_S = 15.0, 300.0
"""When it is tried again after the till itself could not; and after the office was asked for the
right, because each asking is an entry."""

NEVER = frozenset(
    {
        "copy_made",
        "copies_forbidden",
        "receipt_gone",
        "not_allowed",
        "pin_wanted",
        "rate_not_registrable",
        terms.USED_UP,
        terms.FROZEN,
    }
)
"""Refusals that waiting does not mend."""

Make = Callable[[Person, str, str], bool]


@dataclass(slots=True)
class OrderedCopies:
    """Makes what is ordered, one at a time. `make`: `Counter.copy_receipt`."""

    till: Till
    make: Make
    ended: set[str] = field(default_factory=set)
    """Orders that were made or declined; the office may still name them for a moment."""
    next_s: dict[str, float] = field(default_factory=dict)

    def make_due(self) -> None:
        """Make, or decline, what is ordered and due."""
        orders = self.till.sharing.copies
        wanted = {one.order_id for one in orders}
        self.ended &= wanted
        self.next_s = {key: at for key, at in self.next_s.items() if key in wanted}
        # An office that does not answer cannot withdraw: nothing is begun on its old word.
        if not self.till.sharing.online or not self.till.run(self._day_is_open):
            return
        for order in orders:
            if order.order_id not in self.ended:
                self._one(order)

    def _day_is_open(self) -> bool:
        till = self.till
        today = till.today()
        return any(day == today for day, _ in till.file.counted_periods(till.head.last_closed))

    def _one(self, order: OrderedCopy) -> None:
        now_s = self.till.clock.steady_s()
        wish = self.till.sharing.wish(terms.COPY, order.key)
        if wish and wish.waits:
            return
        if wish and wish.outcome in NEVER:
            self._decline(order, wish.outcome)
            return
        if now_s < self.next_s.get(order.order_id, 0.0):
            return
        person = Person(order.person, order.display_name, order.role, ())
        try:
            if self.make(person, order.order_id, order.key):
                self.ended.add(order.order_id)
            else:
                self.next_s[order.order_id] = now_s + LATER_S
        except Refusal as no:
            if no.code in NEVER:
                self._decline(order, no.code)
            else:
                self.next_s[order.order_id] = now_s + SOON_S

    def _decline(self, order: OrderedCopy, reason: str) -> None:
        def command() -> None:
            with self.till.transaction(
                Person(order.person, order.display_name, order.role, ())
            ) as tx:
                tx.append("copy.declined", CopyDeclined(order.order_id, order.key, reason))

        try:
            self.till.run(command)
        except Refusal:  # A clock that went back: it is said later.
            self.next_s[order.order_id] = self.till.clock.steady_s() + SOON_S
            return
        self.ended.add(order.order_id)
