"""What a simulator heard and what it answered, newest first, for people and for tests."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime

KEPT = 300
"""How many are kept. The counters count everything; this is for looking at."""


@dataclass
class Exchange:
    """One request and what became of it. The answer is filled in when it is known."""

    number: int
    at: str
    request: str
    answer: str = ""

    def as_json(self) -> dict[str, object]:
        """The exchange as the control page's JSON gives it."""
        return {
            "number": self.number,
            "at": self.at,
            "request": self.request,
            "answer": self.answer,
        }


def now_text() -> str:
    """Local time with milliseconds and zone, for display."""
    return datetime.now().astimezone().isoformat(timespec="milliseconds")


class Heard:
    """A bounded list of exchanges."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._exchanges: deque[Exchange] = deque(maxlen=KEPT)
        self._total = 0

    def note(self, request: str, answer: str = "") -> Exchange:
        """Write down a request; the caller fills in the answer when it has been decided."""
        with self._lock:
            self._total += 1
            exchange = Exchange(self._total, now_text(), request, answer)
            self._exchanges.appendleft(exchange)
            return exchange

    def clear(self) -> None:
        """Forget the list; the running number goes on."""
        with self._lock:
            self._exchanges.clear()

    @property
    def total(self) -> int:
        """How many were ever heard by this process."""
        return self._total

    def newest_first(self) -> list[Exchange]:
        """A copy of the list."""
        with self._lock:
            return list(self._exchanges)
