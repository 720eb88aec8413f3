"""Sync under fire, at the door of a real office: a process of its own shoots (D32)."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

TIMEOUT_S = 300.0

pytestmark = [pytest.mark.slow, pytest.mark.office]


def fire(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "skrin.town.fire", *arguments],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )


@pytest.mark.timeout(TIMEOUT_S)
def test_whatever_comes_the_office_has_the_tills_journal_and_overwrites_nothing() -> None:
    ran = fire(
        "--seed",
        "1",
        "--tills",
        "2",
        "--inputs",
        "40",
        "--forgers",
        "2",
        "--forged",
        "80",
        "--put-backs",
        "0",
        "--one-key",
        "0",
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    sums = re.search(r"(\d+) inputs, (\d+) receipts, (\d+) entries", ran.stdout)
    assert sums, ran.stdout
    inputs, receipts, entries = map(int, sums.groups())
    assert inputs == 240 and receipts > 20 and entries > 100
    for way in ("at once", "cut in body", "answer lost", "earlier answer", "held", "too late"):
        assert re.search(rf"^  {way}: \d", ran.stdout, re.MULTILINE), way
    for forgery in ("a byte changed", "two swapped", "told anew", "of another"):
        assert f"forged: {forgery}" in ran.stdout, forgery
