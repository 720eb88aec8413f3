"""Whole cash sales through the till's flow, beside bare SQLite commits of the same bytes.

A sale is three taps, cash, seal, mark, sign and deliver, each confirmed on the disk before the
next, with devices that answer at once: what is left is the till's own work. The limit beside it
is the same number of commits, of the same records, to the same disk, and nothing else.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from skrin import __version__
from skrin.brand import brand
from skrin.domain.article import Article, Group, Price, StoreCard
from skrin.domain.codec import encode
from skrin.domain.payment import PaymentMethod
from skrin.fiscal.countries import country
from skrin.sync.accounting import AccountingAnswer, AccountingQuestion
from skrin.sync.admissions import KnownAgain
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
    SignedAdmission,
    StoreSeat,
)
from skrin.sync.publication import digest
from skrin.till.devices.contract import OfficeAway
from skrin.till.devices.simulated import InstantCardTerminal, InstantControlUnit, PaperRoll
from skrin.till.flow import selling
from skrin.till.flow.clock import Instant
from skrin.till.flow.counter import Counter
from skrin.till.flow.publication import apply_publication
from skrin.till.flow.till import Devices, Identity, Till
from skrin.till.flow.writer import InlineWriter
from skrin.till.main import open_journal
from skrin.till.storage.schema import connect
from skrin.till.storage.shop_file import ShopFile
from skrin.town.replay_till import ReplayClock

ARTICLES = 100
WARM_UP_SALES = 5
TURN_SALES = 20
BETWEEN_SALES_MS = 30_000
ROUND_TIMEOUT_S = 600.0
BEGINS = Instant(1_795_165_200_000, 60)
"""20 November 2026, 10:00 in Stockholm."""

ANNA = Person("p1", "Anna", "cashier", (1,))


@dataclass(frozen=True, slots=True)
class Seat:
    """Whose journal it is, so that an office that knows the till takes it."""

    company: int
    till: str
    store: int
    designation: str


@dataclass(frozen=True, slots=True)
class SalesRound:
    """One round: the seconds that the sales took, and the bare commits of their records."""

    sales: int
    flow_s: float
    bare_s: float
    entries: int
    record_bytes: int
    file_bytes: int


class NoOffice:
    """No office is asked: nothing but the sale is measured."""

    def exchange(self, body: bytes) -> ExchangeAnswer:
        """Away."""
        raise OfficeAway("none")

    def publication(self, request: PublicationRequest) -> PublicationAnswer:
        """Away."""
        raise OfficeAway("none")

    def sales(self, question: SalesQuestion) -> SalesAnswer:
        """Away."""
        raise OfficeAway("none")

    def accounting_file(self, question: AccountingQuestion) -> AccountingAnswer:
        """Away."""
        raise OfficeAway("none")

    def gift_card(self, question: GiftCardQuestion) -> GiftCardAnswer:
        """Away."""
        raise OfficeAway("none")

    def known_again(self, admission: SignedAdmission) -> KnownAgain:
        """Away."""
        raise OfficeAway("none")

    def login(self, request: LoginRequest) -> LoginAnswer:
        """Away."""
        raise OfficeAway("none")

    def pin(self, request: PinRequest) -> LoginAnswer:
        """Away."""
        raise OfficeAway("none")


def registers(seat: Seat) -> PublicationAnswer:
    """A shop with a hundred articles, as an office would publish it."""
    store = StoreCard(
        company=seat.company,
        store=seat.store,
        company_name="Bageri Mätning AB",
        org_number="556677-8899",
        store_name="Torget",
        address=("Torget 1", "999 12 Vetinge"),
        phone="",
        country="SE",
        currency="SEK",
        time_zone="Europe/Stockholm",
        day_break_min=240,
        header=(),
        footer=("Tack för besöket",),
    )
    cash = PaymentMethod(1, "cash", "Kontant", {}, "", "1910", True, "same", "works", True, True, 1)
    rows: dict[tuple[str, str], bytes] = {
        ("store", "store"): encode(store),
        ("people", ANNA.person): encode(ANNA),
        ("payment_methods", "1"): encode(cash),
    }
    for number, vat_class in ((10, "food"), (20, "standard")):
        group = Group(number, str(number), f"Grupp {number}", {}, "goods", vat_class, vat_class, 1)
        rows["groups", str(number)] = encode(group)
    for number in range(1, ARTICLES + 1):
        name, group_id = f"Artikel nummer {number}", 20 if number % 5 == 0 else 10
        article = Article(number, str(1000 + number), name, {}, group_id, "goods", "st", 0, "fixed")
        price = Price(number, 0, "2020-01-01", 1000 + number * 95, 400 + number * 10)
        rows["articles", str(number)] = encode(article)
        rows["prices", f"{number}:0:2020-01-01"] = encode(price)
    published = tuple(PublishedRow(*place, row.decode()) for place, row in rows.items())
    return PublicationAnswer(1, digest(rows), True, published)


def open_till(folder: Path, seat: Seat, *, empty: bool = False) -> Counter:
    """A new till in `folder`, its journal opened, its registers taken; `empty`: without any, as it
    comes out of its box."""
    identity = Identity(
        seat.company,
        seat.till,
        StoreSeat(seat.store, "Torget", seat.designation),
        brand().name,
        __version__,
        brand().model_name,
    )
    devices = Devices(
        InstantControlUnit(), InstantCardTerminal("POI"), PaperRoll(keep=1), "POI", seat.till
    )
    till = Till(
        ShopFile(folder / "shop.sqlite"),
        identity,
        country("SE"),
        devices,
        ReplayClock(BEGINS),
        InlineWriter(),
    )
    open_journal(till)
    if not empty:
        assert apply_publication(till, registers(seat)), "the digest is of these rows"
    counter = Counter(till, NoOffice(), 1)
    counter.begin()
    return counter


def sell(counter: Counter, sales: int) -> None:
    """`sales` customers, each with three things and cash."""
    till = counter.till
    clock = till.clock
    assert isinstance(clock, ReplayClock)
    for number in range(sales):
        clock.at = Instant(clock.at.utc_ms + BETWEEN_SALES_MS, clock.at.offset_min)
        for step in (0, 1, 2):
            article = (number * 3 + step) % ARTICLES + 1
            selling.tap_article(till, ANNA, clock.new_id(), article)
        counter.pay_cash(ANNA, clock.new_id(), None)
        assert till.desk.cart is None and not till.desk.undelivered, "the sale is done"


class BareFile:
    """A file that takes records with the durability of the journal's own, and does nothing else."""

    def __init__(self, path: Path) -> None:
        """Make it."""
        self._db = connect(path)
        self._db.execute("CREATE TABLE record (seq INTEGER PRIMARY KEY, record BLOB NOT NULL)")

    def commit_each(self, records: Sequence[bytes]) -> float:
        """Seconds for a commit of each record."""
        db = self._db
        began_s = time.perf_counter()
        for record in records:
            db.execute("BEGIN IMMEDIATE")
            db.execute("INSERT INTO record (record) VALUES (?)", (record,))
            db.execute("COMMIT")
        return time.perf_counter() - began_s

    def close(self) -> None:
        """Close it."""
        self._db.close()


def sales_round(folder: Path, seat: Seat, sales: int) -> SalesRound:
    """Measure `sales` sales at a new till in `folder`, and the bare commits of their records.

    They take turns every few sales: a disk that others use too is then as slow for both.
    """
    folder.mkdir(parents=True)
    counter = open_till(folder, seat)
    sell(counter, WARM_UP_SALES)
    till, bare = counter.till, BareFile(folder / "bare.sqlite")
    before_bytes = file_bytes(folder / "shop.sqlite")
    flow_s = bare_s = 0.0
    entries = record_bytes = 0
    for first in range(0, sales, TURN_SALES):
        before_seq = till.head.seq
        began_s = time.perf_counter()
        sell(counter, min(TURN_SALES, sales - first))
        flow_s += time.perf_counter() - began_s
        records = [entry.record for entry in till.file.entries(before_seq + 1)]
        bare_s += bare.commit_each(records)
        entries += len(records)
        record_bytes += sum(map(len, records))
    bare.close()
    counter.upload_lane.reader.close()
    till.file.close()
    in_file = file_bytes(folder / "shop.sqlite") - before_bytes
    return SalesRound(sales, flow_s, bare_s, entries, record_bytes, in_file)


def sales_round_apart(folder: Path, seat: Seat, sales: int) -> SalesRound:
    """`sales_round` in a process of its own, as a till has: no office beside it in its memory."""
    said = json.dumps([str(folder), asdict(seat), sales])
    done = subprocess.run(
        [sys.executable, "-m", "skrin.town.bench_flow", said],
        check=True,
        stdout=subprocess.PIPE,
        timeout=ROUND_TIMEOUT_S,
    )
    return SalesRound(**json.loads(done.stdout))


def file_bytes(path: Path) -> int:
    """How large a database is when nothing waits in its log."""
    db = sqlite3.connect(path)
    try:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        db.close()
    return path.stat().st_size


if __name__ == "__main__":
    folder, of_seat, count = json.loads(sys.argv[1])
    print(json.dumps(asdict(sales_round(Path(folder), Seat(**of_seat), count))))
