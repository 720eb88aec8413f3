"""Paying: preflight, then money, committed before it is asked for and after (D15, D18)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from skrin.domain.closing import local_time
from skrin.domain.discount import cash_rounding
from skrin.domain.money import CURRENCIES
from skrin.domain.payment import (
    APPROVED,
    BY_ANSWER,
    BY_STATUS,
    CARD,
    CASH,
    DECLINED,
    UNKNOWN,
    PaymentBegun,
    PaymentDecided,
    PaymentMethod,
    PaymentTaken,
)
from skrin.domain.refusal import Refusal
from skrin.domain.sale import OPEN, PAYING, SEALED, STUCK, Attempt, Desk
from skrin.fiscal.contract import UnitRefused, UnitSilent
from skrin.payments.contract import PaymentAnswer, PaymentAsk
from skrin.sync.messages import Person
from skrin.till.devices.contract import BLOCKING_CONDITIONS
from skrin.till.flow.till import Till

UNIT_ANSWER_HOLDS_S = 10.0
"""How long an answer of the control unit counts as its being there (D15)."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(slots=True)
class Preflight:
    """Asks the devices that a sale cannot do without, before any money moves (D15)."""

    till: Till
    unit_answered_s: float | None = None
    unit_fault: str = ""
    unit_id: str = ""
    printer_condition: str = ""

    def heard_from_unit(self) -> None:
        """The control unit has just answered."""
        self.unit_answered_s = self.till.clock.steady_s()
        self.unit_fault = ""

    def check_register(self) -> None:
        """Refuse a cart that the fiscal unit could never be told: found before money, not after."""
        till, cart = self.till, self.till.desk.cart
        rates = {till.rate_of(line.vat_class(cart.way)) for line in cart.lines} if cart else set()
        till.country.check_registrable(till.store.org_number, till.identity.seat.designation, rates)

    def check_unit(self) -> None:
        """Refuse with `control_unit_silent` or `control_unit_refuses` when no mark could come."""
        answered = self.unit_answered_s
        now = self.till.clock.steady_s()
        if answered is not None and now - answered <= UNIT_ANSWER_HOLDS_S:
            return
        unit = self.till.devices.control_unit
        if unit is None:
            raise Refusal("control_unit_missing")
        try:
            status = unit.status()
        except UnitSilent as silence:
            self.unit_answered_s, self.unit_fault = None, "silent"
            raise Refusal("control_unit_silent") from silence
        except UnitRefused as no:
            self.unit_answered_s, self.unit_fault = None, no.code
            raise Refusal("control_unit_refuses", unit_code=no.code) from no
        if not status.ok:
            self.unit_answered_s, self.unit_fault = None, status.main_status
            raise Refusal("control_unit_refuses", unit_code=status.main_status)
        self.heard_from_unit()

    def check_printer(self) -> None:
        """Refuse with `printer_<condition>` when no receipt could come out."""
        printer = self.till.devices.printer
        if printer is None:
            raise Refusal("printer_missing")
        self.printer_condition = printer.condition()
        if self.printer_condition in BLOCKING_CONDITIONS:
            raise Refusal(f"printer_{self.printer_condition}")


def check_may_pay(desk: Desk) -> None:
    """Refuse what the desk does not allow: nothing to pay, a payment going on, paper waiting."""
    if desk.state == SEALED:
        raise Refusal("sale_waits_for_mark")
    if desk.state == STUCK:
        raise Refusal("outcome_unknown")
    if desk.attempt:
        raise Refusal("sale_is_being_paid")
    if desk.undelivered:
        first = desk.undelivered[0]
        if first.report:
            raise Refusal("report_waits")
        raise Refusal("paper_waits", number=first.number)
    if desk.cart is None or not desk.cart.lines:
        raise Refusal("cart_empty")
    assert desk.state in (OPEN, PAYING), "a cart is open or being paid"


def _known(desk: Desk, payment_id: str) -> bool:
    """Whether this tap has been taken: tried, on the cart, or on what became of the cart."""
    if desk.attempt and desk.attempt.begun.attempt_id == payment_id:
        return True
    if payment_id in desk.tried:
        return True
    sealed = [desk.pending.sealed] if desk.pending else []
    sealed += [desk.finished.sealed] if desk.finished else []
    paid = [*desk.payments, *(payment for s in sealed for payment in s.payments)]
    return any(payment.payment_id == payment_id for payment in paid)


def cash_to_pay(till: Till, left_minor: int) -> int:
    """What the rest costs in cash: rounded to what coins can pay (D13)."""
    step = CURRENCIES[till.store.currency].cash_step_minor
    return left_minor + cash_rounding(left_minor, step)


def pay_cash(
    till: Till, actor: Person, preflight: Preflight, tap_id: str, tendered_minor: int | None
) -> None:
    """Take the rest in cash; `tendered_minor` None = exactly. Change is computed (R-PAY-004).

    Refused: what `check_may_pay` and the preflight refuse; `tendered_not_payable` (not whole
    coins), `tendered_too_little` (with what it costs in cash).
    """
    method = _method(till, CASH)
    if _known(till.desk, tap_id):
        return
    check_may_pay(till.desk)
    preflight.check_register()
    preflight.check_unit()
    preflight.check_printer()

    def command() -> None:
        desk = till.desk
        if _known(desk, tap_id):
            return
        check_may_pay(desk)
        assert desk.cart is not None
        if desk.left_minor == 0:
            return
        step = CURRENCIES[till.store.currency].cash_step_minor
        to_pay_minor = cash_to_pay(till, desk.left_minor)
        given_minor = to_pay_minor if tendered_minor is None else tendered_minor
        if given_minor % step:
            raise Refusal("tendered_not_payable", step_minor=step)
        if given_minor < to_pay_minor:
            raise Refusal("tendered_too_little", to_pay_minor=to_pay_minor)
        with till.transaction(actor) as tx:
            taken = PaymentTaken(
                desk.cart.cart_id,
                tap_id,
                method.id,
                method.kind,
                method.name,
                to_pay_minor,
                given_minor,
                given_minor - to_pay_minor,
                to_pay_minor - desk.left_minor,
                method.drawer,
            )
            tx.append("payment.taken", taken)

    till.run(command)


def begin_card(
    till: Till, actor: Person, preflight: Preflight, tap_id: str, fresh: Callable[[], None]
) -> None:
    """Commit the intent to charge the rest to a card. The lane of the sale asks the terminal.

    `fresh` is called on the writer before the commit takes effect: only an attempt that this
    process itself began may be sent; any other is asked about (D18).

    Refused as `pay_cash`, and with `card_terminal_missing` where there is none.
    """
    method = _method(till, CARD)
    if till.devices.card_terminal is None:
        raise Refusal("card_terminal_missing")
    if _known(till.desk, tap_id):
        return
    check_may_pay(till.desk)
    preflight.check_register()
    preflight.check_unit()
    preflight.check_printer()
    service_id = new_service_id(till)

    def command() -> None:
        desk = till.desk
        if _known(desk, tap_id):
            return
        check_may_pay(desk)
        assert desk.cart is not None
        if desk.left_minor == 0:
            return
        with till.transaction(actor) as tx:
            begun = PaymentBegun(
                desk.cart.cart_id,
                tap_id,
                method.id,
                method.kind,
                method.name,
                desk.left_minor,
                till.store.currency,
                till.devices.card_terminal_id,
                till.devices.sale_id,
                service_id,
            )
            tx.append("payment.begun", begun)
            fresh()

    till.run(command)


def _method(till: Till, kind: str) -> PaymentMethod:
    method = till.registers.method_of(kind)
    if method is None:
        raise Refusal("method_missing", kind=kind)
    return method


def new_service_id(till: Till) -> str:
    """A message id that this till has never used: a stored counter in base 36 (facts: nexo)."""
    number, text = till.devices.next_service_number(), ""
    while number:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text


def ask_of(till: Till, attempt: Attempt, operator: str) -> PaymentAsk:
    """What the terminal is asked for an attempt: the ids that were stored with the intent."""
    begun = attempt.begun
    at = till.clock.now()
    return PaymentAsk(
        begun.attempt_id,
        begun.sale_id,
        begun.service_id,
        begun.card_terminal_id,
        begun.amount_minor,
        begun.currency,
        local_time(at.utc_ms, at.offset_min).isoformat(timespec="seconds"),
        operator,
    )


def decide(till: Till, attempt_id: str, answer: PaymentAnswer, by_status: bool) -> None:
    """Commit what is known of an attempt. An answer to another attempt, or a late one, changes
    nothing; "still running" after an unknown is no news."""

    def command() -> None:
        attempt = till.desk.attempt
        if attempt is None or attempt.begun.attempt_id != attempt_id:
            return
        if answer.outcome == UNKNOWN and attempt.unknown:
            return
        assert answer.outcome in (APPROVED, DECLINED, UNKNOWN)
        with till.transaction(None) as tx:
            decided = PaymentDecided(
                attempt.begun.cart_id,
                attempt_id,
                answer.outcome,
                answer.amount_minor if answer.outcome == APPROVED else 0,
                answer.reason,
                BY_STATUS if by_status else BY_ANSWER,
                answer.card,
            )
            tx.append("payment.decided", decided)

    till.run(command)
