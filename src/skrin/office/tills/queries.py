"""What others may know about tills."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from skrin.domain.codec import convert
from skrin.office.tills.models import EnrolmentCode, Event, Seat, Till, TillSetting
from skrin.office.tills.strangers import StrangerCard as StrangerCard
from skrin.office.tills.strangers import asking as asking
from skrin.sync.messages import StoreTillSettings, TillStatus


@dataclass(frozen=True, slots=True)
class KnownTill:
    """An enrolled till as the sync needs it; `public_key` is base64."""

    company: int
    till: str
    public_key: str
    stores: tuple[int, ...]
    retired: bool
    number: int
    """The till's own number in the office."""


@dataclass(frozen=True, slots=True)
class SeatCard:
    """A till in a store and what was last heard from it; `till` is empty until it has enrolled."""

    label: str
    till: str
    store: int
    designation: str
    retired: bool
    heard_at_ms: int
    incarnation: int
    rival_at_ms: int
    version: str
    status: TillStatus
    number: int = 0
    """The till's own number in the office, also before it has enrolled."""
    device_name: str = ""
    predecessor: str = ""
    successor: str = ""
    """Designations of the till in whose place it was made, and of the one made in its place."""
    serial: str = ""
    batch: str = ""
    """The maker's number of the device that it was prepared for, and what the batch was called."""
    has_unit: bool = False
    has_card_terminal: bool = False
    """Whether a control unit and a card terminal are named in its own device settings."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a person did with a till: `made`, `code` or `retired`, with cause and reason."""

    at_ms: int
    person: str
    what: str
    cause: str
    reason: str


def known_till(company_id: int, till: str) -> KnownTill | None:
    """The enrolled till, or None. Call from inside the company."""
    row = Till.objects.filter(company_id=company_id, till_id=till).first()
    if row is None:
        return None
    stores = Seat.objects.filter(company_id=company_id, till=row).values_list("store", flat=True)
    return KnownTill(company_id, till, row.public_key, tuple(sorted(stores)), row.retired, row.id)


def working(company_id: int, numbers: list[int]) -> list[int]:
    """Those of these tills, by their own numbers, that are there and not retired."""
    found = Till.objects.filter(company_id=company_id, id__in=numbers, retired=False)
    return list(found.order_by("id").values_list("id", flat=True))


def seats(company_id: int) -> list[SeatCard]:
    """Every till in every store, by store and designation."""
    rows = list(
        Seat.objects.select_related("till")
        .filter(company_id=company_id)
        .order_by("store", "designation")
    )
    called = {row.till.id: row.designation for row in rows}
    after = {row.till.predecessor_id: row.designation for row in rows if row.till.predecessor_id}
    return [
        SeatCard(
            label=row.till.label,
            till=row.till.till_id or "",
            store=row.store,
            designation=row.designation,
            retired=row.till.retired,
            heard_at_ms=row.heard_at_ms,
            incarnation=row.incarnation,
            rival_at_ms=row.rival_at_ms,
            version=row.version,
            status=convert(TillStatus, row.status),
            number=row.till.id,
            device_name=row.till.device_name,
            predecessor=called.get(row.till.predecessor_id, ""),
            successor=after.get(row.till.id, ""),
            serial=row.till.serial,
            batch=row.till.batch,
            has_unit=bool(row.till.devices.get("control_unit")),
            has_card_terminal=bool(row.till.devices.get("card_terminal")),
        )
        for row in rows
    ]


def till_settings(company_id: int, store: int) -> list[StoreTillSettings]:
    """What is set for the tills of a store, as published in the section `settings`."""
    rows = TillSetting.objects.filter(company_id=company_id, store=store).order_by("designation")
    return [
        StoreTillSettings(row.designation, {name: tuple(lines) for name, lines in kept.items()})
        for row in rows
        if (kept := row.values)
    ]


@dataclass(frozen=True, slots=True)
class WaitingCode:
    """A till that waits for its device, by a code that works still."""

    serial: str
    store: int
    designation: str
    label: str
    code: str
    until_ms: int


def waiting_by_code(company_id: int, code: str, now_ms: int) -> WaitingCode | None:
    """The till that a device becomes with this code; None when it does not work (any more). Call
    from inside the company."""
    row = (
        EnrolmentCode.objects.select_related("till")
        .filter(company_id=company_id, code_hash=code_hash(code), used_at_ms=0)
        .filter(expires_at_ms__gt=now_ms, till__retired=False)
        .first()
    )
    seat = Seat.objects.filter(till_id=row.till_id).order_by("store").first() if row else None
    if row is None or seat is None:
        return None
    till = row.till
    return WaitingCode(
        till.serial, seat.store, seat.designation, till.label, code, row.expires_at_ms
    )


def code_hash(code: str) -> str:
    """What is kept of a code. 58 random bits that are tried ten times a minute at most need no
    stretching."""
    return hashlib.sha256(code.encode()).hexdigest()


def codes_until(company_id: int) -> dict[int, int]:
    """Until when (ms) the unused code of each till works that waits for its device."""
    rows = EnrolmentCode.objects.filter(company_id=company_id, used_at_ms=0)
    return dict(rows.values_list("till_id", "expires_at_ms"))


def done(company_id: int, number: int) -> list[Done]:
    """What was done with a till, latest first."""
    rows = Event.objects.filter(company_id=company_id, till_id=number).order_by("-id")
    return [Done(row.at_ms, row.person, row.what, row.cause, row.reason) for row in rows]


def next_designation(company_id: int, store: int) -> str:
    """A designation that is free: that of the store's latest till, counted on; K<store>-1 at
    first."""
    taken = set(Seat.objects.filter(company_id=company_id).values_list("designation", flat=True))
    latest = Seat.objects.filter(company_id=company_id, store=store).order_by("-id").first()
    shape = re.fullmatch(r"(.*?)(\d{1,6})", latest.designation) if latest else None
    before, number = (shape[1], int(shape[2]) + 1) if shape else (f"K{store}-", 1)
    while f"{before}{number}" in taken:
        number += 1
    return f"{before}{number}"[:16]


@dataclass(frozen=True, slots=True)
class Register:
    """A till in a store, as the books of rights know it (D23)."""

    designation: str
    retired: bool


def registers(company_id: int) -> dict[str, Register]:
    """Every register of the company by its serial number `<till_id>-<store>`."""
    rows = Seat.objects.filter(company_id=company_id, till__till_id__isnull=False)
    return {
        f"{till_id}-{store}": Register(designation, retired)
        for till_id, store, designation, retired in rows.values_list(
            "till__till_id", "store", "designation", "till__retired"
        )
    }


class Registers:
    """The registers of a company, each asked for when it is needed and then known: a company may
    have thousands, and what a till says concerns two. Use inside the company, in one transaction.
    """

    def __init__(self, company_id: int) -> None:
        """Of this company; nothing is asked yet."""
        self._company = company_id
        self._known: dict[str, Register | None] = {}

    def ask(self, names: Iterable[str]) -> None:
        """Learn these at once, in one query."""
        new = [name for name in dict.fromkeys(names) if name not in self._known]
        if not new:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT t.till_id || '-' || s.store, s.designation, t.retired"
                " FROM tills_till t JOIN tills_seat s ON s.till_id = t.id"
                " WHERE t.company_id = %s AND s.company_id = %s AND t.till_id = ANY(%s)",
                [self._company, self._company, [name.rpartition("-")[0] for name in new]],
            )
            found = {name: Register(designation, out) for name, designation, out in cursor}
        self._known |= {name: found.get(name) for name in new}

    def get(self, name: str) -> Register | None:
        """The register of this serial number `<till_id>-<store>`; None = there is none."""
        self.ask((name,))
        return self._known[name]

    def is_out(self, name: str) -> bool:
        """Whether nobody sells on it any more: it is out of use, or the company has no such."""
        register = self.get(name)
        return register is None or register.retired

    def called(self, name: str) -> str:
        """What people call it; its serial number where the company has no such."""
        register = self.get(name)
        return register.designation if register else name


def in_use_tag(company_id: int) -> str:
    """Tells the tills of a company that are in use from any others that were or will be."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(id), 0) FROM tills_till WHERE company_id = %s AND NOT retired",
            [company_id],
        )
        (total,) = cursor.fetchone() or (0,)
    return str(total)


MOST_BEFORE = 20


def predecessors(company_id: int, till: str) -> tuple[str, ...]:
    """The tills in whose place this one was made, the latest first; a tie of people's making is
    followed so far and no further."""
    found: list[str] = []
    row = Till.objects.filter(company_id=company_id, till_id=till).first()
    while row is not None and row.predecessor_id and len(found) < MOST_BEFORE:
        row = Till.objects.filter(company_id=company_id, id=row.predecessor_id).first()
        if row is not None and row.till_id:
            found.append(row.till_id)
    return tuple(found)
