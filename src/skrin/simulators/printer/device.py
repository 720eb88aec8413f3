"""The printer as a device: buffer, condition, status, and the faults that it was told to have.

Bytes are cut into commands as they arrive. Real-time commands are obeyed at once, in the
connection's own thread; the others wait in the buffer for the one thread that prints, which stops
while there is no paper, the cover is open or the printer is offline. So a question that waits in
the buffer behind a receipt (GS r) is answered only when the receipt is on paper.

The buffer belongs to the printer and not to the connection: a job whose sender has gone is
printed all the same.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Mapping
from typing import Any, Protocol

from .. import control_page
from ..durable import Log
from ..heard import Exchange, Heard, now_text
from ..switches import Switch, Switches, common_switches
from . import pages, status
from .commands import Command, Cutter
from .mechanism import Ask, Cut, Event, Mechanism, Pulse
from .paper import Slip
from .slips import Slips

BUFFER_LIMIT = 4_000_000


class Host(Protocol):
    """The other end of a connection."""

    def send(self, data: bytes) -> None:
        """Send; a host that has gone is no trouble."""

    def hang_up(self) -> None:
        """Close the connection."""


def printer_switches(line_ms: int = 0) -> Switches:
    """The switches of a printer. Its conditions are states, so they cannot be counted."""
    conditions = [
        Switch(name, False, words, countable=False)
        for name, words in (
            ("paper_out", "the paper has ended"),
            ("paper_low", "the paper ends soon"),
            ("cover_open", "the cover is open"),
            ("offline", "offline for another reason"),
        )
    ]
    own = [
        *conditions,
        Switch("paper_out_after_lines", 0, "the paper ends after so many lines", countable=False),
        Switch(
            "resume",
            "continue",
            "when paper is back: print what was waiting, or have lost it",
            choices=("continue", "lost"),
            countable=False,
        ),
        Switch("line_ms", line_ms, "how long a line takes", limits=(0, 10_000), countable=False),
        Switch(
            "second_client",
            "wait",
            "a second connection waits its turn, or is closed",
            choices=("wait", "refuse"),
            countable=False,
        ),
        Switch("refuse_job", False, "the queue (IPP) takes no job"),
        Switch("set_papers", False, "the queue sets papers itself and takes no raw ones"),
        Switch("abort_job", False, "the queue gives a job up"),
        Switch("forget_jobs", False, "the queue keeps no job that is over", countable=False),
        Switch("lose_job_answer", False, "the queue takes a job, and its answer is lost"),
    ]
    return Switches([*common_switches(("job", "status"), repeats=False), *own])


class Printer:
    """A simulated receipt printer."""

    name = "printer"
    title = "Receipt printer"

    def __init__(self, port: int, columns: int, switches: Switches, log: Log | None) -> None:
        """Load the slips of earlier runs, if there is a log. Raises `StateTrouble`."""
        self.port = port
        self.switches = switches
        self.heard = Heard()
        self.slips = Slips(log)
        self._mechanism = Mechanism(columns, self.slips.last_number + 1)
        self._changed = threading.Condition()
        self._buffer: deque[tuple[Command, Host]] = deque()
        self._buffered_bytes = 0
        self._host: Host | None = None
        self._automatic_to: Host | None = None
        self._condition = self.condition()
        self._counts: Counter[str] = Counter()
        self._ending = False
        self._thread = threading.Thread(target=self._print_forever, name="printing", daemon=True)
        switches.on_change(self._look_around)

    def start(self) -> None:
        """Begin to print."""
        self._thread.start()

    def stop(self) -> None:
        """Stop between two commands."""
        with self._changed:
            self._ending = True
            self._changed.notify_all()
        self._thread.join(timeout=2)

    def condition(self) -> status.Condition:
        """What the switches say of paper, cover and line."""
        peek = self.switches.peek
        return status.Condition(
            paper_out=peek("paper_out") is True,
            paper_low=peek("paper_low") is True,
            cover_open=peek("cover_open") is True,
            offline=peek("offline") is True,
        )

    def connected(self, host: Host) -> None:
        """A host has the line to itself now."""
        self._counts["connections"] += 1
        self._host = host

    def disconnected(self, host: Host) -> None:
        """It has gone; what it sent stays in the buffer."""
        with self._changed:
            if self._host is host:
                self._host = None
            if self._automatic_to is host:
                self._automatic_to = None

    def receive(self, data: bytes, cutter: Cutter, host: Host) -> None:
        """Take bytes from the line."""
        self._counts["bytes"] += len(data)
        for command in cutter.feed(data):
            if command.is_real_time:
                self._obey_at_once(command, cutter, host)
                continue
            with self._changed:
                if self._buffered_bytes + command.size > BUFFER_LIMIT:
                    self._counts["bytes_dropped"] += command.size
                    continue
                self._buffer.append((command, host))
                self._buffered_bytes += command.size
                self._changed.notify_all()

    def is_idle(self) -> bool:
        """Whether nothing waits to be printed."""
        with self._changed:
            return not self._buffer

    def forget_waiting(self) -> None:
        """What waits to be printed is taken back, as a queue does with a job that is cancelled."""
        with self._changed:
            self._clear_buffer()

    def counters(self) -> dict[str, Any]:
        """Slips and drawer pulses over the printer's life; the rest of this process."""
        with self._changed:
            return {
                "slips": self.slips.complete,
                "torn": self.slips.torn,
                "drawer_pulses": self.slips.pulses,
                "lines": self._mechanism.lines_printed,
                "blank_cuts": self._mechanism.blank_cuts,
                "waiting_bytes": self._buffered_bytes,
                "partial_slip": self._mechanism.has_partial_slip,
                "condition": self.condition().words(),
                **self._counts,
                "unknown": dict(self._mechanism.unknown),
            }

    def reset(self, wanted: Mapping[str, object]) -> None:
        """``{"slips": true}`` throws the paper away, what waits to be printed, and the counters."""
        rest = {name: value for name, value in wanted.items() if name != "slips"}
        control_page.no_further_reset(rest)
        if "slips" in wanted and wanted["slips"] is not True:
            raise control_page.BadReset("slips is true or left out")
        if wanted:
            with self._changed:
                self._clear_buffer()
                self._mechanism.tear_off()
                self.slips.forget()

    def extra_html(self) -> str:
        """The paper, newest first."""
        return pages.newest(self.slips)

    def extra_get(self, path: str, query: Mapping[str, list[str]]) -> control_page.Answer | None:
        """``/slips``, ``/slips/N`` and ``/slips/N.png``."""
        return pages.get(self.slips, path, query)

    def _print_forever(self) -> None:
        while True:
            with self._changed:
                while not self._ending and (not self._buffer or self.condition().is_stopped):
                    self._changed.wait()
                if self._ending:
                    return
                command, host = self._buffer.popleft()
                self._buffered_bytes -= command.size
                before = self._mechanism.lines_printed
                events = self._mechanism.execute(command)
                lines = self._mechanism.lines_printed - before
                asks = [event for event in events if self._carry_out(event)]
                self._use_paper(lines)
            for ask in asks:
                assert isinstance(ask, Ask)
                self._answer_ask(ask, host)
            self._rest(lines)

    def _carry_out(self, event: Event) -> bool:
        """Keep slips and pulses; True for a question that is still to be answered."""
        if isinstance(event, Cut):
            self._keep(event.slip)
        elif isinstance(event, Pulse):
            self.slips.add_pulse(event.connector)
            self.heard.note("drawer", f"kicked at connector {event.connector}")
        return isinstance(event, Ask)

    def _keep(self, slip: Slip) -> None:
        slip.at = now_text()
        self.slips.add(slip)
        what = "cut" if slip.is_complete else "torn off, the paper had ended"
        self.heard.note(f"slip {slip.number}, {slip.byte_count} bytes", what)

    def _use_paper(self, lines: int) -> None:
        """Count down to the end of the paper, where that was asked for."""
        left = self.switches.peek("paper_out_after_lines")
        assert isinstance(left, int)
        if lines == 0 or left == 0:
            return
        if lines < left:
            self.switches.set({"paper_out_after_lines": left - lines})
        else:
            self.switches.set({"paper_out_after_lines": 0, "paper_out": True})

    def _rest(self, lines: int) -> None:
        """Take the time that lines take."""
        line_ms = self.switches.peek("line_ms")
        assert isinstance(line_ms, int)
        if lines and line_ms:
            self._pause(lines * line_ms)

    def _pause(self, wait_ms: int) -> None:
        """Wait, but not beyond the end of the process."""
        with self._changed:
            self._changed.wait_for(lambda: self._ending, timeout=wait_ms / 1000)

    def _look_around(self) -> None:
        """A switch was thrown: tell who listens, and see whether paper has come back."""
        with self._changed:
            before, self._condition = self._condition, self.condition()
            if before.paper_out and not self._condition.paper_out:
                self._load_paper()
            host = self._automatic_to
            if host is not None and before != self._condition:
                self._tell(host, "automatic status", status.automatic(self._condition))
            self._changed.notify_all()

    def _load_paper(self) -> None:
        """A person has changed the roll. What had been printed and is not going on comes off."""
        if self.switches.peek("resume") == "lost":
            self._clear_buffer()
        if not self._buffer and self._mechanism.has_partial_slip:
            slip = self._mechanism.tear_off()
            if slip is not None:
                self._keep(slip)

    def _clear_buffer(self) -> None:
        self._buffer.clear()
        self._buffered_bytes = 0
        self._mechanism.forget_line()

    def _obey_at_once(self, command: Command, cutter: Cutter, host: Host) -> None:
        """DLE commands, also while the printer is stopped."""
        which = command.data[0] if command.data else 0
        if command.name == "DLE 04":
            exchange = self.heard.note(f"DLE EOT {which}")
            self._answer(exchange, "status", status.real_time(self.condition(), which), host)
        elif command.name == "DLE 14" and which == 1:
            with self._changed:
                self._carry_out(Pulse(command.data[1] & 1))
        elif command.name == "DLE 14" and which == 8:
            exchange = self.heard.note("DLE DC4 8, clear the buffers")
            with self._changed:
                self._clear_buffer()
                cutter.clear()
                self._counts["buffer_clears"] += 1
            self._answer(exchange, "status", status.CLEARED, host)

    def _answer_ask(self, ask: Ask, host: Host) -> None:
        """A question from the buffer: its turn has come, so all before it is on paper."""
        if ask.name == "GS a":
            with self._changed:
                self._automatic_to = host if ask.parameter else None
            exchange = self.heard.note(f"GS a {ask.parameter}")
            data = status.automatic(self.condition()) if ask.parameter else b""
            self._answer(exchange, "status", data, host)
            return
        exchange = self.heard.note(f"{ask.name} {ask.parameter}")
        if ask.name == "GS I":
            self._answer(exchange, "status", status.identity(ask.parameter), host)
        else:
            data = status.transmitted(self.condition(), ask.parameter)
            self._answer(exchange, "job", data, host)

    def _answer(self, exchange: Exchange, kind: str, data: bytes, host: Host) -> None:
        """Send an answer, with the faults that answers have here."""
        exchange.answer = data.hex(" ") or "(none)"
        if self.switches.flag("silent", kind):
            exchange.answer = "(silent)"
            return
        wait_ms = self.switches.number("slow_ms", kind)
        if wait_ms:
            self._pause(wait_ms)
        if self.switches.flag("hang_up", kind):
            exchange.answer += "  (hung up instead of answering)"
            host.hang_up()
            return
        host.send(data * (2 if self.switches.flag("answer_twice", kind) else 1))

    def _tell(self, host: Host, words: str, data: bytes) -> None:
        """Say something unasked, unless told to be silent."""
        if self.switches.peek("silent") is not True:
            self.heard.note(words, data.hex(" "))
            host.send(data)
