"""How many entries of each kind wait for the office: counted once, then kept up to date.

A till that sold for weeks without the office has a hundred thousand entries to count, and the page
that tells of them is opened again and again. Entries never change: what came since is added, what
the office has acknowledged since is taken off.
"""

from __future__ import annotations

import threading
from collections import Counter as Tally

from skrin.till.storage.shop_reader import ShopReader


class UnsentCounts:
    """For one journal; any thread may ask."""

    def __init__(self) -> None:
        """Nothing is counted yet."""
        self._lock = threading.Lock()
        self._after = self._through = 0
        self._counts: Tally[str] = Tally()

    def of(self, reader: ShopReader, after: int, through: int) -> dict[str, int]:
        """By kind, the entries after `after` up to `through`."""
        with self._lock:
            if self._count_anew(after, through):
                counts = Tally(reader.kind_counts(after, through))
            else:
                counts = self._counts.copy()
                counts.update(reader.kind_counts(self._through, through))
                counts.subtract(reader.kind_counts(self._after, after))
            self._counts, self._after, self._through = counts, after, through
            return {kind: count for kind, count in counts.items() if count}

    def _count_anew(self, after: int, through: int) -> bool:
        """Whether that is right, or less work: an office that was put back knows less than before,
        a till that has caught up has little left."""
        went_back = after < self._after or through < self._through
        return went_back or after - self._after > through - after
