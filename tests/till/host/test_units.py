"""The systemd units in the documents: systemd reads them, and they start what there is."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from skrin.cli import COMMANDS

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "operations"
UNITS = sorted(FOLDER.glob("*.service"))


def settings_of(unit: Path) -> dict[str, str]:
    rows = [row.partition("=") for row in unit.read_text().splitlines() if "=" in row]
    return {name: value for name, _, value in rows if not name.startswith("#")}


def test_there_are_two() -> None:
    assert [unit.name for unit in UNITS] == ["skrin-screen.service", "skrin-till-host.service"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_starts_again_without_an_end(unit: Path) -> None:
    said = settings_of(unit)
    assert (said["Restart"], said["StartLimitIntervalSec"]) == ("always", "0")


def test_the_hosts_unit_starts_the_host_and_listens_to_it() -> None:
    said = settings_of(FOLDER / "skrin-till-host.service")
    command = said["ExecStart"].split()
    assert command[0].endswith("/bin/skrin") and command[1] in COMMANDS
    assert (said["Type"], said["NotifyAccess"], said["KillMode"]) == ("notify", "main", "mixed")
    assert int(said["WatchdogSec"]) > 10


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_can_read_it(unit: Path, tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("there is no systemd here")
    # The programs are not installed here; everything else is read as it stands.
    text = re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text())
    copy = tmp_path / unit.name
    copy.write_text(text)
    read = subprocess.run(
        [analyze, "verify", str(copy)], capture_output=True, text=True, timeout=60
    )
    told = [line for line in read.stderr.splitlines() if unit.name in line]
    assert (read.returncode, told) == (0, [])
    broken = tmp_path / f"broken-{unit.name}"
    broken.write_text(text.replace("Restart=always", "Restart=perhaps"))
    read = subprocess.run(
        [analyze, "verify", str(broken)], capture_output=True, text=True, timeout=60
    )
    assert "perhaps" in read.stderr, "what is wrong would be seen"
