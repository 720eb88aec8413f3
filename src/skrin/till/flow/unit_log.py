"""What the till knows of its control unit: who it is, to whom it belongs, and its faults.

Entries are written where something changes: an ordinary sale writes none. What they come to lies
beside the journal, so that a start reads it at once, and the log finds its entries by their number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from skrin.domain.codec import decode, decode_body, encode
from skrin.domain.control_unit import UnitAnswered, UnitChosen, UnitFailed, UnitMet
from skrin.domain.entry import Header
from skrin.domain.receipt import SerialRenewed
from skrin.domain.refusal import Refusal
from skrin.fiscal.contract import UnitIdentity
from skrin.sync.messages import Person
from skrin.till.flow.completing import MESSAGE_SERIES
from skrin.till.flow.till import Till, Transaction
from skrin.till.storage.shop_reader import ShopReader

LOG_MOST = 200
"""How many of the latest entries the log shows; the journal keeps all."""

_MET, _DOWN, _LOG = "unit_met", "unit_down", "unit_log"


Change = Callable[[Transaction], None]


@dataclass(frozen=True, slots=True)
class Down:
    """A fault that has not ended."""

    code: str
    since_utc_ms: int


@dataclass(frozen=True, slots=True)
class UnitKnown:
    """What the journal comes to."""

    met: UnitMet | None = None
    down: Down | None = None


def read(file: ShopReader) -> UnitKnown:
    """What the journal comes to, as the last commit left it."""
    met, down = file.state(_MET), file.state(_DOWN)
    return UnitKnown(
        decode(UnitMet, met.encode()) if met else None,
        decode(Down, down.encode()) if down else None,
    )


def log(file: ShopReader) -> Iterator[tuple[Header, object]]:
    """The entries of the unit, latest first."""
    for seq in reversed(_seqs(file)):
        entry = file.entry(seq)
        if entry is not None:
            header = entry.header
            body = decode_body(header.kind, header.version, entry.body)
            if body is not None:
                yield header, body


def failed(till: Till, code: str) -> UnitKnown:
    """Journal that the unit failed, unless that fault is known already."""

    def act(known: UnitKnown) -> Change | None:
        if known.down and known.down.code == code:
            return None
        return lambda tx: _fail(till, tx, known, code)

    return _write(till, None, act)


def _fail(till: Till, tx: Transaction, known: UnitKnown, code: str) -> None:
    pending = till.desk.pending
    tx.append("unit.failed", UnitFailed(code, pending[0].sealed.number if pending else 0))
    since = known.down.since_utc_ms if known.down else tx.at.utc_ms
    till.file.put_state(_DOWN, encode(Down(code, since)).decode())


def answered(till: Till) -> UnitKnown:
    """Journal that the unit works again, where it had failed."""

    def act(known: UnitKnown) -> Change | None:
        down = known.down
        return None if down is None else partial(_heal, till, down)

    return _write(till, None, act)


def _heal(till: Till, down: Down, tx: Transaction) -> None:
    tx.append("unit.answered", UnitAnswered(down.code, down.since_utc_ms))
    till.file.put_state(_DOWN, "")


def met(
    till: Till, identity: UnitIdentity, actor: Person | None = None, *, same_owner: bool = False
) -> UnitKnown:
    """Journal who the unit is, when it is another, or differently, than was known.

    A unit that belonged to another owner at this register is not taken over: nothing is written,
    and `check_owner` goes on refusing, unless a person states the `same_owner`.
    """
    now = UnitMet(
        identity.unit_id,
        identity.model,
        identity.protocol,
        identity.firmware,
        till.identity.seat.designation,
        till.store.org_number,
        same_owner,
    )

    def act(known: UnitKnown) -> Change | None:
        before = known.met
        if before and (_same(before, now) or (_former_owners(before, now) and not same_owner)):
            return None
        return lambda tx: _meet(till, tx, now)

    return _write(till, actor, act)


def _meet(till: Till, tx: Transaction, now: UnitMet) -> None:
    tx.append("unit.met", now)
    till.file.put_state(_MET, encode(now).decode())


def chosen(till: Till, actor: Person, choice: UnitChosen, identity: UnitIdentity | None) -> None:
    """Journal which unit a person chose.

    A receipt that waits for its code goes to another unit under a new message serial: it has heard
    none of the other's. The same unit at another address must hear the same bytes again (D16).
    """

    def command() -> None:
        known, pending = read(till.file).met, till.desk.pending
        with till.transaction(actor) as tx:
            _log(till, tx.append("unit.chosen", choice).seq)
            if pending and known and identity and known.unit_id != identity.unit_id:
                serial, sealed = tx.next_number(MESSAGE_SERIES), pending[0].sealed
                renewed = SerialRenewed(sealed.receipt_id, sealed.number, serial)
                tx.append("serial.renewed", renewed)

    till.run(command)


def check_owner(till: Till, known: UnitKnown) -> None:
    """Refuse with `control_unit_of_former_owner` while the unit and this register's designation
    belong to another organisation number than the store's (R-CTRL-005)."""
    met = known.met
    if met is None or not is_former_owners(till, known):
        return
    raise Refusal(
        "control_unit_of_former_owner",
        unit_id=met.unit_id,
        before=met.org_number,
        now=till.store.org_number,
    )


def is_former_owners(till: Till, known: UnitKnown) -> bool:
    """Whether unit and register belong to another organisation number than the store's."""
    store, met = till.registers.store, known.met
    if store is None or met is None:
        return False
    return _digits(met.org_number) != _digits(store.org_number)


def _same(before: UnitMet, now: UnitMet) -> bool:
    def of(one: UnitMet) -> tuple[str, ...]:
        told = (one.unit_id, one.model, one.protocol, one.firmware, one.designation)
        return (*told, _digits(one.org_number))

    return of(before) == of(now)


def _former_owners(before: UnitMet, now: UnitMet) -> bool:
    """Whether unit and register are those of another owner."""
    pair = (before.unit_id, before.designation) == (now.unit_id, now.designation)
    return pair and _digits(before.org_number) != _digits(now.org_number)


def _digits(org_number: str) -> str:
    return "".join(sign for sign in org_number if sign.isdecimal())[-10:]


def _seqs(file: ShopReader) -> list[int]:
    return decode(list[int], file.state(_LOG, "[]").encode())


def _log(till: Till, seq: int) -> None:
    kept = [*_seqs(till.file), seq][-LOG_MOST:]
    till.file.put_state(_LOG, encode(kept).decode())


def _write(
    till: Till, actor: Person | None, act: Callable[[UnitKnown], Change | None]
) -> UnitKnown:
    """What is known once it is on the disk. A person's word is refused as any command is; what the
    program finds is written whatever the clock shows."""

    def command() -> UnitKnown:
        change = act(read(till.file))
        if change:
            with till.transaction(actor) as tx:
                change(tx)
                _log(till, tx.head.seq)
        return read(till.file)

    return till.run(command)
