"""Draw the way of a sale as a mermaid diagram, from the table that the program runs on.

python tools/state_diagram.py            print the diagram
python tools/state_diagram.py --write    put it into docs/ARCHITECTURE.md
python tools/state_diagram.py --check    exit code 1 when the one there is another
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from skrin.domain.sale import OPEN, TRANSITIONS

PAGE = Path(__file__).resolve().parents[1] / "docs" / "ARCHITECTURE.md"
_OPENING, _CLOSING = "```mermaid\nstateDiagram-v2\n", "```\n"


def diagram(transitions: Mapping[str, Mapping[str, str]] = TRANSITIONS, first: str = OPEN) -> str:
    """The diagram of a table {state: {event: next state}}, as a fenced block of Markdown.

    Events that lead from one state to the same other share an arrow. A state without a way on is
    an end.
    """
    lines = [f"    [*] --> {first}"]
    for state, events in transitions.items():
        arrows: dict[str, list[str]] = {}
        for event, after in events.items():
            arrows.setdefault(after, []).append(event)
        lines += [f"    {state} --> {after} : {', '.join(said)}" for after, said in arrows.items()]
        if not events:
            lines.append(f"    {state} --> [*]")
    return _OPENING + "".join(f"{line}\n" for line in lines) + _CLOSING


def drawn(page: str) -> str:
    """The diagram that stands in a page. Raises `ValueError` when there is none."""
    start = page.index(_OPENING)
    end = page.index(_CLOSING, start + len(_OPENING)) + len(_CLOSING)
    return page[start:end]


def main(argv: list[str] | None = None) -> int:
    """Print, write or check; see above."""
    parser = argparse.ArgumentParser(description="Draw the way of a sale from its table.")
    parser.add_argument("--write", action="store_true", help="put it into docs/ARCHITECTURE.md")
    parser.add_argument("--check", action="store_true", help="compare it with the one there")
    options = parser.parse_args(argv)
    if options.check and drawn(PAGE.read_text(encoding="utf-8")) != diagram():
        print("docs/ARCHITECTURE.md is old: python tools/state_diagram.py --write", file=sys.stderr)
        return 1
    if options.write:
        page = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(page.replace(drawn(page), diagram()), encoding="utf-8")
    if not (options.write or options.check):
        print(diagram(), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
