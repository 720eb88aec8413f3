"""Taking publications: whole or not at all, proven by the digest, one entry each (D25)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from skrin.domain.journal import PublicationApplied
from skrin.sync.messages import PublicationAnswer, PublishedRow
from skrin.sync.publication import row_hash
from skrin.till.flow.registers import Registers, open_registers, read_registers
from skrin.till.flow.till import Till

Place = tuple[str, str]
"""(section, key) of a row."""

Made = tuple[bytes | None, bytes]
"""A row's bytes and its hash; None = the row is gone."""


def apply_publication(till: Till, answer: PublicationAnswer) -> bool:
    """Apply the rows in one commit. False, and nothing changed, when the digest is another.

    Rows are hashed and the digest is proven in the calling thread, beside the writer: a tap waits
    for the commit alone. Only one thread takes publications.
    """
    before = till.file.registers.state("publication_digest")
    made = {(row.section, row.key): _made(row) for row in answer.rows}
    known: Iterable[tuple[str, str, bytes]] = () if answer.whole else till.file.registers.hashes()
    if _digest(known, made) != answer.digest:
        return False

    def command() -> bool:
        if till.file.state("publication_digest") != before:
            return False
        if answer.number == till.publication and answer.digest == before:
            return True
        with till.transaction(None) as tx:
            _write(till, answer, made)
            applied = PublicationApplied(answer.number, before, answer.digest, len(answer.rows))
            tx.append("publication.applied", applied)
            till.file.put_state("publication", str(answer.number))
            till.file.put_state("publication_digest", answer.digest)
        till.registers = open_registers(till.file.registers)
        till.publication = answer.number
        return True

    return till.run(command)


def _made(row: PublishedRow) -> Made:
    if row.row is None:
        return None, b""
    body = row.row.encode()
    return body, row_hash(row.section, row.key, body)


def _write(till: Till, answer: PublicationAnswer, made: Mapping[Place, Made]) -> None:
    if not answer.whole:
        for place, (row, digest) in made.items():
            till.file.put_register_row(*place, row, digest)
        return
    till.file.replace_registers(
        (*place, row, digest) for place, (row, digest) in sorted(made.items()) if row is not None
    )


def _digest(known: Iterable[tuple[str, str, bytes]], made: Mapping[Place, Made]) -> str:
    """The digest (hex) of the known rows with the made ones in their place: the hashes in the order
    of (section, key), without a hundred thousand of them in memory."""
    summed = hashlib.sha256()
    for digest in _merged(known, iter(sorted((place, row[1]) for place, row in made.items()))):
        summed.update(digest)
    return summed.hexdigest()


def _merged(
    known: Iterable[tuple[str, str, bytes]], changes: Iterator[tuple[Place, bytes]]
) -> Iterator[bytes]:
    change = next(changes, None)
    for section, key, digest in known:
        while change is not None and change[0] < (section, key):
            yield change[1]
            change = next(changes, None)
        if change is not None and change[0] == (section, key):
            continue
        yield digest
    while change is not None:
        yield change[1]
        change = next(changes, None)


def registers_in(answer: PublicationAnswer) -> Registers:
    """The registers of a whole publication, read but not kept."""
    rows = {(p.section, p.key): p.row.encode() for p in answer.rows if p.row is not None}
    return read_registers(rows)
