"""The till's program with a death in it: `kill -9` by its own hand at a named point.

`python -m tests.till.process.dying_till --die-at POINT --trace FILE` and the till's own arguments.
Every point that is passed is written to FILE, so that a run that names none lists them all; where
one is passed again it is `POINT (2)` and so on. Points
are `before commit KIND` and `after commit KIND` for each commit of the journal (KIND: its first
entry), the same for the counter of messages to the card terminal, `before`, `sent` and `after` for
what the devices are asked, and `before upload KIND`, `after upload KIND` for the first upload that
carries an entry of that kind.

Where a cradle bears tills (`skrin.town.deaths.cradle`), those with `--trace` are such ones.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from skrin.domain.entry import Entry, read_entry
from skrin.sync.messages import unpack_exchange
from skrin.till import main as till_program
from skrin.till.devices import control_unit
from skrin.till.devices.card_terminal import NexoTerminal
from skrin.till.devices.control_unit import CleanCashUnit
from skrin.till.devices.office_link import OfficeClient
from skrin.till.devices.printer import NetworkPrinter
from skrin.till.devices.printer_line import ASK_AFTER_JOB, PrinterLine
from skrin.till.devices.timed_socket import TimedSocket
from skrin.till.storage.device_file import DeviceFile
from skrin.till.storage.shop_file import ShopFile

TILL = till_program.main
BORN = "born"


class Fate:
    """Knows at which point this process dies."""

    def __init__(self, die_at: str, trace: str) -> None:
        self._die_at = die_at
        self._trace = os.open(trace, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._lock = threading.Lock()
        self._times: Counter[str] = Counter()

    def passes(self, point: str) -> None:
        """Write the point down, and die if it is the one."""
        with self._lock:
            self._times[point] += 1
            times = self._times[point]
            place = f"{point} ({times})" if times > 1 else point
            os.write(self._trace, f"{place}\n".encode())
            if place == self._die_at:
                os.kill(os.getpid(), signal.SIGKILL)


def wrap(owner: Any, name: str, fate: Fate, point: str) -> None:
    """Let a call pass the points before and after it."""
    original: Callable[..., Any] = getattr(owner, name)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        fate.passes(f"before {point}")
        result = original(*args, **kwargs)
        fate.passes(f"after {point}")
        return result

    setattr(owner, name, wrapped)


def wrap_commits(fate: Fate) -> None:
    """Every commit of the journal, by the kind of its first entry."""
    begin, end, append = ShopFile.begin, ShopFile.end, ShopFile.append
    kinds: list[str] = []  # There is one writer, so one commit at a time.

    def appending(self: ShopFile, entry: Entry) -> None:
        kinds.append(entry.header.kind)
        append(self, entry)

    def beginning(self: ShopFile) -> None:
        kinds.clear()
        begin(self)

    def ending(self: ShopFile, failed: bool, at_end: Callable[[], None] = lambda: None) -> None:
        def written() -> None:
            at_end()
            # A read model may be made anew by itself: a commit without an entry is no point.
            if kinds:
                fate.passes(f"before commit {kinds[0]}")

        end(self, failed, written)
        if kinds and not failed:
            fate.passes(f"after commit {kinds[0]}")

    ShopFile.append = appending  # type: ignore[method-assign]
    ShopFile.begin = beginning  # type: ignore[method-assign]
    ShopFile.end = ending  # type: ignore[method-assign]


def wrap_sends(fate: Fate) -> None:
    """The moments when a request has left and nothing has come back."""
    unit_send = control_unit.send
    secured_send = TimedSocket.sendall
    printer_send = PrinterLine.send

    def sending_to_unit(line: Any, data: bytes, deadline: Any) -> None:
        unit_send(line, data, deadline)
        if b"#RR#" in data:
            fate.passes("sent register")

    def sending_to_terminal(self: Any, data: Any) -> None:
        secured_send(self, data)
        if b'"PaymentRequest"' in bytes(data):
            fate.passes("sent pay")

    def sending_to_printer(self: PrinterLine, data: bytes, within_s: float) -> None:
        printer_send(self, data, within_s)
        if data.endswith(ASK_AFTER_JOB):
            fate.passes("sent print")

    control_unit.send = sending_to_unit
    TimedSocket.sendall = sending_to_terminal  # type: ignore[method-assign]
    PrinterLine.send = sending_to_printer  # type: ignore[method-assign]


def wrap_uploads(fate: Fate) -> None:
    """The uploads, by the kinds of entry that they carry for the first time."""
    exchange = OfficeClient.exchange
    seen: set[str] = set()

    def exchanging(self: OfficeClient, body: bytes) -> Any:
        records = unpack_exchange(body).records
        kinds = {read_entry(record).header.kind for record in records} - seen
        seen.update(kinds)
        for kind in sorted(kinds):
            fate.passes(f"before upload {kind}")
        answer = exchange(self, body)
        for kind in sorted(kinds):
            fate.passes(f"after upload {kind}")
        return answer

    OfficeClient.exchange = exchanging  # type: ignore[method-assign]


def main(argv: list[str]) -> int:
    """Run the till until its hour has come."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--die-at", default="")
    parser.add_argument("--trace", required=True)
    own, rest = parser.parse_known_args(argv)
    fate = Fate(own.die_at, own.trace)
    wrap_commits(fate)
    wrap(DeviceFile, "next_service_number", fate, "commit service number")
    wrap(CleanCashUnit, "register", fate, "register")
    wrap(NexoTerminal, "pay", fate, "pay")
    wrap(NetworkPrinter, "print", fate, "print")
    wrap_sends(fate)
    wrap_uploads(fate)
    return TILL(rest)


def plant(name: str) -> None:
    """Called in a cradle: who is told to write a trace dies as this program does."""
    assert name == BORN
    till_program.main = lambda argv: (main if "--trace" in argv else TILL)(argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
