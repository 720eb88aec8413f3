"""The company of a replay: the demo bakery with the price list's articles and a till of its own."""

from __future__ import annotations

import csv
import re
import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path

from skrin.town.replay_sales import Unreadable

DESIGNATION = "REPLAY-1"
STORE = 1


@dataclass(frozen=True, slots=True)
class Books:
    """The accounts of `company.toml` on which a replay lands, and the VAT accounts by rate."""

    cash: str
    card: str
    rounding: str
    vat: dict[int, str]


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody who may see every figure."""

    email: str
    password: str


def read_books(bageri: Path) -> Books:
    """The accounts. Raises `Unreadable`."""
    try:
        accounts = tomllib.loads((bageri / "company.toml").read_text(encoding="utf-8"))["accounts"]
        vat = {int(rate) * 100: account for rate, account in accounts["output_vat"].items()}
        return Books(accounts["cash"], accounts["card"], accounts["rounding"], vat)
    except (OSError, KeyError, ValueError) as fault:
        raise Unreadable(f"company.toml cannot be read: {fault!r}") from fault


def owner_of(bageri: Path) -> Login:
    """The owner among the demo's users."""
    for row in _rows(bageri / "users.csv"):
        if row["role"] == "owner":
            return Login(row["email"], row["password"])
    raise Unreadable("users.csv has no owner")


def write_company(folder: Path, bageri: Path, price_list: Path, day_break: str) -> None:
    """Write the company's files for the office to load.

    They are the demo's, with the price list as articles, one till more, and the business day
    breaking at `day_break` (HH:MM).
    """
    shutil.copytree(bageri, folder)
    company = folder / "company.toml"
    text, changed = re.subn(
        r'(?m)^day_break\s*=\s*"[^"]*"',
        f'day_break = "{day_break}"',
        company.read_text(encoding="utf-8"),
    )
    if changed != 1:
        raise Unreadable("company.toml has no day_break")
    company.write_text(text, encoding="utf-8")
    _append(
        folder / "tills.csv",
        [{"label": "Replay", "store": str(STORE), "designation": DESIGNATION}],
    )
    _append(folder / "articles.csv", [_article(row) for row in _rows(price_list)])


def _article(row: dict[str, str]) -> dict[str, str]:
    return {
        "number": row["article"],
        "name_sv": row["name_sv"],
        "name_en": row["item"],
        "group": row["group"],
        "unit": "st",
        "decimals": "0",
        "price_rule": "fixed",
        "price": row["price"],
        "cost": row["cost"],
        "barcodes": "",
        "discountable": "yes",
        "returnable": "yes",
    }


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))
    except OSError as fault:
        raise Unreadable(f"{path}: {fault.strerror or fault}") from fault


def _append(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open(newline="", encoding="utf-8") as file:
        columns = next(csv.reader(file))
    with path.open("a", newline="", encoding="utf-8") as file:
        csv.DictWriter(file, columns).writerows(rows)
