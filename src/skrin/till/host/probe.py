"""Asking a part whether it is alive, each question with a deadline."""

from __future__ import annotations

import http.client
import json
import socket
from dataclasses import dataclass
from pathlib import Path

LOOPBACK = "127.0.0.1"
ANSWER_S = 3.0
ANSWER_MOST_BYTES = 4_096


@dataclass(frozen=True, slots=True)
class Pulse:
    """What a till answered: `busy` with what, `fault` when a part of it no longer works."""

    busy: str = ""
    fault: str = ""


def pulse(port: int, timeout_s: float = ANSWER_S) -> Pulse | None:
    """Ask the till on this port; None = no answer that makes sense."""
    asking = http.client.HTTPConnection(LOOPBACK, port, timeout=timeout_s)
    try:
        asking.request("GET", "/health")
        answer = asking.getresponse()
        said = json.loads(answer.read(ANSWER_MOST_BYTES))
        return Pulse(str(said["busy"]), str(said["fault"]))
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        return None
    finally:
        asking.close()


def listens(port: int, timeout_s: float = ANSWER_S) -> bool:
    """Whether somebody takes connections there."""
    try:
        socket.create_connection((LOOPBACK, port), timeout_s).close()
    except OSError:
        return False
    return True


def changes_version(installation: Path | None) -> bool:
    """Whether a till that updates itself is just changing its version, by what its installation
    notes (`skrin.updates.installation`)."""
    if installation is None:
        return False
    try:
        noted = json.loads((installation / "state.json").read_bytes())
        return noted["phase"] in ("ready", "trying") and noted["wish"] == "now"
    except (OSError, ValueError, KeyError, TypeError):
        return False
