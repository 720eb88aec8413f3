"""Parts of a running Skrin, each a process: started, waited for, stopped, none left behind."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

STOP_PATIENCE_S = 15.0


def children_of(pid: int) -> list[int]:
    """The processes that a process has started, and theirs."""
    own: list[int] = []
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            own += [int(one) for one in (task / "children").read_text().split()]
    return [*own, *(deeper for child in own for deeper in children_of(child))]


class PartFailed(Exception):
    """A part that did not become ready, and what it said."""


class Part:
    """A process that prints one JSON line on standard output when it is ready."""

    def __init__(
        self,
        name: str,
        module: str,
        argv: Sequence[str],
        log_file: Path,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        """`module` is run with the interpreter that runs us; what it logs goes to `log_file`;
        `environ` is set beside what we have."""
        self.name = name
        self.log_file = log_file
        self.ready: dict[str, Any] = {}
        self._environ = {**os.environ, **environ} if environ else None
        self._argv = [sys.executable, "-m", module, *argv]
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()

    @property
    def pid(self) -> int:
        """The process id of a part that was started."""
        assert self._process is not None, f"{self.name} was not started"
        return self._process.pid

    def start(self) -> None:
        """Start it; it ends by itself when we are gone (`--parent-pid`)."""
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                [*self._argv, "--parent-pid", str(os.getpid())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                env=self._environ,
                start_new_session=True,  # Ctrl-C is ours to hand on, in the right order.
            )
        assert self._process.stdout is not None
        threading.Thread(
            target=_read_lines, args=(self._process.stdout, self._lines), daemon=True
        ).start()

    def wait_ready(self, timeout_s: float) -> dict[str, Any]:
        """What it said when it was ready. Raises `PartFailed` with the end of its log."""
        try:
            line = self._lines.get(timeout=timeout_s)
        except queue.Empty:
            raise PartFailed(
                f"{self.name} is not ready after {timeout_s:.0f} s.\n{self._tail()}"
            ) from None
        if not line:
            raise PartFailed(f"{self.name} did not start.\n{self._tail()}")
        self.ready = json.loads(line)
        return self.ready

    def running(self) -> bool:
        """Whether the process is alive."""
        return self._process is not None and self._process.poll() is None

    def exit_code(self) -> int | None:
        """How it ended; None while it runs."""
        return self._process.poll() if self._process else None

    def kill(self) -> None:
        """SIGKILL: the power cut of a test."""
        if self._process:
            self._process.kill()
            self._process.wait(STOP_PATIENCE_S)

    def stop(self) -> None:
        """Ask it to end, wait, and only then insist."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(STOP_PATIENCE_S)
        if self._process.stdout:
            self._process.stdout.close()

    def _tail(self) -> str:
        if not self.log_file.exists():
            return ""
        return "\n".join(self.log_file.read_text(errors="replace").splitlines()[-12:])


def _read_lines(stream: IO[bytes], lines: queue.SimpleQueue[bytes | None]) -> None:
    try:
        for line in stream:
            lines.put(line)
    except ValueError:
        pass  # The stream was closed when the part was stopped.
    lines.put(None)


def stop_all(parts: Sequence[Part]) -> None:
    """Stop parts, the last started first."""
    for part in reversed(parts):
        part.stop()
