"""What others may know about raw entries and chains. Call from inside the company."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from skrin.domain.entry import Entry, read_entry

RECORDS_MOST = 2000
"""So many records are read for one answer: some hundred sales."""


@dataclass(frozen=True, slots=True)
class Chain:
    """How the chain of a (till, store) stands. `alarm` is a code, empty when all is well."""

    till: str
    store: int
    head_seq: int
    head_hash: str
    stopped: bool
    alarm: str
    alarm_at_ms: int
    taken_at_ms: int
    conflicts: int
    unread: int


def chains(company_id: int) -> dict[tuple[str, int], Chain]:
    """Every chain of the company by (till, store)."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.till, c.store, c.head_seq, encode(c.head_hash, 'hex'), c.stopped, c.alarm,
                c.alarm_at_ms, c.taken_at_ms,
                (SELECT count(*) FROM ingest_conflict x WHERE x.company_id = c.company_id
                    AND x.till = c.till AND x.store = c.store),
                (SELECT count(*) FROM ingest_unread u WHERE u.company_id = c.company_id
                    AND u.till = c.till AND u.store = c.store)
            FROM ingest_chain c WHERE c.company_id = %s
            """,
            [company_id],
        )
        return {(row[0], row[1]): Chain(*row) for row in cursor.fetchall()}


def entry(company_id: int, till: str, store: int, seq: int) -> Entry | None:
    """One entry as it was written. Raises `JournalDamage` when the stored bytes have changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT record, hash FROM ingest_entry"
            " WHERE company_id = %s AND till = %s AND store = %s AND seq = %s",
            [company_id, till, store, seq],
        )
        row = cursor.fetchone()
    return read_entry(bytes(row[0]), bytes(row[1])) if row else None


def records_after(
    company_id: int, till: str, store: int, after_seq: int, most_bytes: int
) -> tuple[int, list[bytes]]:
    """(head, records after an entry) of a journal, as they were written: as many as `most_bytes`
    holds, at least one if there is any."""
    taken: list[bytes] = []
    size = 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT head_seq FROM ingest_chain WHERE company_id = %s AND till = %s AND store = %s",
            [company_id, till, store],
        )
        found = cursor.fetchone()
        head_seq = int(found[0]) if found else 0
        cursor.execute(
            "SELECT record FROM ingest_entry"
            " WHERE company_id = %s AND till = %s AND store = %s AND seq > %s AND seq <= %s"
            " ORDER BY seq LIMIT %s",
            [company_id, till, store, after_seq, head_seq, RECORDS_MOST],
        )
        for (record,) in cursor.fetchall():
            size += len(record)
            if taken and size > most_bytes:
                break
            taken.append(bytes(record))
    return head_seq, taken


def unit_entries(company_id: int, till: str, store: int, most: int = 200) -> list[Entry]:
    """What a till's journal says of its control unit, latest first. The list of kinds is that of
    the index which finds them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT record, hash FROM ingest_entry"
            " WHERE company_id = %s AND till = %s AND store = %s"
            " AND kind IN ('unit.chosen', 'unit.met', 'unit.failed', 'unit.answered')"
            " ORDER BY seq DESC LIMIT %s",
            [company_id, till, store, most],
        )
        return [read_entry(bytes(record), bytes(stored)) for record, stored in cursor.fetchall()]


def unread(company_id: int, till: str, store: int) -> list[tuple[int, str, str]]:
    """(seq, kind, why) of entries that could not be projected, latest first, at most a hundred."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq, kind, why FROM ingest_unread"
            " WHERE company_id = %s AND till = %s AND store = %s ORDER BY seq DESC LIMIT 100",
            [company_id, till, store],
        )
        return list(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class Conflict:
    """An entry that came and was not taken: `why`, its hash, and the hash that stands at its number
    (empty when none does)."""

    seq: int
    why: str
    hash: str
    stored_hash: str
    kind: str
    found_at_ms: int


def conflicts(company_id: int, till: str, store: int) -> list[Conflict]:
    """What was set aside of a chain, latest first, at most a hundred."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.seq, c.why, encode(c.hash, 'hex'), coalesce(encode(e.hash, 'hex'), ''),"
            " coalesce(e.kind, ''), c.found_at_ms FROM ingest_conflict c"
            " LEFT JOIN ingest_entry e USING (company_id, till, store, seq)"
            " WHERE c.company_id = %s AND c.till = %s AND c.store = %s"
            " ORDER BY c.found_at_ms DESC, c.seq DESC LIMIT 100",
            [company_id, till, store],
        )
        return [Conflict(*row) for row in cursor.fetchall()]
