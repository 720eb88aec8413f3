"""Business days and which of them wait for their Z (D6).

Days are YYYY-MM-DD texts: they sort as they run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

DEFAULT_DAY_BREAK_MIN = 4 * 60


@dataclass(frozen=True, slots=True)
class OpenPeriod:
    """A (business day, period) that has no Z yet; `counted` False = nothing happened in it."""

    business_day: str
    period: int
    counted: bool


def local_time(at_utc_ms: int, utc_offset_min: int) -> datetime:
    """The local wall-clock time of an instant, with its offset."""
    return datetime.fromtimestamp(at_utc_ms // 1000, tz=_zone(utc_offset_min))


@lru_cache(maxsize=64)
def _zone(utc_offset_min: int) -> timezone:
    return timezone(timedelta(minutes=utc_offset_min))


def business_day_of(at_utc_ms: int, utc_offset_min: int, day_break_min: int) -> str:
    """The local date of (time - day break): at 04:00 a sale at 03:59 belongs to the day before."""
    shifted_s = at_utc_ms // 1000 + (utc_offset_min - day_break_min) * 60
    return _day_text(shifted_s // 86400)


@lru_cache(maxsize=64)
def _day_text(days_since_1970: int) -> str:
    return (date(1970, 1, 1) + timedelta(days=days_since_1970)).isoformat()


def next_day(business_day: str) -> str:
    """The day after."""
    return (date.fromisoformat(business_day) + timedelta(days=1)).isoformat()


def days_between(first_day: str, last_day: str) -> list[str]:
    """Every day from first to last, both included."""
    days = []
    while first_day <= last_day:
        days.append(first_day)
        first_day = next_day(first_day)
    return days


def period_on(business_day: str, last_closed: tuple[str, int] | None) -> int:
    """The period of an entry on `business_day`: one more than the last closed of that day."""
    if last_closed and last_closed[0] == business_day:
        return last_closed[1] + 1
    return 1


def periods_to_close(
    first_day: str,
    last_closed: tuple[str, int] | None,
    counted: Iterable[tuple[str, int]],
    today: str,
) -> list[OpenPeriod]:
    """Every period up to and including `today` that waits for its Z, in the order of closing.

    `first_day`: the first day with an entry; `last_closed`: (day, period) of the last Z; `counted`:
    open (day, period) in which something was counted. A day without a Z waits even when empty; a
    day that has one waits again only when something was counted after it (MORE-008).
    """
    open_by_day = dict(counted)
    start = last_closed[0] if last_closed else first_day
    waiting = []
    for day in days_between(start, today):
        if day in open_by_day:
            waiting.append(OpenPeriod(day, open_by_day[day], counted=True))
        elif last_closed is None or day > last_closed[0]:
            waiting.append(OpenPeriod(day, 1, counted=False))
    return waiting
