"""The catalogue as tills, the accounting and pages want it."""

from __future__ import annotations

from datetime import date

from skrin.domain import article as domain
from skrin.office.catalogue.models import Article, Group, GroupAccount, Price


def groups(company_id: int) -> list[domain.Group]:
    """All groups by number."""
    return [
        domain.Group(
            row.id,
            row.number,
            row.name,
            dict(row.names),
            row.kind,
            row.vat_eat_in,
            row.vat_take_away,
            row.colour,
        )
        for row in Group.objects.filter(company_id=company_id).order_by("number")
    ]


def articles(company_id: int) -> list[domain.Article]:
    """All articles by number."""
    return [
        domain.Article(
            row.id,
            row.number,
            row.name,
            dict(row.names),
            row.group_id,
            row.kind,
            row.unit,
            row.decimals,
            row.price_rule,
            tuple(row.barcodes),
            row.discountable,
            row.returnable,
        )
        for row in Article.objects.filter(company_id=company_id).order_by("number")
    ]


def prices(company_id: int, store: int | None = None) -> list[domain.Price]:
    """All prices, or those that hold in one store."""
    rows = Price.objects.filter(company_id=company_id)
    if store is not None:
        rows = rows.filter(store__in=(0, store))
    return [
        domain.Price(
            row.article_id, row.store, row.from_day.isoformat(), row.price_minor, row.cost_minor
        )
        for row in rows.order_by("article_id", "store", "from_day")
    ]


def revenue_accounts(company_id: int) -> list[tuple[int, int, date, str]]:
    """(group, rate_bp, from day, account) of all groups."""
    return list(
        GroupAccount.objects.filter(company_id=company_id)
        .order_by("group_id", "rate_bp", "from_day")
        .values_list("group_id", "rate_bp", "from_day", "account")
    )


def group_ids(company_id: int) -> dict[str, int]:
    """Group ids by number."""
    return dict(Group.objects.filter(company_id=company_id).values_list("number", "id"))


def article_ids(company_id: int) -> dict[str, int]:
    """Article ids by number."""
    return dict(Article.objects.filter(company_id=company_id).values_list("number", "id"))
