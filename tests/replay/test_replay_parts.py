"""What the replay reads, refuses, compares and shows, without an office."""

from __future__ import annotations

import io
from datetime import date, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from skrin.exports.sie import Account, Company, Voucher, VoucherLine, sie_file
from skrin.town import replay
from skrin.town.places import examples_folder
from skrin.town.replay_company import owner_of, read_books, write_company
from skrin.town.replay_figures import Key, Place, differences, kinds
from skrin.town.replay_office import read_sie
from skrin.town.replay_sales import (
    local_instant,
    read_rules,
    read_sales,
)
from skrin.town.replay_summary import Progress
from skrin.town.replay_till import ReplayFailed

RULES = examples_folder() / "replay" / "rules.toml"
HEADER = "Date,Time,Transaction,Item\n"
STOCKHOLM = ZoneInfo("Europe/Stockholm")


def written(folder: Path, rows: str) -> Path:
    path = folder / "sales.csv"
    path.write_text(rows, encoding="utf-8")
    return path


def test_rows_of_a_transaction_are_one_sale_and_none_sells_nothing(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        HEADER
        + "2017-01-01,01:21:05,5,Bread \n2017-01-01,01:21:05,5,NONE\n2017-01-01,01:21:05,5,Tea\n"
        + "2017-01-01,09:00:00,6,NONE\n2017-07-01,09:00:00,7,Tea\n",
    )
    found = read_sales(path, read_rules(RULES))
    assert (found.rows, found.transactions) == (5, 3)
    assert [(sale.transaction, sale.items) for sale in found.sales] == [
        (5, ("Bread", "Tea")),
        (7, ("Tea",)),
    ]
    # 00:21:05 UTC on 1 January 2017, and two hours ahead in summer.
    assert found.sales[0].at == (1_483_230_065_000, 60)
    assert found.sales[1].at.offset_min == 120


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ("", "first line must be Date,Time,Transaction,Item"),
        ("Datum,Tid,Kvitto,Vara\n", "first line must be"),
        (HEADER, "nothing in it is a sale"),
        (HEADER + "2017-01-01,09:00:00,1\n", "line 2: not 4 fields"),
        (HEADER + "2017-13-01,09:00:00,1,Tea\n", "line 2: month must be"),
        (HEADER + "2017-01-01,09:00:00,one,Tea\n", "line 2: invalid literal"),
        (HEADER + "2017-03-26,02:30:00,1,Tea\n", "line 2: 2017-03-26 02:30:00 was skipped"),
        (
            HEADER + "2017-01-02,09:00:00,1,Tea\n2017-01-01,09:00:00,2,Tea\n",
            "line 3: the time goes back",
        ),
        (
            HEADER + "2017-01-01,09:00:00,1,Tea\n2017-01-01,09:00:01,1,Tea\n",
            "line 3: transaction 1 comes back",
        ),
    ],
)
def test_a_file_that_cannot_be_used_ends_with_two_and_says_where(
    tmp_path: Path, rows: str, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, rows)
    assert replay.main([str(path), "--data", str(tmp_path / "data")]) == 2
    assert complaint in capsys.readouterr().err
    assert not (tmp_path / "data").exists(), "nothing was begun"


def test_other_misuse_ends_with_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = written(tmp_path, HEADER + "2017-01-01,09:00:00,1,Tea\n")
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"\xff\xfe\x00")
    merging = tmp_path / "rules.toml"
    text = RULES.read_text(encoding="utf-8")
    merging.write_text(text.replace("merge_equal_taps = true", "merge_equal_taps = false"))
    for argv, complaint in (
        ([str(tmp_path / "nowhere.csv")], "No such file"),
        ([str(binary)], "no CSV file in UTF-8"),
        ([str(good), "--day-break", "4"], "HH:MM"),
        ([str(good), "--data", str(tmp_path)], "is not empty"),
        ([str(good), "--office", "http://127.0.0.1:1"], "--office and --enrol go together"),
        ([str(good), "--rules", str(merging)], "merge_equal_taps must be true"),
    ):
        assert replay.main(argv) == 2, argv
        assert complaint in capsys.readouterr().err


def test_an_office_that_is_not_there_ends_with_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = written(tmp_path, HEADER + "2017-01-01,09:00:00,1,Tea\n")
    asked = [str(good), "--office", "http://127.0.0.1:1", "--enrol", "1-AAAA-BBBB-CCCC"]
    assert replay.main(asked) == 1
    assert "does not answer" in capsys.readouterr().err


def test_of_two_equal_times_in_an_autumn_night_the_first_is_meant() -> None:
    first = local_instant(date(2016, 10, 30), time(2, 30), STOCKHOLM)
    later = local_instant(date(2016, 10, 30), time(3, 30), STOCKHOLM)
    assert (first.offset_min, later.offset_min) == (120, 60)
    assert later.utc_ms - first.utc_ms == 2 * 3_600_000


def test_the_company_gets_the_day_break_the_articles_and_a_till(tmp_path: Path) -> None:
    bageri = examples_folder() / "bageri"
    folder = tmp_path / "company"
    write_company(folder, bageri, examples_folder() / "replay" / "pricelist.csv", "02:30")
    assert 'day_break = "02:30"' in (folder / "company.toml").read_text(encoding="utf-8")
    added = (folder / "articles.csv").read_text(encoding="utf-8").splitlines()
    before = (bageri / "articles.csv").read_text(encoding="utf-8").splitlines()
    assert len(added) - len(before) == 63
    assert "8001,Bryggkaffe,Coffee,10,st,0,fixed,32.00,4.50,,yes,yes,,," in added
    assert (folder / "tills.csv").read_text(encoding="utf-8").endswith("Replay,1,REPLAY-1\n")
    assert owner_of(bageri).email == "saga@vetekornet.example"
    assert read_books(bageri).vat == {2500: "2611", 1200: "2621", 600: "2631"}


def test_differences_name_place_figure_and_day_and_what_is_missing() -> None:
    kept = kinds("total", "receipts", "vat at", "total/day")
    file = Place("file", kept)
    file.figures.update(
        {Key("total"): 12_50, Key("receipts"): 2, Key("vat at", "1200"): 1_34}
        | {Key("total", day="2017-01-02"): 12_50}
    )
    same, other = Place("till", kept, file.figures.copy()), Place("office", kept)
    other.figures.update({Key("total"): 12_49, Key("vat at", "600"): 7, Key("receipts"): 2})
    silent = Place("card terminal", kinds("receipts"))
    silent.figures[Key("receipts")] = 2
    assert [found.line() for found in differences(file, [same, other, silent])] == [
        "total: file 12.50, office 12.49 (off by -0.01)",
        "vat at 12 %: file 1.34, office 0.00 (off by -1.34)",
        "vat at 6 %: file 0.00, office 0.07 (off by 0.07)",
        "2017-01-02 total: file 12.50, office 0.00 (off by -12.50)",
    ]


def test_an_accounting_file_is_read_by_a_reader_of_its_own() -> None:
    lines = (
        VoucherLine("1910", 124_00, 'Öre i "kassan"\' {x}'),
        VoucherLine("3740", -5),
        VoucherLine("3002", -123_95),
    )
    voucher = Voucher("2017-01-02", "Kassa Z 1", lines)
    content = sie_file(
        [voucher], Company("Bageri"), [Account("1910", "Kassa")], date(2017, 1, 3), "x", "1"
    )
    assert read_sie(content) == [
        ("2017-01-02", "1910", 124_00),
        ("2017-01-02", "3740", -5),
        ("2017-01-02", "3002", -123_95),
    ]
    with pytest.raises(ReplayFailed, match="off balance by 500"):
        read_sie(content.replace(b"124.00", b"129.00"))
    with pytest.raises(ReplayFailed, match="#FLAGGA"):
        read_sie(b"<html>")


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_progress_is_a_bar_on_a_terminal_and_lines_elsewhere() -> None:
    screen, log = Screen(), io.StringIO()
    for stream in (screen, log):
        progress = Progress(stream)
        for done in range(1, 201):
            progress.at(done, 200, "today")
        progress.done()
    assert screen.getvalue().endswith("\r[" + "#" * 30 + "] 100 %  200 of 200 sales  today\n")
    assert len(log.getvalue().splitlines()) == 11
    assert "\r" not in log.getvalue()
