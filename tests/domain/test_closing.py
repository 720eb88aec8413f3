"""Business days and what waits for its Z, at the edges of day, month, year and summer time (D6)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skrin.domain.closing import (
    OpenPeriod,
    business_day_of,
    days_between,
    local_time,
    next_day,
    period_on,
    periods_to_close,
)

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def day_of(utc: str, day_break: str = "04:00") -> str:
    """The business day of an instant (UTC, ISO) in Stockholm."""
    at = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    offset = at.astimezone(STOCKHOLM).utcoffset()
    assert offset is not None
    hours, minutes = map(int, day_break.split(":"))
    at_utc_ms = int(at.timestamp()) * 1000 + 999
    return business_day_of(at_utc_ms, int(offset.total_seconds()) // 60, hours * 60 + minutes)


@pytest.mark.parametrize(
    ("utc", "day_break", "day"),
    [
        # Winter: local is one hour ahead.
        ("2026-11-20T12:00:00", "04:00", "2026-11-20"),
        ("2026-11-20T22:59:59", "04:00", "2026-11-20"),
        ("2026-11-20T23:00:00", "04:00", "2026-11-20"),  # 00:00, still the evening's sale
        ("2026-11-21T02:59:59", "04:00", "2026-11-20"),  # 03:59:59
        ("2026-11-21T03:00:00", "04:00", "2026-11-21"),  # 04:00:00
        ("2026-11-20T22:59:59", "00:00", "2026-11-20"),  # 23:59:59
        ("2026-11-20T23:00:00", "00:00", "2026-11-21"),  # 00:00:00
        # Ends of month and year, and the leap day.
        ("2026-11-30T23:30:00", "00:00", "2026-12-01"),
        ("2026-12-31T23:30:00", "00:00", "2027-01-01"),
        ("2027-01-01T00:21:00", "04:00", "2026-12-31"),
        ("2028-02-29T01:00:00", "04:00", "2028-02-28"),
        ("2028-02-29T23:30:00", "04:00", "2028-02-29"),
        ("2028-02-29T23:30:00", "00:00", "2028-03-01"),
        # Summer time begins on 29 March 2026: 02:00 becomes 03:00.
        ("2026-03-29T00:59:59", "04:00", "2026-03-28"),  # 01:59:59
        ("2026-03-29T01:00:00", "04:00", "2026-03-28"),  # 03:00:00
        ("2026-03-29T01:59:59", "04:00", "2026-03-28"),  # 03:59:59
        ("2026-03-29T02:00:00", "04:00", "2026-03-29"),  # 04:00:00
        ("2026-03-28T22:59:59", "00:00", "2026-03-28"),
        ("2026-03-28T23:00:00", "00:00", "2026-03-29"),
        ("2026-03-29T21:59:59", "00:00", "2026-03-29"),  # 23:59:59 in summer time
        ("2026-03-29T22:00:00", "00:00", "2026-03-30"),
        # It ends on 25 October 2026: 03:00 becomes 02:00, and 02:30 happens twice.
        ("2026-10-25T00:30:00", "04:00", "2026-10-24"),  # 02:30 the first time
        ("2026-10-25T01:30:00", "04:00", "2026-10-24"),  # 02:30 the second time
        ("2026-10-25T02:59:59", "04:00", "2026-10-24"),
        ("2026-10-25T03:00:00", "04:00", "2026-10-25"),
        ("2026-10-24T21:59:59", "00:00", "2026-10-24"),
        ("2026-10-24T22:00:00", "00:00", "2026-10-25"),
        ("2026-10-25T22:59:59", "00:00", "2026-10-25"),
        ("2026-10-25T23:00:00", "00:00", "2026-10-26"),
    ],
)
def test_the_business_day(utc: str, day_break: str, day: str) -> None:
    assert day_of(utc, day_break) == day


@pytest.mark.parametrize("day_break_min", [0, 240])
@given(st.integers(1_600_000_000, 2_000_000_000))
def test_the_business_day_is_the_local_date_of_time_less_break(
    day_break_min: int, at_utc_s: int
) -> None:
    local = datetime.fromtimestamp(at_utc_s, tz=STOCKHOLM)
    offset = local.utcoffset()
    assert offset is not None
    offset_min = int(offset.total_seconds()) // 60
    wall = local.replace(tzinfo=None) - timedelta(minutes=day_break_min)
    assert business_day_of(at_utc_s * 1000, offset_min, day_break_min) == wall.date().isoformat()
    found = local_time(at_utc_s * 1000 + 999, offset_min)
    assert found.utcoffset() == offset
    assert found.replace(tzinfo=None) == local.replace(tzinfo=None), "of two equal times too"


def test_before_1970_too() -> None:
    assert business_day_of(-1, 0, 0) == "1969-12-31"


def test_days_follow_each_other() -> None:
    assert next_day("2026-12-31") == "2027-01-01"
    assert next_day("2028-02-28") == "2028-02-29"
    assert days_between("2026-02-27", "2026-03-02") == [
        "2026-02-27",
        "2026-02-28",
        "2026-03-01",
        "2026-03-02",
    ]
    assert days_between("2026-03-02", "2026-03-02") == ["2026-03-02"]
    assert days_between("2026-03-02", "2026-03-01") == []


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 800))
def test_days_between_misses_none(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    days = days_between(first.isoformat(), last.isoformat())
    assert days == [(first + timedelta(days=i)).isoformat() for i in range(length + 1)]


def test_the_period_after_a_z_is_the_next_of_that_day_only() -> None:
    assert period_on("2026-11-20", None) == 1
    assert period_on("2026-11-20", ("2026-11-19", 3)) == 1
    assert period_on("2026-11-20", ("2026-11-20", 1)) == 2
    assert period_on("2026-11-20", ("2026-11-20", 2)) == 3


FRI, SAT, SUN, MON = "2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23"


def waiting(
    last_closed: tuple[str, int] | None,
    counted: list[tuple[str, int]],
    today: str,
    first_day: str = FRI,
) -> list[tuple[str, int, bool]]:
    found = periods_to_close(first_day, last_closed, counted, today)
    assert all(isinstance(period, OpenPeriod) for period in found)
    return [(period.business_day, period.period, period.counted) for period in found]


@pytest.mark.requirement("R-CLOSE-002", "R-CLOSE-003", "R-CLOSE-010")
def test_forgotten_days_wait_in_order_empty_ones_too() -> None:
    assert waiting(None, [(FRI, 1), (SUN, 1)], MON) == [
        (FRI, 1, True),
        (SAT, 1, False),
        (SUN, 1, True),
        (MON, 1, False),
    ]


@pytest.mark.parametrize(
    ("last_closed", "counted", "today", "expected"),
    [
        # The first day, with and without a sale.
        (None, [(FRI, 1)], FRI, [(FRI, 1, True)]),
        (None, [], FRI, [(FRI, 1, False)]),
        # Closed today and nothing since: nothing waits.
        ((FRI, 1), [], FRI, []),
        # A Z taken by mistake: what was sold after it opens period 2 of the day.
        ((FRI, 1), [(FRI, 2)], FRI, [(FRI, 2, True)]),
        ((FRI, 2), [(FRI, 3)], FRI, [(FRI, 3, True)]),
        # The second period is closed before the days after it.
        ((FRI, 1), [(FRI, 2), (SAT, 1)], SAT, [(FRI, 2, True), (SAT, 1, True)]),
        # Without a second period the day is done, and the days after it wait.
        ((FRI, 1), [(SUN, 1)], SUN, [(SAT, 1, False), (SUN, 1, True)]),
        ((FRI, 1), [], SAT, [(SAT, 1, False)]),
        # The order in which rows come out of a table does not matter.
        ((FRI, 1), [(SUN, 1), (FRI, 2)], SUN, [(FRI, 2, True), (SAT, 1, False), (SUN, 1, True)]),
    ],
)
def test_what_waits_for_its_z(
    last_closed: tuple[str, int] | None,
    counted: list[tuple[str, int]],
    today: str,
    expected: list[tuple[str, int, bool]],
) -> None:
    assert waiting(last_closed, counted, today) == expected


def test_a_forgotten_year_end() -> None:
    found = waiting(("2026-12-30", 1), [("2027-01-01", 1)], "2027-01-02", "2026-12-01")
    assert found == [("2026-12-31", 1, False), ("2027-01-01", 1, True), ("2027-01-02", 1, False)]


@given(st.data())
def test_closing_everything_that_waits_leaves_nothing(data: st.DataObject) -> None:
    """Whatever was sold on which days: each Z in order, one per day with nothing left over."""
    days = days_between("2026-10-20", "2026-11-05")
    sold = data.draw(st.sets(st.sampled_from(days)))
    today = data.draw(st.sampled_from(days))
    counted = {day: 1 for day in sold if day <= today}
    last: tuple[str, int] | None = None
    closed: list[tuple[str, int]] = []
    while found := periods_to_close(days[0], last, list(counted.items()), today):
        first = found[0]
        assert first.counted == (first.business_day in counted)
        assert last is None or (first.business_day, first.period) > last
        counted.pop(first.business_day, None)
        last = (first.business_day, first.period)
        closed.append(last)
    assert closed == [(day, 1) for day in days if day <= today]
    assert not counted
