"""Small parts of the host, each with real processes or sockets."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from tests.till.host.rig import SLEEPS, lives
from tests.till.process.screen import eventually

from skrin.sync.host import HostFacts, HostPart
from skrin.till.host.notify import Notice
from skrin.till.host.probe import changes_version
from skrin.till.host.process import Process, rotate
from skrin.till.storage.folder_lock import FolderLock, FolderTaken
from skrin.till.storage.host_file import HostFile, write_host
from skrin.town.processes import children_of
from skrin.updates.installation import Installation
from skrin.updates.phase import IDLE, READY, TRYING

LEASH = [sys.executable, "-m", "skrin.till.host.leash", "--parent-pid"]


def test_systemd_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        heard.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "30000000")
        monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()))
        notice = Notice()
        notice.ready()
        for status, now_s in (("1 of 2", 0.0), ("1 of 2", 1.0), ("2 of 2", 1.5), ("2 of 2", 7.0)):
            notice.alive(status, now_s)
        notice.stopping()
        said = [heard.recv(200).decode() for _ in range(5)]
    told = [f"STATUS={status}\nWATCHDOG=1" for status in ("1 of 2", "2 of 2", "2 of 2")]
    assert said == ["READY=1", *told, "STOPPING=1"]


def test_nobody_is_told_where_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    Notice().alive("x", 0.0)
    monkeypatch.setenv("NOTIFY_SOCKET", "/nowhere/at/all")
    Notice().alive("x", 0.0)


def test_a_folder_has_one_holder(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path / "a" / "x.lock")
    with pytest.raises(FolderTaken, match=f"process {os.getpid()}"):
        FolderLock(tmp_path / "a" / "x.lock", patience_s=0.2)
    lock.release()
    FolderLock(tmp_path / "a" / "x.lock").release()


def test_a_till_reads_of_its_host_what_was_said_last(tmp_path: Path) -> None:
    file = HostFile(tmp_path / "host.json")
    assert file.facts() == HostFacts()
    for restarts in (1, 2):
        said = HostFacts(5, (HostPart("kassa1", "till", "runs", 6, restarts),))
        write_host(tmp_path / "host.json", said)
        assert file.facts() == said
    (tmp_path / "host.json").write_bytes(b"{torn")
    assert file.facts() == said, "a file that cannot be read changes nothing"
    assert HostFile(None).facts() == HostFacts()


def test_a_log_is_kept_once_when_it_is_long(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    with log.open("ab") as writing:
        writing.write(b"x" * 100)
        writing.flush()
        rotate(log, most_bytes=101)
        assert log.stat().st_size == 100
        rotate(log, most_bytes=100)
        writing.write(b"after")
    assert (log.read_bytes(), (tmp_path / "a.log.1").read_bytes()) == (b"after", b"x" * 100)


def test_the_last_words_are_those_of_this_running(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("what an earlier one said\n")
    silent = Process([sys.executable, "-c", "pass"], tmp_path / "a.log", lambda: None)
    eventually(silent.is_over)
    assert (silent.last_words(), silent.exit_code) == ("", 0)
    told = "import sys; print('why' + 'y' * 400, file=sys.stderr); print(file=sys.stderr); exit(7)"
    talking = Process([sys.executable, "-c", told], tmp_path / "a.log", lambda: None)
    eventually(talking.is_over)
    assert (talking.last_words()[:5], len(talking.last_words())) == ("whyyy", 200)
    assert talking.exit_code == 7


def test_a_process_that_does_not_end_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    stubborn = (
        "import signal, subprocess, sys, json; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        f"subprocess.Popen({SLEEPS!r}); print(json.dumps({{'ready': True}}), flush=True);"
        "import time; time.sleep(600)"
    )
    process = Process([sys.executable, "-c", stubborn], tmp_path / "a.log", lambda: None)
    eventually(lambda: process.ready is not None)
    below = children_of(process.pid)
    assert len(below) == 1
    process.end(0.3)
    assert process.exit_code == -signal.SIGKILL
    eventually(lambda: not lives(below[0]))


@pytest.mark.parametrize("gone", [signal.SIGKILL, signal.SIGTERM])
def test_a_foreign_program_does_not_outlive_the_host(gone: signal.Signals) -> None:
    parent = subprocess.Popen(
        [
            *(sys.executable, "-c"),
            "import os, subprocess, sys;"
            "leash = subprocess.Popen([*sys.argv[1:5], str(os.getpid()), '--', *sys.argv[5:]],"
            " process_group=0);"
            "print(leash.pid, flush=True); sys.stdin.read()",
            *LEASH,
            *SLEEPS,
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with parent:
        assert parent.stdout
        leash = int(parent.stdout.readline())
        below = eventually(lambda: children_of(leash))
        parent.send_signal(gone)
        parent.wait(20)
        eventually(lambda: not lives(leash) and not any(lives(pid) for pid in below))


def test_a_foreign_program_does_not_outlive_its_leash() -> None:
    command = [*LEASH, str(os.getpid()), "--", *SLEEPS]
    with subprocess.Popen(command, process_group=0) as leash:
        below = eventually(lambda: children_of(leash.pid))
        leash.kill()
        leash.wait(20)
        eventually(lambda: not any(lives(pid) for pid in below))


def test_a_foreign_program_ends_as_it_ends(tmp_path: Path) -> None:
    def ended(*command: str) -> tuple[int, str]:
        done = subprocess.run(
            [*LEASH, str(os.getpid()), "--", *command],
            capture_output=True,
            text=True,
            timeout=30,
            process_group=0,
        )
        return done.returncode, done.stderr

    assert ended(sys.executable, "-c", "exit(3)") == (3, "")
    assert ended(sys.executable, "-c", "import os; os.kill(os.getpid(), 9)") == (137, "")
    code, said = ended(str(tmp_path / "none"))
    assert (code, "No such file" in said) == (127, True)


@pytest.mark.parametrize(
    ("phase", "wish", "changes"),
    [(READY, "now", True), (TRYING, "now", True), (READY, "window", False), (IDLE, "", False)],
)
def test_a_till_that_changes_its_version_is_seen(
    tmp_path: Path, phase: str, wish: str, changes: bool
) -> None:
    assert not changes_version(None)
    assert not changes_version(tmp_path), "nothing was noted yet"
    Installation(tmp_path).change(phase=phase, wish=wish)
    assert changes_version(tmp_path) is changes
    (tmp_path / "state.json").write_text("{torn")
    assert not changes_version(tmp_path)
