"""Search and registers as a shop's articles grow: a hundred beside fifty thousand, in one run.

Both shops draw their names from the same few words, so that a query fills a page in either; a
search is the page's articles with their prices, read from the disk's pages and decoded: the worst
case, since a till keeps what it has just shown. What differs is the number of articles.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from pathlib import Path

from skrin.domain.article import Article, Price
from skrin.domain.codec import encode
from skrin.sync.messages import PublicationAnswer, PublishedRow
from skrin.sync.publication import digest
from skrin.till.flow.counter import Counter
from skrin.till.flow.publication import apply_publication
from skrin.till.flow.registers import open_registers
from skrin.town.bench_flow import Seat, open_till, registers

FEW, MANY, MOST = 100, 50_000, 100_000
PAGE = 20
FIRST_WORDS = ("Kardemumma", "Räksmörgås", "Crème")
SECOND_WORDS = ("bulle", "limpa", "latte")
QUERIES = ("kar", "smör", "smorgas", "bulle", "limpa", "latte", "rak", "k", "rä", "st", "creme st")
SEAT = Seat(7, "till-1", 1, "BENCH-S")
DAY = "2026-11-20"


@dataclass(frozen=True, slots=True)
class SearchFigures:
    """Seconds of each search in a small and a large shop; of a first load and of one price."""

    few_s: list[float]
    many_s: list[float]
    load_s: float
    price_s: float
    articles: int


def catalogue(articles: int, edition: int) -> PublicationAnswer:
    """A whole publication of a shop with this many articles, the same every time."""
    dice = random.Random(articles)
    shop = registers(SEAT)
    rows = {
        (row.section, row.key): (row.row or "").encode()
        for row in shop.rows
        if row.section not in ("articles", "prices")
    }
    for number in range(1, articles + 1):
        name = f"{dice.choice(FIRST_WORDS)}{dice.choice(SECOND_WORDS)} stor {number}"
        article = Article(
            *(number, str(10_000 + number), name, {"en": name}, 10, "goods", "st", 0, "fixed"),
            (f"735{number:010d}",),
        )
        price = Price(number, 0, "2020-01-01", 1000 + number, 400)
        rows["articles", str(number)] = encode(article)
        rows["prices", f"{number}:0:2020-01-01"] = encode(price)
    published = tuple(PublishedRow(*place, row.decode()) for place, row in sorted(rows.items()))
    return PublicationAnswer(edition, digest(rows), True, published)


def one_price(before: PublicationAnswer, changed_price_minor: int) -> PublicationAnswer:
    """The difference that makes article 7 cost something else."""
    rows = {(row.section, row.key): row.row or "" for row in before.rows}
    place = ("prices", "7:0:2020-01-01")
    rows[place] = encode(Price(7, 0, "2020-01-01", changed_price_minor, 400)).decode()
    after = digest({where: row.encode() for where, row in rows.items()})
    changed = PublishedRow(*place, rows[place])
    return PublicationAnswer(before.number + 1, after, False, (changed,))


def search_figures(
    data: Path, rounds: int, sizes: tuple[int, int, int] = (FEW, MANY, MOST)
) -> SearchFigures:
    """Measure in `data`: `rounds` times every query, the two shops taking turns."""
    few, many = (_shop(data / str(size), size) for size in sizes[:2])
    few_s: list[float] = []
    many_s: list[float] = []
    for _ in range(rounds):
        for query in QUERIES:
            few_s.append(_search(few, query))
            many_s.append(_search(many, query))
    for counter in (few, many):
        _close(counter)
    load_s, price_s = _load(data / "load", sizes[2])
    return SearchFigures(few_s, many_s, load_s, price_s, sizes[2])


def _shop(folder: Path, articles: int) -> Counter:
    folder.mkdir(parents=True)
    counter = open_till(folder, SEAT)
    assert apply_publication(counter.till, catalogue(articles, 2)), "the digest is of these rows"
    return counter


def _close(counter: Counter) -> None:
    counter.upload_lane.reader.close()
    counter.till.file.close()


def _search(counter: Counter, query: str) -> float:
    # Registers as after a publication: nothing that an earlier search found is at hand.
    known = open_registers(counter.till.file.registers)
    began_s = time.perf_counter()
    found, _ = known.search(query, PAGE)
    prices = [known.price(article.id, DAY) for article in found]
    took_s = time.perf_counter() - began_s
    assert len(found) == PAGE and all(prices), f"{query} fills a page"
    return took_s


def _load(folder: Path, articles: int) -> tuple[float, float]:
    """Seconds that a new till takes to take all its articles, and then one price of them."""
    folder.mkdir(parents=True)
    counter = open_till(folder, SEAT, empty=True)
    whole = catalogue(articles, 2)
    changed = one_price(whole, 12_34)
    took = []
    for answer in (whole, changed):
        began_s = time.perf_counter()
        assert apply_publication(counter.till, answer), "the digest is of these rows"
        took.append(time.perf_counter() - began_s)
    price = counter.till.registers.price(7, DAY)
    assert price is not None and price.price_minor == 12_34
    _close(counter)
    return took[0], took[1]
