"""Changing the accounts of a company. Call from inside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from skrin.domain.refusal import Refusal
from skrin.office.accounting.models import Ledger, VatAccount


def set_ledger(
    company_id: int, roles: Mapping[str, str], names: Mapping[str, str], **settings: Any
) -> None:
    """Set the accounts by role (rounding, tips, gift_card, cash_difference, float_change,
    cash; cash_in and cash_out for cash moved without a reason), the names of all accounts, and how
    the files are made (file_name, series, ksumma)."""
    Ledger.objects.update_or_create(
        company_id=company_id,
        defaults={"roles": dict(roles), "names": dict(names), **settings},
    )


def set_vat_accounts(company_id: int, accounts: Mapping[int, str], since: date) -> None:
    """Set the account of output VAT per rate (basis points) from a day on."""
    for rate_bp, account in accounts.items():
        VatAccount.objects.update_or_create(
            company_id=company_id,
            rate_bp=rate_bp,
            from_day=since,
            defaults={"account": account},
        )


def set_own_method_account(company_id: int, place: int, account: str) -> None:
    """Set what the own payment method in a place (1 or 2) of the tills is booked on, from the next
    file on. Raises `Refusal` `account_unreadable`."""
    if not (account.isascii() and account.isdecimal() and 3 <= len(account) <= 10):
        raise Refusal("account_unreadable", typed=account[:10])
    ledger, _ = Ledger.objects.get_or_create(company_id=company_id)
    ledger.roles = {**ledger.roles, f"own_method_{place}": account}
    ledger.save(update_fields=["roles"])
