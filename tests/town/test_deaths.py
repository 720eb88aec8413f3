"""Real programs are killed under load and nothing is lost; and faults that a death shows are
found. `skrin deaths` and `python -m tests.town.planted_deaths` do both for longer."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.town.planted_deaths import FAULTS, deaths_until_found

from skrin.town.deaths import killers
from skrin.town.deaths.command import Run, Wanted

KILLS, FOUND_WITHIN = 45, 300

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
