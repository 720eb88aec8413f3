"""Ringing: what a tap, a code or a typed amount is, before it has a line on the receipt."""

from __future__ import annotations

from dataclasses import dataclass, replace

from skrin.domain.article import FIXED, GIFT_CARD, OPEN, ZERO, Article, Deal, Group, Option
from skrin.domain.barcode import PRICE, in_store_code
from skrin.domain.cart import DEPOSIT, MODIFIER, PART, Item
from skrin.domain.giftcard import GiftLoad
from skrin.domain.money import half_up, share
from skrin.domain.quantity import ONE
from skrin.domain.record import swift
from skrin.domain.refusal import Refusal
from skrin.domain.scale import is_weight
from skrin.till.flow import gift_codes
from skrin.till.flow.till import Till

PIECE = "st"
"""The unit of what is counted and not weighed."""


@swift
@dataclass(frozen=True, slots=True)
class Rung:
    """What is rung: an item, how much of it, and what follows it. `raises`: an equal one right
    after it raises the line instead of making another."""

    item: Item
    quantity_milli: int
    followers: tuple[Item, ...] = ()
    raises: bool = False
    gift: GiftLoad | None = None
    gift_code: str = ""
    by_scale: bool = False


def rung_article(
    till: Till,
    article_id: int,
    price_minor: int | None = None,
    options: tuple[int, ...] | None = None,
    parts: tuple[int, ...] = (),
    quantity_milli: int = ONE,
) -> Rung:
    """An article by its id. `price_minor`: what was typed for an open price; `options`: the chosen
    modifiers (articles), None = the groups' defaults; `parts`: the chosen parts of a deal.

    Refused: `article_unknown`, `sold_out`, `price_wanted`, `price_missing`, `options_wanted`,
    `parts_wanted`, `gift_card_one`.
    """
    registers = till.registers
    article = registers.articles.get(article_id)
    if article is None:
        raise Refusal("article_unknown")
    if article_id in till.sold_out:
        raise Refusal("sold_out", name=article.name)
    item = _item(till, article, price_minor)
    if item.kind == GIFT_CARD:
        return _gift_card(till, item, quantity_milli)
    deal = registers.deals.get(article_id)
    if deal:
        return Rung(
            replace(item, price_minor=0), quantity_milli, _parts(till, article, deal, parts)
        )
    followers = [*_modifiers(till, article, item, options), *_deposit(till, article)]
    weighed = article.decimals > 0
    plain = article.price_rule != OPEN and not weighed and not followers
    return Rung(item, quantity_milli, tuple(followers), raises=plain)


def _item(till: Till, article: Article, price_minor: int | None) -> Item:
    group = till.registers.groups[article.group]
    price = till.registers.price(article.id, till.today())
    if article.price_rule == OPEN:
        if price_minor is None:
            raise Refusal("price_wanted", article=article.id, name=article.name)
        unit_price_minor = price_minor
    elif article.price_rule == ZERO or article.id in till.registers.deals:
        unit_price_minor = 0
    else:
        assert article.price_rule == FIXED, "a price rule is fixed, open or zero"
        if price is None:
            raise Refusal("price_missing", name=article.name)
        unit_price_minor = price.price_minor if price_minor is None else price_minor
    return Item(
        article.id,
        article.number,
        article.name,
        group.id,
        group.name,
        group.kind if article.kind == "goods" else article.kind,
        article.unit,
        article.decimals,
        unit_price_minor,
        price.cost_minor if price else 0,
        group.vat_eat_in,
        group.vat_take_away,
        article.discountable,
        article.returnable,
    )


def _modifiers(
    till: Till, article: Article, parent: Item, options: tuple[int, ...] | None
) -> list[Item]:
    """The chosen options as children: their own price, the parent's rate (D42)."""
    chosen: list[Item] = []
    for group_id in article.modifier_groups:
        group = till.registers.modifier_groups.get(group_id)
        if group is None:
            continue
        picked: list[Option] = [
            option
            for option in group.options
            if (option.default if options is None else option.article in options)
        ]
        if not group.min <= len(picked) <= group.max:
            raise Refusal("options_wanted", article=article.id, name=group.name)
        chosen += [_option_item(till, option, parent) for option in picked]
    return chosen


def _option_item(till: Till, option: Option, parent: Item) -> Item:
    article = till.registers.articles.get(option.article)
    if article is None:
        raise Refusal("article_unknown")
    if article.id in till.sold_out:
        raise Refusal("sold_out", name=article.name)
    return replace(
        _item(till, article, option.price_minor),
        price_minor=option.price_minor,
        group=parent.group,
        group_name=parent.group_name,
        vat_eat_in=parent.vat_eat_in,
        vat_take_away=parent.vat_take_away,
        role=MODIFIER,
    )


def _deposit(till: Till, article: Article) -> list[Item]:
    """The deposit that follows a drink: at the drink's rate, never discounted (D42)."""
    if not article.deposit:
        return []
    deposit = till.registers.articles.get(article.deposit)
    if deposit is None:
        raise Refusal("article_unknown")
    group = till.registers.groups[article.group]
    return [
        replace(
            _item(till, deposit, None),
            vat_eat_in=group.vat_eat_in,
            vat_take_away=group.vat_take_away,
            discountable=False,
            role=DEPOSIT,
        )
    ]


def _parts(till: Till, article: Article, deal: Deal, chosen: tuple[int, ...]) -> tuple[Item, ...]:
    """The parts of a deal; its price is spread over their ordinary prices (D42)."""
    price = till.registers.price(article.id, till.today())
    if price is None:
        raise Refusal("price_missing", name=article.name)
    picked: list[int] = []
    for place, part in enumerate(deal.parts):
        wanted = chosen[place] if place < len(chosen) else part.choices[0]
        if wanted not in part.choices or (len(part.choices) > 1 and place >= len(chosen)):
            raise Refusal("parts_wanted", article=article.id, name=article.name)
        picked.append(wanted)
    items = []
    for article_id in picked:
        found = till.registers.articles.get(article_id)
        if found is None:
            raise Refusal("article_unknown")
        if found.id in till.sold_out:
            raise Refusal("sold_out", name=found.name)
        items.append(_item(till, found, None))
    shares = share(price.price_minor, [item.price_minor for item in items])
    return tuple(
        replace(item, price_minor=part, role=PART) for item, part in zip(items, shares, strict=True)
    )


def rung_group(till: Till, group_id: int, amount_minor: int) -> Rung:
    """An amount on an article group. Refused with `group_unknown`."""
    group: Group | None = till.registers.groups.get(group_id)
    if group is None:
        raise Refusal("group_unknown")
    item = Item(
        0,
        group.number,
        group.name,
        group.id,
        group.name,
        group.kind,
        PIECE,
        0,
        amount_minor,
        0,
        group.vat_eat_in,
        group.vat_take_away,
    )
    return _gift_card(till, item, ONE) if group.kind == GIFT_CARD else Rung(item, ONE)


def _gift_card(till: Till, item: Item, quantity_milli: int) -> Rung:
    """A gift card that this till prints: one to a line, no discount, taken back by its code only.

    One of a group that is taxed is single-purpose: VAT is due now, and it pays for goods of the
    group's VAT class (docs/algorithms/giftcards.md). Where the class depends on the way of sale the
    rate of what it will pay is not known, so the law knows no such card (ML 2023:200 2:26).

    Refused: `gift_card_one`, `amount_zero`, `gift_group_two_ways`.
    """
    taxed = bool(till.rate_of(item.vat_eat_in) or till.rate_of(item.vat_take_away))
    if taxed and item.vat_eat_in != item.vat_take_away:
        raise Refusal("gift_group_two_ways", name=item.group_name)
    if quantity_milli != ONE:
        raise Refusal("gift_card_one")
    if item.price_minor <= 0:
        raise Refusal("amount_zero")
    load, code = gift_codes.new_card(till, item.vat_take_away if taxed else "")
    item = replace(item, discountable=False, returnable=False)
    return Rung(item, ONE, gift=load, gift_code=code)


def _cost_of_label(till: Till, article: Article, amount_minor: int) -> int:
    """What a piece labelled with a price cost the shop: a weighed article's cost is of a kilo, so
    the label's part of a kilo's price is its part of the cost."""
    price = till.registers.price(article.id, till.today())
    if price is None:
        return 0
    if not article.decimals or not price.price_minor:
        return price.cost_minor
    return half_up(price.cost_minor * amount_minor, price.price_minor)


def rung_code(till: Till, code: str) -> Rung:
    """What a scanned code is: a barcode, an article number, or an in-store code with a price or a
    weight in it. Refused: `code_unknown`, `code_misread`, `weight_wanted` (it is put on the scale
    that is set up)."""
    wanted = code.strip()
    registers = till.registers
    found = registers.find_code(wanted)
    if found is not None:
        if till.devices.weighs and is_weight(found.unit, found.decimals):
            raise Refusal("weight_wanted", article=found.id, name=found.name)
        return rung_article(till, found.id)
    inside = in_store_code(wanted, till.store.country)
    article = registers.find_code(inside.key) if inside else None
    if inside is None or article is None:
        raise Refusal("code_unknown", typed=wanted[:30])
    if inside.value == 0:
        raise Refusal("code_misread", typed=wanted)
    if inside.holds == PRICE:
        rung = rung_article(till, article.id, inside.value)
        # The label's price is of this piece, whatever it weighs: never "1 kg" at that price.
        cost_minor = _cost_of_label(till, article, inside.value)
        item = replace(rung.item, unit=PIECE, decimals=0, cost_minor=cost_minor)
        return replace(rung, item=item, raises=False)
    return rung_article(till, article.id, quantity_milli=inside.value)
