"""The registers as the till uses them: read from the published rows, looked up by id and code."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from skrin.domain.article import Article, Group, Layout, Price, StoreCard, price_on
from skrin.domain.codec import decode
from skrin.domain.payment import PaymentMethod
from skrin.sync.messages import Person


def folded(text: str) -> str:
    """Text as it is searched: lower case, and once more without accents (R-FIND-001, D37)."""
    lower = text.casefold()
    plain = "".join(c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c))
    return lower if plain == lower else f"{lower} {plain}"


@dataclass(slots=True)
class Registers:
    """Everything that was published to this store."""

    store: StoreCard | None = None
    groups: dict[int, Group] = field(default_factory=dict)
    articles: dict[int, Article] = field(default_factory=dict)
    prices: dict[int, list[Price]] = field(default_factory=dict)
    layouts: list[Layout] = field(default_factory=list)
    methods: list[PaymentMethod] = field(default_factory=list)
    people: dict[str, Person] = field(default_factory=dict)
    by_barcode: dict[str, Article] = field(default_factory=dict)
    by_number: dict[str, Article] = field(default_factory=dict)
    search_text: list[tuple[str, int]] = field(default_factory=list)

    def price(self, article: int, business_day: str) -> Price | None:
        """The price of an article on a business day."""
        store = self.store.store if self.store else 0
        return price_on(self.prices.get(article, ()), store, business_day)

    def method_of(self, kind: str) -> PaymentMethod | None:
        """The first published payment method of a kind."""
        return next((method for method in self.methods if method.kind == kind), None)

    def search(self, query: str, limit: int) -> tuple[list[Article], int]:
        """Articles with all words of `query` in name, number or barcode; and how many there are."""
        words = query.casefold().split()
        if not words:
            return [], 0
        found = [
            article for text, article in self.search_text if all(word in text for word in words)
        ]
        return [self.articles[article] for article in found[:limit]], len(found)


_SHAPES: dict[str, type] = {
    "store": StoreCard,
    "groups": Group,
    "articles": Article,
    "prices": Price,
    "layouts": Layout,
    "payment_methods": PaymentMethod,
    "people": Person,
}


def read_registers(rows: Mapping[tuple[str, str], bytes]) -> Registers:
    """Registers out of published rows. Sections that this program does not use are left alone."""
    registers = Registers()
    for (section, _), row in sorted(rows.items()):
        if section in _SHAPES:
            _take(registers, decode(_SHAPES[section], row))
    registers.layouts.sort(key=lambda layout: layout.order)
    registers.methods.sort(key=lambda method: method.order)
    _index(registers, registers.articles.values())
    return registers


def _take(registers: Registers, row: object) -> None:
    if isinstance(row, StoreCard):
        registers.store = row
    elif isinstance(row, Group):
        registers.groups[row.id] = row
    elif isinstance(row, Article):
        registers.articles[row.id] = row
    elif isinstance(row, Price):
        registers.prices.setdefault(row.article, []).append(row)
    elif isinstance(row, Layout):
        registers.layouts.append(row)
    elif isinstance(row, PaymentMethod):
        registers.methods.append(row)
    elif isinstance(row, Person):
        registers.people[row.person] = row


def _index(registers: Registers, articles: Iterable[Article]) -> None:
    for article in sorted(articles, key=lambda article: article.name):
        registers.by_number[article.number] = article
        for barcode in article.barcodes:
            registers.by_barcode[barcode] = article
        names = " ".join(dict.fromkeys([article.name, *article.names.values()]))
        text = f"{folded(names)} {article.number} {' '.join(article.barcodes)}"
        registers.search_text.append((text, article.id))
