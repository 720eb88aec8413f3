"""XCCSP messages as XML, written from the published description of the protocol (public client
code in navipartner/npcore-partners), not from the till's code: the two must not share a mistake.
"""

from __future__ import annotations

import re
import xml.dom.minidom
from dataclasses import dataclass
from xml.parsers.expat import ExpatError

from ..control_unit.fields import (
    RECEIPT_TYPES,
    InvalidData,
    Receipt,
    amount_minor,
    luhn_holds,
)

NAMESPACE = "http://www.retailinnovation.se/xccsp"
REGISTER, STATUS, IDENTITY = "RegisterReceipt", "RequestStatus", "RequestIdentity"
RATES = {"1": "25,00", "2": "12,00", "3": "6,00", "4": "0,00"}
"""The four classes of VAT."""

_DIGITS = re.compile(r"[0-9]{1,12}")


class NoMessage(Exception):
    """Not the XML of a request at all."""


@dataclass(frozen=True)
class Message:
    """A request: its type, and the fields of what stands in its data."""

    kind: str
    fields: dict[str, str]
    vat: tuple[dict[str, str], ...] = ()


def read(body: bytes) -> Message:
    """Read a request. Raises `NoMessage`."""
    if b"<!DOCTYPE" in body:
        raise NoMessage("a document type")
    try:
        root = xml.dom.minidom.parseString(body).documentElement  # noqa: S318
    except (ExpatError, ValueError) as trouble:
        raise NoMessage(str(trouble)) from trouble
    if root is None or root.localName != "request":
        raise NoMessage("not a request")
    if any(node.namespaceURI != NAMESPACE for node in root.getElementsByTagName("*")):
        raise NoMessage("an element outside the namespace")
    kinds = [node for node in _children(root) if node.localName == "type"]
    datas = [node for node in _children(root) if node.localName == "data"]
    inner = _children(datas[0]) if datas else []
    if len(kinds) != 1 or len(datas) != 1 or len(inner) != 1:
        raise NoMessage("not one type and one data")
    fields = {n.localName: _text(n) for n in _children(inner[0]) if n.localName != "VatList"}
    lists = [node for node in _children(inner[0]) if node.localName == "VatList"]
    vat = tuple(
        {field.localName: _text(field) for field in _children(one)}
        for listed in lists
        for one in _children(listed)
    )
    return Message(_text(kinds[0]), fields, vat)


def receipt_of(message: Message) -> Receipt:
    """The receipt of a registration, fields in any order. Raises `InvalidData`."""
    of = message.fields
    wanted = (
        *("IsNewSession", "SerialNo", "Date", "ReceiptId", "PosId", "OrgNo"),
        *("ReceiptTotal", "NegativeTotal", "ReceiptType"),
    )
    for name in wanted:
        if not of.get(name):
            raise InvalidData(f"{name} is missing")
    check_who(of)
    for name in ("SerialNo", "ReceiptId"):
        if _DIGITS.fullmatch(of[name]) is None:
            raise InvalidData(f"{name} is {of[name]!r}")
    if re.fullmatch(r"[0-9]{12}", of["Date"]) is None:
        raise InvalidData(f"Date is {of['Date']!r}")
    if of["ReceiptType"] not in RECEIPT_TYPES:
        raise InvalidData(f"there is no receipt type {of['ReceiptType']!r}")
    total, returned = (amount_minor(of[n], n) for n in ("ReceiptTotal", "NegativeTotal"))
    if returned < 0 or (total < 0 and not returned):
        raise InvalidData("the return amount does not fit the total")
    vat: dict[str, int] = {}
    for one in message.vat:
        rate = one.get("Percentage", "")
        if RATES.get(one.get("Class", "")) != rate or rate in vat:
            raise InvalidData(f"VAT class {one.get('Class')!r} with {rate!r}")
        vat[rate] = amount_minor(one.get("Amount", ""), "VAT")
    told = "#".join([of[name] for name in wanted[1:]] + [f"{r};{a}" for r, a in vat.items()])
    return Receipt(
        serial=int(of["SerialNo"]),
        at=of["Date"],
        receipt_id=of["ReceiptId"],
        pos_id=of["PosId"],
        org_number=of["OrgNo"],
        total_minor=total,
        returns_minor=returned,
        receipt_type=of["ReceiptType"],
        vat_minor=vat,
        body=told,
    )


def check_who(of: dict[str, str]) -> None:
    """A register and an organisation number that can be. Raises `InvalidData`."""
    if re.fullmatch(r"[!-~][ -~]{0,15}", of.get("PosId", "")) is None:
        raise InvalidData(f"PosId is {of.get('PosId')!r}")
    org = of.get("OrgNo", "")
    if re.fullmatch(r"[0-9]{10}", org) is None or not luhn_holds(org):
        raise InvalidData(f"OrgNo is {org!r}")


def answer(kind: str, name: str, fields: dict[str, str]) -> bytes:
    """A response as a unit writes it."""
    document = xml.dom.minidom.Document()

    def element(named: str, text: str = "") -> xml.dom.minidom.Element:
        node = document.createElement(named)
        if text:
            node.appendChild(document.createTextNode(text))
        return node

    root, data, inner = element("response"), element("data"), element(name)
    root.setAttribute("xmlns", NAMESPACE)
    document.appendChild(root)
    root.appendChild(element("type", kind))
    root.appendChild(data)
    data.appendChild(inner)
    for named, text in fields.items():
        inner.appendChild(element(named, text))
    return document.toxml(encoding="ISO-8859-1", standalone=True)


def fault(code: str, words: str) -> bytes:
    """A refusal."""
    short = f"Fault {code}"
    fields = {"Code": code, "ShortMessage": short, "Message": words}
    return answer("Fault", "FaultInfo", fields)


def _children(node: xml.dom.minidom.Node) -> list[xml.dom.minidom.Element]:
    return [one for one in node.childNodes if isinstance(one, xml.dom.minidom.Element)]


def _text(node: xml.dom.minidom.Element) -> str:
    return "".join(one.data for one in node.childNodes if isinstance(one, xml.dom.minidom.Text))
