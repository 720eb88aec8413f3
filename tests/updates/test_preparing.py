"""Preparing a version beside the one that runs: killed anywhere, it is begun anew."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
from pathlib import Path

import pytest
from tests.updates import dying
from tests.updates.fake import (
    WAIT_S,
    data_in,
    installation_with,
    pretended_call,
    put_version,
    set_in,
)

from skrin.updates import copying, prepare
from skrin.updates.installation import Busy, Installation
from skrin.updates.phase import IDLE, READY
from skrin.updates.release import SetRefused

PROCESSES = multiprocessing.get_context("forkserver")
"""Each update is a process of its own, and starts from one that has imported what it needs."""
PROCESSES.set_forkserver_preload(["tests.updates.dying"])


def run_update(place: Installation, path: Path, data: Path, die_at: int) -> int:
    said = [str(path), "--installation", str(place.folder), "--data", str(data)]
    process = PROCESSES.Process(
        target=dying.alone, args=([str(die_at), "skrin.updates.prepare", *said],)
    )
    process.start()
    process.join(WAIT_S)
    assert process.exitcode is not None, "it did not end"
    return process.exitcode


@pytest.mark.slow
def test_killed_between_any_two_steps_it_is_prepared_anew(tmp_path: Path) -> None:
    path = set_in(tmp_path / "s", "0.2.0")
    for step in range(1, 300):
        folder = tmp_path / str(step)
        place = installation_with(folder / "i", "0.1.0")
        data = data_in(folder)
        code = run_update(place, path, data, step)
        assert place.current() == "0.1.0", f"killed at {step}: the running version was touched"
        assert place.is_whole("0.1.0")
        if code == 0:
            break
        assert code == -signal.SIGKILL
        state = place.state()
        assert state.phase != READY or place.is_whole("0.2.0"), f"killed at {step}: half is ready"
        assert run_update(place, path, data, 10_000) == 0, f"killed at {step}: not begun anew"
        state = place.state()
        assert (state.phase, state.version, state.wish) == (READY, "0.2.0", "now")
        assert place.is_whole("0.2.0")
        assert not (place.work / "0.2.0").exists(), "a copy of the shop's data was left"
        assert sqlite3.connect(data / "device.sqlite").execute("SELECT * FROM kept").fetchall()
    assert step > 60, "too few steps were killed"


def test_two_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    place = installation_with(tmp_path / "i", "0.1.0")
    with place.at_work(), pytest.raises(Busy):
        prepare.prepare(place, set_in(tmp_path / "s", "0.2.0"), None)
    assert place.state().phase == IDLE


def test_a_version_that_does_not_open_the_files_is_never_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(command: list[str], timeout_s: float, code: str) -> str:
        if code == "check_failed":
            assert (Path(command[-1]) / "device.sqlite").is_file()
            return '{"checked": true, "version": "0.1.9"}'
        return pretended_call(command, timeout_s, code)

    monkeypatch.setattr(prepare, "_call", failing)
    place = installation_with(tmp_path / "i", "0.1.0")
    with pytest.raises(SetRefused, match="check_failed"):
        prepare.prepare(place, set_in(tmp_path / "s", "0.2.0"), data_in(tmp_path), wish="now")
    state = place.state()
    assert (state.phase, state.fault, state.wish) == (IDLE, "check_failed", "")
    assert not place.is_whole("0.2.0")


def test_a_full_disk_is_said_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "SPARE_BYTES", 1 << 60)
    place = installation_with(tmp_path / "i", "0.1.0")
    with pytest.raises(SetRefused, match="no_room"):
        prepare.prepare(place, set_in(tmp_path / "s", "0.2.0"), data_in(tmp_path))
    assert not (place.versions / "0.2.0").exists()
    assert place.state().fault == "no_room"


def test_what_goes_on_is_not_lost_by_a_torn_state(tmp_path: Path) -> None:
    place = installation_with(tmp_path / "i", "0.1.0")
    put_version(place, "0.2.0")
    place.change(phase=READY, version="0.2.0", wish="window")
    (place.folder / ".state.json.part").write_bytes(b'{"phase"')
    assert place.state().version == "0.2.0"
    (place.folder / "state.json").write_bytes(b"\0\0\0")
    assert place.state().phase == IDLE


def test_the_copy_is_of_one_moment_and_nobody_elses_to_read(tmp_path: Path) -> None:
    data = data_in(tmp_path)
    shop = data / "T1-1"
    shop.mkdir()
    db = sqlite3.connect(shop / "shop.sqlite", isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("CREATE TABLE entry (seq INTEGER)")
    db.execute("BEGIN IMMEDIATE")
    db.execute("INSERT INTO entry VALUES (1)")
    copying.copy_data(data, tmp_path / "copy")  # The till is in the middle of a commit.
    db.execute("COMMIT")
    db.close()
    copy = sqlite3.connect(tmp_path / "copy" / "T1-1" / "shop.sqlite")
    assert copy.execute("SELECT count(*) FROM entry").fetchone() == (0,)
    copy.close()
    assert (tmp_path / "copy").stat().st_mode & 0o077 == 0
    if os.geteuid() == 0:
        assert (tmp_path / "copy" / "device.sqlite").stat().st_mode & 0o077 == 0
