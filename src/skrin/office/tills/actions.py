"""Making tills, enrolling devices, and noting what is heard from them."""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import msgspec
from django.db import IntegrityError, connection, transaction

from skrin.domain.codec import convert
from skrin.domain.refusal import Refusal
from skrin.domain.till_setting import Value, checked
from skrin.office.paymentsystems import actions as paymentsystems
from skrin.office.tenancy import queries as tenancy
from skrin.office.tenancy import wall
from skrin.office.tills import queries
from skrin.office.tills.models import EnrolmentCode, Event, Seat, Till, TillSetting
from skrin.office.tills.strangers import Asked as Asked
from skrin.office.tills.strangers import admission_for
from skrin.office.tills.strangers import asks_to_be_known as asks_to_be_known
from skrin.office.tills.strangers import heard_of as heard_of
from skrin.office.tills.strangers import let_in as let_in
from skrin.office.tills.strangers import send_away as send_away
from skrin.sync.device_batch import Wish
from skrin.sync.messages import (
    DeviceSettings,
    EnrolAnswer,
    EnrolRequest,
    ExchangeHead,
    StoreSeat,
)

CODE_LIFE_MS = 24 * 60 * 60 * 1000
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE = re.compile(r"(\d{1,18})-([0-9A-Z]{4})-([0-9A-Z]{4})-([0-9A-Z]{4})")
_DESIGNATION = re.compile(r"[\x21-\x7e]([\x20-\x7e]{0,14}[\x21-\x7e])?")


def set_till(
    company_id: int, store: int, designation: str, label: str, devices: DeviceSettings | None
) -> Till:
    """Make the till with this designation in the store, or change its label and devices (None =
    leave).

    Raises `Refusal` `designation_unreadable` unless it is 1 to 16 printable ASCII characters
    (SKVFS 2014:9), `designation_taken` when another store has it.
    """
    if not _DESIGNATION.fullmatch(designation):
        raise Refusal("designation_unreadable", designation=designation)
    seat = (
        Seat.objects.select_related("till")
        .filter(company_id=company_id, designation=designation)
        .first()
    )
    if seat is None:
        till = Till(company_id=company_id)
    elif seat.store != store:
        raise Refusal("designation_taken", designation=designation)
    else:
        till = seat.till
    till.label = label
    if devices is not None:
        till.devices = msgspec.to_builtins(devices)
    till.save()
    if seat is None:
        Seat.objects.create(company_id=company_id, till=till, store=store, designation=designation)
    return till


def new_code(till: Till, now_ms: int, life_ms: int = CODE_LIFE_MS) -> str:
    """A fresh enrolment code for a till that no device has taken yet; older ones stop to work.

    The company stands in the code, so that it can be looked up behind the wall.
    """
    if till.till_id:
        raise Refusal("till_enrolled", label=till.label)
    groups = ["".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3)]
    code = "-".join([str(till.company_id), *groups])
    EnrolmentCode.objects.filter(till=till, used_at_ms=0).delete()
    EnrolmentCode.objects.create(
        company_id=till.company_id,
        till=till,
        code_hash=queries.code_hash(code),
        expires_at_ms=now_ms + life_ms,
    )
    return code


def enrol(request: EnrolRequest, now_ms: int) -> EnrolAnswer:
    """Let a device become the till of its code. Call outside any company.

    Raises `Refusal`: `code_unknown`, `code_spent`, `code_expired`, `key_unreadable`.
    """
    code = request.code.strip().upper()
    shape = _CODE.fullmatch(code)
    if shape is None:
        raise Refusal("code_unknown")
    _check_key(request.public_key)
    with wall.inside(int(shape[1])):
        row = (
            EnrolmentCode.objects.select_for_update()
            .filter(company_id=int(shape[1]), code_hash=queries.code_hash(code))
            .first()
        )
        if row is None:
            raise Refusal("code_unknown")
        till = Till.objects.get(id=row.till_id)
        if till.retired:
            raise Refusal("code_unknown")
        if row.expires_at_ms <= now_ms:
            raise Refusal("code_expired")
        if row.used_at_ms and till.public_key == request.public_key:
            return _enrolled(till)  # The same device asks again: the answer was lost on the way.
        if row.used_at_ms or till.till_id:  # A code made while another was being used up.
            raise Refusal("code_spent")
        row.used_at_ms = now_ms
        row.save()
        # Numbered by the office's own id: unique in the company, and short beside a store's number.
        till.till_id = f"SK{till.id:06d}"
        till.public_key, till.device_name = request.public_key, request.device_name[:80]
        till.enrolled_at_ms = now_ms
        till.save()
        return _enrolled(till)


def _check_key(public_key: str) -> None:
    try:
        raw = base64.b64decode(public_key, validate=True)
    except ValueError as fault:
        raise Refusal("key_unreadable") from fault
    if len(raw) != 32:
        raise Refusal("key_unreadable")


def _enrolled(till: Till) -> EnrolAnswer:
    seats = _seats(till)
    before = queries.predecessors(till.company_id, till.till_id or "")
    return EnrolAnswer(
        company=till.company_id,
        company_name=tenancy.company(till.company_id).name,
        till=till.till_id or "",
        seats=seats,
        devices=convert(DeviceSettings, till.devices),
        predecessor=(till.predecessor.till_id or "") if till.predecessor else "",
        admission=admission_for(till, seats, before),
    )


def _seats(till: Till) -> tuple[StoreSeat, ...]:
    names = tenancy.store_names(till.company_id)
    rows = Seat.objects.filter(till=till).order_by("store")
    return tuple(StoreSeat(seat.store, names[seat.store], seat.designation) for seat in rows)


def seats_of(company_id: int, till_id: str) -> tuple[StoreSeat, ...]:
    """The stores that a device is a till of. Call from inside the company."""
    return _seats(Till.objects.get(company_id=company_id, till_id=till_id))


@dataclass(frozen=True, slots=True)
class Heard:
    """`alone`: no newer start of the till has spoken (D23). `enrolled`: the till of the company
    that enrolled last."""

    alone: bool
    enrolled: str


def hear(head: ExchangeHead, now_ms: int) -> Heard:
    """Note what an exchange says of its till. Call from inside the company, under the lock of the
    chain."""
    said: dict[str, int | str] = {
        "company": head.company,
        "till": head.till,
        "store": head.store,
        "now": now_ms,
        "incarnation": head.incarnation,
        "version": head.version[:40],
        "status": msgspec.json.encode(head.status).decode(),
    }
    with connection.cursor() as cursor:  # Every exchange comes here: one statement.
        cursor.execute(_HEAR, said)
        incarnation, enrolled = cursor.fetchone()
    return Heard(bool(incarnation == head.incarnation), str(enrolled))


_OLDER = "s.incarnation > %(incarnation)s"
_HEAR = f"""
UPDATE tills_seat s SET
  rival_at_ms = CASE WHEN {_OLDER} THEN %(now)s ELSE s.rival_at_ms END,
  heard_at_ms = CASE WHEN {_OLDER} THEN s.heard_at_ms ELSE %(now)s END,
  version = CASE WHEN {_OLDER} THEN s.version ELSE %(version)s END,
  status = CASE WHEN {_OLDER} THEN s.status ELSE %(status)s::jsonb END,
  incarnation = greatest(s.incarnation, %(incarnation)s)
FROM tills_till t
WHERE t.id = s.till_id AND t.company_id = %(company)s AND t.till_id = %(till)s
  AND s.company_id = %(company)s AND s.store = %(store)s
RETURNING s.incarnation, coalesce((SELECT e.till_id FROM tills_till e
  WHERE e.company_id = %(company)s AND e.till_id IS NOT NULL
  ORDER BY e.enrolled_at_ms DESC, e.id DESC LIMIT 1), '')
"""  # noqa: S608 (a constant)


@dataclass(frozen=True, slots=True)
class Doer:
    """Who does something with a till in the office, and when."""

    member_id: int
    name: str
    now_ms: int


CAUSES = ("lost", "replaced", "given_up", "history")
"""Why a till is taken out of use: it is gone, another takes its place, nobody needs it, or two
histories of it exist."""

REASON_LEAST = 3

DESIGNATION_TRIES = 3
"""How often another designation is looked for while somebody else takes the one that was found."""


def set_settings(
    company_id: int,
    store: int,
    designation: str,
    changes: Mapping[str, Value | None],
    doer: Doer,
) -> None:
    """Set what the till with this designation has, or (empty) every till of the store; None: what
    counts without it counts again. Call from inside the company; publish afterwards.

    Raises what `till_setting.checked` does, and nothing is changed.
    """
    tidy = {
        name: None if value is None else checked(name, value) for name, value in changes.items()
    }
    with transaction.atomic():
        row, _ = TillSetting.objects.select_for_update().get_or_create(
            company_id=company_id, store=store, designation=designation
        )
        kept = {
            **row.values,
            **{name: list(value) for name, value in tidy.items() if value is not None},
        }
        row.values = {name: lines for name, lines in kept.items() if tidy.get(name, ()) is not None}
        row.save()
        if designation:
            seat = Seat.objects.select_related("till").get(
                company_id=company_id, designation=designation
            )
            _note(seat.till, "settings", doer, reason=", ".join(sorted(tidy)))


def make_new(
    company_id: int, store: int, designation: str, label: str, doer: Doer
) -> tuple[Till, str]:
    """A till that no device has taken yet, and the code for the device that will. Call from inside
    the company.

    Raises `Refusal`: `designation_unreadable`, `designation_taken`, `label_missing`.
    """
    if not label.strip():
        raise Refusal("label_missing")
    if Seat.objects.filter(company_id=company_id, designation=designation).exists():
        raise Refusal("designation_taken", designation=designation)
    with _told_when_taken(designation):
        till = set_till(company_id, store, designation, label.strip()[:60], None)
        _note(till, "made", doer)
        return till, new_code(till, doer.now_ms)


@contextmanager
def _told_when_taken(designation: str, serial: str = "") -> Iterator[None]:
    """All of it or nothing, beside others who do the same: what somebody else has taken since it
    was looked for is refused as it would have been then."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as both:
        diagnosis = getattr(both.__cause__, "diag", None)
        constraint = getattr(diagnosis, "constraint_name", "")
        if constraint == "designation_once":
            raise Refusal("designation_taken", designation=designation) from both
        if constraint == "serial_once":
            raise Refusal("batch_serial_taken", typed=serial) from both
        raise


@dataclass(frozen=True, slots=True)
class Prepared:
    """A till that waits for its device, with the code on its label and until when that works."""

    number: int
    serial: str
    store: int
    designation: str
    label: str
    code: str
    until_ms: int


def prepare(
    company_id: int, wishes: Sequence[Wish], doer: Doer, batch: str, life_ms: int
) -> tuple[list[Prepared], list[tuple[int, Refusal]]]:
    """Make a till for every line of a file, or, when something is wrong with any, none and what is
    wrong with which line. Call from inside the company.

    Wrong: `batch_store_unknown`, `batch_serial_taken`, and what `make_new` refuses.
    """
    stores = tenancy.store_names(company_id)
    faults: list[tuple[int, Refusal]] = []
    made: list[Prepared] = []
    with transaction.atomic():
        for wish in wishes:
            try:
                if wish.store not in stores:
                    raise Refusal("batch_store_unknown", typed=str(wish.store))
                made.append(_prepared_beside(company_id, wish, doer, batch, life_ms))
            except Refusal as no:
                faults.append((wish.line, no))
        if faults:
            transaction.set_rollback(True)
    return ([], faults) if faults else (made, [])


def _prepared_beside(company_id: int, wish: Wish, doer: Doer, batch: str, life_ms: int) -> Prepared:
    """`_prepared`, also while somebody else prepares: a designation that the file leaves open is
    another one then."""
    for _ in range(DESIGNATION_TRIES):
        try:
            return _prepared(company_id, wish, doer, batch, life_ms)
        except Refusal as no:
            if wish.designation or no.code != "designation_taken":
                raise
    return _prepared(company_id, wish, doer, batch, life_ms)


def _prepared(company_id: int, wish: Wish, doer: Doer, batch: str, life_ms: int) -> Prepared:
    known = Till.objects.filter(company_id=company_id, serial=wish.serial, retired=False)
    if known.exists():
        raise Refusal("batch_serial_taken", typed=wish.serial)
    designation = wish.designation or queries.next_designation(company_id, wish.store)
    label = wish.label or designation
    with _told_when_taken(designation, wish.serial):
        till, _code = make_new(company_id, wish.store, designation, label, doer)
        till.serial, till.batch = wish.serial, batch[:40]
        till.devices = msgspec.to_builtins(wish.devices)
        till.save(update_fields=["serial", "batch", "devices"])
        code = new_code(till, doer.now_ms, life_ms)
    until_ms = doer.now_ms + life_ms
    return Prepared(till.id, wish.serial, wish.store, designation, till.label, code, until_ms)


def renew_codes(
    company_id: int, numbers: Collection[int], doer: Doer, life_ms: int
) -> list[Prepared]:
    """Fresh codes for those of these tills that wait for their devices; the codes before them stop
    to work. Call from inside the company."""
    found = []
    with transaction.atomic():
        for seat in _waiting(company_id, numbers):
            code = new_code(seat.till, doer.now_ms, life_ms)
            _note(seat.till, "code", doer)
            found.append(
                Prepared(
                    seat.till.id,
                    seat.till.serial,
                    seat.store,
                    seat.designation,
                    seat.till.label,
                    code,
                    doer.now_ms + life_ms,
                )
            )
    return found


def take_back(company_id: int, numbers: Collection[int], doer: Doer, reason: str) -> int:
    """Take those of these tills out of use that still wait for their devices; how many that were.
    Call from inside the company. Raises what `take_out_of_use` does."""
    waiting = [seat.till.id for seat in _waiting(company_id, numbers)]
    for number in waiting:
        take_out_of_use(company_id, number, "given_up", reason, doer)
    return len(waiting)


def _waiting(company_id: int, numbers: Collection[int]) -> list[Seat]:
    """Each till once, by its first store: a device that waits may be one in several."""
    found = (
        Seat.objects.select_related("till")
        .filter(company_id=company_id, till_id__in=numbers)
        .filter(till__till_id__isnull=True, till__retired=False)
        .order_by("till_id", "store")
        .distinct("till_id")
    )
    return sorted(found, key=lambda seat: (seat.store, seat.designation))


def add_store(company_id: int, number: int, store: int, designation: str, doer: Doer) -> Till:
    """The device of a till becomes a till in another store too, with a register and a series of its
    own there (D2). Call from inside the company.

    Raises `Refusal`: `designation_unreadable`, `designation_taken`, `till_retired`, `store_taken`.
    """
    if not _DESIGNATION.fullmatch(designation):
        raise Refusal("designation_unreadable", designation=designation)
    if Seat.objects.filter(company_id=company_id, designation=designation).exists():
        raise Refusal("designation_taken", designation=designation)
    with _told_when_taken(designation):
        till = Till.objects.select_for_update().get(company_id=company_id, id=number)
        if till.retired:
            raise Refusal("till_retired", label=till.label)
        if Seat.objects.filter(till=till, store=store).exists():
            raise Refusal("store_taken", label=till.label)
        Seat.objects.create(company_id=company_id, till=till, store=store, designation=designation)
        _note(till, "store", doer, reason=designation)
    return till


def renew_code(company_id: int, number: int, doer: Doer) -> str:
    """A fresh code for a till that waits for its device; the code before it stops to work.

    Raises `Refusal` `till_enrolled` or `till_retired`. Call from inside the company.
    """
    till = Till.objects.get(company_id=company_id, id=number)
    if till.retired:
        raise Refusal("till_retired", label=till.label)
    with transaction.atomic():
        code = new_code(till, doer.now_ms)
        _note(till, "code", doer)
    return code


def retire(company_id: int, till_id: str) -> None:
    """Mark a till as out of use, by the id of its enrolment: see `take_out_of_use`."""
    Till.objects.filter(company_id=company_id, till_id=till_id).update(retired=True)


def take_out_of_use(company_id: int, number: int, cause: str, reason: str, doer: Doer) -> Till:
    """Retire a till: it may only upload from now on (D45), and no code makes a device of it. Call
    from inside the company.

    Raises `Refusal`: `cause_unknown`, `reason_missing`, `till_retired`.
    """
    if cause not in CAUSES:
        raise Refusal("cause_unknown")
    if len(reason.strip()) < REASON_LEAST:
        raise Refusal("reason_missing")
    with transaction.atomic():
        till = Till.objects.select_for_update().get(company_id=company_id, id=number)
        if till.retired:
            raise Refusal("till_retired", label=till.label)
        till.retired = True
        till.save(update_fields=["retired"])
        EnrolmentCode.objects.filter(till=till, used_at_ms=0).delete()
        _note(till, "retired", doer, cause, reason.strip()[:200])
    return till


def note_wiped(company_id: int, number: int, now_ms: int) -> None:
    """A till's device is emptied, against a certificate: it is out of use. Call from inside the
    company. Asked again, it is noted again: a device may die between the two."""
    till = Till.objects.select_for_update().get(company_id=company_id, id=number)
    till.retired = True
    till.save(update_fields=["retired"])
    EnrolmentCode.objects.filter(till=till, used_at_ms=0).delete()
    _note(till, "wiped", Doer(0, till.label, now_ms))


def replace_till(
    company_id: int, number: int, store: int, designation: str, doer: Doer
) -> tuple[Till, str]:
    """A new till in the place of a retired one, with its label and devices, what was set for it in
    that store, and its code: a series of its own begins (D24), whose first entry names the till
    before it. It holds nothing of what that one held (docs/algorithms/rights.md, rule 12). Call
    from inside the company; publish afterwards. Raises what `make_new` does."""
    old = Till.objects.get(company_id=company_id, id=number)
    with transaction.atomic():
        new, code = make_new(company_id, store, designation, old.label, doer)
        new.devices, new.predecessor = old.devices, old
        new.save(update_fields=["devices", "predecessor"])
        before = Seat.objects.filter(till=old, store=store).first()
        if before is not None:
            _carry_over(company_id, store, before.designation, designation)
    return new, code


def _carry_over(company_id: int, store: int, before: str, designation: str) -> None:
    """What the office set for the till that was called `before` holds for the one after it."""
    kept = TillSetting.objects.filter(
        company_id=company_id, store=store, designation=before
    ).first()
    if kept is not None:
        TillSetting.objects.update_or_create(
            company_id=company_id,
            store=store,
            designation=designation,
            defaults={"values": kept.values},
        )
    paymentsystems.hand_terminals_on(company_id, store, before, designation)


def _note(till: Till, what: str, doer: Doer, cause: str = "", reason: str = "") -> None:
    Event.objects.create(
        company_id=till.company_id,
        till=till,
        at_ms=doer.now_ms,
        member=doer.member_id,
        person=doer.name[:40],
        what=what,
        cause=cause,
        reason=reason,
    )
