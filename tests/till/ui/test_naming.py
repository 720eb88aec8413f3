"""What a screen in another language calls the things on it, and that paper does not follow."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.till.flow.shop import ANNA, ARTICLES, BUN, COFFEE, METHODS, Shop, published

from skrin.domain.article import Article
from skrin.domain.codec import encode
from skrin.domain.payment import PaymentMethod
from skrin.sync.messages import PublicationAnswer, PublishedRow
from skrin.sync.publication import digest
from skrin.till.flow import selling
from skrin.till.flow.publication import apply_publication
from skrin.till.ui import naming


def publish(shop: Shop, coffee: Article, cash: PaymentMethod) -> None:
    """The coffee and the cash as they are now, over what was published before."""
    changed = {("articles", str(coffee.id)): coffee, ("payment_methods", str(cash.id)): cash}
    before = published()
    rows = {(row.section, row.key): row.row.encode() for row in before.rows}
    rows |= {place: encode(one) for place, one in changed.items()}
    told = tuple(PublishedRow(*place, row.decode()) for place, row in rows.items())
    answer = PublicationAnswer(shop.till.publication + 1, digest(rows), True, told)
    assert apply_publication(shop.till, answer)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = Shop(tmp_path)
    coffee = replace(ARTICLES[0], names={"en": "Brewed coffee"})
    publish(shop, coffee, replace(METHODS[0], names={"en": "Cash"}))
    return shop


@pytest.mark.parametrize(
    ("language", "coffee", "cash"),
    [("en", "Brewed coffee", "Cash"), ("sv", "Bryggkaffe", "Kontant")],
)
def test_lines_and_payments_are_called_as_their_keys_are(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, language: str, coffee: str, cash: str
) -> None:
    monkeypatch.setattr(naming, "get_language", lambda: language)
    till = shop.till
    selling.tap_article(till, ANNA, shop.tap_id(), COFFEE)
    selling.tap_article(till, ANNA, shop.tap_id(), BUN)
    assert till.desk.cart
    first, second = (naming.item_name(till, line.item) for line in till.desk.cart.lines)
    assert (first, second) == (coffee, "Kanelbulle")
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    assert till.desk.finished
    (sealed,) = till.desk.finished.receipts
    assert naming.paid_name(till, sealed.payments[0]) == cash
    assert [line.name for line in sealed.lines] == ["Bryggkaffe", "Kanelbulle"]
    assert sealed.payments[0].name == "Kontant"


def test_what_was_renamed_since_keeps_the_name_of_its_receipt(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(naming, "get_language", lambda: "en")
    till = shop.till
    selling.tap_article(till, ANNA, shop.tap_id(), COFFEE)
    publish(shop, replace(ARTICLES[0], name="Te", names={"en": "Tea"}), METHODS[0])
    assert till.desk.cart
    assert naming.item_name(till, till.desk.cart.lines[0].item) == "Bryggkaffe"
