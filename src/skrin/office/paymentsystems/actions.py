"""Changing payment methods and reasons. Call from inside the company; publish afterwards."""

from __future__ import annotations

import ssl
from typing import Any

from django.db import transaction

from skrin.domain import card_terminal as rules
from skrin.domain.payment import CARD, GIFT_CARD
from skrin.domain.refusal import Refusal
from skrin.office.paymentsystems.models import CardTerminal, PaymentMethod, Reason
from skrin.sync.messages import CardTerminalSettings

MOST_MONTHS = 120
"""Ten years: by then a claim is barred anyway (preskriptionslagen 1981:130)."""


def set_method(company_id: int, code: str, **fields: Any) -> int:
    """Make or change the method with this code; returns its id."""
    method, _ = PaymentMethod.objects.update_or_create(
        company_id=company_id, code=code, defaults=fields
    )
    return method.id


def set_validity(company_id: int, method_id: int, months: int) -> None:
    """Set for how many months gift cards hold that are sold from now on; 0 = they have no last
    day. Refused: `months_unusable`, `method_unknown`."""
    if not 0 <= months <= MOST_MONTHS:
        raise Refusal("months_unusable", most=MOST_MONTHS)
    cards = PaymentMethod.objects.filter(company_id=company_id, id=method_id, kind=GIFT_CARD)
    if not cards.update(valid_months=months):
        raise Refusal("method_unknown")


def set_card_rules(
    company_id: int, method_id: int, *, tips: bool, partial: bool, provider: str, phone: str
) -> None:
    """Set what a card method does: whether a customer may give a tip, whether less than was asked
    for is taken as a part, and whom the cashier asks. Refused: `method_unknown`."""
    cards = PaymentMethod.objects.filter(company_id=company_id, id=method_id, kind=CARD)
    changed = cards.update(
        tips=tips,
        partial=partial,
        provider=rules.one_line(provider, rules.PROVIDER_MOST),
        provider_phone=rules.one_line(phone, rules.PHONE_MOST),
    )
    if not changed:
        raise Refusal("method_unknown")


def set_card_terminal(
    company_id: int, store: int, designation: str, typed: CardTerminalSettings, number: int = 0
) -> int:
    """Make a card terminal of a store, or change the one with this `number`; returns its number.

    Refused as `card_terminal.check_place`, and with `card_terminal_certificate_unreadable`,
    `card_terminal_twice`, `card_terminal_gone`, `card_terminals_too_many`.
    """
    poi, address = typed.card_terminal_id.strip(), typed.address.strip()
    ca = typed.ca.strip().replace("\r\n", "\n") if typed.protocol != rules.EPAS else ""
    rules.check_place(poi, address, typed.protocol, ca)
    if ca:
        _check_certificate(ca)
    with transaction.atomic():
        of_store = CardTerminal.objects.select_for_update().filter(
            company_id=company_id, store=store
        )
        others = [row for row in of_store.order_by("order") if row.id != number]
        if any((row.designation, row.card_terminal_id) == (designation, poi) for row in others):
            raise Refusal("card_terminal_twice", typed=poi)
        if sum(row.designation == designation for row in others) >= rules.TERMINALS_MOST:
            raise Refusal("card_terminals_too_many", most=rules.TERMINALS_MOST)
        last = others[-1].order if others else 0
        row = CardTerminal(company_id=company_id, store=store, order=last + 1)
        if number:
            row = next((one for one in of_store if one.id == number), row)
            if not row.id:
                raise Refusal("card_terminal_gone")
        row.designation, row.card_terminal_id, row.address = designation, poi, address
        row.protocol, row.ca = typed.protocol, ca
        row.name = rules.one_line(typed.name, rules.NAME_MOST)
        row.provider = rules.one_line(typed.provider, rules.PROVIDER_MOST)
        row.provider_phone = rules.one_line(typed.provider_phone, rules.PHONE_MOST)
        row.save()
    return row.id


def _check_certificate(ca: str) -> None:
    """Refuse what is no certificate (PEM): the tills of a store have no file in common."""
    try:
        if len(ca) > rules.CA_MOST:
            raise ValueError("longer than any certificate")
        ssl.create_default_context(cadata=ca)
    except (OSError, ValueError) as wrong:
        raise Refusal("card_terminal_certificate_unreadable") from wrong


def remove_card_terminal(company_id: int, store: int, number: int) -> None:
    """Take a card terminal of a store away; one that is gone already is gone."""
    CardTerminal.objects.filter(company_id=company_id, store=store, id=number).delete()


def set_reason(company_id: int, code: str, **fields: Any) -> int:
    """Make or change the reason with this code; returns its id."""
    reason, _ = Reason.objects.update_or_create(company_id=company_id, code=code, defaults=fields)
    return reason.id


def hand_terminals_on(company_id: int, store: int, before: str, designation: str) -> None:
    """The card terminals of the till that was called `before` are those of the till after it. Call
    from inside the company; publish afterwards."""
    CardTerminal.objects.filter(company_id=company_id, store=store, designation=before).update(
        designation=designation
    )
