"""Prices and settings of any day, made again from the till's file and proven by its journal."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sqlite3
from pathlib import Path

import pytest
from tests.exports.a_day import live_through, made, order, with_price
from tests.till.flow.shop import COFFEE, STORE, Shop, published

from skrin.domain.record import replace
from skrin.domain.refusal import Refusal
from skrin.sync.messages import PublicationAnswer
from skrin.till import export
from skrin.till.flow import publication
from skrin.till.storage.journal_file import JournalFile
from skrin.till.storage.register_rows import Changed
from skrin.till.storage.shop_file import ShopFile


def price_of(shop: Shop, day: str) -> str:
    """What the price list of a day says that coffee costs."""
    files, _ = made(shop, order("csv", "prices", day, day))
    ((name, content),) = files.items()
    assert name == f"prislista_till-1-1_{day}.csv"
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    return next(row["pris"] for row in rows if row["artikelnummer"] == "1001")


@pytest.mark.requirement("R-MORE-011")
def test_the_price_list_of_a_day_is_what_it_was_then(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    for number, price_minor in ((2, 36_00), (3, 38_00)):
        shop.clock.forward(24 * 3600)
        answer = with_price(COFFEE, price_minor, number, "2026-11-01")
        if number == 3:
            answer = whole_with(answer)
        assert publication.apply_publication(shop.till, answer)
    assert [price_of(shop, f"2026-11-{day}") for day in (20, 21, 22)] == ["34,00", "36,00", "38,00"]
    with pytest.raises(Refusal, match="prices_unproven"):
        price_of(shop, "2026-11-19")


def whole_with(answer: PublicationAnswer) -> PublicationAnswer:
    """The same registers sent whole, as after a digest that did not match."""
    kept = {(row.section, row.key): row for row in published().rows}
    kept |= {(row.section, row.key): row for row in answer.rows}
    return PublicationAnswer(answer.number, answer.digest, True, tuple(kept.values()))


def test_what_is_kept_is_proven_by_the_journal(tmp_path: Path) -> None:
    """Somebody writes another price into the file: the digest in the chain tells."""
    shop = Shop(tmp_path)
    shop.clock.forward(24 * 3600)
    answer = with_price(COFFEE, 36_00, 2, "2020-01-01")
    assert publication.apply_publication(shop.till, answer)
    assert price_of(shop, "2026-11-20") == "34,00"
    with sqlite3.connect(tmp_path / "shop.sqlite") as db:
        db.execute("UPDATE register_history SET hash = zeroblob(32) WHERE hash IS NOT NULL")
    with pytest.raises(Refusal, match="prices_unproven"):
        price_of(shop, "2026-11-20")


def test_the_history_tells_each_row_before_and_after(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    live_through(shop)
    files, _ = made(shop, order("json", "settings"))
    (content,) = files.values()
    rows = json.loads(content)["rows"]
    price = next(row for row in rows if row["vad"] == "pris")
    assert price["nyckel"] == f"{COFFEE}:0:2026-11-21" and price["före"] == ""
    assert json.loads(price["efter"])["price_minor"] == 36_00
    assert [row["nyckel"] for row in rows if row["vad"] == "Övningsläge"] == ["på", "av"]


def test_a_change_and_its_undoing_are_both_told(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    for number, phone in ((2, "08-1"), (3, "")):
        store = replace(STORE, phone=phone)
        answer = published(store)
        answer = PublicationAnswer(number, answer.digest, True, answer.rows)
        assert publication.apply_publication(shop.till, answer)
    records = JournalFile(tmp_path / "shop.sqlite")
    applied = [e.header.seq for e in records.entries_from(1) if e.header.kind[:4] == "publ"]
    changes = [list(records.row_changes(seq)) for seq in applied]
    assert [len(some) for some in changes] == [0, 1, 1]
    (there,), (back,) = changes[1:]
    assert there.before == back.after and there.after == back.before
    assert b"08-1" in (there.after or b"")
    records.close()


def test_replacing_twice_as_many_rows_is_twice_the_work(tmp_path: Path) -> None:
    """In steps of SQLite's own machine, which are the same however busy the computer is."""
    steps = []
    for count in (1_000, 2_000):
        file = ShopFile(tmp_path / f"{count}.sqlite")
        with file.commit():
            file.replace_registers(price_rows(count, 10_00), {}, 1)
        taken = 0

        def more() -> None:
            nonlocal taken
            taken += 1

        file._db.set_progress_handler(more, 100)
        with file.commit():
            file.replace_registers(price_rows(count, 11_00), {}, 2)
        file._db.set_progress_handler(None, 0)
        file.close()
        steps.append(taken)
    assert steps[0] > 100 and steps[1] < 2.5 * steps[0], steps


def price_rows(count: int, price_minor: int) -> list[Changed]:
    rows: list[Changed] = []
    for number in range(count):
        row = json.dumps({"price_minor": price_minor}).encode()
        hashed = hashlib.sha256(b"%d %d" % (number, price_minor)).digest()
        rows.append(("prices", f"{number:06}", row, hashed, number % 16))
    return rows


def test_the_command_says_what_it_made_and_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = Shop(tmp_path)
    live_through(shop)
    path, out = str(tmp_path / "shop.sqlite"), tmp_path / "out"
    period = ["--from", "2026-11-20", "--to", "2026-11-20"]
    told = [path, *period, "--folder", str(out)]
    assert export.main(told) == 0
    said = capsys.readouterr().out
    assert "-ej-mappade.json" in said and "filen är ofullständig" in said
    assert "line.added" in said and len(list(out.iterdir())) == 2
    assert export.main([*told, "--zip", "--json"]) == 0
    (zipped,) = json.loads(capsys.readouterr().out)["files"]
    assert zipped.endswith(".zip") and Path(zipped).stat().st_size > 1000
    assert export.main([path, "--from", "2020-01-01", "--to", "2020-01-02"]) == 3
    assert "no registrations" in capsys.readouterr().err
    assert export.main([str(tmp_path / "nothing.sqlite"), *period]) == 2


def test_what_is_rare_is_found_without_reading_the_journal(tmp_path: Path) -> None:
    Shop(tmp_path)
    records = JournalFile(tmp_path / "shop.sqlite")
    asked: list[str] = []
    records._db.set_trace_callback(asked.append)
    assert records.last_of("publication.applied", 99) and list(records.starts())
    records._db.set_trace_callback(None)
    assert len(asked) == 2
    for question in asked:
        plan = str(records._db.execute(f"EXPLAIN QUERY PLAN {question}").fetchall())
        assert "USING INDEX entry_rare" in plan, plan
    records.close()
