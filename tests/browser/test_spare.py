"""A shop unpacks a prepared till and sells; its device dies, and a spare takes its place.

The drill of docs/operations/spare.md with real processes, but for the walking and the plugs. The
stopwatch is printed, not asserted: it says what the machine needs, not what people do.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.browser.shop import OWNER, Shop, until

from skrin.sync.enrolment import label_text
from skrin.town.processes import Part, stop_all
from skrin.town.shopper import Shopper, followed_articles
from skrin.town.web import WebSession

CODE = re.compile(r"\d+-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
READY_S = 60.0


@contextmanager
def running(name: str, folder: Path) -> Iterator[Part]:
    """The till of a folder, as its host would start it: without a word about any office."""
    argv = ["--data", str(folder / name), "--port", "0"]
    part = Part(name, "skrin.till.main", argv, folder / f"{name}.log")
    part.start()
    try:
        part.wait_ready(READY_S)
        yield part
    finally:
        stop_all([part])


def sell(shop: Shop, part: Part) -> None:
    """Log in at a till and sell one thing for cash."""
    shopper = Shopper(WebSession(f"http://127.0.0.1:{part.ready['port']}"), random.Random(7))
    shopper.enter(*shop.person(OWNER), leave=followed_articles(shop.demo))
    status, page = shopper.web.post("/tap", article_id=shopper.goods[0][0])
    assert status == 200, page
    status, page = shopper.web.post("/pay/cash")
    assert status == 200, page
    until(lambda: "Kvittot är utskrivet." in shopper.web.get("/paying"), "the receipt on paper")


@pytest.mark.requirement("R-MORE-014", "R-SET-010")
def test_a_prepared_till_sells_and_a_spare_takes_its_place(
    shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clock, laps = time.monotonic(), []

    def lap(what: str) -> None:
        laps.append((what, time.monotonic() - clock))

    office = WebSession(shop.demo.office_url)
    office.log_in(*shop.person(OWNER))
    devices = shop.demo.tills[0]
    unit, printer = shop.unit()["port"], devices.printer.ready["port"]
    lines = (
        "serial,store,designation,label,control_unit,printer\n"
        f"POS-0042,1,SPARE1,Kassa vid dörren,127.0.0.1:{unit},127.0.0.1:{printer}"
    )
    made = {"what": "make", "days": 30, "devices": lines, "incomplete": "yes"}
    status, page = office.post("/tills/prepare", **made)
    assert status == 200, page
    lap("the file of devices is a till with a label")
    first = tmp_path / "first"
    first.mkdir()
    [code] = set(CODE.findall(page))
    (first / "enrolment.txt").write_text(label_text(shop.demo.office_url, code))
    with running("first", tmp_path) as part:
        lap("unpacked, connected: it is that till")
        sell(shop, part)
        lap("logged in and sold")
        assert not (first / "enrolment.txt").exists(), "what was used up is gone"
        till = part.ready["till"]
        part.kill()
    lap("its device is dead")

    page = office.get(f"/tills/{till}/1")
    found = re.search(r"/tills/(\d+)/retire", page)
    assert found, "the way to take it out of use"
    sent = {"cause": "replaced", "reason": "Tappad i golvet", "replace": "yes"}
    status, page = office.post(f"/tills/{found[1]}/retire", **sent, designation="SPARE2")
    assert status == 200
    [code] = set(CODE.findall(page))
    lap("the office has a successor and its code")
    enrolled = subprocess.run(
        [sys.executable, "-m", "skrin.cli", "enrol", "--data", str(tmp_path / "spare")],
        input=f"{label_text(shop.demo.office_url, code)}\n",
        capture_output=True,
        text=True,
        check=False,
        timeout=READY_S,
    )
    assert enrolled.returncode == 0, enrolled.stderr
    assert "SPARE2" in enrolled.stdout
    lap("the spare is that till")
    with running("spare", tmp_path) as part:
        sell(shop, part)
        lap("logged in and sold on the spare")
    with capsys.disabled():
        print("".join(f"\n  {at_s:6.1f} s  {what}" for what, at_s in laps))
