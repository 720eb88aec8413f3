"""For every room: how many work at once and what comes first, and golden files. `--rewrite-golden`
writes those anew, a person reads the diff."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
FIRST = (
    "town",
    "skin",
    "updates",
    "till/process",
    "till/host",
    "office",
    "replay",
    "house",
    "simulators",
)
"""The rooms whose files take minutes. A file stays with one worker (`--dist loadfile`): if they
came last, one worker would be at work and the others done."""
LONG = ("browser/test_two_tills.py", "browser/test_paired_screens.py")
"""Files that take minutes by themselves, in a room of short ones: they come before those."""

# No bound on how fast an example is: beside other work it only says how busy the machine was.
settings.register_profile("skrin", deadline=None)
settings.load_profile("skrin")

Golden = Callable[[str, bytes], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-golden", action="store_true", help="write the golden files anew, then read them"
    )


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """`-n auto`: two workers for each processor, for half of a worker's time it waits: for a till's
    next exchange, for a deadline that must pass. A story of the browser waits for a third of its
    time, and what it shows late seems to jump: there are three workers for two processors, and as
    many for the quick tests, which seldom wait and whose files each worker has to read."""
    count = os.cpu_count() or 1
    chosen = config.option.markexpr
    return count + count // 2 if chosen == "browser" or "not slow" in chosen else count * 2


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Each worker imports all files that it collects: what the run's marks leave out whole is not
    read. All of `browser` drives one; elsewhere such a file names the mark."""
    chosen = config.option.markexpr
    if "not browser" in chosen:
        return True if collection_path == HERE / "browser" else None
    if chosen == "browser" and collection_path.name.startswith("test_"):
        if HERE / "browser" in collection_path.parents or not collection_path.is_file():
            return None
        return None if "mark.browser" in collection_path.read_text("utf-8") else True
    return None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first, the rooms that they are in whole; all else stays in its order."""
    places = [*(HERE / room for room in FIRST), *(HERE / name for name in LONG)]

    @cache
    def place(path: Path) -> int:
        above = (path, *path.parents)
        return next((at for at, found in enumerate(places) if found in above), len(places))

    items.sort(key=lambda item: place(item.path))


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """`golden(name, actual)`: `actual` is byte for byte what tests/golden/`name` holds."""
    rewrite = bool(request.config.getoption("--rewrite-golden"))

    def check(name: str, actual: bytes) -> None:
        path = GOLDEN / name
        if rewrite:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(actual)
            return
        assert path.exists(), f"{name} is missing: look at it after pytest --rewrite-golden"
        assert actual == path.read_bytes()

    return check
