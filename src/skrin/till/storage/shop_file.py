"""The file of a (till, store): its journal, and the read models that each commit changes with it.

A commit is on the disk when it returns (D32). The entry table is frozen (D30); every other table is
a fold over it and can be thrown away and made again. All writes come from the one writer (D20).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from skrin.domain.entry import Entry
from skrin.domain.report import REPLACING_KINDS, TotalsRow
from skrin.till.storage import register_rows
from skrin.till.storage.article_index import INDEX_VERSION, index_all
from skrin.till.storage.register_reader import RegisterReader
from skrin.till.storage.schema import SHOP_VERSIONS, make_tables, sync_folder
from skrin.till.storage.shop_reader import ShopReader
from skrin.till.storage.witness import Witness

_ADD_TOTALS = """
INSERT INTO totals VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (business_day, period, kind, key) DO UPDATE SET
    name = excluded.name,
    count = count + excluded.count,
    quantity_milli = quantity_milli + excluded.quantity_milli,
    amount_minor = amount_minor + excluded.amount_minor,
    vat_minor = vat_minor + excluded.vat_minor
"""
_PUT_TOTALS = "INSERT OR REPLACE INTO totals VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_ADD_ENTRY = "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)"


class ShopFile(ShopReader):
    """The journal and read models of one (till, store). Not for several writers at once."""

    def __init__(self, path: Path) -> None:
        """Open the file, making it when it is not there."""
        fresh = not path.exists()
        path.parent.mkdir(parents=True, exist_ok=True)
        super().__init__(path)
        self._open_holds: list[bytes] | None = None
        self._witness = Witness(path)
        self._appended: tuple[int, bytes] | None = None
        make_tables(self._db, SHOP_VERSIONS)
        self.registers = RegisterReader(path)
        if self.state("article_index") != INDEX_VERSION:
            with self.commit():
                index_all(self._db)
                self.put_state("article_index", INDEX_VERSION)
        if self.state("register_buckets") != register_rows.VERSION:
            with self.commit():
                register_rows.spread(self._db)
                self.put_state("register_buckets", register_rows.VERSION)
        if fresh:
            sync_folder(path.parent)

    def close(self) -> None:
        """Close the file, and what other threads read of its registers."""
        self.registers.close()
        self._witness.close()
        super().close()

    def begin(self) -> None:
        """Begin a commit; `end` must follow."""
        self._db.execute("BEGIN IMMEDIATE")

    def end(self, failed: bool, at_end: Callable[[], None] = lambda: None) -> None:
        """Commit what was written since `begin`, and by `at_end`: on the disk when this returns.

        When it `failed`, or fails now, all of it is taken back.
        """
        committed = False
        try:
            if not failed:
                at_end()
                self._db.execute("COMMIT")
                committed = True
        finally:
            if not committed:
                self._open_holds = None
                self._appended = None
            # A full disk may have rolled back by itself.
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
        if self._appended:
            self._witness.put(*self._appended)
            self._appended = None

    @contextmanager
    def commit(self) -> Iterator[None]:
        """One durable commit: everything written inside, or nothing of it."""
        self.begin()
        failed = True
        try:
            yield
            failed = False
        finally:
            self.end(failed)

    def open_holds(self) -> list[bytes]:
        """As the reader's, remembered: every payment asks, and mostly there are none."""
        if self._open_holds is None:
            self._open_holds = super().open_holds()
        return self._open_holds

    # Writing: only inside `commit`.

    def append(self, entry: Entry) -> None:
        """Add an entry after the head. The caller made its number and its chain."""
        h = entry.header
        self._db.execute(
            _ADD_ENTRY,
            (h.seq, h.kind, h.business_day, h.period, h.at_utc_ms, entry.record, entry.hash),
        )
        self._appended = h.seq, entry.hash

    def raise_totals(self, business_day: str, period: int, rows: Iterable[TotalsRow]) -> None:
        """Add rows to the running totals of a period; of some kinds the newest replaces."""
        added: list[tuple[object, ...]] = []
        put: list[tuple[object, ...]] = []
        for row in rows:
            values = (
                business_day,
                period,
                row.kind,
                row.key,
                row.name,
                row.count,
                row.quantity_milli,
                row.amount_minor,
                row.vat_minor,
            )
            (put if row.kind in REPLACING_KINDS else added).append(values)
        self._db.executemany(_ADD_TOTALS, added)
        if put:
            self._db.executemany(_PUT_TOTALS, put)

    def put_state(self, name: str, value: str) -> None:
        """Remember a small value beside the journal."""
        self._db.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (name, value))

    def drop_state(self, name: str) -> None:
        """Forget a small value."""
        self._db.execute("DELETE FROM state WHERE name = ?", (name,))

    def put_series(self, name: str, last: int) -> None:
        """The last number that a series has given."""
        self._db.execute("INSERT OR REPLACE INTO series VALUES (?, ?)", (name, last))

    def add_receipt(
        self,
        number: int,
        business_day: str,
        kind: str,
        sealed_seq: int,
        signed_seq: int,
        at_utc_ms: int,
        total_minor: int,
        method: str,
    ) -> None:
        """A signed receipt, to be found again."""
        self._db.execute(
            "INSERT INTO receipt VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (number, business_day, kind, sealed_seq, signed_seq, at_utc_ms, total_minor, method),
        )

    def put_returned(self, receipt_id: str, quantities: Iterable[tuple[int, int]]) -> None:
        """How much of each line of a sale has come back by now: (line, quantity_milli)."""
        self._db.execute("DELETE FROM returned WHERE receipt_id = ?", (receipt_id,))
        self._db.executemany(
            "INSERT INTO returned VALUES (?, ?, ?)",
            [(receipt_id, line, quantity_milli) for line, quantity_milli in quantities],
        )

    def put_hold(self, kind: str, key: str, hold: bytes, is_open: bool) -> None:
        """What lies here of a right now."""
        self._open_holds = None
        self._db.execute(
            "INSERT OR REPLACE INTO right_hold VALUES (?, ?, ?, ?)", (kind, key, int(is_open), hold)
        )

    def drop_hold(self, kind: str, key: str) -> None:
        """Nothing of a right lies here, and nothing is to be remembered of it."""
        self._open_holds = None
        self._db.execute("DELETE FROM right_hold WHERE kind = ? AND key = ?", (kind, key))

    def drop_holds(self) -> None:
        """Nothing of any right lies here any more."""
        self._open_holds = None
        self._db.execute("DELETE FROM right_hold")

    def put_receipt_from_office(self, receipt_id: str, key: str, content: bytes) -> None:
        """Another till's sale, of which something may now be returned here."""
        self._db.execute(
            "INSERT OR REPLACE INTO receipt_from_office VALUES (?, ?, ?)",
            (receipt_id, key, content),
        )

    def put_parked(
        self, cart_id: str, name: str, parked_utc_ms: int, content: bytes, mode: str = ""
    ) -> None:
        """A cart set aside, with its name; one of practice stays with practice. `mode`: empty =
        that of the till now."""
        self._db.execute(
            "INSERT OR REPLACE INTO parked VALUES (?, ?, ?, ?, coalesce(nullif(?, ''),"
            " (SELECT value FROM state WHERE name = 'mode'), 'normal'))",
            (cart_id, name, parked_utc_ms, content, mode),
        )

    def drop_practised(self) -> None:
        """Practice is over: what was parked in it is nobody's."""
        self._db.execute("DELETE FROM parked WHERE mode <> 'normal'")

    def put_sold_out_mark(self, article: int, on: bool, seq: int) -> None:
        """What this till said of an article, in the entry `seq`."""
        self._db.execute(
            "INSERT OR REPLACE INTO sold_out_mark VALUES (?, ?, ?)", (article, int(on), seq)
        )

    def put_sold_out(self, articles: Iterable[int]) -> None:
        """The store's list, as the office told it."""
        self._db.execute("DELETE FROM sold_out")
        self._db.executemany("INSERT INTO sold_out VALUES (?)", [(one,) for one in articles])

    def drop_sold_out_marks(self, through_seq: int) -> None:
        """The office has heard this till's marks up to an entry: its list says it all."""
        self._db.execute("DELETE FROM sold_out_mark WHERE seq <= ?", (through_seq,))

    def drop_parked(self, cart_id: str) -> None:
        """A parked cart is fetched or given up; its name goes with it."""
        self._db.execute("DELETE FROM parked WHERE cart_id = ?", (cart_id,))

    def add_closing(
        self, number: int, business_day: str, period: int, seq: int, net_minor: int
    ) -> None:
        """A Z, to be found again."""
        self._db.execute(
            "INSERT INTO closing VALUES (?, ?, ?, ?, ?)",
            (number, business_day, period, seq, net_minor),
        )

    def replace_registers(
        self, rows: Iterable[register_rows.Changed], buckets: Mapping[int, bytes], seq: int
    ) -> None:
        """See `register_rows.replace_all`."""
        register_rows.replace_all(self._db, rows, buckets, seq)

    def put_register_history(
        self, rows: Iterable[tuple[str, str, int, bytes | None, bytes | None]]
    ) -> None:
        """What rows were before: (section, key, seq, row, hash)."""
        self._db.executemany("INSERT OR REPLACE INTO register_history VALUES (?, ?, ?, ?, ?)", rows)

    def change_registers(
        self, rows: Iterable[register_rows.Changed], buckets: Mapping[int, bytes], seq: int
    ) -> None:
        """See `register_rows.change`."""
        register_rows.change(self._db, rows, buckets, seq)
