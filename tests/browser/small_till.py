"""A till's whole program on devices in memory, with registers that show every screen of selling.

``python -m tests.browser.small_till FOLDER`` prints one JSON line with its port, and serves until
its standard input is closed; ``--port`` keeps one port. The office is played by an object that
knows one password and three PINs; each line `publish` publishes one more article key, `away` and
`back` take the office away and bring it back, `card ...` plans what the card terminal does next.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import threading
from dataclasses import replace
from pathlib import Path

from skrin.domain.article import (
    Article,
    Button,
    Deal,
    DealPart,
    Group,
    Image,
    Layout,
    ModifierGroup,
    Option,
    Price,
    StoreCard,
)
from skrin.domain.cash import Reason
from skrin.domain.codec import decode_body, encode
from skrin.domain.journal import ArticleSoldOut
from skrin.domain.payment import PaymentMethod
from skrin.domain.role import ALLOW, PIN, SELL, X_REPORT, Z_REPORT, Role
from skrin.domain.scale import place_of
from skrin.fiscal.countries import country
from skrin.office.layouts.images import reencoded
from skrin.sync.accounting import AccountingAnswer, AccountingQuestion
from skrin.sync.giftcards import GiftCardAnswer, GiftCardQuestion
from skrin.sync.messages import (
    RUNNING,
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
    unpack_exchange,
)
from skrin.sync.publication import digest
from skrin.till.devices.contract import OfficeAway
from skrin.till.devices.simulated import InstantCardTerminal, InstantControlUnit, PaperRoll
from skrin.till.flow import publication
from skrin.till.flow.clock import SystemClock
from skrin.till.flow.counter import Counter
from skrin.till.flow.people import Door
from skrin.till.flow.scale_choosing import ScaleChoice, ScalePool
from skrin.till.flow.till import Devices, Identity, MoreTerminal, Till
from skrin.till.flow.writer import ThreadWriter
from skrin.till.main import open_journal
from skrin.till.pairing.service import ScreenService
from skrin.till.storage.device_file import DeviceFile
from skrin.till.storage.shop_file import ShopFile
from skrin.till.storage.shop_reader import ShopReader

ALVA = Person("alva", "Alva", "cashier", (1,), 1)
NILS = Person("nils", "Nils", "manager", (1,), 1)
SAGA = Person("saga", "Saga", "owner", (1,), 1)
PEOPLE = {"alva@vete.example": ALVA, "nils@vete.example": NILS, "saga@vete.example": SAGA}
BO = Person("bo", "Bo", "trainee", (1,), 1)
TRAINEE = Role("trainee", {SELL: ALLOW, X_REPORT: PIN, Z_REPORT: PIN}, 0)
"""Somebody whose role leaves the day's figures to a manager; there with `--trainee`."""
PASSWORD = "kanel-och-kardemumma"
PINS = {"alva": "2580", "nils": "4711", "saga": "161803", "bo": "9375"}

STORE = StoreCard(
    7, 1, "Bageri Vetekornet AB", "556677-8899", "Kvarn", ("Kvarngatan 12", "123 45 Ort"), "",
    "SE", "SEK", "Europe/Stockholm", 240, (), ("Tack!",),
)  # fmt: skip
GROUPS = (
    Group(10, "10", "Varm dryck", {"en": "Hot drinks"}, "goods", "restaurant", "food", 1),
    Group(11, "11", "Kall dryck", {"en": "Cold drinks"}, "goods", "restaurant", "food", 8),
    Group(20, "20", "Bullar", {"en": "Buns"}, "goods", "restaurant", "food", 3),
    Group(30, "30", "Mat", {"en": "Food"}, "goods", "restaurant", "food", 10),
    Group(40, "40", "Lösvikt", {"en": "By weight"}, "goods", "food", "food", 4),
    Group(50, "50", "Prylar", {"en": "Things"}, "goods", "standard", "standard", 6),
)


def article(number: int, name: str, group: int, price: int, **more: object) -> tuple[Article, int]:
    """An article with its id as its number, and its price."""
    made = Article(number, str(number), name, {}, group, "goods", "st", 0, "fixed")
    return replace(made, **more), price  # type: ignore[arg-type]


LATTE, WRAP, SODA, SWEETS, LUNCH, GIFT = 13, 31, 23, 41, 35, 52
ARTICLES = (
    article(11, "Bryggkaffe", 10, 34_00, barcodes=("7359990000014",)),
    article(12, "Cappuccino", 10, 44_00, modifier_groups=(1, 2)),
    article(LATTE, "Caffe latte", 10, 46_00, modifier_groups=(1, 3)),
    article(14, "Te, svart", 10, 32_00),
    article(21, "Äppelmust", 11, 32_00),
    article(22, "Mineralvatten", 11, 24_00),
    article(SODA, "Läsk 33 cl", 11, 25_00, deposit=90),
    article(24, "Kanelbulle", 20, 32_00),
    article(25, "Kardemummabulle", 20, 34_00),
    article(26, "Semla", 20, 55_00),
    article(27, "Gårdagens bulle", 20, 15_00, discountable=False, returnable=False),
    article(WRAP, "Wrap med kyckling", 30, 89_00, modifier_groups=(4,)),
    article(32, "Räkmacka på surdegsbröd", 30, 119_00),
    article(33, "Dagens soppa", 30, 99_00),
    article(34, "Paj med sallad", 30, 115_00),
    article(LUNCH, "Lunch med dryck", 30, 129_00),
    article(SWEETS, "Lösgodis", 40, 139_00, unit="kg", decimals=3, barcodes=("2312345600004",)),
    article(51, "Tygkasse", 50, 99_00),
    article(GIFT, "Tårta på beställning", 20, 0, price_rule="open"),
    article(53, "Vatten ur kran", 11, 0, price_rule="zero"),
    article(81, "Havremjölk", 10, 6_00),
    article(82, "Extra shot", 10, 8_00),
    article(83, "Vaniljsirap", 10, 5_00),
    article(84, "Liten", 10, 0, price_rule="zero"),
    article(85, "Stor", 10, 7_00),
    article(86, "Vitlökssås", 30, 0, price_rule="zero"),
    article(87, "Chilisås", 30, 0, price_rule="zero"),
    article(90, "Pant burk", 11, 1_00),
)
MODIFIERS = (
    ModifierGroup(1, "Mjölk", 0, 1, (Option(81, 6_00),)),
    ModifierGroup(2, "Tillbehör", 0, 2, (Option(82, 8_00), Option(83, 5_00))),
    ModifierGroup(3, "Storlek", 1, 1, (Option(84, 0, True), Option(85, 7_00))),
    ModifierGroup(4, "Sås", 1, 1, (Option(86, 0), Option(87, 0))),
)
DEALS = (Deal(LUNCH, (DealPart((33, 34)), DealPart((21, 22)), DealPart((24,)))),)
METHODS = (
    PaymentMethod(1, "cash", "Kontant", {}, "", "1910", True, "same", "works", True, True, 1),
    PaymentMethod(
        *(2, "card", "Kort", {}, "nexo", "1580", False, "same", "limits", False, False, 2),
        tips=True,
        offline_limit_minor=100_00,
    ),
    PaymentMethod(3, "manual", "Swish", {}, "", "1930", False, "same", "works", False, False, 3),
    PaymentMethod(4, "manual", "Rikskort", {}, "", "1931", False, "no", "blocked", False, False, 4),
)
REASONS = (
    Reason(1, "BANK", "cash_out", "Till banken", {"en": "To the bank"}, "1930"),
    Reason(2, "PURCHASE", "cash_out", "Inköp", {"en": "Bought something"}, "4010"),
    Reason(3, "CHANGE", "cash_in", "Växel från banken", {"en": "Change"}, "1930"),
)
DRAWN = Path(__file__).resolve().parents[2] / "examples" / "bageri" / "images"


def image(content: bytes) -> Image:
    """A picture as it is published."""
    return Image(hashlib.sha256(content).hexdigest(), content)


CUP, BUN = (
    image(reencoded((DRAWN / f"{name}.png").read_bytes())) for name in ("bryggkaffe", "kanelbulle")
)
BROKEN, NOT_HERE = image(b"no picture at all"), image(b"never published")
IMAGES = (CUP, BUN, BROKEN)
PICTURED = {11: CUP.hash, 24: BUN.hash, 14: BROKEN.hash, 26: NOT_HERE.hash}
"""Which articles' keys have a picture; two of them have one that cannot be shown."""

_KEYS = (11, 12, LATTE, 14, SODA, 24, 25, 26, WRAP, 32, LUNCH, SWEETS, GIFT, 53, 27, 51)


def layouts(more: int = 0) -> tuple[Layout, ...]:
    """Two pages of keys: goods, and everything else that a key can do."""
    columns = {"desktop": 6, "tablet": 4, "handheld": 2}
    first = tuple(
        Button(
            *(100 + place, place // 6 + 1, place % 6 + 1, 1, 1, 0, "article", {"article": key}),
            image=PICTURED.get(key, ""),
        )
        for place, key in enumerate((*_KEYS, *([33] * more)))
    )
    does: tuple[tuple[str, dict[str, str | int | list[int]]], ...] = (
        ("articles", {"articles": [11, 24], "quantities_milli": [2000, 2000], "label": "Fika"}),
        ("group_open", {"group": 50, "label": "Övriga prylar"}),
        ("group_fixed", {"group": 20, "price_minor": 15_00, "label": "Gårdagens kaka"}),
        ("pay_now", {"method": 3}),
        ("pay_ask", {"method": 1, "label": "Kontant, fråga"}),
        ("day", {}),
        ("discount", {"percent_bp": 1000, "text": "Stammis"}),
        ("discount", {"amount_minor": 20_00, "text": "Kupong"}),
        ("discount_free", {}),
        ("text", {"text": "Utan grädde"}),
        ("text_free", {}),
        ("list_groups", {}),
        ("list_articles", {}),
        ("return_mode", {}),
        ("layout", {"layout": 1, "label": "Till kafé"}),
        ("drawer", {}),
        ("cash_out", {}),
        ("cash_in", {}),
        ("return_mode", {"mode": "locked"}),
    )  # fmt: skip
    second = tuple(
        Button(300 + place, place // 6 + 1, place % 6 + 1, 1, 1, 0, kind, params)
        for place, (kind, params) in enumerate(does)
    )
    to_second = Button(200, 4, 1, 2, 1, 0, "layout", {"layout": 2})
    return (
        Layout(1, "Kafé", 1, (), columns, (*first, to_second)),
        Layout(2, "Mer", 2, (), columns, second),
    )


def rows(number: int) -> dict[tuple[str, str], bytes]:
    """The registers as the office would publish them the `number`th time."""
    made = {("store", "1"): encode(STORE)}
    made |= {("people", person.person): encode(person) for person in PEOPLE.values()}
    if BO in PEOPLE.values():
        made["roles", TRAINEE.name] = encode(TRAINEE)
    kept = {
        "groups": GROUPS,
        "articles": tuple(one for one, _ in ARTICLES),
        "payment_methods": METHODS,
        "modifier_groups": MODIFIERS,
        "layouts": layouts(number - 1),
        "reasons": REASONS,
    }
    for section, of_it in kept.items():
        made |= {(section, str(row.id)): encode(row) for row in of_it}
    made |= {("deals", str(deal.article)): encode(deal) for deal in DEALS}
    made |= {("images", one.hash): encode(one) for one in IMAGES}
    for one, price_minor in ARTICLES:
        price = Price(one.id, 0, "2020-01-01", price_minor, price_minor // 4)
        if one.price_rule == "fixed":
            made[("prices", f"{one.id}:0:2020-01-01")] = encode(price)
    return made


class SmallOffice:
    """An office that takes every entry, and knows its people."""

    def __init__(self, shop_file: Path) -> None:
        self.number = 1
        self.reader = ShopReader(shop_file)
        self.sold_out: set[int] = set()
        self.is_away = False

    def exchange(self, body: bytes) -> ExchangeAnswer:
        """Everything that came is acknowledged."""
        if self.is_away:
            raise OfficeAway("told to be away")
        head = unpack_exchange(body).head
        last = None
        for last in self.reader.entries(head.first_seq, head.count):
            said = decode_body(last.header.kind, last.header.version, last.body)
            if isinstance(said, ArticleSoldOut):
                (self.sold_out.add if said.on else self.sold_out.discard)(said.article)
        last = last or self.reader.entry(head.first_seq - 1)
        seq, hash_ = (last.header.seq, last.hash.hex()) if last else (0, "")
        out = tuple(sorted(self.sold_out))
        return ExchangeAnswer(
            seq, hash_, RUNNING, (), 0, 500, self.number, sold_out_tag=str(out), sold_out=out
        )

    def publication(self, request: PublicationRequest) -> PublicationAnswer:
        """All of it, every time."""
        return published(self.number)

    def sales(self, question: SalesQuestion) -> SalesAnswer:
        """It knows of no other till's."""
        return SalesAnswer(())

    def accounting_file(self, question: AccountingQuestion) -> AccountingAnswer:
        """It has none yet."""
        return AccountingAnswer(False)

    def gift_card(self, question: GiftCardQuestion) -> GiftCardAnswer:
        """It knows of none."""
        return GiftCardAnswer("unknown")

    def login(self, request: LoginRequest) -> LoginAnswer:
        """One password for all."""
        right = request.password == PASSWORD and request.email in PEOPLE
        return LoginAnswer(PEOPLE[request.email] if right else None, "" if right else "wrong")

    def pin(self, request: PinRequest) -> LoginAnswer:
        """Each their own PIN."""
        person = next(one for one in PEOPLE.values() if one.person == request.person)
        right = PINS[request.person] == request.pin
        return LoginAnswer(person if right else None, "" if right else "wrong")


def published(number: int) -> PublicationAnswer:
    """A publication with all rows."""
    made = rows(number)
    answer = tuple(PublishedRow(*place, row.decode()) for place, row in made.items())
    return PublicationAnswer(number, digest(made), True, answer)


def open_counter(folder: Path, device: DeviceFile) -> Counter:
    """The counter of a till whose devices are in memory."""
    law = country("SE")
    till = Till(
        ShopFile(folder / "shop.sqlite"),
        Identity(7, "till-1", StoreSeat(1, "Kvarn", "VK1-1"), "Skrin", "0.1.0", "Skrin SE"),
        law,
        Devices(
            InstantControlUnit(),
            InstantCardTerminal("POI1"),
            PaperRoll(keep=50),
            "POI1",
            "till-1",
            device.next_service_number,
        ),
        SystemClock(law.time_zone),
        ThreadWriter(),
    )
    if till.head.seq == 0:
        open_journal(till)
        assert publication.apply_publication(till, published(1))
    return Counter(till, SmallOffice(till.file.path), device.next_incarnation())


def main() -> None:
    """Serve until the standard input ends."""
    from skrin.till.ui.server import make_server

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--screens", default="off", help="where paired screens are let in")
    parser.add_argument("--scale", default="", help="a scale, as the till's own option")
    parser.add_argument("--trainee", action="store_true", help="Bo works here too")
    options = parser.parse_args()
    if options.trainee:
        PEOPLE["bo@vete.example"] = BO
    options.folder.mkdir(parents=True, exist_ok=True)
    device = DeviceFile(options.folder / "device.sqlite")
    counter = open_counter(options.folder, device)
    if options.scale:
        place = place_of(options.scale)
        counter.scale = ScaleChoice(counter.till, device, ScalePool(), place)
    office = counter.upload_lane.link
    assert isinstance(office, SmallOffice)
    screens = ScreenService(counter.till, device, options.folder / "screens")
    door = Door(device, counter.till, office)
    server = make_server(counter, door, device, options.port, screens)
    counter.start()
    try:
        server.prepare()
        # First, because it may be refused: a server stopped while it begins to serve never ends.
        screens.start_as_set(options.screens)
        threading.Thread(target=server.serve, name="http", daemon=True).start()
        ready = {"port": server.bind_addr[1], "screens": screens.port}
        print(json.dumps(ready), flush=True)
        for line in sys.stdin:
            hear(line, counter.till, office)
    finally:  # Whatever happened: its threads would keep the process.
        screens.turn_off(for_good=False)
        server.stop()
        counter.stop()
        device.close()


def hear(line: str, till: Till, office: SmallOffice) -> None:
    """Do what a line of the standard input says."""
    said = line.strip()
    if said == "publish":
        office.number += 1
    elif line.startswith("card "):
        terminal = till.devices.card_terminal
        assert isinstance(terminal, InstantCardTerminal)
        terminal.plan.extend(line.split()[1:])
    elif said == "second terminal":
        second = MoreTerminal("POI2", "Bar", InstantCardTerminal("POI2"))
        till.devices = replace(
            till.devices, card_terminal_name="Kassan", more_card_terminals=(second,)
        )
    elif said == "one terminal":
        till.devices = replace(till.devices, more_card_terminals=())
    elif said in ("away", "back"):
        office.is_away = said == "away"


if __name__ == "__main__":
    main()
