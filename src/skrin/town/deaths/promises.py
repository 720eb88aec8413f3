"""What was promised, written down outside of the programs that are killed."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Promises:
    """What the answers of one till said to be done."""

    taps: set[str] = field(default_factory=set)
    """Taps whose answer came: each rang something."""
    receipts: dict[int, int] = field(default_factory=dict)
    """By number, what the screen said was paid."""
    closings: set[int] = field(default_factory=set)
    """Numbers of Z that the screen told of."""
    said: Counter[str] = field(default_factory=Counter)
    """How often people did what."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def tapped(self, tap: str) -> None:
        """A tap was answered."""
        with self.lock:
            self.taps.add(tap)

    def sold(self, number: int, paid_minor: int) -> None:
        """The screen said: receipt so and so, so much."""
        with self.lock:
            self.receipts[number] = paid_minor

    def closed(self, number: int) -> None:
        """The screen told of this Z."""
        with self.lock:
            self.closings.add(number)

    def count(self, what: str) -> None:
        """People did something."""
        with self.lock:
            self.said[what] += 1

    def now(self) -> Promises:
        """All that was promised by now."""
        with self.lock:
            return Promises(set(self.taps), dict(self.receipts), set(self.closings))
