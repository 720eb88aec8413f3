"""Whoever started a till is killed before it was ready: it ends too, and another can start."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.till.process.rig import Street, TillProcess
from tests.till.process.screen import eventually

from skrin.town.processes import Part

pytestmark = [pytest.mark.slow]

STARTER = """
import os, subprocess, sys
into, *command = sys.argv[1:]
log = open(into + ".log", "ab")
command += ["--parent-pid", str(os.getpid())]
till = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log)
with open(into + ".new", "w") as told:
    told.write(str(till.pid))
os.rename(into + ".new", into)
till.wait()
"""
AFTER_S = (0.0, 0.2, 0.5, 0.8, 1.2)
"""How long the starter lives after it has started the till: mostly too short for it to be ready."""


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks Linux who lives")
@pytest.mark.parametrize("after_s", AFTER_S)
def test_a_till_ends_with_who_started_it_before_it_was_ready(
    street: Street, till: TillProcess, tmp_path: Path, after_s: float
) -> None:
    till.stop()
    into = tmp_path / "pid"
    arguments = ["--data", str(till.folder), "--port", "0", *street.device_arguments()]
    command = [sys.executable, "-m", "skrin.till.main", *arguments]
    starter = subprocess.Popen([sys.executable, "-c", STARTER, str(into), *command])
    eventually(into.exists)
    time.sleep(after_s)
    starter.kill()
    starter.wait()
    pid = int(into.read_text())
    try:
        eventually(lambda: not lives(pid), 20.0)
    finally:
        if lives(pid):
            os.kill(pid, 9)
    again = Part("till", "skrin.till.main", arguments, tmp_path / "log")
    again.start()
    again.wait_ready(30.0)
    again.stop()
