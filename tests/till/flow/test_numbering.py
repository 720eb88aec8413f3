"""The number series as an inspector sees them: how far each has come, and that nothing is gone."""

from __future__ import annotations

import sqlite3

from tests.till.flow.shop import ANNA, BUN, COFFEE, Shop
from tests.till.flow.test_copying import copy, key_of
from tests.till.flow.test_pro_forma import ring
from tests.till.flow.test_training import practise, sell

from skrin.till.flow.numbering import series_told
from skrin.till.storage.shop_file import _ADD_ENTRY


def told(shop: Shop) -> dict[str, tuple[int, int]]:
    return series_told(shop.till, shop.counter.reader())


def a_day_with_everything(shop: Shop) -> None:
    """Two sales, practice, a copy, a pro forma that wanted a new serial and one given up, a Z."""
    sell(shop)
    practise(shop)
    sell(shop, BUN)
    practise(shop, False)
    copy(shop, key_of(shop, 1))
    for code in ("011", "002"):
        ring(shop, COFFEE)
        shop.unit.refuse(code)
        shop.counter.print_pro_forma(ANNA, shop.tap_id())
    shop.counter.pay_card(ANNA, shop.tap_id())
    shop.counter.close_days(ANNA, shop.till.today())


EVERYTHING = {"receipt": 2, "training": 1, "copy": 1, "pro_forma": 2, "z": 1, "message": 7}


def test_every_series_is_told_and_nothing_is_missing(shop: Shop) -> None:
    assert told(shop) == {}
    a_day_with_everything(shop)
    assert told(shop) == {name: (last, 0) for name, last in EVERYTHING.items()}


def test_a_number_that_waits_for_the_unit_is_not_missing(shop: Shop) -> None:
    for practice in (False, True):
        if practice:
            shop.counter.work_off()
            practise(shop)
        shop.counter.look_at_unit()
        ring(shop, COFFEE)
        shop.unit.be_silent(1)
        shop.counter.pay_card(ANNA, shop.tap_id())
        assert shop.till.desk.pending
        assert {missing for _, missing in told(shop).values()} == {0}
        shop.counter.work_off()
    assert told(shop) == {"receipt": (1, 0), "training": (1, 0), "message": (2, 0)}


def test_what_somebody_took_away_is_missing(shop: Shop) -> None:
    a_day_with_everything(shop)
    with sqlite3.connect(shop.folder / "shop.sqlite") as there:
        there.execute("DELETE FROM entry WHERE kind IN ('copy.sealed', 'pro_forma.sealed')")
        there.execute("DELETE FROM receipt WHERE number = 1")
        there.execute("DELETE FROM closing")
    missing = {name: gone for name, (_, gone) in told(shop).items()}
    assert missing == {
        "receipt": 1, "training": 0, "copy": 1, "pro_forma": 2, "z": 1, "message": 4
    }  # fmt: skip


def test_the_journal_is_not_read_for_it(shop: Shop) -> None:
    reader = shop.counter.reader()
    asked: list[str] = []
    reader._db.set_trace_callback(asked.append)
    reader.numbers_used()
    reader._db.set_trace_callback(None)
    (of_entries,) = (one for one in asked if " entry " in one)
    plan = str(reader._db.execute(f"EXPLAIN QUERY PLAN {of_entries}").fetchall())
    assert "INDEX entry_numbered" in plan, plan


def test_an_entry_is_added_without_a_tree_in_memory(shop: Shop) -> None:
    adding = f"EXPLAIN {_ADD_ENTRY}"
    steps = [row[1] for row in shop.till.file._db.execute(adding, (9, "a", "b", 1, 1, b"", b""))]
    assert "Insert" in steps and "OpenEphemeral" not in steps, steps
