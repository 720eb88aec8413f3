"""Programs that are killed and started again, forked from a cradle or started plainly."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from skrin.town.processes import PartFailed

CRADLE_S = 60.0
DEATH_S = 20.0
TAIL_LINES = 12


class Cradle:
    """A process that has loaded a program and forks it for us."""

    def __init__(self, program: str, log_file: Path, planted: str = "") -> None:
        """Start it; `planted`: MODULE:NAME of a fault of the tests."""
        self.program = program
        self._lock = threading.Lock()
        self._asking, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        log_file.parent.mkdir(parents=True, exist_ok=True)
        argv = [sys.executable, "-m", "skrin.town.deaths.cradle", program]
        argv += ["--socket", str(theirs.fileno()), "--planted", planted]
        with theirs, log_file.open("ab") as log:
            self._process = subprocess.Popen(
                argv, stderr=log, pass_fds=(theirs.fileno(),), start_new_session=True
            )
        self._asking.settimeout(CRADLE_S)
        self._is_loaded = False

    def bear(self, argv: Sequence[str], out: int, log: int, environ: Mapping[str, str]) -> int:
        """Fork the program; the child's process id."""
        message = json.dumps({"argv": list(argv), "environ": dict(environ)}).encode()
        with self._lock:
            if not self._is_loaded:
                assert self._asking.recv(100), "the cradle has loaded its program"
                self._is_loaded = True
            socket.send_fds(self._asking, [message], [out, log])
            answer = self._asking.recv(1000)
        return int(json.loads(answer)["pid"])

    def stop(self) -> None:
        """Nobody is born any more."""
        self._asking.close()
        self._process.wait(DEATH_S)


class Mortal:
    """One program: started, waited for, killed, started again."""

    def __init__(
        self,
        name: str,
        module: str,
        argv: Sequence[str],
        log_file: Path,
        cradle: Cradle | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        """Nothing runs yet."""
        self.name = name
        self.log_file = log_file
        self.pid = 0
        self._module = module
        self._argv = [*argv, "--parent-pid", str(os.getpid())]
        self._cradle = cradle
        self._environ = dict(environ or {})
        self._handle = -1
        self._out = -1
        self._child: subprocess.Popen[bytes] | None = None

    def start(self, *, plain: bool = False) -> None:
        """Start it, out of its cradle unless it is to start plainly."""
        self._forget()
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        self._out, told = os.pipe()
        try:
            with self.log_file.open("ab") as log:
                if self._cradle and not plain:
                    self.pid = self._cradle.bear(self._argv, told, log.fileno(), self._environ)
                else:
                    self._child = subprocess.Popen(
                        [sys.executable, "-m", self._module, *self._argv],
                        stdin=subprocess.DEVNULL,
                        stdout=told,
                        stderr=log,
                        env={**os.environ, **self._environ},
                        start_new_session=True,
                    )
                    self.pid = self._child.pid
        finally:
            os.close(told)
        with suppress(ProcessLookupError):
            self._handle = os.pidfd_open(self.pid)

    def wait_ready(self, timeout_s: float) -> dict[str, Any]:
        """The line that it says when it is ready. Raises `PartFailed`."""
        until, said = time.monotonic() + timeout_s, b""
        while not said.endswith(b"\n"):
            left_s = until - time.monotonic()
            if left_s <= 0 or not select.select([self._out], [], [], left_s)[0]:
                raise PartFailed(
                    f"{self.name} is not ready after {timeout_s:.0f} s.\n{self.tail()}"
                )
            piece = os.read(self._out, 4096)
            if not piece:
                raise PartFailed(f"{self.name} did not start.\n{self.tail()}")
            said += piece
        ready: dict[str, Any] = json.loads(said)
        return ready

    def running(self) -> bool:
        """Whether it runs."""
        return self._handle >= 0 and not select.select([self._handle], [], [], 0)[0]

    def send(self, number: signal.Signals) -> None:
        """A signal; nothing when it is gone."""
        if self._handle >= 0:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, number)

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        self.send(signal.SIGKILL)
        self.wait_gone()

    def stop(self) -> None:
        """Ask it to end, wait, and only then insist."""
        self.send(signal.SIGTERM)
        if not self.wait_gone():
            self.kill()

    def wait_gone(self, timeout_s: float = DEATH_S) -> bool:
        """Wait for its end; whether it came."""
        gone = self._handle < 0 or bool(select.select([self._handle], [], [], timeout_s)[0])
        if gone:
            self._forget()
        return gone

    def _forget(self) -> None:
        """Close what belonged to a process that is gone."""
        if self._child is not None:
            self._child.wait(DEATH_S)
            self._child = None
        for number in (self._handle, self._out):
            if number >= 0:
                os.close(number)
        self._handle = self._out = -1

    def tail(self) -> str:
        """The end of its log."""
        if not self.log_file.exists():
            return ""
        return "\n".join(self.log_file.read_text(errors="replace").splitlines()[-TAIL_LINES:])
