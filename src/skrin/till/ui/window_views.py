"""Windows over the page: what a line, an article, a discount or a name asks for."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET

from skrin.domain import role as roles
from skrin.domain.article import OPEN, Article, Deal, ModifierGroup
from skrin.domain.cart import MODIFIER, PART, CartLine, Discount
from skrin.domain.money import grouped_amount, plain_amount
from skrin.domain.pricing import discountable_minor, line_discount
from skrin.domain.quantity import quantity_text
from skrin.domain.refusal import Refusal
from skrin.domain.scale import is_weight
from skrin.sync.messages import Person
from skrin.till.flow import parking
from skrin.till.flow.till import Till
from skrin.till.ui.addresses import WEIGH_NOW
from skrin.till.ui.answers import refused
from skrin.till.ui.guard import StaffRequest, at_the_till
from skrin.till.ui.naming import item_name, named
from skrin.till.ui.open_receipt import rate_text
from skrin.till.ui.served import served
from skrin.till.ui.sheets import (
    ArticleSheet,
    DiscountForm,
    DiscountWindow,
    LineSheet,
    NoteWindow,
    OptionGroup,
    OptionKey,
    ParkWindow,
)


@require_GET
@at_the_till
def window_line(request: StaffRequest, number: int) -> HttpResponse:
    """Everything about one line of the open receipt."""
    till = served().counter.till
    line = till.desk.cart.line(number) if till.desk.cart else None
    if line is None:
        return refused(request, Refusal("line_gone"))
    item = line.item
    article = till.registers.articles.get(item.article) if item.article else None
    free = line.origin is None and not line.parent
    amount_minor = line.full_minor - line_discount(line)
    rule = till.role_of(request.person).rule(roles.PRICE)
    screen = LineSheet(
        line_no=line.line,
        article=item.article,
        name=item_name(till, item),
        amount=grouped_amount(-amount_minor if line.back else amount_minor),
        quantity=quantity_text(line.quantity_milli, item.decimals),
        unit=item.unit,
        note=line.note,
        price=plain_amount(item.price_minor),
        discount=_line_discount(till, request.person, line),
        can_price=free and rule != roles.DENY,
        price_hint=gettext("Needs a manager's PIN.") if rule == roles.PIN else "",
        has_options=free and bool(article and (article.modifier_groups or _deal(till, article))),
        sold_out=item.article in till.sold_out,
        can_mark=bool(article),
    )
    return render(request, "till/_window_line.html", {"screen": screen})


def _line_discount(till: Till, person: Person, line: CartLine) -> DiscountForm | None:
    if line.back or not line.item.discountable:
        return None
    return DiscountForm(
        action="till:line_discount",
        line_no=line.line,
        limit=_limit(till, person),
        can_take_off=line.discount is not None,
        **_as_typed(line.discount),  # type: ignore[arg-type]
    )


def _as_typed(discount: Discount | None) -> dict[str, str]:
    if discount is None:
        return {}
    if discount.percent_bp:
        value = rate_text(discount.percent_bp).removesuffix("%").strip()
        return {"unit": "percent", "value": value, "text": discount.text}
    value = plain_amount(discount.amount_minor)
    return {"unit": "amount", "value": value, "text": discount.text}


def _limit(till: Till, person: Person) -> str:
    role = till.role_of(person)
    if role.discount_limit_bp >= 10_000 or role.rule(roles.DISCOUNT_ABOVE) == roles.ALLOW:
        return ""
    return gettext("Up to %(limit)s without a manager's PIN.") % {
        "limit": rate_text(role.discount_limit_bp)
    }


@require_GET
@at_the_till
def window_article(request: StaffRequest, number: int) -> HttpResponse:
    """What is chosen of an article before it is rung; with ?instead, in the place of a line."""
    till = served().counter.till
    article = till.registers.articles.get(number)
    if article is None:
        return refused(request, Refusal("article_unknown"))
    price = till.registers.price(article.id, till.today())
    instead = request.GET.get("instead", "")
    line = int(instead) if instead.isdecimal() else 0
    groups = _choices(till, article, line)
    asks_amount = article.price_rule == OPEN
    weighs = till.devices.weighs and not line and is_weight(article.unit, article.decimals)
    weighs_now = weighs and not groups and not asks_amount and WEIGH_NOW in request.GET
    screen = ArticleSheet(
        article=article.id,
        name=named(article.name, article.names),
        price=grouped_amount(price.price_minor) if price and article.price_rule != OPEN else "",
        asks_amount=asks_amount,
        groups=groups,
        asks_quantity=bool(article.decimals) or not (line or groups or asks_amount),
        quantity="" if article.decimals else "1",
        unit=article.unit,
        weighs=weighs,
        weighs_now=weighs_now,
        instead=line,
        sold_out=article.id in till.sold_out,
        can_mark=not line and not weighs_now,
    )
    return render(request, "till/_window_article.html", {"screen": screen})


def _deal(till: Till, article: Article) -> Deal | None:
    return till.registers.deals.get(article.id)


def _choices(till: Till, article: Article, line: int) -> tuple[OptionGroup, ...]:
    chosen = _standing(till, line)
    if deal := _deal(till, article):
        return tuple(_part(till, deal, place, chosen) for place in range(len(deal.parts)))
    groups = (till.registers.modifier_groups.get(one) for one in article.modifier_groups)
    return tuple(_group(till, group, chosen) for group in groups if group)


def _standing(till: Till, line: int) -> list[int] | None:
    """The options and parts of a line that is rung anew; None: none is."""
    cart = till.desk.cart
    if not line or cart is None:
        return None
    return [
        child.item.article for child in cart.children(line) if child.item.role in (MODIFIER, PART)
    ]


def _part(till: Till, deal: Deal, place: int, chosen: list[int] | None) -> OptionGroup:
    choices = deal.parts[place].choices
    picked = chosen[place] if chosen and place < len(chosen) else choices[0]
    names = [till.registers.articles.get(one) for one in choices]
    return OptionGroup(
        field=f"part-{place:02d}",
        name=gettext("Part %(number)s") % {"number": place + 1},
        hint="",
        options=tuple(
            OptionKey(value=one.id, name=named(one.name, one.names), chosen=one.id == picked)
            for one in names
            if one
        ),
        single=True,
    )


def _group(till: Till, group: ModifierGroup, chosen: list[int] | None) -> OptionGroup:
    single = group.max == 1
    options = []
    for option in group.options:
        article = till.registers.articles.get(option.article)
        if article is None:
            continue
        price = grouped_amount(option.price_minor) if option.price_minor else ""
        picked = option.default if chosen is None else option.article in chosen
        options.append(
            OptionKey(
                value=option.article,
                name=named(article.name, article.names),
                price=f"+{price}" if price else "",
                chosen=picked,
            )
        )
    return OptionGroup(
        field=f"option-{group.id}",
        name=group.name,
        hint="" if single else _hint(group),
        options=tuple(options),
        single=single,
        none=single and group.min == 0,
        nothing_chosen=not any(option.chosen for option in options),
        most=0 if single else group.max,
    )


def _hint(group: ModifierGroup) -> str:
    if group.min:
        text = ngettext("Choose at least %(least)s.", "Choose at least %(least)s.", group.min)
        return text % {"least": group.min}
    if group.max < len(group.options):
        return gettext("At most %(most)s.") % {"most": group.max}
    return gettext("As many as wanted.")


@require_GET
@at_the_till
def window_discount(request: StaffRequest) -> HttpResponse:
    """A discount on the whole receipt, typed."""
    till = served().counter.till
    cart = till.desk.cart
    if cart is None or not cart.lines:
        return refused(request, Refusal("cart_empty"))
    form = DiscountForm(action="till:cart_discount", limit=_limit(till, request.person))
    screen = DiscountWindow(form=form, goods=grouped_amount(discountable_minor(cart)))
    return render(request, "till/_window_discount.html", {"screen": screen})


@require_GET
@at_the_till
def window_note(request: StaffRequest) -> HttpResponse:
    """A free text on the receipt."""
    cart = served().counter.till.desk.cart
    screen = NoteWindow(texts=cart.notes if cart else ())
    return render(request, "till/_window_note.html", {"screen": screen})


@require_GET
@at_the_till
def window_park(request: StaffRequest) -> HttpResponse:
    """A name for the receipt that is set aside; one is proposed (R-PARK-001)."""
    till = served().counter.till
    if till.desk.cart is None or not till.desk.cart.lines:
        return refused(request, Refusal("cart_empty"))
    screen = ParkWindow(name=parking.proposed_name(till))
    return render(request, "till/_window_park.html", {"screen": screen})


@require_GET
@at_the_till
def window_camera(request: StaffRequest) -> HttpResponse:
    """The camera as a scanner, where the browser can read codes (R-SELL-016)."""
    return render(request, "till/_window_camera.html", {})
