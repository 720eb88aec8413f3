"""The card terminals of a till, made from its settings."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable

from skrin import documents
from skrin.sync.messages import EPAS, NEXO_JSON, NEXO_XML, CardTerminalSettings
from skrin.till.devices.card_terminal import NexoTerminal
from skrin.till.devices.contract import OUT, CardTerminal, Printer
from skrin.till.devices.xml_terminal import NEXO_XML_PATH, EpasTerminal, NexoXmlTerminal, PrintSlip
from skrin.till.flow.till import MoreTerminal

log = logging.getLogger(__name__)

PROTOCOLS = (NEXO_JSON, EPAS, NEXO_XML)


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
        slips = slips_on(printer)
        return EpasTerminal(host, int(port), sale_id=till, card_terminal_id=poi, print_slip=slips)
    if settings.protocol == NEXO_XML:
        scheme = "https" if ca else "http"
        url = f"{scheme}://{address}{NEXO_XML_PATH}"
        return NexoXmlTerminal(url, ca, sale_id=till, card_terminal_id=poi)
    if not ca:  # Over TLS or not at all: whoever answers in its place could approve payments.
        return None
    return NexoTerminal(f"https://{address}/nexo/", ca, sale_id=till, card_terminal_id=poi)


def further(
    settings: Iterable[CardTerminalSettings], till: str, printer: Printer | None
) -> tuple[MoreTerminal, ...]:
    """The card terminals beside the first."""
    made = ((one, terminal(one, till, printer)) for one in settings)
    return tuple(
        MoreTerminal(one.card_terminal_id, one.name or one.card_terminal_id, device)
        for one, device in made
        if device is not None
    )


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
    read = json.loads(text)
    try:
        return tuple(CardTerminalSettings(**one) for one in read)
    except TypeError as wrong:
        raise ValueError(str(wrong)) from wrong
