"""What can be sold, as keys: the layouts of a person, and what a search finds."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext

from skrin.domain.article import OPEN, Article
from skrin.domain.article import Button as Key
from skrin.domain.article import Layout as Plan
from skrin.domain.money import grouped_amount, plain_amount
from skrin.sync.messages import Person
from skrin.till.flow.till import Till
from skrin.till.ui.screens import Button, Found, Layout

FOUND_MOST = 20


def layouts_of(till: Till, person: Person) -> tuple[Layout, ...]:
    """The layouts that a person sees, in order; without any, every article on one."""
    plans = [p for p in till.registers.layouts if not p.users or person.person in p.users]
    if not plans:
        return (_all_articles(till),)
    return tuple(_layout(till, plan) for plan in plans)


def _layout(till: Till, plan: Plan) -> Layout:
    made = [_button(till, key) for key in plan.buttons]
    buttons = tuple(button for button in made if button)
    if len(buttons) < len(made):
        # A key that this till cannot show leaves no hole: the others close up in their order.
        buttons = tuple(replace(button, row=0, col=0) for button in buttons)
    columns = plan.columns.get("desktop", 6)
    return Layout(id=str(plan.id), name=plan.name, columns=columns, buttons=buttons)


def _button(till: Till, key: Key) -> Button | None:
    """The key of a button; None for a type or an article that this till does not have."""
    label = str(key.params.get("label", ""))
    if key.type == "article":
        article = till.registers.articles.get(_number(key, "article"))
        made = article_button(till, article, label) if article else None
    elif key.type in ("group_open", "group_fixed"):
        made = _group_button(till, key, label)
    else:
        made = None
    if made is None:
        return None
    return Button(
        kind=made.kind,
        id=made.id,
        name=made.name,
        price=made.price,
        colour=key.colour or made.colour,
        row=key.row,
        col=key.col,
        w=key.w,
        h=key.h,
        amount=made.amount,
        asks_amount=made.asks_amount,
    )


def _number(key: Key, name: str) -> int:
    value = key.params.get(name, 0)
    return value if isinstance(value, int) else 0


def _group_button(till: Till, key: Key, label: str) -> Button | None:
    group = till.registers.groups.get(_number(key, "group"))
    if group is None:
        return None
    price_minor = _number(key, "price_minor")
    return Button(
        kind="group",
        id=str(group.id),
        name=label or group.name,
        price=grouped_amount(price_minor) if price_minor else "",
        colour=group.colour,
        amount=plain_amount(price_minor) if price_minor else "",
        asks_amount=not price_minor,
    )


def article_button(till: Till, article: Article, label: str = "", group_name: str = "") -> Button:
    """The key of an article."""
    price = till.registers.price(article.id, till.today())
    group = till.registers.groups[article.group]
    asks = article.price_rule == OPEN
    return Button(
        kind="article",
        id=str(article.id),
        name=label or article.name,
        price="" if asks or price is None else grouped_amount(price.price_minor),
        colour=group.colour,
        asks_amount=asks,
        group_name=group_name,
    )


def _all_articles(till: Till) -> Layout:
    buttons = tuple(article_button(till, article) for article in till.registers.articles.values())
    return Layout(id="all", name=gettext("All articles"), columns=6, buttons=buttons)


def found(till: Till, query: str) -> Found:
    """What a search answers."""
    articles, count = till.registers.search(query, FOUND_MOST)
    groups = till.registers.groups
    more = count - len(articles)
    return Found(
        query=query,
        buttons=tuple(
            article_button(till, article, group_name=groups[article.group].name)
            for article in articles
        ),
        more=gettext("and %(count)s more") % {"count": more} if more else "",
    )
