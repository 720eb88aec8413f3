"""Simulators as processes, and the few lines that tests need to talk to them.

The frames and bytes in these tests are written out or made here; nothing of the product and
nothing of the simulators is imported, so both can be wrong only independently of the test.
"""

from __future__ import annotations

import http.client
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "127.0.0.1"
DEADLINE_S = 10.0


def environment() -> dict[str, str]:
    """The environment of a child: the sources first, whatever is installed."""
    return {**os.environ, "PYTHONPATH": str(ROOT / "src")}


def command(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", f"skrin.simulators.{module}", *arguments]


class Device:
    """A simulator that runs, and its control page."""

    def __init__(self, module: str, *arguments: str) -> None:
        if "--parent-pid" not in arguments:
            arguments += ("--parent-pid", str(os.getpid()))  # A failing test leaves nothing behind.
        self.process = subprocess.Popen(
            command(module, *arguments),
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        readable, _, _ = select.select([self.process.stdout], [], [], DEADLINE_S)
        line = self.process.stdout.readline() if readable else ""
        if not line:
            self.process.kill()
            raise AssertionError(f"{module} did not start: {self.process.communicate()[1]}")
        self.ready: dict[str, Any] = json.loads(line)
        self.port: int = self.ready["port"]
        self.control_port: int = self.ready["control_port"]

    def stop(self, sign: int = signal.SIGTERM) -> int:
        """End it as a person would; returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(sign)
        try:
            output, errors = self.process.communicate(timeout=DEADLINE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        assert output == "", "nothing may follow the ready line"
        assert errors == ""
        return self.process.returncode

    def http(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, bytes]:
        link = http.client.HTTPConnection(ADDRESS, self.control_port, timeout=DEADLINE_S)
        try:
            link.request(method, path, body, headers or {})
            answer = link.getresponse()
            return answer.status, answer.read()
        finally:
            link.close()

    def json(self, path: str) -> Any:
        status, body = self.http("GET", path)
        assert status == 200, body
        return json.loads(body)

    def state(self) -> dict[str, Any]:
        return self.json("/state")

    def counters(self) -> dict[str, Any]:
        return self.state()["counters"]

    def post(self, path: str, document: object) -> tuple[int, dict[str, Any]]:
        status, body = self.http("POST", path, json.dumps(document).encode())
        return status, json.loads(body)

    def switch(self, **changes: object) -> None:
        status, answer = self.post("/switch", changes)
        assert status == 200, answer

    def reset(self, **wanted: object) -> None:
        status, answer = self.post("/reset", wanted)
        assert status == 200, answer


class Line:
    """A TCP connection with a deadline on everything."""

    def __init__(self, port: int, timeout_s: float = 3.0) -> None:
        self.socket = socket.create_connection((ADDRESS, port), timeout=timeout_s)

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def read(self, size: int) -> bytes:
        """Exactly so many bytes, or fewer if the other side closes."""
        data = b""
        while len(data) < size:
            more = self.socket.recv(size - len(data))
            if not more:
                break
            data += more
        return data

    def read_until(self, end: bytes) -> bytes:
        data = b""
        while not data.endswith(end):
            more = self.socket.recv(1)
            if not more:
                break
            data += more
        return data

    def is_quiet(self, for_s: float = 0.3) -> bool:
        """True when nothing comes, and the line stays open, for this long."""
        readable, _, _ = select.select([self.socket], [], [], for_s)
        return not readable

    def is_closed(self) -> bool:
        """True when the other side has closed without a word."""
        try:
            return self.socket.recv(1) == b""
        except ConnectionError:
            return True

    def close(self) -> None:
        self.socket.close()

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def eventually(holds: Callable[[], Any], deadline_s: float = DEADLINE_S) -> Any:
    """Ask again until the answer is truthy; return it, or fail at the deadline."""
    until = time.monotonic() + deadline_s
    while True:
        answer = holds()
        if answer:
            return answer
        assert time.monotonic() < until, f"never became true: {holds}"
        time.sleep(0.02)


def frame(body: str) -> bytes:
    """A control unit frame, by the rule of the line protocol; written here on its own."""
    start = f"#!#{len(body) + 11:03X}#{body}#".encode("ascii")
    check = 0
    for byte in start:
        check ^= byte
    return start + f"{check:02X}\r".encode("ascii")
