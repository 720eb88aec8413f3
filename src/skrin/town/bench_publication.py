"""One price from the office to the till: among a hundred articles beside a hundred thousand.

What is measured is the whole way but the wire: the price is written and an edition made in one
commit, the office answers the till with the difference as bytes, the till reads, proves and keeps
it, and finds the new price. The two shops take turns in one run. A till asks every five seconds;
that wait is no work of anybody's and is not in the figure.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from skrin.domain.codec import decode, encode
from skrin.sync.messages import PublicationAnswer, PublicationRequest
from skrin.till.flow.counter import Counter
from skrin.till.flow.publication import apply_publication
from skrin.town.bench_flow import Seat, open_till

if TYPE_CHECKING:  # Django must know its settings before an app of the office is imported.
    from skrin.office.catalogue.actions import ArticleForm

FEW, MANY = 100, 100_000
BATCH = 10_000
SINCE = date(2020, 1, 1)
DAY = "2026-11-20"


@dataclass(frozen=True, slots=True)
class ChangeFigures:
    """Seconds of each change in a small and in a large shop, what the large one sent for it, and
    its first load: seconds at the office and at the till."""

    few_s: list[float]
    many_s: list[float]
    answer_bytes: int
    first_office_s: float
    first_till_s: float
    articles: int


class Shop:
    """A company of so many articles at the office, and its till."""

    def __init__(self, folder: Path, articles: int) -> None:
        """Found the company, make the articles, publish, and have the till take everything."""
        from skrin.office.catalogue import actions as catalogue
        from skrin.office.catalogue import queries
        from skrin.office.tenancy import actions as tenancy
        from skrin.office.tenancy.wall import inside

        self.company: int = tenancy.found_company(
            name=f"Bench {articles}",
            org_number=f"556000-{articles}",
            country="SE",
            currency="SEK",
            time_zone="Europe/Stockholm",
        ).id
        with inside(self.company):
            tenancy.set_store(self.company, 1, name="Bench", address=(), phone="")
            group = catalogue.GroupForm("10", {"sv": "Varor"}, "goods", "food", "food", 1)
            catalogue.set_groups(self.company, [group], "sv", SINCE)
            for first in range(0, articles, BATCH):
                catalogue.set_articles(
                    self.company, _forms(first, min(first + BATCH, articles)), "sv", SINCE
                )
            self.article = queries.article_ids(self.company)["10007"]
        folder.mkdir(parents=True)
        self.till: Counter = open_till(
            folder, Seat(self.company, "SK000001", 1, "BENCH"), empty=True
        )
        began_s = time.perf_counter()
        answer = self._asked()
        self.first_office_s = time.perf_counter() - began_s
        began_s = time.perf_counter()
        self._take(answer)
        self.first_till_s = time.perf_counter() - began_s

    def change(self, price_minor: int) -> tuple[float, int]:
        """Seconds from writing a price to selling at it, and the bytes that the till was sent."""
        from skrin.office.catalogue.models import Price
        from skrin.office.publication import actions as publication
        from skrin.office.tenancy.wall import inside

        began_s = time.perf_counter()
        with inside(self.company):
            Price.objects.filter(article_id=self.article).update(price_minor=price_minor)
            publication.publish_everywhere(self.company)
        answer = self._asked()
        self._take(answer)
        price = self.till.till.registers.price(self.article, DAY)
        took_s = time.perf_counter() - began_s
        assert price is not None and price.price_minor == price_minor
        return took_s, len(answer)

    def close(self) -> None:
        """Close the till's files."""
        self.till.upload_lane.reader.close()
        self.till.till.file.close()

    def _asked(self) -> bytes:
        from skrin.office.publication import actions as publication
        from skrin.office.tenancy.wall import inside

        till = self.till.till
        known = till.file.registers.state("publication_digest")
        with inside(self.company):
            request = PublicationRequest(1, till.publication, known)
            return encode(publication.answer(self.company, request))

    def _take(self, answer: bytes) -> None:
        took = apply_publication(self.till.till, decode(PublicationAnswer, answer))
        assert took, "the digest is of these rows"


def _forms(first: int, end: int) -> list[ArticleForm]:
    from skrin.office.catalogue.actions import ArticleForm

    return [
        ArticleForm(
            str(10_000 + number),
            {"sv": f"Vara nummer {number}"},
            "10",
            price_minor=1000 + number,
            cost_minor=400,
            barcodes=(f"735{number:010d}",),
        )
        for number in range(first, end)
    ]


def change_figures(data: Path, changes: int, sizes: tuple[int, int] = (FEW, MANY)) -> ChangeFigures:
    """Measure in `data`, inside a bench office: `changes` times a price in each of two shops."""
    few, many = (Shop(data / str(size), size) for size in sizes)
    few_s: list[float] = []
    many_s: list[float] = []
    answer_bytes = 0
    # The first change of a program loads what later ones find loaded.
    for shop in (few, many):
        shop.change(50_00)
    for number in range(changes):
        few_s.append(few.change(100_00 + number)[0])
        took_s, answer_bytes = many.change(100_00 + number)
        many_s.append(took_s)
    for shop in (few, many):
        shop.close()
    return ChangeFigures(
        few_s, many_s, answer_bytes, many.first_office_s, many.first_till_s, sizes[1]
    )
