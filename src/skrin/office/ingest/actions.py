"""Taking in what a till journaled (D23, D26).

One transaction under the lock of the chain's head: what is known is compared, what follows the head
is proven link by link and stored as it was written, then the read models are raised. So a batch
that comes twice, late or from four threads at once is taken once, and figures and entries never
differ.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import psycopg
from django.db import DatabaseError, connection, transaction

from skrin.domain.entry import GENESIS_HASH, Entry, read_entry
from skrin.domain.refusal import Refusal
from skrin.office.copies import actions as copies
from skrin.office.copies import queries as copies_queries
from skrin.office.filling import BIGINT, BYTES, TEXT, Packed, packed, sending
from skrin.office.findings import actions as findings
from skrin.office.giftcards import actions as giftcards
from skrin.office.ingest import reading
from skrin.office.ingest.reading import Fault, Head, ReadBatch
from skrin.office.publication import actions as publication
from skrin.office.receipts import actions as receipts
from skrin.office.rights import actions as rights
from skrin.office.rights import queries as rights_queries
from skrin.office.statistics import actions as statistics
from skrin.office.stock import actions as stock
from skrin.office.stock import queries as stock_queries
from skrin.office.tenancy import wall
from skrin.office.tills import actions as tills
from skrin.office.tills.queries import KnownTill
from skrin.sync.messages import (
    RETIRED,
    RUNNING,
    STOPPED,
    Exchange,
    ExchangeAnswer,
    ExchangeHead,
)

REBUILD_BATCH = 5000
PIECE, FEW = 2000, 200
"""How many raw entries go to PostgreSQL in one statement; and how many are stored before a thread
to do it would have been started."""
PROJECTED = receipts.PROJECTED | stock.PROJECTED
READ = PROJECTED | rights.PROJECTED | findings.PROJECTED | copies.PROJECTED
RIVAL = "rival_incarnation"

Identity = tuple[int, str, int]


def take(till: KnownTill, exchange: Exchange, now_ms: int) -> ExchangeAnswer:
    """Take an exchange whose signature was proven; returns what the office has now.

    Raises `Refusal` `foreign_store` when the till has no seat in the store. Call outside any
    company.
    """
    head = exchange.head
    identity = (head.company, head.till, head.store)
    if head.store not in till.stores:
        raise Refusal("foreign_store", store=head.store)
    with wall.inside(head.company), connection.cursor() as cursor:
        chain = _locked_chain(cursor, identity)
        heard = tills.hear(head, now_ms)
        alone = heard.alone
        if alone and head.tills_heard and head.tills_heard[-1] != heard.enrolled:
            _maybe_forgotten(identity, head.tills_heard, now_ms)
        if alone and not chain.stopped and exchange.records:
            chain = _take_records(cursor, identity, chain, exchange, now_ms)
        number, digest = publication.current_edition(head.company, head.store)
        tag, gone = stock_queries.sold_out(head.company, head.store)
        rights.name_parked(identity, head.parked_names if alone else ())
        shared = rights_queries.for_till(*identity, head.orders_after, head.parked_tag, now_ms)
        if shared.catching_up and alone and not chain.stopped:
            _maybe_heard(identity, chain, head, now_ms)
        state = STOPPED if chain.stopped or not alone else RETIRED if till.retired else RUNNING
        ordered = copies_queries.for_till(*identity, now_ms) if state == RUNNING else ()
    return ExchangeAnswer(
        head_seq=chain.head.seq,
        head_hash=chain.head.hash.hex(),
        chain=state,
        orders=shared.orders if alone else (),
        office_utc_ms=now_ms,
        next_exchange_ms=shared.next_exchange_ms,
        publication=number,
        alarm=chain.alarm if alone else RIVAL,
        sold_out_tag=tag,
        sold_out=None if tag == head.sold_out_tag else gone,
        parked_tag=shared.parked_tag,
        parked=shared.parked,
        copies=ordered,
        publication_digest=digest,
        till_enrolled=heard.enrolled if alone else "",
    )


def _maybe_forgotten(identity: Identity, heard: Sequence[str], now_ms: int) -> None:
    """A till has heard of others: this office told of them. One that is not here is forgotten."""
    company, till, store = identity
    if tills.heard_of(company, store, heard, now_ms):
        rights.stranger_came(company, f"{till}-{store}", now_ms)


def _maybe_heard(identity: Identity, chain: _Chain, head: ExchangeHead, now_ms: int) -> None:
    """Note that a till has sent all that it has, when it has."""
    ends_here = head.first_seq + head.count - 1 == chain.head.seq
    if ends_here and head.status.unsent <= head.count:
        rights.heard_all(identity, head.orders_after, now_ms)


class _Chain:
    """The head row while its lock is held."""

    def __init__(self, head: Head, stopped: bool, alarm: str) -> None:
        self.head, self.stopped, self.alarm = head, stopped, alarm


def _locked_chain(cursor: Any, identity: Identity) -> _Chain:
    found = _lock_chain(cursor, identity)
    if found is None:  # The first time; two that come at once both find one row afterwards.
        cursor.execute(
            "INSERT INTO ingest_chain (company_id, till, store, head_hash) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            [*identity, GENESIS_HASH],
        )
        found = _lock_chain(cursor, identity)
    seq, head_hash, stopped, alarm = found
    return _Chain(Head(seq, bytes(head_hash)), stopped, alarm)


def _lock_chain(cursor: Any, identity: Identity) -> Any:
    cursor.execute(
        "SELECT head_seq, head_hash, stopped, alarm FROM ingest_chain"
        " WHERE company_id = %s AND till = %s AND store = %s FOR UPDATE",
        list(identity),
    )
    return cursor.fetchone()


def _take_records(
    cursor: Any, identity: Identity, chain: _Chain, exchange: Exchange, now_ms: int
) -> _Chain:
    first_seq = exchange.head.first_seq
    if first_seq > chain.head.seq + 1 or first_seq < 1:
        # A gap: the answer tells the head, the till sends from there. A till goes on from where
        # it was told to: this office has told it, and forgotten.
        if first_seq > 1:
            rights.forgot(identity, chain.head.seq, now_ms)
        return chain
    known = exchange.records[: chain.head.seq + 1 - first_seq]
    fault = _compare(cursor, identity, first_seq, known)
    head = chain.head
    if fault is None:
        read = _store_and_project(cursor, identity, chain.head, exchange.records[len(known) :])
        head, fault = read.head, read.fault
        for entry in rights.take(identity, read.entries, now_ms, exchange.head.orders_after):
            _mark_unread(cursor, identity, entry, "unreadable")
        giftcards.take(identity, read.entries)
        for entry in findings.take(identity, read.entries, now_ms):
            _mark_unread(cursor, identity, entry, "unreadable")
        for entry in copies.take(identity, read.entries, now_ms):
            _mark_unread(cursor, identity, entry, "unreadable")
    if fault:
        _keep_conflict(cursor, identity, fault, now_ms)
    stopped = fault is not None and fault.why in reading.STOPPING
    alarm = fault.why if fault else ""
    if head != chain.head or fault or chain.alarm:
        cursor.execute(
            "UPDATE ingest_chain SET head_seq = %s, head_hash = %s, stopped = %s, alarm = %s,"
            " alarm_at_ms = %s, taken_at_ms = %s"
            " WHERE company_id = %s AND till = %s AND store = %s",
            [head.seq, head.hash, stopped, alarm, now_ms if fault else 0, now_ms, *identity],
        )
    return _Chain(head, stopped, alarm)


def _compare(
    cursor: Any, identity: Identity, first_seq: int, records: Sequence[bytes]
) -> Fault | None:
    """Hold records that should be known against what is stored; the first that differs is a
    fault."""
    if not records:
        return None
    cursor.execute(
        "SELECT hash FROM ingest_entry WHERE company_id = %s AND till = %s AND store = %s"
        " AND seq BETWEEN %s AND %s ORDER BY seq",
        [*identity, first_seq, first_seq + len(records) - 1],
    )
    for place, (stored, record) in enumerate(zip(cursor.fetchall(), records, strict=True)):
        digest = hashlib.sha256(record).digest()
        if digest != bytes(stored[0]):
            return Fault(first_seq + place, reading.OTHER_HASH, record, digest)
    return None


_ENTRY = {"seq": BIGINT, "kind": TEXT, "hash": BYTES, "record": BYTES}


class _Read(NamedTuple):
    """The new head, the entries that anything is made of, and the fault at which reading
    stopped."""

    head: Head
    entries: list[Entry]
    fault: Fault | None


def _store_and_project(
    cursor: Any, identity: Identity, head: Head, records: Sequence[bytes]
) -> _Read:
    """Prove `records`, store them raw and raise the read models by them.

    A long batch is stored by the piece: while PostgreSQL takes one, the next is proven and then the
    rows of the read models are made. Those are sent when all entries are stored.
    """
    entries: list[Entry] = []
    fault: Fault | None = None
    with sending(behind=len(records) > FEW) as send:
        for first in range(0, len(records), PIECE):
            read = reading.read_batch(records[first : first + PIECE], head, identity, READ)
            if read.hashes:
                send(_raw_entries(identity, head, read))
            entries += read.entries
            head, fault = read.head, read.fault
            if fault:
                break
        made = _rows_ahead(identity, entries)
    _project_or_mark(cursor, identity, entries, made)
    return _Read(head, entries, fault)


def _raw_entries(identity: Identity, before: Head, read: ReadBatch) -> Packed:
    """The INSERT of raw entries. The lock on the head makes sure that none of them is there."""
    seqs = range(before.seq + 1, read.head.seq + 1)
    kinds = [kind.replace("\0", "?") if "\0" in kind else kind for kind in read.kinds]
    return packed(
        "ingest_entry",
        dict(zip(("company_id", "till", "store"), identity, strict=True)),
        _ENTRY,
        (seqs, kinds, read.hashes, read.records),
    )


_UNFIT = (DatabaseError, psycopg.Error, ValueError, OverflowError, struct.error)
"""What is raised for values that a read model cannot keep: too large, no date, a NUL in a text."""


class _Rows(NamedTuple):
    """What entries do to the read models: rows that are ready to be sent, and what cannot be
    projected."""

    receipts: receipts.Projection
    totals: list[Packed]


SealedBefore = Callable[[str], Entry | None]


def _rows(identity: Identity, entries: Sequence[Entry], sealed_before: SealedBefore) -> _Rows:
    projection = receipts.project(identity, entries, sealed_before)
    signed = projection.folded.signed
    totals = statistics.counted(identity, [(r.sealed_entry.header, r.sealed) for r in signed])
    return _Rows(projection, totals)


class _AsksDatabase(Exception):
    """A receipt of an earlier batch is needed, and the database is busy."""


def _rows_ahead(identity: Identity, entries: Sequence[Entry]) -> _Rows | None:
    """The rows of `entries`, without asking the database. None when that cannot be: they are then
    made where an entry that fails can be marked."""

    def sealed_before(receipt_id: str) -> Entry | None:
        raise _AsksDatabase(receipt_id)

    try:
        return _rows(identity, entries, sealed_before)
    except (_AsksDatabase, *_UNFIT):
        return None


def _project_or_mark(
    cursor: Any, identity: Identity, entries: Sequence[Entry], made: _Rows | None = None
) -> None:
    """Raise the read models, by the rows that were `made` or else are now; an entry that cannot be
    projected is marked, never in the way (D26)."""
    if not entries:
        return
    sealed_before = receipts.waiting(cursor, identity, _entry_at(cursor, identity))
    try:
        with transaction.atomic():
            _project(cursor, identity, entries, made or _rows(identity, entries, sealed_before))
    except _UNFIT:
        for entry in entries:
            try:
                with transaction.atomic():
                    _project(cursor, identity, [entry], _rows(identity, [entry], sealed_before))
            except _UNFIT:
                _mark_unread(cursor, identity, entry, "unfit")


def _project(cursor: Any, identity: Identity, entries: Sequence[Entry], rows: _Rows) -> None:
    receipts.write(cursor, identity, rows.receipts)
    for statement in rows.totals:
        statement.send()
    for miss in rows.receipts.folded.unread:
        _mark_unread(cursor, identity, miss.entry, miss.why)
    for entry in stock.mark(identity, entries):
        _mark_unread(cursor, identity, entry, "unreadable")


def _entry_at(cursor: Any, identity: Identity) -> Callable[[int], Entry]:
    def entry_at(seq: int) -> Entry:
        cursor.execute(
            "SELECT record, hash FROM ingest_entry"
            " WHERE company_id = %s AND till = %s AND store = %s AND seq = %s",
            [*identity, seq],
        )
        record, stored = cursor.fetchone()
        return read_entry(bytes(record), bytes(stored))

    return entry_at


def _mark_unread(cursor: Any, identity: Identity, entry: Entry, why: str) -> None:
    cursor.execute(
        "INSERT INTO ingest_unread (company_id, till, store, seq, kind, why)"
        " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        [*identity, entry.header.seq, entry.header.kind.replace("\0", "")[:60], why],
    )


def _keep_conflict(cursor: Any, identity: Identity, fault: Fault, now_ms: int) -> None:
    cursor.execute(
        "INSERT INTO ingest_conflict"
        " (company_id, till, store, seq, hash, record, why, found_at_ms)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        [*identity, fault.seq, fault.hash, fault.record, fault.why, now_ms],
    )


def rebuild(company: int, till: str, store: int) -> int:
    """Throw the read models of a journal away and make them anew from its entries.

    Returns how many entries were read. The chain is locked meanwhile, so nothing is missed.
    """
    identity = (company, till, store)
    with wall.inside(company), connection.cursor() as cursor:
        chain = _locked_chain(cursor, identity)
        receipts.clear(cursor, identity)
        statistics.clear(cursor, identity)
        cursor.execute(
            "DELETE FROM ingest_unread WHERE company_id = %s AND till = %s AND store = %s",
            list(identity),
        )
        for first in range(1, chain.head.seq + 1, REBUILD_BATCH):
            cursor.execute(
                "SELECT record, hash FROM ingest_entry WHERE company_id = %s AND till = %s"
                " AND store = %s AND seq BETWEEN %s AND %s ORDER BY seq",
                [*identity, first, first + REBUILD_BATCH - 1],
            )
            entries = [read_entry(bytes(r), bytes(h)) for r, h in cursor.fetchall()]
            _project_or_mark(cursor, identity, entries)
    return chain.head.seq
