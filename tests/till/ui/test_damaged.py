"""What the page of a damaged till says is damaged: words of people, and no table's name."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from django.utils import translation
from tests.till.flow.shop import Shop

from skrin.till.storage import damage
from skrin.till.storage.damage import Finding
from skrin.till.ui import damaged

PLACES = (damage.FILE, damage.ENTRY, damage.ROW, damage.VALUE, damage.REGISTERS, damage.LOG)


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch) -> Callable[[Finding], str]:
    """The words as they stand in the code: no program is set up here."""
    monkeypatch.setitem(vars(translation._trans), "gettext", str)
    return damaged.said


def tables(shop: Shop) -> list[str]:
    with closing(sqlite3.connect(shop.till.file.path)) as db:
        found = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    indexes = ("article_part", "article_start", "sqlite_")
    return [name for (name,) in found if not name.startswith(indexes)]


def test_every_table_of_the_file_has_words(tmp_path: Path, say: Callable[[Finding], str]) -> None:
    named = [*tables(Shop(tmp_path)), "schema", "history", ""]
    assert {"receipt", "closing", "totals", "parked", "state"} <= set(named)
    assert [name for name in named if name and damaged._thing(Finding("", name)) == name] == []
    for place in PLACES:
        assert "_" not in say(Finding(place, "right_hold", "giftcard 3f9a"))


def test_what_a_person_can_look_for_is_told_by_its_number(say: Callable[[Finding], str]) -> None:
    told = say(Finding(damage.ROW, "receipt", "211", "the entries tell it otherwise"))
    assert told == "This is not what the journal tells: receipt 211"
    assert say(Finding(damage.ROW, "totals", "2026-11-20 1 sales ")).endswith("of 2026-11-20")
    assert say(Finding(damage.ENTRY, "entry", "12")).startswith("Entry 12 of the journal")
