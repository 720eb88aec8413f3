"""Articles and settings, to be read."""

from __future__ import annotations

from datetime import date, time

from django.urls import reverse
from django.utils.translation import gettext as _

from skrin.domain.article import (
    AT_CLOSING,
    BLIND,
    BLOCKED,
    BY_ITSELF,
    CARRIED_OVER,
    COUNTS,
    DAY_ENDS,
    FIXED,
    OFFERED,
    OPEN,
    PROMPTED,
    REPORTED,
    REQUIRED,
    Article,
    Group,
    Price,
    price_on,
)
from skrin.domain.refusal import Refusal
from skrin.fiscal.countries import country
from skrin.office.catalogue import queries as catalogue
from skrin.office.paymentsystems import queries as paymentsystems
from skrin.office.people import queries as people
from skrin.office.publication import actions as publication
from skrin.office.tenancy import actions as tenancy_actions
from skrin.office.tenancy import queries as tenancy
from skrin.office.tenancy.models import Company
from skrin.office.ui import screens
from skrin.office.ui.doors import Visit, role_name
from skrin.office.ui.filters import asked
from skrin.office.ui.words import language, money, rate


def articles_page(visit: Visit) -> screens.Articles:
    """The register of articles, with today's prices."""
    wanted = asked(visit, search=True)
    words = wanted.query.casefold().split()
    groups = {group.id: group for group in catalogue.groups(visit.company)}
    prices: dict[int, list[Price]] = {}
    for price in catalogue.prices(visit.company):
        prices.setdefault(price.article, []).append(price)
    law = tenancy.company(visit.company).country
    rows = [
        _register_row(article, groups[article.group], prices.get(article.id, []), visit.today, law)
        for article in catalogue.articles(visit.company)
        if all(word in _searched(article) for word in words)
    ]
    return screens.Articles(
        frame=visit.frame("articles"),
        filter=screens.Filter(query=wanted.query),
        rows=tuple(rows),
    )


def _searched(article: Article) -> str:
    return " ".join(
        [article.number, article.name, *article.names.values(), *article.barcodes]
    ).casefold()


def _register_row(
    article: Article,
    group: Group,
    prices: list[Price],
    today: date,
    law: str,
) -> screens.RegisterRow:
    price = price_on(prices, 0, today.isoformat())
    shown = {OPEN: _("open price"), FIXED: money(price.price_minor) if price else _("no price")}
    return screens.RegisterRow(
        number=article.number,
        name=article.names.get(language(), article.name),
        group=group.names.get(language(), group.name),
        colour=group.colour,
        price=shown.get(article.price_rule, _("free")),
        cost=money(price.cost_minor) if price else "",
        vat=_vat(group, today, law),
        barcode=" ".join(article.barcodes),
        unit=article.unit,
    )


def _vat(group: Group, today: date, law: str) -> str:
    """The rates of a group today: eaten in, taken away; one when they are equal."""
    try:
        of = country(law)
        rates = [
            rate(of.vat_rate_bp(vat_class, today))
            for vat_class in (group.vat_eat_in, group.vat_take_away)
        ]
    except Refusal:
        return ""
    return " / ".join(dict.fromkeys(rates))


def set_settings(visit: Visit) -> screens.Settings:
    """Take the form with how days are closed; the tills hear of it at once. A page without `notice`
    changed nothing."""
    sent = visit.request.POST
    wanted: dict[str, str | int] = {}
    for name, allowed in _CHOSEN.items():
        if name in sent:
            if sent[name] not in allowed:
                return settings_page(visit, error=_("Choose one of them."))
            wanted[name] = sent[name]
    if "day_break" in sent:
        try:
            begins = time.fromisoformat(sent["day_break"][:5])
        except ValueError:
            return settings_page(visit, error=_("Write when the day begins as 04:00."))
        wanted["day_break_min"] = begins.hour * 60 + begins.minute
    if not wanted:
        return settings_page(visit, error=_("Choose one of them."))
    tenancy_actions.set_company(visit.company, **wanted)
    publication.publish_everywhere(visit.company)
    return settings_page(visit, notice=_("Saved. Tills that are connected have it in seconds."))


_CHOSEN = {"parked_at_closing": AT_CLOSING, "cash_count": COUNTS, "day_end": DAY_ENDS}
"""What is chosen on the page, and from what."""


def _questions(owner: Company) -> tuple[screens.Question, ...]:
    return (
        _question(
            "cash_count",
            _("Counting the drawer when a day is closed"),
            {
                OFFERED: _("Whoever closes may count, or not"),
                REQUIRED: _("It must be counted"),
                BLIND: _("It must be counted, and what should lie there is shown afterwards"),
            },
            owner.cash_count,
        ),
        _question(
            "day_end",
            _("A day that nobody has closed when the next begins"),
            {
                PROMPTED: _("The till asks for it to be closed"),
                BY_ITSELF: _("The till closes it by itself, as soon as nobody sells"),
            },
            owner.day_end,
        ),
        _question(
            "parked_at_closing",
            _("Parked receipts when a day is closed"),
            {
                CARRIED_OVER: _("They go over to the next day and stand on the Z report"),
                REPORTED: _("The same, and the office is told under To look at"),
                BLOCKED: _("The day is not closed before they are paid or deleted"),
            },
            owner.parked_at_closing,
        ),
    )


def _question(name: str, legend: str, names: dict[str, str], chosen: str) -> screens.Question:
    choices = tuple(
        screens.Choice(value=one, name=words, selected=one == chosen)
        for one, words in names.items()
    )
    return screens.Question(name=name, legend=legend, choices=choices)


def settings_page(visit: Visit, notice: str = "", error: str = "") -> screens.Settings:
    """What is set for the company, its stores, its people and its ways to pay."""
    owner = tenancy.company(visit.company)
    clock = f"{owner.day_break_min // 60:02d}:{owner.day_break_min % 60:02d}"
    return screens.Settings(
        frame=visit.frame("settings"),
        questions=_questions(owner),
        day_break=clock,
        papers=tuple(
            screens.Link(label=store.name, url=reverse("office:paper", args=(store.number,)))
            for store in tenancy.stores(visit.company)
            if visit.member.may_see(store.number)
        ),
        notice=notice,
        error=error,
        groups=(
            screens.FactGroup(
                title=_("The company"),
                facts=(
                    (_("Name"), owner.name),
                    (_("Organisation number"), owner.org_number),
                    (_("Country and currency"), f"{owner.country}, {owner.currency}"),
                    (_("Time zone"), owner.time_zone),
                    (_("At the foot of receipts"), " / ".join(owner.footer)),
                ),
            ),
            *(
                screens.FactGroup(
                    title=store.name,
                    facts=(
                        (_("Store number"), str(store.number)),
                        (_("Address"), ", ".join(store.address)),
                        (_("Telephone"), store.phone),
                    ),
                )
                for store in tenancy.stores(visit.company)
                if visit.member.may_see(store.number)
            ),
            screens.FactGroup(
                title=_("People"),
                facts=tuple(
                    (name, f"{email}, {role_name(role)}")
                    for email, name, role in people.emails(visit.company)
                ),
            ),
            screens.FactGroup(
                title=_("Ways to pay"),
                facts=tuple(
                    (method.names.get(language(), method.name), method.account)
                    for method in paymentsystems.methods(visit.company)
                ),
            ),
        ),
    )
