"""A till's files as each earlier version wrote them, opened by this program: nothing is lost, and
selling goes on in the same series."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.till.flow.shop import ANNA, BUN, CARD_CASE, COFFEE, Shop

from skrin.domain.codec import encode
from skrin.domain.journal import verify_chain
from skrin.till.flow import parking, returning, selling
from skrin.till.storage import device_file
from skrin.till.storage.device_file import DeviceFile
from skrin.till.storage.schema import SHOP_VERSIONS, connect, make_tables

YOUNGER_STATES = ("article_index", "register_buckets", "stated")
"""Small values that came with later versions."""


def as_written_by(version: int, now: Path, path: Path) -> None:
    """Make `path` what the program of an earlier version would have left of the file `now`."""
    path.parent.mkdir()
    early = connect(path)
    make_tables(early, SHOP_VERSIONS[:version])
    early.execute("ATTACH ? AS now", (str(now),))
    tables = early.execute(
        "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'article_%'"
        " AND name NOT LIKE '%_twin'"  # Those are written by triggers.
    ).fetchall()
    for (table,) in tables:
        names = [row[1] for row in early.execute(f"PRAGMA main.table_info({table})")]
        columns = ", ".join(names)
        early.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM now.{table}")
    for name in YOUNGER_STATES:
        early.execute("DELETE FROM main.state WHERE name = ?", (name,))
    early.close()


def a_day(shop: Shop) -> None:
    """A closed day, a receipt of the next one, and goods left on the counter."""
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    shop.counter.close_days(ANNA, shop.till.today())
    shop.clock.forward(24 * 3600)
    selling.tap_article(shop.till, ANNA, shop.tap_id(), BUN)
    shop.counter.pay_card(ANNA, shop.tap_id())
    selling.tap_article(shop.till, ANNA, shop.tap_id(), CARD_CASE)


@pytest.mark.parametrize("version", range(1, len(SHOP_VERSIONS)))
def test_a_shops_file_of_an_earlier_version_goes_on(tmp_path: Path, version: int) -> None:
    shop = Shop(tmp_path)
    a_day(shop)
    before = shop.till
    entries = list(before.file.entries(1))
    day, totals = before.today(), before.file.totals(before.today(), 1)
    before.file.close()
    shop.folder = tmp_path / "early"
    as_written_by(version, tmp_path / "shop.sqlite", shop.folder / "shop.sqlite")
    shop.open()
    till = shop.till
    assert list(till.file.entries(1))[: len(entries)] == entries
    assert till.file.totals(day, 1) == totals
    assert (till.grand, till.series) == (before.grand, before.series)
    assert till.head.last_closed == before.head.last_closed
    assert till.desk.cart == before.desk.cart and till.desk.left_minor == 249_00
    assert [one.name for one in till.registers.search("termos", 5)[0]] == ["Termos"]
    # What came with later versions works on it.
    parking.park(till, ANNA, "Väntar")
    returning.set_mode(till, ANNA, "off")
    (listed,) = parking.parked_carts(till.file)
    parking.fetch(till, ANNA, listed.cart.cart_id)
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    assert till.desk.finished and till.desk.finished.receipts[0].number == 3
    verify_chain(till.file.entries(1))
    shop.restart()
    assert shop.till.series["receipt"] == 3


def test_a_devices_file_of_an_earlier_version_keeps_its_key_and_its_people(tmp_path: Path) -> None:
    versions = device_file._VERSIONS
    path = tmp_path / "device.sqlite"
    early = connect(path)
    make_tables(early, versions[:1])
    early.execute("INSERT INTO secret VALUES ('key', ?)", (bytes(range(32)),))
    early.execute("INSERT INTO setting VALUES ('incarnation', '41')")
    person = encode(ANNA).decode()
    early.execute("INSERT INTO known_person VALUES ('a@b.example', ?, 'v', 1)", (person,))
    early.execute("INSERT INTO session VALUES (?, ?, 5)", (b"t" * 32, person))
    early.close()
    device = DeviceFile(path)
    assert device.secret("key") == bytes(range(32))
    assert device.next_incarnation() == 42
    known = device.known_person("a@b.example")
    assert known is not None and (known.person, known.verifier) == (ANNA, "v")
    assert device.session(b"t" * 32, 0) == ANNA
    assert device.known_pin("p1").verifier == ""
    device.close()
