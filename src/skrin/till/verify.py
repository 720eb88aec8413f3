"""`skrin verify-journal`: prove a journal, or name the first bad entry."""

from __future__ import annotations

import argparse
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from skrin.domain.codec import decode_body
from skrin.domain.entry import GENESIS_HASH, Entry, JournalDamage, read_entry, verify_link
from skrin.domain.journal import same_journal
from skrin.lifetime import go_gently

EXIT_DAMAGED, EXIT_UNREADABLE = 1, 2
DAMAGED = "The journal is damaged."
"""How what is said of a damaged journal begins; a program that broke down ends with 1 as well."""

CHUNK_ENTRIES = 500
_BEFORE_ALL = -(1 << 63)


def verify(path: Path) -> tuple[int, str, Counter[str]]:
    """(entries, head hash in hex, entries per kind) of a journal that is whole.

    Every record must match its hash, follow the one before it, belong to the same register, and
    have a body that can be read. Raises `JournalDamage` naming the first entry that does not.
    """
    kinds: Counter[str] = Counter()
    last: Entry | None = None
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        for seq, record, digest in _rows(db):
            try:
                entry = read_entry(record, digest)
                verify_link(entry, last.header.seq + 1 if last else 1, _hash(last))
                if last and not same_journal(last, entry):
                    raise JournalDamage("it belongs to another register")
                decode_body(entry.header.kind, entry.header.version, entry.body)
            except JournalDamage as damage:
                raise JournalDamage(f"entry {seq}: {damage}") from damage
            kinds[entry.header.kind] += 1
            last = entry
    return last.header.seq if last else 0, _hash(last).hex(), kinds


def _rows(db: sqlite3.Connection) -> Iterator[tuple[int, bytes, bytes]]:
    """All rows in order, in short looks at the file: a till that sells meanwhile must be able to
    tidy it."""
    seq = _BEFORE_ALL
    while rows := db.execute(
        "SELECT seq, record, hash FROM entry WHERE seq > ? ORDER BY seq LIMIT ?",
        (seq, CHUNK_ENTRIES),
    ).fetchall():
        yield from rows
        seq = rows[-1][0]


def _hash(entry: Entry | None) -> bytes:
    return entry.hash if entry else GENESIS_HASH


def main(argv: list[str]) -> int:
    """Exit codes: 0 whole, 1 damaged, 2 not a journal."""
    parser = argparse.ArgumentParser(prog="skrin verify-journal", description=__doc__)
    parser.add_argument("file", type=Path, help="a till's shop.sqlite")
    parser.add_argument("--gently", action="store_true", help="let everybody else go first")
    options = parser.parse_args(argv)
    if options.gently:
        go_gently()
    try:
        count, head, kinds = verify(options.file)
    except JournalDamage as damage:
        print(f"{DAMAGED} {damage}.", file=sys.stderr)
        return EXIT_DAMAGED
    except sqlite3.Error as fault:
        print(f"{options.file} is not a till's journal: {fault}.", file=sys.stderr)
        return EXIT_UNREADABLE
    print(f"{count} entries, whole. Head {head}")
    for kind, number in sorted(kinds.items()):
        print(f"  {number:>8}  {kind}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
