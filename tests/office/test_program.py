"""The office as a program: it starts, says so, ends in order, and says what is in its way."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

pytestmark = [pytest.mark.office, pytest.mark.slow]

EXAMPLES = Path(__file__).parents[2] / "examples" / "bageri"
READY_S, END_S = 90, 40


@pytest.fixture
def data() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="skrin-office-") as folder:
        yield Path(folder) / "office"


def start(data: Path, *more: str) -> subprocess.Popen[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SKRIN_")}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.Popen(
        [sys.executable, "-m", "skrin.office.main", "--data", str(data), "--port", "0", *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )


def ready(process: subprocess.Popen[str]) -> dict[str, Any]:
    """The line that says that it answers. The process is ended when none comes in time."""
    import threading

    killer = threading.Timer(READY_S, process.kill)
    killer.start()
    assert process.stdout is not None and process.stderr is not None
    line = process.stdout.readline()
    killer.cancel()
    assert line, process.stderr.read()
    said: dict[str, Any] = json.loads(line)
    return said


def end(process: subprocess.Popen[str]) -> int:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        return process.wait(END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        raise


def postgres_pid(data: Path) -> int:
    return int((data / "pg" / "postmaster.pid").read_text().splitlines()[0])


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] != b"Z"


def gone(pid: int) -> bool:
    """Whether a process is gone within the time that it has."""
    until = time.monotonic() + END_S
    while lives(pid) and time.monotonic() < until:
        time.sleep(0.1)
    return not lives(pid)


def extract_of_nothing(data: Path, company: int) -> tuple[str, str]:
    """Order a file of a till that has registered nothing, behind the pages' back; how the worker
    and the process that it starts end it."""
    asked = {
        "order": {
            "what": "journal",
            "file_format": "csv",
            "period": {"first": "2026-11-20", "last": "2026-11-20"},
            "made_at": "2026-11-20T12:00:00",
        },
        "registers": [{"till": "SK1", "store": 1, "designation": "VK1-1"}],
    }
    socket_folder = str(data / "pg").replace("/", "%2F")
    url = f"postgresql://postgres@{socket_folder}/skrin"
    with psycopg.connect(url, connect_timeout=10, autocommit=True) as database:
        database.execute(
            "INSERT INTO extracts_order (company_id, id, store, person_name, subject, asked,"
            " letter, state, entries, ordered_at_ms)"
            " VALUES (%s, 'x', 1, '', '', %s, '', 'waiting', 9, 0)",
            [company, json.dumps(asked)],
        )
        database.execute("INSERT INTO extracts_due VALUES (%s, 'x', 0)", [company])
        until = time.monotonic() + END_S
        while time.monotonic() < until:
            row = database.execute("SELECT state, reason FROM extracts_order").fetchone()
            assert row is not None
            if row[0] not in ("waiting", "making"):
                return str(row[0]), str(row[1])
            time.sleep(0.2)
    raise AssertionError("nobody made it")


def test_it_loads_starts_answers_and_leaves_nothing_behind(data: Path, tmp_path: Path) -> None:
    out, devices = tmp_path / "loaded.json", tmp_path / "devices.json"
    devices.write_text('{"VK1-1": {"printer": "127.0.0.1:9100", "printer_columns": 32}}')
    load = ("--load", str(EXAMPLES), "--load-out", str(out), "--load-devices", str(devices))
    process = start(data, *load)
    try:
        said = ready(process)
        assert (said["ready"], said["name"]) == (True, "office")
        with urllib.request.urlopen(f"http://127.0.0.1:{said['port']}/login", timeout=10) as page:
            assert page.status == 200
        sheet = f"http://127.0.0.1:{said['port']}/static/skin/tokens.css"
        with urllib.request.urlopen(sheet, timeout=10) as css:
            assert css.headers["Content-Type"].startswith("text/css")
        database = postgres_pid(data)
        for secret in ("secret_key",):
            assert stat.S_IMODE((data / secret).stat().st_mode) == 0o600
    finally:
        assert end(process) == 0
    assert gone(database)
    first = json.loads(out.read_text())
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert [till["designation"] for till in first["tills"]] == ["VK1-1", "VK2-1"]
    assert all(till["code"] for till in first["tills"])
    assert len(first["articles"]) > 90

    again = start(data, *load)
    try:
        ready(again)
        assert extract_of_nothing(data, first["company"]["id"]) == ("failed", "no_registrations")
    finally:
        assert end(again) == 0
    second = json.loads(out.read_text())
    for part in ("company", "stores", "articles", "groups"):
        assert second[part] == first[part]


def test_a_taken_port_and_a_taken_folder_are_said(data: Path) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = start(data, "--port", str(port))
        _, said = process.communicate(timeout=READY_S)
    assert process.returncode == 3
    assert f"Port {port} is taken" in said
    assert f"--port {port + 1}" in said

    running = start(data)
    try:
        ready(running)
        other = start(data)
        _, said = other.communicate(timeout=READY_S)
        assert other.returncode == 3
        assert "already runs" in said
    finally:
        assert end(running) == 0


def test_it_ends_with_its_parent_and_mends_after_a_kill(data: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    process = start(data, "--parent-pid", str(parent.pid))
    ready(process)
    database = postgres_pid(data)
    parent.communicate(timeout=END_S)
    assert process.wait(END_S) == 0
    assert gone(database)

    killed = start(data)
    ready(killed)
    left = postgres_pid(data)
    killed.kill()
    killed.wait(END_S)
    assert lives(left)
    mended = start(data)
    try:
        ready(mended)
        assert postgres_pid(data) == left
    finally:
        assert end(mended) == 0
    assert gone(left)


@pytest.mark.requirement("R-MORE-014")
def test_tills_are_prepared_by_the_command_while_the_office_is_stopped(
    data: Path, tmp_path: Path
) -> None:
    out, labels, devices = tmp_path / "loaded.json", tmp_path / "l.pdf", tmp_path / "devices.csv"
    devices.write_text("serial;store;control_unit\nPOS-1;1;192.168.1.20:5001\nPOS-2;2;\n")
    process = start(data, "--load", str(EXAMPLES), "--load-out", str(out))
    try:
        ready(process)
        company = str(json.loads(out.read_text())["company"]["id"])
        told = (str(devices), "--data", str(data), "--company", company, "--labels", str(labels))
        busy = prepare_tills(*told, "--office", "https://office.example")
        assert (busy.returncode, "runs in" in busy.stderr) == (3, True)
    finally:
        assert end(process) == 0
    wrong = prepare_tills(*told, "--office", "office.example")
    assert wrong.returncode == 2 and not labels.exists()
    made = prepare_tills(*told, "--office", "https://office.example")
    assert made.returncode == 0, made.stderr
    assert [line.split("\t")[0] for line in made.stdout.splitlines()] == ["POS-1", "POS-2"]
    assert "Line 3: no control unit" in made.stderr
    assert labels.read_bytes().startswith(b"%PDF")
    assert stat.S_IMODE(labels.stat().st_mode) == 0o600, "it holds codes"
    again = prepare_tills(*told, "--office", "https://office.example")
    assert (again.returncode, "Line 2: " in again.stderr) == (2, True)


def prepare_tills(*argv: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SKRIN_")}
    for name in ("DJANGO_SETTINGS_MODULE", "DATABASE_URL"):
        environment.pop(name, None)
    command = [sys.executable, "-m", "skrin.cli", "prepare-tills", *argv]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=READY_S, env=environment
    )
