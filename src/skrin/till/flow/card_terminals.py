"""The card terminals of a till, made from its settings: one line to each."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterable
from dataclasses import replace

from skrin import documents
from skrin.domain.card_terminal import EPAS, NEXO_XML, PROTOCOLS
from skrin.sync.messages import CardTerminalSettings, DeviceSettings
from skrin.till.devices.card_terminal import NexoTerminal
from skrin.till.devices.contract import OUT, CardTerminal, Printer
from skrin.till.devices.xml_terminal import NEXO_XML_PATH, EpasTerminal, NexoXmlTerminal, PrintSlip
from skrin.till.flow.till import Devices, MoreTerminal

__all__ = ["PROTOCOLS", "TerminalPool", "named_in", "terminal", "terminals_said", "with_terminals"]

log = logging.getLogger(__name__)


class TerminalPool:
    """The device's card terminals. Its stores share them: whoever names the same terminal gets the
    same line to it, since many take no second one. Thread-safe."""

    def __init__(self, till: str, printer: Printer | None) -> None:
        """Nothing is connected. `till` is how the till calls itself; slips that are to be signed
        come out of `printer`."""
        self.till = till
        self._printer = printer
        self._made: dict[CardTerminalSettings, CardTerminal] = {}
        self._used: dict[int, tuple[CardTerminalSettings, ...]] = {}
        self._lock = threading.Lock()

    def of(
        self, store: int, settings: tuple[CardTerminalSettings, ...]
    ) -> tuple[MoreTerminal, ...]:
        """The terminals that a store uses from now on, as far as their settings are whole."""
        with self._lock:
            self._used[store] = settings
            found = ((one, self._one(one)) for one in settings)
            return tuple(
                MoreTerminal(
                    one.card_terminal_id,
                    one.name or one.card_terminal_id,
                    device,
                    one.provider,
                    one.provider_phone,
                )
                for one, device in found
                if device is not None
            )

    def _one(self, settings: CardTerminalSettings) -> CardTerminal | None:
        key = _line_of(settings)
        made = self._made.get(key) or terminal(key, self.till, self._printer)
        if made is not None:
            self._made[key] = made
        return made

    def let_go(self) -> None:
        """Hang up where no store uses the terminal any more."""
        with self._lock:
            used = {_line_of(one) for settings in self._used.values() for one in settings}
            gone = [self._made.pop(one) for one in list(self._made) if one not in used]
        for device in gone:
            device.close()

    def known(self, settings: CardTerminalSettings) -> CardTerminal | None:
        """The terminal with this very line, where one is in use."""
        return self._made.get(_line_of(settings))

    def at(self, address: str) -> tuple[CardTerminal, ...]:
        """The terminals in use at an address."""
        return tuple(made for one, made in self._made.items() if one.address == address)

    def alone(self, settings: CardTerminalSettings) -> CardTerminal | None:
        """A terminal that nobody uses, to be tried; the caller closes it."""
        return terminal(settings, self.till, self._printer)


def _line_of(settings: CardTerminalSettings) -> CardTerminalSettings:
    """What a line is made by: names of people do not make another one."""
    return replace(settings, name="", provider="", provider_phone="")


def with_terminals(devices: Devices, terminals: tuple[MoreTerminal, ...]) -> Devices:
    """The devices with these card terminals, the first one first."""
    first = terminals[0] if terminals else None
    return replace(
        devices,
        card_terminal=first.device if first else None,
        card_terminal_id=first.card_terminal_id if first else "",
        card_terminal_name=first.name if first else "",
        card_terminal_contact=(first.provider, first.provider_phone) if first else ("", ""),
        more_card_terminals=terminals[1:],
    )


def named_in(settings: DeviceSettings) -> tuple[CardTerminalSettings, ...]:
    """The card terminals of the device's settings, the first one first."""
    first = CardTerminalSettings(
        settings.card_terminal_id,
        settings.card_terminal,
        settings.card_terminal_name,
        settings.card_terminal_protocol,
        settings.card_terminal_ca,
    )
    return (*((first,) if first.address else ()), *settings.more_card_terminals)


def terminal(
    settings: CardTerminalSettings, till: str, printer: Printer | None
) -> CardTerminal | None:
    """The card terminal as it is set; None when it is not set whole. An address that cannot be
    read stops no till from starting: it then has no such terminal, and says so."""
    if not settings.address:
        return None
    try:
        return _made(settings, till, printer)
    except ValueError as wrong:
        log.error("the address %r of a card terminal cannot be used: %s", settings.address, wrong)
        return None


def _made(
    settings: CardTerminalSettings, till: str, printer: Printer | None
) -> CardTerminal | None:
    """The card terminal. Raises `ValueError` for an address that is none."""
    address, ca, poi = settings.address, settings.ca, settings.card_terminal_id
    host, _, port = address.rpartition(":")
    if not (host and port.isascii() and port.isdigit() and int(port) < 65_536):
        raise ValueError("it is written host:port")
    if settings.protocol == EPAS:
        slips, bare = slips_on(printer), host.strip("[]")
        return EpasTerminal(bare, int(port), sale_id=till, card_terminal_id=poi, print_slip=slips)
    if settings.protocol == NEXO_XML:
        scheme = "https" if ca else "http"
        url = f"{scheme}://{address}{NEXO_XML_PATH}"
        return NexoXmlTerminal(url, ca, sale_id=till, card_terminal_id=poi)
    if not ca:  # Over TLS or not at all: whoever answers in its place could approve payments.
        return None
    return NexoTerminal(f"https://{address}/nexo/", ca, sale_id=till, card_terminal_id=poi)


def slips_on(printer: Printer | None) -> PrintSlip:
    """Prints what the customer is to sign, at once. It is the payment provider's paper, no document
    of the till: it takes no number, and nothing waits for it but the payment itself."""

    def print_slip(lines: tuple[str, ...]) -> bool:
        if printer is None:
            return False
        code_page = getattr(printer, "code_page", "cp858")
        job = documents.card_slip_escpos(lines, printer.columns, code_page)
        return printer.print(job).outcome == OUT

    return print_slip


def terminals_said(text: str) -> tuple[CardTerminalSettings, ...]:
    """The card terminals of a JSON list. Raises `ValueError`."""
    read: Iterable[dict[str, str]] = json.loads(text)
    try:
        return tuple(CardTerminalSettings(**one) for one in read)
    except TypeError as wrong:
        raise ValueError(str(wrong)) from wrong
