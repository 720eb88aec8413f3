"""A day at a till with one of everything that the journal's files must tell."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.till.flow.shop import ANNA, BUN, CARD_CASE, COFFEE, PRICES, WEIGHED, Shop, published

from skrin.domain.article import Price
from skrin.domain.cart import Discount
from skrin.domain.codec import encode
from skrin.domain.quantity import ONE
from skrin.domain.rights.journaled import receipt_key
from skrin.exports.journal import Period
from skrin.exports.journal_xml_se import Tally
from skrin.exports.orders import Maker, Order, parts_of
from skrin.sync.messages import Person, PublicationAnswer, PublishedRow
from skrin.sync.publication import digest
from skrin.till.flow import editing, parking, publication, returning, selling, training
from skrin.till.storage.journal_file import JournalFile

BOSS = Person("p2", "Britta", "owner", (1,))
MAKER = Maker("Skrin Till SE", "Skrin", "0.1.0")
DAY = "2026-11-20"
MADE_AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC).replace(tzinfo=None)


def with_price(article: int, price_minor: int, number: int, from_day: str) -> PublicationAnswer:
    """The registers again, with a new price from a day on."""
    rows = {(row.section, row.key): (row.row or "").encode() for row in published().rows}
    price = Price(article, 0, from_day, price_minor, PRICES[0].cost_minor)
    rows["prices", f"{article}:0:{from_day}"] = encode(price)
    changed = rows["prices", f"{article}:0:{from_day}"].decode()
    row = PublishedRow("prices", f"{article}:0:{from_day}", changed)
    return PublicationAnswer(number, digest(rows), False, (row,))


def live_through(shop: Shop) -> None:
    """Sales in cash (rounded) and by card, weighed, discounted; a return, a copy, practice, a
    parked and an aborted cart, the drawer, an X, a price change, a Z."""
    till, counter = shop.till, shop.counter
    selling.tap_article(till, BOSS, shop.tap_id(), BUN)
    selling.tap_article(till, BOSS, shop.tap_id(), COFFEE)
    selling.tap_article(till, BOSS, shop.tap_id(), BUN)
    counter.pay_cash(BOSS, shop.tap_id(), None)
    selling.tap_article(till, BOSS, shop.tap_id(), WEIGHED, quantity_milli=1234)
    selling.tap_article(till, BOSS, shop.tap_id(), CARD_CASE)
    editing.discount_cart(till, BOSS, shop.tap_id(), Discount(1000, 0, "Stammis"))
    counter.pay_card(BOSS, shop.tap_id())
    returning.set_mode(till, BOSS, "once")
    selling.tap_article(till, BOSS, shop.tap_id(), COFFEE)
    counter.pay_cash(BOSS, shop.tap_id(), None)
    sealed_seq, _ = till.file.receipt_seqs(2) or (0, 0)
    assert counter.copy_receipt(
        BOSS, shop.tap_id(), receipt_key(till.identity.register_serial, sealed_seq)
    )
    training.set_training(till, BOSS, True)
    selling.tap_article(till, BOSS, shop.tap_id(), COFFEE)
    counter.pay_cash(BOSS, shop.tap_id(), None)
    training.set_training(till, BOSS, False)
    selling.tap_article(till, BOSS, shop.tap_id(), COFFEE)
    selling.abort(till, BOSS)
    selling.tap_article(till, BOSS, shop.tap_id(), BUN, quantity_milli=2 * ONE)
    parking.park(till, BOSS, "Bord 4")
    (parked,) = parking.parked_carts(till.file)
    parking.delete(till, BOSS, parked.cart.cart_id)
    counter.open_drawer(BOSS, shop.tap_id())
    counter.x_report(BOSS)
    assert publication.apply_publication(till, with_price(COFFEE, 36_00, 2, "2026-11-21"))
    counter.close_days(BOSS, till.today())
    shop.clock.forward(24 * 3600)
    selling.tap_article(till, ANNA, shop.tap_id(), COFFEE)
    counter.pay_cash(ANNA, shop.tap_id(), None)


def order(
    file_format: str = "xml",
    what: str = "journal",
    first: str = DAY,
    last: str = DAY,
    **more: object,
) -> Order:
    """What an inspector asks for."""
    return Order(what, file_format, Period.of(first, last), MADE_AT, **more)  # type: ignore[arg-type]


def made(shop: Shop, wanted: Order, typeset: object = None) -> tuple[dict[str, bytes], Tally]:
    """The files by name, and what they hold."""
    return made_of(shop.folder / "shop.sqlite", wanted, typeset)


def made_of(path: Path, wanted: Order, typeset: object = None) -> tuple[dict[str, bytes], Tally]:
    records, tally, files = JournalFile(path), Tally(), {}
    setter = typeset or (lambda source: source.encode())
    for name, part in parts_of(wanted, records, MAKER, setter, tally):  # type: ignore[arg-type]
        files[name] = files.get(name, b"") + part
    records.close()
    return files, tally
