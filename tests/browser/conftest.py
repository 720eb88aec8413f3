"""One running Skrin for all browser stories, and browser windows that notice every fault.

The demo runs as a person would start it: office, two tills, simulators, each a process on loopback
ports of its own choosing. Handheld windows look at the second till, larger ones at the first.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests import chromium as machines
from tests.axe import MISSING, Axe
from tests.axe import axe as installed_axe
from tests.browser.shop import Shop
from tests.browser.small import Screens, SmallTill
from tests.browser.windows import FAILED, Windows

from skrin.town.demo import Demo

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every story here needs a browser, the office's database, and more than a second."""
    for item in items:
        if HERE in item.path.parents:
            for name in ("browser", "slow", "office"):
                item.add_marker(getattr(pytest.mark, name))


@pytest.fixture(scope="package")
def browser_path() -> str:
    """The browser of the machine; the stories are skipped, and say why, where there is none."""
    found = machines.path()
    if found is None:
        pytest.skip(f"no browser here: none of {', '.join(machines.NAMES)} is installed")
    return found


@pytest.fixture(scope="package")
def shop(browser_path: str) -> Iterator[Shop]:
    """The whole of Skrin, running; stopped when the last story is told.

    Its folder is not pytest's: another pytest that starts closes all of those to other users, and
    root's PostgreSQL runs as one.
    """
    company = Path(__file__).resolve().parents[2] / "examples" / "bageri"
    with (
        tempfile.TemporaryDirectory(prefix="skrin-browser-") as folder,
        Demo(Path(folder), company, first_port=0) as demo,
    ):
        demo.start()
        yield Shop(demo)


@pytest.fixture(scope="package")
def play(browser_path: str) -> Iterator[Any]:
    """Playwright, started; stopped before another room's tests, in which Django sees its loop."""
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def chromium(play: Any) -> Iterator[Any]:
    """One browser process for all stories (other rooms start their own)."""
    found = machines.launch(play, machines.NO_NAMES)
    yield found
    found.close()


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures are kept: the folder named by SKRIN_PICTURES, else pytest's own."""
    named = os.environ.get("SKRIN_PICTURES")
    folder = Path(named) if named else tmp_path_factory.mktemp("pictures")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Leave word on the story that it failed, so that its windows are pictured."""
    report = yield
    if report.when == "call" and report.failed:
        item.stash[FAILED] = True
    return report


@pytest.fixture(scope="session")
def axe() -> Axe:
    """The checks of axe; a story that is told for them alone is skipped where they are not."""
    found = installed_axe()
    if found is None:
        pytest.skip(MISSING)
    return found


@pytest.fixture
def windows(
    request: pytest.FixtureRequest, chromium: Any, shop: Shop, pictures: Path
) -> Iterator[Windows]:
    """Opens browser windows; a fault that any of them met fails the story when it is over."""
    shop.heal()
    opened = Windows(chromium, shop, pictures)
    yield opened
    if request.node.stash.get(FAILED, False):
        opened.picture_all(f"failed-{request.node.name}")
    shop.heal()
    opened.close()
    assert opened.faults == []


@pytest.fixture(scope="package")
def small_till(browser_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallTill]:
    """One till with devices in memory and registers for every screen of selling."""
    with SmallTill(tmp_path_factory.mktemp("small")) as running:
        yield running


@pytest.fixture
def screens(chromium: Any, small_till: SmallTill, pictures: Path) -> Iterator[Screens]:
    """Opens screens of the small till; a fault that any of them met fails the story at its end."""
    opened = Screens(chromium, small_till, pictures)
    yield opened
    opened.close()
    assert opened.faults == []
