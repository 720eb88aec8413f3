"""A till whose disk is really full: a small file system that belongs to it alone.

Nothing is half registered, the cashier is told, and what was under way ends well after room is
made. Without the right to mount (root on Linux) these are skipped; a disk that is full by the dice
is in the town (`town/world/disks.py`).
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import time
from collections.abc import Iterator

import pytest
from tests.till.flow.shop import COFFEE
from tests.till.process.rig import Street, TillProcess
from tests.till.process.screen import eventually
from tests.till.process.swedish import swedish
from tests.till.process.test_identity import sell

from skrin.domain.journal import verify_chain

pytestmark = pytest.mark.slow

SIZE = "12m"
FULL = (
    "The till's disk is full, so this press changed nothing. What is on the screen is kept."
    " Call service: as soon as there is room, the sale goes on."
)


@pytest.fixture
def small(street: Street) -> Iterator[TillProcess]:
    """A till that has sold once, on a file system of its own."""
    till = street.new_till()
    till.folder.mkdir()
    mount = [shutil.which("mount") or "mount", "-t", "tmpfs", "-o", f"size={SIZE}", "skrin"]
    done = subprocess.run([*mount, str(till.folder)], capture_output=True, check=False)
    if done.returncode:
        till.folder.rmdir()
        pytest.skip(f"no file system may be mounted: {done.stderr.decode().strip()}")
    try:
        till.open()
        sell(till.screen)
        eventually(lambda: till.bodies("document.delivered"))  # Nothing is under way.
        yield till
    finally:
        till.drop()
        subprocess.run(["umount", str(till.folder)], check=True)


def fill(till: TillProcess) -> None:
    """Take all the room that is left."""
    with contextlib.suppress(OSError), (till.folder / "filler").open("ab", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    with contextlib.suppress(OSError), (till.folder / "filler").open("ab", buffering=0) as file:
        while file.write(b"\0"):
            pass


def make_room(till: TillProcess) -> None:
    (till.folder / "filler").unlink()


@pytest.mark.requirement("OPP-025")
def test_a_press_that_finds_no_room_changes_nothing_and_says_so(small: TillProcess) -> None:
    screen = small.screen
    screen.tap(COFFEE)
    before, lines = small.journal(), screen.zone().lines
    fill(small)
    for path in ("/pay/cash", "/pay/card"):
        answer = screen.post(path)
        assert answer.status == 500 and swedish(FULL) in answer.page.text
    assert screen.tap(COFFEE).status == 500
    assert screen.zone().lines == lines, "the screen shows what is written"
    kept = [entry for entry in small.journal() if entry not in before]
    assert {e.header.kind for e in kept} <= {"unit.met", "unit.failed", "unit.answered"}
    assert small.charges() == (0, 0), "no card was charged without its intent"
    make_room(small)
    assert screen.post("/pay/cash").status == 200
    eventually(lambda: len(small.bodies("receipt.signed")) == 2)
    assert [one.number for one in small.bodies("receipt.sealed")] == [1, 2]
    assert small.registered()["number"] == 2
    eventually(lambda: len(small.slips(2)) == 1)
    verify_chain(small.journal())


def test_a_mark_that_comes_to_a_full_disk_is_kept_until_there_is_room(
    street: Street, small: TillProcess
) -> None:
    """The unit answers late, and meanwhile the disk has filled up: it is not asked again."""
    screen = small.screen
    screen.tap(COFFEE)
    screen.get("/status")  # The unit has just answered, so the payment begins.
    street.unit.switch(slow_ms=1500)
    screen.post("/pay/cash")
    eventually(lambda: len(small.bodies("receipt.sealed")) == 2)
    fill(small)
    eventually(lambda: small.registered()["number"] == 2)
    street.unit.switch(slow_ms=0)
    time.sleep(2.0)  # Time to do wrong in.
    assert len(small.bodies("receipt.signed")) == 1 and small.slips(2) == []
    make_room(small)
    eventually(lambda: len(small.bodies("receipt.signed")) == 2)
    eventually(lambda: len(small.slips(2)) == 1)
    assert small.registered()["number"] == 2, "it was registered once"
    sell(screen)
    assert [one.number for one in small.bodies("receipt.sealed")] == [1, 2, 3]


def test_a_sale_under_way_ends_once_there_is_room(street: Street, small: TillProcess) -> None:
    """The disk is full while the control unit is away: what cannot be written is not sent."""
    screen = small.screen
    screen.tap(COFFEE)
    screen.get("/status")  # The unit has just answered, so the payment begins.
    street.unit.switch(silent=True)
    screen.post("/pay/cash")
    eventually(lambda: len(small.bodies("receipt.sealed")) == 2)
    fill(small)
    street.unit.switch(silent=False)
    time.sleep(2.0)  # Time to do wrong in.
    assert small.registered()["number"] == 1
    assert len(small.bodies("receipt.signed")) == 1 and small.slips(2) == []
    make_room(small)
    eventually(lambda: len(small.bodies("receipt.signed")) == 2)
    eventually(lambda: len(small.slips(2)) == 1)
    assert small.registered()["number"] == 2
    assert small.bodies("receipt.signed")[-1].mark.attempts >= 2
    sell(screen)
    assert [one.number for one in small.bodies("receipt.sealed")] == [1, 2, 3]


def test_a_till_killed_on_a_full_disk_starts_when_there_is_room(small: TillProcess) -> None:
    screen = small.screen
    screen.tap(COFFEE)
    before = small.journal()
    fill(small)
    screen.post("/pay/cash")
    small.kill()
    make_room(small)
    small.restart()
    assert small.journal()[: len(before)] == before
    small.log_in()
    assert len(small.screen.zone().lines) == 1, "the cart is as it was"
    assert small.screen.post("/pay/cash").status == 200
    eventually(lambda: len(small.bodies("receipt.signed")) == 2)
