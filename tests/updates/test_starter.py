"""Changing to another version: only one that answered is linked, and whatever is killed when, the
next start finds a version that works."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from tests.updates.fake import (
    DEAD,
    KEY,
    OTHER_KEY,
    SILENT,
    WAIT_S,
    Started,
    data_in,
    eventually,
    installation_with,
    put_version,
)

from skrin.updates.installation import INSTALLED, STAYED, Installation
from skrin.updates.make import public_half
from skrin.updates.phase import IDLE, READY
from skrin.updates.prepare import go_back
from skrin.updates.release import SetRefused


def wish_for(installation: Installation, version: str, wish: str = "now") -> None:
    installation.change(phase=READY, version=version, wish=wish)


def test_a_till_that_makes_way_comes_back_as_the_new_version(tmp_path: Path) -> None:
    place = installation_with(tmp_path / "i", "0.1.0", "0.2.0")
    data = data_in(tmp_path)
    wish_for(place, "0.2.0")
    # What is wished for elsewhere waits for the till; a start takes it at once.
    place.change(wish="window")
    started = Started(place, data)
    try:
        assert started.ready_version() == "0.1.0"
        place.change(wish="now")
        (place.folder / "leave").touch()
        assert started.ready_version() == "0.2.0"
    finally:
        assert started.stop() == 0
    state = place.state()
    assert place.current() == "0.2.0"
    assert (state.phase, state.outcome, state.outcome_version) == (IDLE, INSTALLED, "0.2.0")
    assert (state.previous, state.wish, state.fault) == ("0.1.0", "", "")
    copy = sqlite3.connect(place.copies / "before" / "device.sqlite")
    assert copy.execute("SELECT what FROM kept").fetchall() == [("before",)]
    copy.close()
    assert (place.copies / "before" / "version").read_text() == "0.1.0\n"


@pytest.mark.parametrize(
    ("script", "why"), [(DEAD, "did_not_start"), (SILENT, "not_ready")], ids=["dead", "silent"]
)
def test_a_version_that_is_not_ready_goes_back_by_itself(
    tmp_path: Path, script: str, why: str
) -> None:
    place = installation_with(tmp_path / "i", "0.1.0")
    put_version(place, "0.2.0", script)
    wish_for(place, "0.2.0")
    started = Started(place, data_in(tmp_path), ready_s=1.0)
    try:
        assert started.ready_version() == "0.1.0"
    finally:
        started.stop()
    state = place.state()
    assert place.current() == "0.1.0"
    assert (state.outcome, state.outcome_version, state.fault) == (STAYED, "0.2.0", why)
    assert (place.folder / "started").read_text().split() == ["0.2.0", "0.1.0"]
    # It is not tried again by itself.
    again = Started(place, tmp_path / "data")
    try:
        assert again.ready_version() == "0.1.0"
    finally:
        again.stop()
    assert (place.folder / "started").read_text().split() == ["0.2.0", "0.1.0", "0.1.0"]


def test_a_version_that_takes_the_machine_down_is_tried_twice_at_most(tmp_path: Path) -> None:
    place = installation_with(tmp_path / "i", "0.1.0")
    put_version(place, "0.2.0", SILENT)
    wish_for(place, "0.2.0")
    data = data_in(tmp_path)
    for _ in range(2):
        started = Started(place, data)
        try:
            while "0.2.0" not in _started(place)[-1:]:
                assert started.process.poll() is None
        finally:
            started.process.kill()
            started.process.wait()
        (place.folder / "started").unlink()
    last = Started(place, data)
    try:
        assert last.ready_version() == "0.1.0"
    finally:
        last.stop()
    assert place.state().fault == "tried_too_often"


def test_told_to_end_in_the_middle_it_tries_again_the_next_time(tmp_path: Path) -> None:
    place = installation_with(tmp_path / "i", "0.1.0")
    put_version(place, "0.2.0", SILENT)
    wish_for(place, "0.2.0")
    data = data_in(tmp_path)
    for times in range(1, 4):
        started = Started(place, data)
        eventually(lambda times=times: len(_started(place)) == times)  # type: ignore[misc]
        started.stop()
    state = place.state()
    assert (state.phase, state.wish, state.tries) == (READY, "now", 0)
    assert _started(place) == ["0.2.0"] * 3
    assert place.current() == "0.1.0"


def _started(place: Installation) -> list[str]:
    file = place.folder / "started"
    return file.read_text().split() if file.exists() else []


def test_back_in_one_step_and_forward_again(tmp_path: Path) -> None:
    new_keys = (public_half(OTHER_KEY), public_half(KEY))
    place = installation_with(tmp_path / "i", "0.1.0")
    put_version(place, "0.2.0", keys=new_keys)
    data = data_in(tmp_path)
    with pytest.raises(SetRefused, match="nothing_before"):
        go_back(place)
    wish_for(place, "0.2.0")
    for expected in ("0.2.0", "0.1.0", "0.2.0"):
        started = Started(place, data)
        try:
            assert started.ready_version() == expected
        finally:
            started.stop()
        assert place.current() == expected
        assert place.keys() == new_keys
        assert go_back(place) == ("0.1.0" if expected == "0.2.0" else "0.2.0")


@pytest.mark.slow
def test_killed_between_any_two_steps_the_till_starts_whole(tmp_path: Path) -> None:
    """The switch, killed before and after each thing that it writes."""
    seen: set[str] = set()
    for step in range(1, 200):
        folder = tmp_path / str(step)
        place = installation_with(folder / "i", "0.1.0", "0.2.0")
        data = data_in(folder)
        wish_for(place, "0.2.0")
        dying = ("tests.updates.dying", str(step), "skrin.updates.starter")
        started = Started(place, data, module=dying)
        version = started.ready_version()
        if version:
            # Its steps may go on after the till has answered.
            _wait_for_death_or_rest(started, place)
        else:
            started.process.wait(WAIT_S)
        killed = started.process.poll() is not None
        started.stop()
        assert place.is_whole(place.current()), f"killed at {step}: the link leads nowhere"
        seen.add(place.current())
        again = Started(place, data)
        try:
            assert again.ready_version() == "0.2.0", f"killed at {step}: not taken up again"
        finally:
            assert again.stop() == 0
        state = place.state()
        assert (place.current(), state.phase, state.outcome) == ("0.2.0", IDLE, INSTALLED)
        assert (state.previous, state.wish) == ("0.1.0", "")
        assert sqlite3.connect(data / "device.sqlite").execute("SELECT * FROM kept").fetchall()
        if not killed:
            break
    else:
        pytest.fail("it never ended by itself")
    assert step > 20, "too few steps were killed"
    assert seen == {"0.1.0", "0.2.0"}


def _wait_for_death_or_rest(started: Started, place: Installation) -> None:
    eventually(
        lambda: (
            started.process.poll() is not None
            or (place.state().phase == IDLE and not place.work.exists())
        )
    )
