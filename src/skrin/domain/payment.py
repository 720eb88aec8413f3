"""Payments: the method's rules as data, the intent before the ask, one of three outcomes after."""

from __future__ import annotations

from dataclasses import dataclass

from skrin.domain.giftcard import GiftPart
from skrin.domain.record import swift

CASH, CARD, MANUAL = "cash", "card", "manual"
"""Kinds of method: counted money, an integrated card terminal, confirmed by the cashier's eye."""

GIFT_CARD, SETTLEMENT = "gift_card", "settlement"
"""A gift card of our own; and "Kvittning", which sets a return off against a sale (D8)."""

APPROVED, DECLINED, UNKNOWN = "approved", "declined", "unknown"

BY_ANSWER, BY_STATUS, BY_PERSON = "answer", "status", "person"
"""How an outcome was learnt: the provider's answer, asking again, a manager's word (D18)."""


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """A way to pay and its rules, as the office published it (D40).

    `offline_limit_minor`: the most of one payment without the office, where `offline` is `limits`.
    `valid_months`: of a gift card, for how long a new one holds; 0 = it has no last day. What the
    rules mean stands in `method_rules`. `partial`: less than was asked for is taken as a part; else
    it is given back at once. `provider`, `provider_phone`: whom the cashier asks about cards.
    """

    id: int
    kind: str
    name: str
    names: dict[str, str]
    adapter: str
    account: str
    change: bool
    refund: str
    offline: str
    drawer: bool
    rounding: bool
    order: int
    tips: bool = False
    valid_months: int = 24
    offline_limit_minor: int = 0
    partial: bool = True
    provider: str = ""
    provider_phone: str = ""


@dataclass(frozen=True, slots=True)
class CardDetails:
    """What a card terminal tells of an approved payment: never a full card number.

    `card_terminal_id` is the payment app's own id, `card_terminal_serial` the serial number of the
    device that it runs on. `signature`: the customer signs the merchant's slip.
    """

    brand: str = ""
    masked_pan: str = ""
    approval_code: str = ""
    entry_mode: str = ""
    verification: str = ""
    online: bool = True
    provider_transaction_id: str = ""
    acquirer_transaction_id: str = ""
    customer_slip: tuple[str, ...] = ()
    merchant_slip: tuple[str, ...] = ()
    provider_transaction_at: str = ""
    card_terminal_id: str = ""
    card_terminal_serial: str = ""
    signature: bool = False


CHARGE, VOID, REFUND = "charge", "void", "refund"
"""What a provider is asked for: money in, a charge of this sale undone, money back."""


@dataclass(frozen=True, slots=True)
class PaymentBegun:
    """`payment.begun`: the intent, committed before the provider is asked (idea 2).

    `attempt_id` is ours; `sale_id` and `service_id` are what the protocol calls it. A void names
    the payment that it undoes, and the provider's own id of that charge. `tip_minor`: asked for on
    top of `amount_minor`, because it was typed at the till. `cause`: why the till undoes a charge
    by itself, empty when a person wants it.
    """

    cart_id: str
    attempt_id: str
    method: int
    method_kind: str
    method_name: str
    amount_minor: int
    currency: str
    card_terminal_id: str
    sale_id: str
    service_id: str
    purpose: str = CHARGE
    undoes: str = ""
    undoes_transaction: str = ""
    tip_minor: int = 0
    cause: str = ""


@dataclass(frozen=True, slots=True)
class PaymentGivenBack:
    """`payment.given_back`: a part that was taken is out again: cash handed back, a manual payment
    confirmed as repaid (D18)."""

    cart_id: str
    payment_id: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class PaymentDecided:
    """`payment.decided`: the outcome. After `unknown` another may follow that settles it (D18).

    `learnt_by` a person: a manager stated it, with the `reference` on the terminal's slip.
    """

    cart_id: str
    attempt_id: str
    outcome: str
    amount_minor: int
    reason: str
    learnt_by: str
    card: CardDetails | None = None
    reference: str = ""
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class PaymentChecked:
    """`payment.checked`: the card terminal's own word, later, on what a person had stated (D18).

    `stated` and `stated_minor`, by the person `stated_by`; `outcome` and `amount_minor` is what the
    terminal says. `contradicts`: they are not the same; money is where nobody looks for it.
    """

    cart_id: str
    attempt_id: str
    purpose: str
    stated: str
    stated_minor: int
    stated_by: str
    outcome: str
    amount_minor: int
    reason: str
    contradicts: bool
    card: CardDetails | None = None


@swift
@dataclass(frozen=True, slots=True)
class PaymentTaken:
    """`payment.taken`: money that needs nobody's answer: cash in the hand, a Swish seen by eye.

    `amount_minor` stays in the till (tendered - change); of it `rounding_minor` is cash rounding,
    so the part of the total that is settled is `amount_minor - rounding_minor - tip_minor`.
    """

    cart_id: str
    payment_id: str
    method: int
    method_kind: str
    method_name: str
    amount_minor: int
    tendered_minor: int
    change_minor: int
    rounding_minor: int
    drawer: bool
    gift: GiftPart | None = None
    tip_minor: int = 0


@swift
@dataclass(frozen=True, slots=True)
class Payment:
    """A payment as it stands on the receipt."""

    payment_id: str
    method: int
    kind: str
    name: str
    amount_minor: int
    tendered_minor: int
    change_minor: int
    rounding_minor: int
    tip_minor: int = 0
    drawer: bool = False
    card: CardDetails | None = None
    gift: GiftPart | None = None

    @property
    def settled_minor(self) -> int:
        """The part of the receipt's total that this payment pays."""
        return self.amount_minor - self.rounding_minor - self.tip_minor
