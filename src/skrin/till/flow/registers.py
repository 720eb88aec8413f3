"""The registers as the till uses them: small ones in memory, articles read where they lie."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from skrin.domain.article import (
    Article,
    Deal,
    Group,
    Image,
    Layout,
    ModifierGroup,
    Price,
    StoreCard,
    price_on,
)
from skrin.domain.cash import Reason
from skrin.domain.codec import decode
from skrin.domain.payment import PaymentMethod
from skrin.domain.role import Role
from skrin.domain.till_setting import (
    BY_OFFICE,
    BY_PROGRAM,
    BY_STORE,
    FOOTER,
    OWN_METHODS,
    SETTINGS,
    THEME,
    Setting,
    Value,
    own_methods,
    settled,
)
from skrin.sync.messages import (
    CardTerminalSettings,
    Person,
    StoreCardTerminal,
    StoreTillSettings,
)
from skrin.till.storage.register_reader import COUNT_MOST, RegisterReader

KEPT_MOST = 2000
"""How many articles and how many articles' prices are kept decoded: the best sellers of a day."""


class Articles:
    """Articles by id, and their prices: read from the file when they are asked for."""

    def __init__(self, reader: RegisterReader | None = None) -> None:
        """Without a `reader` there are none: registers that were not taken yet."""
        self._reader = reader
        self._kept: dict[int, Article | None] = {}
        self._prices: dict[int, tuple[Price, ...]] = {}

    def get(self, article: int) -> Article | None:
        """An article, None when there is none with this id."""
        try:
            return self._kept[article]
        except KeyError:
            row = self._reader.row("articles", str(article)) if self._reader else None
            found = decode(Article, row) if row else None
            if len(self._kept) >= KEPT_MOST:
                self._kept = {}
            self._kept[article] = found
            return found

    def prices(self, article: int) -> tuple[Price, ...]:
        """All prices of an article, of every day and store."""
        try:
            return self._prices[article]
        except KeyError:
            rows = self._reader.prices(article) if self._reader else []
            found = tuple(decode(Price, row) for row in rows)
            if len(self._prices) >= KEPT_MOST:
                self._prices = {}
            self._prices[article] = found
            return found

    def listed(self, offset: int, limit: int) -> list[Article]:
        """A page of all articles, by name (R-FIND-002)."""
        ids = self._reader.articles_by_name(offset, limit) if self._reader else []
        return self._of(ids)

    def numbers(self) -> dict[str, int]:
        """Ids of all articles by their number."""
        return dict(self._reader.article_numbers()) if self._reader else {}

    def of_code(self, code: str) -> Article | None:
        """The article with exactly this barcode or number."""
        article = self._reader.article_of_code(code) if self._reader else None
        return self.get(article) if article is not None else None

    def search(self, query: str, limit: int) -> tuple[list[Article], int]:
        """See `RegisterReader.search`."""
        ids, count = self._reader.search(query, limit) if self._reader else ([], 0)
        return self._of(ids), count

    def values(self) -> Iterator[Article]:
        """All articles, by name, a page at a time."""
        offset = 0
        while page := self.listed(offset, 500):
            yield from page
            offset += len(page)

    def __len__(self) -> int:
        """How many there are."""
        return self._reader.article_count() if self._reader else 0

    def _of(self, ids: Iterable[int]) -> list[Article]:
        # One may have gone since it was found: what is left is the answer.
        return [article for article in map(self.get, ids) if article]


class Images:
    """The pictures on keys by their hash: which there are is known, the rest is read."""

    def __init__(self, reader: RegisterReader | None = None) -> None:
        """Without a `reader` there are none."""
        self._reader = reader
        self._hashes = frozenset(reader.keys("images") if reader else ())

    def __contains__(self, hashed: str) -> bool:
        return hashed in self._hashes

    def get(self, hashed: str) -> bytes | None:
        """A picture (WebP); None when it was not published, or is gone."""
        row = self._reader.row("images", hashed) if self._reader else None
        return decode(Image, row).content if row else None


@dataclass(slots=True)
class Registers:
    """Everything that was published to this store."""

    store: StoreCard | None = None
    groups: dict[int, Group] = field(default_factory=dict)
    layouts: list[Layout] = field(default_factory=list)
    methods: list[PaymentMethod] = field(default_factory=list)
    people: dict[str, Person] = field(default_factory=dict)
    modifier_groups: dict[int, ModifierGroup] = field(default_factory=dict)
    deals: dict[int, Deal] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    reasons: dict[int, Reason] = field(default_factory=dict)
    card_terminals: list[StoreCardTerminal] = field(default_factory=list)
    till_settings: list[StoreTillSettings] = field(default_factory=list)
    settings: dict[str, Setting] = field(default_factory=dict)
    """By name, as this till has them: see `settle`. Footer and own methods are in `store` and
    `methods` already."""
    articles: Articles = field(default_factory=Articles)
    images: Images = field(default_factory=Images)

    def price(self, article: int, business_day: str) -> Price | None:
        """The price of an article on a business day."""
        store = self.store.store if self.store else 0
        return price_on(self.articles.prices(article), store, business_day)

    def method(self, method: int) -> PaymentMethod | None:
        """A payment method by its id."""
        return next((found for found in self.methods if found.id == method), None)

    def terminals_of(self, designation: str) -> tuple[CardTerminalSettings, ...]:
        """The card terminals that the office names for a till: its own, else those of all."""
        own = [one for one in self.card_terminals if one.designation == designation]
        named = own or [one for one in self.card_terminals if not one.designation]
        return tuple(one.terminal for one in named)

    def default_of(self, name: str, designation: str) -> tuple[Value, str]:
        """What the office says of a setting for a till, and for whom: for this very till, else for
        its store; else what the program does."""
        for wanted, named_by in ((designation, BY_OFFICE), ("", BY_STORE)):
            for row in self.till_settings:
                if row.designation == wanted and name in row.values:
                    return row.values[name], named_by
        if name == FOOTER and self.store:
            return self.store.footer, BY_STORE
        return (("system",) if name == THEME else ()), BY_PROGRAM

    def settle(self, designation: str, here: Mapping[str, Value]) -> None:
        """Put the till's settings in: `here`, by name, is what was changed at the till itself."""
        self.settings = {
            name: settled(here.get(name), *self.default_of(name, designation)) for name in SETTINGS
        }
        if self.store:
            self.store = replace(self.store, footer=self.settings[FOOTER].value)
        self.methods += own_methods(self.settings[OWN_METHODS].value)

    def reasons_of(self, kind: str) -> list[Reason]:
        """The reasons of a kind (`cash_in`, `cash_out`, ...), in the order of their codes."""
        return sorted((r for r in self.reasons.values() if r.kind == kind), key=lambda r: r.code)

    def find_code(self, code: str) -> Article | None:
        """The article with this barcode or number; a GTIN-12 is a GTIN-13 with a zero before."""
        found = self.articles.of_code(code)
        if found is None and len(code) == 12:
            return self.articles.of_code(f"0{code}")
        return found

    def method_of(self, kind: str) -> PaymentMethod | None:
        """The first published payment method of a kind."""
        return next((method for method in self.methods if method.kind == kind), None)

    def search(self, query: str, limit: int) -> tuple[list[Article], int]:
        """Articles with all words of `query` in name, number or barcode; and how many there are,
        counted no further than `COUNT_MOST`.

        Words of three letters and more are found anywhere, shorter ones where a word begins, å, ä,
        ö and é as typed and plain (R-FIND-001).
        """
        return self.articles.search(query, limit)


_SHAPES: dict[str, type] = {
    "store": StoreCard,
    "groups": Group,
    "layouts": Layout,
    "payment_methods": PaymentMethod,
    "people": Person,
    "modifier_groups": ModifierGroup,
    "deals": Deal,
    "roles": Role,
    "reasons": Reason,
    "card_terminals": StoreCardTerminal,
    "settings": StoreTillSettings,
}


def open_registers(reader: RegisterReader) -> Registers:
    """The registers that lie in a shop's file, as they are now."""
    registers = _read((section, row) for section in _SHAPES for row in reader.rows(section))
    registers.articles, registers.images = Articles(reader), Images(reader)
    return registers


def read_registers(rows: Mapping[tuple[str, str], bytes]) -> Registers:
    """Registers out of published rows by (section, key), without articles."""
    return _read((section, row) for (section, _), row in sorted(rows.items()))


def _read(rows: Iterable[tuple[str, bytes]]) -> Registers:
    registers = Registers()
    for section, row in rows:
        if section in _SHAPES:
            _take(registers, decode(_SHAPES[section], row))
    registers.layouts.sort(key=lambda layout: layout.order)
    registers.card_terminals.sort(key=lambda one: (one.order, one.id))
    registers.methods.sort(key=lambda method: method.order)
    return registers


def _take(registers: Registers, row: object) -> None:
    if isinstance(row, StoreCard):
        registers.store = row
    elif isinstance(row, Group):
        registers.groups[row.id] = row
    elif isinstance(row, Layout):
        registers.layouts.append(row)
    elif isinstance(row, PaymentMethod):
        registers.methods.append(row)
    elif isinstance(row, Person):
        registers.people[row.person] = row
    elif isinstance(row, ModifierGroup):
        registers.modifier_groups[row.id] = row
    elif isinstance(row, Deal):
        registers.deals[row.article] = row
    elif isinstance(row, Role):
        registers.roles[row.name] = row
    elif isinstance(row, StoreCardTerminal):
        registers.card_terminals.append(row)
    elif isinstance(row, StoreTillSettings):
        registers.till_settings.append(row)
    elif isinstance(row, Reason):
        registers.reasons[row.id] = row


__all__ = ["COUNT_MOST", "Articles", "Registers", "open_registers", "read_registers"]
