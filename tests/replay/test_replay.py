"""Real till data sold again: the whole way through till, Z, office and accounting file."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from skrin.town import replay
from skrin.town.places import examples_folder
from skrin.town.processes import Part
from skrin.town.replay_company import DESIGNATION, write_company

ROOT = Path(__file__).resolve().parents[2]
BAKERY = ROOT.parent / "shared" / "data" / "sales" / "bakery.csv"

SMALL = """\
Date,Time,Transaction,Item
2016-12-30,09:00:11,1,Coffee
2016-12-30,09:10:00,2,Bread
2016-12-30,09:10:00,2,Tea
2016-12-30,09:20:00,3,Cookies
2016-12-30,10:00:00,4,Coffee
2016-12-30,10:00:00,4,Coffee
2016-12-30,10:00:00,4,NONE
2016-12-30,10:30:00,5,NONE
2016-12-30,17:59:59,6,Tshirt
2016-12-30,17:59:59,6,Coffee
2016-12-31,08:00:00,7,Adjustment
2016-12-31,08:10:00,8,Keeping It Local
2016-12-31,08:20:00,9,Bread
2016-12-31,08:30:00,10,Adjustment
2016-12-31,08:30:00,10,Adjustment
2016-12-31,08:40:00,11,Tea
2016-12-31,08:50:00,12,Cookies
2016-12-31,08:50:00,12,Cookies
2016-12-31,09:00:00,13,Truffles
2017-01-01,01:21:05,14,Bread
2017-01-02,09:00:00,15,Coffee
2017-01-02,09:10:00,16,Coffee
2017-01-02,09:20:00,17,Tea
2017-01-02,09:20:00,17,Coffee
2017-01-02,09:20:00,17,Tea
2017-01-02,09:30:00,18,Cookies
2017-01-02,09:40:00,19,Tshirt
2017-01-02,09:50:00,20,Truffles
2017-01-02,09:50:00,20,Tshirt
2017-01-02,09:50:00,20,Keeping It Local
"""
"""Twenty transactions over four days, one of which sells nothing; worked out by hand below."""

PLACES = {
    "file",
    "till",
    "Z",
    "period report",
    "control unit",
    "card terminal",
    "printer",
    "office",
    "SIE",
}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.csv"
    path.write_text(SMALL, encoding="utf-8")
    return path


def table(out: str) -> dict[str, list[str]]:
    """The rows of the summary's table by name, without the empty cells."""
    rows = {}
    for line in filter(None, out.splitlines()):
        name, *cells = [part.strip() for part in line.split("  ") if part.strip()]
        rows[name] = cells
    return rows


@pytest.mark.office
@pytest.mark.slow
@pytest.mark.requirement("R-SYNC-005", "R-STAT-001", "R-SIE-005")
@pytest.mark.parametrize(("day_break", "empty"), [("04:00", 1), ("00:00", 0)])
def test_a_small_file_agrees_everywhere(
    small: Path, day_break: str, empty: int, capsys: pytest.CaptureFixture[str]
) -> None:
    code = replay.main([str(small), "--day-break", day_break])
    said = capsys.readouterr()
    assert code == 0, said.out + said.err
    counted = "30 rows, 20 transactions, of which 19 sell; 4 dates with sales, 4 days closed"
    assert counted in said.out
    assert f"{empty} of them empty" in said.out
    assert ("(2017-01-01)" in said.out) == (empty == 1)
    assert "Adjustment (3)" in said.out
    assert "all agree" in said.out
    rows = table(said.out)
    assert set(next(line for line in rows.items() if line[0] == "file")[1]) | {"file"} == PLACES
    assert rows["receipts"] == ["19"] * 6
    assert rows["closings"] == ["4"] * 4
    assert rows["documents"] == ["23"] * 2
    assert rows["total"] == ["1373.50"] * 7
    assert rows["rounding"] == ["1.50"] * 6
    assert rows["cash"] == ["405.00"] * 6
    assert rows["cash receipts"] == ["6"] * 3
    assert rows["card"] == ["970.00"] * 7
    assert rows["card receipts"] == ["13"] * 4
    assert rows["gross at 25 %"] == ["597.00"] * 4
    assert rows["vat at 25 %"] == ["119.40"] * 6
    assert rows["gross at 6 %"] == ["90.00"] * 4
    assert rows["vat at 6 %"] == ["5.10"] * 6
    assert rows["gross at 12 %"] == ["686.50"] * 4
    assert rows["grand total"] == ["1373.50"] * 2
    assert rows["not taken"] == ["0"] * 2


@pytest.fixture
def office_with_dearer_coffee(tmp_path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """An office whose coffee costs a krona more, and its enrolment codes by designation."""
    price_list = tmp_path / "pricelist.csv"
    text = (examples_folder() / "replay" / "pricelist.csv").read_text(encoding="utf-8")
    assert ",32.00," in text
    price_list.write_text(text.replace(",32.00,", ",33.00,", 1), encoding="utf-8")
    write_company(tmp_path / "company", examples_folder() / "bageri", price_list, "04:00")
    out = tmp_path / "loaded.json"
    office = Part(
        "office",
        "skrin.office.main",
        [
            *("--data", str(tmp_path / "office"), "--port", "0"),
            *("--load", str(tmp_path / "company"), "--load-out", str(out)),
        ],
        tmp_path / "office.log",
    )
    office.start()
    try:
        port = office.wait_ready(90)["port"]
        tills = json.loads(out.read_text(encoding="utf-8"))["tills"]
        yield f"http://127.0.0.1:{port}", {till["designation"]: till["code"] for till in tills}
    finally:
        office.stop()


@pytest.mark.office
@pytest.mark.slow
def test_a_changed_price_is_named_wherever_it_shows(
    small: Path,
    office_with_dearer_coffee: tuple[str, dict[str, str]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    office, codes = office_with_dearer_coffee
    there = [str(small), "--office", office]
    assert replay.main([*there, "--enrol", codes["VK1-1"], "--day-break", "05:00"]) == 2
    assert "at the office the day breaks at 04:00" in capsys.readouterr().err
    code = replay.main([*there, "--enrol", codes[DESIGNATION]])
    said = capsys.readouterr()
    assert code == 1, said.err
    lines = said.out.splitlines()
    assert "gross of article 8001: file 224.00, office 231.00 (off by 7.00)" in lines
    assert "gross of article 8001: file 224.00, Z 231.00 (off by 7.00)" in lines
    assert "total: file 1373.50, control unit 1380.50 (off by 7.00)" in lines
    assert "account 1910: file 405.00, SIE 407.00 (off by 2.00)" in lines
    assert "card: file 970.00, card terminal 975.00 (off by 5.00)" in lines
    assert "2016-12-30 total: file 427.25, office 431.25 (off by 4.00)" in lines
    assert not any("2016-12-31" in line or "article 8002" in line for line in lines)
    assert not any(line.startswith(("receipts:", "closings:", "not taken:")) for line in lines)
    assert replay.main([*there, "--enrol", codes[DESIGNATION]]) == 1
    assert "does not take this code" in capsys.readouterr().err


@pytest.mark.office
@pytest.mark.slow
@pytest.mark.requirement("R-SYNC-005", "R-STAT-002", "R-SIE-005")
def test_the_whole_bakery_agrees_everywhere(capsys: pytest.CaptureFixture[str]) -> None:
    if not BAKERY.exists():
        pytest.skip(f"the real till data is not there: {BAKERY}")
    with BAKERY.open(encoding="utf-8", newline="") as file:
        dates = {row["Date"] for row in csv.DictReader(file) if row["Item"].strip() != "NONE"}
    assert len(dates) == 159
    code = replay.main([str(BAKERY)])
    said = capsys.readouterr()
    assert code == 0, said.out[-4000:] + said.err[-2000:]
    assert (
        "21293 rows, 9531 transactions, of which 9465 sell; 159 dates with sales, 162 days closed,"
        " 4 of them empty (2016-12-25, 2016-12-26, 2017-01-01, 2017-01-02)" in said.out
    )
    rows = table(said.out)
    assert rows["receipts"] == ["9465"] * 6
    assert rows["closings"] == ["162"] * 4
    assert len(set(rows["total"])) == 1
