"""An office whose database's disk is really full: a small file system that belongs to it alone.

Tills sell on and wait, nothing that was acknowledged is lost, and once there is room everything
arrives, once. Without the right to mount (root on Linux) this is skipped; a till's own full disk is
tried in `tests/till/process/test_full_disk.py`.
"""

from __future__ import annotations

import contextlib
import random
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from skrin.town.deaths.audit import Auditor
from skrin.town.deaths.paper import Paper
from skrin.town.deaths.people import Cashier
from skrin.town.deaths.street import Street
from skrin.town.deaths.window import Window

pytestmark = [pytest.mark.slow, pytest.mark.office]

EXAMPLES = Path(__file__).parents[2] / "examples" / "bageri"
SIZE = "400m"
SALES = 12
BACK_S = 120.0


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    """One till and its devices, and an office on a file system of its own."""
    data = tmp_path / "street"
    office = data / "office"
    office.mkdir(parents=True)
    mount = [shutil.which("mount") or "mount", "-t", "tmpfs", "-o", f"size={SIZE}", "skrin"]
    done = subprocess.run([*mount, str(office)], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"no file system may be mounted: {done.stderr.decode().strip()}")
    street = Street(data, EXAMPLES, 1, 0, {})
    try:
        street.start()
        yield street
    finally:
        filler(street).unlink(missing_ok=True)
        street.stop()
        subprocess.run(["umount", "--lazy", str(office)], check=True)


def filler(street: Street) -> Path:
    return street.data / "office" / "filler"


def fill(street: Street) -> None:
    """Take all the room that is left."""
    for size in (1 << 20, 4096, 1):
        with contextlib.suppress(OSError), filler(street).open("ab", buffering=0) as file:
            while file.write(bytes(size)):
                pass


def waits_for(what: Callable[[], bool], told: Callable[[], str]) -> None:
    until = time.monotonic() + BACK_S
    while not what():
        assert time.monotonic() < until, told()
        time.sleep(0.2)


@pytest.mark.timeout(400)
@pytest.mark.requirement("OPP-025")
def test_an_office_with_a_full_disk_loses_nothing_and_goes_on(street: Street) -> None:
    (post,) = street.posts
    paper = Paper(post.printer.ready, post.designation)
    auditor = Auditor(street, {post.designation: paper})
    cashier = Cashier(
        post.designation, Window(post.port), street.staff(), paper, random.Random("full")
    )

    def sell() -> None:
        for _ in range(SALES):
            cashier.settle()
            cashier.sell_for_cash()

    sell()
    waits_for(auditor.caught_up, lambda: "the office has not caught up before")
    head_before = auditor.acknowledged()[post.designation]

    fill(street)
    sell()  # The till sells as if nothing were: the disk is not its own.
    seen = 0
    until = time.monotonic() + 12.0
    while time.monotonic() < until:  # Again and again the till tries; more is sold meanwhile.
        cashier.settle()
        cashier.sell_for_cash()
        seen = max(seen, auditor.acknowledged()[post.designation])
    assert len(cashier.promises.receipts) >= 2 * SALES
    assert not auditor.caught_up(), "what the till sold cannot be at the office"

    filler(street).unlink()
    waits_for(auditor.caught_up, lambda: f"the office stays behind: {street.office.tail()}")
    auditor.office_kept({post.designation: max(seen, head_before)})
    auditor.at_rest({post.designation: cashier.promises})
    assert auditor.books[post.designation].ledger.receipts == len(cashier.promises.receipts)
    assert "No space left" in database_log(street), "the disk was really full"


def database_log(street: Street) -> str:
    """What PostgreSQL wrote of it."""
    return "".join(
        path.read_text(errors="replace")
        for path in [*(street.data / "office").glob("pg/log*"), *street.logs.glob("*.log")]
        if path.is_file()
    )
