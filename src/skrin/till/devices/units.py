"""Which control unit, by which way: addresses as people write them, and the unit at their end.

| Kind | Address |
|---|---|
| `tcp` | `192.168.1.20:5001`: CleanCash, CCSP over a network |
| `serial` | `serial:/dev/ttyUSB0`, `serial:COM3`: CleanCash, CCSP over its serial line |
| `xccsp` | `https://unit.example:8081/xccsp`: CleanCash for many registers, cloud or local |
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from skrin.domain.receipt import FiscalMark
from skrin.domain.refusal import Refusal
from skrin.fiscal.contract import MarkRequest, UnitIdentity, UnitPlace, UnitStatus
from skrin.till.devices.contract import ControlUnit
from skrin.till.devices.control_unit import CleanCashUnit, TcpLine

if TYPE_CHECKING:
    from skrin.till.devices.xccsp_unit import Whose

TCP, SERIAL, XCCSP = "tcp", "serial", "xccsp"
KINDS = (TCP, SERIAL, XCCSP)

_SERIAL_BEGINS = "serial:"
_PORT = re.compile(r"/dev/[\w./-]{1,80}|COM[0-9]{1,3}")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_ADDRESS_MOST = 200


def place_of(text: str) -> UnitPlace:
    """The place that an address means, `user:password@` in it or not. Refused with
    `unit_address_unreadable` and `unit_address_unsafe`."""
    text = text.strip()
    if text.startswith(_SERIAL_BEGINS):
        return _checked(UnitPlace(SERIAL, text.removeprefix(_SERIAL_BEGINS)))
    if "://" not in text:
        return _checked(UnitPlace(TCP, text))
    try:
        parts = urlsplit(text)
    except ValueError:  # An open bracket, say.
        raise Refusal("unit_address_unreadable", typed=text[:40]) from None
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return _checked(UnitPlace(XCCSP, bare, user, password))


def place_said(
    kind: str, address: str, user: str, password: str, ca_file: str, *, skips_zero: bool
) -> UnitPlace:
    """The place that somebody typed on the page. Refused as `place_of`, with `unit_kind_unknown`,
    `unit_certificate_missing`."""
    if kind not in KINDS:
        raise Refusal("unit_kind_unknown")
    begins = {TCP: "", SERIAL: _SERIAL_BEGINS, XCCSP: ""}[kind]
    address = address.strip()
    if kind == XCCSP and "://" not in address:
        raise Refusal("unit_address_unreadable", typed=address[:40])
    place = place_of(begins + address.removeprefix(begins))
    if place.kind != kind:
        raise Refusal("unit_address_unreadable", typed=address[:40])
    if ca_file and not Path(ca_file).is_file():
        raise Refusal("unit_certificate_missing", typed=ca_file[:80])
    if kind == XCCSP:
        place = replace(
            place, user=user or place.user, password=password or place.password, ca_file=ca_file
        )
    return _checked(replace(place, skips_zero=skips_zero))


def _checked(place: UnitPlace) -> UnitPlace:
    address = place.address
    readable = len(address) <= _ADDRESS_MOST and {
        TCP: _is_host_port,
        SERIAL: lambda text: _PORT.fullmatch(text) is not None,
        XCCSP: _is_url,
    }[place.kind](address)
    if not readable:
        raise Refusal("unit_address_unreadable", typed=address[:40])
    if place.kind == XCCSP and place.user and not _is_safe(address):
        raise Refusal("unit_address_unsafe")
    return place


def _is_host_port(text: str) -> bool:
    """A numeric address: what the serial protocol over a network is reached by stands in the shop,
    and a sale needs no look-up of names."""
    host, colon, port = text.rpartition(":")
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        if host != "localhost":
            return False
    return bool(colon) and port.isdecimal() and 0 < int(port) < 65_536


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    named = _HOST.fullmatch(host) is not None or _numeric(host) is not None
    return parts.scheme in ("http", "https") and named and (port is None or port > 0)


def _is_safe(url: str) -> bool:
    """Whether a password may go there: in the shop's own network, or secured."""
    parts = urlsplit(url)
    if parts.scheme == "https" or parts.hostname == "localhost":
        return True
    numeric = _numeric(parts.hostname or "")
    return numeric is not None and numeric.is_private


def _numeric(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def unit_at(place: UnitPlace, whose: Whose) -> ControlUnit:
    """The control unit there; nothing is asked yet. `whose`: designation and organisation number,
    for a unit that serves many."""
    unit: ControlUnit
    if place.kind == SERIAL:
        from skrin.till.devices.serial_line import SerialLine  # Most tills have none.

        unit = CleanCashUnit(SerialLine(place.address))
    elif place.kind == XCCSP:
        from skrin.till.devices.xccsp_unit import XccspUnit  # TLS and HTTP: only where needed.

        unit = XccspUnit(
            place.address,
            whose,
            user=place.user,
            password=place.password,
            ca_file=place.ca_file,
        )
    else:
        host, _, port = place.address.rpartition(":")
        unit = CleanCashUnit(TcpLine(host.strip("[]"), int(port)))
    return ZeroSkipped(unit) if place.skips_zero else unit


def let_go(unit: ControlUnit | None) -> None:
    """Nobody asks this unit any more: another may have its line."""
    close = getattr(unit, "close", None)
    if close is not None:
        close()


ZERO_TOTAL = "zero_total"
"""What the mark of a receipt of nothing says in place of a status."""


class ZeroSkipped:
    """A unit that is not told receipts of nothing: their mark says so and carries no code."""

    def __init__(self, unit: ControlUnit) -> None:
        self._unit = unit
        self._unit_id = ""

    def identity(self) -> UnitIdentity:
        """Who the unit says it is."""
        identity = self._unit.identity()
        self._unit_id = identity.unit_id
        return identity

    def status(self) -> UnitStatus:
        """Whether the unit says that it would register now."""
        return self._unit.status()

    def register(self, request: MarkRequest) -> FiscalMark:
        """Register a sealed receipt, or mark it as one of nothing. No answering unit, no mark: also
        that one is asked for, where it is not known."""
        if request.sealed.total_minor:
            return self._unit.register(request)
        unit_id = self._unit_id or self.identity().unit_id
        return FiscalMark(unit_id, "", ZERO_TOTAL, "", request.message_serial, attempts=1)

    def close(self) -> None:
        """Leave the line."""
        let_go(self._unit)
