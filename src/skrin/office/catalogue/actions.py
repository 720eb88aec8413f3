"""Changing the catalogue. Call from inside the company; publish afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from skrin.domain.refusal import Refusal
from skrin.office.catalogue.models import (
    Article,
    Deal,
    Group,
    GroupAccount,
    ModifierGroup,
    Price,
)


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
    open. `kind` empty = the group's; `deposit` an article's number, `modifiers` groups' codes."""

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
    kind: str = ""
    deposit: str = ""
    modifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OptionForm:
    """A choice of a modifier group: an article's number and what it costs there."""

    article: str
    price_minor: int
    default: bool = False


@dataclass(frozen=True, slots=True)
class ModifierGroupForm:
    """A modifier group as somebody fills it in: at least `least`, at most `most` of `options`."""

    code: str
    name: str
    least: int
    most: int
    options: tuple[OptionForm, ...]


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
            kind=form.kind or groups[form.group].kind,
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
    named = Article.objects.filter(company_id=company_id, number__in=[f.number for f in wanted])
    ids = dict(named.values_list("number", "id"))
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


def set_modifier_groups(company_id: int, forms: Iterable[ModifierGroupForm]) -> None:
    """Make or change modifier groups; their articles are there already.

    Raises `Refusal` (`modifiers_unusable`, with the group's code) when no choice could ever fit:
    fewer options than the least, or more defaults than the most.
    """
    ids = _article_ids(company_id)
    for form in forms:
        defaults = sum(option.default for option in form.options)
        if not 0 <= form.least <= form.most or form.most < max(1, defaults):
            raise Refusal("modifiers_unusable", group=form.code)
        if len(form.options) < form.least:
            raise Refusal("modifiers_unusable", group=form.code)
        ModifierGroup.objects.update_or_create(
            company_id=company_id,
            code=form.code,
            defaults={
                "name": form.name,
                "least": form.least,
                "most": form.most,
                "options": [
                    {
                        "article": ids[option.article],
                        "price_minor": option.price_minor,
                        "default": option.default,
                    }
                    for option in form.options
                ],
            },
        )


def set_followers(company_id: int, forms: Iterable[ArticleForm]) -> None:
    """Set what follows articles: their deposits and modifier groups. Both are there already."""
    groups = dict(ModifierGroup.objects.filter(company_id=company_id).values_list("code", "id"))
    wanted = {form.number: form for form in forms}
    rows = {
        row.number: row
        for row in Article.objects.filter(company_id=company_id, number__in=wanted.keys())
    }
    changed = []
    for number, form in wanted.items():
        row = rows[number]
        deposit_id = rows[form.deposit].id if form.deposit else None
        modifiers = [groups[code] for code in form.modifiers]
        if (row.deposit_id, row.modifier_groups) != (deposit_id, modifiers):
            row.deposit_id, row.modifier_groups = deposit_id, modifiers
            changed.append(row)
    Article.objects.bulk_update(changed, ["deposit", "modifier_groups"], batch_size=1000)


def set_deals(company_id: int, deals: Mapping[str, Sequence[Sequence[str]]]) -> None:
    """Make or change deals: the choices (article numbers) of each part, by the deal's number.

    Raises `Refusal` (`deal_unusable`, with the number) for a deal without parts, a part without
    choices, or a part that is a deal itself.
    """
    ids = _article_ids(company_id)
    for number, parts in deals.items():
        choices = [choice for part in parts for choice in part]
        if not parts or not all(parts) or set(choices) & deals.keys():
            raise Refusal("deal_unusable", number=number)
        Deal.objects.update_or_create(
            company_id=company_id,
            article_id=ids[number],
            defaults={"parts": [[ids[choice] for choice in part] for part in parts]},
        )


def _article_ids(company_id: int) -> dict[str, int]:
    return dict(Article.objects.filter(company_id=company_id).values_list("number", "id"))
