"""The file of a (till, store): its journal, and the read models that each commit changes with it.

A commit is on the disk when it returns (D32). The entry table is frozen (D30); every other table is
a fold over it and can be thrown away and made again. All writes come from the one writer (D20).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from skrin.domain.entry import Entry
from skrin.domain.report import REPLACING_KINDS, TotalsRow
from skrin.till.storage.schema import SHOP_SCHEMA, make_tables, sync_folder
from skrin.till.storage.shop_reader import ShopReader

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
        make_tables(self._db, SHOP_SCHEMA)
        if fresh:
            sync_folder(path.parent)

    @contextmanager
    def commit(self) -> Iterator[None]:
        """One durable commit: everything written inside, or nothing of it."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            # A full disk may have rolled back by itself.
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    # Writing: only inside `commit`.

    def append(self, entry: Entry) -> None:
        """Add an entry after the head. The caller made its number and its chain."""
        h = entry.header
        self._db.execute(
            _ADD_ENTRY,
            (h.seq, h.kind, h.business_day, h.period, h.at_utc_ms, entry.record, entry.hash),
        )

    def raise_totals(self, business_day: str, period: int, rows: Iterable[TotalsRow]) -> None:
        """Add rows to the running totals of a period."""
        for row in rows:
            self._db.execute(
                _PUT_TOTALS if row.kind in REPLACING_KINDS else _ADD_TOTALS,
                (
                    business_day,
                    period,
                    row.kind,
                    row.key,
                    row.name,
                    row.count,
                    row.quantity_milli,
                    row.amount_minor,
                    row.vat_minor,
                ),
            )

    def put_state(self, name: str, value: str) -> None:
        """Remember a small value beside the journal."""
        self._db.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (name, value))

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

    def add_closing(
        self, number: int, business_day: str, period: int, seq: int, net_minor: int
    ) -> None:
        """A Z, to be found again."""
        self._db.execute(
            "INSERT INTO closing VALUES (?, ?, ?, ?, ?)",
            (number, business_day, period, seq, net_minor),
        )

    def put_register_row(self, section: str, key: str, row: bytes | None, digest: bytes) -> None:
        """A row of the published registers; None takes it away."""
        if row is None:
            self._db.execute(
                "DELETE FROM register_row WHERE section = ? AND key = ?", (section, key)
            )
        else:
            self._db.execute(
                "INSERT OR REPLACE INTO register_row VALUES (?, ?, ?, ?)",
                (section, key, row, digest),
            )

    def clear_registers(self) -> None:
        """Take all published rows away: a whole publication follows in the same commit."""
        self._db.execute("DELETE FROM register_row")
