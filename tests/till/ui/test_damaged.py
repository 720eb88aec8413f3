"""What a damaged till says is damaged: words of people, and no table's name."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.till.flow.shop import Shop

from skrin.sync import damage
from skrin.sync.damage import FileDamage, said


def say(place: str, table: str = "", key: str = "") -> str:
    """The words as they stand in the code."""
    return said(FileDamage(place, table, key), str)


def tables(shop: Shop) -> list[str]:
    with closing(sqlite3.connect(shop.till.file.path)) as db:
        found = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    indexes = ("article_part", "article_start", "sqlite_")
    return [name for (name,) in found if not name.startswith(indexes)]


def test_every_table_of_the_file_has_words(tmp_path: Path) -> None:
    named = [*tables(Shop(tmp_path)), "schema", "history"]
    assert {"receipt", "closing", "totals", "parked", "state"} <= set(named)
    assert [name for name in named if say(damage.ROW, name).endswith(f": {name}")] == []
    for place in damage.PLACES:
        assert "_" not in say(place, "right_hold", "giftcard 3f9a")


def test_what_a_person_can_look_for_is_told_by_its_number() -> None:
    told = say(damage.ROW, "receipt", "211")
    assert told == "This is not what the journal tells: receipt 211"
    assert say(damage.ROW, "totals", "2026-11-20 1 sales ").endswith("of 2026-11-20")
    assert say(damage.ENTRY, "entry", "12").startswith("Entry 12 of the journal")
