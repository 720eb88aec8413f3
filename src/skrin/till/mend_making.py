"""A shop's file made again: its entries, what they tell, and what else of the old file is proven.

Nothing is taken from the damaged file because it looks right. An entry fits into the chain; what
entries tell is folded anew; a value that no entry tells has two equal copies; a published row
matches its hash. What is left out is named.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from skrin.domain.codec import decode_body
from skrin.domain.entry import Entry, read_entry
from skrin.domain.journal import ArticleSoldOut, PublicationApplied
from skrin.sync.publication import bucket_digests, bucket_of, digest_of_buckets, row_hash
from skrin.till.flow import parking, soldout
from skrin.till.flow.rebuilding import ARCHIVE, DIFFERENCES, Rebuilding
from skrin.till.flow.till import FLOAT_DAY
from skrin.till.storage.damage import opened_at_any_rate
from skrin.till.storage.shop_file import ShopFile

BATCH_RECORDS = 500

TOLD_BY_ENTRIES = frozenset(
    {
        *("grand_sales_minor", "grand_returns_minor", "cash_carried_minor", "mode"),
        *(
            "return_mode",
            "fold_from",
            "handed_over",
            "last_order_no",
            FLOAT_DAY,
            DIFFERENCES,
            ARCHIVE,
        ),
    }
)
OF_REGISTERS = frozenset({"publication", "publication_digest"})
OF_LISTS = frozenset({soldout.TAG, parking.TAG})
"""Which list of the office this till has: the list and its tag are kept together or not at all."""

MADE_ANEW = frozenset({"article_index", "register_buckets"})

Row = tuple[object, ...]


@dataclass(slots=True)
class Making:
    """Makes a file of records. `left_out`: what of the old file could not be proven, in words."""

    old: Path
    head_seq: int
    left_out: list[str] = field(default_factory=list)
    _float_day: str = ""
    _torn: set[str] = field(default_factory=set)
    _sold_out: dict[int, tuple[bool, int]] = field(default_factory=dict)
    _applied: tuple[PublicationApplied, int] | None = None

    def make(self, records: Iterable[bytes], to: Path) -> None:
        """Make the file `to`. Raises `JournalDamage`, `sqlite3.Error`, `OSError`."""
        file = ShopFile(to)
        try:
            rebuilding = Rebuilding(file)
            rest = iter(records)
            while batch := list(islice(rest, BATCH_RECORDS)):
                rebuilding.take(self._remembered(batch))
            with file.commit():
                file.drop_state(DIFFERENCES)
                self._values(file)
                self._parked_names(file)
                self._gone_goods(file)
                self._registers(file)
        finally:
            file.close()

    def _remembered(self, batch: Iterable[bytes]) -> Iterator[bytes]:
        for record in batch:
            self._remember(read_entry(record))
            yield record

    def _remember(self, entry: Entry) -> None:
        header = entry.header
        if header.kind == "float.set":
            self._float_day = header.business_day
        if header.kind not in ("article.sold_out", "publication.applied"):
            return
        body = decode_body(header.kind, header.version, entry.body)
        if isinstance(body, ArticleSoldOut):
            self._sold_out[body.article] = body.on, header.seq
        elif isinstance(body, PublicationApplied):
            self._applied = body, header.seq

    def _values(self, file: ShopFile) -> None:
        one, two = (dict(self._pairs(table)) for table in ("state", "state_twin"))
        skipped = TOLD_BY_ENTRIES | OF_REGISTERS | MADE_ANEW | OF_LISTS
        for name in sorted({*one, *two} - skipped):
            values = {kept[name] for kept in (one, two) if name in kept}
            if len(values) == 1:
                file.put_state(name, values.pop())
            else:
                self.left_out.append(f"the setting or note “{name}”")
        if {"state", "state_twin"} <= self._torn:
            self.left_out.append("settings and notes of the till's own that could not be read")
        if self._float_day:
            file.put_state(FLOAT_DAY, self._float_day)
        if self._is_older():
            self.left_out.append("settings and notes of the till's own are older than its end")
            return
        for name in sorted({*one, *two} & OF_LISTS):
            if one.get(name) == two.get(name):
                file.put_state(name, one[name])

    def _is_older(self) -> bool:
        """Whether what the old file can still read ends before the journal does."""
        seqs = [row[0] for row in self._rows("entry", "seq", "seq")]
        return self.head_seq not in seqs

    def _pairs(self, table: str) -> Iterator[tuple[str, str]]:
        for name, value in self._rows(table, "name, value", "name"):
            if isinstance(name, str) and isinstance(value, str):
                yield name, value

    def _parked_names(self, file: ShopFile) -> None:
        """What entries do not tell of a parked receipt: what people call it."""
        names: dict[str, set[str]] = {}
        for table in ("parked", "parked_twin"):
            for cart_id, name in self._rows(table, "cart_id, name", "cart_id"):
                names.setdefault(str(cart_id), set()).add(str(name))
        for cart_id, _, at_utc_ms, content, mode in file.parked_rows():
            known = names.get(cart_id, set())
            if len(known) == 1:
                file.put_parked(cart_id, known.pop(), at_utc_ms, content, mode)
            else:
                self.left_out.append(f"what the parked receipt {cart_id} is called")

    def _gone_goods(self, file: ShopFile) -> None:
        one, two = (
            {row[0] for row in self._rows(table, "article", "article")}
            for table in ("sold_out", "sold_out_twin")
        )
        if one == two and not self._is_older() and not {"sold_out", "sold_out_twin"} & self._torn:
            file.put_sold_out(int(str(article)) for article in sorted(one, key=str))
        else:
            file.drop_state(soldout.TAG)
            self.left_out.append("the list of what is sold out; the office tells it again")
        heard = int(file.state("acknowledged_seq", "0"))
        for article, (on, seq) in self._sold_out.items():
            if seq > heard:
                file.put_sold_out_mark(article, on, seq)

    def _registers(self, file: ShopFile) -> None:
        rows = []
        for section, key, row, hashed in self._rows(
            "register_row", "section, key, row, hash", "section, key"
        ):
            place = (section, key, row, hashed)
            if _fits(*place):
                assert isinstance(section, str) and isinstance(key, str)
                assert isinstance(row, bytes) and isinstance(hashed, bytes)
                rows.append((section, key, row, hashed, bucket_of(section, key)))
        rows.sort(key=lambda one: one[:2])
        buckets = bucket_digests((one[0], one[1], one[3]) for one in rows)
        if self._applied is None:
            return
        applied, seq = self._applied
        file.replace_registers(rows, buckets, seq)
        if digest_of_buckets(buckets) == applied.new_digest:
            file.put_state("publication", str(applied.number))
            file.put_state("publication_digest", applied.new_digest)
        else:
            self.left_out.append("published rows; the office sends all of them again")
        self._history(file)

    def _history(self, file: ShopFile) -> None:
        history, lost = [], 0
        for section, key, seq, row, hashed in self._rows(
            "register_history", "section, key, seq, row, hash", "section, key, seq"
        ):
            if isinstance(seq, int) and (row is None or _fits(section, key, row, hashed)):
                history.append((str(section), str(key), seq, row, hashed))
            else:
                lost += 1
        file.put_register_history(history)  # type: ignore[arg-type]
        if lost:
            self.left_out.append(f"{lost} rows of what prices and settings were before")

    def _rows(self, table: str, columns: str, order: str) -> list[Row]:
        """What can still be read of a table, from both of its ends."""
        found: dict[Row, None] = {}
        for way in (order, ", ".join(f"{name} DESC" for name in order.split(", "))):
            try:
                with closing(opened_at_any_rate(self.old)) as db:
                    for row in db.execute(f"SELECT {columns} FROM {table} ORDER BY {way}"):  # noqa: S608
                        found[tuple(row)] = None
                return list(found)
            except (sqlite3.Error, UnicodeError):
                self._torn.add(table)
        return list(found)


def _fits(section: object, key: object, row: object, hashed: object) -> bool:
    return (
        isinstance(section, str)
        and isinstance(key, str)
        and isinstance(row, bytes)
        and row_hash(section, key, row) == hashed
    )
