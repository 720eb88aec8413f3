"""Keys of a layout that are no goods: payment, discounts, texts, lists, modes (R-BTN-010 to 022).

What a published button of each type carries in `params`; each may carry `label` and
`label_<language>`:

================  ==============================================================================
articles          articles [ids], quantities_milli [one for each]
pay_now, pay_ask  method: pays all that is left, or opens the payment window with it chosen
day               -
discount          percent_bp or amount_minor, text: at once on the whole receipt
discount_free     -: the value is typed
text, text_free   text: at once; typed
list_groups       -: all groups, each an open entry
gift_card         -: balance, topping up and paying by a card's code
list_articles     -: all articles, with a search
return_mode       mode: "once" (also without it), or "locked": until it is switched off
layout            layout: another page of keys, with a way back
cash_in, cash_out -: amount, reason and text are asked for
drawer            -: opens the drawer
================  ==============================================================================
"""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext

from skrin.domain.article import Button as Key
from skrin.domain.cash import CASH_IN, CASH_OUT
from skrin.domain.money import grouped_amount
from skrin.domain.quantity import ONE, line_amount
from skrin.till.flow.till import Till
from skrin.till.ui.naming import method_name
from skrin.till.ui.open_receipt import METHOD_ICONS, rate_text
from skrin.till.ui.screens import Button

KEY_ICONS = (
    *("cake-slice", "coffee", "croissant", "cup-soda", "gift"),
    *("percent", "sandwich", "soup", "star", "wheat"),
)
"""Icons that a layout may name beside those that the till itself uses."""


def key_number(key: Key, name: str) -> int:
    """A whole number out of a button's params; 0 when it is not there."""
    value = key.params.get(name, 0)
    return value if isinstance(value, int) else 0


def key_numbers(key: Key, name: str) -> list[int]:
    """Whole numbers out of a button's params."""
    value = key.params.get(name, [])
    return value if isinstance(value, list) else []


def function_button(till: Till, key: Key, label: str) -> Button | None:
    """The key of a button that is neither an article nor a group; None when it cannot be shown."""
    make = _MAKERS.get(key.type)
    return make(till, key, label) if make else None


def combination(key: Key) -> list[tuple[int, int]]:
    """(article, quantity in thousandths) of a button that rings several (R-BTN-010)."""
    articles = key_numbers(key, "articles")
    quantities = key_numbers(key, "quantities_milli")
    return [
        (article, quantities[place] if place < len(quantities) else ONE)
        for place, article in enumerate(articles)
    ]


def _articles(till: Till, key: Key, label: str) -> Button | None:
    total_minor, names, colour = 0, [], 1
    for number, milli in combination(key):
        article = till.registers.articles.get(number)
        if article is None:
            return None
        price = till.registers.price(number, till.today())
        total_minor += line_amount(milli, price.price_minor) if price else 0
        names.append(article.name)
        colour = till.registers.groups[article.group].colour
    if not names:
        return None
    name = label or " + ".join(names)
    return _press(key, name, colour=colour, price=grouped_amount(total_minor))


def _press(key: Key, name: str, *, colour: int = 0, price: str = "", icon: str = "") -> Button:
    return Button(kind="press", id=str(key.id), name=name, colour=colour, price=price, icon=icon)


def _pay(till: Till, key: Key, label: str) -> Button | None:
    method = till.registers.method(key_number(key, "method"))
    if method is None:
        return None
    icon = METHOD_ICONS.get(method.kind, "wallet")
    name = label or method_name(method)
    if key.type == "pay_now":
        return _press(key, name, icon=icon)
    url = f"{reverse('till:paying')}?ask=pay&method={method.id}"
    return Button(
        kind="zone", id=str(method.id), name=name, url=url, colour=0, icon=icon, price="…"
    )


def _discount(till: Till, key: Key, label: str) -> Button | None:
    percent_bp, amount_minor = key_number(key, "percent_bp"), key_number(key, "amount_minor")
    if not percent_bp and not amount_minor:
        return None
    value = rate_text(percent_bp) if percent_bp else grouped_amount(amount_minor)
    name = label or str(key.params.get("text", "")) or gettext("Discount")
    return _press(key, name, price=f"\u2212{value}", icon="percent")


def _text(till: Till, key: Key, label: str) -> Button | None:
    text = str(key.params.get("text", ""))
    return _press(key, label or text, icon="message-square") if text else None


def _opens(
    kind: str, name: str, icon: str, words: Callable[[], str], args: tuple[str, ...] = ()
) -> Callable[..., Button]:
    def make(till: Till, key: Key, label: str) -> Button:
        url = reverse(f"till:{name}", args=args)
        return Button(
            kind=kind,  # type: ignore[arg-type]
            id=str(key.id),
            name=label or words(),
            url=url,
            icon=icon,
            colour=0,
        )

    return make


def _return_mode(till: Till, key: Key, label: str) -> Button:
    locked = key.params.get("mode") == "locked"
    name = gettext("Return, locked") if locked else gettext("Return")
    return _press(key, label or name, icon="undo-2")


def _drawer(till: Till, key: Key, label: str) -> Button:
    return _press(key, label or gettext("Open the drawer"), icon="coins")


def _other_layout(till: Till, key: Key, label: str) -> Button | None:
    wanted = key_number(key, "layout")
    plan = next((plan for plan in till.registers.layouts if plan.id == wanted), None)
    if plan is None:
        return None
    return Button(
        kind="layout", id=str(plan.id), name=label or plan.name, colour=0, icon="layout-grid"
    )


_MAKERS: dict[str, Callable[[Till, Key, str], Button | None]] = {
    "articles": _articles,
    "pay_now": _pay,
    "pay_ask": _pay,
    "day": _opens("link", "day", "calendar-check", lambda: gettext("The day")),
    "discount": _discount,
    "discount_free": _opens("window", "window_discount", "percent", lambda: gettext("Discount")),
    "text": _text,
    "text_free": _opens("window", "window_note", "message-square", lambda: gettext("Text")),
    "gift_card": _opens("window", "window_gift", "gift", lambda: gettext("Gift card")),
    "list_groups": _opens("panel", "panel_groups", "layers", lambda: gettext("All groups")),
    "list_articles": _opens("panel", "panel_articles", "search", lambda: gettext("All articles")),
    "return_mode": _return_mode,
    "layout": _other_layout,
    "drawer": _drawer,
    "cash_in": _opens("window", "window_cash", "plus", lambda: gettext("Cash in"), (CASH_IN,)),
    "cash_out": _opens("window", "window_cash", "minus", lambda: gettext("Cash out"), (CASH_OUT,)),
}
