"""A register made again from its entries alone is the register: numbers, lists, sums (D4, D24)."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.till.flow.shop import BUN, COFFEE, Shop
from tests.till.flow.test_closing_properties import EVA, MEMORY, STEPS, do, sell, sell_by_card

from skrin.domain.codec import decode_body, encode
from skrin.domain.entry import Entry, JournalDamage, make_entry
from skrin.domain.journal import TillStopped
from skrin.domain.record import replace
from skrin.till.flow import closing, parking, pro_forma, returning, selling, training
from skrin.till.flow.closing import Count
from skrin.till.flow.rebuilding import Rebuilding, differences
from skrin.till.storage.shop_file import ShopFile

TABLES = ("receipt", "closing", "totals", "series", "returned")
STATES = ("grand_sales_minor", "grand_returns_minor", "cash_carried_minor")


def told(file: ShopFile) -> dict[str, list[tuple[object, ...]]]:
    """What a file keeps beside its journal; rows that count nothing say nothing."""
    with sqlite3.connect(file.path) as db:
        found = {table: sorted(db.execute(f"SELECT * FROM {table}").fetchall()) for table in TABLES}
        found["states"] = sorted(
            db.execute("SELECT name, value FROM state WHERE name IN (?, ?, ?)", STATES).fetchall()
        )
        found["entries"] = db.execute("SELECT * FROM entry ORDER BY seq").fetchall()
    found["states"] = [row for row in found["states"] if row[1] != "0"]
    return found


def rebuilt(entries: list[Entry], to: Path, batch: int = 7) -> ShopFile:
    """The file made again, with a kill after each batch."""
    file = ShopFile(to / "shop.sqlite")
    for start in range(0, len(entries), batch):
        Rebuilding(file).take(entry.record for entry in entries[start : start + batch])
        file.close()
        file = ShopFile(to / "shop.sqlite")
    return file


@pytest.fixture
def rich(shop: Shop) -> Iterator[Shop]:
    """Days with everything that is counted."""
    closing.set_float(shop.till, EVA, 500_00)
    closing.set_float(shop.till, EVA, 600_00)
    for _ in range(2):
        sell(shop)
    sell_by_card(shop)
    returning.return_line(shop.till, EVA, shop.tap_id(), 1, 1)
    shop.counter.pay_cash(EVA, shop.tap_id(), None)
    key = returning.own_key(shop.till, shop.till.file, 2)
    shop.counter.copy_receipt(EVA, shop.tap_id(), key)
    selling.tap_article(shop.till, EVA, shop.tap_id(), BUN)
    pro_forma.make(shop.till, EVA, shop.counter.preflight, shop.tap_id())
    shop.counter.work_off()
    selling.abort(shop.till, EVA)
    selling.tap_article(shop.till, EVA, shop.tap_id(), COFFEE)
    parking.park(shop.till, EVA, "Bord 1")
    parking.delete(shop.till, EVA, shop.till.file.parked()[0][0])
    shop.counter.open_drawer(EVA, shop.tap_id())
    shop.counter.move_cash(EVA, shop.tap_id(), "cash_out", 200_00, 0, "Till banken")
    training.set_training(shop.till, EVA, True)
    sell(shop)
    training.set_training(shop.till, EVA, False)
    sell(shop)
    shop.counter.close_days(EVA, shop.till.today(), Count(50_00))
    sell(shop)
    shop.clock.forward(86_400)
    closing.set_float(shop.till, EVA, 300_00)
    sell(shop)
    shop.counter.close_days(EVA, shop.till.today())
    selling.tap_article(shop.till, EVA, shop.tap_id(), COFFEE)
    yield shop


@pytest.mark.requirement("R-TERM-016", "R-TERM-017")
def test_everything_counted_is_counted_again(rich: Shop, tmp_path: Path) -> None:
    entries = list(rich.till.file.entries(1))
    again = rebuilt(entries, tmp_path / "again")
    original, made = told(rich.till.file), told(again)
    for table, rows in original.items():
        assert made[table] == rows, table
    assert differences(again) == ()
    assert {"copies", "training", "unfinished", "drawer", "cash_difference", "float_change"} <= {
        str(row[2]) for row in made["totals"]
    }, "the days hold what is to be counted"
    assert again.series()["copy"] == again.series()["pro_forma"] == 1


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(sorted(STEPS)), min_size=4, max_size=20))
def test_any_order_of_days_is_the_same_again(steps: list[str]) -> None:
    folder = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
    shop = Shop(folder)
    try:
        for step in steps:
            do(shop, step)
        again = rebuilt(list(shop.till.file.entries(1)), folder / "again", 50)
        assert told(again) == told(shop.till.file)
        assert differences(again) == ()
        again.close()
    finally:
        shop.till.file.close()
        shutil.rmtree(folder)


def test_what_does_not_follow_is_not_taken_and_nothing_of_its_batch(
    rich: Shop, tmp_path: Path
) -> None:
    entries = list(rich.till.file.entries(1))
    file = ShopFile(tmp_path / "again" / "shop.sqlite")
    making = Rebuilding(file)
    making.take(entry.record for entry in entries[:10])
    with pytest.raises(JournalDamage, match="entry 11 is missing"):
        making.take([entries[11].record])
    changed = bytearray(entries[10].record)
    changed[-2] ^= 1
    with pytest.raises(JournalDamage):  # A body that cannot be read, or a link that does not fit.
        making.take([bytes(changed), entries[11].record])
    assert (making.head_seq, file.head()[0]) == (10, 10)
    strange = replace(entries[10].header, till="till-2")
    other = make_entry(strange, entries[9].hash, entries[10].body)
    with pytest.raises(JournalDamage, match="another register"):
        making.take([other.record])
    making.take(entry.record for entry in entries[10:])
    assert told(file) == told(rich.till.file)


def test_a_z_that_says_otherwise_than_its_receipts_is_named(rich: Shop, tmp_path: Path) -> None:
    """A forged journal whose chain is whole is still not one whose sums fit."""
    entries = list(rich.till.file.entries(1))
    place = next(n for n, entry in enumerate(entries) if entry.header.kind == "day.closed")
    body = entries[place].body.replace(b'"amount_minor":3400', b'"amount_minor":3300', 1)
    assert body != entries[place].body
    forged, last = list(entries[:place]), entries[place - 1]
    for entry in entries[place:]:
        said = body if entry is entries[place] else entry.body
        last = make_entry(entry.header, last.hash, said)
        forged.append(last)
    again = rebuilt(forged, tmp_path / "again", 500)
    assert differences(again) == ("Z 1",)


def test_an_entry_of_a_later_version_is_kept_and_chained(shop: Shop, tmp_path: Path) -> None:
    sell(shop)
    entries = list(shop.till.file.entries(1))
    header = entries[-1].header
    later = replace(header, seq=header.seq + 1, kind="some.later_kind")
    entries.append(make_entry(later, entries[-1].hash, encode(TillStopped(1))))
    again = rebuilt(entries, tmp_path / "again", 500)
    assert again.head()[:2] == (later.seq, entries[-1].hash)
    assert decode_body("some.later_kind", 1, entries[-1].body) is None
