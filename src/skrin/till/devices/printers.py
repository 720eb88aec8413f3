"""Which printer, by which way: the printer at a place, and the one that is in use now."""

from __future__ import annotations

from skrin.domain.printer import CUPS, SERIAL, TCP, PrinterPlace, serial_parts
from skrin.till.devices.contract import NOT_OUT, SILENT, UNSURE, Printer, PrintResult
from skrin.till.devices.printer import FilePrinter, NetworkPrinter, SerialPrinter

SHARED_TURN_S = 4.0
"""How long a printer may be at other tills' papers before it counts as silent: a long receipt."""
LOCAL_TURN_S = 2.0
"""A device file and a serial port say when somebody else has them, so waiting costs nothing."""


def printer_at(place: PrinterPlace) -> Printer:
    """The printer there; nothing is asked yet. The place was checked."""
    columns, code_page = place.columns, place.code_page
    if place.kind == CUPS:
        from skrin.till.devices.cups_queue import CupsQueue  # HTTP: only where it is needed.

        return CupsQueue(place.address, columns, code_page=code_page)
    if place.kind == TCP:
        host, _, port = place.address.rpartition(":")
        turn_s = SHARED_TURN_S if place.shared else 0.0
        return NetworkPrinter(
            host.strip("[]"), int(port), columns, code_page=code_page, turn_s=turn_s
        )
    turn_s = SHARED_TURN_S if place.shared else LOCAL_TURN_S
    if place.kind == SERIAL:
        path, baud = serial_parts(place.address)
        return SerialPrinter(path, baud, columns, code_page=code_page, turn_s=turn_s)
    return FilePrinter(place.address, columns, code_page=code_page, turn_s=turn_s)


def let_go(printer: Printer | None) -> None:
    """Let go of a printer that stopped in a job, so that others may have it. A call that runs on it
    is waited for, up to half a minute: never on the writer, for which all of the till waits."""
    close = getattr(printer, "close", None)
    if close is not None:
        close()


class PrinterInUse:
    """Stands for the printer that documents go to, whichever it is now: who prints asks this one.

    A call that is running on the printer of before ends there; `place` says where the next goes.
    """

    def __init__(self) -> None:
        """No printer yet."""
        self._now: Printer | None = None
        self.place: PrinterPlace | None = None

    def become(self, printer: Printer | None, place: PrinterPlace | None) -> Printer | None:
        """Let documents go there from now on. Returns the printer of before, to be let go of
        (`let_go`); None where it is the same one."""
        before, self._now, self.place = self._now, printer, place
        return None if before is printer else before

    @property
    def columns(self) -> int:
        """How wide its paper is, in characters."""
        return self._now.columns if self._now else 42

    @property
    def code_page(self) -> str:
        """What its jobs are written in."""
        return str(getattr(self._now, "code_page", "cp858"))

    def condition(self) -> str:
        """See `contract.Printer`."""
        return self._now.condition() if self._now else SILENT

    def print(self, job: bytes) -> PrintResult:
        """See `contract.Printer`."""
        return self._now.print(job) if self._now else PrintResult(NOT_OUT, SILENT)

    def open_drawer(self) -> str:
        """See `contract.Printer`."""
        return self._now.open_drawer() if self._now else SILENT

    def settle(self) -> str:
        """See `contract.Printer`."""
        return self._now.settle() if self._now else UNSURE
