"""A look at a page in every theme: axe agrees, nothing is wider than the screen."""

from __future__ import annotations

from typing import Any

from tests.axe import Axe
from tests.browser.windows import Windows

SIZES = ("handheld", "desktop")
THEMES = ("light", "dark", "contrast")
STILL = """() => Promise.allSettled(document.getAnimations()
  .filter((moving) => moving.effect.getComputedTiming().endTime !== Infinity)
  .map((moving) => moving.finished))"""
OVERFLOWS = "() => document.documentElement.scrollWidth > innerWidth"


class Look:
    """Looks at a page in every theme and keeps what is wrong."""

    def __init__(self, windows: Windows, axe: Axe, size: str) -> None:
        """Nothing seen yet."""
        self.windows, self.axe, self.size = windows, axe, size
        self.faults: list[str] = []
        windows.checks = axe  # For those that are opened from now on.

    def at(self, page: Any, name: str) -> None:
        """Check the page as it is now, in each theme."""
        page.evaluate(STILL)
        if page.evaluate(OVERFLOWS):
            self.faults.append(f"{name}: wider than the screen")
        self.faults += [f"{name} {fault}" for fault in self.axe.faults_in(page, THEMES)]
        page.evaluate("() => { document.documentElement.dataset.theme = 'dark'; }")
        self.windows.picture(page, f"dark-{self.size}-{name}")
