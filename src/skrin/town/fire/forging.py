"""Who has a till's key sends a history that never was: at every position, of every kind. An oracle
of its own tells what the office may make of each message; the office is held against it."""

from __future__ import annotations

import base64
import http.client
import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from struct import Struct
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from skrin.sync.messages import EXCHANGE_PATH, SIGNATURE_HEADER, TILL_HEADER, EnrolAnswer
from skrin.town.world.ledger import must

if TYPE_CHECKING:
    from skrin.town.fire.door import Door
    from skrin.town.fire.shooting import Tried

_LENGTH = Struct(">I")
FIELDS = 15
SEQ, PREV = 3, 13
KIND, VERSION, BODY = 4, 5, 14
"""Where these stand in a record (docs/ARCHITECTURE.md)."""


def record_of(fields: Sequence[bytes]) -> bytes:
    """A record of its fields."""
    return b"".join(piece for field in fields for piece in (_LENGTH.pack(len(field)), field))


def fields_of(record: bytes) -> list[bytes] | None:
    """The fields of a record; None when it is none."""
    found, at = [], 0
    while at < len(record):
        if at + 4 > len(record):
            return None
        (size,) = _LENGTH.unpack_from(record, at)
        if at + 4 + size > len(record):
            return None
        found.append(record[at + 4 : at + 4 + size])
        at += 4 + size
    return found if len(found) == FIELDS else None


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: where it says to begin, its records, and what else its head says."""

    first_seq: int
    records: tuple[bytes, ...]
    head: tuple[tuple[str, object], ...] = ()


class Forger:
    """A journal made by hand, and whoever signs for it."""

    def __init__(self, enrolled: EnrolAnswer, key: Ed25519PrivateKey) -> None:
        self.enrolled, self._key = enrolled, key
        self.store = enrolled.seats[0].store

    def entry(self, seq: int, prev: bytes, words: str, kind: str = "till.stopped") -> bytes:
        """An entry that is right in its place."""
        body = {"incarnation": 1, "words": words}
        return record_of(
            [
                str(self.enrolled.company).encode(),
                self.enrolled.till.encode(),
                str(self.store).encode(),
                str(seq).encode(),
                kind.encode(),
                b"1",
                str(1_772_000_000_000 + seq).encode(),
                b"60",
                b"2026-03-02",
                b"1",
                b"",
                b"0.1.0",
                b"normal",
                prev,
                json.dumps(body).encode(),
            ]
        )

    def journal(self, length: int, words: str, after: Sequence[bytes] = ()) -> list[bytes]:
        """So many entries after these."""
        made = list(after)
        for _ in range(length):
            prev = sha256(made[-1]).digest() if made else bytes(32)
            made.append(self.entry(len(made) + 1, prev, words))
        return made[len(after) :]

    def send(self, port: int, message: Message) -> tuple[int, dict[str, Any]]:
        """Sign a message and send it; status and answer."""
        head: dict[str, object] = {
            "wire": 1,
            "company": self.enrolled.company,
            "till": self.enrolled.till,
            "store": self.store,
            "incarnation": 1,
            "first_seq": message.first_seq,
            "count": len(message.records),
            "orders_after": 0,
            "version": "0.1.0",
            "sent_at_utc_ms": 1_772_000_000_000,
            "status": {},
        } | dict(message.head)
        parts = [json.dumps(head).encode(), *message.records]
        body = record_of(parts)
        signature = self._key.sign(EXCHANGE_PATH.encode() + b"\n" + body)
        headers = {
            TILL_HEADER: f"{self.enrolled.company}/{self.enrolled.till}",
            SIGNATURE_HEADER: base64.b64encode(signature).decode(),
        }
        while True:
            office = http.client.HTTPConnection("127.0.0.1", port, timeout=20.0)
            try:
                office.request("POST", EXCHANGE_PATH, body, headers)
                answer = office.getresponse()
                status, read = answer.status, answer.read()
            finally:
                office.close()
            if status != 429:
                return status, json.loads(read) if status < 500 else {}
            time.sleep(0.5)


# What is forged. Each takes the journal that is true, how much of it the office has, and dice.

Forge = Callable[[Forger, list[bytes], int, random.Random], Message]


def _changed(fields: list[bytes], place: int, to: bytes) -> bytes:
    return record_of([to if n == place else field for n, field in enumerate(fields)])


def _part(true: list[bytes], has: int, dice: random.Random) -> tuple[int, list[bytes]]:
    """Where a message begins, and what it truly would carry: known entries and new ones."""
    first = dice.randint(max(1, has - 6), has + 1)
    return first, true[first - 1 : has + dice.randint(1, 6)]


def a_byte_changed(forger: Forger, true: list[bytes], has: int, dice: random.Random) -> Message:
    """A byte of an entry is another, wherever it stands."""
    first, records = _part(true, has, dice)
    n = dice.randrange(len(records))
    at = dice.randrange(len(records[n]))
    byte = bytes([records[n][at] ^ (1 << dice.randrange(8))])
    records[n] = records[n][:at] + byte + records[n][at + 1 :]
    return Message(first, tuple(records))


def a_field_changed(forger: Forger, true: list[bytes], has: int, dice: random.Random) -> Message:
    """A field of an entry holds something else: company, till, number, day, the hash before."""
    first, records = _part(true, has, dice)
    n, place = dice.randrange(len(records)), dice.randrange(FIELDS)
    fields = fields_of(records[n])
    assert fields is not None, "it was true"
    to = dice.choice((b"", b"0", b"-1", b"99999999999999999999", b"\xff\xfe", b"x" * 40, bytes(32)))
    records[n] = _changed(fields, place, to)
    return Message(first, tuple(records))


def one_left_out(forger: Forger, true: list[bytes], has: int, dice: random.Random) -> Message:
    """An entry is left out, and those after it move up or not."""
    first, records = _part(true, has, dice)
    del records[dice.randrange(len(records))]
    return Message(first, tuple(records))


def two_swapped(forger: Forger, true: list[bytes], has: int, dice: random.Random) -> Message:
    """Two entries stand in each other's place."""
    first, records = _part(true, has, dice)
    if len(records) > 1:
        one, other = dice.sample(range(len(records)), 2)
        records[one], records[other] = records[other], records[one]
    return Message(first, tuple(records))


def told_anew(forger: Forger, true: list[bytes], has: int, dice: random.Random) -> Message:
    """From some entry on another history, whole in itself."""
    at = dice.randint(max(0, has - 6), has)
    first = dice.randint(max(1, at - 3), at + 1)
    told = [*true[:at], *forger.journal(dice.randint(1, 6), "another story", true[:at])]
    return Message(first, tuple(told[first - 1 :]))


def doubled(forger: Forger, true: list[bytes], has: int, dice: random.Random) -> Message:
    """An entry stands there twice."""
    first, records = _part(true, has, dice)
    n = dice.randrange(len(records))
    records.insert(n, records[n])
    return Message(first, tuple(records))


def begins_elsewhere(forger: Forger, true: list[bytes], has: int, dice: random.Random) -> Message:
    """The head says another number than the first entry has."""
    _, records = _part(true, has, dice)
    return Message(dice.choice((-1, 0, 1, has, has + 1, has + 2, has + 50, 10**15)), tuple(records))


def torn(forger: Forger, true: list[bytes], has: int, dice: random.Random) -> Message:
    """An entry breaks off, or goes on."""
    first, records = _part(true, has, dice)
    n = dice.randrange(len(records))
    whole = records[n]
    records[n] = dice.choice((whole[: dice.randrange(len(whole))], whole + b"x", b"", whole * 2))
    return Message(first, tuple(records))


def of_another(forger: Forger, true: list[bytes], has: int, dice: random.Random) -> Message:
    """The head says another till, store, company or an older start; or another protocol."""
    first, records = _part(true, has, dice)
    lie: tuple[str, object] = dice.choice(
        (
            ("till", "SK999999"),
            ("company", forger.enrolled.company + 1),
            ("store", 2),
            ("store", -1),
            ("incarnation", -5),
            ("wire", 0),
            ("wire", 2),
            ("wire", "1"),
            ("count", len(records) + 1),
            ("count", -1),
            ("first_seq", "1"),
            ("status", []),
            ("orders_after", -1),
        )
    )
    return Message(first, tuple(records), (lie,))


def of_a_later_version(forger: Forger, true: list[bytes], has: int, dice: random.Random) -> Message:
    """More in the head than is known, and entries of a kind and of a version to come."""
    more = list(true[:has])
    for _ in range(dice.randint(1, 4)):
        prev = sha256(more[-1]).digest() if more else bytes(32)
        record = forger.entry(
            len(more) + 1, prev, "later", dice.choice(("later.kind", "till.stopped"))
        )
        fields = fields_of(record)
        assert fields is not None, "it is one"
        more.append(_changed(fields, VERSION, dice.choice((b"1", b"2", b"77"))))
    return Message(has + 1, tuple(more[has:]), (("later", {"of": [1, 2]}), ("status", {"new": 1})))


def nothing_forged(forger: Forger, true: list[bytes], has: int, dice: random.Random) -> Message:
    """The truth, for once."""
    first, records = _part(true, has, dice)
    return Message(first, tuple(records))


FORGERIES: tuple[Forge, ...] = (
    *(a_byte_changed, a_field_changed, one_left_out, two_swapped, told_anew, doubled),
    *(begins_elsewhere, torn, of_another, of_a_later_version, nothing_forged),
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may come of a message: the rows after it, and the alarm ("" = none)."""

    rows: tuple[bytes, ...]
    alarm: str = ""
    stops: bool = False


def judged(forger: Forger, rows: Sequence[bytes], message: Message) -> Verdict:
    """What the office may make of it, by rules written down once more: sync.md."""
    had = tuple(rows)
    first, records, has = message.first_seq, message.records, len(had)
    if first < 1 or first > has + 1:
        return Verdict(had)
    for seq, record in enumerate(records[: has + 1 - first], first):
        if sha256(record).digest() != had[seq - 1]:
            return Verdict(had, "other_hash", stops=True)
    mine = [str(forger.enrolled.company), forger.enrolled.till, str(forger.store)]
    for record in records[has + 1 - first :]:
        fields = fields_of(record)
        if fields is None or not _is_sound(fields):
            return Verdict(had, "torn")
        if [field.decode() for field in fields[:3]] != mine:
            return Verdict(had, "foreign")
        if int(fields[SEQ]) != len(had) + 1:
            return Verdict(had, "torn")
        if fields[PREV] != (had[-1] if had else bytes(32)):
            return Verdict(had, "broken_link", stops=True)
        had = (*had, sha256(record).digest())
    return Verdict(had)


def _is_sound(fields: list[bytes]) -> bool:
    """Texts are UTF-8, numbers are decimal figures without ornament. What a body says is nobody's
    business here: it is kept, and marked where it cannot be read."""
    numbers = (0, 2, SEQ, VERSION, 6, 7, 9)
    try:
        texts = [field.decode() for n, field in enumerate(fields) if n not in (PREV, BODY)]
        figures = all(str(int(fields[n])).encode() == fields[n] for n in numbers)
    except ValueError:
        return False
    return bool(texts) and figures


def forge(door: Door, seed: int, inputs: int, tried: Tried) -> None:
    """So many forged messages, each at a chain with a history of its own. Raises `Finding`."""
    dice = random.Random(f"forged {seed}")
    forger = Forger(*door.enrol())
    till = forger.enrolled.till
    for number in range(inputs):
        door.forget(till)
        true = forger.journal(24, f"{seed}/{number}")
        has = dice.randint(0, 16)
        if has:
            forger.send(door.port, Message(1, tuple(true[:has])))
        before = [digest for _, digest in door.rows(till)]
        way = dice.choice(FORGERIES)
        message = way(forger, true, has, dice)
        status, said = forger.send(door.port, message)
        tried.inputs[f"forged: {way.__name__.replace('_', ' ')}"] += 1
        told = f"{way.__name__} (seed {seed}, no. {number})"
        _hold_against(door, forger, message, (status, said), before, told)
        _goes_on(door, forger, true, told)


def _hold_against(
    door: Door,
    forger: Forger,
    message: Message,
    answered: tuple[int, dict[str, Any]],
    before: list[bytes],
    told: str,
) -> None:
    till, (status, said) = forger.enrolled.till, answered
    rows = [digest for _, digest in door.rows(till)]
    must(rows[: len(before)] == before, f"{told}: the office has overwritten entries")
    chain = door.chain(till)
    if status != 200:
        must(400 <= status < 500, f"{told}: the office broke: {status} {said}")
        must(rows == before, f"{told}: refused ({said}), and taken all the same")
        return
    head = dict(message.head)
    if head.get("incarnation", 1) != 1:
        must(rows == before and said["alarm"] == "rival_incarnation", f"{told}: an older start")
        return
    must(
        head.get("wire", 1) == 1 and head.get("count", 0) in (0, len(message.records)),
        f"{told}: taken with a head that lies: {head}",
    )
    due = judged(forger, before, message)
    must(
        tuple(rows) == due.rows,
        f"{told}: {len(rows)} entries, {len(due.rows)} are due; it says {said['alarm']!r},"
        f" due is {due.alarm!r}",
    )
    must(
        (chain.alarm, chain.stopped) == (due.alarm, due.stops),
        f"{told}: the alarm is {chain.alarm!r}, due is {due.alarm!r}",
    )
    must(bool(chain.conflicts) == bool(due.alarm), f"{told}: what was refused was not set aside")
    must(said["alarm"] == due.alarm, f"{told}: the office kept {due.alarm!r} to itself")


def _goes_on(door: Door, forger: Forger, true: list[bytes], told: str) -> None:
    """Afterwards the honest till sends what it has: it goes up, or the alarm stands."""
    till = forger.enrolled.till
    before = [digest for _, digest in door.rows(till)]
    status, said = forger.send(door.port, Message(len(before) + 1, tuple(true[len(before) :])))
    must(status == 200, f"{told}: the honest till is refused: {said}")
    chain, rows = door.chain(till), [digest for _, digest in door.rows(till)]
    must(rows[: len(before)] == before, f"{told}: the honest till overwrote entries")
    whole = rows == [sha256(record).digest() for record in true]
    must(whole or chain.stopped, f"{told}: the honest till does not go on, and nothing is said")
    must(not (whole and chain.alarm), f"{told}: all is there, and the alarm {chain.alarm} stands")


__all__ = ["FORGERIES", "Forger", "Message", "Verdict", "forge", "judged"]
