"""The slips that came out of the printer, kept over a restart where there is a log."""

from __future__ import annotations

import json
import threading

from ..durable import Log, StateTrouble
from .paper import Slip, from_json, to_json

KEPT = 5_000
"""The newest are kept for looking at; the counters count all."""


class Slips:
    """Thread-safe list of slips, and the counters that go with it."""

    def __init__(self, log: Log | None) -> None:
        """Read the log, if any. Raises `StateTrouble`."""
        self._log = log
        self._lock = threading.Lock()
        self._slips: dict[int, Slip] = {}
        self.last_number = 0
        self.complete = 0
        self.torn = 0
        self.pulses = 0
        for line in log.lines() if log else ():
            self._replay(line)

    def add(self, slip: Slip) -> None:
        """Keep a slip; on return it is on disk, where there is a log."""
        if self._log:
            self._log.append(json.dumps({"slip": to_json(slip)}))
        self._count(slip)

    def add_pulse(self, connector: int) -> None:
        """Count a kick of the drawer."""
        if self._log:
            self._log.append(json.dumps({"pulse": connector}))
        self.pulses += 1

    def get(self, number: int) -> Slip | None:
        """The slip with this number."""
        with self._lock:
            return self._slips.get(number)

    def newest_first(self) -> list[Slip]:
        """A copy of the list."""
        with self._lock:
            return list(reversed(self._slips.values()))

    def forget(self) -> None:
        """Throw all away; numbers go on."""
        with self._lock:
            if self._log:
                self._log.forget()
            self._slips.clear()
            self.complete = self.torn = self.pulses = 0

    def _count(self, slip: Slip) -> None:
        with self._lock:
            self._slips[slip.number] = slip
            while len(self._slips) > KEPT:
                del self._slips[next(iter(self._slips))]
            self.last_number = slip.number
            self.complete += slip.is_complete
            self.torn += not slip.is_complete

    def _replay(self, line: str) -> None:
        try:
            event = json.loads(line)
            if "slip" in event:
                self._count(from_json(event["slip"]))
            else:
                self.pulses += 1
        except (ValueError, KeyError, TypeError) as trouble:
            raise StateTrouble(f"the state file has a line that is none: {trouble}") from trouble
