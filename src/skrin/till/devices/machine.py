"""What the machine itself tells: its battery, and its ways to the network. Linux, below `/sys`.

The folders are handed in, so that a test has a machine of its own. Where nothing is told (another
system, a box without a battery) there is nothing to show and nothing to warn of.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

from skrin.till.devices.metered import MOBILE, ROUTES, default_route

__all__ = ["ROUTES", "Battery", "Net", "battery", "networks"]

POWER, NETWORK = Path("/sys/class/power_supply"), Path("/sys/class/net")
WIRED, WIFI, MODEM = "wired", "wifi", "mobile"


@dataclass(frozen=True, slots=True)
class Battery:
    """How full, in per cent, and whether it is being charged (or full, on the charger)."""

    percent: int
    charging: bool


@dataclass(frozen=True, slots=True)
class Net:
    """A way to the network. `up`: it has a link; `used`: traffic goes out over it now."""

    name: str
    kind: str
    up: bool
    used: bool


def battery(folder: Path = POWER) -> Battery | None:
    """The machine's battery, the emptiest of several; None where it has none. A mouse's battery is
    not the machine's."""
    found = []
    for supply in _inside(folder):
        if _word(supply / "type") != "Battery" or _word(supply / "scope") == "Device":
            continue
        percent = _word(supply / "capacity")
        if percent.isdecimal():
            status = _word(supply / "status")
            found.append(Battery(min(100, int(percent)), status in ("Charging", "Full")))
    return min(found, key=lambda one: one.percent, default=None)


def networks(folder: Path = NETWORK, routes: Path = ROUTES) -> tuple[Net, ...]:
    """The machine's cards and modems, the one in use first. What is only in the program, loopback
    and bridges, is left out."""
    used = default_route(routes)
    found = [
        Net(
            card.name,
            _kind(card),
            _word(card / "operstate") in ("up", "unknown"),
            card.name == used,
        )
        for card in _inside(folder)
        if card.name != "lo" and ((card / "device").exists() or card.name.startswith(MOBILE))
    ]
    return tuple(sorted(found, key=lambda one: (not one.used, not one.up, one.name)))


def _kind(card: Path) -> str:
    if card.name.startswith(MOBILE):
        return MODEM
    return WIFI if (card / "wireless").exists() or (card / "phy80211").exists() else WIRED


def _inside(folder: Path) -> list[Path]:
    with contextlib.suppress(OSError):
        return sorted(folder.iterdir())
    return []


def _word(file: Path) -> str:
    with contextlib.suppress(OSError):
        return file.read_text(errors="replace").strip()
    return ""
