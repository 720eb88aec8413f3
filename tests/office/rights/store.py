"""A store with a real office and real tills in one process: each till on its own disk, the office
on PostgreSQL, and between them a wire that can be cut, lose answers, and bring messages twice."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.office.cast import Cast, enrol
from tests.till.flow.shop import HandClock, NoOffice

from skrin.domain.codec import decode, decode_body, encode
from skrin.domain.entry import read_entry
from skrin.domain.rights import journaled, orders, terms
from skrin.domain.rights.equation import out_of_book
from skrin.domain.rights.rows import Row
from skrin.fiscal.countries import country
from skrin.office.giftcards import queries as giftcards
from skrin.office.load_examples import make_till
from skrin.office.publication import actions as publications
from skrin.office.rights import queries as rights_queries
from skrin.office.tenancy.wall import inside
from skrin.sync.accounting import AccountingAnswer, AccountingQuestion
from skrin.sync.giftcards import GiftCardAnswer, GiftCardQuestion
from skrin.sync.messages import (
    EnrolAnswer,
    Exchange,
    ExchangeAnswer,
    Person,
    PublicationAnswer,
    PublicationRequest,
    SalesAnswer,
    SalesQuestion,
    unpack_exchange,
)
from skrin.till.devices.contract import OfficeAway
from skrin.till.devices.simulated import InstantCardTerminal, InstantControlUnit, PaperRoll
from skrin.till.flow import selling
from skrin.till.flow.counter import Counter
from skrin.till.flow.rights_folding import hold_of
from skrin.till.flow.till import Devices, Identity, Till
from skrin.till.flow.writer import InlineWriter
from skrin.till.main import open_journal
from skrin.till.storage.shop_file import ShopFile


@dataclass
class Wire(NoOffice):
    """The way to the office. `away`: nobody answers; `loses`: so many answers are lost after the
    office did its work; `seen` are the messages that were sent."""

    cast: Cast
    clock: HandClock
    away: bool = False
    loses: int = 0
    seen: list[Exchange] = field(default_factory=list)
    answers: list[ExchangeAnswer] = field(default_factory=list)

    def exchange(self, body: bytes) -> ExchangeAnswer:
        if self.away:
            raise OfficeAway("nobody there")
        exchange = unpack_exchange(body)
        self.seen.append(exchange)
        answer = self.cast.take(exchange, self.clock.utc_ms)
        self.answers.append(answer)
        if self.loses:
            self.loses -= 1
            raise OfficeAway("the answer was lost")
        return decode(ExchangeAnswer, encode(answer))

    def publication(self, request: PublicationRequest) -> PublicationAnswer:
        if self.away:
            raise OfficeAway("nobody there")
        with inside(self.cast.company):
            answer = publications.answer(self.cast.company, request)
        return decode(PublicationAnswer, encode(answer))

    def sales(self, question: SalesQuestion) -> SalesAnswer:
        if self.away:
            raise OfficeAway("nobody there")
        with inside(self.cast.company):
            answer = rights_queries.find_sales(self.cast.company, question)
        return decode(SalesAnswer, encode(answer))

    def accounting_file(self, question: AccountingQuestion) -> AccountingAnswer:
        raise OfficeAway("not here")

    def gift_card(self, question: GiftCardQuestion) -> GiftCardAnswer:
        if self.away:
            raise OfficeAway("nobody there")
        with inside(self.cast.company):
            answer = giftcards.answer(self.cast.company, question.key, question.business_day)
        return decode(GiftCardAnswer, encode(answer))


@dataclass
class ATill:
    """A till of the store, in the words of its cashier."""

    store: Store
    folder: Path
    enrolled: EnrolAnswer
    wire: Wire
    starts: int = 0
    services: int = 0
    counter: Counter = field(init=False)

    def __post_init__(self) -> None:
        self.unit, self.card = InstantControlUnit(), InstantCardTerminal("POI1")
        self.printer = PaperRoll(keep=5)
        self.open()

    def open(self) -> None:
        """Start the program on what lies in the folder."""
        till = Till(
            ShopFile(self.folder / "shop.sqlite"),
            Identity(
                self.enrolled.company,
                self.enrolled.till,
                self.enrolled.seats[0],
                "Skrin",
                "0.1.0",
                "Skrin SE",
            ),
            country("SE"),
            Devices(self.unit, self.card, self.printer, "POI1", "till", self._service),
            self.store.clock,
            InlineWriter(),
        )
        if till.head.seq == 0:
            open_journal(till)
        self.starts += 1
        self.counter = Counter(till, self.wire, self.starts)
        self.counter.begin()

    def _service(self) -> int:
        self.services += 1
        return self.services

    def restart(self) -> None:
        """Kill the program and start it again."""
        self.counter.upload_lane.reader.close()
        self.till.file.close()
        self.open()

    @property
    def till(self) -> Till:
        return self.counter.till

    @property
    def register(self) -> str:
        return self.till.identity.register_serial

    @property
    def designation(self) -> str:
        return self.till.identity.seat.designation

    def meets(self, times: int = 1) -> None:
        """Exchange with the office so many times, until nothing is unsent each time."""
        for _ in range(times):
            while self.counter.upload_lane.step() == 0.0:
                pass

    def rings(self, *names: str) -> None:
        for name in names:
            article = self.store.cast.articles[name].article
            selling.tap_article(self.till, ALVA, self.store.tap(), article)

    def pays(self) -> None:
        self.counter.pay_card(ALVA, self.store.tap())

    def kinds(self, first_seq: int = 1) -> list[str]:
        return [entry.header.kind for entry in self.till.file.entries(first_seq)]

    def bodies(self, kind: str) -> list[object]:
        return [
            decode_body(kind, e.header.version, e.body)
            for e in self.till.file.entries(1)
            if e.header.kind == kind
        ]


ALVA = Person("1", "Alva", "cashier", (1,))
SAGA = Person("2", "Saga", "manager", (1,))


@dataclass
class Store:
    """The office, its tills, and the truth that no program knows."""

    cast: Cast
    folder: Path
    clock: HandClock = field(default_factory=HandClock)
    tills: list[ATill] = field(default_factory=list)
    taps: int = 0

    def tap(self) -> str:
        self.taps += 1
        return f"{0xBB000000 + self.taps:032x}"

    def opens(self, how_many: int = 2) -> list[ATill]:
        """So many tills, each enrolled and with its registers."""
        for _ in range(how_many):
            number = len(self.tills) + 1
            code = make_till(self.cast.company, 1, f"K{self.cast.company}-{number}", "Kassa")[
                "code"
            ]
            response = enrol(code, Ed25519PrivateKey.generate())
            assert response.status_code == 200, response.content
            folder = self.folder / f"till-{number}"
            folder.mkdir()
            answer = decode(EnrolAnswer, response.content)
            self.tills.append(ATill(self, folder, answer, Wire(self.cast, self.clock)))
            self.tills[-1].meets(2)
        return self.tills

    def row(self, kind: str, key: str) -> Row | None:
        with inside(self.cast.company):
            return rights_queries.row(self.cast.company, kind, key)

    def reports(self) -> list[str]:
        with inside(self.cast.company):
            return [one.what for one in rights_queries.reports(self.cast.company)]

    def adds_up(self) -> None:
        """The book adds up, and the book equation holds with every till (I7)."""
        rows = {(r.kind, r.key): r for r in self.book()}
        for row in rows.values():
            assert row.adds_up(), row
        under_way = self._orders()
        for one in self.tills:
            waiting = [
                fact
                for entry in one.till.file.entries(self.head_of(one) + 1)
                for fact in facts_in(entry.record)
            ]
            here = one.till.file._db.execute("SELECT kind, key FROM right_hold").fetchall()
            for kind, key in {*rows, *here}:
                hold = hold_of(one.till.file, one.register, kind, key, 1)
                assert hold.have >= 0 and hold.reserved >= 0, hold
                row = rows.get((kind, key))
                if row is None and kind in journaled.BORN_WITH_RECEIPTS:
                    row = self.row(kind, key)
                    if row is None:
                        continue  # The office has not heard of this receipt.
                owed = out_of_book(
                    row,
                    one.register,
                    hold,
                    [fact for fact in waiting if terms.right_of(fact) == (kind, key)],
                    [o for o in under_way[one.register] if (o.kind, o.key) == (kind, key)],
                )
                assert owed == 0, (kind, key, one.designation, owed, row, hold)

    def book(self) -> list[Row]:
        """Every row of the book."""
        keys = self.cast.rows("SELECT kind, key FROM rights_book")
        with inside(self.cast.company):
            found = [rights_queries.row(self.cast.company, str(k), str(key)) for k, key in keys]
        return [row for row in found if row]

    def _orders(self) -> dict[str, list[orders.Order]]:
        """The orders on their way to each till."""
        last = {t.register: int(t.till.file.state("last_order_no", "0")) for t in self.tills}
        found = self.cast.rows("SELECT register, order_no, kind, body::text FROM rights_order")
        under_way: dict[str, list[orders.Order]] = {register: [] for register in last}
        for register, order_no, kind, body in found:
            if int(str(order_no)) > last[str(register)]:
                fields = json.loads(str(body))
                order = orders.read_order(int(str(order_no)), str(kind), fields)
                under_way[str(register)].append(order)
        return under_way

    def head_of(self, one: ATill) -> int:
        found = self.cast.rows(
            "SELECT head_seq FROM ingest_chain WHERE till = %s", [one.enrolled.till]
        )
        return int(str(found[0][0])) if found else 0

    def closes(self) -> None:
        for one in self.tills:
            one.till.file.close()
            one.counter.upload_lane.reader.close()


def facts_in(record: bytes) -> tuple[terms.Fact, ...]:
    """The facts of a record."""
    entry = read_entry(record)
    return journaled.facts_of(decode_body(entry.header.kind, entry.header.version, entry.body))
