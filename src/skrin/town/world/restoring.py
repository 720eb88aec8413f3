"""Registers made again from the office alone, and held against the tills' own files (D24).

What a till has that is not in its journal (names of parked receipts, codes of cards, what was read
of devices) is not made again; everything that its entries say is.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from skrin.domain.entry import JournalDamage
from skrin.sync.history import HistoryAnswer
from skrin.sync.publication import bucket_digests, digest_of_buckets, row_hash
from skrin.till.flow.rebuilding import Rebuilding, differences
from skrin.till.storage.shop_file import ShopFile
from skrin.town.world.ledger import Finding, must
from skrin.town.world.tills import TownTill

if TYPE_CHECKING:
    from skrin.town.world.running import World

TABLES = {
    "entry": "seq, kind, business_day, period, at_utc_ms, record, hash",
    "receipt": "*",
    "closing": "*",
    "totals": "*",
    "series": "*",
    "returned": "*",
    "right_hold": "*",
}
STATES = ("grand_sales_minor", "grand_returns_minor", "cash_carried_minor", "last_order_no")

PIECE_BYTES = 200_000


class Restored:
    """The registers of a town, each made again from what the office has. They grow as it does."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self._folder = folder
        self._made: dict[str, Rebuilding] = {}
        self.compared = 0

    def check(self, one: TownTill) -> None:
        """Fetch what is new of a till whose journal the office has whole; then its register and
        the one that was made again must say the same, to the byte. Raises `Finding`."""
        made = self._made.get(one.register)
        if made is None:
            made = Rebuilding(ShopFile(self._folder / one.register / "shop.sqlite"))
            self._made[one.register] = made
        self._fetch(one, made)
        told = differences(made.file)
        must(not told, f"{one.name} made again: {', '.join(told)} says otherwise than its entries")
        original, again = _told(one.file.path), _told(made.file.path)
        for what, rows in original.items():
            missing, more = sorted(rows - again[what]), sorted(again[what] - rows)
            must(
                not (missing or more),
                f"{one.name} made again from the office has another {what}:"
                f" {more[:1]} for {missing[:1]}",
            )
        self.compared += 1

    def _fetch(self, one: TownTill, made: Rebuilding) -> None:
        from skrin.office.ingest import queries

        company, till = self.world.office.company, one.enrolled.till
        while True:
            with self.world.office.inside():
                found = queries.records_after(company, till, one.store, made.head_seq, PIECE_BYTES)
            answer = HistoryAnswer(one.name, found[0], tuple(found[1]))
            if not answer.records:
                return
            try:
                made.take(answer.records)
            except JournalDamage as damage:
                raise Finding(f"{one.name} cannot be made again: {damage}") from damage

    def close(self) -> None:
        """Close the files."""
        for made in self._made.values():
            made.file.close()


def _told(file: Path) -> dict[str, set[tuple[object, ...]]]:
    """What a file keeps beside the records of its journal; a state of 0 says nothing."""
    with sqlite3.connect(file) as db:
        found = {
            table: {*db.execute(f"SELECT {columns} FROM {table}")}  # noqa: S608 (names of ours)
            for table, columns in TABLES.items()
        }
        marks = ", ".join("?" * len(STATES))
        states = db.execute(f"SELECT name, value FROM state WHERE name IN ({marks})", STATES)  # noqa: S608
        found["state"] = {row for row in states if row[1] not in ("", "0")}
    db.close()
    return found


def digest_of_registers(file: Path) -> str:
    """The digest of the registers in a till's file, added up from the rows themselves."""
    with sqlite3.connect(file) as db:
        rows = db.execute("SELECT section, key, row FROM register_row").fetchall()
    db.close()
    hashes = [(section, key, row_hash(section, key, row)) for section, key, row in rows]
    return digest_of_buckets(bucket_digests(hashes))


__all__ = ["Restored", "digest_of_registers"]
