"""A clock that went back: a person says that the time it shows now is right (D7).

Sequence orders the journal, never time, so nothing is lost by an entry that is earlier than the one
before it. But a clock that jumped is mostly wrong, so selling stops until somebody has looked.
"""

from __future__ import annotations

from skrin.domain import role as roles
from skrin.domain.journal import ClockConfirmed
from skrin.domain.record import replace
from skrin.sync.messages import Person
from skrin.till.flow.till import CLOCK_CONFIRMED, Till, Transaction


def went_back_ms(till: Till) -> int:
    """How far the clock is behind the journal, when that stops selling; 0 = it does not."""
    return max(0, till.head.at_utc_ms - till.clock.now().utc_ms) if till.clock_stops() else 0


def confirm(till: Till, actor: Person, approver: Person | None = None) -> None:
    """Take the clock's time from now on, and journal who said so. Nothing happens when it is in
    order. Refused by role: `not_allowed`, `approver_not_allowed`."""

    def command() -> None:
        if not till.clock_stops():
            return
        till.check(actor, roles.SETTINGS, approver)
        now = till.clock.now()
        by = approver.person if approver else ""
        with Transaction(till, actor.person, now) as tx:
            tx.append("clock.confirmed", ClockConfirmed(till.head.at_utc_ms, now.utc_ms, by))
            tx.head = replace(tx.head, last_z_at_utc_ms=0)
            till.file.put_state(CLOCK_CONFIRMED, "1")

    till.run(command)
