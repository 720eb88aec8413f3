"""Changing payment methods and reasons. Call from inside the company; publish afterwards."""

from __future__ import annotations

from typing import Any

from skrin.office.paymentsystems.models import PaymentMethod, Reason


def set_method(company_id: int, code: str, **fields: Any) -> int:
    """Make or change the method with this code; returns its id."""
    method, _ = PaymentMethod.objects.update_or_create(
        company_id=company_id, code=code, defaults=fields
    )
    return method.id


def set_reason(company_id: int, code: str, **fields: Any) -> int:
    """Make or change the reason with this code; returns its id."""
    reason, _ = Reason.objects.update_or_create(company_id=company_id, code=code, defaults=fields)
    return reason.id
