"""The demo company's files hold together: every reference, check digit, name and price.

Reads the files as a shop owner's spreadsheet would, without any code of the product.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
BAGERI = EXAMPLES / "bageri"
REPLAY = EXAMPLES / "replay"

VAT_CLASSES = {"standard", "food", "restaurant", "culture", "transport", "exempt"}
# Every rate that a class has or will have at a date from 2016 on, as in the groups' columns.
RATES_OF_CLASS: dict[str, set[str]] = {
    "standard": {"25"},
    "food": {"12", "6"},
    "restaurant": {"12"},
    "culture": {"6"},
    "exempt": set(),
}
GOODS_BUTTONS = {"article", "articles", "group_open", "group_fixed"}
OTHER_BUTTONS = {"text", "text_free", "discount", "discount_free", "pay_now", "pay_ask"}
BUTTON_TYPES = (
    GOODS_BUTTONS
    | OTHER_BUTTONS
    | {"list_groups", "list_articles", "return_mode", "day", "layout"}
    | {"cash_in", "cash_out", "drawer", "gift_card"}
)
IN_STORE_WEIGHT = "23"
"""The Swedish in-store prefix of a weight in kilos with three decimals (docs: GS1 Sweden)."""
# The last three digits, in öre, with which the simulated card terminal misbehaves.
TEST_AMOUNTS_MINOR = {124, 134, 140, 150, 151, 152, 153}
Row = dict[str, str]


def table(path: Path) -> list[Row]:
    """A CSV file's rows by column name; every row must have every column."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    assert rows, f"{path.name} is empty"
    for row in rows:
        assert None not in row, f"{path.name}: too many fields in {row}"
        assert None not in row.values(), f"{path.name}: too few fields in {row}"
        assert all(value == value.strip() for value in row.values()), row
    return rows


def bageri(name: str) -> list[Row]:
    return table(BAGERI / name)


def minor(text: str) -> int:
    """An amount such as 34.00, in öre."""
    assert re.fullmatch(r"\d+\.\d\d", text), text
    return int(text.replace(".", ""))


def assert_unique(values: list[str]) -> None:
    twice = [value for value, times in Counter(values).items() if times > 1]
    assert not twice, f"more than once: {twice}"


def ean_is_right(code: str) -> bool:
    """The GS1 check digit: weights 3 and 1 from the right, the sum a multiple of ten."""
    body = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(code)))
    return body % 10 == 0


def luhn_is_right(digits: str) -> bool:
    """Doubled from the right, every second; digits of the products added."""
    places = enumerate(reversed([int(digit) for digit in digits]))
    return sum(sum(divmod(n * 2, 10)) if place % 2 else n for place, n in places) % 10 == 0


def company() -> dict[str, Any]:
    return tomllib.loads((BAGERI / "company.toml").read_text(encoding="utf-8"))


def test_the_check_digits_themselves_can_fail() -> None:
    assert ean_is_right("4006381333931")
    assert not ean_is_right("4006381333932")
    assert ean_is_right("96385074")
    assert luhn_is_right("5566778899")
    assert not luhn_is_right("5566778898")


def test_the_company_is_a_demo_with_a_right_organisation_number() -> None:
    about = company()["company"]
    assert re.fullmatch(r"\d{2}[2-9]\d{3}-\d{4}", about["org_number"]), "third digit is 2 or more"
    assert luhn_is_right(about["org_number"].replace("-", ""))
    assert (about["country"], about["currency"]) == ("SE", "SEK")
    assert re.fullmatch(r"[01]\d:[0-5]\d", about["day_break"])
    footer = company()["receipt"]["footer"]
    assert len(footer) <= 5
    assert all(len(line) <= 32 for line in footer)


def test_every_account_in_use_has_a_name() -> None:
    accounts = company()["accounts"]
    names = accounts["names"]
    used = {value for value in accounts.values() if isinstance(value, str)}
    used |= set(accounts["output_vat"].values())
    used |= {row[f"account_{rate}"] for row in bageri("groups.csv") for rate in ("25", "12", "6")}
    used |= {row["account"] for row in bageri("payment_methods.csv") + bageri("reasons.csv")}
    used.discard("")
    assert set(accounts["output_vat"]) == {"25", "12", "6"}
    assert all(re.fullmatch(r"[1-8]\d{3}", account) for account in used)
    assert used == set(names)
    assert set(accounts) >= {"cash", "card", "rounding", "tips", "cash_difference"}
    for name in names.values():
        name.encode("cp437")  # the accounting file's character set


def test_stores_and_tills() -> None:
    stores, tills = bageri("stores.csv"), bageri("tills.csv")
    assert len(stores) == 2
    assert_unique([row["number"] for row in stores])
    for row in stores:
        assert row["address_1"], row
        # Postal codes end below 990, and PTS keeps these numbers for books and films.
        assert re.fullmatch(r"999 \d\d \w+", row["address_2"]), row
        assert re.fullmatch(r"08-465 004 \d\d", row["phone"]), row
        assert max(len(row[field]) for field in ("name", "address_1", "address_2")) <= 32
    assert {row["store"] for row in tills} == {row["number"] for row in stores}
    assert_unique([row["designation"] for row in tills])
    assert all(re.fullmatch(r"[A-Z0-9-]{1,16}", row["designation"]) for row in tills)


def test_three_users_with_different_roles() -> None:
    users = bageri("users.csv")
    assert [row["role"] for row in users] == ["cashier", "manager", "owner"]
    assert all(re.fullmatch(r"[a-z]+@vetekornet\.example", row["email"]) for row in users)
    assert all(re.fullmatch(r"\d{4,6}", row["pin"]) for row in users)
    assert all(len(row["password"]) >= 12 for row in users)
    assert not any(row["pin"] in "01234567890 09876543210" for row in users)
    for column in ("email", "display_name", "pin", "password"):
        assert_unique([row[column] for row in users])


def test_groups_have_a_class_per_way_and_an_account_per_rate() -> None:
    groups = bageri("groups.csv")
    assert_unique([row["number"] for row in groups])
    for row in groups:
        classes = {row["vat_eat_in"], row["vat_take_away"]}
        assert classes <= VAT_CLASSES, row
        rates = set().union(*(RATES_OF_CLASS[name] for name in classes))
        filled = {rate for rate in ("25", "12", "6") if row[f"account_{rate}"]}
        if row["kind"] == "gift_card":
            rates = set()  # A debt, on an account of the company and not of the group.
        assert filled == rates, row
        assert row["kind"] in {"goods", "service", "gift_card"}
        assert row["colour"] in {str(number) for number in range(1, 13)}
        assert 1 <= len(row["name_sv"]) <= 24, row
        assert row["name_en"]


def test_the_company_sells_at_all_three_rates_and_both_kinds() -> None:
    groups = {row["number"]: row for row in bageri("groups.csv")}
    sold = [groups[row["group"]] for row in bageri("articles.csv")]
    pairs = {(row["vat_eat_in"], row["vat_take_away"]) for row in sold}
    assert pairs == {
        ("restaurant", "food"),
        ("restaurant", "restaurant"),
        ("food", "food"),
        ("standard", "standard"),
        ("culture", "culture"),
        ("exempt", "exempt"),
    }
    assert {row["kind"] for row in sold} == {"goods", "service", "gift_card"}
    assert {row["number"] for row in sold} == set(groups), "a group without an article"


def test_about_a_hundred_articles_with_names_that_fit_a_receipt() -> None:
    articles = bageri("articles.csv")
    groups = {row["number"] for row in bageri("groups.csv")}
    assert 95 <= len(articles) <= 125
    for column in ("number", "name_sv", "name_en"):
        assert_unique([row[column] for row in articles])
    for row in articles:
        assert 1 <= len(row["name_sv"]) <= 24, row
        assert 1 <= len(row["name_en"]) <= 24, row
        row["name_sv"].encode("cp437")  # what a receipt printer speaks from the start
        assert row["group"] in groups, row
        assert (row["unit"], row["decimals"]) in {("st", "0"), ("kg", "3"), ("h", "2")}, row
        assert row["discountable"] in {"yes", "no"}, row
        assert row["returnable"] in {"yes", "no"}, row


def test_each_price_follows_its_rule() -> None:
    rules = Counter(row["price_rule"] for row in bageri("articles.csv"))
    assert set(rules) == {"fixed", "open", "zero"}
    for row in bageri("articles.csv"):
        if row["price_rule"] == "open":
            assert (row["price"], row["cost"]) == ("", ""), row
        elif row["price_rule"] == "zero":
            assert (minor(row["price"]), minor(row["cost"])) == (0, 0), row
        else:
            assert 0 <= minor(row["cost"]) < minor(row["price"]), row


def test_no_receipt_of_few_pieces_can_hit_a_test_amount_of_the_card_terminal() -> None:
    """Kronor are free, so only the öre count: find how many .95 it takes to reach a test amount."""
    prices = [minor(row["price"]) for row in bageri("articles.csv") if row["price_rule"] == "fixed"]
    assert {price % 100 for price in prices} == {0, 95}
    assert not {price % 1000 for price in prices} & TEST_AMOUNTS_MINOR
    test_ore = {amount % 100 for amount in TEST_AMOUNTS_MINOR}
    fewest = min(pieces for pieces in range(1, 101) if pieces * 95 % 100 in test_ore)
    assert fewest == 10
    assert sum(price % 100 == 95 for price in prices) <= 10, "a handful is enough"


def test_barcodes_are_right_and_nobody_elses() -> None:
    codes = [code for row in bageri("articles.csv") for code in row["barcodes"].split()]
    assert len(codes) >= 25
    assert_unique(codes)
    assert {len(code) for code in codes} == {8, 13}
    for code in codes:
        assert ean_is_right(code), code
        if code.startswith(IN_STORE_WEIGHT):
            continue
        # 20 to 29 carry prices or weights and are read differently.
        assert code.startswith("735999" if len(code) == 13 else "7359"), code
    assert any(len(row["barcodes"].split()) == 2 for row in bageri("articles.csv"))


def test_what_is_weighed_in_the_shop_has_a_code_with_room_for_its_weight() -> None:
    weighed = {
        code: row
        for row in bageri("articles.csv")
        for code in row["barcodes"].split()
        if code.startswith(IN_STORE_WEIGHT)
    }
    assert weighed
    for code, row in weighed.items():
        assert (len(code), code[8:12], row["unit"]) == (13, "0000", "kg"), row


def test_bottles_carry_a_deposit_that_is_an_article_of_its_own() -> None:
    articles = {row["number"]: row for row in bageri("articles.csv")}
    carrying = [row for row in articles.values() if row["deposit"]]
    assert len(carrying) >= 3
    assert all(("flaska" in row["name_sv"]) == bool(row["deposit"]) for row in articles.values())
    for row in carrying:
        deposit = articles[row["deposit"]]
        assert (deposit["kind"], deposit["price"], deposit["discountable"]) == (
            "deposit",
            "2.00",
            "no",
        )
        assert not deposit["deposit"] and deposit["group"] == row["group"]


def test_modifiers_are_articles_and_a_group_that_must_be_chosen_has_a_default() -> None:
    articles = {row["number"]: row for row in bageri("articles.csv")}
    groups = {row["code"]: row for row in bageri("modifier_groups.csv")}
    options = bageri("modifier_options.csv")
    assert {option["group"] for option in options} == set(groups)
    assert_unique([f"{option['group']} {option['article']}" for option in options])
    for option in options:
        assert articles[option["article"]]["price_rule"] in {"fixed", "zero"}, option
        assert minor(option["price"]) % 100 == 0, option
        assert option["default"] in {"yes", "no"}, option
    for code, group in groups.items():
        own = [option for option in options if option["group"] == code]
        defaults = sum(option["default"] == "yes" for option in own)
        # A group without a default that must be chosen would ask at every tap (tap budget).
        assert int(group["least"]) <= defaults <= int(group["most"]), code
        assert group["name_sv"] and group["name_en"]
    assert any(int(group["least"]) for group in groups.values())
    used = {code for row in articles.values() for code in row["modifiers"].split()}
    assert used == set(groups)


def test_deals_cost_less_than_their_parts_and_mix_rates() -> None:
    articles = {row["number"]: row for row in bageri("articles.csv")}
    groups = {row["number"]: row for row in bageri("groups.csv")}
    deals: dict[str, list[list[str]]] = {}
    for row in bageri("deals.csv"):
        parts = deals.setdefault(row["article"], [])
        assert int(row["part"]) == len(parts) + 1, row
        parts.append(row["choices"].split())
    assert set(deals) == {number for number, row in articles.items() if row["kind"] == "deal"}
    for number, parts in deals.items():
        assert len(parts) >= 2
        dearest = [max(minor(articles[choice]["price"]) for choice in part) for part in parts]
        assert minor(articles[number]["price"]) < sum(dearest)
        firsts = [groups[articles[part[0]]["group"]] for part in parts]
        classes = {row[way] for row in firsts for way in ("vat_eat_in", "vat_take_away")}
        rates = {frozenset(RATES_OF_CLASS[name]) for name in classes}
        assert len(rates) > 1, f"{number}: the parts have different rates"
    assert any(len(part) > 1 for parts in deals.values() for part in parts)


def button_article_numbers(button: Row) -> list[str]:
    """The article numbers that a button sells."""
    if button["type"] not in {"article", "articles"}:
        return []
    parts = [re.fullmatch(r"(\d+)(?:\*(\d+))?", part) for part in button["value"].split()]
    assert parts, button
    assert all(parts), button
    return [part[1] for part in parts if part]


def test_buttons_sell_what_exists() -> None:
    articles = {row["number"] for row in bageri("articles.csv")}
    groups = {row["number"] for row in bageri("groups.csv")}
    layouts = {row["layout"] for row in bageri("layouts.csv")}
    buttons = bageri("buttons.csv")
    assert {row["type"] for row in buttons} == BUTTON_TYPES
    assert {row["layout"] for row in buttons} == layouts
    for button in buttons:
        assert set(button_article_numbers(button)) <= articles, button
        if button["type"] == "group_open":
            assert button["value"] in groups, button
        elif button["type"] == "group_fixed":
            group, price = button["value"].split("@")
            assert group in groups, button
            assert minor(price) % 1000 not in TEST_AMOUNTS_MINOR, button
        elif button["type"] == "layout":
            assert button["value"] in layouts - {button["layout"]}, button
        elif button["type"] in {"pay_now", "pay_ask"}:
            assert button["value"] in {row["id"] for row in bageri("payment_methods.csv")}, button
        elif button["type"] == "discount":
            assert re.fullmatch(r"(\d+%|\d+\.\d\d) \S.*", button["value"]), button
        elif button["type"] not in GOODS_BUTTONS | {"text"}:
            assert not button["value"], button
        if button["type"] != "article":
            assert button["label_sv"], button
            assert button["label_en"], button
        assert button["colour"] in {""} | {str(number) for number in range(1, 13)}


def test_layouts_fit_their_grid_without_overlap() -> None:
    layouts = bageri("layouts.csv")
    assert [row["name_sv"] for row in layouts] == ["Kafé", "Bröd", "Dryck", "Mer"]
    assert all(row["columns_handheld"] == "2" for row in layouts)
    for layout in layouts:
        taken: set[tuple[int, int]] = set()
        for button in bageri("buttons.csv"):
            if button["layout"] != layout["layout"]:
                continue
            row, col, w, h = (int(button[name]) for name in ("row", "col", "w", "h"))
            cells = {(row + down, col + right) for down in range(h) for right in range(w)}
            assert min(row, col, w, h) >= 1, button
            assert col + w - 1 <= int(layout["columns_desktop"]), button
            assert w <= int(layout["columns_handheld"]), button
            assert not cells & taken, button
            taken |= cells


def test_pictures_are_small_and_all_of_them_are_on_a_button() -> None:
    files = {file.name: file.stat().st_size for file in (BAGERI / "images").iterdir()}
    assert set(files) == {row["image"] for row in bageri("buttons.csv")} - {""}
    assert max(files.values()) < 8_000


def test_the_first_layout_opens_with_24_best_sellers() -> None:
    first = [row for row in bageri("buttons.csv") if row["layout"] == "kafe"]
    head = [row for row in first if int(row["row"]) <= 4]
    assert len(head) == 24
    assert {row["type"] for row in head} == {"article"}


def test_payment_methods_carry_every_rule() -> None:
    methods = {row["id"]: row for row in bageri("payment_methods.csv")}
    assert list(methods) == ["cash", "card", "swish", "gift"]
    accounts = company()["accounts"]
    for name, row in methods.items():
        assert row["refund"] in {"no", "same", "cash"}, name
        assert row["offline"] in {"works", "limits", "blocked"}, name
        flags = ("change", "drawer", "rounding", "ask", "reference", "active", "tips")
        assert {row[flag] for flag in flags} <= {"yes", "no"}, name
    cash, card, swish, gift = methods.values()
    assert (gift["kind"], gift["account"]) == ("gift_card", accounts["gift_card"])
    assert (gift["refund"], gift["offline"]) == ("same", "blocked")
    assert (cash["kind"], cash["account"]) == ("cash", accounts["cash"])
    assert (card["kind"], card["account"], card["adapter"]) == ("card", accounts["card"], "nexo")
    assert (swish["kind"], swish["account"], swish["active"]) == ("manual", "1930", "yes")
    assert [row["tips"] for row in methods.values()] == ["no", "yes", "no", "no"]
    assert [row["rounding"] for row in methods.values()] == ["yes", "no", "no", "no"]
    assert [row["order"] for row in methods.values()] == ["1", "2", "3", "4"]


def test_reasons_that_move_money_have_an_account() -> None:
    reasons = bageri("reasons.csv")
    assert_unique([row["code"] for row in reasons])
    assert {row["kind"] for row in reasons} == {"discount", "return", "cash_in", "cash_out"}
    for row in reasons:
        assert bool(row["account"]) == (row["kind"] in {"cash_in", "cash_out"}), row


def test_the_replay_price_list_points_at_our_groups() -> None:
    groups = {row["number"] for row in bageri("groups.csv")}
    rows = table(REPLAY / "pricelist.csv")
    assert 55 <= len(rows) <= 70
    assert_unique([row["item"] for row in rows])
    assert_unique([row["article"] for row in rows])
    assert not {row["article"] for row in rows} & {row["number"] for row in bageri("articles.csv")}
    for row in rows:
        assert row["group"] in groups, row
        assert 1 <= len(row["name_sv"]) <= 24, row
        assert 0 <= minor(row["cost"]) < minor(row["price"]), row
        assert minor(row["price"]) % 1000 not in TEST_AMOUNTS_MINOR, row
    # Parts of a krona of several kinds, so that cash is rounded both up and down.
    assert {minor(row["price"]) % 100 for row in rows} >= {0, 25, 50, 75, 90}


def test_the_replay_rules_name_an_existing_group_and_every_third_in_cash() -> None:
    rules = tomllib.loads((REPLAY / "rules.toml").read_text(encoding="utf-8"))
    unknown = rules["unknown_items"]
    assert str(unknown["group"]) in {row["number"] for row in bageri("groups.csv")}
    assert minor(unknown["price"]) > 0
    assert rules["items"]["left_out"] == ["NONE"]
    assert not {row["item"] for row in table(REPLAY / "pricelist.csv")} & {"NONE"}
    assert rules["payment"]["cash_when_divisible_by"] == 3
    assert rules["sale"]["way"] in {"eat_in", "take_away"}


@pytest.mark.parametrize("path", sorted(EXAMPLES.rglob("*.*")), ids=lambda path: path.name)
def test_every_file_and_column_is_documented(path: Path) -> None:
    text = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    if path.name == "README.md":
        return
    assert f"`{path.name}`" in text
    if path.suffix == ".csv":
        section = text.split(f"`{path.name}`", 1)[1].split("\n### ", 1)[0]
        with path.open(encoding="utf-8", newline="") as file:
            columns = next(csv.reader(file))
        missing = [column for column in columns if f"`{column}`" not in section]
        assert not missing, f"{path.name}: {missing} not in README.md"
