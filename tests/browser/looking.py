"""A look at a page in every theme: axe agrees, nothing is wider than the screen."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from tests.browser.windows import Windows

ROOT = Path(__file__).resolve().parents[2]
AXE = Path(os.environ.get("SKRIN_AXE", ROOT / "tests/peers/node_modules/axe-core/axe.min.js"))
SIZES = ("handheld", "desktop")
THEMES = ("light", "dark", "contrast")
RULES = """(theme) => { document.documentElement.dataset.theme = theme;
  return axe.run(document, { resultTypes: ["violations"] })
  .then((found) => found.violations.flatMap((fault) =>
    fault.nodes.map((node) => `${fault.id}: ${node.html.slice(0, 160)}`))); }"""
STILL = """() => Promise.allSettled(document.getAnimations()
  .filter((moving) => moving.effect.getComputedTiming().endTime !== Infinity)
  .map((moving) => moving.finished))"""
OVERFLOWS = "() => document.documentElement.scrollWidth > innerWidth"


class Look:
    """Looks at a page in every theme and keeps what is wrong."""

    def __init__(self, windows: Windows, axe: str, size: str) -> None:
        """Nothing seen yet."""
        self.windows, self.axe, self.size = windows, axe, size
        self.faults: list[str] = []

    def at(self, page: Any, name: str) -> None:
        """Check the page as it is now, in each theme."""
        if not page.evaluate("() => Boolean(window.axe)"):
            page.evaluate(self.axe)
        page.evaluate(STILL)
        if page.evaluate(OVERFLOWS):
            self.faults.append(f"{name}: wider than the screen")
        for theme in THEMES:
            self.faults += [f"{name} {theme}: {fault}" for fault in page.evaluate(RULES, theme)]
            if theme == "dark":
                self.windows.picture(page, f"dark-{self.size}-{name}")
