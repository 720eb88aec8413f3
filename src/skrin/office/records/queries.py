"""A register's journal and the history of its registers, out of what the office took in.

The same that a till's file gives (`till/storage/journal_file.py`), for the same files. Call from
inside the company.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import connection

from skrin.domain.codec import decode, decode_body, encode
from skrin.domain.entry import GENESIS_HASH, Entry, read_entry, verify_link
from skrin.domain.journal import PublicationApplied
from skrin.domain.registration import RegistrationReported, RegistrationSet
from skrin.exports.history import RowChange
from skrin.office.tenancy import queries as tenancy
from skrin.sync.publication import bucket_digests, digest_of_buckets

CHUNK_ENTRIES = 1000
_OF = "company_id = %s AND till = %s AND store = %s"


class OfficeRecords:
    """The records of a (till, store) of a company; see `exports.orders.Records`."""

    def __init__(self, company: int, till: str, store: int) -> None:
        """Of a register whose journal the office takes in."""
        self.company, self.store = company, store
        self._place: tuple[int | str, ...] = (company, till, store)
        self._z_numbers: dict[tuple[str, int], int] = {}

    def _rows(self, statement: str, values: Sequence[int | str]) -> list[tuple[object, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall())

    def _entries(self, rest: str, *values: int | str) -> list[Entry]:
        found = self._rows(
            f"SELECT record, hash FROM ingest_entry WHERE {_OF} AND {rest}",  # noqa: S608
            [*self._place, *values],
        )
        return [read_entry(bytes(record), bytes(digest)) for record, digest in found]  # type: ignore[call-overload]

    def last_seq(self) -> int:
        """The number of the last entry; 0 = empty."""
        found = self._rows(
            f"SELECT coalesce(max(seq), 0) FROM ingest_entry WHERE {_OF}",  # noqa: S608
            self._place,
        )
        return int(str(found[0][0]))

    def business_day_at(self, seq: int) -> str:
        """The business day of an entry."""
        (entry,) = self._entries("seq = %s", seq)
        return entry.header.business_day

    def entries_from(self, seq: int) -> Iterator[Entry]:
        """Entries from `seq` on, each checked against its hash."""
        while True:
            page = self._entries("seq >= %s ORDER BY seq LIMIT %s", seq, CHUNK_ENTRIES)
            yield from page
            if len(page) < CHUNK_ENTRIES:
                return
            seq = page[-1].header.seq + 1

    def last_of(self, kind: str, through_seq: int) -> Entry | None:
        """The last entry of a kind up to `through_seq`."""
        found = self._entries(
            "kind = %s AND seq <= %s ORDER BY seq DESC LIMIT 1", kind, through_seq
        )
        return found[0] if found else None

    def entry_before(self, kind: str, seq: int, containing: str) -> Entry | None:
        """The last entry of `kind` before `seq` whose body holds this text."""
        wanted = containing.encode()
        while (entry := self.last_of(kind, seq - 1)) and wanted not in entry.body:
            seq = entry.header.seq
        return entry

    def starts(self) -> list[Entry]:
        """Every start of the program, oldest first."""
        return self._entries("kind = 'till.started' ORDER BY seq")

    def z_number(self, business_day: str, period: int) -> int:
        """The number of the Z that closed a period; 0 while there is none."""
        place = business_day, period
        if place not in self._z_numbers:
            found = self._rows(
                f"SELECT number FROM receipts_closing WHERE {_OF}"  # noqa: S608
                " AND business_day = %s AND period = %s",
                [*self._place, business_day, period],
            )
            self._z_numbers = {place: int(str(found[0][0])) if found else 0}
        return self._z_numbers[place]

    def store_row(self) -> bytes | None:
        """The store as it is now."""
        return encode(tenancy.store_card(self.company, self.store))

    def rows_at(self, seq: int) -> tuple[dict[tuple[str, str], bytes], PublicationApplied | None]:
        """The registers of the edition that the till had at an entry, proven by the digest in its
        journal; (nothing, None) when they cannot be."""
        entry = self.last_of("publication.applied", seq)
        if entry is None:
            return {}, None
        applied = decode_body(entry.header.kind, entry.header.version, entry.body)
        assert isinstance(applied, PublicationApplied)
        found = self._rows(
            "SELECT r.section, r.key,"
            " CASE WHEN r.section = 'images' THEN NULL WHEN h.key IS NULL THEN r.row"
            "  ELSE h.row END,"
            " CASE WHEN h.key IS NOT NULL THEN h.hash WHEN r.row IS NULL THEN NULL"
            "  ELSE r.hash END"
            " FROM publication_row r LEFT JOIN LATERAL (SELECT key, row, hash"
            "  FROM publication_history WHERE company_id = r.company_id AND store = r.store"
            "  AND section = r.section AND key = r.key AND number > %s"
            "  ORDER BY number LIMIT 1) h ON true"
            " WHERE r.company_id = %s AND r.store = %s",
            [applied.number, self.company, self.store],
        )
        rows = [(str(s), str(k), row, bytes(h)) for s, k, row, h in found if h is not None]  # type: ignore[call-overload]
        digests = bucket_digests((section, key, digest) for section, key, _, digest in rows)
        if digest_of_buckets(digests) != applied.new_digest:
            return {}, None
        told = {(section, key): str(row).encode() for section, key, row, _ in rows if row}
        return told, applied

    def row_changes(self, seq: int) -> Iterator[RowChange]:
        """What the publication of an entry changed: everything between its edition and the one
        that the till had before."""
        entry, before = (
            self._entries("seq = %s", seq)[0],
            self.last_of("publication.applied", seq - 1),
        )
        now, had = _edition(entry), _edition(before) if before else 0
        if not had:
            return
        found = self._rows(
            "SELECT DISTINCT ON (h.section, h.key) h.section, h.key, h.row,"
            " (SELECT CASE WHEN l.key IS NULL THEN r.row ELSE l.row END FROM publication_row r"
            "  LEFT JOIN LATERAL (SELECT key, row FROM publication_history"
            "   WHERE company_id = h.company_id AND store = h.store AND section = h.section"
            "   AND key = h.key AND number > %s ORDER BY number LIMIT 1) l ON true"
            "  WHERE r.company_id = h.company_id AND r.store = h.store"
            "  AND r.section = h.section AND r.key = h.key)"
            " FROM publication_history h WHERE h.company_id = %s AND h.store = %s"
            " AND h.number > %s AND h.number <= %s ORDER BY h.section, h.key, h.number",
            [now, self.company, self.store, had, now],
        )
        for section, key, old, new in found:
            after = None if section == "images" or new is None else str(new).encode()
            yield RowChange(
                seq, str(section), str(key), str(old).encode() if old is not None else None, after
            )

    def stated(self) -> RegistrationSet | None:
        """What a person stated last at the till of its control unit."""
        entry = self.last_of("registration.set", self.last_seq())
        return decode(RegistrationSet, entry.body) if entry else None

    def reported(self) -> RegistrationReported | None:
        """What was said to be reported last."""
        entry = self.last_of("registration.reported", self.last_seq())
        return decode(RegistrationReported, entry.body) if entry else None

    def prove(self) -> tuple[int, str]:
        """(entries, head hash in hex) of the whole chain. Raises `JournalDamage` by name."""
        count, prev = 0, GENESIS_HASH
        for entry in self.entries_from(1):
            verify_link(entry, count + 1, prev)
            count, prev = entry.header.seq, entry.hash
        return count, prev.hex()


def _edition(entry: Entry) -> int:
    body = decode_body(entry.header.kind, entry.header.version, entry.body)
    assert isinstance(body, PublicationApplied)
    return body.number
