"""Changing the catalogue. Call from inside the company; publish afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from skrin.office.catalogue.models import Article, Group, GroupAccount, Price


@dataclass(frozen=True, slots=True)
class GroupForm:
    """A group as somebody fills it in. `accounts`: the revenue account per rate in basis points."""

    number: str
    names: dict[str, str]
    kind: str
    vat_eat_in: str
    vat_take_away: str
    colour: int
    accounts: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ArticleForm:
    """An article as somebody fills it in; `group` is a group's number, prices are None when
    open."""

    number: str
    names: dict[str, str]
    group: str
    unit: str = "st"
    decimals: int = 0
    price_rule: str = "fixed"
    price_minor: int | None = None
    cost_minor: int = 0
    barcodes: tuple[str, ...] = ()
    discountable: bool = True
    returnable: bool = True


def set_groups(company_id: int, forms: Iterable[GroupForm], language: str, since: date) -> None:
    """Make or change groups, and their accounts from `since` on."""
    for form in forms:
        group, _ = Group.objects.update_or_create(
            company_id=company_id,
            number=form.number,
            defaults={
                "name": form.names[language],
                "names": form.names,
                "kind": form.kind,
                "vat_eat_in": form.vat_eat_in,
                "vat_take_away": form.vat_take_away,
                "colour": form.colour,
            },
        )
        for rate_bp, account in form.accounts.items():
            GroupAccount.objects.update_or_create(
                company_id=company_id,
                group=group,
                rate_bp=rate_bp,
                from_day=since,
                defaults={"account": account},
            )


def set_articles(company_id: int, forms: Iterable[ArticleForm], language: str, since: date) -> None:
    """Make or change articles, and their price in all stores from `since` on.

    A hundred rows are written in three statements: a first start waits for this.
    """
    wanted = list(forms)
    groups = {group.number: group for group in Group.objects.filter(company_id=company_id)}
    rows = [
        Article(
            company_id=company_id,
            number=form.number,
            name=form.names[language],
            names=form.names,
            group=groups[form.group],
            kind=groups[form.group].kind,
            unit=form.unit,
            decimals=form.decimals,
            price_rule=form.price_rule,
            barcodes=list(form.barcodes),
            discountable=form.discountable,
            returnable=form.returnable,
        )
        for form in wanted
    ]
    Article.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["company", "number"],
        update_fields=[
            "name",
            "names",
            "group",
            "kind",
            "unit",
            "decimals",
            "price_rule",
            "barcodes",
            "discountable",
            "returnable",
        ],
    )
    ids = dict(Article.objects.filter(company_id=company_id).values_list("number", "id"))
    Price.objects.bulk_create(
        [
            Price(
                company_id=company_id,
                article_id=ids[form.number],
                store=0,
                from_day=since,
                price_minor=form.price_minor,
                cost_minor=form.cost_minor,
            )
            for form in wanted
            if form.price_minor is not None
        ],
        update_conflicts=True,
        unique_fields=["article", "store", "from_day"],
        update_fields=["price_minor", "cost_minor"],
    )
