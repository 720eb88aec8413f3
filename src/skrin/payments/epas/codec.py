"""XML of the Sale-to-POI model as the tree that its JSON has, and back. Pure.

In XML a value is an attribute or an element by a schema that is not public. So reading takes both:
an attribute and an element with nothing but text are the same. What is a number, a flag or a list
is told by the name. Writing puts values as attributes but for the few that are known as elements,
in the order of the given tree, since real terminals insist on the order of the schema.

A terminal is another computer on the shop's net: no document type, no entity, a limit on size,
depth and number of elements. Whatever is beyond raises `ValueError`.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape

from skrin.payments.epas.dialects import Dialect

MAX_BYTES = 1_000_000
MAX_DEPTH = 24
MAX_ELEMENTS = 5_000

_AMOUNTS = frozenset(
    {
        *("AuthorizedAmount", "TipAmount", "CashBackAmount", "ReversedAmount"),
        *("RequestedAmount", "TotalFeesAmount"),
    }
)
_LISTS = frozenset(
    {"PaymentReceipt", "OutputText", "MenuEntry", "AuthenticationMethod", "EntryMode"}
)
_ELEMENTS = frozenset({"AbortReason", "DateTime", "SaleCapabilities", "ConfirmedFlag", "TextInput"})
"""Values that are elements with text when we write them; all others are attributes."""

_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")
_BASE_64 = re.compile(r"[A-Za-z0-9+/\s]+={0,2}\s*")


@dataclass(slots=True)
class _Element:
    name: str
    values: dict[str, Any] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)


class _Reading:
    """What expat tells, gathered into a tree."""

    def __init__(self) -> None:
        self.root: dict[str, Any] = {}
        self._open: list[_Element] = [_Element("")]
        self._elements = 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > MAX_ELEMENTS or len(self._open) > MAX_DEPTH:
            raise ValueError("too many elements")
        plain = {_local(key): value for key, value in attributes.items() if key != "xmlns"}
        values = {key: _value(key, text) for key, text in plain.items()}
        self._open.append(_Element(_local(name), values))

    def heard(self, text: str) -> None:
        self._open[-1].text.append(text)

    def end(self, name: str) -> None:
        element, into = self._open.pop(), self._open[-1].values
        text = "".join(element.text)
        value = _content(element, text)
        if element.name in _LISTS and isinstance(into.get(element.name, []), list):
            into.setdefault(element.name, []).append(value)
        elif element.name in into:
            # Twice what should stand once: neither is taken for the truth.
            into[element.name] = [into[element.name], value]
        else:
            into[element.name] = value
        self.root = into


def read(message: bytes) -> dict[str, Any]:
    """The document as a tree `{root: {...}}`. Raises `ValueError`."""
    if len(message) > MAX_BYTES:
        raise ValueError("too large")
    reading = _Reading()
    parser = expat.ParserCreate()
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.buffer_text = True
    parser.StartElementHandler = reading.begin
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.heard
    parser.StartDoctypeDeclHandler = _no_doctype
    parser.EntityDeclHandler = _no_doctype
    try:
        parser.Parse(message, True)
    except (expat.ExpatError, UnicodeError, LookupError) as trouble:
        raise ValueError(f"no XML: {trouble}") from None
    return reading.root


def read_message(message: bytes, dialect: Dialect) -> dict[str, Any]:
    """A `SaleToPOIRequest` or `SaleToPOIResponse` without that outer name, in the model's words:
    its sender is `SaleID` in every dialect. Raises `ValueError`."""
    root = read(message)
    inner = root.get("SaleToPOIResponse", root.get("SaleToPOIRequest"))
    if not isinstance(inner, dict):
        raise ValueError("no message")
    return _in_model_words(inner, dialect)


def write(name: str, tree: Mapping[str, Any]) -> bytes:
    """The element `name` with the tree in it, as UTF-8 without a declaration."""
    return _written(name, tree).encode("utf-8")


def _in_model_words(message: dict[str, Any], dialect: Dialect) -> dict[str, Any]:
    header = message.get("MessageHeader")
    if isinstance(header, dict) and dialect.sale_id in header:
        header["SaleID"] = header.pop(dialect.sale_id)
    for body in message.values():
        repeated = body.get("RepeatedMessageResponse") if isinstance(body, dict) else None
        if isinstance(repeated, dict):
            _in_model_words(repeated, dialect)
            # The found response stands beside its header, or in a body of its own.
            found = {k: v for k, v in repeated.items() if k.endswith("Response")}
            repeated.setdefault("RepeatedResponseMessageBody", found)
    return message


def _content(element: _Element, text: str) -> Any:
    if element.name == "OutputText":
        return {**element.values, "PlainText": text}
    if element.name == "OutputContent":
        return _opened_receipt(element.values)
    if element.values:
        return element.values
    stripped = text.strip()
    # An element with neither text nor attributes: an empty object, as in JSON.
    return _value(element.name, stripped) if stripped else {}


def _value(name: str, text: str) -> Any:
    if name in _AMOUNTS:
        # What is no amount stays text: whoever needs it as a number finds that it is none.
        return Decimal(text.strip()) if _AMOUNT.fullmatch(text.strip()) else text
    if name.endswith("Flag"):
        flags = {"true": True, "1": True, "false": False, "0": False}
        return flags.get(text.strip().lower(), text)
    return text


def _opened_receipt(content: dict[str, Any]) -> dict[str, Any]:
    """A slip that came as base64 of JSON (nexo 3.1 here) as plain lines like any other."""
    texts = content.get("OutputText", [])
    if len(texts) != 1 or not isinstance(texts[0], dict):
        return content
    coded = texts[0].get("PlainText", "")
    if len(coded) < 16 or not _BASE_64.fullmatch(coded):
        return content
    try:
        told = json.loads(base64.b64decode(coded))
        lines, signed = _found(told, "ReceiptString"), _found(told, "SignatureBlock") is True
    except (ValueError, RecursionError):  # What is nested too deep is no slip.
        return content
    if not isinstance(lines, list):
        return content
    plain = [{"PlainText": line if isinstance(line, str) else ""} for line in lines]
    return {**content, "OutputText": plain, "SignatureBlock": signed}


def _found(tree: object, name: str) -> object:
    """The first value of this name anywhere in the tree."""
    if not isinstance(tree, dict):
        return None
    if name in tree:
        return tree[name]
    deeper = (_found(value, name) for value in tree.values())
    return next((value for value in deeper if value is not None), None)


def _written(name: str, value: Any) -> str:
    if not isinstance(value, Mapping):
        return f"<{name}>{escape(_clean(_text(value)))}</{name}>"
    attributes, inside = [], []
    for key, one in value.items():
        if isinstance(one, list | tuple) and key not in _ELEMENTS:
            inside += [_written(key, each) for each in one]
        elif isinstance(one, Mapping) or key in _ELEMENTS:
            inside.append(_written(key, one))
        elif key == "PlainText":
            inside.append(escape(_clean(_text(one))))
        else:
            text = escape(_clean(_text(one)), {'"': "&quot;"})
            attributes.append(f' {key}="{text}"')
    opening = f"<{name}{''.join(attributes)}"
    return f"{opening}>{''.join(inside)}</{name}>" if inside else f"{opening}/>"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    return " ".join(value) if isinstance(value, list | tuple) else str(value)


def _clean(text: str) -> str:
    """What XML 1.0 cannot carry at all is left out."""
    return "".join(sign for sign in text if sign.isprintable() or sign in "\t\n")


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _no_doctype(*_: object) -> None:
    raise ValueError("no document type is taken")
