"""Battery and network, as a machine's own files tell of them; warnings that stop nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from skrin.till.devices.machine import Battery, Net, battery, networks
from skrin.till.flow.machine_state import Machine, machine_at

ROUTES = """Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT
wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0
eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0
"""


def supply(system: Path, name: str, **words: object) -> None:
    folder = system / "class" / "power_supply" / name
    folder.mkdir(parents=True)
    for word, value in words.items():
        (folder / word).write_text(f"{value}\n")


def card(system: Path, name: str, state: str, *, wifi: bool = False, real: bool = True) -> None:
    folder = system / "class" / "net" / name
    folder.mkdir(parents=True)
    (folder / "operstate").write_text(f"{state}\n")
    if wifi:
        (folder / "wireless").mkdir()
    if real:
        (folder / "device").mkdir()


@pytest.mark.requirement("OPP-050", "R-DEV-003")
@pytest.mark.parametrize(
    ("percent", "status", "level", "code"),
    [
        (21, "Discharging", "good", "battery_good"),
        (20, "Discharging", "warn", "battery_low"),
        (16, "Discharging", "warn", "battery_low"),
        (15, "Discharging", "warn", "battery_very_low"),
        (10, "Discharging", "warn", "battery_very_low"),
        (9, "Discharging", "bad", "battery_empty"),
        (9, "Not charging", "bad", "battery_empty"),
        (9, "Charging", "good", "battery_charges"),
        (100, "Full", "good", "battery_charges"),
    ],
)
def test_the_battery_is_warned_of_early(
    tmp_path: Path, percent: int, status: str, level: str, code: str
) -> None:
    supply(tmp_path, "AC", type="Mains", online=0)
    supply(tmp_path, "mouse", type="Battery", scope="Device", capacity=2, status="Discharging")
    supply(tmp_path, "BAT0", type="Battery", capacity=percent, status=status)
    state = machine_at(tmp_path, lambda: 0.0).battery_state()
    assert state is not None and (state.level, state.code) == (level, code)


def test_the_emptiest_battery_counts_and_garbage_is_none(tmp_path: Path) -> None:
    supply(tmp_path, "BAT0", type="Battery", capacity=80, status="Discharging")
    supply(tmp_path, "BAT1", type="Battery", capacity=7, status="Discharging")
    supply(tmp_path, "BAT2", type="Battery", capacity="?", status="Unknown")
    supply(tmp_path, "BAT3", type="Battery")
    assert battery(tmp_path / "class" / "power_supply") == Battery(7, charging=False)
    assert battery(tmp_path / "nowhere") is None


@pytest.mark.requirement("OPP-052", "R-DEV-010")
def test_the_network_in_use_is_told_and_what_is_no_card_is_left_out(tmp_path: Path) -> None:
    card(tmp_path, "lo", "unknown")
    card(tmp_path, "docker0", "up", real=False)
    card(tmp_path, "eth0", "up")
    card(tmp_path, "wlan0", "up", wifi=True)
    card(tmp_path, "wwan0", "down", real=False)
    (tmp_path / "route").write_text(ROUTES)
    here = machine_at(tmp_path, lambda: 0.0)
    assert here.look()[1] == (
        Net("eth0", "wired", up=True, used=True),
        Net("wlan0", "wifi", up=True, used=False),
        Net("wwan0", "mobile", up=False, used=False),
    )
    state = here.network_state()
    assert state is not None and (state.level, state.code) == ("good", "network_wired")


@pytest.mark.parametrize(
    ("states", "code"), [(("up", "down"), "network_no_route"), (("down", "down"), "network_down")]
)
def test_no_way_out_is_told(tmp_path: Path, states: tuple[str, str], code: str) -> None:
    for name, state in zip(("eth0", "wlan0"), states, strict=True):
        card(tmp_path, name, state)
    (tmp_path / "route").write_text(ROUTES.split("\n", 1)[0] + "\n")
    state = machine_at(tmp_path, lambda: 0.0).network_state()
    assert state is not None and (state.level, state.code) == ("warn", code)


def test_a_machine_that_tells_nothing_is_nothing_to_warn_of(tmp_path: Path) -> None:
    here = machine_at(tmp_path / "none", lambda: 0.0)
    assert (here.battery_state(), here.network_state()) == (None, None)
    assert networks(tmp_path / "none", tmp_path / "none") == ()


def test_it_is_looked_at_now_and_then() -> None:
    asked: list[float] = []
    now = [0.0]

    def ask() -> Battery:
        asked.append(now[0])
        return Battery(50, charging=False)

    here = Machine(lambda: now[0], ask, tuple)
    for now[0] in (0.0, 2.0, 4.9, 5.0, 9.0, 10.0):
        here.battery_state()
    assert asked == [0.0, 5.0, 10.0]
