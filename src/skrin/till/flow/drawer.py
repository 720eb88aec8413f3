"""Cash beside the sales: put in, taken out, and the drawer opened by hand (R-BTN-019, R-BTN-021).

The entry is committed before the printer is asked for anything, so that no opening of the drawer is
without its entry. A pulse that failed after that is told to the person, and is not sent again by
itself: a drawer that opens later, with nobody before it, is worse than one that stays shut.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from skrin.domain import role as roles
from skrin.domain.cash import (
    BY_KEY,
    DIRECTIONS,
    CashMoved,
    DrawerOpened,
    Reason,
    moved_rows,
    opened_rows,
)
from skrin.domain.money import CURRENCIES
from skrin.domain.receipt import Delivery
from skrin.domain.refusal import Refusal
from skrin.domain.sealing import seller_of
from skrin.sync.messages import Person
from skrin.till.devices.contract import BLOCKING_CONDITIONS
from skrin.till.flow.editing import checked_note
from skrin.till.flow.paying import Preflight
from skrin.till.flow.repeats import latest
from skrin.till.flow.till import Till, Transaction

SLIP_SERIES = "cash_slip"


def move_cash(
    till: Till,
    actor: Person,
    preflight: Preflight,
    tap_id: str,
    direction: str,
    amount_minor: int,
    reason: int = 0,
    text: str = "",
    approver: Person | None = None,
    fresh: Callable[[str], None] = lambda delivery_id: None,
) -> None:
    """Put cash into the drawer or take it out: an entry, the day's totals, and a slip that opens
    the drawer. `reason` is a published one of that direction; `fresh` hears the slip's delivery id.

    Refused: `not_in_training`, `direction_unknown`, `tendered_not_payable`, `reason_wanted`,
    `text_too_long`, by role `not_allowed`, `pin_wanted`, and `printer_...` when no slip could come
    out.
    """

    movement = Movement(direction, amount_minor, reason, text)

    def check() -> None:
        check_moved(till, movement)
        till.check(actor, roles.CASH_IN_OUT, approver)

    def command() -> None:
        if _taken_before(till, tap_id):
            return
        check()
        with till.transaction(actor) as tx:
            append_moved(till, tx, actor, movement, fresh, tap_id, approver)

    check()
    preflight.check_printer()
    till.run(command)


@dataclass(frozen=True, slots=True)
class Movement:
    """Cash that is to be put in or taken out: which way, how much, and why."""

    direction: str
    amount_minor: int
    reason: int = 0
    text: str = ""


def check_moved(till: Till, movement: Movement) -> None:
    """Refuse a movement of cash that `move_cash` refuses, but for the person's role."""
    _check_may_open(till)
    if movement.direction not in DIRECTIONS:
        raise Refusal("direction_unknown")
    step = CURRENCIES[till.store.currency].cash_step_minor
    if movement.amount_minor <= 0 or movement.amount_minor % step:
        raise Refusal("tendered_not_payable", step_minor=step)
    why = _reason(till, movement.direction, movement.reason)
    note = checked_note(movement.text)
    if why is None and not note:
        raise Refusal("text_empty")


def append_moved(
    till: Till,
    tx: Transaction,
    actor: Person,
    movement: Movement,
    fresh: Callable[[str], None],
    tap_id: str = "",
    approver: Person | None = None,
) -> None:
    """Write a movement that was checked: its entry, what it adds to the day, and its slip."""
    printer = till.devices.printer
    columns = printer.columns if printer else 42
    delivery = Delivery(till.clock.new_id(), "print", "receipt", columns, True)
    why = _reason(till, movement.direction, movement.reason)
    moved = CashMoved(
        movement.direction,
        tx.next_number(SLIP_SERIES),
        movement.amount_minor,
        till.store.currency,
        why.id if why else 0,
        why.name if why else "",
        why.account if why else "",
        checked_note(movement.text),
        till.identity.seat.designation,
        seller_of(till.store),
        actor.display_name,
        tap_id,
        approver.person if approver else "",
        delivery if printer else None,
    )
    tx.append("cash.moved", moved)
    if printer:
        fresh(delivery.delivery_id)
    tx.count(moved_rows(moved))


def _reason(till: Till, direction: str, wanted: int) -> Reason | None:
    """The published reason; None where none is published for the direction."""
    offered = till.registers.reasons_of(direction)
    found = next((reason for reason in offered if reason.id == wanted), None)
    if found is None and offered:
        raise Refusal("reason_wanted")
    return found


def open_drawer(
    till: Till, actor: Person, preflight: Preflight, tap_id: str, approver: Person | None = None
) -> None:
    """Open the drawer without a sale; the law counts it. Not while it could not open anyway.

    Refused: `not_in_training`, by role `not_allowed`, `pin_wanted`, `printer_...`, and
    `drawer_shut` when the printer did not take the pulse after all.
    """

    def command() -> bool:
        if _taken_before(till, tap_id):
            return False
        _check_may_open(till)
        with till.transaction(actor) as tx:
            by = approver.person if approver else ""
            tx.append("drawer.opened", DrawerOpened(BY_KEY, tap_id, by))
            tx.count(opened_rows())
        return True

    _check_may_open(till)
    till.check(actor, roles.DRAWER, approver)
    preflight.check_printer()
    if not till.run(command):
        return
    printer = till.devices.printer
    if printer is None or printer.open_drawer() in BLOCKING_CONDITIONS:
        raise Refusal("drawer_shut")


def _check_may_open(till: Till) -> None:
    if till.desk.training:
        raise Refusal("not_in_training")


def _taken_before(till: Till, tap_id: str) -> bool:
    """Whether this tap has opened the drawer already: the screen sent it twice (D20)."""
    return any(
        isinstance(body, CashMoved | DrawerOpened) and body.tap_id == tap_id
        for body in latest(till, "cash.moved", "drawer.opened")
    )
