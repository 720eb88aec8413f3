"""What waits for the office is counted once and kept up to date: the same as counting it anew."""

from __future__ import annotations

import random
from collections import Counter

from tests.till.flow.shop import ANNA, COFFEE, Shop

from skrin.till.flow import selling
from skrin.till.flow.unsent_counts import UnsentCounts


def sold(shop: Shop, sales: int) -> None:
    for _ in range(sales):
        selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
        shop.counter.pay_cash(ANNA, shop.tap_id(), None)


def test_as_if_it_were_counted_each_time(shop: Shop) -> None:
    dice, counts, after = random.Random(5), UnsentCounts(), 0
    for _ in range(60):
        sold(shop, dice.randrange(3))
        through = shop.till.head.seq
        # An office that was put back to a backup knows less than before.
        after = dice.choice([after, min(through, after + dice.randrange(12)), after // 2, through])
        entries = shop.till.file.entries(after + 1)
        told = counts.of(shop.counter.reader(), after, through)
        assert told == Counter(entry.header.kind for entry in entries), (after, through)


def test_only_what_is_new_is_counted(shop: Shop) -> None:
    counts, reader = UnsentCounts(), shop.counter.reader()
    sold(shop, 10)
    before = shop.till.head.seq
    counts.of(reader, 0, before)
    sold(shop, 1)
    asked: list[str] = []
    reader._db.set_trace_callback(asked.append)
    assert counts.of(reader, 2, shop.till.head.seq)["receipt.sealed"] == 11
    reader._db.set_trace_callback(None)
    assert [one.partition("WHERE")[2] for one in asked] == [
        f" seq > {before} AND seq <= {shop.till.head.seq} GROUP BY kind",
        " seq > 0 AND seq <= 2 GROUP BY kind",
    ]
