"""What can be sold, as keys: the layouts of a person, and what a search finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from django.urls import reverse
from django.utils.translation import get_language, gettext

from skrin.domain.article import OPEN, Article, Group
from skrin.domain.article import Button as Key
from skrin.domain.article import Layout as Plan
from skrin.domain.money import grouped_amount, plain_amount
from skrin.domain.scale import is_weight
from skrin.sync.messages import Person
from skrin.till.flow.till import Till
from skrin.till.ui.addresses import WEIGH_NOW
from skrin.till.ui.keys import function_button, key_number
from skrin.till.ui.naming import named
from skrin.till.ui.screens import Button, Found, Layout

FOUND_MOST = 20
LISTED_MOST = 120
"""Keys that a list of all articles shows at once; the search finds the rest."""


def plans_of(till: Till, person: Person) -> list[Plan]:
    """The layouts that the office gave to a person, in order."""
    return [p for p in till.registers.layouts if not p.users or person.person in p.users]


def layouts_of(till: Till, person: Person) -> tuple[Layout, ...]:
    """The layouts that a person sees, in order; without any, every article on one."""
    plans = plans_of(till, person)
    if not plans:
        return (_all_articles(till),)
    return tuple(_layout(till, plan) for plan in plans)


def pressed_key(till: Till, person: Person, button: int) -> Key | None:
    """The published button that was pressed, of a layout that this person has."""
    keys = (key for plan in plans_of(till, person) for key in plan.buttons)
    return next((key for key in keys if key.id == button), None)


def strip_methods(till: Till, person: Person) -> tuple[int, ...]:
    """Methods that pay at once beside the first cash and card: those that a layout names."""
    fixed = {m.id for kind in ("cash", "card") if (m := till.registers.method_of(kind))}
    named = (
        key_number(key, "method")
        for plan in plans_of(till, person)
        for key in plan.buttons
        if key.type == "pay_now"
    )
    return tuple(dict.fromkeys(one for one in named if one and one not in fixed))


def _layout(till: Till, plan: Plan) -> Layout:
    made = [_button(till, key) for key in sorted(plan.buttons, key=lambda k: (k.row, k.col))]
    buttons = tuple(button for button in made if button)
    if len(buttons) < len(made):
        # A key that this till cannot show leaves no hole: the others close up in their order.
        buttons = tuple(replace(button, row=0, col=0) for button in buttons)
    columns = _columns(plan, "desktop", 6)
    tablet = _columns(plan, "tablet", columns)
    return Layout(
        id=str(plan.id),
        name=plan.name,
        columns=columns,
        buttons=buttons,
        tablet_columns=0 if tablet == columns else tablet,
        handheld_columns=min(4, _columns(plan, "handheld", 2)),
    )


def _columns(plan: Plan, form_factor: str, otherwise: int) -> int:
    return max(1, min(10, plan.columns.get(form_factor, otherwise)))


def _button(till: Till, key: Key) -> Button | None:
    """The key of a button; None for a type or an article that this till does not have."""
    label = _label(key)
    if key.type == "article":
        article = till.registers.articles.get(key_number(key, "article"))
        made = article_button(till, article, label) if article else None
    elif key.type in ("group_open", "group_fixed"):
        made = _group_button(till, key, label)
    else:
        made = function_button(till, key, label)
    if made is None:
        return None
    return replace(
        made,
        colour=key.colour or made.colour,
        row=key.row,
        col=key.col,
        w=key.w,
        h=key.h,
        icon=key.icon or made.icon,
        image=_image_url(till, key.image),
    )


def _image_url(till: Till, hashed: str) -> str:
    """Where a key's picture is; one that is not here leaves the key its colour."""
    return reverse("till:image", args=[hashed]) if hashed in till.registers.images else ""


def _label(key: Key) -> str:
    here = key.params.get(f"label_{get_language()}", "")
    return str(here or key.params.get("label", ""))


def _group_button(till: Till, key: Key, label: str) -> Button | None:
    group = till.registers.groups.get(key_number(key, "group"))
    if group is None:
        return None
    return group_button(group, label, key_number(key, "price_minor"))


def group_button(group: Group, label: str = "", price_minor: int = 0) -> Button:
    """The key of a group: open, or at a price fixed on it (R-BTN-008, R-BTN-009)."""
    return Button(
        kind="group",
        id=str(group.id),
        name=label or named(group.name, group.names),
        price=grouped_amount(price_minor) if price_minor else "",
        colour=group.colour,
        amount=plain_amount(price_minor) if price_minor else "",
        asks_amount=not price_minor,
    )


def article_button(till: Till, article: Article, label: str = "", group_name: str = "") -> Button:
    """The key of an article. One that must be chosen for first opens its window."""
    price = till.registers.price(article.id, till.today())
    group = till.registers.groups[article.group]
    asks = article.price_rule == OPEN
    return Button(
        kind="article",
        id=str(article.id),
        name=label or named(article.name, article.names),
        price="" if asks or price is None else grouped_amount(price.price_minor),
        colour=group.colour,
        asks_amount=asks,
        group_name=group_name,
        sold_out=article.id in till.sold_out,
        url=_asks_at(till, article) if asks_first(till, article) else "",
    )


def _asks_at(till: Till, article: Article) -> str:
    """The window of an article; of one that is weighed with the scale asked at once."""
    url = reverse("till:window_article", args=[article.id])
    weighs = till.devices.weighs and is_weight(article.unit, article.decimals)
    return f"{url}?{WEIGH_NOW}=1" if weighs else url


def asks_first(till: Till, article: Article) -> bool:
    """Whether an article is weighed or measured, or has choices that no default makes (D42)."""
    if article.decimals:
        return True
    deal = till.registers.deals.get(article.id)
    if deal and any(len(part.choices) > 1 for part in deal.parts):
        return True
    groups = (till.registers.modifier_groups.get(one) for one in article.modifier_groups)
    return any(
        not group.min <= sum(option.default for option in group.options) <= group.max
        for group in groups
        if group
    )


def _all_articles(till: Till) -> Layout:
    buttons = tuple(article_button(till, article) for article in some_articles(till))
    return Layout(id="all", name=gettext("All articles"), columns=6, buttons=buttons)


def some_articles(till: Till) -> Iterator[Article]:
    """As many articles as a list shows at once."""
    return islice(iter(till.registers.articles.values()), LISTED_MOST)


def found(till: Till, query: str, most: int = FOUND_MOST) -> Found:
    """What a search answers."""
    articles, count = till.registers.search(query, most)
    groups = till.registers.groups
    more = count - len(articles)
    return Found(
        query=query,
        buttons=tuple(
            article_button(till, article, group_name=groups[article.group].name)
            for article in articles
        ),
        more=gettext("and %(count)s more") % {"count": more} if more > 0 else "",
    )
