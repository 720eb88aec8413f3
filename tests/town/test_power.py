"""The tools that cut the power: one that hangs is a part that failed, or a machine that cannot."""

from __future__ import annotations

import pytest

from skrin.town.deaths import power
from skrin.town.processes import PartFailed


def test_a_tool_that_hangs_is_a_part_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(power, "MOUNT_S", 0.05)
    with pytest.raises(PartFailed, match="sleep did not end"):
        power._done(["sleep", "5"])


def test_a_machine_whose_mounting_hangs_cannot_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    def hangs(argv: list[str], **_: object) -> None:
        raise power.subprocess.TimeoutExpired(argv, power.MOUNT_S)

    monkeypatch.setattr(power.subprocess, "run", hangs)
    assert not power._mounts()
