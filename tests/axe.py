"""axe-core, which we did not write: what a page lacks for people who cannot see or point well.

It comes with the peers (`tests/peers`); where it is not installed only its checks are left out.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

AXE = Path(
    os.environ.get(
        "SKRIN_AXE",
        Path(__file__).parent / "peers" / "node_modules" / "axe-core" / "axe.min.js",
    )
)
MISSING = "axe-core is not here: make peers installs it"
_RUN = """([theme, only]) => { if (theme) document.documentElement.dataset.theme = theme;
  return axe.run(document, { resultTypes: ["violations"], ...(only ? { runOnly: only } : {}) })
  .then((found) => found.violations.flatMap((fault) =>
    fault.nodes.map((node) => `${fault.id}: ${node.html.slice(0, 160)}`))); }"""
COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules that another theme can break: it changes colours and nothing else."""


class Axe:
    """The checks, read once."""

    def __init__(self) -> None:
        """Raises `FileNotFoundError` where it is not installed."""
        self._text = AXE.read_text(encoding="utf-8")

    def come_along(self, context: Any) -> None:
        """Be on every page that the context (or one page) opens from now on. Worth it where most of
        them are looked at: a fifth less work for each, and a little more for any other."""
        context.add_init_script(self._text)

    def faults(self, page: Any, theme: str = "", only: list[str] | None = None) -> list[str]:
        """What is wrong on the page as it stands, a line each. `theme`: put the page into it
        first; `only`: ask these rules and no other."""
        if not page.evaluate("() => Boolean(window.axe)"):
            page.evaluate(self._text)
        found: list[str] = page.evaluate(_RUN, [theme, only])
        return found

    def faults_in(self, page: Any, themes: tuple[str, ...]) -> list[str]:
        """What is wrong in any theme: all rules in the first, those of colours in the others."""
        first, *others = themes
        found = [f"{first} {fault}" for fault in self.faults(page, first)]
        for theme in others:
            found += [f"{theme} {fault}" for fault in self.faults(page, theme, COLOURS)]
        return found


@cache
def axe() -> Axe | None:
    """The checks; None where they are not installed."""
    return Axe() if AXE.exists() else None
