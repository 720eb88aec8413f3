"""Taking publications: whole or not at all, proven by the digest, one entry each (D25)."""

from __future__ import annotations

from skrin.domain.journal import PublicationApplied
from skrin.sync.messages import PublicationAnswer
from skrin.sync.publication import digest_of_hashes, row_hash
from skrin.till.flow.registers import Registers, read_registers
from skrin.till.flow.till import Till


def apply_publication(till: Till, answer: PublicationAnswer) -> bool:
    """Apply the rows in one commit. False, and nothing changed, when the digest is another."""

    def command() -> bool:
        stored = {} if answer.whole else till.file.register_rows()
        rows = {place: row for place, (row, _) in stored.items()}
        hashes = {place: digest for place, (_, digest) in stored.items()}
        for published in answer.rows:
            place = (published.section, published.key)
            if published.row is None:
                rows.pop(place, None)
                hashes.pop(place, None)
            else:
                rows[place] = published.row.encode()
                hashes[place] = row_hash(*place, rows[place])
        digest = digest_of_hashes(hashes)
        if digest != answer.digest:
            return False
        if answer.number == till.publication and digest == till.file.state("publication_digest"):
            return True
        registers = read_registers(rows)
        with till.transaction(None) as tx:
            if answer.whole:
                till.file.clear_registers()
            for published in answer.rows:
                place = (published.section, published.key)
                row = rows.get(place)
                till.file.put_register_row(*place, row, hashes.get(place, b""))
            before = till.file.state("publication_digest")
            applied = PublicationApplied(answer.number, before, digest, len(answer.rows))
            tx.append("publication.applied", applied)
            till.file.put_state("publication", str(answer.number))
            till.file.put_state("publication_digest", digest)
        till.registers = registers
        till.publication = answer.number
        return True

    return till.run(command)


def registers_in(answer: PublicationAnswer) -> Registers:
    """The registers of a whole publication, read but not kept."""
    rows = {(p.section, p.key): p.row.encode() for p in answer.rows if p.row is not None}
    return read_registers(rows)
