"""What the network's page shows; the rules are those of `screens`."""

from __future__ import annotations

from dataclasses import dataclass

from skrin.till.ui.screens import Frame, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkPage:
    """``till/network.html``: how the device is connected, and what to do. It changes nothing: the
    device's own settings do, and whoever has their code (OPP-052)."""

    frame: Frame
    level: Level
    state: str
    advice: str
    ways: tuple[tuple[str, str], ...]
    """Each card or modem, and how it is."""
    office_level: Level
    office: str
    """Whether the office answers, and when it did."""
    steps: tuple[str, ...]
