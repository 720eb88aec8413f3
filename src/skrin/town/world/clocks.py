"""Time in the town: one true time, and the clock of each till, which may run wrong."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from skrin.till.flow.clock import Instant


@dataclass(slots=True)
class TrueTime:
    """What time it is. Moves only when somebody moves it."""

    utc_ms: int
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Stockholm"))

    def reach(self, utc_ms: int) -> None:
        """It is that late now; time never goes back."""
        self.utc_ms = max(self.utc_ms, utc_ms)

    def pass_s(self, seconds: float) -> None:
        """Let time go by."""
        self.utc_ms += round(seconds * 1000)

    def offset_min(self, utc_ms: int) -> int:
        """By how much local time is ahead at a moment: it changes twice a year."""
        at = datetime.fromtimestamp(utc_ms / 1000, tz=UTC).astimezone(self.zone)
        offset = at.utcoffset()
        assert offset is not None, "a zone has an offset"
        return int(offset.total_seconds() // 60)


@dataclass(slots=True)
class TownClock:
    """The clock of a till. Its ids and codes follow from seed and name, so that a seed replays."""

    true: TrueTime
    name: str
    ahead_ms: int = 0
    """How wrong it is just now."""
    drift_ppm: int = 0
    """By how much it runs too fast, in millionths."""
    begun_ms: int = 0
    made: int = 0
    _offset_of: int = -1
    _offset_min: int = 0

    def now(self) -> Instant:
        """What the till's clock shows."""
        gone_ms = self.true.utc_ms - self.begun_ms
        utc_ms = self.true.utc_ms + self.ahead_ms + gone_ms * self.drift_ppm // 1_000_000
        quarter = utc_ms // 900_000
        if quarter != self._offset_of:
            self._offset_of, self._offset_min = quarter, self.true.offset_min(utc_ms)
        return Instant(utc_ms, self._offset_min)

    def steady_s(self) -> float:
        """Seconds since the town began: nobody sets this one."""
        return self.true.utc_ms / 1000

    def wait(self, seconds: float) -> None:
        """Whoever waits lets time go by for the whole town."""
        self.true.pass_s(seconds)

    def jump(self, by_ms: int) -> None:
        """Somebody, or something, sets the clock."""
        self.ahead_ms += by_ms

    def new_id(self) -> str:
        """An id that nobody else in this town has made."""
        return self.random_bytes(16).hex()

    def random_bytes(self, count: int) -> bytes:
        """Bytes that nobody can guess who does not know the seed."""
        self.made += 1
        return hashlib.sha256(f"{self.name}/{self.made}".encode()).digest()[:count]
