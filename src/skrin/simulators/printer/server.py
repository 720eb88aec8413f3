"""The printer's TCP port: one host at a time, as real ones have it."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections import deque

from .commands import Cutter
from .device import Printer

POLL_S = 0.1


class Connection:
    """A host on the line."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._lock = threading.Lock()
        line.settimeout(POLL_S)

    def send(self, data: bytes) -> None:
        """Send; a host that has gone is no trouble."""
        if data:
            with self._lock, contextlib.suppress(OSError):
                self._line.sendall(data)

    def hang_up(self) -> None:
        """Close in both directions, so that the reading side wakes too."""
        with contextlib.suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)


class PrinterServer:
    """Accepts hosts; one is served, the others wait or are closed."""

    def __init__(self, listener: socket.socket, printer: Printer, idle_s: float) -> None:
        """``idle_s`` without a byte, and a host is hung up on; 0 = never."""
        self._listener = listener
        self._printer = printer
        self._idle_s = idle_s
        self._waiting: deque[socket.socket] = deque()
        self._changed = threading.Condition()
        self._is_serving = False
        self._is_ending = False
        self._threads = [
            threading.Thread(target=work, name=name, daemon=True)
            for work, name in ((self._accept, "accepting"), (self._serve, "serving"))
        ]

    def start(self) -> None:
        """Begin to listen and to print."""
        self._printer.start()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Close the port and stop printing."""
        with self._changed:
            self._is_ending = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(timeout=2)
        self._printer.stop()
        self._listener.close()

    def _accept(self) -> None:
        while not self._is_ending:
            try:
                line, _ = self._listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            switches = self._printer.switches
            with self._changed:
                occupied = self._is_serving or bool(self._waiting)
                if switches.flag("refuse") or (
                    occupied and switches.peek("second_client") == "refuse"
                ):
                    self._printer.heard.note("connection", "refused")
                    line.close()
                    continue
                self._waiting.append(line)
                self._changed.notify_all()

    def _serve(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._is_ending)
                if self._is_ending:
                    return
                line = self._waiting.popleft()
                self._is_serving = True
            with line:
                self._converse(line)
            with self._changed:
                self._is_serving = False

    def _converse(self, line: socket.socket) -> None:
        """Read until the host closes. A command that it had only begun goes with it."""
        host, cutter = Connection(line), Cutter()
        self._printer.connected(host)
        heard_at = time.monotonic()
        try:
            while not self._is_ending:
                try:
                    data = line.recv(65_536)
                except TimeoutError:
                    if self._idle_s and time.monotonic() - heard_at > self._idle_s:
                        return
                    continue
                if not data:
                    return
                heard_at = time.monotonic()
                self._printer.receive(data, cutter, host)
        except OSError:
            return
        finally:
            self._printer.disconnected(host)
