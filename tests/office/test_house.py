"""House rules of the office, held by reading its source."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

OFFICE = Path(__file__).parents[2] / "src" / "skrin" / "office"
SHARED = {"ui", "sync_api"}
APPS = {folder.name for folder in OFFICE.iterdir() if (folder / "migrations").is_dir()}
OPEN_TO_OTHERS = {"actions", "queries"}


def imports(file: Path) -> set[tuple[str, str]]:
    """(app, module) of each import of another app in a file of the office."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names] + [node.module]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            parts = name.split(".")
            if parts[:2] == ["skrin", "office"] and len(parts) > 3 and parts[2] in APPS:
                found.add((parts[2], parts[3]))
    return found


def test_there_are_the_apps_of_this_step() -> None:
    assert {
        "tenancy",
        "people",
        "catalogue",
        "layouts",
        "tills",
        "ingest",
        "receipts",
        "statistics",
        "accounting",
        "publication",
        "paymentsystems",
        "stock",
        "rights",
        "giftcards",
        "findings",
        "mail",
        "copies",
        "extracts",
        "updates",
    } == APPS


@pytest.mark.parametrize("file", sorted(OFFICE.rglob("*.py")), ids=lambda file: file.name)
def test_an_app_is_used_by_its_actions_and_queries_only(file: Path) -> None:
    own = file.relative_to(OFFICE).parts[0]
    strange = {
        (app, module)
        for app, module in imports(file)
        if app not in (own, "tenancy") and module not in OPEN_TO_OTHERS
    }
    assert strange <= {("people", "throttle")} if own == "sync_api" else not strange
