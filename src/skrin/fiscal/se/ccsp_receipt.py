"""What a CleanCash unit is told of a receipt: `RR` of version 2, `RH` of version 1. Pure.

The order and the forms of the fields, the sign of a return, and the four fixed VAT slots:
docs/fiscal/se.md (from public driver code; data model of SKVFS 2014:9).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from skrin.domain.money import plain_amount
from skrin.domain.receipt import RETURN, ReceiptSealed
from skrin.domain.refusal import Refusal
from skrin.fiscal.contract import MarkRequest

SLOT_RATES_BP = (2500, 1200, 600, 0)
"""Which rate each of the four VAT slots carries. A receipt with any other cannot be registered."""

NORMAL, COPY, TRAINING, PRO_FORMA = "normal", "kopia", "ovning", "profo"
RECEIPT_TYPES = frozenset({NORMAL, COPY, TRAINING, PRO_FORMA})

_EMPTY_SLOT = " "
_DESIGNATION = re.compile(r"[\x20-\x22\x24-\x7e]{1,16}")
_MAX_RECEIPT_NUMBER = 999_999_999_999


@dataclass(frozen=True, slots=True)
class Told:
    """A receipt as every Swedish unit is told it, in texts. `vat` is (rate_bp, rate, amount) of the
    rates that occur, in the order of the slots; `returned` is the negative total without sign."""

    serial: str
    minute: str
    number: str
    register_id: str
    org_number: str
    total: str
    returned: str
    receipt_type: str
    vat: tuple[tuple[int, str, str], ...]


def told(request: MarkRequest) -> Told:
    """What a unit is told of a sealed receipt.

    The total is the receipt's before cash rounding and tip: neither is a sale. A return goes with a
    negative total, the same amount without sign as "negative total", and negative VAT. Raises
    `Refusal`: `rate_not_registrable` (rate_bp), `org_number_unusable`, `designation_unusable`,
    `receipt_number_unusable`, `receipt_type_unknown`, `receipt_time_unreadable`.
    """
    sealed = request.sealed
    is_return = sealed.kind == RETURN
    total_minor = -sealed.total_minor if is_return else sealed.total_minor
    assert request.message_serial > 0, "the message serial was given out before the send"
    if request.receipt_type not in RECEIPT_TYPES:
        raise Refusal("receipt_type_unknown", receipt_type=request.receipt_type)
    if not 0 < sealed.number <= _MAX_RECEIPT_NUMBER:
        raise Refusal("receipt_number_unusable", number=sealed.number)
    return Told(
        str(request.message_serial),
        _minute(request.sealed_at_local),
        str(sealed.number),
        checked_designation(sealed.designation),
        registered_org_number(sealed.seller.org_number),
        plain_amount(total_minor),
        plain_amount(max(-total_minor, 0)),
        request.receipt_type,
        _vat(sealed, is_return),
    )


def receipt_fields(request: MarkRequest) -> tuple[str, ...]:
    """The fields of `RR` (version 2), message type first. Raises what `told` raises."""
    of = told(request)
    return (
        *("RR", of.serial, of.minute, of.number, of.register_id, of.org_number),
        *(of.total, of.returned, of.receipt_type, *_slots(of)),
    )


def header_fields(request: MarkRequest) -> tuple[str, ...]:
    """The fields of `RH` (version 1), message type first: no message serial, and two blank fields
    of unknown meaning after the register, as the newer public client has them."""
    of = told(request)
    return (
        *("RH", of.minute, of.number, of.register_id, _EMPTY_SLOT, _EMPTY_SLOT, of.org_number),
        *(of.total, of.returned, of.receipt_type, *_slots(of)),
    )


@lru_cache(maxsize=64)
def registered_org_number(written: str) -> str:
    """The ten digits of an organisation number as people write it (`556677-8899`).

    A twelve-digit form carries a century or `16` in front, which the unit does not know. Raises
    `Refusal` (`org_number_unusable`).
    """
    digits = re.sub(r"[\s-]", "", written)
    if re.fullmatch(r"(16|18|19|20)?[0-9]{10}", digits) is None:
        raise Refusal("org_number_unusable", org_number=written[:20])
    return digits[-10:]


@lru_cache(maxsize=64)
def checked_designation(designation: str) -> str:
    """A register designation that fits a frame: 1 to 16 printable ASCII characters without `#`.

    Raises `Refusal` (`designation_unusable`).
    """
    if _DESIGNATION.fullmatch(designation) is None or designation != designation.strip():
        raise Refusal("designation_unusable", designation=designation[:20])
    return designation


def _minute(at_local: str) -> str:
    """`2026-12-01T12:30:05` (or already `202612011230`) as twelve digits without seconds."""
    if re.fullmatch(r"[0-9]{12}", at_local):
        return at_local
    try:
        at = datetime.fromisoformat(at_local)
    except ValueError:
        raise Refusal("receipt_time_unreadable", at_local=at_local[:32]) from None
    if at.tzinfo is not None:  # The unit is told the shop's wall clock; an offset here is a mix-up.
        raise Refusal("receipt_time_unreadable", at_local=at_local[:32])
    return f"{at.year:04d}{at.month:02d}{at.day:02d}{at.hour:02d}{at.minute:02d}"


def _vat(sealed: ReceiptSealed, is_return: bool) -> tuple[tuple[int, str, str], ...]:
    vat_by_rate: dict[int, int] = {}
    for row in sealed.vat:
        if row.rate_bp not in SLOT_RATES_BP:
            raise Refusal("rate_not_registrable", rate_bp=row.rate_bp)
        vat_by_rate[row.rate_bp] = vat_by_rate.get(row.rate_bp, 0) + row.vat_minor
    sign = -1 if is_return else 1
    return tuple(
        (rate_bp, plain_amount(rate_bp), plain_amount(sign * vat_by_rate[rate_bp]))
        for rate_bp in SLOT_RATES_BP
        if rate_bp in vat_by_rate
    )


def _slots(of: Told) -> tuple[str, ...]:
    written = {rate_bp: f"{rate};{amount}" for rate_bp, rate, amount in of.vat}
    return tuple(written.get(rate_bp, _EMPTY_SLOT) for rate_bp in SLOT_RATES_BP)
