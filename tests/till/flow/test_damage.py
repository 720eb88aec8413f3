"""Damage of a till's file: found wherever it is, mended from what there is, or named as lost."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from copy import copy as copy_of
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.till.flow.damaging import (
    REGISTER,
    FarOffice,
    figures,
    found_in,
    mended,
    some_days,
    sweep,
)
from tests.till.flow.shop import CARD_CASE, COFFEE, HandClock, Shop
from tests.till.flow.test_closing_properties import EVA, MEMORY, STEPS, do, sell
from tests.till.flow.test_package import enrolled

from skrin.domain.entry import Entry, JournalDamage, make_entry
from skrin.domain.record import replace
from skrin.domain.refusal import Refusal
from skrin.till import backup, examining, mend
from skrin.till.flow import parking, selling
from skrin.till.mend import CannotMend, Register, Sources
from skrin.till.storage import damage
from skrin.till.storage.damage import ENTRY, LOG, MARKER, ROW, VALUE, look
from skrin.till.storage.salvage import resealed
from skrin.till.storage.schema import SHOP_VERSIONS

DEARER = "UPDATE register_row SET row = CAST(replace(CAST(row AS TEXT), '3400', '3300') AS BLOB)"
WORDS = "tre gröna bullar i en korg"


class Folder:
    """A till's folder, off, with days in it."""

    def __init__(self, data: Path, shop: Shop) -> None:
        self.data, self.path = data, data / REGISTER / "shop.sqlite"
        self.entries = list(shop.till.file.entries(1))
        shop.counter.upload_lane.reader.close()
        shop.till.file.close()
        self.path.parent.mkdir(parents=True)
        for name in ("shop.sqlite", "shop.head"):
            shutil.copyfile(shop.folder / name, self.path.with_name(name))
        enrolled(data)
        self.expected = figures(self.path)

    def copied(self, data: Path) -> Folder:
        """The same in another place, to be harmed."""
        copy = copy_of(self)
        shutil.copytree(self.data, data)
        copy.data, copy.path = data, data / REGISTER / "shop.sqlite"
        return copy

    def run(self, statement: str, *values: object) -> None:
        """Change rows behind the till's back."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as db:
            made = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
            triggers = db.execute(made).fetchall()
            for name, _ in triggers:
                db.execute(f"DROP TRIGGER {name}")
            db.execute(statement, values)
            for _, made in triggers:
                db.execute(made)

    def overwrite(self, entry: Entry) -> None:
        """Nothing of an entry is left in the file."""
        content = self.path.read_bytes()
        assert entry.record in content
        self.path.write_bytes(content.replace(entry.record, b"\xaa" * len(entry.record)))


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A few days, sold once for all tests."""
    place = tmp_path_factory.mktemp("days")
    shop = Shop(place)
    some_days(shop)
    return Folder(place / "till", shop)


@pytest.fixture
def folder(days: Folder, tmp_path: Path) -> Folder:
    return days.copied(tmp_path / "till")


@pytest.mark.slow
@pytest.mark.requirement("OPP-025")
def test_no_changed_byte_gives_another_figure_in_silence() -> None:
    told = sweep(1, 40)
    assert told["silent"] == told["differs"] == 0
    assert told["noticed"] > 20 and told["nothing changed"] > 5
    assert told["mended"] + told["mended, with what is named"] == told["noticed"]


@pytest.mark.parametrize(
    ("statement", "place", "named"),
    [
        ("UPDATE totals SET amount_minor = amount_minor + 1 WHERE kind = 'cash'", ROW, "totals"),
        ("UPDATE receipt SET total_minor = 1 WHERE number = 3", ROW, "3"),
        ("UPDATE series SET last = last - 1 WHERE name = 'receipt'", ROW, "receipt"),
        ("DELETE FROM returned", ROW, "returned"),
        ("UPDATE closing SET net_minor = 0 WHERE number = 2", ROW, "2"),
        ("DELETE FROM right_hold", ROW, "right_hold"),
        ("UPDATE parked SET content = zeroblob(9)", ROW, "parked"),
        ("UPDATE parked SET name = 'Bord 5'", VALUE, "parked"),
        ("UPDATE state SET value = '9' WHERE name = 'publication'", VALUE, "publication"),
        ("UPDATE state SET value = '1' WHERE name = 'grand_sales_minor'", ROW, "grand_sales"),
        ("INSERT INTO sold_out VALUES (99)", VALUE, "99"),
        ("UPDATE entry SET business_day = '2026-01-01' WHERE seq = 9", ENTRY, "9"),
        (DEARER, damage.REGISTERS, "prices"),
        ("UPDATE article_code SET article = 2 WHERE article = 1", damage.REGISTERS, "article_code"),
        ("DROP INDEX receipt_by_day", damage.FILE, "receipt_by_day"),
    ],
)
def test_what_is_wrong_is_named(folder: Folder, statement: str, place: str, named: str) -> None:
    assert found_in(folder.path) == ()
    folder.run(statement)
    found = examining.examine(folder.path).findings
    assert any(one.place == place and named in one.words() for one in found), found


def test_what_a_later_program_wrote_is_no_damage_to_one_that_was_gone_back_to(
    folder: Folder,
) -> None:
    """It brought a table, and an entry that counts what this program does not know of."""
    last = folder.entries[-1]
    header = replace(last.header, seq=last.header.seq + 1, kind="some.later_kind")
    later = make_entry(header, last.hash, b"{}")
    place = (header.seq, header.kind, header.business_day, header.period, header.at_utc_ms)
    folder.run("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)", *place, later.record, later.hash)
    folder.run("UPDATE totals SET amount_minor = amount_minor + 1 WHERE kind = 'cash'")
    folder.run("CREATE TABLE some_later (name TEXT)")
    folder.run(f"PRAGMA user_version = {len(SHOP_VERSIONS) + 1}")
    assert found_in(folder.path) == ()
    # What is the same in every version is looked at all the same.
    folder.run("UPDATE parked SET name = 'Bord 5'")
    assert [one.place for one in examining.examine(folder.path).findings] == [VALUE]


def test_a_log_that_ends_early_is_noticed_and_read_to_its_end(shop: Shop, tmp_path: Path) -> None:
    """SQLite takes what follows a changed byte in its log for a torn commit, and says nothing."""
    sell(shop)
    last = shop.till.head.seq
    register = tmp_path / "till" / REGISTER
    register.mkdir(parents=True)
    for name in ("shop.sqlite", "shop.sqlite-wal", "shop.head"):
        shutil.copyfile(shop.folder / name, register / name)
    path, log = register / "shop.sqlite", register / "shop.sqlite-wal"
    assert look(path) == ()
    content = bytearray(log.read_bytes())
    content[-100] ^= 1  # In the last page of the last commit.
    log.write_bytes(content)
    found = look(path)
    assert [one.place for one in found] == [LOG] and found[0].key.endswith(f"-{last}")
    # The witness alone says so: without it SQLite and every proof are content.
    (register / "shop.head").rename(register / "elsewhere")
    assert look(path) == () and examining.examine(path).findings == ()
    (register / "elsewhere").rename(register / "shop.head")
    enrolled(tmp_path / "till")
    told = mended(tmp_path / "till", FarOffice([]))
    assert told.chain is not None and told.chain.is_whole, "nothing is lost, nobody was asked"
    assert found_in(path) == () and resealed(b"", b"") == b""
    again = Shop(register, shop.clock)
    assert again.till.series["receipt"] == 1 and again.till.head.seq == last + 1


def test_lost_entries_are_named_and_the_register_sells_no_more(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = folder.entries[-4]
    folder.overwrite(gone)
    seq, last = gone.header.seq, folder.entries[-1].header.seq
    before = folder.path.read_bytes()
    args = [str(folder.data), "--without-office"]
    assert mend.main([*args, "--dry-run"]) == mend.EXIT_ENDED
    assert folder.path.read_bytes() == before and not (folder.data / MARKER).exists()
    assert mend.main(args) == mend.EXIT_ENDED
    said = capsys.readouterr().out
    assert f"LOST: the entries {seq} to {last}" in said and "entry: entry" in said
    (loose,) = folder.data.glob("damaged/*/loose.txt")
    kinds = [line.split()[1] for line in loose.read_text().splitlines() if line[0] != " "]
    assert kinds == [entry.header.kind for entry in folder.entries[-3:]], "they are kept to be read"
    assert not list(folder.data.rglob(".mend-*")) and not (folder.data / MARKER).exists()
    clock = HandClock()
    clock.forward(9 * 86_400)
    again = Shop(folder.path.parent, clock)
    till = again.till
    assert till.handed_over and till.sharing.frozen
    assert list(till.file.entries(1))[: seq - 1] == folder.entries[: seq - 1]
    with pytest.raises(Refusal, match="till_handed_over"):
        selling.tap_article(till, EVA, again.tap_id(), CARD_CASE)


def test_a_copy_has_what_neither_file_nor_office_has(folder: Folder, tmp_path: Path) -> None:
    words = tmp_path / "words"
    words.write_text(WORDS)
    copy = backup.make(folder.data, tmp_path / "copy", WORDS)
    for entry in folder.entries[-6:-3]:
        folder.overwrite(entry)
    args = [str(folder.data), "--without-office", "--copy", str(copy), "--passphrase", str(words)]
    assert mend.main(args) == mend.EXIT_WHOLE
    assert found_in(folder.path) == ()
    now = figures(folder.path)
    assert all(now[t] == rows for t, rows in folder.expected.items() if t != "state")


def test_a_file_that_is_gone_comes_back_from_the_office_as_far_as_it_has_it(
    folder: Folder,
) -> None:
    """What was never sent is lost with the file, and named by number: the witness knows of it."""
    folder.path.unlink()
    last = folder.entries[-1].header.seq
    assert [one.key for one in look(folder.path)] == [f"1-{last}"]
    told = mended(folder.data, FarOffice(folder.entries[:-5]))
    assert told.chain is not None and not told.chain.is_whole
    assert f"LOST: the entries {last - 4} to {last}" in "\n".join(told.lines())
    kept = [row for row in folder.expected["entry"] if int(str(row[0])) <= last - 5]
    assert figures(folder.path)["entry"] == kept
    assert found_in(folder.path) == ()


def test_another_history_at_the_office_changes_nothing(folder: Folder) -> None:
    folder.overwrite(folder.entries[-4])
    before = folder.path.read_bytes()
    with tempfile.TemporaryDirectory() as other:
        elsewhere = Shop(Path(other))
        for _ in range(9):
            sell(elsewhere)
        theirs = list(elsewhere.till.file.entries(1))
        elsewhere.till.file.close()
    with pytest.raises(CannotMend, match="another history"):
        mended(folder.data, FarOffice(theirs))
    assert folder.path.read_bytes() == before


class Killed(BaseException):
    """A death."""


def dying(original: Callable[..., object], left: list[int]) -> Callable[..., object]:
    """A step that is a death once so many others were taken."""

    def act(*args: object, **kwargs: object) -> object:
        if left[0] == 0:
            raise Killed
        left[0] -= 1
        return original(*args, **kwargs)

    return act


@pytest.mark.slow
def test_a_death_at_any_step_is_gone_on_from(
    folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.overwrite(folder.entries[20])
    office, deaths = FarOffice(folder.entries), 0
    register = Register(folder.data, 7, "till-1", 1)
    names = ("rename", "unlink", "write_text", "mkdir", "replace")
    for step in range(200):
        again = tmp_path / "again"
        shutil.copytree(folder.data, again)
        left = [step]
        register = Register(again, 7, "till-1", 1)
        with monkeypatch.context() as fate, suppress(Killed):
            for name in names:
                fate.setattr(Path, name, dying(getattr(Path, name), left))
            fate.setattr(mend.shutil, "rmtree", dying(shutil.rmtree, left))
            mend.mend(register, Sources(office))  # type: ignore[arg-type]
        ended = left[0] > 0
        deaths += not ended
        assert ended or (again / MARKER).exists() or (register.place / "shop.sqlite").exists()
        mend.mend(register, Sources(office))  # type: ignore[arg-type]
        assert found_in(register.place / "shop.sqlite") == (), step
        now = figures(register.place / "shop.sqlite")
        assert now["entry"] == folder.expected["entry"], step
        assert not register.work.exists() or not list(register.work.iterdir())
        assert len(list((again / mend.ASIDE).glob("*/shop.sqlite.damaged"))) == 1, step
        shutil.rmtree(again)
        if ended:
            break
    assert deaths > 10


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(sorted(STEPS)), min_size=4, max_size=16))
def test_nothing_is_found_where_nothing_is_wrong(steps: list[str]) -> None:
    place = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
    shop = Shop(place)
    try:
        for step in steps:
            do(shop, step)
        assert found_in(place / "shop.sqlite") == ()
    finally:
        shop.till.file.close()
        shutil.rmtree(place)


@pytest.mark.requirement("OPP-025")
def test_nothing_is_sold_at_a_price_that_a_disk_changed(shop: Shop) -> None:
    with closing(sqlite3.connect(shop.till.file.path, isolation_level=None)) as db:
        db.execute(DEARER)
    head = shop.till.head
    with pytest.raises(JournalDamage, match="is not as it was published") as raised:
        selling.tap_article(shop.till, EVA, "tap", COFFEE)
    assert damage.tells_damage(raised.value), "so the file is examined, and the till stops"
    assert shop.till.head == head and shop.till.desk.cart is None


def test_a_parked_receipt_is_told_by_entries(folder: Folder) -> None:
    """Its goods by the journal; what people call it by whichever copy still has it."""
    folder.run("UPDATE parked SET content = zeroblob(9), name = ''")
    told = mended(folder.data, FarOffice(folder.entries))
    assert any("called" in what for what in told.left_out)
    again = Shop(folder.path.parent)
    (kept,) = parking.parked_carts(again.till.file)
    assert kept.cart.lines and kept.name == ""
