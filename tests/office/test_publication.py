"""Publications: whole, differences, tombstones, digests (D25), and what never leaves the office."""

from __future__ import annotations

import pytest
from tests.office.cast import PASSWORD, Cast

from skrin.domain.article import Article, Group, Price, StoreCard
from skrin.domain.codec import decode, encode
from skrin.domain.payment import PaymentMethod
from skrin.office.paymentsystems import actions as paymentsystems
from skrin.office.paymentsystems import queries as payment_queries
from skrin.office.publication import actions as publication
from skrin.office.tenancy.wall import inside
from skrin.sync.messages import (
    PUBLICATION_PATH,
    Fault,
    Person,
    PublicationAnswer,
    PublicationRequest,
)
from skrin.sync.publication import SECTIONS, digest

pytestmark = pytest.mark.office

Rows = dict[tuple[str, str], bytes]


def ask(cast: Cast, number: int = 0, of: str = "", store: int = 1) -> PublicationAnswer:
    body = encode(PublicationRequest(store, number, of))
    response = cast.device.post(PUBLICATION_PATH, body)
    assert response.status_code == 200, response.content
    return decode(PublicationAnswer, response.content)


def applied(answer: PublicationAnswer, before: Rows | None = None) -> Rows:
    """The rows of a till after `answer`, proven by its digest."""
    rows: Rows = {} if answer.whole else dict(before or {})
    for row in answer.rows:
        if row.row is None:
            rows.pop((row.section, row.key))
        else:
            rows[row.section, row.key] = row.row.encode()
    assert digest(rows) == answer.digest
    return rows


@pytest.mark.requirement("R-SYNC-003")
def test_the_first_is_whole_and_reads_as_the_domains_rows(cast: Cast) -> None:
    answer = ask(cast)
    assert (answer.whole, answer.number) == (True, 1)
    rows = applied(answer)
    assert {section for section, _ in rows} <= set(SECTIONS)
    card = decode(StoreCard, rows["store", "store"])
    assert (card.store, card.store_name, card.org_number) == (1, "Torget", "556677-8899")
    coffee = cast.articles["coffee"]
    article = decode(Article, rows["articles", str(coffee.article)])
    assert (article.name, article.group, article.barcodes) == (
        "Bryggkaffe",
        coffee.group,
        ("7359990020127",),
    )
    assert decode(Group, rows["groups", str(coffee.group)]).vat_class("eat_in") == "restaurant"
    price = decode(Price, rows["prices", f"{coffee.article}:0:2020-01-01"])
    assert (price.price_minor, price.cost_minor) == (34_00, 5_00)
    method = decode(PaymentMethod, rows["payment_methods", str(cast.methods["cash"])])
    assert (method.kind, method.account, method.rounding) == ("cash", "1910", True)


def test_people_are_published_without_addresses_or_hashes(cast: Cast) -> None:
    rows = applied(ask(cast))
    people = {decode(Person, row) for (section, _), row in rows.items() if section == "people"}
    assert {(person.display_name, person.role, person.stores) for person in people} == {
        ("Saga", "owner", (1, 2)),
        ("Alva", "cashier", (1,)),
    }
    everything = b"".join(rows.values())
    for secret in (b"@", b"argon2", PASSWORD.encode()):
        assert secret not in everything


def test_only_the_difference_is_sent(cast: Cast) -> None:
    from tests.office.cast import SINCE

    from skrin.office.catalogue import actions as catalogue

    first = ask(cast)
    rows = applied(first)
    same = ask(cast, first.number, first.digest)
    assert (same.whole, same.rows, same.number) == (False, (), 1)
    with inside(cast.company):
        catalogue.set_articles(
            cast.company,
            [
                catalogue.ArticleForm(
                    "1001", {"sv": "Bryggkaffe"}, "10", price_minor=36_00, cost_minor=5_00
                )
            ],
            "sv",
            SINCE,
        )
        assert publication.publish(cast.company, 1) == 2
        assert publication.publish(cast.company, 1) == 2
    second = ask(cast, first.number, first.digest)
    coffee = cast.articles["coffee"].article
    assert (second.whole, second.number) == (False, 2)
    assert {(row.section, row.key) for row in second.rows} == {
        ("articles", str(coffee)),
        ("prices", f"{coffee}:0:2020-01-01"),
    }
    rows = applied(second, rows)
    assert b"3600" in rows["prices", f"{coffee}:0:2020-01-01"]
    assert applied(ask(cast)) == rows


def test_a_row_that_is_gone_is_a_tombstone_and_comes_back(cast: Cast) -> None:
    from skrin.office.paymentsystems.models import PaymentMethod as Method

    first = ask(cast)
    rows = applied(first)
    key = ("payment_methods", str(cast.methods["card"]))
    with inside(cast.company):
        Method.objects.filter(id=cast.methods["card"]).update(active=False)
        publication.publish(cast.company, 1)
    second = ask(cast, first.number, first.digest)
    assert [(row.section, row.key, row.row) for row in second.rows] == [(*key, None)]
    rows = applied(second, rows)
    assert key not in rows
    assert applied(ask(cast)) == rows
    with inside(cast.company):
        Method.objects.filter(id=cast.methods["card"]).update(active=True)
        publication.publish(cast.company, 1)
    third = ask(cast, second.number, second.digest)
    assert key in applied(third, rows)
    assert applied(ask(cast, first.number, first.digest), applied(first)) == applied(ask(cast))


def test_another_digest_gets_everything(cast: Cast) -> None:
    first = ask(cast)
    for number, of in ((1, "00" * 32), (99, first.digest), (1, ""), (-1, first.digest)):
        answer = ask(cast, number, of)
        assert answer.whole
        applied(answer)


def test_each_store_has_its_own(cast: Cast) -> None:
    body = encode(PublicationRequest(2, 0, ""))
    response = cast.device.post(PUBLICATION_PATH, body)
    assert (response.status_code, decode(Fault, response.content).fault) == (403, "foreign_store")
    with inside(cast.company):
        answer = publication.answer(cast.company, PublicationRequest(2, 0, ""))
    rows = applied(answer)
    assert decode(StoreCard, rows["store", "store"]).store_name == "Stationen"
    people = [decode(Person, row) for (section, _), row in rows.items() if section == "people"]
    assert [person.display_name for person in people] == ["Saga"]


def test_the_exchange_tells_the_number(cast: Cast, journal) -> None:
    from skrin.office.people import actions as people

    assert cast.device.exchange(journal.exchange()).publication == 1
    with inside(cast.company):
        people.set_member(
            cast.company,
            people.set_person(cast.owner, ""),
            "owner",
            "Saga L",
            (),
        )
        publication.publish_everywhere(cast.company)
    assert cast.device.exchange(journal.exchange()).publication == 2


@pytest.mark.requirement("OPP-006")
def test_a_store_offers_its_own_methods_with_their_rules(cast: Cast) -> None:
    with inside(cast.company):
        for code, stores, limit_minor in (("invoice", [2], 0), ("voucher", [1], 500_00)):
            paymentsystems.set_method(
                cast.company,
                code,
                kind="manual",
                name=code,
                account="1931",
                refund="cash",
                offline="limits",
                offline_limit_minor=limit_minor,
                order=9,
                stores=stores,
            )
        ids = payment_queries.method_ids(cast.company)
        publication.publish(cast.company, 1)
    rows = applied(ask(cast))
    assert ("payment_methods", str(ids["invoice"])) not in rows
    method = decode(PaymentMethod, rows["payment_methods", str(ids["voucher"])])
    assert (method.refund, method.offline, method.offline_limit_minor, method.account) == (
        *("cash", "limits", 500_00),
        "1931",
    )
