"""Entries to the byte: D1's record and hash, what damage is, and every body ever released."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.samples import sample

from skrin.domain.codec import decode_body, encode
from skrin.domain.entry import (
    GENESIS_HASH,
    Entry,
    Header,
    JournalDamage,
    make_entry,
    read_entry,
    verify_link,
)
from skrin.domain.journal import KINDS, verify_chain

GOLDEN = Path(__file__).parents[1] / "golden" / "entries"

HEADER = Header(
    company=42,
    till="T7",
    store=3,
    seq=1,
    kind="drawer.opened",
    version=1,
    at_utc_ms=1_795_438_800_123,
    utc_offset_min=60,
    business_day="2026-11-23",
    period=1,
    user="",
    app_version="0.1.0",
    mode="normal",
)
BODY = '{"cause":"Växla åt kund"}'.encode()
GOLDEN_HASH = "a9dda81633d4592b6e6e0d32340976a38fd24310e0db138e3d6c5dd5b05ef0cd"
"""Made with printf and sha256sum from the text of D1, without this program."""


def record_by_the_text_of_d1(fields: list[bytes]) -> bytes:
    """Each field a 4-byte big-endian length and its bytes. Shares nothing with the program."""
    return b"".join(len(field).to_bytes(4, "big") + field for field in fields)


FIELDS = [
    b"42",
    b"T7",
    b"3",
    b"1",
    b"drawer.opened",
    b"1",
    b"1795438800123",
    b"60",
    b"2026-11-23",
    b"1",
    b"",
    b"0.1.0",
    b"normal",
    bytes(32),
    b'{"cause":"V\xc3\xa4xla \xc3\xa5t kund"}',
]


def chain(length: int) -> list[Entry]:
    """A sound journal of some entries."""
    entries: list[Entry] = []
    for seq in range(1, length + 1):
        previous = entries[-1].hash if entries else GENESIS_HASH
        entries.append(make_entry(replace(HEADER, seq=seq), previous, BODY))
    return entries


def test_the_golden_vector() -> None:
    entry = make_entry(HEADER, GENESIS_HASH, BODY)
    assert entry.record == record_by_the_text_of_d1(FIELDS)
    assert entry.hash == hashlib.sha256(record_by_the_text_of_d1(FIELDS)).digest()
    assert entry.hash.hex() == GOLDEN_HASH
    assert len(entry.record) == 15 * 4 + sum(len(field) for field in FIELDS)


def test_a_record_reads_back() -> None:
    entry = make_entry(HEADER, GENESIS_HASH, BODY)
    assert read_entry(entry.record, entry.hash) == entry
    assert read_entry(entry.record).header == HEADER


@given(
    st.builds(
        Header,
        company=st.integers(),
        till=st.text(),
        store=st.integers(),
        seq=st.integers(),
        kind=st.text(),
        version=st.integers(),
        at_utc_ms=st.integers(),
        utc_offset_min=st.integers(-720, 840),
        business_day=st.text(),
        period=st.integers(),
        user=st.text(),
        app_version=st.text(),
        mode=st.text(),
    ),
    st.binary(min_size=32, max_size=32),
    st.binary(),
)
def test_every_header_and_body_reads_back(header: Header, previous: bytes, body: bytes) -> None:
    entry = make_entry(header, previous, body)
    assert read_entry(entry.record, entry.hash) == Entry(
        header, previous, body, entry.record, entry.hash
    )


def test_a_record_torn_anywhere_is_damage() -> None:
    entry = make_entry(HEADER, GENESIS_HASH, BODY)
    for length in range(len(entry.record)):
        with pytest.raises(JournalDamage):
            read_entry(entry.record[:length])
        with pytest.raises(JournalDamage):
            read_entry(entry.record[:length], entry.hash)
    with pytest.raises(JournalDamage):
        read_entry(entry.record + b"\0")


def test_a_changed_byte_anywhere_is_damage() -> None:
    entry = make_entry(HEADER, GENESIS_HASH, BODY)
    for at in range(len(entry.record)):
        for flip in (0x01, 0x80):
            changed = bytearray(entry.record)
            changed[at] ^= flip
            with pytest.raises(JournalDamage, match="does not match its hash"):
                read_entry(bytes(changed), entry.hash)


def test_a_sound_chain_is_proven() -> None:
    entries = chain(5)
    assert verify_chain(entries) == entries[-1]
    assert verify_chain([]) is None


@pytest.mark.parametrize("missing", range(4))
def test_a_missing_entry_is_named(missing: int) -> None:
    entries = chain(5)
    del entries[missing]
    with pytest.raises(JournalDamage, match=f"entry {missing + 1} is missing"):
        verify_chain(entries)


def test_an_entry_put_in_by_hand_is_found() -> None:
    entries = chain(5)
    entries[2] = make_entry(entries[2].header, entries[2].prev_hash, b'{"cause":"x"}')
    with pytest.raises(JournalDamage, match="entry 4 does not follow"):
        verify_chain(entries)
    with pytest.raises(JournalDamage, match="entry 1 does not follow"):
        verify_link(make_entry(HEADER, bytes(31) + b"\1", BODY), 1, GENESIS_HASH)


@pytest.mark.parametrize("stranger", [{"till": "T8"}, {"store": 4}, {"company": 43}])
def test_an_entry_of_another_journal_is_found(stranger: dict[str, object]) -> None:
    first = make_entry(HEADER, GENESIS_HASH, BODY)
    second = make_entry(replace(HEADER, seq=2, **stranger), first.hash, BODY)
    with pytest.raises(JournalDamage, match="entry 2 belongs to another journal"):
        verify_chain([first, second])


def path_of(kind: str, version: int) -> Path:
    return GOLDEN / f"{kind}.v{version}.json"


@pytest.fixture
def released(request: pytest.FixtureRequest) -> None:
    """Write the golden bodies that are missing. One that exists is released: it never changes."""
    if request.config.getoption("--rewrite-golden"):
        for (kind, version), shape in KINDS.items():
            if not path_of(kind, version).exists():
                body = json.loads(encode(sample(shape)))
                text = json.dumps(body, ensure_ascii=False, indent=1)
                path_of(kind, version).write_text(f"{text}\n")


@pytest.mark.usefixtures("released")
@pytest.mark.parametrize(("kind", "version"), sorted(KINDS))
def test_every_released_body_is_read_for_ever(kind: str, version: int) -> None:
    """All that a golden body says is still there after today's reader and writer."""
    golden = path_of(kind, version).read_bytes()
    body = decode_body(kind, version, golden)
    assert body is not None
    again = encode(body)
    assert decode_body(kind, version, again) == body
    assert within(json.loads(golden), json.loads(again))


def within(old: object, new: object) -> bool:
    """Whether `new` says all that `old` says; it may have more fields (with defaults)."""
    if isinstance(old, dict) and isinstance(new, dict):
        return all(key in new and within(value, new[key]) for key, value in old.items())
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(within, old, new))
    return type(old) is type(new) and old == new


@pytest.mark.parametrize(("kind", "version"), sorted(KINDS))
def test_every_body_goes_through_the_codec(kind: str, version: int) -> None:
    body = sample(KINDS[kind, version])
    data = encode(body)
    assert decode_body(kind, version, data) == body
    assert encode(decode_body(kind, version, data)) == data
    assert "Ä" not in kind and json.loads(data)


def test_every_golden_body_has_a_reader() -> None:
    names = {path.name for path in GOLDEN.glob("*.json")}
    assert names == {path_of(kind, version).name for kind, version in KINDS}


def test_an_unknown_kind_is_kept_and_chained() -> None:
    first = make_entry(HEADER, GENESIS_HASH, BODY)
    strange = make_entry(replace(HEADER, seq=2, kind="dragon.seen", version=9), first.hash, b"\xff")
    third = make_entry(replace(HEADER, seq=3), strange.hash, BODY)
    assert decode_body("dragon.seen", 9, strange.body) is None
    assert decode_body("drawer.opened", 99, BODY) is None
    read = [read_entry(entry.record, entry.hash) for entry in (first, strange, third)]
    assert read[1].body == b"\xff"
    assert verify_chain(read) == third


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"{}", b'{"cause":1}', b'{"cause":null}', b'{"cause":"\xff"}']
)
def test_a_known_kind_that_cannot_be_read_is_damage(body: bytes) -> None:
    with pytest.raises(JournalDamage, match=r"drawer\.opened cannot be read"):
        decode_body("drawer.opened", 1, body)


def test_a_field_of_a_later_version_is_left_alone() -> None:
    body = decode_body("drawer.opened", 1, b'{"cause":"x","later":[1]}')
    assert body == decode_body("drawer.opened", 1, b'{"cause":"x"}')
