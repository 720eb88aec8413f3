"""Sold out, marked by the cashier; the keys show it on all tills of the store (R-MORE-004)."""

from __future__ import annotations

from django.utils.translation import gettext

from skrin.till.flow import soldout as flow
from skrin.till.flow.counter import Counter
from skrin.till.ui import forms
from skrin.till.ui.answers import cart_view
from skrin.till.ui.guard import StaffRequest
from skrin.till.ui.screens import Notice, Way


@cart_view
def sold_out(request: StaffRequest, counter: Counter) -> Notice:
    """An article is sold out, or is there again; marking says how to take the mark off."""
    article = forms.number(request, "article_id")
    on = request.POST.get("on") == "1"
    flow.mark(counter.till, request.person, article, on)
    known = counter.till.registers.articles.get(article)
    name = {"name": known.name if known else ""}
    if not on:
        return Notice(sentence=gettext("%(name)s is there again.") % name, level="good")
    way = Way(
        label=gettext("There is more"),
        action="till:there_again",
        name="article_id",
        value=str(article),
    )
    sentence = gettext("%(name)s is marked as sold out.") % name
    return Notice(sentence=sentence, level="good", ways=(way,))


@cart_view
def there_again(request: StaffRequest, counter: Counter) -> None:
    """An article that was marked as sold out is there again."""
    flow.mark(counter.till, request.person, forms.number(request, "article_id"), False)
