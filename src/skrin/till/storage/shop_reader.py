"""Reading a shop's file: entries as they were written, and the read models beside them.

A reader sees only what is committed: it has a connection of its own, one for each thread.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path

from skrin.domain.entry import GENESIS_HASH, Entry, read_entry
from skrin.domain.report import PeriodNet, Totals, TotalsRow
from skrin.till.storage.schema import NUMBERED, connect


class ShopReader:
    """What a shop's file holds."""

    def __init__(self, path: Path) -> None:
        """Open a file that is there."""
        self.path = path
        self._db: sqlite3.Connection = connect(path)

    def close(self) -> None:
        """Close the connection."""
        self._db.close()

    def head(self) -> tuple[int, bytes, int, str]:
        """(seq, hash, at_utc_ms, business_day) of the last entry; seq 0 for an empty journal."""
        row = self._db.execute(
            "SELECT seq, hash, at_utc_ms, business_day FROM entry ORDER BY seq DESC LIMIT 1"
        ).fetchone()
        return tuple(row) if row else (0, GENESIS_HASH, 0, "")

    def first_day(self) -> str:
        """The business day of the first entry, or an empty text."""
        row = self._db.execute("SELECT business_day FROM entry WHERE seq = 1").fetchone()
        return row[0] if row else ""

    def entries(self, first_seq: int, limit: int = -1) -> Iterator[Entry]:
        """Entries from `first_seq` on, each checked against its stored hash."""
        for record, digest in self._db.execute(
            "SELECT record, hash FROM entry WHERE seq >= ? ORDER BY seq LIMIT ?", (first_seq, limit)
        ):
            yield read_entry(record, digest)

    def records(self, first_seq: int, max_bytes: int) -> list[bytes]:
        """Raw records from `first_seq` on: as many as `max_bytes` holds, at least one if any."""
        taken: list[bytes] = []
        size = 0
        cursor = self._db.execute(
            "SELECT record FROM entry WHERE seq >= ? ORDER BY seq", (first_seq,)
        )
        for (record,) in cursor:
            size += len(record)
            if taken and size > max_bytes:
                break
            taken.append(record)
        cursor.close()
        return taken

    def entry(self, seq: int) -> Entry | None:
        """One entry."""
        return next(self.entries(seq, 1), None) if seq else None

    def kind_counts(self, after: int, through: int) -> dict[str, int]:
        """How many entries of each kind there are after one, and up to another."""
        rows = self._db.execute(
            "SELECT kind, count(*) FROM entry WHERE seq > ? AND seq <= ? GROUP BY kind",
            (after, through),
        )
        return dict(rows.fetchall())

    def latest_after(self, seq: int, before: int, kinds: Sequence[str], limit: int) -> list[Entry]:
        """The newest entries of these kinds after `seq` and before another, newest first."""
        marks = ", ".join("?" * len(kinds))
        rows = self._db.execute(
            "SELECT record, hash FROM entry"  # noqa: S608 (marks alone are put in)
            f" WHERE seq > ? AND seq < ? AND kind IN ({marks}) ORDER BY seq DESC LIMIT ?",
            (seq, before, *kinds, limit),
        )
        return [read_entry(record, digest) for record, digest in rows.fetchall()]

    def at_of(self, seq: int) -> int | None:
        """When an entry was written, in UTC milliseconds."""
        row = self._db.execute("SELECT at_utc_ms FROM entry WHERE seq = ?", (seq,)).fetchone()
        return row[0] if row else None

    def state(self, name: str, default: str = "") -> str:
        """A small value beside the journal."""
        row = self._db.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
        return row[0] if row else default

    def states(self, beginning: str) -> list[str]:
        """The names of the small values that begin so."""
        found = self._db.execute(
            "SELECT name FROM state WHERE name >= ? AND name < ?", (beginning, beginning + "\uffff")
        )
        return [name for (name,) in found.fetchall()]

    def series(self) -> dict[str, int]:
        """The last number of every series."""
        return dict(self._db.execute("SELECT name, last FROM series").fetchall())

    def totals(self, business_day: str, period: int) -> Totals:
        """The running totals of a period."""
        rows = self._db.execute(
            "SELECT kind, key, name, count, quantity_milli, amount_minor, vat_minor"
            " FROM totals WHERE business_day = ? AND period = ?",
            (business_day, period),
        )
        return {(row[0], row[1]): TotalsRow(*row) for row in rows}

    def totals_between(self, first_day: str, last_day: str) -> Totals:
        """The sums of all periods of an interval of days; of each row the newest name. Without
        floats, which are of a day."""
        rows = self._db.execute(
            "SELECT kind, key, name, sum(count), sum(quantity_milli), sum(amount_minor),"
            " sum(vat_minor), max(business_day) FROM totals"
            " WHERE business_day BETWEEN ? AND ? AND kind NOT IN ('float', 'float_change')"
            " GROUP BY kind, key",
            (first_day, last_day),
        )
        return {(row[0], row[1]): TotalsRow(*row[:7]) for row in rows}

    def nets_between(self, first_day: str, last_day: str) -> tuple[PeriodNet, ...]:
        """Every period of an interval of days in which something was counted, with what was sold
        less what came back."""
        rows = self._db.execute(
            "SELECT business_day, period, sum(CASE kind WHEN 'receipts' THEN amount_minor"
            " WHEN 'returns' THEN -amount_minor ELSE 0 END) FROM totals"
            " WHERE business_day BETWEEN ? AND ? GROUP BY business_day, period"
            " ORDER BY business_day, period",
            (first_day, last_day),
        )
        return tuple(PeriodNet(*row) for row in rows)

    def seqs_between(self, first_day: str, last_day: str) -> tuple[int, int] | None:
        """The first and last entry of an interval of business days; None without any. Days never
        go backwards in a journal, so both ends are found by halving."""
        seqs = range(1, self.head()[0] + 1)
        first = bisect_left(seqs, first_day, key=self._business_day_at) + 1
        last = bisect_right(seqs, last_day, key=self._business_day_at)
        return (first, last) if first <= last else None

    def _business_day_at(self, seq: int) -> str:
        row = self._db.execute("SELECT business_day FROM entry WHERE seq = ?", (seq,)).fetchone()
        return str(row[0])

    def closings_before(self, number: int, limit: int) -> list[tuple[int, str, int, int, int]]:
        """As `closings`, of the Z with numbers below one."""
        return self._db.execute(
            "SELECT number, business_day, period, seq, net_minor"
            " FROM closing WHERE number < ? ORDER BY number DESC LIMIT ?",
            (number, limit),
        ).fetchall()

    def closings_on(self, business_day: str) -> list[tuple[int, str, int, int, int]]:
        """As `closings`, of one business day."""
        return self._db.execute(
            "SELECT number, business_day, period, seq, net_minor"
            " FROM closing WHERE business_day = ? ORDER BY number DESC",
            (business_day,),
        ).fetchall()

    def counted_periods(self, after: tuple[str, int] | None) -> list[tuple[str, int]]:
        """Periods after `after` (day, period) in which something was counted, in order."""
        return [
            (day, period)
            for day, period in self._db.execute(
                "SELECT DISTINCT business_day, period FROM totals"
                " WHERE (business_day, period) > (?, ?) ORDER BY business_day, period",
                after or ("", 0),
            )
        ]

    def last_closing(self) -> tuple[int, str, int, int] | None:
        """(number, business_day, period, seq) of the last Z."""
        row = self._db.execute(
            "SELECT number, business_day, period, seq FROM closing ORDER BY number DESC LIMIT 1"
        ).fetchone()
        return tuple(row) if row else None

    def closings(self, limit: int) -> list[tuple[int, str, int, int, int]]:
        """(number, business_day, period, seq, net_minor) of the latest Z, newest first."""
        return self._db.execute(
            "SELECT number, business_day, period, seq, net_minor"
            " FROM closing ORDER BY number DESC LIMIT ?",
            (limit,),
        ).fetchall()

    def closing_seq(self, number: int) -> int | None:
        """Where a Z stands in the journal."""
        row = self._db.execute("SELECT seq FROM closing WHERE number = ?", (number,)).fetchone()
        return row[0] if row else None

    def numbers_used(self) -> dict[str, int]:
        """How many numbers of each series the entries and what was counted of them hold: signed
        receipts of both kinds, sealed copies and pro formas, Z; and serials that were renewed."""
        kinds = dict(
            self._db.execute(
                f"SELECT kind, count(*) FROM entry WHERE {NUMBERED} GROUP BY kind"  # noqa: S608
            )
        )
        return {
            "receipt": self._one("SELECT count(*) FROM receipt"),
            "training": self._one(
                "SELECT coalesce(sum(count), 0) FROM totals WHERE kind = 'training'"
            ),
            "copy": kinds.get("copy.sealed", 0),
            "pro_forma": kinds.get("pro_forma.sealed", 0),
            "z": self._one("SELECT count(*) FROM closing"),
            "serial.renewed": kinds.get("serial.renewed", 0),
        }

    def _one(self, statement: str) -> int:
        return int(self._db.execute(statement).fetchone()[0])

    def receipts_on(
        self, business_day: str, limit: int = 500
    ) -> list[tuple[int, str, int, int, str]]:
        """(number, kind, at_utc_ms, total_minor, method) of a day's receipts, newest first."""
        return self._db.execute(
            "SELECT number, kind, at_utc_ms, total_minor, method FROM receipt"
            " WHERE business_day = ? ORDER BY number DESC LIMIT ?",
            (business_day, limit),
        ).fetchall()

    def receipts_between(
        self, first_day: str, last_day: str, limit: int
    ) -> list[tuple[int, str, int, int, str, str]]:
        """(number, kind, at_utc_ms, total_minor, method, business_day) of the receipts of an
        interval of days, newest first."""
        return self._db.execute(
            "SELECT number, kind, at_utc_ms, total_minor, method, business_day FROM receipt"
            " WHERE business_day BETWEEN ? AND ? ORDER BY number DESC LIMIT ?",
            (first_day, last_day, limit),
        ).fetchall()

    def receipts_numbered(self, number: int) -> list[tuple[int, str, int, int, str, str]]:
        """The receipt with a number, as `receipts_between` tells it; none or one."""
        return self._db.execute(
            "SELECT number, kind, at_utc_ms, total_minor, method, business_day FROM receipt"
            " WHERE number = ?",
            (number,),
        ).fetchall()

    def receipt_seqs(self, number: int) -> tuple[int, int] | None:
        """(sealed_seq, signed_seq) of a receipt."""
        row = self._db.execute(
            "SELECT sealed_seq, signed_seq FROM receipt WHERE number = ?", (number,)
        ).fetchone()
        return tuple(row) if row else None

    def returned_of(self, receipt_id: str) -> dict[int, int]:
        """How much of each line of a receipt has come back, in thousandths."""
        return dict(
            self._db.execute(
                "SELECT line, quantity_milli FROM returned WHERE receipt_id = ?", (receipt_id,)
            ).fetchall()
        )

    def parked(self) -> list[tuple[str, str, int, bytes]]:
        """(cart_id, name, parked_utc_ms, content) of all parked carts, oldest first. In training
        they are those of practice, else the real ones: neither is ever taken for the other."""
        return self._db.execute(
            "SELECT cart_id, name, parked_utc_ms, content FROM parked"
            " WHERE mode = coalesce((SELECT value FROM state WHERE name = 'mode'), 'normal')"
            " ORDER BY parked_utc_ms"
        ).fetchall()

    def parked_rows(self) -> list[tuple[str, str, int, bytes, str]]:
        """(cart_id, name, parked_utc_ms, content, mode) of all parked carts, of practice too."""
        return self._db.execute(
            "SELECT cart_id, name, parked_utc_ms, content, mode FROM parked ORDER BY cart_id"
        ).fetchall()

    def parked_names(self) -> dict[str, str]:
        """The names of the carts that are really parked here, by cart."""
        return dict(
            self._db.execute("SELECT cart_id, name FROM parked WHERE mode = 'normal'").fetchall()
        )

    def hold(self, kind: str, key: str) -> bytes | None:
        """What lies here of a right, as it was written; None = no row."""
        row = self._db.execute(
            "SELECT hold FROM right_hold WHERE kind = ? AND key = ?", (kind, key)
        ).fetchone()
        return row[0] if row else None

    def holds(self, kind: str) -> list[bytes]:
        """All holds of a kind, by key."""
        found = self._db.execute("SELECT hold FROM right_hold WHERE kind = ? ORDER BY key", (kind,))
        return [hold for (hold,) in found.fetchall()]

    def open_holds(self) -> list[bytes]:
        """The holds of which something is reserved or asked for, by kind and key."""
        found = self._db.execute(
            "SELECT hold FROM right_hold WHERE is_open ORDER BY kind, key"
        ).fetchall()
        return [hold for (hold,) in found]

    def receipt_from_office(self, receipt_id: str) -> tuple[str, bytes] | None:
        """(key, content) of another till's sale whose returns were granted here."""
        row = self._db.execute(
            "SELECT key, content FROM receipt_from_office WHERE receipt_id = ?", (receipt_id,)
        ).fetchone()
        return tuple(row) if row else None

    def receipt_with_key(self, key: str) -> bytes | None:
        """The same sale's content by the key of its returns."""
        row = self._db.execute(
            "SELECT content FROM receipt_from_office WHERE key = ?", (key,)
        ).fetchone()
        return row[0] if row else None

    def sold_out(self) -> frozenset[int]:
        """Articles of which there is no more: the store's list, and what this till said since."""
        rows = self._db.execute(
            "SELECT article FROM sold_out"
            " WHERE article NOT IN (SELECT article FROM sold_out_mark)"
            " UNION SELECT article FROM sold_out_mark WHERE is_on"
        )
        return frozenset(article for (article,) in rows)

    def has_sold_out_marks(self, through_seq: int) -> bool:
        """Whether this till's own marks up to an entry still stand beside the store's list."""
        return (
            self._db.execute(
                "SELECT 1 FROM sold_out_mark WHERE seq <= ? LIMIT 1", (through_seq,)
            ).fetchone()
            is not None
        )
