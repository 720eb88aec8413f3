"""X and Z at a till with much behind it, beside the same at a till with little; and the report of a
year while somebody sells.

A history is not sold: that would take hours. What it leaves is written instead, straight into the
file: for each past receipt its row and one short entry (so that the trees are as deep as they would
be; its bytes are no real record, and nothing reads them), for each past day its totals of every
article and its Z. Everything after that is done through the till's flow: sales, X and Z.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from skrin.domain.closing import days_between, next_day
from skrin.domain.role import OWNER
from skrin.sync.messages import Person
from skrin.till.flow import reporting
from skrin.till.flow.clock import Instant
from skrin.till.flow.counter import Counter
from skrin.till.flow.till import Till
from skrin.till.flow.writer import InlineWriter
from skrin.till.storage.schema import connect
from skrin.till.storage.shop_file import ShopFile
from skrin.till.storage.shop_reader import ShopReader
from skrin.town.bench_flow import ARTICLES, BEGINS, Seat, open_till, sell
from skrin.town.replay_till import ReplayClock

FEW, MANY = 10_000, 1_000_000
RECEIPTS_A_DAY = 1_000
DAY_RECEIPTS = 10_000
LAST_DAY = "2026-11-19"
YEAR_DAYS = 365
SALES_BETWEEN = 3
SALES_TIMED = 120

EVA = Person("p2", "Eva", OWNER.name, (1,))


@dataclass(slots=True)
class ClosingFigures:
    """Seconds of every X and Z after few and many receipts, those of a day of many receipts, and of
    sales without and with a year's report being made beside them."""

    few: int
    many: int
    few_x_s: list[float] = field(default_factory=list)
    many_x_s: list[float] = field(default_factory=list)
    few_z_s: list[float] = field(default_factory=list)
    many_z_s: list[float] = field(default_factory=list)
    day_x_s: float = 0.0
    day_z_s: float = 0.0
    period_s: list[float] = field(default_factory=list)
    alone_s: list[float] = field(default_factory=list)
    beside_s: list[float] = field(default_factory=list)


def closing_figures(
    data: Path, rounds: int, sizes: tuple[int, int] = (FEW, MANY)
) -> ClosingFigures:
    """Measure in `data`; the two tills take turns, round by round."""
    few, many = sizes
    found = ClosingFigures(few, many)
    tills = [_till_with(data / str(size), size) for size in sizes]
    for _ in range(rounds):
        for counter, x_s, z_s in (
            (tills[0], found.few_x_s, found.few_z_s),
            (tills[1], found.many_x_s, found.many_z_s),
        ):
            sell(counter, SALES_BETWEEN)
            x_s.append(_seconds(lambda counter=counter: counter.x_report(EVA)))  # type: ignore[misc]
            z_s.append(_seconds(lambda counter=counter: _close(counter)))  # type: ignore[misc]
    _long_day(tills[1], found)
    _year_beside_sales(tills[1], found)
    for counter in tills:
        counter.upload_lane.reader.close()
        counter.till.file.close()
    return found


def _seconds(do: Callable[[], object]) -> float:
    began_s = time.perf_counter()
    do()
    return time.perf_counter() - began_s


def _close(counter: Counter) -> None:
    counter.close_days(EVA, counter.till.today())


def _till_with(folder: Path, receipts: int) -> Counter:
    """A till that has sold `receipts` times before today."""
    folder.mkdir(parents=True)
    seat = Seat(7, "till-1", 1, "BENCH-1")
    counter = open_till(folder, seat)
    path, head = counter.till.file.path, counter.till.head.seq
    counter.upload_lane.reader.close()
    counter.till.file.close()
    _write_history(path, head, receipts)
    return _opened_again(folder, counter)


def _opened_again(folder: Path, before: Counter) -> Counter:
    till = before.till
    again = Till(
        ShopFile(folder / "shop.sqlite"),
        till.identity,
        till.country,
        till.devices,
        ReplayClock(Instant(BEGINS.utc_ms, BEGINS.offset_min)),
        InlineWriter(),
    )
    return Counter(again, before.upload_lane.link, 1)


def _write_history(path: Path, head: int, receipts: int) -> None:
    """What `receipts` sales leave: rows of the days before today, and Z on each of them."""
    days = _days_before_today(max(1, receipts // RECEIPTS_A_DAY))
    a_day = receipts // len(days)
    at_ms = BEGINS.utc_ms - 86_400_000
    db = connect(path)
    db.execute("PRAGMA synchronous = OFF")
    db.execute("BEGIN")
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
    db.execute(
        f"{numbers} INSERT INTO entry SELECT ? + i, 'history', ?, 1, ?, randomblob(100),"  # noqa: S608
        " randomblob(32) FROM n",
        (receipts, head, LAST_DAY, at_ms),
    )
    for place, day in enumerate(days):
        first = place * a_day
        db.execute(
            f"{numbers} INSERT INTO receipt"  # noqa: S608
            " SELECT ? + i, ?, 'sale', ? + i, ? + i, ?, 3400, 'Kontant' FROM n",
            (a_day, first, day, head + first, head + first, at_ms),
        )
        db.executemany("INSERT INTO totals VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?)", _totals(day, a_day))
        db.execute(
            "INSERT INTO closing VALUES (?, ?, 1, ?, ?)",
            (place + 1, day, head + first + a_day, a_day * 3400),
        )
    db.executemany(
        "INSERT OR REPLACE INTO series VALUES (?, ?)",
        [("receipt", a_day * len(days)), ("z", len(days))],
    )
    db.executemany(
        "INSERT OR REPLACE INTO state VALUES (?, ?)",
        [
            ("grand_sales_minor", str(a_day * len(days) * 3400)),
            ("fold_from", str(head + receipts + 1)),
        ],
    )
    db.execute("COMMIT")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def _days_before_today(count: int) -> list[str]:
    first = LAST_DAY
    for _ in range(count - 1):
        first = _day_before(first)
    days = days_between(first, LAST_DAY)
    assert len(days) == count and next_day(days[-1]) == "2026-11-20"
    return days


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def _totals(day: str, receipts: int) -> list[tuple[object, ...]]:
    """A day's totals: every article was sold, the sums of the rest follow."""
    whole = receipts * 3400
    rows: list[tuple[object, ...]] = [
        (day, "receipts", "", "", receipts, 0, whole, 0),
        (day, "method", "1", "Kontant", receipts, 0, whole, 0),
        (day, "cash", "", "", receipts, 0, whole, 0),
        (day, "goods", "", "", receipts, 0, 0, 0),
        (
            day,
            "group_rate",
            "10:600",
            "Grupp 10",
            receipts,
            receipts * 1000,
            whole,
            whole * 6 // 106,
        ),
    ]
    rows += [
        (day, "article", f"{n}:10", f"Artikel nummer {n}", 10, 10_000, 340_00, 19_25)
        for n in range(1, ARTICLES + 1)
    ]
    return rows


def _long_day(counter: Counter, found: ClosingFigures) -> None:
    """A day of ten thousand receipts: its rows are as many as those of any other."""
    sell(counter, SALES_BETWEEN)
    till = counter.till
    with till.file.commit():
        rows = list(till.file.totals(till.today(), _period(counter)).values())
        for _ in range(DAY_RECEIPTS // SALES_BETWEEN):
            till.file.raise_totals(till.today(), _period(counter), rows)
    found.day_x_s = _seconds(lambda: counter.x_report(EVA))
    found.day_z_s = _seconds(lambda: _close(counter))


def _period(counter: Counter) -> int:
    return counter.till.file.counted_periods(counter.till.head.last_closed)[-1][1]


def _year_beside_sales(counter: Counter, found: ClosingFigures) -> None:
    """Sales alone, then sales while the report of a year is made over and over beside them."""
    found.alone_s = _timed_sales(counter)
    over = threading.Event()
    reader = ShopReader(counter.till.file.path)
    first = _days_before_today(YEAR_DAYS)[0]

    def work() -> None:
        while not over.is_set():
            found.period_s.append(
                _seconds(
                    lambda: reporting.period_report(
                        counter.till, reader, EVA, first, LAST_DAY, by_article=True
                    )
                )
            )

    thread = threading.Thread(target=work, name="period", daemon=True)
    thread.start()
    try:
        found.beside_s = _timed_sales(counter)
    finally:
        over.set()
        thread.join(30)
        with suppress(Exception):
            reader.close()


def _timed_sales(counter: Counter) -> list[float]:
    return [_seconds(lambda: sell(counter, 1)) for _ in range(SALES_TIMED)]
