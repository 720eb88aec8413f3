"""The simulated shopper: buys at random through the tills' pages; then all sums are compared."""

from __future__ import annotations

import csv
import html
import json
import random
import re
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from skrin.town.compare import Sums, Witness, print_table
from skrin.town.demo_witnesses import Witnesses
from skrin.town.web import WebFault, WebSession, plain

if TYPE_CHECKING:
    from skrin.town.demo import Demo, RunningTill

CARD_TEST_ENDINGS = frozenset({124, 134, 140, 150, 151, 152, 153})
"""Amounts by which a simulated card terminal plays out trouble: a shopper pays those in cash."""

SALE_PATIENCE_S = 30.0

_KEY = re.compile(
    r'form="tap" name="article_id" value="(?P<id>\d+)"(?P<rest>[^>]*)>.*?'
    r'class="key-price">(?P<price>[^<]*)<',
    re.S,
)
_DONE_NUMBER = re.compile(r'href="/receipts/(\d+)"')
_PAY_CASH = re.compile(r'id="pay-cash".*?<small class="figure">([^<]*)<', re.S)
_PAY_CARD = re.compile(r'id="pay-card".*?<small class="figure">([^<]*)<', re.S)
_LINE_NO = re.compile(r'name="line_no" value="(\d+)"')


def amount_of(text: str) -> int:
    """`1 234,50` as shown on a page, in minor units."""
    digits = re.sub(r"[^\d,\u2212-]", "", html.unescape(text)).replace("\u2212", "-")
    whole, _, part = digits.partition(",")
    return int(whole + (part or "00").ljust(2, "0"))


@dataclass(slots=True)
class Shopper:
    """Somebody with a purse, at one till, with dice of their own."""

    web: WebSession
    dice: random.Random
    goods: list[tuple[str, int]] = field(default_factory=list)
    tally: Sums = field(default_factory=Sums)

    def enter(self, email: str, password: str, leave: frozenset[str] = frozenset()) -> None:
        """Log in and read what the keys cost. `leave`: articles that are not bought."""
        self.web.log_in(email, password)
        page = self.web.get("/")
        self.goods = [
            (key["id"], amount_of(key["price"]))
            for key in _KEY.finditer(page)
            if "data-ask" not in key["rest"] and "," in key["price"] and key["id"] not in leave
        ]
        if not self.goods:
            raise WebFault("the till shows no keys with prices")

    def buy(self) -> None:
        """One purchase, from the first tap to the paper. Raises `WebFault` when it gets stuck."""
        total_minor, page = self._fill()
        shown = _PAY_CARD.search(page)
        if not shown or amount_of(shown[1]) != total_minor:
            raise WebFault(f"the till wants {shown and shown[1]}, the goods cost {total_minor}")
        cash = total_minor % 1000 in CARD_TEST_ENDINGS or self.dice.random() < 0.4
        if cash:
            paid_minor = amount_of(_PAY_CASH.search(page)[1])  # type: ignore[index]
            page = self._pay_cash(paid_minor)
        else:
            paid_minor = total_minor
            page = self._do("/pay/card")
        self._until_done(page)
        self.tally = self.tally.plus(
            Sums(
                1,
                total_minor,
                paid_minor - total_minor,
                paid_minor if cash else 0,
                0 if cash else paid_minor,
            )
        )

    def _fill(self) -> tuple[int, str]:
        total_minor, page = 0, ""
        if self.dice.random() < 0.3:
            self._do("/way", way=self.dice.choice(["eat_in", "take_away"]))
        for _ in range(self.dice.choice([1, 1, 2, 2, 3, 5])):
            article, price_minor = self.dice.choice(self.goods)
            page = self._do("/tap", article_id=article)
            total_minor += price_minor
            if self.dice.random() < 0.15:
                line = _LINE_NO.findall(page)[-1]
                page = self._do("/line/quantity", line_no=line, change=1)
                page = self._do("/line/quantity", line_no=line, change=-1)
        return total_minor, page

    def _pay_cash(self, paid_minor: int) -> str:
        if self.dice.random() < 0.5 or not paid_minor:
            return self._do("/pay/cash")
        note = self.dice.choice([100_00, 200_00, 500_00])
        tendered = -(-paid_minor // note) * note
        return self._do("/pay/cash/amount", tendered=tendered // 100)

    def _do(self, path: str, **fields: str | int) -> str:
        status, answer = self.web.post(path, **fields)
        if status != 200:
            raise WebFault(f"{path} answered {status}: {plain(answer)[:200]}")
        return answer

    def _until_done(self, page: str) -> None:
        patience = time.monotonic() + SALE_PATIENCE_S
        while not ("is-done" in page and "hx-trigger" not in page.split("</section>")[0][:600]):
            if time.monotonic() > patience:
                raise WebFault(f"the sale does not end: {plain(page)[:200]}")
            time.sleep(0.03)
            page = self.web.get("/paying")
        if not _DONE_NUMBER.search(page):
            raise WebFault("the finished sale has no number")


def shop_and_compare(demo: Demo, sales: int, seed: int, *, close: bool) -> int:
    """Buy `sales` times at the demo's tills, close the day when asked, compare everybody's sums.

    Returns how many figures differ; each is printed as a line.
    """
    witnesses = [Witnesses(demo, running) for running in demo.tills]
    shoppers = [_enter(demo, running, seed + i) for i, running in enumerate(demo.tills)]
    dice = random.Random(seed)
    started = time.monotonic()
    for number in range(1, sales + 1):
        dice.choice(shoppers).buy()
        if sys.stdout.isatty():
            print(f"\r  {number} of {sales} sales", end="", flush=True)
    took_s = time.monotonic() - started
    if sys.stdout.isatty():
        print("\r", end="")
    print(f"  {sales} sales in {took_s:.1f} s at {len(shoppers)} tills")
    tables: list[tuple[str, list[Witness]]] = []
    for shopper, heard in zip(shoppers, witnesses, strict=True):
        if close:
            heard.close_day(shopper.web)
        tables.append((heard.running.designation, heard.all(shopper.tally)))
    return sum(print_table(name, rows) for name, rows in tables)


def _enter(demo: Demo, running: RunningTill, seed: int) -> Shopper:
    cashier = demo.people[0]
    shopper = Shopper(WebSession(running.url), random.Random(seed))
    shopper.enter(cashier["email"], cashier["password"], followed_articles(demo))
    return shopper


def followed_articles(demo: Demo) -> frozenset[str]:
    """Articles that something follows (a deposit, a modifier, parts): their keys do not tell what
    they come to, and a shopper adds up by himself."""
    ids = json.loads((demo.data / "loaded.json").read_text(encoding="utf-8"))["articles"]
    with (demo.folder / "articles.csv").open(newline="", encoding="utf-8") as file:
        followed = [
            row["number"]
            for row in csv.DictReader(file)
            if row["deposit"] or row["modifiers"] or row["kind"]
        ]
    return frozenset(str(ids[number]) for number in followed)
