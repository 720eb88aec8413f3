"""Loopback devices that do what a test tells them, one connection after the other."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Script = Callable[[socket.socket], None]
DEADLINE_S = 10.0


class Stub:
    """A listener on a free port; each connection runs the next script, the last one for ever.

    `heard` collects what scripts read with `hear`. An exception in a script fails the test at its
    end; a peer that hung up does not.
    """

    def __init__(self, *scripts: Script) -> None:
        self.heard: list[bytes] = []
        self.connections = 0
        self.faults: list[BaseException] = []
        self._scripts = scripts
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(DEADLINE_S)
        self.port: int = self._listener.getsockname()[1]
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def someone_waits(self, within_s: float) -> bool:
        """Whether another connection is made while a script is running."""
        return bool(select.select([self._listener], [], [], within_s)[0])

    def close(self) -> None:
        self._stopping.set()
        with contextlib.suppress(OSError):  # Wakes a listener that waits for the next connection.
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        self._thread.join(DEADLINE_S)
        self._listener.close()
        assert not self._thread.is_alive(), "the stub ends"
        assert not self.faults, self.faults

    def _serve(self) -> None:
        while not self._stopping.is_set():
            try:
                line, _ = self._listener.accept()
            except TimeoutError:
                continue
            if self._stopping.is_set():
                line.close()
                return
            script = self._scripts[min(self.connections, len(self._scripts) - 1)]
            self.connections += 1
            line.settimeout(DEADLINE_S)
            with line:
                try:
                    script(line)
                except OSError:
                    pass
                except BaseException as fault:
                    self.faults.append(fault)


@contextmanager
def stub(*scripts: Callable[[Stub, socket.socket], None]) -> Iterator[Stub]:
    """A `Stub` whose scripts also get the stub itself."""
    made: list[Stub] = []
    bound = [lambda line, script=script: script(made[0], line) for script in scripts]
    device = Stub(*bound)
    made.append(device)
    try:
        yield device
    finally:
        device.close()


def nobody_there() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def wait_until(holds: Callable[[], bool], within_s: float = DEADLINE_S) -> None:
    """Poll until it holds; fail the test at the deadline."""
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, "did not come about in time"
        time.sleep(0.01)


def until_hung_up(line: socket.socket) -> None:
    """Read and forget until the other side closes."""
    while line.recv(4096):
        pass
