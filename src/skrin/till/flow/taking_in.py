"""A package taken in from a page: proven and made again in a process of its own, one at a time.

A package holds years, and may be anybody's: neither its proof nor what it unpacks to may slow down
the sale or fill the disk that the till sells on.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

TIMEOUT_S = 1800.0
BUSY, FAILED = "busy", "failed"

_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What came of it: the archive's name, or why there is none (a code of `PackageDamage`,
    `taken`, `no_room`, `busy`, `failed`) and what that is about."""

    archive: str = ""
    fault: str = ""
    about: str = ""


def take_in(package: Path, data: Path) -> TakenIn:
    """Prove the file `package` and keep its register among the archives of the folder `data`.

    Waits for it, as long as `TIMEOUT_S`.
    """
    if not _one_at_a_time.acquire(blocking=False):
        return TakenIn(fault=BUSY)
    command = [sys.executable, "-m", "skrin.till.package", "open", str(package)]
    try:
        done = subprocess.run(
            [*command, "--data", str(data), "--gently", "--json"],
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
        return TakenIn(**json.loads(done.stdout))
    except (OSError, subprocess.SubprocessError, ValueError, TypeError):
        return TakenIn(fault=FAILED)
    finally:
        _one_at_a_time.release()
