"""What the self-test's page shows; the rules are those of `screens`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from skrin.till.ui.screens import Choice, Frame, Level, Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A device, and how it was when it was tried last."""

    device: str
    icon: Literal[
        "shield-check",
        "credit-card",
        "printer",
        "cloud",
        "scale",
        "coins",
        "scan-barcode",
        "monitor",
    ]
    name: str
    level: Level | Literal["untried", "trying"]
    state: str
    """In words: "Kontrollenheten svarade nyss." """
    advice: str = ""
    when: str = ""
    """"14:05"; empty while it was not tried."""
    url: str = ""
    """Its own page, where it has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawerTest:
    """POST self_test_drawer: tap_id, with approver and pin where `people` are asked for; POST
    self_test_drawer_seen: opened=yes | no."""

    tap: str
    people: tuple[Choice, ...] = ()
    asked: bool = False
    """It was told to open, and a person is to say whether it did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTestPage:
    """``till/self_test.html``: every device tried, with picture and result (R-MORE-015). POST
    self_test_try; POST self_test_scan: code; POST self_test_tap."""

    frame: Frame
    headline: str
    devices: tuple[Tried, ...]
    """What answers by itself."""
    drawer: Tried
    scanner: Tried
    screen: Tried
    drawer_test: DrawerTest
    busy: bool = False
    notice: Notice | None = None
