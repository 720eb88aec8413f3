"""Paying: preflight, then money, committed before it is asked for and after (D15, D18)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from skrin.domain import method_rules as rules
from skrin.domain.closing import local_time
from skrin.domain.desk import Attempt, Desk
from skrin.domain.discount import cash_rounding
from skrin.domain.giftcard import GiftPart
from skrin.domain.money import CURRENCIES
from skrin.domain.payment import (
    CARD,
    CASH,
    CHARGE,
    GIFT_CARD,
    REFUND,
    VOID,
    Payment,
    PaymentBegun,
    PaymentGivenBack,
    PaymentMethod,
    PaymentTaken,
)
from skrin.domain.pricing import rates_of
from skrin.domain.receipt import FiscalMark
from skrin.domain.refusal import Refusal
from skrin.domain.sale import OPEN, PAYING, SEALED, STUCK
from skrin.fiscal.contract import UnitIdentity, UnitRefused, UnitSilent, UnitStatus
from skrin.payments.contract import PaymentAsk
from skrin.sync.messages import Person
from skrin.till.devices.contract import BLOCKING_CONDITIONS
from skrin.till.flow import gift_codes, giftcards, rights, unit_log
from skrin.till.flow.till import Till
from skrin.till.flow.tips import check_tip, with_tip
from skrin.till.flow.unit_log import UnitKnown

UNIT_ANSWER_HOLDS_S = 10.0
"""How long an answer of the control unit counts as its being there (D15)."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(slots=True)
class Preflight:
    """Asks the devices that a sale cannot do without, before any money moves (D15)."""

    till: Till
    unit_answered_s: float | None = None
    unit_answered_utc_ms: int = 0
    unit_fault: str = ""
    unit_id: str = ""
    unit_identity: UnitIdentity | None = None
    unit_status: UnitStatus | None = None
    """What it last said of itself; a mark tells statuses too."""
    unit_known: UnitKnown = field(init=False)
    printer_condition: str = ""

    def __post_init__(self) -> None:
        """Take up what the journal knows."""
        self.unit_known = unit_log.read(self.till.file)

    def check(self) -> None:
        """Refuse what any of the three below refuses: whatever a receipt could not come out of."""
        self.check_register()
        self.check_unit()
        self.check_printer()

    def heard_from_unit(self) -> None:
        """The control unit has just answered that it registers."""
        self.unit_answered_s = self.till.clock.steady_s()
        self.unit_answered_utc_ms = self.till.clock.now().utc_ms
        self.unit_fault = ""
        if self.unit_known.down:
            self.unit_known = unit_log.answered(self.till)

    def unit_fails(self, code: str) -> None:
        """The control unit gave no mark, or says that it gives none."""
        self.unit_answered_s, self.unit_fault = None, code
        if self.unit_known.down is None or self.unit_known.down.code != code:
            self.unit_known = unit_log.failed(self.till, code)

    def heard_mark(self, mark: FiscalMark) -> None:
        """A mark came: the unit works, and told how it is."""
        self.heard_from_unit()
        self.unit_id = mark.unit_id
        if mark.main_status.isdecimal():
            licences = self.unit_status.licences if self.unit_status else ""
            self.unit_status = UnitStatus(True, mark.main_status, "", mark.storage_status, licences)

    def meet_unit(self) -> None:
        """Ask the unit who it is, unless the one that answers now was asked; one that was a former
        owner's is asked each time, for another may stand there now. Raises `UnitSilent`,
        `UnitRefused` and `Refusal`."""
        unit, met = self.till.devices.control_unit, self.unit_known.met
        asked = self.unit_identity is not None and self.unit_identity.unit_id == self.unit_id
        known = asked and met is not None and met.unit_id == self.unit_id
        if unit is None or (known and not unit_log.is_former_owners(self.till, self.unit_known)):
            return
        identity = unit.identity()
        self.unit_identity, self.unit_id = identity, identity.unit_id
        self.unit_known = unit_log.met(self.till, identity)

    def unit_replaced(self) -> None:
        """Another unit, or the same by another way: nothing is known of how it is."""
        self.unit_answered_s, self.unit_fault, self.unit_id = None, "", ""
        self.unit_identity = self.unit_status = None
        self.unit_known = unit_log.read(self.till.file)

    def check_register(self) -> None:
        """Refuse a cart that the fiscal unit could never be told: found before money, not after."""
        till, cart = self.till, self.till.desk.cart
        till.country.check_registrable(
            till.store.org_number,
            till.identity.seat.designation,
            rates_of(cart, till.rate_of) if cart else (),
        )

    def check_unit(self, *, anew: bool = False) -> None:
        """Refuse with `control_unit_silent` or `control_unit_refuses` when no mark could come, and
        with `control_unit_of_former_owner` when it must not.

        An answer of a moment ago holds, but not where somebody wants to know how the unit is now
        (`anew`): he may just have put its cable back.
        """
        if not anew:
            unit_log.check_owner(self.till, self.unit_known)
        answered = self.unit_answered_s
        now = self.till.clock.steady_s()
        if not anew and answered is not None and now - answered <= UNIT_ANSWER_HOLDS_S:
            return
        unit = self.till.devices.control_unit
        if unit is None:
            raise Refusal("control_unit_missing")
        try:
            status = unit.status()
        except UnitSilent as silence:
            self.unit_fails(silence.code)
            raise Refusal("control_unit_silent", unit_code=silence.code) from silence
        except UnitRefused as no:
            self.unit_fails(no.code)
            raise Refusal("control_unit_refuses", unit_code=no.code) from no
        self.unit_status = status
        if not status.ok:
            self.unit_fails(status.fault)
            raise Refusal("control_unit_refuses", unit_code=status.fault)
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
    check_devices_free(desk)
    if desk.cart is None or not desk.cart.lines:
        raise Refusal("cart_empty")
    assert desk.state in (OPEN, PAYING), "a cart is open or being paid"


def check_devices_free(desk: Desk) -> None:
    """Refuse while something else is with the control unit, the card terminal or the printer:
    `sale_waits_for_mark`, `outcome_unknown`, `sale_is_being_paid`, `document_waits_for_mark`, what
    `check_paper` refuses."""
    if desk.state == SEALED:
        raise Refusal("sale_waits_for_mark")
    if desk.state == STUCK:
        raise Refusal("outcome_unknown")
    if desk.attempt:
        raise Refusal("sale_is_being_paid")
    if desk.registering:
        raise Refusal("document_waits_for_mark")
    check_paper(desk)


def check_paper(desk: Desk) -> None:
    """Refuse while a document waits for the printer (D17)."""
    if not desk.undelivered:
        return
    first = desk.undelivered[0]
    if first.is_report:
        raise Refusal("report_waits")
    if first.slip:
        raise Refusal("slip_waits")
    if first.copy:
        raise Refusal("copy_waits", number=first.copy.original.sealed.number)
    if first.pro_forma:
        raise Refusal("pro_forma_waits")
    raise Refusal("paper_waits", number=first.number)


def _known(desk: Desk, payment_id: str) -> bool:
    """Whether this tap has been taken: tried, on the cart, or on what became of the cart."""
    if desk.attempt and desk.attempt.begun.attempt_id == payment_id:
        return True
    if payment_id in desk.tried:
        return True
    sealed = [pending.sealed for pending in desk.pending]
    sealed += desk.finished.receipts if desk.finished else ()
    paid = [*desk.payments, *(payment for s in sealed for payment in s.payments)]
    return any(payment.payment_id == payment_id for payment in paid)


def cash_to_pay(till: Till, left_minor: int) -> int:
    """What the rest costs in cash: rounded to what coins can pay (D13), where the method rounds."""
    cash = till.registers.method_of(CASH)
    return left_minor + cash_rounding(left_minor, cash_step(till, cash))


def cash_step(till: Till, method: PaymentMethod | None) -> int:
    """The smallest sum that coins can pay, in öre; 1 where the method does not round."""
    rounds = method is None or method.rounding
    return CURRENCIES[till.store.currency].cash_step_minor if rounds else 1


def pay(
    till: Till,
    actor: Person,
    preflight: Preflight,
    tap_id: str,
    method_id: int,
    amount_minor: int | None,
    fresh: Callable[[], None] = lambda: None,
    tip_minor: int = 0,
    card_terminal_id: str = "",
) -> None:
    """Pay a part, or the rest (`amount_minor` None), with a published method.

    Cash: `amount_minor` is what was given; change is computed where it settles, else it is a part.
    Card: commits the intent; the lane of the sale asks the terminal, and `fresh` is called before
    the commit takes effect: only an attempt that this process itself began may be sent (D18).
    Others: confirmed by the cashier's eye. A cart that gives money back is refunded the same way.
    In training every payment is pretended: no terminal is asked, no drawer opens (D9).
    `tip_minor`: a tip that was typed, on top of what is paid; the card terminal then asks for none.
    `card_terminal_id`: which of the till's card terminals; empty = the first.

    Refused: what `check_may_pay` and the preflight refuse; `broken` (another till took the cart
    over); `method_missing`, what `check_rules` refuses, `method_no_change`, `method_no_tip`,
    `tip_too_large`, `tendered_not_payable`, `tendered_too_little`, `card_terminal_missing`.
    """
    method = till.registers.method(method_id)
    if method is None:
        raise Refusal("method_missing")
    if _known(till.desk, tap_id):
        return
    if method.kind == GIFT_CARD and not till.desk.training:
        most_minor = abs(till.desk.left_minor)
        if amount_minor is not None and amount_minor > most_minor:
            raise Refusal("method_no_change", name=method.name, most_minor=most_minor)
        raise Refusal("gift_card_wanted", method=method.id, amount_minor=amount_minor or 0)
    check_may_pay(till.desk)
    if not till.desk.training:
        check_rules(till, method, amount_minor)
    charges = rules.asks_card_terminal(method) and not till.desk.training
    chosen_id = card_terminal_id or till.devices.card_terminal_id
    _check_terminal(till, charges, chosen_id)
    preflight.check()
    service_id = new_service_id(till) if charges else ""

    def command() -> None:
        desk = till.desk
        if _known(desk, tap_id):
            return
        check_may_pay(desk)
        if desk.state == OPEN:
            rights.check_payable(till)
        if desk.left_minor == 0:
            return
        if desk.left_minor < 0:
            rules.check_refund(method)
        _check_terminal(till, charges, chosen_id)  # It may have been taken away a moment ago.
        with till.transaction(actor) as tx:
            if charges:
                asked_minor = _part_of(desk.left_minor, amount_minor, method)
                check_tip(method, asked_minor, tip_minor)
                begun = _begun(till, desk, method, tap_id, asked_minor, service_id, chosen_id)
                tx.append("payment.begun", replace(begun, tip_minor=tip_minor))
                fresh()
            else:
                taken = _taken(till, desk, method, tap_id, amount_minor)
                check_tip(method, taken.amount_minor, tip_minor)
                tx.append("payment.taken", with_tip(taken, tip_minor))

    till.run(command)


def _check_terminal(till: Till, charges: bool, card_terminal_id: str) -> None:
    if charges and till.devices.terminal_of(card_terminal_id) is None:
        raise Refusal("card_terminal_missing")


def check_rules(till: Till, method: PaymentMethod, amount_minor: int | None) -> None:
    """Refuse what a method's rules forbid now, before anybody is asked for money (R-PAY-012).

    Refused: `adapter_missing`, `method_blocked_offline`, `method_limit_offline`, and for money back
    `method_no_refund`, `method_refunds_cash`.
    """
    left_minor = till.desk.left_minor
    rules.check_adapter(method)
    if left_minor < 0:
        rules.check_refund(method)
    if till.office_is_away():
        wanted_minor = abs(left_minor) if amount_minor is None else amount_minor
        rules.check_offline(method, min(wanted_minor, abs(left_minor)))


def pay_gift_card(
    till: Till,
    actor: Person,
    preflight: Preflight,
    tap_id: str,
    method_id: int,
    key: str,
    amount_minor: int,
) -> None:
    """Ask for an amount of a gift card and pay with it once it is granted (`giftcards.redeem`).

    Refused: what `check_may_pay` and the preflight refuse; `broken`, `method_missing`; what
    `giftcards.redeem` refuses (`office_away`).
    """
    method = till.registers.method(method_id)
    if method is None or method.kind != GIFT_CARD:
        raise Refusal("method_missing")
    if _known(till.desk, tap_id):
        return
    check_may_pay(till.desk)
    preflight.check()

    def command() -> None:
        check_may_pay(till.desk)
        if till.desk.state == OPEN:
            rights.check_payable(till)

    till.run(command)
    giftcards.redeem(till, actor, tap_id, method, key, amount_minor)


def refund_to_gift_card(
    till: Till,
    actor: Person,
    preflight: Preflight,
    tap_id: str,
    method_id: int,
    gift: GiftPart,
    code: str,
    amount_minor: int | None,
) -> None:
    """Give a part, or all, of what is owed back onto a gift card: a credit at the office (rule 9).
    `code` is that of a new card, made here, whose slip is printed; empty for one that is there.

    Refused: what `pay` refuses.
    """
    method = till.registers.method(method_id)
    if method is None or method.kind != GIFT_CARD:
        raise Refusal("method_missing")
    if _known(till.desk, tap_id):
        return
    check_may_pay(till.desk)
    preflight.check()

    def command() -> None:
        desk = till.desk
        if _known(desk, tap_id):
            return
        check_may_pay(desk)
        if desk.left_minor >= 0:
            raise Refusal("method_no_refund", name=method.name)
        rules.check_refund(method)
        giftcards.check_free_on_receipt(desk, gift.key)
        with till.transaction(actor) as tx:
            taken = _taken(till, desk, method, tap_id, amount_minor)
            tx.append("payment.taken", replace(taken, gift=gift))
            if code:
                gift_codes.keep(till, gift.key, code)

    till.run(command)


def pay_kind(
    till: Till,
    actor: Person,
    preflight: Preflight,
    tap_id: str,
    kind: str,
    amount_minor: int | None,
    fresh: Callable[[], None] = lambda: None,
) -> None:
    """Pay with the first published method of a kind: the fixed keys of the payment strip."""
    method = till.registers.method_of(kind)
    if method is None:
        raise Refusal("method_missing")
    pay(till, actor, preflight, tap_id, method.id, amount_minor, fresh)


def _part_of(left_minor: int, amount_minor: int | None, method: PaymentMethod) -> int:
    """The part of the rest that is paid without change: signed as the rest is."""
    if amount_minor is None:
        return left_minor
    if amount_minor > abs(left_minor):
        raise Refusal("method_no_change", name=method.name, most_minor=abs(left_minor))
    return amount_minor if left_minor > 0 else -amount_minor


def _taken(
    till: Till, desk: Desk, method: PaymentMethod, tap_id: str, amount_minor: int | None
) -> PaymentTaken:
    assert desk.cart is not None
    if method.kind == CASH:
        kept, tendered, change, rounding = _cash(till, method, desk.left_minor, amount_minor)
    else:
        kept = _part_of(desk.left_minor, amount_minor, method)
        tendered, change, rounding = kept, 0, 0
    return PaymentTaken(
        desk.cart.cart_id,
        tap_id,
        method.id,
        method.kind,
        method.name,
        kept,
        tendered,
        change,
        rounding,
        method.drawer and not desk.training,
    )


def _cash(
    till: Till, method: PaymentMethod, left_minor: int, given_minor: int | None
) -> tuple[int, int, int, int]:
    """(kept, tendered, change, rounding) of a cash payment; the last part is rounded (D13)."""
    step = cash_step(till, method)
    to_pay_minor = left_minor + cash_rounding(left_minor, step)
    if given_minor is None or given_minor == -to_pay_minor:
        return to_pay_minor, to_pay_minor, 0, to_pay_minor - left_minor
    if given_minor % step:
        raise Refusal("tendered_not_payable", step_minor=step)
    if left_minor < 0:
        if given_minor > -to_pay_minor:
            raise Refusal("method_no_change", name=method.name, most_minor=-to_pay_minor)
        return -given_minor, -given_minor, 0, 0
    if given_minor < to_pay_minor:
        return given_minor, given_minor, 0, 0
    if given_minor > to_pay_minor and not method.change:
        raise Refusal("method_no_change", name=method.name, most_minor=to_pay_minor)
    return to_pay_minor, given_minor, given_minor - to_pay_minor, to_pay_minor - left_minor


def _begun(
    till: Till,
    desk: Desk,
    method: PaymentMethod,
    attempt_id: str,
    amount_minor: int,
    service_id: str,
    card_terminal_id: str,
    undoes: Payment | None = None,
) -> PaymentBegun:
    assert desk.cart is not None
    purpose = CHARGE if amount_minor > 0 else REFUND
    return PaymentBegun(
        desk.cart.cart_id,
        attempt_id,
        method.id,
        method.kind,
        method.name,
        amount_minor,
        till.store.currency,
        card_terminal_id,
        till.devices.sale_id,
        service_id,
        VOID if undoes else purpose,
        undoes.payment_id if undoes else "",
        undoes.card.provider_transaction_id if undoes and undoes.card else "",
    )


def back_out(
    till: Till,
    actor: Person,
    tap_id: str,
    payment_id: str,
    fresh: Callable[[], None] = lambda: None,
) -> None:
    """Take a part that was paid out of the cart again (D18).

    Cash is handed back, a manual payment confirmed as repaid: an entry. A card part is voided at
    the terminal; where the terminal says no, the part stays paid and the cart cannot be aborted.
    Refused: `payment_gone`, `outcome_unknown`, `sale_is_being_paid`, `card_terminal_missing`.
    """
    service_id = new_service_id(till) if till.devices.card_terminals() else ""

    def command() -> None:
        desk = till.desk
        if _known(desk, tap_id):
            return
        if desk.state == STUCK:
            raise Refusal("outcome_unknown")
        if desk.attempt:
            raise Refusal("sale_is_being_paid")
        paid = next((p for p in desk.payments if p.payment_id == payment_id), None)
        if desk.cart is None or paid is None:
            raise Refusal("payment_gone")
        with till.transaction(actor) as tx:
            method = till.registers.method(paid.method)
            by_terminal = paid.card is not None or (method and rules.asks_card_terminal(method))
            if paid.kind == CARD and by_terminal and not desk.training:
                charged_by = terminal_that_charged(till, paid)
                if till.devices.terminal_of(charged_by) is None or method is None:
                    raise Refusal("card_terminal_missing")
                part_minor = paid.amount_minor
                begun = _begun(
                    till, desk, method, tap_id, part_minor, service_id, charged_by, undoes=paid
                )
                tx.append("payment.begun", begun)
                fresh()
                return
            giftcards.release(tx, paid)
            given_back = PaymentGivenBack(desk.cart.cart_id, payment_id, paid.amount_minor)
            tx.append("payment.given_back", given_back)

    till.run(command)


def terminal_that_charged(till: Till, paid: Payment) -> str:
    """The id of the card terminal that took a payment: only that one can undo it."""
    named = paid.card.card_terminal_id if paid.card else ""
    return named or till.devices.card_terminal_id


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
    method = till.registers.method(begun.method)
    undone = next((p for p in till.desk.payments if p.payment_id == begun.undoes), None)
    return PaymentAsk(
        begun.attempt_id,
        begun.sale_id,
        begun.service_id,
        begun.card_terminal_id,
        abs(begun.amount_minor) + begun.tip_minor,
        begun.currency,
        local_time(at.utc_ms, at.offset_min).isoformat(timespec="seconds"),
        operator,
        begun.purpose,
        begun.purpose == CHARGE and method is not None and method.tips and not begun.tip_minor,
        attempt.at_utc_ms,
        begun.undoes_transaction,
        undone.card.provider_transaction_at if undone and undone.card else "",
    )
