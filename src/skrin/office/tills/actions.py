"""Making tills, enrolling devices, and noting what is heard from them."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets

import msgspec
from django.db import transaction

from skrin.domain.refusal import Refusal
from skrin.office.tenancy import queries as tenancy
from skrin.office.tenancy import wall
from skrin.office.tills.models import EnrolmentCode, Seat, Till
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


def new_code(till: Till, now_ms: int) -> str:
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
        code_hash=_code_hash(code),
        expires_at_ms=now_ms + CODE_LIFE_MS,
    )
    return code


def _code_hash(code: str) -> str:
    # 58 random bits that live for a day and are tried ten times a minute at most: no stretching.
    return hashlib.sha256(code.encode()).hexdigest()


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
            .filter(company_id=int(shape[1]), code_hash=_code_hash(code))
            .first()
        )
        if row is None:
            raise Refusal("code_unknown")
        till = Till.objects.get(id=row.till_id)
        if row.expires_at_ms <= now_ms:
            raise Refusal("code_expired")
        if row.used_at_ms and till.public_key == request.public_key:
            return _enrolled(till)  # The same device asks again: the answer was lost on the way.
        if row.used_at_ms:
            raise Refusal("code_spent")
        row.used_at_ms = now_ms
        row.save()
        # Numbered by the office's own id: unique in the company, and short beside a store's number.
        till.till_id = f"SK{till.id:06d}"
        till.public_key, till.device_name = request.public_key, request.device_name[:80]
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
    names = tenancy.store_names(till.company_id)
    seats = Seat.objects.filter(till=till).order_by("store")
    return EnrolAnswer(
        company=till.company_id,
        company_name=tenancy.company(till.company_id).name,
        till=till.till_id or "",
        seats=tuple(StoreSeat(seat.store, names[seat.store], seat.designation) for seat in seats),
        devices=msgspec.convert(till.devices, DeviceSettings),
    )


def hear(head: ExchangeHead, now_ms: int) -> bool:
    """Note what an exchange says of its till; False when an older incarnation speaks (D23).

    Call from inside the company, under the lock of the chain.
    """
    seat = Seat.objects.get(company_id=head.company, till__till_id=head.till, store=head.store)
    if head.incarnation < seat.incarnation:
        Seat.objects.filter(id=seat.id).update(rival_at_ms=now_ms)
        return False
    Seat.objects.filter(id=seat.id).update(
        heard_at_ms=now_ms,
        incarnation=head.incarnation,
        version=head.version[:40],
        status=msgspec.to_builtins(head.status),
    )
    return True


def retire(company_id: int, till_id: str) -> None:
    """The till is lost, replaced or given up: it may only upload from now on (D45)."""
    with transaction.atomic():
        Till.objects.filter(company_id=company_id, till_id=till_id).update(retired=True)
