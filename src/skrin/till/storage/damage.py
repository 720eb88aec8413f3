"""Damage of a shop's file: what was found, how it is named, and the short look before a start.

The whole examination is `skrin till-examine` (`till/examining.py`), in a process of its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from skrin.domain.codec import decode, encode
from skrin.domain.entry import JournalDamage, read_entry, verify_link
from skrin.sync.damage import PLACES, FileDamage
from skrin.till.storage.schema import SHOP_VERSIONS
from skrin.till.storage.witness import read_witness

FILE, ENTRY, ROW, VALUE, REGISTERS, LOG = PLACES

MARKER = "damaged.json"
"""In a till's folder: what was found. No till sells while it stands there; `skrin till-mend` takes
it away."""

LOOK_BYTES = 64 * 1024 * 1024
"""Up to this size a start has SQLite look through the whole file: some tenths of a second."""

LOOK_ENTRIES = 500
MOST_FINDINGS = 50

_NOT_DAMAGE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_MISUSE,
        sqlite3.SQLITE_CONSTRAINT,
    }
)
_NONSENSE = (
    *(ValueError, TypeError, LookupError, ArithmeticError, AttributeError, AssertionError),
)
"""What reading raises of a row whose columns are of no type that was ever written."""

_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

TWINS = {
    "state": ("name", "name, value"),
    "parked": ("cart_id", "cart_id, name, parked_utc_ms, content, mode"),
    "sold_out": ("article", "article"),
}
"""What stands twice: its key and its columns."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: where, in which table, which of it, and what SQLite or the proof
    said. `seq`: the entry that it is about, where it is one."""

    place: str
    table: str = ""
    key: str = ""
    detail: str = ""
    seq: int = 0

    def on_the_wire(self) -> FileDamage:
        """For the office, and for words."""
        return FileDamage(self.place, self.table, self.key)

    def words(self) -> str:
        """For a log and a technician."""
        what = " ".join(part for part in (self.table, self.key) if part)
        return f"{self.place}: {what}{': ' if what and self.detail else ''}{self.detail}"


@dataclass(frozen=True, slots=True)
class Damage:
    """What was found in the register `register`, when, and how far its journal was proven."""

    register: str
    found_utc_ms: int
    findings: tuple[Finding, ...]
    head_seq: int = 0


class CannotExamine(Exception):
    """Something hinders the examination that is no damage: the file is busy, the disk is full."""


def tells_damage(fault: BaseException) -> bool:
    """Whether SQLite, or the proof of an entry, says that bytes are not what was written."""
    if isinstance(fault, sqlite3.Error):
        code: int = getattr(fault, "sqlite_errorcode", 0) or 0
        return code & 0xFF in _DAMAGE
    return isinstance(fault, JournalDamage)


def tells_full(fault: BaseException) -> bool:
    """Whether the disk is full."""
    code: int = getattr(fault, "sqlite_errorcode", 0) or 0
    return isinstance(fault, sqlite3.Error) and code & 0xFF == sqlite3.SQLITE_FULL


@contextmanager
def noting(findings: list[Finding], table: str = "") -> Iterator[None]:
    """Turn what reading raises into a finding. Raises `CannotExamine` for what is no damage."""
    try:
        yield
    except sqlite3.Error as fault:
        code: int = getattr(fault, "sqlite_errorcode", 0) or 0
        if code & 0xFF in _NOT_DAMAGE:
            raise CannotExamine(str(fault)) from fault
        findings.append(Finding(FILE, table, detail=str(fault)))
    except JournalDamage as damage:
        findings.append(Finding(ENTRY, table, detail=str(damage)))
    except _NONSENSE as nonsense:
        findings.append(Finding(FILE, table, detail=f"cannot be read: {nonsense}"))


def opened(path: Path) -> sqlite3.Connection:
    """A connection that writes nothing, not even what closing one would."""
    return sqlite3.connect(
        f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=10.0
    )


def opened_at_any_rate(path: Path) -> sqlite3.Connection:
    """As `opened`, for what can still be read: a table whose making cannot be read hides no other,
    and text that is none is taken as it is. May raise `UnicodeError` beside `sqlite3.Error`."""
    db = opened(path)
    db.text_factory = lambda text: text.decode("utf-8", "replace")
    db.execute("PRAGMA writable_schema = ON")
    return db


def look(path: Path) -> tuple[Finding, ...]:
    """The short look before a start, which opens nothing for writing: SQLite's own check of a file
    that is not large, the journal's end, what was confirmed, and what stands twice. Raises
    `CannotExamine`."""
    findings: list[Finding] = []
    told = read_witness(path)
    if not path.exists():
        if told:
            _not_there(findings, told[0], 0)
        return tuple(findings)
    with noting(findings), closing(opened(path)) as db:
        db.execute("BEGIN")
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if path.stat().st_size <= LOOK_BYTES:
            for (said,) in db.execute(f"PRAGMA quick_check({MOST_FINDINGS})"):
                if said != "ok":
                    findings.append(Finding(FILE, detail=str(said)))
        if version:
            _look_at_end(db, findings, told)
        if version >= len(SHOP_VERSIONS):
            compare_twins(db, findings)
    return tuple(findings[:MOST_FINDINGS])


def _look_at_end(
    db: sqlite3.Connection, findings: list[Finding], told: tuple[int, bytes] | None
) -> None:
    (head,) = db.execute("SELECT coalesce(max(seq), 0) FROM entry").fetchone()
    check_witness(db, findings, told, head)
    before = None
    for seq, record, digest in db.execute(
        "SELECT seq, record, hash FROM entry WHERE seq >= ? ORDER BY seq", (head - LOOK_ENTRIES,)
    ):
        try:
            entry = read_entry(record, digest)
            if before is not None:
                verify_link(entry, before.header.seq + 1, before.hash)
        except JournalDamage as damage:
            findings.append(Finding(ENTRY, "entry", str(seq), str(damage), seq))
            return
        before = entry


def check_witness(
    db: sqlite3.Connection, findings: list[Finding], told: tuple[int, bytes] | None, head: int
) -> None:
    """Whether the journal has what was confirmed last."""
    if told is None:
        return
    seq, digest = told
    if seq > head:
        _not_there(findings, seq, head)
        return
    row = db.execute("SELECT hash FROM entry WHERE seq = ?", (seq,)).fetchone()
    if row is None or row[0] != digest:
        detail = "it is another entry than the one that was confirmed"
        findings.append(Finding(ENTRY, "entry", str(seq), detail, seq))


def _not_there(findings: list[Finding], seq: int, head: int) -> None:
    detail = f"entry {seq} was confirmed, and the file ends with entry {head}"
    findings.append(Finding(LOG, "entry", f"{head + 1}-{seq}", detail, head + 1))


def compare_twins(db: sqlite3.Connection, findings: list[Finding]) -> None:
    """Hold what no entry tells against its second copy."""
    for table, (key, columns) in TWINS.items():
        with noting(findings, table):
            for one, other in ((table, f"{table}_twin"), (f"{table}_twin", table)):
                found = db.execute(
                    f"SELECT {key} FROM (SELECT {columns} FROM {one}"  # noqa: S608
                    f" EXCEPT SELECT {columns} FROM {other})"
                )
                for (name,) in found.fetchall():
                    finding = Finding(VALUE, table, str(name), "its two copies differ")
                    if finding not in findings:
                        findings.append(finding)


def marked(data: Path) -> Damage | None:
    """The damage that was found in this till's folder, and not mended yet."""
    file = data / MARKER
    if not file.exists():
        return None
    try:
        return decode(Damage, file.read_bytes())
    except (OSError, ValueError):
        return Damage("", 0, (Finding(FILE, detail=f"{MARKER} cannot be read"),))


def mark(data: Path, damage: Damage) -> None:
    """Remember the damage, so that no start sells on. What is known first stays."""
    if (data / MARKER).exists():
        return
    part = data / f"{MARKER}.part"
    with suppress(OSError):  # A full disk: the next start looks again.
        part.write_bytes(encode(damage))
        part.replace(data / MARKER)
