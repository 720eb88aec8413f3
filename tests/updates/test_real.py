"""A real till goes from this version to a real next one, sells, and goes back; no network."""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.till.flow.shop import COFFEE
from tests.till.process.office_stub import STORE
from tests.till.process.rig import Street, TillProcess
from tests.till.process.screen import eventually
from tests.updates.conftest import NEXT, UNKNOWN_KIND, Sets

from skrin import __version__
from skrin.town.processes import Part
from skrin.updates.installation import Installation
from skrin.updates.phase import READY

pytestmark = pytest.mark.slow

_numbers = itertools.count(1)

INSTALL_S = 280.0
CHANGE_S = 90.0


def command(*argv: str) -> subprocess.CompletedProcess[str]:
    """`skrin update` of this tree; nothing of it may reach a network."""
    return subprocess.run(
        [sys.executable, "-m", "skrin.cli", "update", *argv],
        capture_output=True,
        text=True,
        timeout=INSTALL_S,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PIP_INDEX_URL": "http://127.0.0.1:9/", "http_proxy": "127.0.0.1:9"},
    )


class InstalledTill(TillProcess):
    """A till that runs from an installation."""

    def __init__(self, street: Street, designation: str, place: Installation) -> None:
        super().__init__(street, designation)
        self.place = place
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def start(self, module: str = "", *argv: str) -> InstalledTill:
        street = self.street
        start = ["start", "--installation", str(self.place.folder)]
        known = ["till", "--data", str(self.folder), "--port", str(self.port)]
        enrol = ["--office", street.office.url, "--enrol", self.designation]
        log = street.folder / f"{self.designation}.log"
        ours = ["--parent-pid", str(os.getpid()), "--", *known, *street.device_arguments()]
        self.part = Part(self.designation, "skrin.cli", [*start, *ours, *enrol], log)
        self.part.start()
        return self

    def version(self) -> str:
        """What the till says that it is."""
        try:
            answer = self.screen.get("/status")
        except OSError:
            return ""
        return next((v for v in (__version__, NEXT) if f"Skrin {v}" in answer.text), "")

    def sell(self) -> int:
        """A coffee for cash; how many receipts there are."""
        self.screen.post("/tap", article_id=COFFEE)
        self.screen.post("/pay/cash")
        eventually(lambda: self.screen.zone().state == "done")
        self.screen.post("/next")
        return len(self.bodies("receipt.sealed"))

    def versions_of(self, kind: str) -> list[str]:
        """Which versions wrote the entries of a kind."""
        return [one.header.app_version for one in self.journal() if one.header.kind == kind]


@pytest.fixture(scope="module")
def installed(sets: Sets, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation of this version, which takes most of a minute; each till runs a copy."""
    folder = tmp_path_factory.mktemp("installed") / "installation"
    done = command("--installation", str(folder), "--keys", str(sets.keys), str(sets.this))
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def till(street: Street, installed: Path, tmp_path: Path) -> Iterator[InstalledTill]:
    place = Installation(tmp_path / "installation")
    shutil.copytree(installed, place.folder, symlinks=True)
    made = InstalledTill(street, f"U{next(_numbers):03d}", place)
    try:
        yield made
    finally:
        made.stop()


def run(*argv: str | Path) -> None:
    subprocess.run(
        [str(word) for word in argv],
        check=True,
        capture_output=True,
        timeout=INSTALL_S,
        stdin=subprocess.DEVNULL,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
    )


def database_version(till: TillProcess) -> tuple[int, bool]:
    """The version of the shop's file, and whether it has the next version's table."""
    db = sqlite3.connect(till.folder / f"{till.till_id}-{STORE}" / "shop.sqlite")
    try:
        tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master")}
        return db.execute("PRAGMA user_version").fetchone()[0], "of_the_next_version" in tables
    finally:
        db.close()


@pytest.mark.requirement("R-UPD-002", "OPP-048", "R-UPD-008")
@pytest.mark.timeout(900)
def test_from_version_to_version_and_back_with_the_real_files(
    till: InstalledTill, sets: Sets
) -> None:
    till.open()
    assert till.version() == __version__
    assert till.sell() == 1
    before, has_table = database_version(till)
    assert not has_table

    # A person brings the next version; on the counter lies a receipt.
    till.screen.post("/tap", article_id=COFFEE)
    where = ["--installation", str(till.place.folder)]
    done = command(*where, "--data", str(till.folder), str(sets.next))
    assert done.returncode == 0, done.stderr
    state = till.place.state()
    assert (state.phase, state.version, state.wish) == (READY, NEXT, "now")
    assert till.version() == __version__, "the till went away from a receipt"
    assert database_version(till) == (before, False), "the real file was touched"
    till.screen.post("/pay/cash")
    eventually(lambda: till.screen.zone().state == "done")
    till.screen.post("/next")

    # Nothing lies there any more: the till comes back as the next version, who is logged in stays.
    eventually(lambda: till.version() == NEXT, CHANGE_S)
    assert till.place.current() == NEXT
    assert database_version(till) == (before + 1, True)
    assert till.sell() == 3
    assert till.versions_of("receipt.sealed") == [__version__, __version__, NEXT]
    assert till.versions_of(UNKNOWN_KIND) == [NEXT]
    copied = till.place.copies / "before" / f"{till.till_id}-{STORE}" / "shop.sqlite"
    assert copied.is_file(), "the files as they were are kept"

    # And back, with the file as the next version left it: nothing of it is lost.
    done = command(*where, "--back")
    assert done.returncode == 0, done.stderr
    eventually(lambda: till.version() == __version__, CHANGE_S)
    assert till.place.current() == __version__
    assert till.sell() == 4
    assert till.versions_of("receipt.sealed")[-2:] == [NEXT, __version__]
    assert till.versions_of(UNKNOWN_KIND) == [NEXT]
    assert database_version(till) == (before + 1, True)
    numbers = [body.number for body in till.bodies("receipt.sealed")]
    assert numbers == [1, 2, 3, 4]
    eventually(lambda: till.street.office.head(till.till_id) == till.head_seq())


@pytest.mark.requirement("R-UPD-009", "OPP-049")
@pytest.mark.timeout(900)
def test_a_till_is_put_on_again_over_its_data(
    till: InstalledTill, sets: Sets, tmp_path: Path
) -> None:
    """As docs/operations/reinstall.md says it: with a set, the keys and Python, nothing else."""
    till.open()
    assert till.sell() == 1
    till.screen.post("/tap", article_id=COFFEE)
    till.stop()
    shutil.rmtree(till.place.folder)

    base = Path(sys.base_prefix) / "bin" / "python3"
    run(base, "-m", "zipfile", "-e", sets.this, tmp_path / "set")
    run(base, "-m", "venv", tmp_path / "first")
    wheels = sorted((tmp_path / "set" / "wheels").glob("*.whl"))
    first = tmp_path / "first" / "bin"
    run(first / "pip", "install", "--no-index", "--no-deps", *wheels)
    where = ["--installation", till.place.folder]
    run(first / "skrin", "update", *where, "--keys", sets.keys, sets.this)
    run(
        first / "skrin",
        "verify-journal",
        till.folder / f"{till.till_id}-{STORE}" / "shop.sqlite",
    )
    shutil.rmtree(tmp_path / "first")

    till.restart()
    assert till.screen.zone().lines, "the open receipt is as it was left"
    till.screen.post("/pay/cash")
    eventually(lambda: till.screen.zone().state == "done")
    till.screen.post("/next")
    assert [body.number for body in till.bodies("receipt.sealed")] == [1, 2]
