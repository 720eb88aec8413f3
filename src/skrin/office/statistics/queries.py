# ruff: noqa: S608 (statements are put together from constants; every value is bound)
"""What was sold, per group and article, and per hour. Call from inside the company.

Everything is added up from the hourly totals; nothing is computed anew. Net is gross less VAT, and
gross profit is net less cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from django.db import connection

from skrin.domain.money import half_up


class Selection(Protocol):
    """Which days and places are asked for."""

    def where(self, table: str = "") -> tuple[str, list[Any]]:
        """The SQL condition after the company, and its values."""
        ...


@dataclass(frozen=True, slots=True)
class Quantity:
    """How much of one unit: `unit` as the article has it, thousandths, and the most decimals."""

    unit: str
    decimals: int
    quantity_milli: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Sales less returns of something, in minor units. `count` is as a day report counts: pieces,
    and one for each weighing; `quantities` tell each unit apart, by its name."""

    count: int = 0
    quantities: tuple[Quantity, ...] = ()
    gross_minor: int = 0
    vat_minor: int = 0
    cost_minor: int = 0

    @property
    def net_minor(self) -> int:
        """Sales without VAT."""
        return self.gross_minor - self.vat_minor

    @property
    def profit_minor(self) -> int:
        """Gross profit: net less cost."""
        return self.net_minor - self.cost_minor

    @property
    def margin_per_mille(self) -> int | None:
        """Gross profit in thousandths of net, half up; None when nothing was sold net."""
        if self.net_minor <= 0:
            return None
        return half_up(self.profit_minor * 1000, self.net_minor)

    def plus(self, other: Figures) -> Figures:
        """Both together."""
        return Figures(
            self.count + other.count,
            _together((*self.quantities, *other.quantities)),
            self.gross_minor + other.gross_minor,
            self.vat_minor + other.vat_minor,
            self.cost_minor + other.cost_minor,
        )


def _together(quantities: tuple[Quantity, ...]) -> tuple[Quantity, ...]:
    found: dict[str, Quantity] = {}
    for one in quantities:
        before = found.get(one.unit, Quantity(one.unit, 0, 0))
        found[one.unit] = Quantity(
            one.unit,
            max(before.decimals, one.decimals),
            before.quantity_milli + one.quantity_milli,
        )
    return tuple(found[unit] for unit in sorted(found))


@dataclass(frozen=True, slots=True)
class ArticleFigures:
    """An article's part of its group; `article` 0 = amounts rung on the group itself."""

    article: int
    name: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """An article group and its articles, the best sold first."""

    group: int
    name: str
    figures: Figures
    articles: tuple[ArticleFigures, ...]


def per_group(company: int, selection: Selection) -> list[GroupFigures]:
    """What was sold per group, expandable to articles, the largest net first."""
    where, values = selection.where()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT group_id, article,"
            " (array_agg(group_name ORDER BY business_day DESC))[1],"
            " (array_agg(article_name ORDER BY business_day DESC))[1],"
            " unit, max(decimals), sum(count)::bigint, sum(quantity_milli)::bigint,"
            " sum(gross_minor)::bigint, sum(vat_minor)::bigint, sum(cost_minor)::bigint"
            f" FROM statistics_sold WHERE company_id = %s AND {where}"
            " GROUP BY group_id, article, unit ORDER BY group_id, article, max(business_day)",
            [company, *values],
        )
        rows = cursor.fetchall()
    groups: dict[int, dict[int, ArticleFigures]] = {}
    names: dict[int, str] = {}
    for group, article, group_name, name, unit, decimals, count, quantity_milli, *sums in rows:
        names[group] = group_name
        figures = Figures(count, (Quantity(unit, decimals, quantity_milli),), *sums)
        articles = groups.setdefault(group, {})
        if before := articles.get(article):
            figures = before.figures.plus(figures)
        articles[article] = ArticleFigures(article, name, figures)
    found = [
        GroupFigures(
            group,
            names[group],
            total(article.figures for article in articles.values()),
            tuple(sorted(articles.values(), key=lambda a: (-a.figures.net_minor, a.name))),
        )
        for group, articles in groups.items()
    ]
    return sorted(found, key=lambda g: (-g.figures.net_minor, g.name))


def total(figures: Any) -> Figures:
    """All of them together."""
    result = Figures()
    for one in figures:
        result = result.plus(one)
    return result


@dataclass(frozen=True, slots=True)
class HourFigures:
    """One hour (local, 0 to 23) or one day: receipts, returns, and money with and without VAT."""

    label: str
    receipts: int
    returns: int
    gross_minor: int
    vat_minor: int


def per_hour(company: int, selection: Selection) -> list[HourFigures]:
    """Receipts per local hour in the days asked for."""
    return _per(company, selection, "hour")


def per_day(company: int, selection: Selection) -> list[HourFigures]:
    """Receipts per business day in the days asked for."""
    return _per(company, selection, "business_day")


def _per(company: int, selection: Selection, column: str) -> list[HourFigures]:
    where, values = selection.where()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column}::text AS label, sum(receipts)::bigint, sum(returns)::bigint,"
            " sum(gross_minor)::bigint, sum(vat_minor)::bigint"
            f" FROM statistics_receipts WHERE company_id = %s AND {where}"
            f" GROUP BY {column} ORDER BY {column}",
            [company, *values],
        )
        return [HourFigures(*row) for row in cursor.fetchall()]
