"""The device simulators as processes of their own: started, switched and looked at over HTTP."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from typing import Any

DEADLINE_S = 20.0


class Simulator:
    """A running simulator: `ready` is what it said at its start."""

    def __init__(self, ready: dict[str, Any]) -> None:
        self.ready = ready
        self.port: int = ready["port"]
        self._control = f"http://127.0.0.1:{ready['control_port']}"

    def switch(self, **switches: object) -> None:
        self._post("/switch", switches)

    def reset(self) -> None:
        self._post("/reset", {})

    def look(self, path: str = "/state") -> Any:
        with urllib.request.urlopen(self._control + path, timeout=DEADLINE_S) as answer:
            return json.load(answer)

    def _post(self, path: str, body: object) -> None:
        request = urllib.request.Request(
            self._control + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        urllib.request.urlopen(request, timeout=DEADLINE_S).close()


@contextlib.contextmanager
def simulator(name: str, *arguments: str) -> Iterator[Simulator]:
    """`python -m skrin.simulators.<name>` for as long as the block runs."""
    command = [sys.executable, "-m", f"skrin.simulators.{name}", "--port", "0"]
    command += ["--control-port", "0", "--parent-pid", str(os.getpid()), *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield Simulator(json.loads(process.stdout.readline()))
    finally:
        process.terminate()
        process.communicate(timeout=DEADLINE_S)
