"""Whole towns, through the command that a person runs: a process of its own, which alone loads the
office (D32)."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

TIMEOUT_S = 600.0

pytestmark = [pytest.mark.slow, pytest.mark.office]


def town(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "skrin.cli", "town", *arguments],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )


@pytest.mark.timeout(TIMEOUT_S)
def test_fixed_towns_are_whole() -> None:
    size = ["--days", "2", "--tills", "3", "--sales", "45"]
    ran = town("--seed", "101", "--towns", "4", *size, "--workers", "1", "--verbose")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "4 towns" in ran.stdout and "0 with findings" in ran.stdout
    # Bad luck did come: a town in which nothing goes wrong proves nothing.
    sums = re.search(r"(\d+) receipts, (\d+) deaths, (\d+) Z, (\d+) book equations", ran.stdout)
    assert sums, ran.stdout
    receipts, deaths, closings, equations = map(int, sums.groups())
    assert receipts > 400 and deaths >= 8 and closings >= 20 and equations > 300
    for peril in ("dies at commit", "disk full", "unit", "printer", "terminal", "answer lost"):
        assert peril in ran.stdout, peril


@pytest.mark.timeout(TIMEOUT_S)
def test_tills_end_in_order_and_others_copy_their_receipts() -> None:
    size = ["--days", "2", "--tills", "3", "--sales", "45", "--workers", "1"]
    favours = ["--favour", "ends its trade in order", "--favour", "makes a copy"]
    ran = town("--seed", "9000", "--towns", "3", *size, *favours)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    sums = re.search(r"(\d+) tills ended in order, (\d+) copies made of their rec", ran.stdout)
    assert sums, ran.stdout
    ended, copied = map(int, sums.groups())
    assert ended >= 3 and copied >= 3


@pytest.mark.timeout(TIMEOUT_S)
def test_a_seed_tells_the_same_story_again() -> None:
    asked = ["--seed", "7", "--days", "1", "--tills", "2", "--sales", "30", "--story"]
    first, second = town(*asked), town(*asked)
    assert first.returncode == second.returncode == 0, first.stdout + first.stderr

    def told(ran: subprocess.CompletedProcess[str]) -> list[str]:
        return [line for line in ran.stdout.splitlines() if line.startswith("  ")]

    assert len(told(first)) > 30
    assert told(first) == told(second)
