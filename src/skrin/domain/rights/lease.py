"""The one place where rights read a clock: whether a leased amount may still be reserved offline.

Safety needs no clock: a lease may end at the till at any moment, early or late, and the office
frees nothing by time. Time only serves "no new offline use after `until`", and an error costs a
late sale, never a double one.
"""

from __future__ import annotations

from dataclasses import dataclass

from skrin.domain.rights.terms import SEAT

DRIFT_PARTS = 500
"""A till's clock may lose one part in so many: 173 s a day, far above any till's drift."""

MARGIN_MS = 1_000


@dataclass(frozen=True, slots=True)
class HeardTime:
    """The office's time as heard in the last exchange since this start of the till.

    `office_utc_ms` is from the answer; `round_trip_ms` how long the exchange took; `boot_ms` the
    clock that counts from the machine's start, sleep included, read when the answer came. A
    restart loses it: then there is none.
    """

    office_utc_ms: int
    round_trip_ms: int
    boot_ms: int


def may_reserve(until_utc_ms: int, heard: HeardTime | None, boot_now_ms: int) -> bool:
    """Whether a lease that ends at `until_utc_ms` still runs, by the office's time.

    heard + round trip + (elapsed + 1 s) x (1 + 1/500) < until, in whole numbers. Without a heard
    time nothing may be reserved: a wall clock that was set back while the till was off cannot be
    noticed.
    """
    if heard is None or boot_now_ms < heard.boot_ms:
        return False
    left_ms = until_utc_ms - heard.office_utc_ms - heard.round_trip_ms
    elapsed_ms = boot_now_ms - heard.boot_ms + MARGIN_MS
    return elapsed_ms * (DRIFT_PARTS + 1) < left_ms * DRIFT_PARTS


def may_reserve_after_restart(
    kind: str, until_utc_ms: int, wall_utc_ms: int, last_entry_utc_ms: int
) -> bool:
    """Whether a lease runs when the till started offline and has heard no time yet.

    Leases that end with an event go on by the wall clock, never before the last entry (D7); those
    of gift cards rest until the next exchange.
    """
    return kind == SEAT and max(wall_utc_ms, last_entry_utc_ms) < until_utc_ms
