"""Changing payment methods and reasons. Call from inside the company; publish afterwards."""

from __future__ import annotations

from typing import Any

from skrin.domain.payment import GIFT_CARD
from skrin.domain.refusal import Refusal
from skrin.office.paymentsystems.models import PaymentMethod, Reason

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


def set_reason(company_id: int, code: str, **fields: Any) -> int:
    """Make or change the reason with this code; returns its id."""
    reason, _ = Reason.objects.update_or_create(company_id=company_id, code=code, defaults=fields)
    return reason.id
