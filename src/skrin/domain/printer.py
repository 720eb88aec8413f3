"""Printers: how one is named and reached, and what the journal says of a till's."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from skrin.domain.refusal import Refusal

TCP, USB, SERIAL, CUPS = "tcp", "usb", "serial", "cups"
"""ESC/POS over a network, over a device file of USB, over a serial line; a raw queue of CUPS."""

KINDS = (TCP, USB, SERIAL, CUPS)
COLUMNS = (32, 42, 48)
CODE_PAGES = ("cp858", "cp865", "cp850", "cp437", "cp1252")
BAUDS = (9600, 19_200, 38_400, 57_600, 115_200)
USUAL_BAUD = 9600

NAME_MOST, ADDRESS_MOST, PRINTERS_MOST = 30, 200, 6

_DEVICE = re.compile(r"/dev/[\w./-]{1,80}", re.ASCII)
_SERIAL = re.compile(r"(/dev/[\w./-]{1,80}|COM[0-9]{1,3})(?:@([0-9]{4,6}))?", re.ASCII)
_QUEUE = re.compile(
    r"(?:ipp|http)://(\[[0-9A-Fa-f:]+\]|[0-9.]+|localhost)(?::([0-9]{1,5}))?/[\w./%-]{1,120}",
    re.ASCII,
)
_BEGINS = {USB: "usb:", SERIAL: "serial:"}


@dataclass(frozen=True, slots=True)
class PrinterPlace:
    """A printer and how it is reached; `address` as on the page:

    | Kind | Address |
    |---|---|
    | `tcp` | `192.168.1.40:9100` |
    | `usb` | `/dev/usb/lp0` |
    | `serial` | `/dev/ttyUSB0@19200`; without a speed it is 9600 |
    | `cups` | `ipp://127.0.0.1:631/printers/kvitto` |
    """

    kind: str
    address: str
    name: str = ""
    columns: int = 42
    code_page: str = "cp858"
    shared: bool = False
    """Other tills print on it too: while it is at their papers it is waited for."""

    @property
    def shown(self) -> str:
        """What people call it."""
        return self.name or self.address


@dataclass(frozen=True, slots=True)
class PrinterSet:
    """`printer.set`: what a person changed of the till's printers. `change`: `added`, `changed`,
    `removed`, `used` (documents go there from now on), `office` (what was set here is forgotten,
    and the one that is named counts again)."""

    change: str
    kind: str = ""
    address: str = ""
    name: str = ""
    columns: int = 0
    code_page: str = ""


@dataclass(frozen=True, slots=True)
class PrintersKept:
    """The printers of a till, and the address of the one in use."""

    printers: tuple[PrinterPlace, ...] = ()
    in_use: str = ""


ADDED, CHANGED, REMOVED, USED, OFFICE = "added", "changed", "removed", "used", "office"


def place_of(text: str, columns: int, code_page: str) -> PrinterPlace:
    """The printer that an address with its kind before it means: `usb:/dev/usb/lp0`, `serial:...`,
    `ipp://...`, else host and port. Refused as `check_place`."""
    for kind, begins in _BEGINS.items():
        if text.startswith(begins):
            return checked(PrinterPlace(kind, text.removeprefix(begins), "", columns, code_page))
    kind = CUPS if "://" in text else TCP
    return checked(PrinterPlace(kind, text, "", columns, code_page))


def checked(place: PrinterPlace) -> PrinterPlace:
    """The place as it is. Refused: `printer_kind_unknown`, `printer_address_unreadable`,
    `printer_paper_unknown`."""
    if place.kind not in KINDS:
        raise Refusal("printer_kind_unknown")
    readable = len(place.address) <= ADDRESS_MOST and {
        TCP: _is_host_port,
        USB: lambda text: _DEVICE.fullmatch(text) is not None and ".." not in text,
        SERIAL: is_serial,
        CUPS: _is_queue,
    }[place.kind](place.address)
    if not readable:
        raise Refusal("printer_address_unreadable", typed=place.address[:40])
    if place.columns not in COLUMNS or place.code_page not in CODE_PAGES:
        raise Refusal("printer_paper_unknown")
    return place


def serial_parts(address: str) -> tuple[str, int]:
    """The port and the speed of a serial address that was checked."""
    found = _SERIAL.fullmatch(address)
    assert found is not None, "a checked address"
    return found[1], int(found[2] or USUAL_BAUD)


def _is_host_port(text: str) -> bool:
    """A numeric address and a port, as for all that a sale needs: a look-up of names takes time
    that nobody has."""
    host, _, port = text.rpartition(":")
    return _is_numeric(host.strip("[]")) and port.isdecimal() and 0 < int(port) < 65_536


def is_serial(text: str) -> bool:
    """Whether a text is a serial port, with its speed or without."""
    found = _SERIAL.fullmatch(text)
    return found is not None and ".." not in text and int(found[2] or USUAL_BAUD) in BAUDS


def _is_queue(text: str) -> bool:
    found = _QUEUE.fullmatch(text)
    if found is None or not _is_numeric(found[1].strip("[]")):
        return False
    return found[2] is None or 0 < int(found[2]) < 65_536


def _is_numeric(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
