"""The shape of a message: its header, its one body, and what is wrong with either."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from . import wire
from .ledger import minor_units

PROTOCOL_VERSION = "3.0"
AMOUNT_LIMIT_MINOR = 100_000_000_00

_SERVICE_ID = re.compile(r"[A-Za-z0-9]{1,10}")
_CURRENCY = re.compile(r"[A-Z]{3}")


class NoMessage(Exception):
    """What came is no nexo message at all; there is nothing to answer in kind: HTTP 400."""


class Refused(Exception):
    """The terminal's own negative answer: an error condition, and words for a person."""

    def __init__(self, condition: str, words: str) -> None:
        super().__init__(words)
        self.condition = condition


@dataclass(frozen=True)
class Message:
    """A request with a readable header."""

    category: str
    sale_id: str
    service_id: str
    header: dict[str, Any]
    body: dict[str, Any]


def read(data: bytes) -> Message:
    """Read a request. Raises `NoMessage`, or `Refused` with MessageFormat."""
    try:
        document = wire.read(data)
    except (ValueError, RecursionError) as trouble:
        raise NoMessage(f"no JSON: {trouble}") from trouble
    request = document.get("SaleToPOIRequest") if isinstance(document, dict) else None
    header = request.get("MessageHeader") if isinstance(request, dict) else None
    if not isinstance(request, dict) or not isinstance(header, dict):
        raise NoMessage("no SaleToPOIRequest with a MessageHeader")
    if "NexoBlob" in request:
        raise NoMessage("this terminal does not speak protected messages, only TLS")
    category = header.get("MessageCategory")
    if not isinstance(category, str) or not category.isalpha():
        raise NoMessage("no MessageCategory")
    body = request.get(f"{category}Request")
    return Message(
        category,
        str(header.get("SaleID", "")),
        str(header.get("ServiceID", "")),
        header,
        body if isinstance(body, dict) else {},
    )


def check(message: Message, poi_id: str, version: str = PROTOCOL_VERSION) -> None:
    """Look at the header. Raises `Refused`."""
    header = message.header
    wanted = {
        "ProtocolVersion": version,
        "MessageClass": "Service",
        "MessageType": "Request",
    }
    for name, value in wanted.items():
        if header.get(name) != value:
            raise Refused("MessageFormat", f"{name} is {header.get(name)!r}, not {value!r}")
    for name in ("SaleID", "ServiceID", "POIID"):
        if not isinstance(header.get(name), str) or not header[name]:
            raise Refused("MessageFormat", f"{name} is missing")
    if _SERVICE_ID.fullmatch(message.service_id) is None:
        raise Refused("MessageFormat", "ServiceID is 1 to 10 letters and digits")
    if header["POIID"] != poi_id:
        raise Refused("UnavailableDevice", f"this is {poi_id}, not {header['POIID']}")


def answer(message: Message, body: dict[str, Any]) -> dict[str, Any]:
    """The answer to a message, with its header turned round."""
    header = {**message.header, "MessageType": "Response"}
    return {"SaleToPOIResponse": {"MessageHeader": header, f"{message.category}Response": body}}


def success(**more: Any) -> dict[str, Any]:
    """A body that says Success."""
    return {"Response": {"Result": "Success"}, **more}


def failure(condition: str, words: str, **more: Any) -> dict[str, Any]:
    """A body that says Failure, with its condition."""
    response = {"Result": "Failure", "ErrorCondition": condition}
    if words:
        response["AdditionalResponse"] = f"message={words}"
    return {"Response": response, **more}


def utc_text() -> str:
    """The time as terminals write it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def part(body: dict[str, Any], *names: str) -> dict[str, Any]:
    """An object inside the body. Raises `Refused` if it is not there."""
    for name in names:
        inner = body.get(name)
        if not isinstance(inner, dict):
            raise Refused("MessageFormat", f"{'.'.join(names)} is missing")
        body = inner
    return body


def text(body: dict[str, Any], name: str) -> str:
    """A text in the object. Raises `Refused` if it is not there."""
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise Refused("MessageFormat", f"{name} is missing")
    return value


def amount_minor(value: object, name: str) -> int:
    """An amount above nothing in minor units. Raises `Refused`."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Refused("MessageFormat", f"{name} is {value!r}, not a number")
    if not 0 < value < AMOUNT_LIMIT_MINOR // 100:
        raise Refused("MessageFormat", f"{name} is {value}, outside of what a card can pay")
    try:
        return minor_units(Decimal(value))
    except ValueError as trouble:
        raise Refused("MessageFormat", f"{name}: {trouble}") from trouble


def currency(amounts: dict[str, Any], own: str) -> str:
    """The currency of the amounts. Raises `Refused` unless it is the terminal's own."""
    code = text(amounts, "Currency")
    if _CURRENCY.fullmatch(code) is None:
        raise Refused("MessageFormat", f"Currency is {code!r}")
    if code != own:
        raise Refused("NotAllowed", f"this terminal takes {own}, not {code}")
    return code
