"""A small shop for tests of the flow: real storage, devices in memory, a clock set by hand."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from skrin.domain.article import Article, Group, Price, StoreCard
from skrin.domain.codec import encode
from skrin.domain.payment import PaymentMethod
from skrin.fiscal.countries import country
from skrin.sync.accounting import AccountingAnswer, AccountingQuestion
from skrin.sync.giftcards import GiftCardAnswer, GiftCardQuestion
from skrin.sync.messages import (
    ExchangeAnswer,
    LoginAnswer,
    LoginRequest,
    Person,
    PinRequest,
    PublicationAnswer,
    PublicationRequest,
    PublishedRow,
    SalesAnswer,
    SalesQuestion,
    StoreSeat,
)
from skrin.sync.publication import digest
from skrin.till.devices.contract import OfficeAway
from skrin.till.devices.simulated import InstantCardTerminal, InstantControlUnit, PaperRoll
from skrin.till.flow import publication
from skrin.till.flow.clock import Instant
from skrin.till.flow.counter import Counter
from skrin.till.flow.till import Devices, Identity, Till
from skrin.till.flow.writer import InlineWriter
from skrin.till.main import open_journal
from skrin.till.storage.shop_file import ShopFile

ANNA = Person("p1", "Anna", "cashier", (1,))
COFFEE, BUN, CARD_CASE, WEIGHED, OPEN_PRICE, FREE = 1, 2, 3, 4, 5, 6

STORE = StoreCard(
    7, 1, "Provbageriet AB", "556677-8899", "Torget", ("Storgatan 1", "111 22 Ort"), "",
    "SE", "SEK", "Europe/Stockholm", 240, (), ("Tack!",),
)  # fmt: skip
GROUPS = (
    Group(10, "10", "Fika", {}, "goods", "restaurant", "food", 1),
    Group(20, "20", "Saker", {}, "goods", "standard", "standard", 2),
)
ARTICLES = (
    Article(COFFEE, "1001", "Bryggkaffe", {}, 10, "goods", "st", 0, "fixed", ("7359990000014",)),
    Article(BUN, "1002", "Kanelbulle", {}, 10, "goods", "st", 0, "fixed"),
    Article(CARD_CASE, "2001", "Termos", {}, 20, "goods", "st", 0, "fixed"),
    Article(WEIGHED, "1003", "Godis", {}, 20, "goods", "kg", 3, "fixed"),
    Article(OPEN_PRICE, "1004", "Diverse", {}, 20, "goods", "st", 0, "open"),
    Article(FREE, "1005", "Vatten", {}, 10, "goods", "st", 0, "zero"),
)
PRICES = (
    Price(COFFEE, 0, "2020-01-01", 34_00, 6_00),
    Price(BUN, 0, "2020-01-01", 29_50, 8_00),
    Price(CARD_CASE, 0, "2020-01-01", 249_00, 120_00),
    Price(WEIGHED, 0, "2020-01-01", 89_90, 40_00),
)
METHODS = (
    PaymentMethod(1, "cash", "Kontant", {}, "", "1910", True, "same", "works", True, True, 1),
    PaymentMethod(2, "card", "Kort", {}, "nexo", "1580", False, "same", "works", False, False, 2),
)
AT_THE_OFFICE = PaymentMethod(
    3, "manual", "Rabatthäfte", {}, "", "1680", False, "no", "blocked", False, False, 3
)
"""A method that needs the office, published where a test takes the office away."""


@dataclass
class HandClock:
    """Time that stands still until it is moved. 2026-11-20 10:00 in Stockholm to begin with."""

    utc_ms: int = 1_795_165_200_000
    offset_min: int = 60
    steady: float = 1000.0
    ids: int = 0

    def now(self) -> Instant:
        return Instant(self.utc_ms, self.offset_min)

    def steady_s(self) -> float:
        return self.steady

    def wait(self, seconds: float) -> None:
        self.forward(seconds)

    def forward(self, seconds: float) -> None:
        self.utc_ms += int(seconds * 1000)
        self.steady += max(0.0, seconds)

    def new_id(self) -> str:
        self.ids += 1
        return f"{self.ids:032x}"

    def random_bytes(self, count: int) -> bytes:
        return secrets.token_bytes(count)


class NoOffice:
    """An office that is away."""

    def exchange(self, body: bytes) -> ExchangeAnswer:
        raise OfficeAway("nobody there")

    def publication(self, request: PublicationRequest) -> PublicationAnswer:
        raise OfficeAway("nobody there")

    def sales(self, question: SalesQuestion) -> SalesAnswer:
        raise OfficeAway("nobody there")

    def accounting_file(self, question: AccountingQuestion) -> AccountingAnswer:
        raise OfficeAway("nobody there")

    def gift_card(self, question: GiftCardQuestion) -> GiftCardAnswer:
        raise OfficeAway("nobody there")

    def login(self, request: LoginRequest) -> LoginAnswer:
        raise OfficeAway("nobody there")

    def pin(self, request: PinRequest) -> LoginAnswer:
        raise OfficeAway("nobody there")


def published(
    store: StoreCard = STORE,
    articles: tuple[Article, ...] = ARTICLES,
    methods: tuple[PaymentMethod, ...] = METHODS,
) -> PublicationAnswer:
    """The registers as the office would publish them."""
    rows = {("store", str(store.store)): encode(store), ("people", "p1"): encode(ANNA)}
    for section, kept in (
        ("groups", GROUPS),
        ("articles", articles),
        ("payment_methods", methods),
    ):
        rows |= {(section, str(row.id)): encode(row) for row in kept}
    rows |= {("prices", f"{p.article}:{p.store}:{p.from_day}"): encode(p) for p in PRICES}
    answer_rows = tuple(PublishedRow(*place, row.decode()) for place, row in rows.items())
    return PublicationAnswer(1, digest(rows), True, answer_rows)


@dataclass
class Shop:
    """A till on a folder, with devices that outlive its process."""

    folder: Path
    clock: HandClock = field(default_factory=HandClock)
    unit: InstantControlUnit = field(default_factory=InstantControlUnit)
    card: InstantCardTerminal = field(default_factory=lambda: InstantCardTerminal("POI1"))
    printer: PaperRoll = field(default_factory=lambda: PaperRoll(keep=1000))
    services: int = 0
    taps: int = 0
    counter: Counter = field(init=False)

    def __post_init__(self) -> None:
        self.counter = self.open()

    def open(self) -> Counter:
        """Start the till's program on what lies in the folder."""
        till = Till(
            ShopFile(self.folder / "shop.sqlite"),
            Identity(7, "till-1", StoreSeat(1, "Torget", "TORG1"), "Skrin", "0.1.0", "Skrin SE"),
            country("SE"),
            Devices(self.unit, self.card, self.printer, "POI1", "till-1", self._next_service),
            self.clock,
            InlineWriter(),
        )
        if till.head.seq == 0:
            open_journal(till)
            assert publication.apply_publication(till, published())
        self.counter = Counter(till, NoOffice(), 1)
        self.counter.begin()
        return self.counter

    def restart(self) -> Counter:
        """Kill the program and start it again."""
        self.counter.till.file.close()
        return self.open()

    def _next_service(self) -> int:
        self.services += 1
        return self.services

    def tap_id(self) -> str:
        """A new tap of the screen."""
        self.taps += 1
        return f"{0xAA000000 + self.taps:032x}"

    @property
    def till(self) -> Till:
        return self.counter.till

    def kinds(self, first_seq: int = 1) -> list[str]:
        """The kinds of the journal's entries, in order."""
        return [entry.header.kind for entry in self.till.file.entries(first_seq)]
