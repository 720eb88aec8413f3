"""What the office says of a replay, asked as a person would: logged in, over HTTP.

Its accounting files are read by a small reader of ours, which knows nothing of who wrote them.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlencode

from skrin.town.replay_company import Books, Login
from skrin.town.replay_figures import Figures, Key, Place, kinds
from skrin.town.replay_till import ReplayFailed
from skrin.town.web import WebFault, WebSession

OF_OFFICE = kinds(
    *("receipts", "total", "rounding", "cash", "card", "cash receipts", "card receipts", "vat"),
    *("closings", "closings/day", "receipts/day", "total/day", "entries", "not taken", "cost"),
    *("gross of group", "net of group", "pieces of group"),
    *("gross of article", "net of article", "pieces of article"),
)
OF_SIE = kinds("closings", "account", "account/day", "total", "rounding", "cash", "card", "vat at")


_FIELD = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')
"""A field of a line of SIE: quoted, with quotes in it escaped, or without spaces."""


class OfficeVisit:
    """Somebody who is logged in at the office."""

    def __init__(self, address: str, login: Login) -> None:
        """Log in. Raises `ReplayFailed`."""
        self._web = WebSession(address)
        try:
            self._web.log_in(login.email, login.password)
        except WebFault as fault:
            raise ReplayFailed(f"{login.email} is not let into the office: {fault}") from fault

    def _get(self, path: str, **query: str) -> bytes:
        asked = f"{path}?{urlencode(query)}" if query else path
        try:
            return self._web.get_bytes(asked)
        except WebFault as fault:
            raise ReplayFailed(f"the office does not answer: {fault}") from fault

    def figures(self, till: str, store: int, first: str, last: str) -> tuple[Place, list[int]]:
        """The statistics and the till's page, and where its closings stand in the journal."""
        place = Place("office", OF_OFFICE)
        summary = json.loads(self._get(f"/tills/{till}/{store}/summary.json"))
        _take_summary(place.figures, summary)
        span = {"from": first, "to": last, "till": till, "store": str(store)}
        _take_statistics(place.figures, json.loads(self._get("/statistics.json", **span)))
        return place, [closing["seq"] for closing in summary["closings"]]

    def sie(self, till: str, store: int, closings: list[int], books: Books) -> Place:
        """Every closing's accounting file, added up by account and day."""
        place = Place("SIE", OF_SIE)
        for seq in closings:
            content = self._get(f"/closings/{till}/{store}/{seq}.si")
            place.figures[Key("closings")] += 1
            for day, account, amount_minor in read_sie(content):
                place.figures[Key("account", account)] += amount_minor
                place.figures[Key("account", account, day)] += amount_minor
        _sum_up(place.figures, books)
        return place


def _take_summary(figures: Figures, summary: dict[str, Any]) -> None:
    figures[Key("entries")] = summary["head_seq"]
    figures[Key("not taken")] = summary["unsent"] + summary["unread"] + summary["unsigned"]
    figures[Key("not taken")] += bool(summary["alarm"])
    for kind in summary["kinds"]:
        figures[Key("receipts")] += kind["count"]
        figures[Key("total")] += kind["total_minor"]
        figures[Key("vat")] += kind["vat_minor"]
        figures[Key("rounding")] += kind["rounding_minor"]
    for paid in summary["payments"]:
        figures[Key(paid["kind"])] += paid["amount_minor"]
        figures[Key(f"{paid['kind']} receipts")] += paid["count"]
    for closing in summary["closings"]:
        figures[Key("closings")] += 1
        figures[Key("closings", day=closing["business_day"])] += 1


def _take_statistics(figures: Figures, statistics: dict[str, Any]) -> None:
    for group in statistics["groups"]:
        number = group["number"]
        figures[Key("gross of group", number)] += group["gross_minor"]
        figures[Key("net of group", number)] += group["net_minor"]
        figures[Key("pieces of group", number)] += group["count"]
        figures[Key("cost")] += group["cost_minor"]
        for article in group["articles"]:
            sold = article["number"] if article["article"] else "open"
            figures[Key("gross of article", sold)] += article["gross_minor"]
            figures[Key("net of article", sold)] += article["net_minor"]
            figures[Key("pieces of article", sold)] += article["count"]
    for day in statistics["days"]:
        figures[Key("receipts", day=day["label"])] += day["receipts"]
        figures[Key("total", day=day["label"])] += day["gross_minor"]


def read_sie(content: bytes) -> list[tuple[str, str, int]]:
    """(day YYYY-MM-DD, account, amount in öre, debit positive) of every line of every voucher.

    Raises `ReplayFailed` for a file that is not SIE, and a voucher that is not balanced.
    """
    found: list[tuple[str, str, int]] = []
    day, balance_minor = "", 0
    lines = content.decode("cp437").split("\r\n")
    if not lines[0].startswith("#FLAGGA"):
        raise ReplayFailed("an accounting file does not begin with #FLAGGA")
    for line in lines:
        fields = [quoted or plain for quoted, plain in _FIELD.findall(line)]
        if fields[:1] == ["#VER"]:
            day = f"{fields[3][:4]}-{fields[3][4:6]}-{fields[3][6:8]}"
        elif fields[:1] == ["#TRANS"]:
            amount_minor = _minor(fields[3])
            balance_minor += amount_minor
            found.append((day, fields[1], amount_minor))
        elif fields == ["}"] and balance_minor:
            raise ReplayFailed(f"the voucher of {day} is off balance by {balance_minor} öre")
    return found


def _minor(text: str) -> int:
    sign, whole, part = re.fullmatch(r"(-?)(\d+)(?:\.(\d{1,2}))?", text).groups()  # type: ignore[union-attr]
    minor = int(whole) * 100 + int((part or "0").ljust(2, "0"))
    return -minor if sign else minor


def _sum_up(figures: Figures, books: Books) -> None:
    """The figures of the whole that can be told from accounts alone."""

    def account(number: str) -> int:
        return figures[Key("account", number)]

    figures[Key("cash")] = account(books.cash)
    figures[Key("card")] = account(books.card)
    figures[Key("rounding")] = -account(books.rounding)
    figures[Key("total")] = account(books.cash) + account(books.card) + account(books.rounding)
    for rate_bp, number in books.vat.items():
        figures[Key("vat at", str(rate_bp))] = -account(number)
