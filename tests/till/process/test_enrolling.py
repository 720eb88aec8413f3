"""A device becomes the till of its label: scanned, typed, or laid into its folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.till.process.rig import READY_S, Street

from skrin.sync.enrolment import label_text
from skrin.till.main import ENROLMENT_FILE
from skrin.town.processes import Part, PartFailed

pytestmark = pytest.mark.slow


def enrol(data: Path, scanned: str = "", *argv: str) -> subprocess.CompletedProcess[str]:
    """What the command says and how it ends."""
    command = [sys.executable, "-m", "skrin.cli", "enrol", "--data", str(data), *argv]
    return subprocess.run(
        command, input=scanned, capture_output=True, text=True, check=False, timeout=READY_S
    )


@pytest.mark.requirement("R-MORE-014")
def test_a_scanned_label_makes_a_device_its_till_once(street: Street, tmp_path: Path) -> None:
    label = label_text(street.office.url, "7-ABCD-EFGH-JKLM")
    (tmp_path / ENROLMENT_FILE).write_text(label_text(street.office.url, "7-NPQR-STVW-XYZ2"))
    other = enrol(tmp_path, "hej\n")
    assert other.returncode == 2 and "not the text of a label" in other.stderr
    (tmp_path / ENROLMENT_FILE).unlink()
    nothing = enrol(tmp_path, "\n")
    assert nothing.returncode == 2 and "not enrolled" in nothing.stderr
    away = enrol(tmp_path, label_text("http://127.0.0.1:9", "7-ABCD-EFGH-JKLM") + "\n")
    assert away.returncode == 2 and "does not answer" in away.stderr
    done = enrol(tmp_path, f"{label}\r\n")
    assert done.returncode == 0, done.stderr
    assert "is " in done.stdout and "Torget" in done.stdout
    again = enrol(tmp_path, "", "--label", label)
    assert again.returncode == 2 and "a till already" in again.stderr


@pytest.mark.requirement("R-MORE-014")
def test_a_prepared_device_enrols_at_its_first_start(street: Street, tmp_path: Path) -> None:
    file = tmp_path / ENROLMENT_FILE
    file.write_text("ingen etikett\n")
    till = Part(
        "till", "skrin.till.main", ["--data", str(tmp_path), "--port", "0"], tmp_path / "log"
    )
    till.start()
    with pytest.raises(PartFailed, match="does not hold the text of a label"):
        till.wait_ready(READY_S)
    till.stop()
    assert file.exists(), "what did not work is still there to be looked at"
    file.write_text(label_text(street.office.url, "7-NPQR-STVW-XYZ2") + "\n")
    for _start in ("first", "second"):
        part = Part(
            "till", "skrin.till.main", ["--data", str(tmp_path), "--port", "0"], tmp_path / "log"
        )
        part.start()
        try:
            part.wait_ready(READY_S)
        finally:
            part.stop()
        assert not file.exists()
