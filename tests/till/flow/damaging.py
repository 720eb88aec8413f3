"""Changed bytes in a till's file, from a seed, and what must come of them.

`python -m tests.till.flow.damaging 1 2000` tries the seeds from 1 to 2000 and counts.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

from tests.till.flow.shop import BUN, COFFEE, Shop
from tests.till.flow.test_closing_properties import EVA, park, sell, sell_by_card

from skrin.domain.entry import Entry
from skrin.sync.history import HistoryAnswer, HistoryQuestion
from skrin.till.examining import examine
from skrin.till.flow import closing as closings
from skrin.till.flow import returning, soldout
from skrin.till.mend import Mended, Register, Sources, mend
from skrin.till.mend_making import OF_LISTS, OF_REGISTERS
from skrin.till.storage.damage import Finding, look

REGISTER = "till-1-1"
SECTOR = 512
FILES = ("shop.sqlite", "shop.sqlite-wal", "shop.head")
Figures = dict[str, list[tuple[object, ...]]]

USUAL = {("mode", "normal"), ("return_mode", "off")}
PUBLISHED = ("register_row", "article_text", "article_code", "register_bucket")
NAMED = {
    "published": {"register_row", "article_text", "article_code", "register_bucket"},
    "prices": {"register_history"},
    "called": {"parked"},
    "sold out": {"sold_out"},
    "older than its end": {"state", "parked", "sold_out"},
}
"""What may differ after mending, by the words that it is named with."""

SHADOWS = ("article_part", "article_start", "sqlite_", "state_twin", "parked_twin", "sold_out_twin")
"""What only finds articles, or is a second copy: it holds no figure of its own."""


def some_days(shop: Shop) -> None:
    """Days of a shop, with what entries tell and what none tells; the last one is open."""
    for _ in range(3):
        closings.set_float(shop.till, EVA, 500_00)
        for _ in range(3):
            sell(shop)
        sell_by_card(shop)
        sell(shop, BUN)
        number = shop.till.series["receipt"]
        returning.return_line(shop.till, EVA, shop.tap_id(), number, 1)
        shop.counter.pay_cash(EVA, shop.tap_id(), None)
        key = returning.own_key(shop.till, shop.till.file, number - 1)
        shop.counter.copy_receipt(EVA, shop.tap_id(), key)
        shop.counter.work_off()
        shop.counter.close_days(EVA, shop.till.today())
        shop.clock.forward(86_400)
    sell(shop)
    park(shop)
    soldout.mark(shop.till, EVA, BUN, True)
    with shop.till.file.commit():
        shop.till.file.put_sold_out([COFFEE])
        shop.till.file.put_state("a_note", "1")
    sell(shop)


def as_it_lies(shop: Shop, to: Path) -> Path:
    """A copy of the files as a kill would leave them; the path of the shop's file."""
    to.mkdir(parents=True)
    for name in FILES:
        if (shop.folder / name).exists():
            shutil.copyfile(shop.folder / name, to / name)
    return to / "shop.sqlite"


def figures(path: Path) -> Figures:
    """All that the file tells, table by table."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
        names = [
            name
            for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            if not name.startswith(SHADOWS)
        ]
        return {
            name: sorted(db.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in names
        }


def harm(folder: Path, dice: random.Random) -> str:
    """Change what lies on the disk; what was done, in words."""
    names = [n for n in FILES[:2] if (folder / n).exists() and (folder / n).stat().st_size]
    sizes = [(folder / name).stat().st_size for name in names]
    (name,) = dice.choices(names, sizes)
    content = bytearray((folder / name).read_bytes())
    at = dice.randrange(len(content))
    way = dice.choice(("bit", "bit", "byte", "byte", "sector", "torn page", "cut", "swapped"))
    if name == "shop.sqlite" and way == "cut":
        way = "byte"
    page = at // 4096 * 4096
    if way == "bit":
        content[at] ^= 1 << dice.randrange(8)
    elif way == "byte":
        content[at] = dice.randrange(256)
    elif way == "sector":
        start = at // SECTOR * SECTOR
        content[start : start + SECTOR] = bytes(len(content[start : start + SECTOR]))
    elif way == "torn page":
        other = dice.randrange(len(content)) // 4096 * 4096
        half = content[other : other + 2048]
        content[page : page + len(half)] = half
    elif way == "swapped":
        start, other = at // SECTOR * SECTOR, dice.randrange(len(content)) // SECTOR * SECTOR
        one, two = content[start : start + SECTOR], content[other : other + SECTOR]
        if len(one) == len(two) == SECTOR:
            content[start : start + SECTOR], content[other : other + SECTOR] = two, one
    else:
        del content[at:]
    (folder / name).write_bytes(content)
    return f"{name}: {way} at {at}"


def found_in(path: Path) -> tuple[Finding, ...]:
    """What the short look and the whole examination find."""
    return (*look(path), *examine(path).findings)


class FarOffice:
    """An office that has the first entries of a journal."""

    def __init__(self, entries: list[Entry]) -> None:
        self.entries = entries

    def history(self, question: HistoryQuestion) -> HistoryAnswer:
        after = [e.record for e in self.entries if e.header.seq > question.after_seq]
        return HistoryAnswer("TORG1", len(self.entries), tuple(after[:40]))


def mended(data: Path, office: FarOffice) -> Mended:
    """Mend the register in a folder."""
    return mend(Register(data, 7, "till-1", 1), Sources(office))  # type: ignore[arg-type]


def after_mending(path: Path, expected: Figures, entries: list[Entry], words: str) -> str:
    """What mending made of it: `whole`, or what is not as it was."""
    told = mended(path.parent.parent, FarOffice(entries))
    assert told.chain is not None and told.chain.is_whole, (words, told.lines())
    assert found_in(path) == (), (words, found_in(path))
    now = figures(path)
    if told.left_out:
        words = f"{words}: {told.left_out}"
    differing = {table for table in expected if now[table] != expected[table]}
    odd = {n for n, v in {*expected["state"]} ^ {*now["state"]} if (n, v) not in USUAL} - {
        "fold_from"
    }
    if differing <= {"state"} and not odd:
        return "mended"
    named = " ".join(told.left_out)
    allowed = set().union(*(tables for said, tables in NAMED.items() if said in named))
    if all(str(n) in named or (n in OF_LISTS | OF_REGISTERS) for n in odd):
        differing -= {"state"}
    if differing <= allowed:
        return "mended, with what is named"
    print("differs", words, differing, odd)
    return "differs"


def sweep(first: int, last: int) -> Counter[str]:
    """Try seeds; what came of them, counted. A silent change is told with its seed."""
    told: Counter[str] = Counter()
    base = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
    try:
        (base / "shop").mkdir()
        shop = Shop(base / "shop")
        some_days(shop)
        entries = list(shop.till.file.entries(1))
        running = as_it_lies(shop, base / "killed").parent
        shop.counter.upload_lane.reader.close()
        shop.till.file.close()
        ended = as_it_lies(shop, base / "ended").parent
        expected = figures(ended / "shop.sqlite")
        for whole in (running, ended):
            assert figures(whole / "shop.sqlite") == expected
            assert found_in(whole / "shop.sqlite") == (), "nothing is found where nothing is wrong"
        for seed in range(first, last + 1):
            dice = random.Random(seed)
            shutil.rmtree(base / "harmed", ignore_errors=True)
            folder = base / "harmed" / REGISTER
            shutil.copytree(dice.choice((running, ended)), folder)
            words = harm(folder, dice)
            path, words = folder / "shop.sqlite", f"seed {seed}: {words}"
            came = outcome(path, expected, words)
            told[came] += 1
            if came == "noticed":
                told[after_mending(path, expected, entries, words)] += 1
    finally:
        shutil.rmtree(base)
    return told


def outcome(path: Path, expected: Figures, words: str) -> str:
    """`noticed`, `nothing changed`, or `silent`, which must never be."""
    if found_in(path):
        return "noticed"
    try:
        same = figures(path) == expected
    except sqlite3.Error as fault:
        print("silent", words, fault)
        return "silent"
    if not same:
        print("silent", words)
        now = figures(path)
        for table, rows in expected.items():
            if now[table] != rows:
                print("   ", table, [r for r in now[table] if r not in rows][:2])
        return "silent"
    return "nothing changed"


if __name__ == "__main__":
    began = time.perf_counter()
    print(dict(sweep(int(sys.argv[1]), int(sys.argv[2]))))
    print(f"{time.perf_counter() - began:.1f} s")
