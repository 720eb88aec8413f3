"""The bundle for service: enough to find a fault, and nothing that a stranger may not read."""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
import zipfile
from pathlib import Path

import pytest
from tests.till.flow.shop import ANNA, COFFEE, Shop

from skrin.till.flow import parking, selling
from skrin.till.flow.bundle import Told, make_bundle
from skrin.till.flow.scrubbing import scrubbed
from skrin.till.logbook import LOG_FILE, keep_log, log_files

HOME = "/".join(("", "home", "lisa", ""))
SECRETS = (
    "kund@exempel.example",
    "070-123 45 67",
    "+46701234567",
    "19900101-1234",
    "4000 0012 3456 7899",
    "4000001234567899",
    "hemligt99",
    "ABCDE12345FGHI7",
    "Anna",
    "Bengtsson",
    "eyJhbGciOi",
    HOME,
)
STAMP = "2026-11-20 10:00:00,123 skrin.till "
LINES = (
    "mail to kund@exempel.example failed",
    "asked 070-123 45 67 and +46701234567, born 19900101-1234",
    "card 4000 0012 3456 7899 or 4000001234567899 declined",
    "unit at https://kassa:hemligt99@unit.example:8081/xccsp is silent",
    "password=hemligt99 pin: 4711 Cookie: eyJhbGciOi",
    "Authorization: Bearer eyJhbGciOi",
    "no gift card ABCDE12345FGHI7",
    "ANNA logged in, parked for Bengtsson",
    f'File "{HOME}skrin/till.py", line 12',
    "printer 192.168.1.40:9100 is silent at entry 1204",
)
KEPT = ("192.168.1.40:9100", "entry 1204", "skrin/till.py", "line 12", "unit.example:8081")


def test_a_line_is_cleaned_and_still_says_what_failed_where_and_when() -> None:
    text = scrubbed("\n".join(STAMP + line for line in LINES), {"Anna", "Åke Bengtsson"})
    assert [secret for secret in (*SECRETS, "4711") if secret.lower() in text.lower()] == []
    assert [kept for kept in KEPT if kept not in text] == []
    assert text.count(STAMP) == len(LINES)


def opened(shop: Shop, logs: tuple[Path, ...] = ()) -> dict[str, str]:
    made = make_bundle(shop.counter, logs, Told("Read me.\n", "14:05 Printer: ready\n"))
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        assert packed.testzip() is None
        return {name: packed.read(name).decode() for name in packed.namelist()}


@pytest.mark.requirement("R-MORE-015")
def test_the_bundle_tells_how_the_till_is_and_no_secret_and_nobodys_name(
    shop: Shop, tmp_path: Path
) -> None:
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    parking.park(shop.till, ANNA, "Lena Bengtsson")
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    log = tmp_path / LOG_FILE
    log.write_text("".join(f"{STAMP}{line}\n" for line in LINES), encoding="utf-8")
    head = shop.till.head.seq
    parts = opened(shop, log_files(tmp_path))
    assert shop.till.head.seq == head
    state = json.loads(parts["state.json"])
    assert state["journal"]["head_seq"] == head
    assert state["journal"]["head_hash"] == shop.till.head.hash.hex()
    assert state["designation"] == "TORG1" and state["parts"]["printer"]["code"] == "printer_ready"
    assert state["files"]["free_mb"] > 0 and "threads" in state
    rows = parts["entries.csv"].splitlines()
    assert len(rows) == head + 1 and rows[-1].split(";")[0] == str(head)
    assert any(";receipt.signed;" in row for row in rows)
    everything = "\n".join(parts.values())
    assert [one for one in (*SECRETS, "Lena") if one.lower() in everything.lower()] == []
    assert "Bryggkaffe" not in everything and "556677-8899" not in everything
    assert parts["READ-ME.txt"] == "Read me.\n" and "Printer: ready" in parts["self-test.txt"]


def test_a_log_that_cannot_be_read_says_so_in_its_place(shop: Shop, tmp_path: Path) -> None:
    assert "No such file" in opened(shop, (tmp_path / LOG_FILE,))[LOG_FILE]


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A folder whose log is kept; the program's own ways are put back afterwards."""
    root = logging.getLogger()
    before = list(root.handlers), threading.excepthook, sys.excepthook
    keep_log(tmp_path)
    yield tmp_path
    for handler in [one for one in root.handlers if one not in before[0]]:
        root.removeHandler(handler)
        handler.close()
    _, threading.excepthook, sys.excepthook = before


def test_the_log_keeps_what_ended_a_thread_for_its_owner_alone(kept: Path) -> None:
    def falls() -> None:
        raise ValueError("the reel is out")

    thread = threading.Thread(target=falls, name="paper")
    thread.start()
    thread.join(5)
    text = (kept / LOG_FILE).read_text(encoding="utf-8")
    assert "the thread paper fell" in text and "ValueError: the reel is out" in text
    assert (kept / LOG_FILE).stat().st_mode & 0o777 == 0o600


def test_a_folder_that_takes_no_log_stops_nothing(tmp_path: Path) -> None:
    handlers = list(logging.getLogger().handlers)
    keep_log(tmp_path / "gone")
    assert logging.getLogger().handlers == handlers
