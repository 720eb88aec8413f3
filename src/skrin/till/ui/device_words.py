"""Devices in words: what trying one came to, and what to do then."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from skrin.domain.printer import CUPS, SERIAL, TCP, USB, PrinterPlace
from skrin.till.flow import self_test as tests
from skrin.till.ui import words

NAMES: dict[str, str] = {
    tests.UNIT: _("Control unit"),
    tests.CARD: _("Card terminal"),
    tests.PRINTER: _("Printer"),
    tests.OFFICE: _("The office"),
    tests.SCALE: _("Scale"),
    tests.DRAWER: _("Cash drawer"),
    tests.SCANNER: _("Scanner"),
    tests.SCREEN: _("This screen"),
}

RESULTS: dict[str, str] = {
    "untried": _("Not tried yet"),
    "trying": _("Being tried …"),
    "try_failed": _("It could not be tried."),
    "page_out": _("The printer says that the test page came out."),
    "page_out_paper_low": _("The test page came out. The paper is nearly out."),
    "page_not_out": _("The test page has not come out."),
    "page_not_now": _("The printer answers. No page was printed: a sale or a document has it."),
    "scale_tells": _("The scale answers: %(weight)s kg lie on it."),
    "drawer_told": _("The printer told the drawer to open. Did it?"),
    "drawer_opens": _("The drawer opens."),
    "drawer_stays_shut": _("The drawer stayed shut."),
    "drawer_shut": _("The printer did not tell the drawer to open."),
    "scan_empty": _("Nothing was read."),
    "scan_article": _("Read %(typed)s: %(name)s."),
    "scan_in_store": _("Read %(typed)s: a price or a weight from the shop's own label."),
    "scan_receipt": _("Read %(typed)s: a receipt."),
    "scan_unknown": _("Read %(typed)s. No article has this code."),
    "scan_misread": _("Read %(typed)s, and its last digit does not fit the others."),
    "screen_hears": _("The screen shows the key, and heard the tap."),
}
"""What trying a device came to, by its code; other codes are those of `words.STATES`."""

ADVICE: dict[str, str] = {
    "try_failed": _("Try again. If it stays so, save the bundle and send it to service."),
    "page_out": _("Look at it: all signs, and the row of digits to the edge of the paper."),
    "page_out_paper_low": _("Have a new roll ready."),
    "page_not_out": _("Is another till printing on it? Try again in a moment."),
    "page_not_now": _("Finish the sale, then try again to see a page."),
    "scale_tells": _("Put something on it, and hold the figure against its own display."),
    "drawer_stays_shut": _(
        "Is its cable in the printer's socket for the drawer, and is it unlocked with its key?"
        " A drawer with a socket of its own is opened by its key."
    ),
    "drawer_shut": _("See to the printer first: the drawer hangs on it."),
    "scan_empty": _(
        "Tap the field, then scan. If nothing comes, is the scanner charged, and paired or plugged"
        " in? It has to be set as a keyboard that ends with Enter."
    ),
    "scan_unknown": _("The scanner works. Scan something that you sell to see its name."),
    "scan_misread": _(
        "Scan it again. If it stays so, clean the window, and let the scanner send all digits."
    ),
}

PRINTER_KINDS: dict[str, str] = {
    TCP: _("On the network"),
    USB: _("USB"),
    SERIAL: _("Serial cable"),
    CUPS: _("Queue of another computer (CUPS)"),
}
PRINTER_EXAMPLES = {
    TCP: "192.168.1.40:9100",
    USB: "/dev/usb/lp0",
    SERIAL: "/dev/ttyUSB0@19200",
    CUPS: "ipp://192.168.1.50:631/printers/kvitto",
}
PAPERS: dict[int, str] = {
    32: _("58 mm, 32 characters"),
    42: _("80 mm, 42 characters"),
    48: _("80 mm, 48 characters"),
}


def printer_facts(place: PrinterPlace) -> tuple[tuple[str, str], ...]:
    """What is set of a printer."""
    return (
        (gettext("Connected"), gettext(PRINTER_KINDS[place.kind])),
        (gettext("Address"), place.address),
        (gettext("Paper"), gettext(PAPERS.get(place.columns, str(place.columns)))),
        (gettext("Letters"), place.code_page.upper()),
    )


def result_sentence(result: tests.Result, fault: str = "") -> str:
    """How a device was. `fault`: the control unit's, which has words of its own."""
    if fault:
        return words.unit_fault(fault).what
    if result.code in RESULTS:
        return gettext(RESULTS[result.code]) % _shown(result.values)
    return words.state_sentence(result.code, 0)


def result_advice(result: tests.Result, fault: str = "") -> str:
    """What to do then; empty when there is nothing to do."""
    if fault:
        return words.unit_fault(fault).to_do
    if result.code in ADVICE:
        return gettext(ADVICE[result.code])
    return words.advice(result.code)


def _shown(values: Mapping[str, str]) -> dict[str, str]:
    return dict(values)
