"""CleanCash over XCCSP: the same receipt as XML over HTTP, for units that serve many. Pure.

`till/devices/xccsp_unit.py` owns the wire. Source: public client code, described in
docs/fiscal/se.md; no document of the maker. A unit serves many registers of many companies, so each
question names register and organisation, and each answer its unit.

Codes are written as the serial protocol writes them (`007`), because they mean the same; `098` and
`099` exist here alone. Statuses may come as digits or as names; both become digits.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from skrin.domain.receipt import FiscalMark
from skrin.fiscal.contract import (
    UNREADABLE,
    MarkRequest,
    UnitIdentity,
    UnitRefused,
    UnitSilent,
    UnitStatus,
)
from skrin.fiscal.se.ccsp_receipt import (
    SLOT_RATES_BP,
    TRAINING,
    checked_designation,
    registered_org_number,
    told,
)
from skrin.fiscal.se.cleancash import REGISTERING_STATUSES

PROTOCOL = "XCCSP"
CONTENT_TYPE = "text/xml; charset=iso-8859-1"
PATH = "/xccsp"
ANSWER_MOST_BYTES = 65_536

_STORAGE_FULL, _MEMORY_FULL = "2", "010"

_NAMESPACE = "http://www.retailinnovation.se/xccsp"
_DECLARATION = '<?xml version="1.0" encoding="ISO-8859-1" standalone="yes"?>'

_SAME_BYTES_USELESS = frozenset({"002", "003", "007", "009"})
"""Unknown request, invalid data, unknown register, licence exceeded: a person must mend it. All
others may pass by themselves, and a sealed receipt is sent until it is signed (D16)."""

_STATUS_NAMES = {
    "ok": "0",
    "warning": "1",
    "protocolerror": "2",
    "nonfatalerror": "3",
    "fatalerror": "4",
    "busy": "5",
    "noconnection": "99",
}
_STORAGE_NAMES = {
    "ok": "0",
    "highlevelwarning": "1",
    "warning": "1",
    "transactionmemoryfull": _STORAGE_FULL,
    "memoryfull": _STORAGE_FULL,
    "full": _STORAGE_FULL,
}


def identity_request(designation: str, org_number: str) -> bytes:
    """The body that asks a unit who it is. Raises `Refusal` for a register that it cannot know."""
    return _request("RequestIdentity", _who("IdentityRequest", designation, org_number))


def status_request(designation: str, org_number: str) -> bytes:
    """The body that asks a unit how it is. Raises `Refusal` for a register it cannot know."""
    return _request("RequestStatus", _who("StatusRequest", designation, org_number))


def register_request(request: MarkRequest) -> bytes:
    """The body that registers a sealed receipt. Raises `Refusal`; see `ccsp_receipt.told`."""
    of = told(request)
    rates = "".join(
        f"<Vat>{_text('Class', str(SLOT_RATES_BP.index(rate_bp) + 1))}"
        f"{_text('Percentage', rate)}{_text('Amount', amount)}</Vat>"
        for rate_bp, rate, amount in of.vat
    )
    fields = (
        # One public client sends 1 and another 0; the meaning is unknown.
        ("IsNewSession", "1"),
        ("SerialNo", of.serial),
        ("Date", of.minute),
        ("ReceiptId", of.number),
        ("PosId", of.register_id),
        ("OrgNo", of.org_number),
        ("ReceiptTotal", of.total),
        ("NegativeTotal", of.returned),
        ("ReceiptType", of.receipt_type),
    )
    said = "".join(_text(name, value) for name, value in fields)
    return _request("RegisterReceipt", f"<Receipt>{said}<VatList>{rates}</VatList></Receipt>")


def read_identity(body: bytes) -> UnitIdentity:
    """Who the unit says it is. Raises `UnitRefused` and `UnitSilent`."""
    found = _answer(body, "IdentityResponse", "Identity")
    return UnitIdentity(_wanted(found, "Id"), PROTOCOL, _of(found, "Firmware"), _of(found, "Type"))


def read_status(body: bytes) -> UnitStatus:
    """How the unit says it is; a full memory registers nothing. Raises as `read_identity`."""
    found = _answer(body, "StatusResponse", "Status")
    main = _digits(_wanted(found, "MainStatus"), _STATUS_NAMES)
    storage = _digits(_of(found, "StorageStatus"), _STORAGE_NAMES)
    fault = "" if main in REGISTERING_STATUSES else main
    if not fault and storage == _STORAGE_FULL:
        fault = _MEMORY_FULL
    return UnitStatus(not fault, main, "", storage, _of(found, "InstalledLicenses"), fault)


def read_mark(body: bytes, request: MarkRequest, attempts: int = 1) -> FiscalMark:
    """The unit's mark on the receipt of `request`; `attempts` counts the sends so far.

    The code is kept as it came (32 characters, a semicolon, 26). Only training may come without
    one. Raises `UnitRefused` and `UnitSilent`.
    """
    found = _answer(body, "RegisterReceiptResponse", "RegisterResult")
    unit_id, code = _wanted(found, "UnitId"), _of(found, "Code")
    if not code and request.receipt_type != TRAINING:
        raise UnitSilent("registration without a code", UNREADABLE)
    return FiscalMark(
        unit_id=unit_id,
        code=code,
        main_status=_digits(_of(found, "UnitMainStatus"), _STATUS_NAMES),
        storage_status=_digits(_of(found, "UnitStorageStatus"), _STORAGE_NAMES),
        message_serial=request.message_serial,
        attempts=attempts,
    )


def _request(kind: str, content: str) -> bytes:
    whole = (
        f'{_DECLARATION}<request xmlns="{_NAMESPACE}">'
        f"<type>{kind}</type><data>{content}</data></request>"
    )
    return whole.encode("iso-8859-1")


def _who(name: str, designation: str, org_number: str) -> str:
    pos, org = checked_designation(designation), registered_org_number(org_number)
    return f"<{name}>{_text('PosId', pos)}{_text('OrgNo', org)}</{name}>"


def _text(name: str, value: str) -> str:
    return f"<{name}>{escape(value)}</{name}>"


class _NoDoctype(ElementTree.TreeBuilder):
    """A tree of an answer that declares nothing: entities are how a small one becomes large."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise ElementTree.ParseError("an answer declares no document type")


def _answer(body: bytes, kind: str, name: str) -> dict[str, str]:
    """The fields of the wanted answer. A fault is `UnitRefused`, all else `UnitSilent`."""
    if len(body) > ANSWER_MOST_BYTES:
        raise UnitSilent("the answer is too long", UNREADABLE)
    try:
        parser = ElementTree.XMLParser(target=_NoDoctype())  # noqa: S314
        root = ElementTree.fromstring(body, parser)  # noqa: S314
    except (ElementTree.ParseError, LookupError, ValueError) as fault:
        raise UnitSilent("the answer is no XML", UNREADABLE) from fault
    parts = {_bare(child.tag): child for child in root}
    came = (parts["type"].text or "").strip() if "type" in parts else ""
    inner = {_bare(child.tag): child for child in parts.get("data", ())}
    if came == "Fault":
        raise refusal_of(_fields(inner.get("FaultInfo")).get("Code", ""))
    if came != kind or name not in inner:
        raise UnitSilent(f"unexpected answer {came[:30]}", UNREADABLE)
    return _fields(inner[name])


def refusal_of(code: str) -> UnitRefused:
    """What a fault code means for sending again; written with three digits."""
    written = f"{int(code):03d}" if re.fullmatch(r"[0-9]{1,3}", code) else code[:8]
    return UnitRefused(written, again=written not in _SAME_BYTES_USELESS)


def _bare(tag: object) -> str:
    """A name without its namespace."""
    return str(tag).rpartition("}")[2]


def _fields(of: ElementTree.Element | None) -> dict[str, str]:
    return {_bare(child.tag): (child.text or "").strip() for child in of} if of is not None else {}


def _of(found: dict[str, str], name: str) -> str:
    return found.get(name, "")[:100]


def _wanted(found: dict[str, str], name: str) -> str:
    if not (value := _of(found, name)):
        raise UnitSilent(f"an answer without {name}", UNREADABLE)
    return value


def _digits(said: str, names: dict[str, str]) -> str:
    return said if said.isdecimal() else names.get(re.sub(r"[^a-z]", "", said.lower()), said)
