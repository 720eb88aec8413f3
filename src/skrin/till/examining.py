"""`skrin till-examine`: the whole examination of a till's file, beside a till that may be selling.

Five proofs. SQLite's own check of pages and indexes. The journal: every record matches its hash and
follows the one before it, and the columns beside a record are the record's own. What entries tell
(receipts, totals, Z, series, what came back, rights) is told again by the entries and compared, row
by row. What no entry tells stands twice and is compared. The published registers are held against
their hashes and the digest in the journal.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from skrin.domain.cart import Cart
from skrin.domain.codec import decode, encode
from skrin.domain.entry import GENESIS_HASH, Entry, JournalDamage, read_entry, verify_link
from skrin.domain.journal import KINDS, same_journal
from skrin.lifetime import go_gently
from skrin.sync.publication import bucket_digests, bucket_of, digest_of_buckets, row_hash
from skrin.till.flow.rebuilding import Rebuilding
from skrin.till.flow.sharing import FROZEN
from skrin.till.storage.article_index import INDEX_VERSION, index_all
from skrin.till.storage.damage import (
    ENTRY,
    FILE,
    MOST_FINDINGS,
    REGISTERS,
    ROW,
    CannotExamine,
    Finding,
    check_witness,
    compare_twins,
    noting,
    opened,
)
from skrin.till.storage.schema import SHOP_VERSIONS
from skrin.till.storage.shop_file import ShopFile
from skrin.till.storage.witness import read_witness

EXIT_WHOLE, EXIT_DAMAGED, EXIT_CANNOT = 0, 1, 2
BATCH_ENTRIES = 500
TEMPORARY = ".examine-"
"""How a folder begins in which entries are told again; the next start takes away what is left."""

TOLD = {
    "receipt": "number",
    "closing": "number",
    "series": "name",
    "totals": "business_day || ' ' || period || ' ' || kind || ' ' || key",
    "returned": "receipt_id || ' ' || line",
    "right_hold": "kind || ' ' || key",
    "receipt_from_office": "receipt_id",
    "parked": "cart_id",
}
"""The tables that entries tell, and what a row of each is called."""

COLUMNS = {"parked": "cart_id, parked_utc_ms, mode"}
"""What entries tell of a row, where it is not all of it. What lies in a parked receipt is compared
by what it means: it has a set in it, which is written in any order."""

HOLDS = ("right_hold", "parked")
"""What a file that was put back from a copy holds is nobody's any more (D24)."""

TOLD_STATES = ("grand_sales_minor", "grand_returns_minor", "cash_carried_minor", "mode")
"""The small values that entries tell, and that this fold keeps as the till does."""

USUAL = {"mode": "normal"}


@dataclass(frozen=True, slots=True)
class Examination:
    """What came of it: how far the journal is proven, and what is wrong."""

    head_seq: int
    findings: tuple[Finding, ...] = ()


class FoldFile(ShopFile):
    """Keeps what entries tell, and not the entries: they are in the file that is examined."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._db.execute("PRAGMA synchronous = OFF")

    def append(self, entry: Entry) -> None:
        """Known already."""

    def put_articles(self, rows: Iterable[tuple[str, str, bytes, bytes, int]]) -> None:
        """Find these articles as the till does."""
        self._db.executemany(
            "INSERT INTO register_row (section, key, row, hash, bucket) VALUES (?, ?, ?, ?, ?)",
            rows,
        )
        index_all(self._db)


@dataclass(slots=True)
class _Work:
    db: sqlite3.Connection
    fold: FoldFile
    findings: list[Finding] = field(default_factory=list)
    head_seq: int = 0
    bad_entries: int = 0
    entries_are_whole: bool = False
    knows_not_all: bool = False
    """An entry is of a later program, which may count it (D26)."""

    def found(self, place: str, table: str, key: object, detail: str, seq: int = 0) -> None:
        self.bad_entries += place == ENTRY
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(place, table, str(key), detail, seq))


def examine(path: Path, room: Path | None = None) -> Examination:
    """Examine a shop's file, which a till may be writing; nothing of it is changed. `room`: where
    what entries tell is made again for the while. Raises `CannotExamine`, `OSError`."""
    findings: list[Finding] = []
    with tempfile.TemporaryDirectory(prefix=TEMPORARY, dir=room) as folder:
        fold = FoldFile(Path(folder) / "fold.sqlite")
        try:
            with noting(findings), closing(opened(path)) as db:
                db.execute("ATTACH ? AS fold", (str(fold.path),))
                work = _Work(db, fold, findings)
                with noting(findings, "schema"):
                    _check_schema(work)
                db.execute("BEGIN")  # All that follows is seen as of one moment.
                told = read_witness(path)  # Read first: the file has what it says, or more.
                _whole(work, told)
                return Examination(work.head_seq, tuple(findings[:MOST_FINDINGS]))
        finally:
            fold.close()
    return Examination(0, tuple(findings))


def _whole(work: _Work, told: tuple[int, bytes] | None) -> None:
    findings = work.findings
    with noting(findings):
        for (said,) in work.db.execute(f"PRAGMA main.integrity_check({MOST_FINDINGS})"):
            if said != "ok":
                work.found(FILE, "", "", str(said))
    with noting(findings, "entry"):
        _check_entries(work)
        check_witness(work.db, findings, told, work.head_seq)
    compare_twins(work.db, findings)
    with noting(findings, "register_row"):
        _check_registers(work)
    if not work.entries_are_whole or work.knows_not_all:
        return  # Then nobody can say what they tell.
    for table in TOLD:
        with noting(findings, table):
            _compare(work, table)
    with noting(findings, "state"):
        _compare_states(work)


def _check_schema(work: _Work) -> None:
    (version,) = work.db.execute("PRAGMA main.user_version").fetchone()
    if version > len(SHOP_VERSIONS):
        return  # A later program wrote it, and this one was gone back to: it knows no more of it.
    if version < len(SHOP_VERSIONS):
        work.found(FILE, "", "", f"it says that it is of version {version}")
    columns = "SELECT type, name, tbl_name, sql FROM {}.sqlite_schema"
    for one, other in (("main", "fold"), ("fold", "main")):
        for kind, name, _, _ in work.db.execute(
            f"{columns.format(one)} EXCEPT {columns.format(other)}"
        ).fetchall():
            work.found(FILE, str(kind), name, "it is not made as it was")


def _check_entries(work: _Work) -> None:
    rebuilding = Rebuilding(work.fold)
    proven = _proven(work)
    while batch := list(islice(proven, BATCH_ENTRIES)):
        if work.bad_entries:
            continue  # Only name the others.
        try:
            rebuilding.take_entries(batch)
        except JournalDamage as damage:
            first, last = batch[0].header.seq, batch[-1].header.seq
            work.found(ENTRY, "entry", f"{first}-{last}", str(damage), first)
    work.entries_are_whole = not work.bad_entries


def _proven(work: _Work) -> Iterator[Entry]:
    """The entries that are whole and where they belong; the others are named."""
    before: Entry | None = None
    follows, digest_before = 1, GENESIS_HASH
    for seq, kind, day, period, at, record, digest in work.db.execute(
        "SELECT seq, kind, business_day, period, at_utc_ms, record, hash FROM entry ORDER BY seq"
    ):
        try:
            entry = read_entry(record, digest)
            h = entry.header
            verify_link(entry, follows, digest_before)
            if before and not same_journal(before, entry):
                raise JournalDamage("it belongs to another register")
            if (seq, kind, day, period, at) != (
                *(h.seq, h.kind, h.business_day),
                *(h.period, h.at_utc_ms),
            ):
                raise JournalDamage("what stands beside the record is not the record's")
        except (JournalDamage, TypeError, ValueError) as damage:
            work.found(ENTRY, "entry", seq, str(damage), seq)
            follows, digest_before = seq + 1, digest
            continue
        before, follows, digest_before = entry, seq + 1, digest
        work.knows_not_all |= (h.kind, h.version) not in KINDS
        if not work.bad_entries:
            work.head_seq = seq
        yield entry


def _check_registers(work: _Work) -> None:
    db, hashes = work.db, []
    for section, key, row, hashed, bucket in db.execute(
        "SELECT section, key, row, hash, bucket FROM main.register_row"
    ):
        if row_hash(section, key, row) != hashed or bucket != bucket_of(section, key):
            work.found(REGISTERS, section, key, "the row does not match its hash")
        hashes.append((section, key, hashed))
    digests = bucket_digests(hashes)
    kept = dict(db.execute("SELECT bucket, digest FROM main.register_bucket").fetchall())
    said = dict(db.execute("SELECT name, value FROM main.state WHERE name LIKE 'publication%'"))
    if {k: v for k, v in kept.items() if any(v)} != {k: v for k, v in digests.items() if any(v)}:
        work.found(REGISTERS, "register_bucket", "", "the digests are not those of the rows")
    if int(said.get("publication", "0")) and digest_of_buckets(digests) != said.get(
        "publication_digest"
    ):
        work.found(REGISTERS, "", "", "the rows are not those of the publication")
    for section, key, row, hashed in db.execute(
        "SELECT section, key, row, hash FROM main.register_history WHERE row IS NOT NULL"
    ):
        if row_hash(section, key, row) != hashed:
            work.found(REGISTERS, f"history of {section}", key, "the row does not match its hash")
    for (seq,) in db.execute(
        "SELECT DISTINCT seq FROM main.register_history WHERE seq NOT IN"
        " (SELECT seq FROM main.entry WHERE kind = 'publication.applied')"
    ):
        work.found(REGISTERS, "history", seq, "it belongs to no publication")
    _compare_index(work)


def _compare_index(work: _Work) -> None:
    """What articles are found by, made again: a code must not mean another article."""
    version = work.db.execute(
        "SELECT value FROM main.state WHERE name = 'article_index'"
    ).fetchone()
    if version is None or version[0] != INDEX_VERSION:
        return
    with work.fold.commit():
        work.fold.put_articles(
            work.db.execute(
                "SELECT section, key, row, hash, bucket FROM main.register_row"
                " WHERE section = 'articles'"
            )
        )
    for table in ("article_text", "article_code"):
        if _differing(work.db, table, "article"):
            work.found(REGISTERS, table, "", "articles would be found otherwise than they are")


def _differing(db: sqlite3.Connection, table: str, name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    columns = COLUMNS.get(table, "*")
    for one, other, words in (
        ("main", "fold", "the entries do not tell it"),
        ("fold", "main", "the entries tell it otherwise"),
    ):
        for (key,) in db.execute(
            f"SELECT {name} FROM (SELECT {columns} FROM {one}.{table}"  # noqa: S608
            f" EXCEPT SELECT {columns} FROM {other}.{table}) LIMIT {MOST_FINDINGS}"
        ):
            found[str(key)] = words
    return found


def _compare(work: _Work, table: str) -> None:
    frozen = work.db.execute("SELECT 1 FROM main.state WHERE name = ?", (FROZEN,)).fetchone()
    if frozen and table in HOLDS:
        return
    for key, words in _differing(work.db, table, TOLD[table]).items():
        work.found(ROW, table, key, words)
    if table == "parked":
        _compare_carts(work)


def _compare_carts(work: _Work) -> None:
    both = work.db.execute(
        "SELECT m.cart_id, m.content, f.content FROM main.parked m"
        " JOIN fold.parked f ON f.cart_id = m.cart_id WHERE m.content <> f.content"
    )
    for cart_id, content, told in both:
        try:
            same = decode(Cart, content) == decode(Cart, told)
        except ValueError:
            same = False
        if not same:
            work.found(ROW, "parked", cart_id, "the entries tell its contents otherwise")


def _compare_states(work: _Work) -> None:
    said = dict(work.db.execute("SELECT name, value FROM main.state").fetchall())
    for name in TOLD_STATES:
        usual = USUAL.get(name, "0")
        if said.get(name, usual) != work.fold.state(name, usual):
            work.found(ROW, "state", name, "the entries tell it otherwise")


def main(argv: Sequence[str]) -> int:
    """Exit codes: 0 whole, 1 damaged, 2 cannot be examined."""
    parser = argparse.ArgumentParser(prog="skrin till-examine", description=__doc__)
    parser.add_argument("file", type=Path, help="a till's shop.sqlite")
    parser.add_argument("--gently", action="store_true", help="let everybody else go first")
    parser.add_argument("--json", action="store_true", help="tell it to a program")
    options = parser.parse_args(argv)
    if options.gently:
        go_gently()
    try:
        found = examine(options.file, options.file.parent)
    except (CannotExamine, OSError) as why:
        print(f"{options.file} cannot be examined now: {why}.", file=sys.stderr)
        return EXIT_CANNOT
    if options.json:
        print(encode(found).decode())
    elif found.findings:
        for one in found.findings:
            print(one.words())
    else:
        print(f"{found.head_seq} entries and all that they tell, whole.")
    return EXIT_DAMAGED if found.findings else EXIT_WHOLE


def read_told(text: str) -> Examination:
    """What `--json` printed. Raises `ValueError`."""
    return decode(Examination, text.encode())


__all__ = ["Examination", "examine", "read_told"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
