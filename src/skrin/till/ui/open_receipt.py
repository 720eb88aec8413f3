"""The open receipt as the screen shows it, and what the payment keys say."""

from __future__ import annotations

from typing import Literal

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from skrin.domain import method_rules as rules
from skrin.domain.article import BY_ITSELF
from skrin.domain.cart import Cart, Discount
from skrin.domain.giftcard import masked
from skrin.domain.money import grouped_amount, plain_amount
from skrin.domain.payment import CARD, CASH, GIFT_CARD, Payment, PaymentMethod
from skrin.domain.pricing import Priced, PricedLine, line_discount, price_cart
from skrin.domain.quantity import ONE, quantity_text
from skrin.domain.single_purpose import is_money
from skrin.till.flow import closing
from skrin.till.flow.paying import cash_to_pay
from skrin.till.flow.till import Till
from skrin.till.ui.naming import item_name, method_name, paid_name
from skrin.till.ui.screens import DiscountRow, Line, PaidRow, PayKey, Prompt, Receipt, VatRow

METHOD_ICONS = {CASH: "banknote", CARD: "credit-card", GIFT_CARD: "gift"}


def prompt(till: Till) -> Prompt | None:
    """What the day wants before it goes on: the day before closed, or the float stated."""
    if till.desk.training or till.desk.return_mode != "off":
        return None
    if closing.day_is_forgotten(till):
        if till.store.day_end == BY_ITSELF and not till.closing_refused:
            return None
        return Prompt(
            name=gettext("Close the day"),
            sentence=gettext("A day before today is not closed."),
            yes=gettext("Close it"),
            url=reverse("till:day"),
        )
    if closing.has_float(till):
        return None
    proposed_minor = till.cash_carried_minor
    return Prompt(
        name=gettext("Cash float"),
        sentence=gettext("Is there %(amount)s in the drawer?")
        % {"amount": grouped_amount(proposed_minor)},
        yes=gettext("Yes"),
        amount=plain_amount(proposed_minor),
    )


def receipt(
    till: Till,
    strip_methods: tuple[int, ...] = (),
    parked: int = 0,
    main_key: Literal["cash", "card", "other"] = "card",
) -> Receipt:
    """The open receipt and the amounts on the payment keys. `strip_methods`: those that pay at
    once beside cash and card; `main_key`: the proposed one."""
    desk, store = till.desk, till.registers.store
    cart = desk.cart
    if cart is None or store is None:
        way = store.default_way if store else ""
        zero = grouped_amount(0)
        return Receipt(
            lines=(),
            pieces="",
            total=zero,
            cash_total=zero,
            card_total=zero,
            way=way if way in ("eat_in", "take_away") else "",  # type: ignore[arg-type]
            can_cash=False,
            can_card=False,
            more_keys=_more_keys(till, strip_methods),
            parked=parked,
            prompt=prompt(till) if store else None,
        )
    priced = price_cart(cart, till.rate_of)
    shown = sorted([*priced.sold.lines, *priced.back.lines], key=lambda one: one.line.line)
    touched = max((one.line.line for one in shown if not one.line.parent), default=0)
    rates = {one.line.line: one.rate_bp for one in shown}
    count = sum(_pieces(one) for one in shown if not one.line.parent)
    left = desk.left_minor
    return Receipt(
        lines=tuple(
            _line(till, one, rates.get(one.line.parent), last=one.line.line == touched)
            for one in shown
        ),
        pieces=ngettext("%(count)s item", "%(count)s items", count) % {"count": count},
        total=grouped_amount(abs(left)),
        cash_total=grouped_amount(abs(cash_to_pay(till, left))),
        card_total=grouped_amount(abs(left)),
        vat_rows=_vat_rows(priced),
        way=cart.way,  # type: ignore[arg-type]
        can_cash=_can(till, till.registers.method_of(CASH)),
        can_card=_can(till, till.registers.method_of(CARD)),
        paid_rows=paid_rows(till),
        discounts=_discounts(cart, priced),
        texts=cart.notes,
        refund=left < 0,
        more_keys=_more_keys(till, strip_methods),
        parked=parked,
        main_key=main_key,
    )


def _vat_rows(priced: Priced) -> tuple[VatRow, ...]:
    rows = [(1, row) for row in priced.sold.vat] + [(-1, row) for row in priced.back.vat]
    return tuple(
        VatRow(
            rate=rate_text(row.rate_bp),
            net=grouped_amount(sign * row.net_minor),
            vat=grouped_amount(sign * row.vat_minor),
        )
        for sign, row in rows
    )


def _can(till: Till, method: PaymentMethod | None) -> bool:
    """Whether a method can take, or give back, something of what is left."""
    desk = till.desk
    if method is None or desk.cart is None or not desk.cart.lines:
        return False
    if desk.left_minor < 0 and not rules.refunds(method):
        return False
    most_minor = rules.offline_most_minor(method)
    return most_minor is None or most_minor > 0 or not till.office_is_away()


def pay_key(till: Till, method: PaymentMethod, chosen: int = 0) -> PayKey:
    """A way to pay, with what it would be of all that is left."""
    left = till.desk.left_minor
    amount = abs(cash_to_pay(till, left) if method.kind == CASH else left)
    return PayKey(
        method=method.id,
        name=method_name(method),
        icon=METHOD_ICONS.get(method.kind, "wallet"),
        amount=grouped_amount(amount),
        can=_can(till, method),
        chosen=method.id == chosen,
    )


def _more_keys(till: Till, wanted: tuple[int, ...]) -> tuple[PayKey, ...]:
    methods = [till.registers.method(one) for one in wanted]
    return tuple(pay_key(till, method) for method in methods if method)


def paid_rows(till: Till) -> tuple[PaidRow, ...]:
    """The parts that are paid already."""
    return tuple(
        PaidRow(
            name=_paid_name(till, paid),
            amount=grouped_amount(paid.amount_minor),
            payment_id=paid.payment_id,
        )
        for paid in till.desk.payments
    )


def _paid_name(till: Till, paid: Payment) -> str:
    name = paid_name(till, paid)
    if paid.gift:
        card = f"{name} {masked(paid.gift.tail)}"
        return card if is_money(paid) else gettext("%(card)s, VAT paid") % {"card": card}
    if not paid.tip_minor:
        return name
    said = {"name": name, "tip": grouped_amount(paid.tip_minor)}
    return gettext("%(name)s, of which tip %(tip)s") % said


def _discounts(cart: Cart, priced: Priced) -> tuple[DiscountRow, ...]:
    return tuple(
        DiscountRow(place=place, text=discount_text(discount), amount=grouped_amount(-taken_minor))
        for place, (discount, taken_minor) in enumerate(
            zip(cart.discounts, priced.receipt_discounts, strict=True)
        )
    )


def discount_text(discount: Discount) -> str:
    """A discount by its reason and its percentage: "Personal 10 %", "Rabatt"."""
    text = discount.text or gettext("Discount")
    return f"{text} {rate_text(discount.percent_bp)}" if discount.percent_bp else text


def _pieces(one: PricedLine) -> int:
    return one.line.quantity_milli // ONE if one.line.item.decimals == 0 else 1


def _line(till: Till, one: PricedLine, parent_rate_bp: int | None, *, last: bool) -> Line:
    """A line; what follows another says its rate only where it is another one."""
    line, item = one.line, one.line.item
    sign, child = -1 if line.back else 1, bool(line.parent)
    notes = [masked(line.gift.tail)] if line.gift else []
    notes += [line.note] if line.note else []
    if line.origin:
        of = {"designation": line.origin.designation, "number": line.origin.number}
        notes.append(gettext("Of receipt no. %(number)s, till %(designation)s") % of)
    amount_minor = one.amount_minor
    if not line.back:
        # Discounts on the whole receipt stand below the lines, each as a row of its own.
        own_minor = line_discount(line)
        amount_minor = line.full_minor - own_minor
        if line.discount:
            notes.append(f"{discount_text(line.discount)} {grouped_amount(-own_minor)}")
    return Line(
        line_no=line.line,
        name=item_name(till, item),
        quantity=quantity(line.quantity_milli, item.decimals, item.unit),
        price=grouped_amount(item.price_minor),
        amount=grouped_amount(sign * amount_minor) if amount_minor or not child else "",
        vat="" if parent_rate_bp == one.rate_bp else rate_text(one.rate_bp),
        notes=tuple(notes),
        steps=item.decimals == 0 and not child and line.gift is None,
        last=last,
        child=child,
        back=line.back,
    )


def rate_text(rate_bp: int) -> str:
    """2500 as "25 %"."""
    whole, part = divmod(rate_bp, 100)
    return f"{whole},{part:02d} %" if part else f"{whole} %"


def quantity(quantity_milli: int, decimals: int, unit: str) -> str:
    """A quantity, with its unit where it is not pieces."""
    text = quantity_text(quantity_milli, decimals)
    return f"{text} {unit}" if decimals else text
