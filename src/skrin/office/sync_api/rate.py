"""How often one sender may ask, counted in this process: a guard of the host, not a lock.

Guesses at passwords and codes are limited in the database (people/throttle.py), where a restart
and a second process forgive nothing.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

WINDOW_MS = 10_000
MOST_SENDERS = 10_000


class Rate:
    """At most `limit` requests per sender in ten seconds."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._windows: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def allows(self, sender: str, now_ms: int) -> bool:
        """Count a request; False when it is one too many."""
        window = now_ms // WINDOW_MS
        with self._lock:
            before, count = self._windows.pop(sender, (window, 0))
            count = count + 1 if before == window else 1
            self._windows[sender] = (window, count)
            while len(self._windows) > MOST_SENDERS:
                self._windows.popitem(last=False)
        return count <= self._limit
