"""A file of devices, read: one line for each till that is to be prepared. Pure; asks nobody."""

from __future__ import annotations

import csv
import io
import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from skrin.domain.card_terminal import check_place
from skrin.domain.printer import place_of as printer_place
from skrin.domain.refusal import Refusal
from skrin.sync.messages import DeviceSettings

LINES_MOST = 200
TEXT_MOST = 200
SERIAL_MOST = 40

NAMES = {
    "serienummer": "serial",
    "butik": "store",
    "beteckning": "designation",
    "namn": "label",
    "kontrollenhet": "control_unit",
    "skrivare": "printer",
    "kortterminal": "card_terminal",
    "terminal-id": "card_terminal_id",
    "protokoll": "card_terminal_protocol",
}
"""Swedish headings beside the English ones."""

OWN = ("serial", "store", "designation", "label")
DEVICE = (
    "control_unit",
    "control_unit_model",
    "printer",
    "printer_columns",
    "card_terminal",
    "card_terminal_id",
    "card_terminal_protocol",
    "card_terminal_name",
)
COLUMNS = (*OWN, *DEVICE)

_SERIAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]*")
_PORT = re.compile(r"/dev/[\w./-]{1,80}|COM[0-9]{1,3}")
_URL = re.compile(r"https?://[^\s/]\S{0,190}")
_SERIAL_BEGINS = "serial:"

csv.field_size_limit(2**31 - 1)  # A quotation mark that is never closed makes one cell of a file.


@dataclass(frozen=True, slots=True)
class Wish:
    """A line of the file: the device and the till that it shall be. An empty `designation`: the
    next that is free in its store."""

    line: int
    serial: str
    store: int
    designation: str
    label: str
    devices: DeviceSettings = field(default_factory=DeviceSettings)


def read_batch(content: bytes, only_store: int = 0) -> tuple[list[Wish], list[tuple[int, Refusal]]]:
    """The wishes of a CSV file (UTF-8 or Windows 1252, comma or semicolon), and what is wrong with
    which line. `only_store`: of lines that name none."""
    rows = list(_rows(_text(content)))
    if not rows:
        return [], [(1, Refusal("batch_empty"))]
    names = [_name(heading) for heading in rows[0][1]]
    unknown = [heading for heading, name in zip(rows[0][1], names, strict=True) if not name]
    if unknown or "serial" not in names:
        code = "batch_column_unknown" if unknown else "batch_serial_missing"
        return [], [(1, Refusal(code, typed=", ".join(unknown)[:60]))]
    if len(rows) > LINES_MOST + 1:
        return [], [(1, Refusal("batch_too_long", most=LINES_MOST))]
    wishes: list[Wish] = []
    faults: list[tuple[int, Refusal]] = []
    for line, cells in rows[1:]:
        try:
            if len(cells) > len(names):
                raise Refusal("batch_too_many_cells")
            wishes.append(_wish(line, dict(zip(names, cells, strict=False)), only_store))
        except Refusal as no:
            faults.append((line, no))
    if not wishes and not faults:
        faults.append((1, Refusal("batch_empty")))
    return wishes, faults + list(_twice(wishes))


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells) of each line that has something on it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")  # Some sheets end lines with \r alone.
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text.replace("\0", "")), delimiter=delimiter)
    for cells in reader:
        tidy = [cell.strip()[:TEXT_MOST] for cell in cells]
        while tidy and not tidy[-1]:
            tidy.pop()
        if tidy:
            yield reader.line_num, tidy


def _name(heading: str) -> str:
    key = heading.strip().casefold()
    name = NAMES.get(key, key.replace(" ", "_"))
    return name if name in COLUMNS else ""


def _wish(line: int, said: Mapping[str, str], only_store: int) -> Wish:
    serial, store = said.get("serial", ""), said.get("store", "") or str(only_store or "")
    if not (_SERIAL.fullmatch(serial) and len(serial) <= SERIAL_MOST):
        raise Refusal("batch_serial_unreadable", typed=serial[:SERIAL_MOST])
    if not (store.isascii() and store.isdecimal() and len(store) < 6):
        raise Refusal("batch_store_unknown", typed=store[:20])
    return Wish(
        line,
        serial,
        int(store),
        said.get("designation", ""),
        said.get("label", "")[:60],
        _devices(said),
    )


def _devices(said: Mapping[str, str]) -> DeviceSettings:
    """The device settings of a line. Refused: an address that nothing is reached by, and what
    `domain.card_terminal.check_place` refuses."""
    given: dict[str, object] = {name: said[name] for name in DEVICE if said.get(name)}
    if "control_unit" in given:
        given["control_unit"] = _unit_address(str(given["control_unit"]))
    if "printer" in given:
        _check_printer(str(given["printer"]))
    if "printer_columns" in given:
        columns = str(given["printer_columns"])
        if columns not in ("32", "42", "48"):
            raise Refusal("batch_columns_unreadable", typed=columns[:10])
        given["printer_columns"] = int(columns)
    if "card_terminal" in given or "card_terminal_id" in given:
        # In a file there is no room for a certificate: a terminal that needs one is named in the
        # office for the store, and reaches the till with its registers.
        protocol = str(given.get("card_terminal_protocol", DeviceSettings().card_terminal_protocol))
        place = str(given.get("card_terminal", ""))
        check_place(str(given.get("card_terminal_id", "")), place, protocol, "")
    return DeviceSettings(**given)  # type: ignore[arg-type]  # Columns are named as its fields.


def _unit_address(text: str) -> str:
    """A control unit's address as a till reads it (`till/devices/units.py`). A till that is given
    another starts without a unit, and cannot sell: refused with `batch_address_unreadable`."""
    port = text.removeprefix(_SERIAL_BEGINS)
    if _PORT.fullmatch(port):
        return f"{_SERIAL_BEGINS}{port}"
    if not (_URL.fullmatch(text) or _is_host_port(text)):
        raise Refusal("batch_address_unreadable", typed=text[:60])
    return text


def _check_printer(text: str) -> None:
    """Refuse what no till can print at."""
    usual = DeviceSettings()
    try:
        printer_place(text, usual.printer_columns, usual.printer_code_page)
    except Refusal as no:
        raise Refusal("batch_address_unreadable", typed=text[:60]) from no


def _is_host_port(text: str) -> bool:
    """A numeric address and a port: a till looks up no names for what a sale needs."""
    host, _, port = text.rpartition(":")
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        if host != "localhost":
            return False
    return port.isascii() and port.isdecimal() and len(port) < 6 and 0 < int(port) < 65_536


def _twice(wishes: list[Wish]) -> Iterator[tuple[int, Refusal]]:
    for name in ("serial", "designation"):
        seen: set[str] = set()
        for wish in wishes:
            value = str(getattr(wish, name))
            if value and value in seen:
                yield wish.line, Refusal(f"batch_{name}_twice", typed=value)
            seen.add(value)
