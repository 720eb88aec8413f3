"""The time rule: whatever a till's clock and the network do, nothing is reserved after the end.

A grid instead of samples: drift of the till's clock within 1/500 either way, the time that the
request and the answer took, time passed, and the lease's end around the edge. The office's clock is
the truth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import product

import pytest

from skrin.domain.rights import lease
from skrin.domain.rights.lease import HeardTime, may_reserve, may_reserve_after_restart
from skrin.domain.rights.terms import GIFT_CARD, SEAT

STAMPED_MS = 1_000_000
"""When the office wrote its time into the answer, by its own clock."""

PASSED_MS = (0, 1, 999, 1_000, 60_000, 499_000, 3_600_000, 86_400_000, 14 * 86_400_000)
WAYS_MS = (0, 1, 40, 999, 1_000, 9_999)
DRIFTS = range(-10, 11)
"""In parts of 5 000 of true time; -10 is a clock that loses 1/500, as much as is allowed."""

EDGES_MS = (-172_801_000, -60_000, -2_001, -1_000, -2, -1, 0, 1, 2, 1_000, 2_001, 60_000, 9_000_000)


@dataclass(frozen=True)
class Case:
    """What a till knows, and what is true: `now_ms` by the office's clock."""

    heard: HeardTime
    boot_now_ms: int
    now_ms: int
    until_ms: int


def boot(true_ms: int, drift: int) -> int:
    """A till's clock at a true time: whole milliseconds, cut off."""
    return true_ms * 5_000 // (5_000 - drift) if drift < 0 else true_ms * (5_000 + drift) // 5_000


def each_case() -> Iterator[Case]:
    for drift, asked, answered, passed, edge in product(
        DRIFTS, WAYS_MS, WAYS_MS, PASSED_MS, EDGES_MS
    ):
        began, came = STAMPED_MS - asked, STAMPED_MS + answered
        heard = HeardTime(STAMPED_MS, boot(came, drift) - boot(began, drift), boot(came, drift))
        now = came + passed
        yield Case(heard, boot(now, drift), now, now + edge)


@cache
def cases() -> tuple[Case, ...]:
    """The grid: made when the first test asks, for every worker reads this file."""
    return tuple(each_case())


Rule = Callable[[Case], bool]


def uses_after_the_end(rule: Rule) -> int:
    return sum(rule(case) and case.now_ms >= case.until_ms for case in cases())


def by_the_rule(case: Case) -> bool:
    return may_reserve(case.until_ms, case.heard, case.boot_now_ms)


def test_nothing_is_reserved_after_the_end() -> None:
    assert len(cases()) == 88_452
    assert uses_after_the_end(by_the_rule) == 0
    allowed = sum(map(by_the_rule, cases()))
    assert allowed > 10_000, "a rule that never allows is safe and useless"


def test_without_the_drift_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "DRIFT_PARTS", 10**15)
    assert uses_after_the_end(by_the_rule) > 0


def test_without_the_round_trip_it_fails() -> None:
    def no_round_trip(case: Case) -> bool:
        heard = replace(case.heard, round_trip_ms=0)
        return may_reserve(case.until_ms, heard, case.boot_now_ms)

    assert uses_after_the_end(no_round_trip) > 0


def test_a_restart_believed_fails() -> None:
    def as_if_nothing_passed(case: Case) -> bool:
        """The machine was off since: its clock begins anew, and the heard time is put beside it."""
        return may_reserve(case.until_ms, replace(case.heard, boot_ms=0), 0)

    assert uses_after_the_end(as_if_nothing_passed) > 0


def test_after_a_restart_nothing_is_heard() -> None:
    heard = HeardTime(1_000_000, 10, 500_000)
    assert may_reserve(9_000_000, heard, 500_000)
    assert not may_reserve(9_000_000, None, 500_000)
    assert not may_reserve(9_000_000, heard, 499_999), "a clock that began anew"


def test_what_the_margin_costs() -> None:
    """A second, the round trip and 1/500 of the time passed: 173 s after a day."""
    heard = HeardTime(0, 40, 0)
    day = 86_400_000
    last = max(ms for ms in range(day - 300_000, day, 10) if may_reserve(day, heard, ms))
    assert day - last == pytest.approx(173_500, abs=500)


def test_after_an_offline_restart_cards_rest_and_events_go_on() -> None:
    assert not may_reserve_after_restart(GIFT_CARD, 1_000, 10, 10)
    assert may_reserve_after_restart(SEAT, 1_000, 10, 999)
    assert not may_reserve_after_restart(SEAT, 1_000, 10, 1_000), "never before the last entry"
    assert not may_reserve_after_restart(SEAT, 1_000, 1_000, 10)
