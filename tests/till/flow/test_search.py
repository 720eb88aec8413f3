"""Search, and registers that lie on the disk: found however typed, and however many there are."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.till.flow.shop import ANNA, ARTICLES, BUN, COFFEE, HandClock, Shop, published

from skrin.domain.article import Article, Price
from skrin.domain.codec import encode
from skrin.sync.messages import PublicationAnswer, PublishedRow
from skrin.sync.publication import digest
from skrin.till.flow import selling
from skrin.till.flow.publication import apply_publication
from skrin.till.flow.registers import COUNT_MOST, Registers
from skrin.till.storage.schema import SHOP_SCHEMA, connect
from skrin.till.storage.shop_file import ShopFile

NAMES = {
    101: "Räksmörgås",
    102: "Smörgås med ost",
    103: "Crème brûlée",
    104: "Stor kanelbulle",
    105: "Kanelsnurra",
    106: 'Skål 5" "djup"',
    107: "Ål, rökt",
}


def article(number: int, name: str, *barcodes: str, **names: str) -> Article:
    return Article(number, str(9000 + number), name, names, 10, "goods", "st", 0, "fixed", barcodes)


def whole(articles: list[Article], edition: int = 2) -> PublicationAnswer:
    """The shop's registers with these articles in the place of its own."""
    rows = {
        (row.section, row.key): (row.row or "").encode()
        for row in published().rows
        if row.section not in ("articles", "prices")
    }
    for one in articles:
        rows["articles", str(one.id)] = encode(one)
        rows["prices", f"{one.id}:0:2020-01-01"] = encode(Price(one.id, 0, "2020-01-01", 100, 0))
    answer = tuple(PublishedRow(*place, row.decode()) for place, row in rows.items())
    return PublicationAnswer(edition, digest(rows), True, answer)


def changed(shop: Shop, rows: dict[tuple[str, str], bytes | None]) -> bool:
    """Publish a difference; the digest is made as the office makes it, from whole rows."""
    all_rows: dict[tuple[str, str], bytes] = {}
    with connect(shop.folder / "shop.sqlite") as db:
        for section, key, row in db.execute("SELECT section, key, row FROM register_row"):
            all_rows[section, key] = row
    for place, changed_row in rows.items():
        if changed_row is None:
            del all_rows[place]
        else:
            all_rows[place] = changed_row
    answer = tuple(
        PublishedRow(*place, row.decode() if row is not None else None)
        for place, row in rows.items()
    )
    number = shop.till.publication + 1
    return apply_publication(shop.till, PublicationAnswer(number, digest(all_rows), False, answer))


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    articles = [article(number, name) for number, name in NAMES.items()]
    articles.append(article(108, "Kopp", "7350000000011", "7350000000028", en="Cup of stone"))
    articles.append(article(109, "Bok", "9108"))
    assert apply_publication(shop.till, whole(articles))
    return shop


def names(registers: Registers, query: str, limit: int = 20) -> list[str]:
    return [found.name for found in registers.search(query, limit)[0]]


@pytest.mark.requirement("R-FIND-001", "R-FIND-003")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("smörgås", ["Smörgås med ost", "Räksmörgås"]),
        ("smorgas", ["Räksmörgås", "Smörgås med ost"]),
        ("SMÖRGÅS", ["Smörgås med ost", "Räksmörgås"]),
        ("smo\u0308rga\u030as", ["Smörgås med ost", "Räksmörgås"]),
        ("räk", ["Räksmörgås"]),
        ("rak", ["Räksmörgås"]),
        ("creme brulee", ["Crème brûlée"]),
        ("brûlée", ["Crème brûlée"]),
        ("bulle", ["Stor kanelbulle"]),
        ("kanel", ["Kanelsnurra", "Stor kanelbulle"]),
        ("ost smörgås", ["Smörgås med ost"]),
        ("st", ["Stor kanelbulle", "Kopp"]),
        ("ål", ["Ål, rökt"]),
        ("al", ["Ål, rökt"]),
        ("ö", []),
        ("k", ["Kanelsnurra", "Kopp", "Stor kanelbulle"]),
        ("st kanel", ["Stor kanelbulle"]),
        ("ka ku", []),
        ("cup", ["Kopp"]),
        ("9104", ["Stor kanelbulle"]),
        ("91", None),
        ("7350000000028", ["Kopp"]),
        ("0000000028", ["Kopp"]),
        ("9108", ["Bok", "Kopp"]),
        ('5"', ['Skål 5" "djup"']),
        ('"djup"', ['Skål 5" "djup"']),
        ("djup* OR kanel", []),
        ("*", []),
        ("%", []),
        ("", []),
        ("   ", []),
        ("x" * 60, []),
    ],
)
def test_words_are_found_anywhere_with_accents_typed_or_not(
    stocked: Shop, query: str, found: list[str] | None
) -> None:
    if found is None:
        assert len(names(stocked.till.registers, query)) == len(NAMES) + 2
    else:
        assert names(stocked.till.registers, query) == found


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=12))
def test_no_query_breaks_the_search(tmp_path_factory: pytest.TempPathFactory, query: str) -> None:
    global _open
    if _open is None:
        _open = Shop(tmp_path_factory.mktemp("typed"), HandClock())
    found, count = _open.till.registers.search(query, 20)
    assert len(found) <= count


_open: Shop | None = None


def test_a_page_is_cut_and_what_there_is_more_is_counted_to_a_limit(shop: Shop) -> None:
    many = [article(number, f"Vara {number:03d}") for number in range(200, 300)]
    assert apply_publication(shop.till, whole([*many, article(300, "Annan")]))
    registers = shop.till.registers
    found, count = registers.search("vara", 20)
    assert [one.name for one in found] == [f"Vara {number}" for number in range(200, 220)]
    assert count == COUNT_MOST
    assert registers.search("vara 29", 5)[1] == 10
    assert registers.search("annan", 5)[1] == 1


@pytest.mark.requirement("R-FIND-002")
def test_all_articles_are_listed_by_name_a_page_at_a_time(stocked: Shop) -> None:
    articles = stocked.till.registers.articles
    listed = [one.name for one in articles.listed(0, 4)]
    listed += [one.name for one in articles.listed(4, 4)]
    assert listed[:3] == ["Bok", "Crème brûlée", "Kanelsnurra"]
    assert len(articles) == 9 == len([*articles.values()])
    assert articles.numbers()["9108"] == 108


def test_what_is_found_is_sold(stocked: Shop) -> None:
    found, _ = stocked.till.registers.search("räk", 1)
    selling.tap_article(stocked.till, ANNA, stocked.tap_id(), found[0].id)
    selling.scan(stocked.till, ANNA, stocked.tap_id(), "7350000000028")
    selling.scan(stocked.till, ANNA, stocked.tap_id(), "9103")
    cart = stocked.till.desk.cart
    assert cart is not None
    assert [line.item.name for line in cart.lines] == ["Räksmörgås", "Kopp", "Crème brûlée"]


def test_a_barcode_goes_before_a_number_and_a_gtin_12_has_a_zero_before(shop: Shop) -> None:
    upc = article(3, "Importerad", "0036000291452")
    assert apply_publication(
        shop.till, whole([article(1, "Nummer"), article(2, "Streckkod", "9001"), upc])
    )
    registers = shop.till.registers
    for code, name in (
        ("9001", "Streckkod"),
        ("9002", "Streckkod"),
        ("036000291452", "Importerad"),
    ):
        found = registers.find_code(code)
        assert found is not None and found.name == name
    assert registers.find_code("9999") is None


def test_a_difference_changes_what_is_found_and_nothing_else(stocked: Shop) -> None:
    registers = stocked.till.registers
    assert names(registers, "kopp") == ["Kopp"]
    renamed = article(108, "Mugg", "7350000000011")
    assert changed(stocked, {("articles", "108"): encode(renamed), ("articles", "101"): None})
    registers = stocked.till.registers
    assert names(registers, "kopp") == names(registers, "räk") == names(registers, "cup") == []
    assert names(registers, "mugg") == ["Mugg"]
    assert registers.find_code("7350000000028") is None
    assert registers.find_code("7350000000011") == renamed
    assert registers.articles.get(101) is None
    assert names(registers, "smorgas") == ["Smörgås med ost"]
    for table in ("article_part", "article_start"):
        stocked.till.file._db.execute(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")


def test_one_price_is_changed_and_a_wrong_digest_changes_nothing(stocked: Shop) -> None:
    new = encode(Price(102, 0, "2020-01-01", 59_00, 0))
    assert changed(stocked, {("prices", "102:0:2020-01-01"): new})
    price = stocked.till.registers.price(102, "2026-11-20")
    assert price is not None and price.price_minor == 59_00
    row = PublishedRow("prices", "102:0:2020-01-01", new.decode().replace("5900", "1"))
    before = stocked.till.publication
    assert not apply_publication(stocked.till, PublicationAnswer(9, "0" * 64, False, (row,)))
    assert not apply_publication(stocked.till, PublicationAnswer(9, "0" * 64, True, (row,)))
    assert stocked.till.publication == before
    assert stocked.till.registers.price(102, "2026-11-20") == price
    assert len(stocked.till.registers.articles) == 9


def test_a_later_price_and_the_stores_own_are_all_there(stocked: Shop) -> None:
    rows: dict[tuple[str, str], bytes | None] = {}
    for store, day, minor in ((0, "2026-11-21", 200), (1, "2026-11-22", 300), (0, "2027-01-01", 9)):
        rows["prices", f"102:{store}:{day}"] = encode(Price(102, store, day, minor, 0))
    rows["prices", "1020:0:2020-01-01"] = encode(Price(1020, 0, "2020-01-01", 1, 0))
    assert changed(stocked, rows)
    found = [
        stocked.till.registers.price(102, day)
        for day in ("2026-11-20", "2026-11-21", "2026-11-23", "2027-02-01")
    ]
    assert [price.price_minor for price in found if price] == [100, 200, 300, 300]
    assert stocked.till.registers.price(7777, "2026-11-20") is None


def test_articles_are_not_kept_in_memory_beyond_what_a_day_sells(
    stocked: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    from skrin.till.flow import registers as room

    monkeypatch.setattr(room, "KEPT_MOST", 3)
    articles = stocked.till.registers.articles
    for number in NAMES:
        assert articles.get(number) is not None and articles.prices(number)
    assert len(articles._kept) <= 3 and len(articles._prices) <= 3


def test_a_restart_finds_everything_again(stocked: Shop) -> None:
    stocked.restart()
    assert names(stocked.till.registers, "creme") == ["Crème brûlée"]
    assert stocked.till.registers.method(1) is not None


def test_a_file_of_the_first_version_is_brought_up_and_indexed(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.till.file.close()
    old = tmp_path / "old.sqlite"
    with sqlite3.connect(tmp_path / "shop.sqlite") as db:
        rows = db.execute("SELECT section, key, row, hash FROM register_row").fetchall()
    first = connect(old)
    first.executescript(f"BEGIN; {SHOP_SCHEMA} PRAGMA user_version = 1; COMMIT;")
    first.executemany("INSERT INTO register_row VALUES (?, ?, ?, ?)", rows)
    first.close()
    for _ in range(2):
        file = ShopFile(old)
        assert file.registers.search("bulle", 5) == ([BUN], 1)
        assert file.registers.article_of_code("7359990000014") == COFFEE
        assert file.registers.article_count() == len(ARTICLES)
        assert file.parked() == [] and file.sold_out() == frozenset()
        file.close()


class Steps:
    """Counts what the till's database does on all its connections, in tens of its own steps."""

    def __init__(self, shop: Shop) -> None:
        """Count from now on."""
        self.tens = 0
        for connection in (shop.till.file._db, *shop.till.file.registers._open):
            connection.set_progress_handler(self._ten, 10)

    def _ten(self) -> int:
        self.tens += 1
        return 0


@pytest.mark.requirement("R-SYNC-003")
def test_one_price_costs_one_price_among_thousands(shop: Shop) -> None:
    """Work is counted, and not timed: about as many steps among five times as many articles. (Among
    a hundred most buckets are empty.)"""
    steps = {}
    for count in (600, 3000):
        many = [article(number, f"Vara {number}") for number in range(1, count + 1)]
        assert apply_publication(shop.till, whole(many, shop.till.publication + 1))
        key = ("prices", "7:0:2020-01-01")
        rows = {(row.section, row.key): (row.row or "").encode() for row in whole(many).rows}
        rows[key] = encode(Price(7, 0, "2020-01-01", 42_00 + count, 0))
        row = PublishedRow(*key, rows[key].decode())
        answer = PublicationAnswer(shop.till.publication + 1, digest(rows), False, (row,))
        counted = Steps(shop)
        assert apply_publication(shop.till, answer)
        steps[count] = counted.tens
        price = shop.till.registers.price(7, "2026-11-20")
        assert price is not None and price.price_minor == 42_00 + count
    assert 0 < steps[3000] < 1.5 * steps[600], steps


def test_a_file_without_buckets_takes_a_difference(tmp_path: Path, stocked: Shop) -> None:
    """A file of an older program is spread over the buckets when it is opened."""
    file = stocked.till.file
    with file.commit():
        file._db.execute("UPDATE register_row SET bucket = -1")
        file._db.execute("DELETE FROM register_bucket")
        file.put_state("register_buckets", "")
    again = ShopFile(stocked.folder / "shop.sqlite")
    again.close()
    new = encode(Price(102, 0, "2020-01-01", 61_00, 0))
    assert changed(stocked, {("prices", "102:0:2020-01-01"): new})
    price = stocked.till.registers.price(102, "2026-11-20")
    assert price is not None and price.price_minor == 61_00
