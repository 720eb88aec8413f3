"""Proving a batch: the quick way and the slow way say the same, for every damage at every byte."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.office.journals import Journal, Sold

from skrin.domain.entry import GENESIS_HASH, Entry, JournalDamage, make_entry, read_entry
from skrin.office.ingest.reading import Head, ReadBatch, read_batch

COFFEE = Sold(1, 2, "Bryggkaffe", "Varm dryck", 34_00, 5_00, 600)
IDENTITY = (7, "SK000001", 1)
EVERY = frozenset(
    {"journal.opened", "line.added", "receipt.sealed", "receipt.signed", "day.closed", "odd"}
)
GENESIS = Head(0, GENESIS_HASH)


def a_journal() -> Journal:
    journal = Journal(*IDENTITY, "T1-1", {"cash": 1, "card": 2}).open()
    for hour in range(8, 12):
        journal.sale(COFFEE, COFFEE, time=f"{hour:02d}:00:00")
    journal.close()
    journal.day = "2026-11-21"
    journal.person = "27"
    journal.sale(COFFEE, mode="training")
    return journal


def slowly(records: list[bytes]) -> tuple[list[Entry], int]:
    """The entries that `read_entry` alone would take, and the number of the first bad one (0 =
    none)."""
    entries: list[Entry] = []
    prev_hash = GENESIS_HASH
    for seq, record in enumerate(records, 1):
        try:
            entry = read_entry(record)
        except JournalDamage:
            return entries, seq
        header = entry.header
        place = (header.company, header.till, header.store, header.seq)
        if place != (*IDENTITY, seq) or entry.prev_hash != prev_hash:
            return entries, seq
        entries.append(entry)
        prev_hash = entry.hash
    return entries, 0


def same(batch: ReadBatch, records: list[bytes]) -> bool:
    entries, bad = slowly(records)
    assert list(batch.records) == [entry.record for entry in entries]
    assert batch.hashes == [entry.hash for entry in entries]
    assert batch.kinds == [entry.header.kind for entry in entries]
    assert batch.head == (Head(len(entries), entries[-1].hash) if entries else GENESIS)
    assert batch.entries == [entry for entry in entries if entry.header.kind in EVERY]
    assert (batch.fault.seq if batch.fault else 0) == bad
    return True


def test_a_sound_batch_reads_as_the_slow_way_reads_it() -> None:
    records = a_journal().records
    batch = read_batch(records, GENESIS, IDENTITY, EVERY)
    assert len(batch.entries) == len(records)
    assert same(batch, records)
    only = read_batch(records, GENESIS, IDENTITY, frozenset({"day.closed"}))
    assert [entry.header.kind for entry in only.entries] == ["day.closed"]
    assert replace(only, entries=batch.entries) == batch


def test_every_changed_byte_of_a_late_record_is_noticed() -> None:
    records = a_journal().records
    victim = len(records) - 3
    for place in range(len(records[victim])):
        changed = bytearray(records[victim])
        changed[place] ^= 1
        damaged = [*records[:victim], bytes(changed), *records[victim + 1 :]]
        batch = read_batch(damaged, GENESIS, IDENTITY, EVERY)
        assert batch.fault is not None
        assert batch.fault.seq in (victim + 1, victim + 2)
        same(batch, damaged)


def test_every_cut_of_a_late_record_is_torn() -> None:
    records = a_journal().records
    victim = len(records) - 3
    for cut in range(len(records[victim])):
        damaged = [*records[:victim], records[victim][:cut], *records[victim + 1 :]]
        batch = read_batch(damaged, GENESIS, IDENTITY, EVERY)
        assert batch.fault is not None
        assert (batch.fault.seq, batch.fault.why) == (victim + 1, "torn")
        same(batch, damaged)


def test_a_hash_planted_in_the_body_misleads_nobody() -> None:
    journal = a_journal()
    last = journal.entries[-1]
    for planted in (
        last.hash,
        b"\0\0\0 " + last.hash,
        b"\0\0\0 " + last.hash + b"\0\0\0\0",
        last.hash * 2,
    ):
        header = replace(last.header, seq=last.header.seq + 1, kind="odd")
        for prev_hash in (last.hash, bytes(32)):
            entry = make_entry(header, prev_hash, planted)
            records = [*journal.records, entry.record]
            same(read_batch(records, GENESIS, IDENTITY, EVERY), records)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_whatever_is_done_to_a_batch_both_ways_agree(data: st.DataObject) -> None:
    records = list(a_journal().records)
    for _ in range(data.draw(st.integers(1, 3))):
        victim = data.draw(st.integers(0, len(records) - 1))
        raw = bytearray(records[victim])
        start = data.draw(st.integers(0, len(raw)))
        end = data.draw(st.integers(start, min(len(raw), start + 6)))
        raw[start:end] = data.draw(st.binary(max_size=6))
        records[victim] = bytes(raw)
    same(read_batch(records, GENESIS, IDENTITY, EVERY), records)
