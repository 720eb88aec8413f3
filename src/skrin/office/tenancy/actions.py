"""Founding companies and stores."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from skrin.domain.codec import encode
from skrin.domain.paper import Paper
from skrin.office.tenancy.models import Company, Store
from skrin.office.tenancy.wall import inside


def found_company(
    *, name: str, org_number: str, country: str, currency: str, time_zone: str, **more: Any
) -> Company:
    """Make a company; returns it. `more`: language, day_break_min, header, footer, default_way,
    parked_at_closing, cash_count, day_end.

    The wall lets a row in only when its id is the one that the transaction is inside of, so the id
    is drawn first.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence('tenancy_company', 'id'))")
            row = cursor.fetchone()
        assert row is not None, "a sequence gives a number"
        company = Company(
            id=row[0],
            name=name,
            org_number=org_number,
            country=country,
            currency=currency,
            time_zone=time_zone,
            **more,
        )
        with inside(company.id):
            company.save(force_insert=True)
    return company


def set_company(company_id: int, **fields: Any) -> None:
    """Change what is said about a company. Call from inside it."""
    Company.objects.filter(id=company_id).update(**fields)


def set_paper(
    company_id: int, number: int, header: Sequence[str], footer: Sequence[str], paper: Paper
) -> None:
    """Change what a store's papers say. Call from inside the company."""
    Store.objects.filter(company_id=company_id, number=number).update(
        header=list(header), footer=list(footer), paper=json.loads(encode(paper))
    )


def set_store(
    company_id: int, number: int, *, name: str, address: Sequence[str], phone: str
) -> Store:
    """Make the store with this number, or change it. Call from inside the company."""
    store, _ = Store.objects.update_or_create(
        company_id=company_id,
        number=number,
        defaults={"name": name, "address": list(address), "phone": phone},
    )
    return store
