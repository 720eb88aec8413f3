"""A damaged byte in a till's file: it is noticed, nothing is sold, and a press mends it."""

from __future__ import annotations

import http.client
import json
import os
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.till.process.office_stub import STORE
from tests.till.process.rig import TILL_PROGRAM, Street, TillProcess
from tests.till.process.screen import eventually
from tests.till.process.swedish import swedish
from tests.till.process.test_identity import sell

from skrin.till.storage.damage import ENTRY, MARKER

pytestmark = pytest.mark.slow

DAMAGED = "The till's file is damaged"


def shop_file(till: TillProcess) -> Path:
    return till.folder / f"{till.till_id}-{STORE}" / "shop.sqlite"


def settle(till: TillProcess) -> None:
    """Let the log go into the file, as a till that rests does."""
    with closing(sqlite3.connect(shop_file(till))) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def change_a_byte(till: TillProcess, seq: int) -> None:
    """Change one byte in the body of an entry, where it lies on the disk."""
    settle(till)
    with closing(sqlite3.connect(shop_file(till))) as db:
        (record,) = db.execute("SELECT record FROM entry WHERE seq = ?", (seq,)).fetchone()
    content = bytearray(shop_file(till).read_bytes())
    at = content.find(record)
    assert at > 0 and len(record) < 3000
    content[at + len(record) - 5] ^= 1
    shop_file(till).write_bytes(content)


def begin(till: TillProcess) -> None:
    """Start it on a port of its own, as in a shop: it keeps that when it begins again."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    till.start(TILL_PROGRAM, "--port", str(port))
    till.ready()


@pytest.fixture
def sold(street: Street) -> Iterator[TillProcess]:
    """A till that has sold, and sent all of it, and is off."""
    till = street.new_till(plain=True)
    begin(till)
    till.log_in()
    for _ in range(3):
        sell(till.screen)
    eventually(lambda: street.office.head(till.till_id) == till.head_seq())
    yield till
    till.drop()


def is_damaged(till: TillProcess) -> bool:
    """Whether it shows that its file is; it is away for a moment while it begins again."""
    try:
        return swedish(DAMAGED) in till.screen.get("/").text
    except (OSError, http.client.HTTPException):
        return False


def is_back(till: TillProcess) -> bool:
    """Whether the till itself serves its pages; it is away for a moment while it begins again."""
    try:
        return till.screen.get("/login").status == 200
    except (OSError, http.client.HTTPException):
        return False


def mend(till: TillProcess) -> None:
    """Press the one button of the page."""
    form = till.screen.get("/").page
    token = next(one.attrs["value"] for one in form.all("input") if one.attrs["name"] == "token")
    assert till.screen.post("/mend", token=token).status == 303


@pytest.mark.requirement("OPP-025")
def test_a_start_over_a_changed_byte_sells_nothing_and_is_mended_by_a_press(
    street: Street, sold: TillProcess
) -> None:
    before = sold.journal()
    sold.stop()
    last = sold.head_seq()
    change_a_byte(sold, last - 2)
    begin(sold)
    page = sold.screen.get("/")
    assert swedish(DAMAGED) in page.text and f"{last - 2}" in page.text
    assert sold.screen.get("/health").status == 200, "its host lets it be"
    assert sold.screen.get("/login").status == 503
    assert sold.screen.post("/tap", article_id="1").status == 503, "nothing is sold"
    chain = street.office.chains[sold.till_id]
    eventually(lambda: "entry" in chain.statuses[-1].damage)
    assert [one.place for one in chain.statuses[-1].damages] == [ENTRY], "and in parts, for words"
    assert json.loads((sold.folder / MARKER).read_text())["register"] == f"{sold.till_id}-{STORE}"
    assert sold.screen.post("/mend", token="x").status == 303 and is_damaged(sold)
    mend(sold)
    eventually(lambda: is_back(sold))
    assert not (sold.folder / MARKER).exists()
    kept = list((sold.folder / "damaged").glob("*/shop.sqlite.damaged"))
    assert len(kept) == 1, "the damaged file is kept"
    sold.log_in()
    sell(sold.screen)
    entries = sold.journal()
    assert entries[: len(before)] == before
    assert sold.bodies("receipt.sealed")[-1].number == 4, "it goes on in its own series"
    eventually(lambda: street.office.head(sold.till_id) == sold.head_seq())
    assert street.office.chains[sold.till_id].statuses[-1].damage == ""


def test_damage_that_comes_while_it_sells_ends_the_sale_and_is_mended(sold: TillProcess) -> None:
    """The whole file but its first page is overwritten under a till at work."""
    before = sold.journal()
    settle(sold)
    with shop_file(sold).open("r+b") as file:
        size = os.fstat(file.fileno()).st_size
        file.seek(4096)
        file.write(b"\x55" * (size - 4096))

    def taps() -> bool:
        try:
            sold.screen.post("/login", email="nobody@example.se", password="x" * 12)
            sold.screen.tap(1)
            return is_damaged(sold)
        except (OSError, http.client.HTTPException):
            return False

    eventually(taps)
    mend(sold)
    eventually(lambda: is_back(sold))
    assert sold.journal()[: len(before)] == before
    sold.log_in()
    sell(sold.screen)


def test_a_total_that_changed_is_noticed_before_its_day_is_closed(sold: TillProcess) -> None:
    """The page of the closing has the file examined, long before the next time that it would be."""
    with closing(sqlite3.connect(shop_file(sold), isolation_level=None)) as db:
        changed = db.execute("UPDATE totals SET amount_minor = amount_minor + 100")
        assert changed.rowcount > 0
    day = sold.journal()[-1].header.business_day
    assert sold.screen.get(f"/day/close/{day}").status == 200
    eventually(lambda: is_damaged(sold))
    assert [entry for entry in sold.journal() if entry.header.kind == "day.closed"] == []
