"""Real programs are killed under load and nothing is lost; and faults that a death shows are
found. `skrin deaths` and `python -m tests.town.planted_deaths` do both for longer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.town.planted_deaths import FAULTS, deaths_until_found

from skrin.town.deaths import killers
from skrin.town.deaths.command import Run, Wanted
from skrin.town.deaths.power import can_cut

KILLS, FOUND_WITHIN = 45, 300
RUN_S = 240.0
ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.slow, pytest.mark.office]


@pytest.mark.requirement("R-APP-009", "OPP-055")
def test_nothing_is_lost_when_everybody_is_killed(tmp_path: Path) -> None:
    outcome = Run(Wanted(7, KILLS, tills=3, audit_every=KILLS), tmp_path).live()
    assert outcome.findings == []
    assert sum(outcome.deaths.values()) >= KILLS
    assert outcome.deaths[killers.TILL] and outcome.receipts and outcome.audits == 1
    office = {killers.OFFICE, killers.BACKEND, killers.DATABASE, killers.DATABASE_ALONE}
    assert office & set(outcome.deaths)


@pytest.mark.parametrize("name", ["answered_before_commit", "acknowledged_before_commit"])
def test_a_planted_fault_is_found(name: str) -> None:
    assert name in FAULTS
    outcome = deaths_until_found(name, FOUND_WITHIN)
    assert outcome.findings, f"{FAULTS[name].words} {outcome.deaths}"
    assert "it broke" not in outcome.findings[0]


@pytest.fixture
def cut() -> None:
    if not can_cut():
        pytest.skip("the power can be cut only by root, where file systems can be mounted")


def run(module: str, *argv: str) -> subprocess.CompletedProcess[str]:
    """A command that mounts, in a process of its own."""
    paths = os.pathsep.join([str(ROOT), *sys.path])
    return subprocess.run(
        [sys.executable, "-m", module, *argv],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=RUN_S,
        check=False,
    )


@pytest.mark.usefixtures("cut")
@pytest.mark.requirement("R-APP-009", "OPP-063")
def test_nothing_is_lost_when_the_power_goes() -> None:
    how = ["--seed", "3", "--kills", "24", "--tills", "2", "--hosted", "0"]
    told = run("skrin.town.deaths.command", "--power", *how)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "power of a till" in told.stdout
    assert "FOUND" not in told.stdout
    assert "Z;" in told.stdout
    assert " 0 audits" not in told.stdout


@pytest.mark.usefixtures("cut")
def test_what_is_not_synced_is_missed_when_the_power_goes() -> None:
    told = run("tests.town.planted_deaths", "synced_now_and_then")
    assert told.returncode == 0, told.stdout + told.stderr
    line = json.loads(told.stdout)
    assert line["found"]
    assert "it broke" not in line["found"]
    assert any(who.startswith("power of") for who in line["by"])
