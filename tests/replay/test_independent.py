"""The independent script, held against figures worked out by hand and against known facts."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from skrin.town import independent

ROOT = Path(__file__).resolve().parents[2]
BAKERY = ROOT.parent / "shared" / "data" / "sales" / "bakery.csv"
BAGERI = ROOT / "examples" / "bageri"
REPLAY = ROOT / "examples" / "replay"

GROUPS = """\
number,name_sv,name_en,vat_eat_in,vat_take_away,kind,account_25,account_12,account_6,colour
10,Dryck,Drinks,restaurant,food,goods,,3002,3003,1
20,Bröd,Bread,food,food,goods,,3002,3003,2
50,Saker,Things,standard,standard,goods,3001,,,3
60,Böcker,Books,culture,culture,goods,,,3003,4
70,Kurser,Courses,standard,standard,service,3041,,,5
"""
PRICES = """\
item,article,name_sv,group,price,cost
Coffee,1,Kaffe,10,32.00,5.00
Bread,2,Bröd,20,49.50,13.00
Cookies,3,Kakor,20,22.75,5.00
Mug,4,Mugg,50,149.00,58.00
Book,5,Bok,60,45.00,27.00
Course,6,Kurs,70,395.00,90.00
"""
RULES = """\
[items]
left_out = ["NONE"]
[unknown_items]
group = 20
price = "25.00"
cost = "0.00"
[lines]
merge_equal_taps = true
merge_open_prices = false
[sale]
way = "take_away"
[payment]
cash_when_divisible_by = 3
"""
COMPANY = """\
[accounts]
cash = "1910"
card = "1580"
rounding = "3740"
[accounts.output_vat]
25 = "2611"
12 = "2621"
6 = "2631"
"""
SALES = """\
Date,Time,Transaction,Item
2017-01-01,01:21:05,1,Bread
2017-01-01,10:00:00,2,NONE
2017-01-01,10:05:00,3,Coffee
2017-01-01,10:05:00,3,Coffee
2017-01-01,10:05:00,3,Mug
2017-01-02,09:00:00,4,Book
2017-01-02,09:00:00,4,Bread
2017-01-02,09:00:00,4,Cookies
2017-01-02,09:00:00,4,NONE
2017-01-04,12:00:00,6,Bread
2017-01-04,12:00:00,6,Siblings
2017-01-04,12:00:00,6,Cookies
2017-01-04,12:10:00,9,Coffee
2017-01-04,12:10:00,9,Bread
2017-01-04,12:10:00,9,Coffee
2017-01-04,12:20:00,10,Mug
2017-01-04,12:20:00,10,Course
2017-01-04,12:20:00,10,Mug
"""


def work_out(
    folder: Path,
    sales: str = SALES,
    day_break: str = "04:00",
    rules: str = RULES,
    prices: str = PRICES,
) -> dict[str, Any]:
    """The script's result for texts instead of files."""
    texts = {
        "sales.csv": sales,
        "prices.csv": prices,
        "rules.toml": rules,
        "groups.csv": GROUPS,
        "company.toml": COMPANY,
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    setup = independent.read_setup(
        folder / "prices.csv",
        folder / "rules.toml",
        folder / "groups.csv",
        folder / "company.toml",
    )
    return independent.work_out(
        folder / "sales.csv", setup, time.fromisoformat(day_break), with_receipts=True
    )


def test_the_count_of_a_small_file_is_as_by_hand(tmp_path: Path) -> None:
    result = work_out(tmp_path)
    assert (result["rows"], result["rows_left_out"]) == (18, 2)
    # Transaction 2 sells nothing; 5, 7 and 8 do not exist.
    assert (result["transactions"], result["transactions_selling"]) == (7, 6)
    assert (result["dates_with_sales"], result["days_with_sales"]) == (3, 4)
    assert result["closings"] == 5
    assert result["empty_days"] == ["2017-01-03"]
    assert result["unknown_items"] == {"Siblings": 1}
    assert result["grand_total_minor"] == 128350


def test_every_figure_of_the_last_day_is_as_by_hand(tmp_path: Path) -> None:
    day = work_out(tmp_path)["days"][4]
    assert day == {
        "z_number": 5,
        "business_day": "2017-01-04",
        "receipts": 3,
        "lines": 9,
        "pieces": 9,
        # 97.25 + 113.50 + 693.00
        "total_minor": 90375,
        # 97.25 is paid with 97, 113.50 with 114: -0.25 + 0.50
        "rounding_minor": 25,
        "payments": {
            "cash": {"receipts": 2, "amount_minor": 21100},
            "card": {"receipts": 1, "amount_minor": 69300},
        },
        "rates": {
            # 97.25 x 12/112 = 10.4196 -> 10.42; 113.50 x 12/112 = 12.1607 -> 12.16
            "1200": {"gross_minor": 21075, "vat_minor": 2258, "net_minor": 18817},
            "2500": {"gross_minor": 69300, "vat_minor": 13860, "net_minor": 55440},
        },
        "groups": {
            # 12.16 over 32.00, 49.50, 32.00 = 3.428.., 5.303.., 3.428.. -> 3.43, 5.30, 3.43
            "10": {
                "pieces": 2,
                "gross_minor": 6400,
                "vat_minor": 686,
                "net_minor": 5714,
                "cost_minor": 1000,
            },
            "20": {
                "pieces": 4,
                "gross_minor": 14675,
                "vat_minor": 1572,
                "net_minor": 13103,
                "cost_minor": 3100,
            },
            "50": {
                "pieces": 2,
                "gross_minor": 29800,
                "vat_minor": 5960,
                "net_minor": 23840,
                "cost_minor": 11600,
            },
            "70": {
                "pieces": 1,
                "gross_minor": 39500,
                "vat_minor": 7900,
                "net_minor": 31600,
                "cost_minor": 9000,
            },
        },
        "sie": {
            "1580": 69300,
            "1910": 21100,
            "2611": -13860,
            "2621": -2258,
            "3001": -23840,
            "3002": -18817,
            "3041": -31600,
            "3740": -25,
        },
        "grand_total_minor": 128350,
    }


def test_the_other_days_are_as_by_hand(tmp_path: Path) -> None:
    night, new_year, second, empty, _ = work_out(tmp_path)["days"]
    assert (night["business_day"], night["total_minor"]) == ("2016-12-31", 4950)
    assert night["rates"] == {"1200": {"gross_minor": 4950, "vat_minor": 530, "net_minor": 4420}}
    assert night["sie"] == {"1580": 4950, "2621": -530, "3002": -4420}
    # Two coffees and a mug: two lines, 213.00 in cash, nothing to round.
    assert (new_year["lines"], new_year["pieces"]) == (2, 3)
    assert new_year["payments"]["cash"] == {"receipts": 1, "amount_minor": 21300}
    assert new_year["rates"]["1200"]["vat_minor"] == 686
    assert new_year["rates"]["2500"]["vat_minor"] == 2980
    assert new_year["rounding_minor"] == 0
    # A book at 6 %: 45.00 x 6/106 = 2.547 -> 2.55; bread and cookies: 72.25 x 12/112 = 7.74
    assert second["rates"] == {
        "600": {"gross_minor": 4500, "vat_minor": 255, "net_minor": 4245},
        "1200": {"gross_minor": 7225, "vat_minor": 774, "net_minor": 6451},
    }
    assert second["sie"] == {
        "1580": 11725,
        "2621": -774,
        "2631": -255,
        "3002": -6451,
        "3003": -4245,
    }
    assert (empty["z_number"], empty["receipts"], empty["sie"]) == (4, 0, {})
    assert [day["grand_total_minor"] for day in (night, new_year, second, empty)] == [
        4950,
        26250,
        37975,
        37975,
    ]


def test_at_midnight_the_night_sale_belongs_to_new_years_day(tmp_path: Path) -> None:
    days = work_out(tmp_path, day_break="00:00")["days"]
    assert [(day["business_day"], day["receipts"]) for day in days] == [
        ("2017-01-01", 2),
        ("2017-01-02", 1),
        ("2017-01-03", 0),
        ("2017-01-04", 3),
    ]


def test_receipts_are_listed_with_their_lines(tmp_path: Path) -> None:
    receipt = work_out(tmp_path)["receipts"][3]
    assert receipt == {
        "transaction": 6,
        "at": "2017-01-04 12:00:00",
        "business_day": "2017-01-04",
        "payment": "cash",
        "total_minor": 9725,
        "paid_minor": 9700,
        "rates": {"1200": {"gross_minor": 9725, "vat_minor": 1042}},
        "lines": [[2, 20, 1, 4950], [None, 20, 1, 2500], [3, 20, 1, 2275]],
    }


def test_open_prices_are_lines_of_their_own_unless_the_rules_say_merge(tmp_path: Path) -> None:
    sales = "Date,Time,Transaction,Item\n" + "2017-01-04,12:00:00,6,Siblings\n" * 2
    apart = work_out(tmp_path, sales)
    together = work_out(
        tmp_path,
        sales,
        rules=RULES.replace("merge_open_prices = false", "merge_open_prices = true"),
    )
    assert [day["lines"] for day in (apart["whole"], together["whole"])] == [2, 1]
    assert apart["whole"]["total_minor"] == together["whole"]["total_minor"] == 5000


@pytest.mark.parametrize(
    ("day", "food_bp"),
    [
        ("2016-10-30", 1200),
        ("2026-03-31", 1200),
        ("2026-04-01", 600),
        ("2027-12-31", 600),
        ("2028-01-01", 1200),
    ],
)
def test_food_changes_rate_by_date_and_eating_in_does_not(day: str, food_bp: int) -> None:
    on = date.fromisoformat(day)
    assert independent.rate_bp("food", on) == food_bp
    assert independent.rate_bp("restaurant", on) == 1200


def test_the_rate_is_of_the_calendar_date_not_of_the_business_day(tmp_path: Path) -> None:
    sales = "Date,Time,Transaction,Item\n2026-04-01,01:00:00,1,Bread\n"
    (day,) = work_out(tmp_path, sales)["days"]
    assert day["business_day"] == "2026-03-31"
    assert day["rates"] == {"600": {"gross_minor": 4950, "vat_minor": 280, "net_minor": 4670}}


def test_eating_in_takes_the_other_class(tmp_path: Path) -> None:
    sales = "Date,Time,Transaction,Item\n2026-05-01,12:00:00,1,Coffee\n"
    away = work_out(tmp_path, sales)["whole"]
    here = work_out(tmp_path, sales, rules=RULES.replace("take_away", "eat_in"))["whole"]
    assert away["sie"] == {"1580": 3200, "2631": -181, "3003": -3019}
    assert here["sie"] == {"1580": 3200, "2621": -343, "3002": -2857}


@pytest.mark.parametrize(
    ("numerator", "denominator", "whole"),
    [(49, 100, 0), (50, 100, 1), (150, 100, 2), (-50, 100, -1), (-49, 100, 0), (0, 7, 0)],
)
def test_halves_go_away_from_zero(numerator: int, denominator: int, whole: int) -> None:
    assert independent.half_up(numerator, denominator) == whole


def test_what_is_shared_adds_up_and_ties_go_first() -> None:
    assert independent.share(10, [1, 1, 1]) == [4, 3, 3]
    assert independent.share(8900, [6500, 3200, 4800]) == [3990, 1964, 2946]  # the deal of D42
    assert independent.share(0, [0, 0]) == [0, 0]


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ("2017-01-01,10:00:00,1,Bread\n2017-01-01,10:00:01,1,Tea\n", "two times"),
        (
            "2017-01-01,10:00:00,1,Bread\n2017-01-01,10:01:00,2,Tea\n2017-01-01,10:02:00,1,Tea\n",
            "comes back",
        ),
        ("2017-01-02,10:00:00,1,Bread\n2017-01-01,10:00:00,2,Tea\n", "the time goes back"),
        ("2017-01-01,10:00:00,1\n", "not four fields"),
        ("2017-13-01,10:00:00,1,Bread\n", "line 2"),
        ("2011-12-31,10:00:00,1,Bread\n", "no VAT rates are known"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(
    tmp_path: Path, rows: str, complaint: str
) -> None:
    with pytest.raises(independent.InputError, match=complaint):
        work_out(tmp_path, "Date,Time,Transaction,Item\n" + rows)


def test_a_price_with_a_comma_is_refused(tmp_path: Path) -> None:
    with pytest.raises(independent.InputError, match="not an amount"):
        work_out(tmp_path, prices=PRICES.replace("49.50", '"49,50"'))


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The script as a program."""
    command = [sys.executable, str(ROOT / "src" / "skrin" / "town" / "independent.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def test_the_program_prints_json_and_says_what_is_wrong(tmp_path: Path) -> None:
    sales = tmp_path / "sales.csv"
    sales.write_text(SALES, encoding="utf-8")
    done = run(str(sales), "--json", "--day-break", "04:00")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["transactions_selling"] == 6
    assert "receipts" not in result
    sales.write_text("Datum,Tid\n", encoding="utf-8")
    done = run(str(sales))
    assert (done.returncode, done.stdout) == (2, "")
    assert "the first line must be Date,Time,Transaction,Item" in done.stderr


@pytest.fixture(scope="module")
def bakery() -> dict[str, dict[str, Any]]:
    """The real file with our price list, at both day breaks."""
    if not BAKERY.exists():
        pytest.skip("the real bakery data does not lie beside this repository")
    setup = independent.read_setup(
        REPLAY / "pricelist.csv",
        REPLAY / "rules.toml",
        BAGERI / "groups.csv",
        BAGERI / "company.toml",
    )
    return {
        day_break: independent.work_out(BAKERY, setup, time.fromisoformat(day_break), False)
        for day_break in ("00:00", "04:00")
    }


@pytest.mark.parametrize("day_break", ["00:00", "04:00"])
def test_the_known_facts_of_the_bakery(bakery: dict[str, dict[str, Any]], day_break: str) -> None:
    result = bakery[day_break]
    assert result["rows"] == 21_293
    assert result["rows_left_out"] == 786
    assert result["transactions"] == 9_531
    assert result["transactions_selling"] == 9_465
    assert result["dates_with_sales"] == 159
    assert result["closings"] == 162
    assert result["whole"]["receipts"] == 9_465
    assert result["whole"]["pieces"] == 21_293 - 786


def test_the_bakerys_empty_days_follow_the_day_break(bakery: dict[str, dict[str, Any]]) -> None:
    assert bakery["00:00"]["empty_days"] == ["2016-12-25", "2016-12-26", "2017-01-02"]
    assert bakery["04:00"]["empty_days"] == ["2016-12-25", "2016-12-26", "2017-01-01", "2017-01-02"]


def test_the_bakerys_sums_hold_together(bakery: dict[str, dict[str, Any]]) -> None:
    early, late = bakery["00:00"], bakery["04:00"]
    assert early["whole"] == late["whole"]
    for result in (early, late):
        whole, days = result["whole"], result["days"]
        assert sum(day["total_minor"] for day in days) == whole["total_minor"]
        assert days[-1]["grand_total_minor"] == whole["total_minor"]
        assert sum(sums["gross_minor"] for sums in whole["groups"].values()) == whole["total_minor"]
        paid = sum(sums["amount_minor"] for sums in whole["payments"].values())
        assert paid == whole["total_minor"] + whole["rounding_minor"]
        for day in days:
            vat = sum(sums["vat_minor"] for sums in day["rates"].values())
            assert vat == sum(sums["vat_minor"] for sums in day["groups"].values())
            assert sum(day["sie"].values()) == 0


def test_the_bakery_meets_every_case_that_the_replay_should_prove(
    bakery: dict[str, dict[str, Any]],
) -> None:
    result = bakery["04:00"]
    assert set(result["whole"]["rates"]) == {"600", "1200", "2500"}
    roundings = [day["rounding_minor"] for day in result["days"]]
    assert min(roundings) < 0 < max(roundings)
    assert len(result["unknown_items"]) == 31
    assert sum(result["unknown_items"].values()) == 116


def test_it_shares_no_code_with_the_product() -> None:
    source = ast.parse(Path(independent.__file__).read_text(encoding="utf-8"))
    imported = {
        name.partition(".")[0]
        for node in ast.walk(source)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else ["." * node.level + (node.module or "")]
        )
    }
    assert imported <= set(sys.stdlib_module_names), "only the standard library"


def test_it_runs_cut_off_from_everything_beside_it() -> None:
    command = [sys.executable, "-I", str(independent.__file__), "--help"]
    ran = subprocess.run(command, capture_output=True, timeout=30, check=False)
    assert (ran.returncode, b"--day-break" in ran.stdout) == (0, True)
