"""Payment methods and reasons as tills, accounting and pages want them."""

from __future__ import annotations

from skrin.domain import cash
from skrin.domain import payment as domain
from skrin.office.paymentsystems.models import CardTerminal, PaymentMethod, Reason
from skrin.sync.messages import CardTerminalSettings, StoreCardTerminal


def methods(
    company_id: int, *, only_active: bool = True, store: int = 0
) -> list[domain.PaymentMethod]:
    """The methods in their order; of one `store`: those that it offers (a method that names no
    store is offered in all)."""
    rows = PaymentMethod.objects.filter(company_id=company_id)
    if only_active:
        rows = rows.filter(active=True)
    return [
        domain.PaymentMethod(
            row.id,
            row.kind,
            row.name,
            dict(row.names),
            row.adapter,
            row.account,
            row.change,
            row.refund,
            row.offline,
            row.drawer,
            row.rounding,
            row.order,
            row.tips,
            row.valid_months,
            row.offline_limit_minor,
            row.partial,
            row.provider,
            row.provider_phone,
        )
        for row in rows.order_by("order", "id")
        if not store or not row.stores or store in row.stores
    ]


def card_terminals(company_id: int, store: int) -> list[StoreCardTerminal]:
    """The card terminals of a store in their order, as published in the section
    `card_terminals`."""
    rows = CardTerminal.objects.filter(company_id=company_id, store=store).order_by("order", "id")
    return [
        StoreCardTerminal(
            row.id,
            row.designation,
            row.order,
            CardTerminalSettings(
                row.card_terminal_id,
                row.address,
                row.name,
                row.protocol,
                row.ca,
                row.provider,
                row.provider_phone,
            ),
        )
        for row in rows
    ]


def reasons(company_id: int) -> list[cash.Reason]:
    """The reasons by kind and code, as published in the section `reasons`."""
    rows = Reason.objects.filter(company_id=company_id).order_by("kind", "code")
    return [
        cash.Reason(row.id, row.code, row.kind, row.name, dict(row.names), row.account)
        for row in rows
    ]


def method_ids(company_id: int) -> dict[str, int]:
    """Method ids by code."""
    return dict(PaymentMethod.objects.filter(company_id=company_id).values_list("code", "id"))
