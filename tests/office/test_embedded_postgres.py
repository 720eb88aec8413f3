"""The embedded database comes back by itself, whatever was killed, and however fast one starts."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from skrin.office.postgres import NOBODY, EmbeddedPostgres

PATIENCE_S = 60.0

pytestmark = [pytest.mark.office, pytest.mark.slow]


def eventually(url: str) -> None:
    """Wait until the server answers."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            psycopg.connect(url, connect_timeout=10).close()
            return
        except psycopg.OperationalError:
            assert time.monotonic() < until, "the database did not come back"
            time.sleep(0.05)


def shared_memory(data: Path) -> set[Path]:
    """The files in memory that the server's first process has open."""
    pid = number_in(data / "pg" / "postmaster.pid")
    maps = Path(f"/proc/{pid}/maps").read_text()
    return {Path(found) for found in re.findall(r"/dev/shm/PostgreSQL\.\d+", maps)}


def kill_all(data: Path) -> None:
    """SIGKILL for the server's first process and its children."""
    pid = number_in(data / "pg" / "postmaster.pid")
    tasks = Path(f"/proc/{pid}/task")
    children = [one for task in tasks.iterdir() for one in (task / "children").read_text().split()]
    for each in (pid, *map(int, children)):
        with suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is called as the database's are, and works in its folder."""
    (tmp_path / "pg").mkdir()
    program = tmp_path / "postgres"
    program.symlink_to("/bin/sleep")
    process = subprocess.Popen([str(program), "600"], cwd=tmp_path / "pg")
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def pid_file(data: Path, pid: int) -> Path:
    """The file in which a server says who it is, and the lock of its socket."""
    folder = data / "pg"
    file = folder / "postmaster.pid"
    file.write_text(f"{pid}\n{folder}\n1700000000\n5432\n{folder}\n\n0 0\nready\n")
    (folder / ".s.PGSQL.5432.lock").write_text(f"{pid}\n")
    return file


def number_in(file: Path) -> int:
    """Whose file it is."""
    return int(file.read_text().split("\n", 1)[0])


def test_a_dead_server_that_nobody_has_buried_is_not_taken_for_a_running_one(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    file = pid_file(tmp_path, sleeper.pid)
    server = EmbeddedPostgres(tmp_path)
    assert server.lives()
    server._disown_dead()
    assert number_in(file) == sleeper.pid, "it runs"
    before = file.read_text()
    sleeper.kill()
    os.waitid(os.P_PID, sleeper.pid, os.WEXITED | os.WNOWAIT)  # Dead, and not buried.
    assert not server.lives()
    server._disown_dead()
    assert number_in(file) == number_in(tmp_path / "pg" / ".s.PGSQL.5432.lock") == NOBODY
    assert file.read_text().split("\n", 1)[1] == before.split("\n", 1)[1], "its memory is found"


def test_a_pid_file_that_was_cut_off_is_dropped(tmp_path: Path) -> None:
    (tmp_path / "pg").mkdir()
    file = tmp_path / "pg" / "postmaster.pid"
    file.write_text("4711\n/some/where\n")
    EmbeddedPostgres(tmp_path)._disown_dead()
    assert not file.exists()


def test_the_pid_file_stays_while_a_process_of_the_dead_server_works_on_its_files(
    tmp_path: Path, sleeper: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skrin.office.postgres.ORPHANS_S", 0.2)
    gone = subprocess.Popen(["/bin/true"])
    gone.wait()
    file = pid_file(tmp_path, gone.pid)
    server = EmbeddedPostgres(tmp_path)
    server._disown_dead()
    assert number_in(file) == gone.pid, "somebody still works there"
    sleeper.kill()
    server._disown_dead()
    assert number_in(file) == NOBODY


@pytest.mark.requirement("OPP-055")
def test_a_database_that_was_killed_comes_back_under_a_living_office(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    server = EmbeddedPostgres(tmp_path)
    url = server.start()
    try:
        with psycopg.connect(url, autocommit=True) as link:
            link.execute("CREATE TABLE kept (n int)")
            link.execute("INSERT INTO kept VALUES (1)")
        with server.kept():
            for _ in range(2):
                memory = shared_memory(tmp_path)
                assert memory and all(file.exists() for file in memory)
                kill_all(tmp_path)
                eventually(url)
                kept = [file for file in memory if file.exists()]
                assert not kept, "the dead server's memory is given back"
            with psycopg.connect(url) as link:
                assert link.execute("SELECT n FROM kept").fetchall() == [(1,)]
    finally:
        server.stop()
    assert not server.lives()
