"""CleanCash over CCSP: identity, status and registration, requests and replies of both versions.

Pure: `till/devices/control_unit.py` owns the wire. A reply is handed in as the fields that
`ReplyReader` gave. Three things can come of it: what was asked for; `UnitRefused`, the unit's
clear no with its three-digit code; `UnitSilent`, an answer that cannot be read and therefore counts
as none. A unit registers by version 2 (`RR`, one message) when its identity says 2 or more, else by
version 1 (`ST`, `RH`, `SQ`, one after the other on one line). Sources and what is
surmise: docs/fiscal/se.md.
"""

from __future__ import annotations

from skrin.domain.receipt import FiscalMark
from skrin.fiscal.contract import (
    UNREADABLE,
    MarkRequest,
    UnitIdentity,
    UnitRefused,
    UnitSilent,
    UnitStatus,
)
from skrin.fiscal.se.ccsp_frame import ReplyReader, frame
from skrin.fiscal.se.ccsp_receipt import TRAINING, header_fields, receipt_fields

IDENTITY_DEADLINE_S = 1.0
STATUS_DEADLINE_S = 1.0
REGISTER_DEADLINE_S = 5.0

REGISTERING_STATUSES = frozenset({"0", "1", "2", "3"})
"""Main statuses in which a unit registers: fine, warning, protocol error, non-fatal error. Fatal
(4), busy (5) and what we do not know are read as not registering."""

_FATAL_SEVERITY = "4"
"""Written as the main status of the same meaning."""

_SERIAL_REFUSED = frozenset({"004", "011"})
"""Invalid sequence: the same receipt goes again under a new message serial (D16)."""

_SAME_BYTES_USELESS = frozenset({"002", "003", "005", "007", "009"})
"""Unknown type, invalid data, deprecated, unknown register, licence exceeded: a person must mend
it. All others (bad check, not operational, internal error, storage full, unknown codes) may pass by
themselves or by another's hand, and a sealed receipt is sent until it is signed."""


def identity_request() -> bytes:
    """The bytes that ask a unit who it is."""
    return frame(("IQ",))


def status_request() -> bytes:
    """The bytes that ask a unit how it is."""
    return frame(("SIQ",))


def speaks_version_2(identity: UnitIdentity) -> bool:
    """Whether the unit registers by `RR`. A version that is no number counts as the older one."""
    return identity.protocol.isdecimal() and int(identity.protocol) >= 2


def register_steps(request: MarkRequest) -> tuple[bytes, bytes, bytes]:
    """The three messages that register a sealed receipt by version 1, to be sent one after the
    answer to the other. Raises `Refusal`; see `header_fields`."""
    return frame(("ST",)), frame(header_fields(request)), frame(("SQ",))


def read_step(fields: tuple[str, ...]) -> None:
    """The unit's yes to `ST` or `RH`: any reply but `NAK`. Raises `UnitRefused`."""
    if fields[0] == "NAK":
        raise _refusal_of_step(fields)


def read_signature(
    fields: tuple[str, ...], request: MarkRequest, unit_id: str, attempts: int = 1
) -> FiscalMark:
    """The mark out of the reply to `SQ`: the code alone, so `unit_id` is that of the identity which
    chose this version. It tells no statuses. Raises `UnitRefused` and `UnitSilent`."""
    if fields[0] == "NAK":
        raise _refusal_of_step(fields)
    code = fields[1] if len(fields) > 1 else ""
    if not code and request.receipt_type != TRAINING:
        raise UnitSilent("signature without a code", UNREADABLE)
    return FiscalMark(unit_id, code, "", "", request.message_serial, attempts)


def _refusal_of_step(fields: tuple[str, ...]) -> UnitRefused:
    """Version 1 knows no message serial, so there is none to renew: an invalid sequence means that
    the three messages went astray, and they begin again with `ST`."""
    no = refusal_of(fields[1] if len(fields) > 1 else "")
    return UnitRefused(no.code, again=no.again or no.renew_serial)


def register_request(request: MarkRequest) -> bytes:
    """The bytes that register a sealed receipt. Raises `Refusal`; see `receipt_fields`."""
    return frame(receipt_fields(request))


def read_identity(fields: tuple[str, ...]) -> UnitIdentity:
    """Who the unit says it is. Raises `UnitRefused` and `UnitSilent`."""
    unit_id, protocol, firmware = _answer(fields, "IR", 3)[:3]
    if not unit_id:
        raise UnitSilent("identity without a unit id", UNREADABLE)
    return UnitIdentity(unit_id, protocol, firmware)


def read_status(fields: tuple[str, ...]) -> UnitStatus:
    """How the unit says it is. Raises `UnitRefused` and `UnitSilent`."""
    main_status, detail = _answer(fields, "SIR", 2)[:2]
    fault = "" if main_status in REGISTERING_STATUSES else main_status or UNREADABLE
    if not fault and detail[1:2] == _FATAL_SEVERITY:
        fault = _FATAL_SEVERITY
    return UnitStatus(not fault, main_status, detail, fault=fault)


def read_mark(fields: tuple[str, ...], request: MarkRequest, attempts: int = 1) -> FiscalMark:
    """The unit's mark on the receipt of `request`; `attempts` counts the sends so far.

    The type of this reply is not known for certain, so any but `NAK` with four fields is taken.
    The code is kept as it came. Only training may come without one; a real receipt without a code
    is no receipt. Raises `UnitRefused` and `UnitSilent`.
    """
    code, unit_id, main_status, storage_status = _answer(fields, None, 4)[:4]
    if not unit_id or (not code and request.receipt_type != TRAINING):
        raise UnitSilent("registration without a code or a unit id", UNREADABLE)
    return FiscalMark(
        unit_id=unit_id,
        code=code,
        main_status=main_status,
        storage_status=storage_status,
        message_serial=request.message_serial,
        attempts=attempts,
    )


def refusal_of(code: str) -> UnitRefused:
    """What the three-digit code of a negative acknowledge means for sending again."""
    renew_serial = code in _SERIAL_REFUSED
    again = not renew_serial and code not in _SAME_BYTES_USELESS
    return UnitRefused(code, again=again, renew_serial=renew_serial)


def _answer(fields: tuple[str, ...], wanted: str | None, at_least: int) -> tuple[str, ...]:
    """The fields after the type, when the reply is of the wanted type and has that many."""
    kind, values = fields[0], fields[1:]
    if kind == "NAK":
        raise refusal_of(values[0] if values else "")
    if (wanted is not None and kind != wanted) or len(values) < at_least:
        raise UnitSilent(f"unexpected reply {kind[:8]} with {len(values)} fields", UNREADABLE)
    return values


__all__ = [
    "IDENTITY_DEADLINE_S",
    "REGISTER_DEADLINE_S",
    "STATUS_DEADLINE_S",
    "ReplyReader",
    "identity_request",
    "read_identity",
    "read_mark",
    "read_signature",
    "read_status",
    "read_step",
    "refusal_of",
    "register_request",
    "register_steps",
    "speaks_version_2",
    "status_request",
]
