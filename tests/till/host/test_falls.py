"""When a part is started again, and when a till that gives no answer is ended."""

from __future__ import annotations

from skrin.till.host.falls import Falls, Silence


def pauses(falls: Falls, *at_s: float) -> list[float]:
    return [falls.fell(one) for one in at_s]


def test_pauses_double_up_to_half_a_minute_and_never_end() -> None:
    falls = Falls()
    assert pauses(falls, 0, 1, 2, 3) == [1, 2, 4, 8]
    assert not falls.fails
    assert pauses(falls, *range(4, 60)) == [16, *([30] * 55)]
    assert falls.fails


def test_what_fell_long_ago_is_forgotten() -> None:
    falls = Falls()
    pauses(falls, 0, 10, 20, 30, 40)
    assert falls.fails
    assert falls.fell(620.5) == 4, "those of the second 30 and 40 are within ten minutes"
    assert not falls.fails
    assert falls.fell(2000) == 1


def test_a_till_that_is_at_rest_has_less_patience() -> None:
    silence = Silence(20, 120, heard_s=0)
    silence.heard(100, "")
    assert [silence.missed(at) for at in (105, 110, 119.9, 120)] == [False, False, False, True]


def test_a_till_that_is_at_a_payment_has_more() -> None:
    silence = Silence(20, 120, heard_s=0)
    silence.heard(100, "payment")
    assert [silence.missed(at) for at in (110, 125, 219, 220)] == [False, False, False, True]
    silence.heard(221, "")
    assert silence.misses == 0


def test_a_machine_that_slept_asks_three_times_before_it_ends_anything() -> None:
    silence = Silence(20, 120, heard_s=0)
    assert [silence.missed(at) for at in (5000, 5002, 5004)] == [False, False, True]


def test_a_till_that_changes_its_version_has_the_time_for_it() -> None:
    silence = Silence(20, 120, heard_s=0)
    assert [silence.missed(at, 300) for at in (10, 200, 299, 300)] == [False, False, False, True]
