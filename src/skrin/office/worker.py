"""The office's worker: a thread that does what pages only order.

It runs beside the web server (`main.py`). Several offices on one database may each have one: a job
takes its rows under their locks. A database that is away is asked again; a bug in a job is logged
and does not end the others.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

from django.db import DatabaseError, connection

log = logging.getLogger(__name__)

PAUSE_S, TROUBLE_PAUSE_S = 1.0, 10.0
STOP_PATIENCE_S = 10.0

Job = Callable[[], int]
"""Does what is due now; how many things were there."""


class Worker:
    """Does jobs until it is stopped."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        """Nothing runs yet."""
        self._jobs = tuple(jobs)
        self._over = threading.Event()
        # It must not keep the program alive when a server answers slowly: a message on its way is
        # found again by its lease.
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)

    def is_over(self) -> bool:
        """Whether it was told to stop: a job that takes minutes looks now and then."""
        return self._over.is_set()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Begin nothing more, and wait a little for what is under way."""
        self._over.set()
        self._thread.join(timeout=STOP_PATIENCE_S)

    def _run(self) -> None:
        pause_s = 0.0
        while not self._over.wait(pause_s):
            pause_s = PAUSE_S
            for job in self._jobs:
                try:
                    job()
                except Exception as fault:
                    pause_s = TROUBLE_PAUSE_S
                    if isinstance(fault, DatabaseError):
                        log.warning("the worker's database: %s", type(fault).__name__)
                    else:
                        log.exception("a job of the worker failed")
                    connection.close()
        connection.close()


def now_ms() -> int:
    """UTC in milliseconds."""
    return time.time_ns() // 1_000_000
