"""What follows an article: deposits, modifiers, deals; published as the tills want them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.office.cast import SINCE, Cast

from skrin.domain import article as domain
from skrin.domain.codec import decode
from skrin.domain.payment import PaymentMethod
from skrin.domain.refusal import Refusal
from skrin.office import load_examples
from skrin.office.catalogue import actions as catalogue
from skrin.office.catalogue import queries
from skrin.office.publication.sections import rows_of
from skrin.office.tenancy.wall import inside

pytestmark = pytest.mark.office

BAGERI = Path(__file__).parents[2] / "examples" / "bageri"


def article(number: str, **more: object) -> catalogue.ArticleForm:
    names = {"sv": f"Vara {number}", "en": f"Thing {number}"}
    return catalogue.ArticleForm(number, names, "10", price_minor=10_00, **more)  # type: ignore[arg-type]


def milk(company: int, *options: tuple[str, int, bool], least: int = 1, most: int = 1) -> None:
    forms = tuple(catalogue.OptionForm(*option) for option in options)
    group = catalogue.ModifierGroupForm("milk", "Mjölk", least, most, forms)
    catalogue.set_modifier_groups(company, [group])


@pytest.fixture
def company(cast: Cast) -> int:
    return cast.company


@pytest.mark.requirement("R-MORE-002", "R-MORE-003")
def test_followers_are_published_with_their_articles(company: int) -> None:
    with inside(company):
        forms = [
            article("2001", deposit="2009", modifiers=("milk",)),
            article("2002"),
            article("2003"),
            article("2009", kind="deposit", discountable=False),
            article("2100", kind="deal"),
        ]
        catalogue.set_articles(company, forms, "sv", SINCE)
        milk(company, ("2002", 0, True), ("2003", 6_00, False))
        catalogue.set_followers(company, forms)
        catalogue.set_deals(company, {"2100": [["2001", "2002"], ["2003"]]})
        rows, ids = rows_of(company, 1), queries.article_ids(company)
    drink = decode(domain.Article, rows["articles", str(ids["2001"])])
    assert drink.deposit == ids["2009"]
    (group_id,) = drink.modifier_groups
    group = decode(domain.ModifierGroup, rows["modifier_groups", str(group_id)])
    assert (group.name, group.min, group.max) == ("Mjölk", 1, 1)
    assert group.options == (
        domain.Option(ids["2002"], 0, True),
        domain.Option(ids["2003"], 6_00, False),
    )
    deal = decode(domain.Deal, rows["deals", str(ids["2100"])])
    assert [part.choices for part in deal.parts] == [
        (ids["2001"], ids["2002"]),
        (ids["2003"],),
    ]
    assert decode(domain.Article, rows["articles", str(deal.article)]).kind == "deal"
    assert decode(domain.Article, rows["articles", str(ids["2009"])]).kind == "deposit"
    with inside(company):
        catalogue.set_followers(company, [article("2001")])
        rows = rows_of(company, 1)
    bare = decode(domain.Article, rows["articles", str(ids["2001"])])
    assert (bare.deposit, bare.modifier_groups) == (0, ())


def test_choices_that_could_never_fit_are_refused(company: int) -> None:
    with inside(company):
        catalogue.set_articles(company, [article("2001"), article("2002")], "sv", SINCE)
        for unusable in (
            lambda: milk(company, ("2001", 0, True), ("2002", 0, True)),
            lambda: milk(company, ("2001", 0, False), least=2, most=2),
            lambda: milk(company, ("2001", 0, False), least=2, most=1),
            lambda: milk(company, ("2001", 0, False), least=0, most=0),
        ):
            with pytest.raises(Refusal, match="modifiers_unusable"):
                unusable()
        for parts in ([], [["2001"], []], [["2002"]]):
            with pytest.raises(Refusal, match="deal_unusable"):
                catalogue.set_deals(company, {"2002": parts})
        assert queries.modifier_groups(company) == queries.deals(company) == []


def test_the_demo_company_has_what_a_cashier_wants(cast: Cast) -> None:
    loaded = load_examples.load_company(BAGERI)
    again = load_examples.load_company(BAGERI)
    assert again["articles"] == loaded["articles"]
    company = loaded["company"]["id"]
    with inside(company):
        rows, people = rows_of(company, 1), rows_of(company, 1)
    latte = decode(domain.Article, rows["articles", str(loaded["articles"]["1004"])])
    groups = [
        decode(domain.ModifierGroup, rows["modifier_groups", str(one)])
        for one in latte.modifier_groups
    ]
    assert [group.name for group in groups] == ["Mjölk", "Tillägg"]
    assert [sum(o.default for o in group.options) for group in groups] == [1, 0]
    deals = [key for section, key in rows if section == "deals"]
    assert len(deals) == 2
    methods = [decode(PaymentMethod, row) for (s, _), row in rows.items() if s == "payment_methods"]
    assert {method.name: method.tips for method in methods} == {
        "Kontant": False,
        "Kort": True,
        "Presentkort": False,
        "Swish": False,
    }
    assert {key for section, key in rows if section == "roles"} >= {"cashier", "manager", "owner"}
    staff = [row for (section, _), row in people.items() if section == "people"]
    assert len(staff) == 3 and all(b'"pin_version":1' in row for row in staff)
    layouts = [decode(domain.Layout, row) for (s, _), row in rows.items() if s == "layouts"]
    more = next(layout for layout in layouts if layout.name == "Mer")
    params = {button.type: button.params for button in more.buttons}
    assert params["discount"].keys() >= {"amount_minor", "text"}
    assert isinstance(params["pay_now"]["method"], int)
