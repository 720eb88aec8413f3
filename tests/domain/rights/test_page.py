"""The worked table of docs/algorithms/rights.md: every step taken, every figure read."""

from __future__ import annotations

import re
from pathlib import Path

from tests.domain.rights.shop import Shop

from skrin.domain.rights import book, hold
from skrin.domain.rights.terms import (
    GIFT_CARD,
    Fact,
    GiftCardCredited,
    RightDecided,
    RightGivenBack,
)

PAGE = Path(__file__).parents[3] / "docs" / "algorithms" / "rights.md"


def rows() -> list[dict[str, str]]:
    table = PAGE.read_text().partition("## A gift card")[2]
    lines = [line for line in table.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [dict(zip(cells[0], row, strict=True)) for row in cells[2:]]


def minor(text: str) -> int:
    whole, ore = text.split(",")
    return int(whole) * 100 + int(ore)


def shown(amount_minor: int) -> str:
    return f"{amount_minor // 100},{amount_minor % 100:02}"


def said(fact: Fact) -> str:
    """An answer in the page's words."""
    if isinstance(fact, RightGivenBack):
        return f"gives back {shown(fact.amount)}"
    assert isinstance(fact, RightDecided)
    if fact.granted:
        return f"granted {shown(fact.amount)}"
    return f"{fact.reason}: {shown(fact.amount)} free, {fact.holder} has more"


def take(shop: Shop, step: str) -> str:
    """Take one step of the page; returns what was answered."""
    match = re.fullmatch(
        r"(\w) (asks for|uploads|takes its orders|reserves|pays|refunds) ?(.*)", step
    )
    assert match, step
    name, verb, amount = match.groups()
    till = shop[name]
    if verb == "asks for":
        shop.asks(name, minor(amount))
    elif verb == "uploads":
        shop.uploads(name)
    elif verb == "takes its orders":
        return "; ".join(map(said, shop.takes_orders(name)))
    elif verb == "reserves":
        till.does(hold.reserve(till.hold, minor(amount)))
    elif verb == "pays":
        till.does(hold.use(till.hold, till.hold.reserved))
    else:
        refund = GiftCardCredited("k", minor(amount), "refund", "r2")
        till.does(((refund,), hold.fold(till.hold, refund)))
    return ""


def figures(shop: Shop) -> dict[str, str]:
    row = shop.row
    assert row
    a, b = shop["A"].hold, shop["B"].hold
    return {
        "Total": shown(row.total),
        "Free": shown(row.free),
        "Held A": shown(row.held_by("A")),
        "Held B": shown(row.held_by("B")),
        "Used": shown(row.used),
        "A idle": shown(a.have),
        "A in cart": shown(a.reserved),
        "B idle": shown(b.have),
        "B in cart": shown(b.reserved),
    }


def test_a_gift_card_at_two_tills() -> None:
    shop = Shop(GIFT_CARD, "AB", row=book.open_row(GIFT_CARD, "k", 200_00))
    table = rows()
    assert len(table) == 18
    for row in table:
        step, answer = row.pop("Step"), row.pop("Answer")
        assert take(shop, step) == answer, step
        shop.adds_up()
        assert figures(shop) == row, step
