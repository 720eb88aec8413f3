"""Time and ids, handed in: the system's, or a simulated world's."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo


class Instant(NamedTuple):
    """A moment: UTC milliseconds, and how many minutes local time is ahead."""

    utc_ms: int
    offset_min: int


class Clock(Protocol):
    """Where time and ids come from."""

    def now(self) -> Instant:
        """The wall clock."""
        ...

    def steady_s(self) -> float:
        """Seconds that only go forward: for ages and deadlines, never for records."""
        ...

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        ...

    def new_id(self) -> str:
        """An id that nobody else has made: 32 hexadecimal digits."""
        ...

    def random_bytes(self, count: int) -> bytes:
        """Bytes that nobody can guess."""
        ...


class SystemClock:
    """The machine's clock, in the time zone of the shop."""

    def __init__(self, time_zone: str) -> None:
        """`time_zone`: an IANA name such as Europe/Stockholm."""
        self._zone = ZoneInfo(time_zone)
        self._offset_hour = -1
        self._offset_min = 0

    def now(self) -> Instant:
        """The wall clock; the offset is looked up once for each quarter of an hour."""
        utc_ms = time.time_ns() // 1_000_000
        quarter = utc_ms // 900_000
        if quarter != self._offset_hour:
            at = datetime.fromtimestamp(utc_ms / 1000, tz=UTC).astimezone(self._zone)
            offset = at.utcoffset()
            assert offset is not None, "a zone has an offset"
            self._offset_min = int(offset.total_seconds() // 60)
            self._offset_hour = quarter
        return Instant(utc_ms, self._offset_min)

    def steady_s(self) -> float:
        """The monotonic clock."""
        return time.monotonic()

    def wait(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(seconds)

    def new_id(self) -> str:
        """128 random bits."""
        return secrets.token_hex(16)

    def random_bytes(self, count: int) -> bytes:
        """Out of the system's own source."""
        return secrets.token_bytes(count)
