"""Taking publications: whole or not at all, proven by the digest, one entry each (D25)."""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter

from skrin.domain.journal import PublicationApplied
from skrin.sync.messages import PublicationAnswer, PublishedRow
from skrin.sync.publication import (
    bucket_digest,
    bucket_of,
    digest_of_buckets,
    digests_in_order,
    row_hash,
)
from skrin.till.flow.registers import Registers, read_registers
from skrin.till.flow.till import Till
from skrin.till.storage.register_rows import Changed


def apply_publication(till: Till, answer: PublicationAnswer) -> bool:
    """Apply the rows in one commit. False, and nothing changed, when the digest is another.

    Rows are hashed and the digest is proven in the calling thread, beside the writer: a tap waits
    for the commit alone. Only one thread takes publications.
    """
    before = till.file.registers.state("publication_digest")
    rows = sorted(map(_made, answer.rows), key=_PLACE)
    if answer.whole:
        rows = [row for row in rows if row[2] is not None]
        buckets = digests_in_order((bucket, hashed) for _, _, _, hashed, bucket in rows)
        after = buckets
    else:
        buckets = _buckets_after(till, rows)
        after = till.file.registers.bucket_digests() | buckets
    if digest_of_buckets(after) != answer.digest:
        return False

    def command() -> bool:
        if till.file.state("publication_digest") != before:
            return False
        if answer.number == till.publication and answer.digest == before:
            return True
        with till.transaction(None) as tx:
            applied = PublicationApplied(answer.number, before, answer.digest, len(answer.rows))
            seq = tx.append("publication.applied", applied).seq
            if answer.whole:
                till.file.replace_registers(rows, buckets, seq)
            else:
                till.file.change_registers(rows, buckets, seq)
            till.file.put_state("publication", str(answer.number))
            till.file.put_state("publication_digest", answer.digest)
        till.take_registers()
        till.publication = answer.number
        return True

    return till.run(command)


_PLACE = itemgetter(0, 1)


def _made(row: PublishedRow) -> Changed:
    bucket = bucket_of(row.section, row.key)
    if row.row is None:
        return row.section, row.key, None, b"", bucket
    body = row.row.encode()
    return row.section, row.key, body, row_hash(row.section, row.key, body), bucket


def _buckets_after(till: Till, rows: Iterable[Changed]) -> dict[int, bytes]:
    """The digests of the buckets that `rows` lie in, with them in their places: of the rows that
    are there only those are looked at, a bucket at a time."""
    changes: dict[int, list[Changed]] = {}
    for one in rows:
        changes.setdefault(one[4], []).append(one)
    after = {}
    for bucket, changed in changes.items():
        hashes = till.file.registers.bucket_hashes(bucket)
        for section, key, row, hashed, _ in changed:
            if row is None:
                hashes.pop((section, key), None)
            else:
                hashes[section, key] = hashed
        after[bucket] = bucket_digest(hashes)
    return after


def registers_in(answer: PublicationAnswer) -> Registers:
    """The registers of a whole publication, read but not kept."""
    rows = {(p.section, p.key): p.row.encode() for p in answer.rows if p.row is not None}
    return read_registers(rows)
