"""Real till data as the replay sells it: `Date,Time,Transaction,Item`, one row for each piece.

Read here by a reader of its own; the independent script reads the same file by another.
"""

from __future__ import annotations

import csv
import itertools
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from skrin.domain.article import EAT_IN, TAKE_AWAY
from skrin.domain.money import parse_amount
from skrin.domain.refusal import Refusal
from skrin.till.flow.clock import Instant

COLUMNS = ["Date", "Time", "Transaction", "Item"]


class Unreadable(Exception):
    """Input that cannot be used: which file, which line, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Rules:
    """`rules.toml`: what is left out, how the rest is sold, how it is paid."""

    zone: str
    left_out: frozenset[str]
    unknown_group: str
    unknown_price_minor: int
    way: str
    cash_when_divisible_by: int


@dataclass(frozen=True, slots=True)
class Sale:
    """A transaction that sells: its number in the file, its local moment, its items in order."""

    transaction: int
    at: Instant
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SalesFile:
    """What a file holds. `transactions` counts those too that sell nothing."""

    rows: int
    transactions: int
    sales: tuple[Sale, ...]


def read_rules(path: Path) -> Rules:
    """Read `rules.toml`. Raises `Unreadable`, also for a rule that the till does not follow."""
    try:
        with path.open("rb") as file:
            said = tomllib.load(file)
        rules = Rules(
            str(said["time"]["zone"]),
            frozenset(said["items"]["left_out"]),
            str(said["unknown_items"]["group"]),
            parse_amount(said["unknown_items"]["price"]),
            said["sale"]["way"],
            said["payment"]["cash_when_divisible_by"],
        )
        merging = (said["lines"]["merge_equal_taps"], said["lines"]["merge_open_prices"])
    except (OSError, KeyError, ValueError, Refusal) as fault:
        raise Unreadable(f"{path.name} cannot be read: {fault!r}") from fault
    if merging != (True, False):
        # Otherwise VAT would be shared to other lines than the till's, and differ by an öre.
        raise Unreadable(
            f"{path.name}: the till raises the last line at an equal tap, and never one with an"
            " open price: merge_equal_taps must be true and merge_open_prices false"
        )
    if rules.way not in (EAT_IN, TAKE_AWAY) or rules.cash_when_divisible_by < 1:
        raise Unreadable(f"{path.name}: way or cash_when_divisible_by is none that is known")
    return rules


def read_price_list(path: Path) -> dict[str, str]:
    """`pricelist.csv`: the article number that each item text is sold as. Raises `Unreadable`."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            return {row["item"]: row["article"] for row in csv.DictReader(file)}
    except (OSError, KeyError, ValueError) as fault:
        raise Unreadable(f"{path.name} cannot be read: {fault!r}") from fault


def read_sales(path: Path, rules: Rules) -> SalesFile:
    """Read a file of sales in the order of time. Raises `Unreadable` with the line's number."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            return _sales_file(path.name, csv.reader(file), rules)
    except OSError as fault:
        raise Unreadable(f"{path}: {fault.strerror or fault}") from fault
    except (UnicodeDecodeError, csv.Error) as fault:
        raise Unreadable(f"{path.name} is no CSV file in UTF-8: {fault}") from fault


def _sales_file(name: str, rows: Iterator[list[str]], rules: Rules) -> SalesFile:
    header = next(rows, None)
    if header is None or [column.strip() for column in header] != COLUMNS:
        raise Unreadable(f"{name}: the first line must be {','.join(COLUMNS)}")
    zone = ZoneInfo(rules.zone)
    count = 0
    numbers: set[int] = set()
    sales: list[Sale] = []
    for key, group in itertools.groupby(enumerate(rows, start=2), key=lambda row: row[1][:3]):
        lines = list(group)
        where = f"{name}, line {lines[0][0]}"
        if wrong := [number for number, row in lines if len(row) != len(COLUMNS)]:
            raise Unreadable(f"{name}, line {wrong[0]}: not {len(COLUMNS)} fields")
        sale = _sale(where, key, [row[3] for _, row in lines], rules, zone)
        if sale.transaction in numbers:
            raise Unreadable(
                f"{where}: transaction {sale.transaction} comes back, or has two times"
            )
        numbers.add(sale.transaction)
        count += len(lines)
        if not sale.items:
            continue
        if sales and sale.at.utc_ms < sales[-1].at.utc_ms:
            raise Unreadable(f"{where}: the time goes back")
        sales.append(sale)
    if not sales:
        raise Unreadable(f"{name}: nothing in it is a sale")
    return SalesFile(count, len(numbers), tuple(sales))


def _sale(where: str, key: list[str], items: list[str], rules: Rules, zone: ZoneInfo) -> Sale:
    day, clock, number = key
    try:
        at = local_instant(date.fromisoformat(day), time.fromisoformat(clock), zone)
        transaction = int(number)
    except ValueError as fault:
        raise Unreadable(f"{where}: {fault}") from fault
    texts = [item.strip() for item in items]
    return Sale(transaction, at, tuple(text for text in texts if text not in rules.left_out))


def local_instant(day: date, clock: time, zone: ZoneInfo) -> Instant:
    """The moment of a wall-clock time; of the two in an autumn night the first.

    Raises `ValueError` for a time that the clocks of the zone skipped.
    """
    local = datetime.combine(day, clock, zone)
    utc = local.astimezone(UTC)
    if utc.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise ValueError(f"{day} {clock} was skipped by the clocks of {zone.key}")
    offset = local.utcoffset()
    assert offset is not None, "a zone has an offset"
    return Instant(int(utc.timestamp()) * 1000, int(offset.total_seconds()) // 60)
