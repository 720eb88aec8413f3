"""The catalogue as tills, the accounting and pages want it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from skrin.domain import article as domain
from skrin.office.catalogue.models import (
    Article,
    Deal,
    Group,
    GroupAccount,
    ModifierGroup,
    Price,
)


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


def articles(company_id: int, ids: Collection[int] | None = None) -> list[domain.Article]:
    """All articles by number, or those with one of `ids`."""
    # Plain tuples: a model for each of a hundred thousand rows takes the time of all the rest.
    rows = Article.objects.filter(company_id=company_id).order_by("number")
    if ids is not None:
        rows = rows.filter(id__in=ids)
    return [
        domain.Article(
            id=row[0],
            number=row[1],
            name=row[2],
            names=row[3],
            group=row[4],
            kind=row[5],
            unit=row[6],
            decimals=row[7],
            price_rule=row[8],
            barcodes=tuple(row[9]),
            discountable=row[10],
            returnable=row[11],
            modifier_groups=tuple(row[12]),
            deposit=row[13] or 0,
        )
        for row in rows.values_list(
            *("id", "number", "name", "names", "group_id", "kind", "unit", "decimals"),
            *("price_rule", "barcodes", "discountable", "returnable"),
            *("modifier_groups", "deposit_id"),
        ).iterator(chunk_size=10_000)
    ]


def modifier_groups(company_id: int) -> list[domain.ModifierGroup]:
    """All modifier groups by code."""
    return [
        domain.ModifierGroup(
            row.id,
            row.name,
            row.least,
            row.most,
            tuple(
                domain.Option(option["article"], option["price_minor"], option["default"])
                for option in row.options
            ),
        )
        for row in ModifierGroup.objects.filter(company_id=company_id).order_by("code")
    ]


def deals(company_id: int) -> list[domain.Deal]:
    """All deals by article."""
    return [
        domain.Deal(row.article_id, tuple(domain.DealPart(tuple(part)) for part in row.parts))
        for row in Deal.objects.filter(company_id=company_id).order_by("article_id")
    ]


def prices(
    company_id: int, store: int | None = None, articles: Collection[int] | None = None
) -> list[domain.Price]:
    """All prices, or those that hold in one store, or of some articles by their ids."""
    rows = Price.objects.filter(company_id=company_id)
    if articles is not None:
        rows = rows.filter(article_id__in=articles)
    if store is not None:
        rows = rows.filter(store__in=(0, store))
    found = rows.order_by("article_id", "store", "from_day").values_list(
        "article_id", "store", "from_day", "price_minor", "cost_minor"
    )
    return [
        domain.Price(article, of_store, from_day.isoformat(), price_minor, cost_minor)
        for article, of_store, from_day, price_minor, cost_minor in found.iterator(
            chunk_size=10_000
        )
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
