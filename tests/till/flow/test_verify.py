"""A journal is proven, or its first bad entry named."""

from __future__ import annotations

import sqlite3

import pytest
from tests.till.flow.shop import ANNA, COFFEE, Shop

from skrin.till import verify
from skrin.till.flow import selling


@pytest.fixture
def sold(shop: Shop) -> Shop:
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    shop.till.file.close()
    return shop


def test_a_whole_journal_is_proven(sold: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify.main([str(sold.folder / "shop.sqlite")]) == 0
    assert "8 entries, whole" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("harm", "named"),
    [
        ("UPDATE entry SET record = zeroblob(length(record)) WHERE seq = 5", "entry 5"),
        ("UPDATE entry SET hash = zeroblob(32) WHERE seq = 6", "entry 6"),
        ("DELETE FROM entry WHERE seq = 4", "entry 5"),
    ],
)
def test_the_first_bad_entry_is_named(
    sold: Shop, capsys: pytest.CaptureFixture[str], harm: str, named: str
) -> None:
    path = sold.folder / "shop.sqlite"
    with sqlite3.connect(path) as db:
        db.execute(harm)
    assert verify.main([str(path)]) == 1
    said = capsys.readouterr().err
    assert said.startswith(verify.DAMAGED) and named in said


def test_a_till_that_sells_meanwhile_can_tidy_its_file(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No look at the file lasts longer than a few entries: each ends before the next is read."""
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    monkeypatch.setattr(verify, "CHUNK_ENTRIES", 2)
    with sqlite3.connect(shop.till.file.path) as db:
        for _ in verify._rows(db):
            busy, of_log, done = shop.till.file._db.execute("PRAGMA wal_checkpoint").fetchone()
            assert (busy, of_log) == (0, done)
            selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
            if shop.till.head.seq > 30:
                break


def test_another_file_is_refused(sold: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    other = sold.folder / "other.txt"
    other.write_text("not a journal")
    assert verify.main([str(other)]) == 2
    said = capsys.readouterr().err
    assert "not a till's journal" in said
    assert verify.DAMAGED not in said, "that nobody can read it now says nothing of it"
