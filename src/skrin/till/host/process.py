"""A process of the host: started, listened to, ended. Its log is a file of its own, which it
writes itself: a till must not hang because its host does not read."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

LOG_MOST_BYTES = 5_000_000
SAID_MOST = 200
LAST_BYTES = 4_096
GRACE_S, HUNG_GRACE_S = 15.0, 3.0

NOT_FOR_CHILDREN = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")
"""How systemd talks to the host, and to it alone."""


class Process:
    """One running of a program. `changed` is called when it is ready and when it is over."""

    def __init__(self, argv: Sequence[str], log_file: Path, changed: Callable[[], None]) -> None:
        """Start it, in a group of its own. Raises `OSError` when that cannot be done."""
        self.ready: dict[str, Any] | None = None
        self.log_file = log_file
        self._changed = changed
        self._over = threading.Event()
        log_file.parent.mkdir(parents=True, exist_ok=True)
        rotate(log_file)
        environment = {k: v for k, v in os.environ.items() if k not in NOT_FOR_CHILDREN}
        # In a group of its own it does not hear the Ctrl-C that is meant for the host, which ends
        # its parts itself and in order.
        with log_file.open("ab") as log:
            self._log_from = log.tell()
            self._process: subprocess.Popen[bytes] = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                env=environment,
                process_group=None if sys.platform == "win32" else 0,
            )
        assert self._process.stdout
        out = self._process.stdout
        threading.Thread(target=self._listen, args=(out,), daemon=True).start()
        threading.Thread(target=self._await_end, daemon=True).start()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def is_over(self) -> bool:
        """Whether it has ended."""
        return self._over.is_set()

    @property
    def exit_code(self) -> int:
        """How it ended: the code, or the signal as a negative number."""
        code = self._process.returncode
        assert code is not None, "asked of a process that is over"
        return code

    def end(self, grace_s: float = GRACE_S, *, hangs: bool = False) -> None:
        """Ask it to end, wait, and only then insist; afterwards it is over. `hangs`: also what it
        started and has left behind is ended, which may be what hangs."""
        self._tell(signal.SIGTERM)
        in_order = self._over.wait(grace_s)
        if hangs or not in_order:
            self.kill()
            self._over.wait(GRACE_S)

    def kill(self) -> None:
        """End it and whatever it started, at once."""
        if sys.platform == "win32":
            self._process.kill()
        else:
            self._tell(signal.SIGKILL, group=True)

    def ask_where_it_stands(self) -> None:
        """Let a till that hangs write into its log where each of its threads stands."""
        if hasattr(signal, "SIGUSR2"):
            self._tell(signal.SIGUSR2)

    def _tell(self, number: int, *, group: bool = False) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if group:
                os.killpg(self.pid, number)
            else:
                self._process.send_signal(number)

    def last_words(self) -> str:
        """The last line that it wrote to its log, shortened; empty when it wrote none."""
        with contextlib.suppress(OSError), self.log_file.open("rb") as log:
            end = log.seek(0, os.SEEK_END)
            log.seek(max(min(self._log_from, end), end - LAST_BYTES))
            lines = log.read().decode(errors="replace").split("\n")
            return next((line.strip() for line in reversed(lines) if line.strip()), "")[:SAID_MOST]
        return ""

    def _listen(self, stream: IO[bytes]) -> None:
        """The first line says that it is ready; the rest is read so that the pipe never fills."""
        with contextlib.suppress(ValueError, OSError), stream:
            for line in stream:
                if self.ready is None:
                    with contextlib.suppress(ValueError):
                        said = json.loads(line)
                        self.ready = said if isinstance(said, dict) else {}
                        self._changed()

    def _await_end(self) -> None:
        self._process.wait()
        self._over.set()
        self._changed()


def rotate(log_file: Path, most_bytes: int = LOG_MOST_BYTES) -> None:
    """Keep one earlier log beside this one. Whoever writes on appends: the file itself stays."""
    with contextlib.suppress(OSError):
        if log_file.stat().st_size < most_bytes:
            return
        earlier = log_file.with_name(f"{log_file.name}.1")
        earlier.write_bytes(log_file.read_bytes())
        os.truncate(log_file, 0)
