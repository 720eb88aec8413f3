"""The fields of a receipt as the unit takes them, and what it refuses.

Order and formats: the field list of the register message (v2) in the public drivers named in
`frames`. The unit answers 003 to a field that is not well formed. It does not compute VAT: it is
told amounts and adds them up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

RECEIPT_TYPES = ("normal", "kopia", "ovning", "profo")
FIELD_COUNT = 12
UNUSED = " "

_AMOUNT = re.compile(r"(-?)(0|[1-9][0-9]{0,11}),([0-9]{2})")
_SERIAL = re.compile(r"[1-9][0-9]{0,11}|0")
_DATE = re.compile(r"[0-9]{12}")
_RECEIPT_ID = re.compile(r"[0-9]{1,12}")
_POS_ID = re.compile(r"[ -~]{1,16}")
_ORG_NUMBER = re.compile(r"[0-9]{10}")


class InvalidData(Exception):
    """A field is not as it must be: NAK 003. The text says which, for the control page."""


@dataclass(frozen=True)
class Receipt:
    """A register message, read. Amounts in minor units; ``body`` is the message as it came."""

    serial: int
    at: str
    receipt_id: str
    pos_id: str
    org_number: str
    total_minor: int
    returns_minor: int
    receipt_type: str
    vat_minor: dict[str, int]
    body: str


def amount_minor(text: str, field: str) -> int:
    """``-12,50`` as -1250. Two decimals, comma, no separators, no minus zero."""
    found = _AMOUNT.fullmatch(text)
    if found is None:
        raise InvalidData(f"{field} is {text!r}, not an amount with comma and two decimals")
    amount = int(found[2]) * 100 + int(found[3])
    if found[1] and amount == 0:
        raise InvalidData(f"{field} is minus zero")
    return -amount if found[1] else amount


def luhn_holds(digits: str) -> bool:
    """The check digit of a Swedish organisation number: doubled from the left, sum in tens."""
    total = 0
    for place, digit in enumerate(digits):
        product = int(digit) * (2 - place % 2)
        total += product // 10 + product % 10
    return total % 10 == 0


def read_receipt(body: str) -> Receipt:
    """Read a register message's body, message type included. Raises `InvalidData`."""
    _, *fields = body.split("#")
    if len(fields) != FIELD_COUNT:
        raise InvalidData(f"{len(fields)} fields instead of {FIELD_COUNT}")
    serial, at, receipt_id, pos_id, org_number, total, returns, receipt_type, *slots = fields
    _match(_SERIAL, serial, "the message serial")
    _check_date(at)
    _match(_RECEIPT_ID, receipt_id, "the receipt number")
    _match(_POS_ID, pos_id, "the POS id")
    if pos_id != pos_id.strip():
        raise InvalidData(f"the POS id {pos_id!r} begins or ends with a space")
    _match(_ORG_NUMBER, org_number, "the organisation number")
    if not luhn_holds(org_number):
        raise InvalidData(f"the check digit of the organisation number {org_number} is wrong")
    if receipt_type not in RECEIPT_TYPES:
        raise InvalidData(f"there is no receipt type {receipt_type!r}")
    total_minor = amount_minor(total, "the total")
    returns_minor = amount_minor(returns, "the return amount")
    if returns_minor < 0:
        raise InvalidData("the return amount is written without a sign")
    if total_minor < 0 and returns_minor == 0:
        raise InvalidData("a negative total needs a return amount")
    return Receipt(
        serial=int(serial),
        at=at,
        receipt_id=receipt_id,
        pos_id=pos_id,
        org_number=org_number,
        total_minor=total_minor,
        returns_minor=returns_minor,
        receipt_type=receipt_type,
        vat_minor=_read_slots(slots),
        body=body,
    )


def read_header(body: str, serial: int) -> Receipt:
    """Read the header message of version 1, message type included. Raises `InvalidData`.

    It carries no message serial: ``serial`` is the unit's own count. Its fourth and fifth fields
    are blank.
    """
    kind, *fields = body.split("#")
    if len(fields) != FIELD_COUNT + 1 or fields[3:5] != [UNUSED, UNUSED]:
        raise InvalidData("not the fields of a receipt header")
    return read_receipt("#".join([kind, str(serial), *fields[:3], *fields[5:]]))


def _match(pattern: re.Pattern[str], text: str, field: str) -> None:
    if pattern.fullmatch(text) is None:
        raise InvalidData(f"{field} is {text!r}")


def _check_date(text: str) -> None:
    _match(_DATE, text, "the date")
    try:
        datetime.strptime(text, "%Y%m%d%H%M")  # noqa: DTZ007  Local time by law; only its form counts.
    except ValueError as trouble:
        raise InvalidData(f"there is no time {text}") from trouble


def _read_slots(slots: list[str]) -> dict[str, int]:
    """VAT per rate (``25,00``) in minor units; an unused slot is a single space."""
    per_rate: dict[str, int] = {}
    for place, slot in enumerate(slots, start=1):
        if slot == UNUSED:
            continue
        rate, semicolon, amount = slot.partition(";")
        if not semicolon or not 0 <= amount_minor(rate, f"rate {place}") <= 10_000:
            raise InvalidData(f"VAT slot {place} is {slot!r}")
        per_rate[rate] = per_rate.get(rate, 0) + amount_minor(amount, f"VAT {place}")
    return per_rate
