"""A host as a process, its tills on real simulators, and an office that keeps what they tell."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.till.process.office_stub import EMAIL, PASSWORD
from tests.till.process.rig import Street, TillProcess
from tests.till.process.screen import Screen, eventually

from skrin.domain.codec import decode
from skrin.sync.host import FAILS, FELL, RUNS, HostFacts, HostPart
from skrin.town.processes import children_of

END_S = 60.0
ASK_S = 10.0
SLEEPS = [sys.executable, "-c", "import time; time.sleep(600)"]


def free_port() -> int:
    """A port that nobody listens on; a host's ports stay the same over its restarts."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def lives(pid: int) -> bool:
    """Whether a process runs; one that waits to be buried does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


class HostProcess:
    """A `skrin till-host`; its folder outlives its processes."""

    def __init__(self, street: Street, folder: Path, tills: int = 1) -> None:
        self.street = street
        self.folder = folder
        self.page_port = free_port()
        self.tills = [street.new_till() for _ in range(tills)]
        for till in self.tills:
            till.screen.port = free_port()
        self.more = ""
        self.screen_of: TillProcess | None = None
        self.host_lines = ["patience_s = 4", "busy_patience_s = 30"]
        self.process: subprocess.Popen[str] | None = None

    @property
    def config(self) -> Path:
        return self.folder / "host.toml"

    def name(self, till: TillProcess) -> str:
        """What the host calls a till."""
        return till.designation.lower()

    def write(self) -> None:
        """Write the configuration."""
        ready = self.street.card.part.ready
        lines = ["[host]", 'data = "host"', f"port = {self.page_port}", *self.host_lines]
        for till in self.tills:
            lines += [
                "[[till]]",
                f'name = "{self.name(till)}"',
                f'data = "{till.folder}"',
                f"port = {till.screen.port}",
                f'office = "{self.street.office.url}"',
                f'enrol = "{till.designation}"',
                f'control_unit = "{self.street.unit.address}"',
                f'printer = "{self.street.printer.address}"',
                f'card_terminal = "{self.street.card.address}"',
                f'card_terminal_id = "{ready["poi_id"]}"',
                f'card_terminal_ca = "{ready["ca"]}"',
            ]
        if self.screen_of:
            command = json.dumps([*SLEEPS, "{url}"])
            lines += ["[[screen]]", f'till = "{self.name(self.screen_of)}"', f"command = {command}"]
        self.folder.mkdir(parents=True, exist_ok=True)
        self.config.write_text("\n".join([*lines, self.more]))

    def start(self) -> HostProcess:
        """Start it; its page answers when this returns."""
        self.write()
        with (self.folder / "host.log").open("a") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "skrin.cli", "till-host", str(self.config)),
                    *("--parent-pid", str(os.getpid())),
                ],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line, (self.folder / "host.log").read_text()
        assert json.loads(line)["port"] == self.page_port
        return self

    def open(self) -> HostProcess:
        """Start it, and log in at every till."""
        self.start()
        for till in self.tills:
            self.until(self.name(till), RUNS)
            till.log_in()
        return self

    @property
    def pid(self) -> int:
        assert self.process
        return self.process.pid

    def ask(self, path: str, **headers: str) -> Any:
        """What its page answers, as text."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.page_port}{path}")
        for name, value in headers.items():
            request.add_header(name, value)
        with urllib.request.urlopen(request, timeout=ASK_S) as answer:
            return answer.read().decode()

    def post(self, path: str, **fields: str) -> None:
        """Press something on its page."""
        url = f"http://127.0.0.1:{self.page_port}{path}"
        urllib.request.urlopen(url, urlencode(fields).encode(), timeout=ASK_S).close()

    def facts(self) -> HostFacts:
        """What it says of its parts."""
        return decode(HostFacts, self.ask("/state").encode())

    def part(self, name: str, kind: str = "") -> HostPart:
        """One of them."""
        found = [p for p in self.facts().parts if p.name == name and kind in ("", p.kind)]
        return found[0]

    def until(self, name: str, state: str, kind: str = "") -> HostPart:
        """Wait for a part to be in a state."""
        seen: list[HostPart] = []

        def there() -> bool:
            seen[:] = [self.part(name, kind)]
            return seen[0].state == state

        try:
            eventually(there, END_S)
        except AssertionError as late:
            log = (self.folder / "host.log").read_text()[-2000:]
            raise AssertionError(f"{state} did not come; it is {seen}\n{log}") from late
        return seen[0]

    def fell_and_runs(self, name: str, restarts: int, kind: str = "") -> HostPart:
        """Wait until a part was started again that often, and runs."""
        seen: list[HostPart] = []

        def there() -> bool:
            seen[:] = [self.part(name, kind)]
            return seen[0].state == RUNS and seen[0].restarts >= restarts

        eventually(there, END_S)
        return seen[0]

    def process_of(self, mark: str) -> int:
        """The process of a part, by a word on its command line (a till's folder, say)."""
        return self.processes_of(mark)[0]

    def processes_of(self, mark: str) -> list[int]:
        """It, and what it started with the same word, in this order."""
        found = [
            pid
            for pid in children_of(self.pid)
            if mark.encode() in Path(f"/proc/{pid}/cmdline").read_bytes() and lives(pid)
        ]
        assert found, f"nobody here is called {mark}"
        return found

    def till_pid(self, till: TillProcess) -> int:
        """The process of a till."""
        return self.process_of(str(till.folder))

    def send(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def stop(self) -> int:
        """End it in order; its exit code."""
        if self.process is None:
            return 0
        process, self.process = self.process, None
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.terminate()
        try:
            process.communicate(timeout=END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise
        return process.returncode

    def kill(self) -> None:
        """kill -9."""
        assert self.process
        process, self.process = self.process, None
        process.kill()
        process.communicate(timeout=END_S)


def answers(screen: Screen) -> bool:
    """Whether a till's page is there."""
    try:
        return screen.get("/login").status < 500
    except OSError:
        return False


__all__ = ["EMAIL", "FAILS", "FELL", "PASSWORD", "RUNS", "HostProcess", "answers", "eventually"]
