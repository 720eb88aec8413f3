"""The XML on the wire, read and written from the published samples.

A value is an attribute, except for the names in ``WITH_TEXT``. EPAS calls the till's id
``WorkstationID`` and the original ``OriginalTransaction``; inside, the names of nexo are used.
"""

from __future__ import annotations

import base64
import json
import re
import xml.etree.ElementTree as ET
from decimal import Decimal
from typing import Any

from ..card_terminal.messages import Message, NoMessage

WITH_TEXT = (
    *("ApprovalCode", "AdditionalResponse", "AuthenticationMethod", "OutputText"),
    *("DateTime", "POICapabilities"),
)
OLD_NAMES = {"SaleID": "WorkstationID", "OriginalPOITransaction": "OriginalTransaction"}
"""What EPAS 1.0 calls things."""

AMOUNTS = ("RequestedAmount", "TipAmount", "CashBackAmount", "ReversedAmount")
_NUMBER = re.compile(r"\d{1,12}(\.\d{1,6})?")
_PAIR = re.compile(r"(name|value|key)=([^&]*)")


def read(data: bytes, is_epas: bool) -> Message:
    """A request of the till. Raises `NoMessage`."""
    if b"<!" in data:
        raise NoMessage("this terminal takes no document type")
    try:
        root = ET.fromstring(data)  # noqa: S314  # Without a document type: see above.
    except (ET.ParseError, LookupError, ValueError) as trouble:
        raise NoMessage(f"no XML: {trouble}") from trouble
    if root.tag not in ("SaleToPOIRequest", "SaleToPOIResponse") or len(root) != 2:
        raise NoMessage("no message with a header and one body")
    header = {_new_name(name, is_epas): value for name, value in root[0].attrib.items()}
    category = header.get("MessageCategory", "")
    kind = "Request" if root.tag == "SaleToPOIRequest" else "Response"
    if root[0].tag != "MessageHeader" or root[1].tag != f"{category}{kind}":
        raise NoMessage(f"no MessageHeader with its {category}{kind}")
    body = _tree(root[1], is_epas)
    return Message(
        category,
        header.get("SaleID", ""),
        header.get("ServiceID", ""),
        dict(header),
        body if isinstance(body, dict) else {},
    )


def write(root: str, header: dict[str, Any], name: str, body: dict[str, Any], epas: bool) -> bytes:
    """A message with a declaration, as real terminals write it."""
    element = ET.Element(root)
    _grow(element, "MessageHeader", header, epas)
    _grow(element, name, body, epas)
    declared: bytes = ET.tostring(element, encoding="utf-8", xml_declaration=True)
    return declared


def with_coded_receipts(body: dict[str, Any]) -> dict[str, Any]:
    """nexo 3.1 here: each slip is base64 of JSON with its lines in ``ReceiptString``."""
    receipts = body.get("PaymentReceipt")
    if not receipts:
        return body
    return {**body, "PaymentReceipt": [_coded(receipt) for receipt in receipts]}


def slip_lines(receipt: dict[str, Any]) -> list[str]:
    """The lines of a slip, from the pairs in which the JSON terminal has them."""
    lines = []
    for text in receipt["OutputContent"]["OutputText"]:
        pairs = {name: _plain(value) for name, value in _PAIR.findall(text["Text"])}
        lines.append(" ".join(filter(None, (pairs.get("name"), pairs.get("value")))))
    return lines


def _coded(receipt: dict[str, Any]) -> dict[str, Any]:
    lines = slip_lines(receipt)
    merchant = receipt["DocumentQualifier"] == "CashierReceipt"
    signed = merchant and receipt.get("RequiredSignatureFlag") is True
    told = {
        "Merchant" if merchant else "Cardholder": {
            "Mandatory": {"Payment": {"SignatureBlock": signed}},
            "Optional": {"ReceiptString": lines},
        }
    }
    text = base64.b64encode(json.dumps(told).encode()).decode()
    content = {"OutputFormat": "Text", "OutputText": [text]}
    return {"DocumentQualifier": receipt["DocumentQualifier"], "OutputContent": content}


def _plain(coded: str) -> str:
    return re.sub(
        rb"%([0-9A-F]{2})", lambda found: bytes((int(found[1], 16),)), coded.encode()
    ).decode("utf-8", "replace")


def _new_name(name: str, is_epas: bool) -> str:
    renamed = {old: new for new, old in OLD_NAMES.items()} if is_epas else {}
    return renamed.get(name, name)


def _tree(element: ET.Element, is_epas: bool) -> Any:
    """An element as a tree of its attributes and children; a leaf as its text."""
    values: dict[str, Any] = {
        _new_name(name, is_epas): Decimal(text) if _is_amount(name, text) else text
        for name, text in element.attrib.items()
    }
    for child in element:
        values[_new_name(child.tag, is_epas)] = _tree(child, is_epas)
    return values or (element.text or "")


def _is_amount(name: str, text: str) -> bool:
    return name in AMOUNTS and _NUMBER.fullmatch(text) is not None


def _grow(parent: ET.Element, name: str, value: Any, epas: bool) -> None:
    element = ET.SubElement(parent, OLD_NAMES.get(name, name) if epas else name)
    if not isinstance(value, dict):
        element.text = _text(value)
        return
    for key, one in value.items():
        many = one if isinstance(one, list | tuple) and key != "EntryMode" else [one]
        for each in many:
            if isinstance(each, dict) or key in WITH_TEXT:
                _grow(element, key, each, epas)
            else:
                named = OLD_NAMES.get(key, key) if epas else key
                element.set(str(named), _text(each))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    return " ".join(value) if isinstance(value, list | tuple) else str(value)
