"""Sold out: at once here, soon on all tills of the store, and here alone without the office."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.till.flow.shop import ANNA, BUN, COFFEE, NoOffice, Shop

from skrin.domain.codec import decode_body
from skrin.domain.entry import read_entry
from skrin.domain.journal import ArticleSoldOut
from skrin.domain.refusal import Refusal
from skrin.sync.messages import ExchangeAnswer, unpack_exchange
from skrin.till.devices.contract import OfficeAway
from skrin.till.flow import selling, soldout


@dataclass
class StoreOffice(NoOffice):
    """An office that keeps one store's list and takes every till's entries."""

    gone: set[int] = field(default_factory=set)
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    away: bool = False
    lists_sent: int = 0

    def exchange(self, body: bytes) -> ExchangeAnswer:
        if self.away:
            raise OfficeAway("nobody there")
        sent = unpack_exchange(body)
        seq, digest = self.heads.get(sent.head.till, (0, ""))
        for record in sent.records:
            entry = read_entry(record)
            if entry.header.seq != seq + 1:
                continue
            seq, digest = entry.header.seq, entry.hash.hex()
            said = decode_body(entry.header.kind, entry.header.version, entry.body)
            if isinstance(said, ArticleSoldOut):
                (self.gone.add if said.on else self.gone.discard)(said.article)
        self.heads[sent.head.till] = (seq, digest)
        tag = ",".join(map(str, sorted(self.gone))) or "none"
        known = tag == sent.head.sold_out_tag
        self.lists_sent += not known
        return ExchangeAnswer(
            seq, digest, "running", (), 0, 5000, 1, "", tag, None if known else tuple(self.gone)
        )


@dataclass
class TwoTills:
    office: StoreOffice
    one: Shop
    other: Shop

    def meet(self) -> None:
        for shop in (self.one, self.other):
            shop.counter.upload_lane.step()


@pytest.fixture
def store(tmp_path: Path) -> TwoTills:
    office = StoreOffice()
    shops = []
    for name in ("till-1", "till-2"):
        (tmp_path / name).mkdir()
        shop = Shop(tmp_path / name)
        shop.till.identity = type(shop.till.identity)(
            7, name, shop.till.identity.seat, "Skrin", "0.1.0", "Skrin SE"
        )
        shop.counter.upload_lane.link = office
        shops.append(shop)
    return TwoTills(office, *shops)


@pytest.mark.requirement("R-MORE-004")
def test_a_mark_holds_here_at_once_and_on_the_other_till_with_its_next_exchange(
    store: TwoTills,
) -> None:
    soldout.mark(store.one.till, ANNA, BUN, True)
    assert store.one.till.sold_out == {BUN}
    with pytest.raises(Refusal, match="sold_out") as refused:
        selling.tap_article(store.one.till, ANNA, store.one.tap_id(), BUN)
    assert refused.value.values == {"name": "Kanelbulle"}
    store.meet()
    with pytest.raises(Refusal, match="sold_out"):
        selling.tap_article(store.other.till, ANNA, store.other.tap_id(), BUN)
    selling.tap_article(store.other.till, ANNA, store.other.tap_id(), COFFEE)
    soldout.mark(store.other.till, ANNA, BUN, False)
    store.meet()
    store.meet()
    assert store.one.till.sold_out == store.other.till.sold_out == frozenset()


def test_without_the_office_it_holds_on_this_till_only_and_over_a_restart(
    store: TwoTills,
) -> None:
    store.office.away = True
    soldout.mark(store.one.till, ANNA, BUN, True)
    soldout.mark(store.one.till, ANNA, BUN, True)
    store.meet()
    assert store.other.till.sold_out == frozenset()
    assert store.one.kinds().count("article.sold_out") == 1
    store.one.restart()
    assert store.one.till.sold_out == {BUN}


def test_what_this_till_said_last_goes_before_an_older_list(store: TwoTills) -> None:
    soldout.mark(store.one.till, ANNA, BUN, True)
    store.meet()
    lane = store.one.counter.upload_lane
    soldout.mark(store.one.till, ANNA, BUN, False)
    old = ExchangeAnswer(
        store.one.till.head.seq - 1, "", "running", (), 0, 0, 1, "", "x", (BUN, COFFEE)
    )
    soldout.take_list(store.one.till, lane.reader, old)
    assert store.one.till.sold_out == {COFFEE}
    store.meet()
    assert store.one.till.sold_out == frozenset()


def test_a_list_that_the_till_has_is_not_sent_again(store: TwoTills) -> None:
    soldout.mark(store.one.till, ANNA, BUN, True)
    store.meet()
    sent = store.office.lists_sent
    store.meet()
    store.meet()
    assert store.office.lists_sent == sent
    store.one.restart()
    store.one.counter.upload_lane.link = store.office
    assert store.one.till.sold_out == {BUN}


def test_a_mark_that_changes_no_list_does_not_stay_beside_it(store: TwoTills) -> None:
    for shop in (store.one, store.other):
        soldout.mark(shop.till, ANNA, BUN, True)
    store.meet()
    store.meet()
    soldout.mark(store.one.till, ANNA, BUN, False)
    store.meet()
    store.meet()
    assert store.other.till.sold_out == frozenset()


def test_only_articles_of_the_register_are_sold_out(store: TwoTills) -> None:
    with pytest.raises(Refusal, match="article_unknown"):
        soldout.mark(store.one.till, ANNA, 999, True)
