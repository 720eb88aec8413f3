"""The zone between two commits of one payment: work in progress, and the screen keeps asking."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from tests.till.flow.shop import ANNA, COFFEE, Shop

from skrin.domain.payment import CARD
from skrin.domain.rights.terms import PARKED
from skrin.till.devices.contract import FORGOTTEN, OFFLINE, READY
from skrin.till.flow import completing, paying, selling
from skrin.till.flow.sharing import HOLDER_AWAY, Wish
from skrin.till.ui import zone


@pytest.mark.requirement("R-CARD-007")
def test_every_moment_of_a_card_payment_is_asked_about_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Words are not what this test is about, and they need a program that is set up (D32).
    monkeypatch.setattr(zone, "gettext", str)
    shop = Shop(tmp_path)
    counter, lane = shop.counter, shop.counter.sale_lane
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE, None)
    tap_id = shop.tap_id()

    def fresh() -> None:
        lane.fresh_attempt = tap_id

    paying.pay_kind(shop.till, ANNA, counter.preflight, tap_id, CARD, None, fresh)
    seen = []
    while shop.till.desk.cart or shop.till.desk.pending:
        desk = shop.till.desk
        shown = zone._paying(counter, desk)
        assert shown is not None and shown.poll_ms > 0, "the screen would never come back"
        paid = completing.nothing_left(desk)
        seen.append("paid" if paid else "card" if desk.attempt else "sealed")
        if paid:
            assert (shown.state, shown.to_pay) == ("waiting", "34,00")
        assert lane.step() >= 0, "the lane has work"
    assert seen == ["card", "paid", "sealed"]
    assert zone._paying(counter, shop.till.desk) is None


def test_a_finished_sale_whose_paper_is_in_doubt_asks_and_offers_both_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (zone, zone.words):
        monkeypatch.setattr(module, "gettext", str)
    shop = Shop(tmp_path)
    counter, roll = shop.counter, shop.printer
    roll.stop_in_next = OFFLINE
    monkeypatch.setattr(roll, "settle", lambda: FORGOTTEN)
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    counter.pay_cash(ANNA, shop.tap_id(), None)
    finished = shop.till.desk.finished
    assert finished is not None
    roll.state = counter.paper_lane.condition = READY
    waiting = zone.etag(counter)
    counter.work_off()
    assert zone.etag(counter) != waiting, "a screen that polls is shown the question"
    level, sentence, poll_ms = zone._printing(counter, finished)
    assert (level, poll_ms) == ("warn", 0) and sentence.startswith("Did receipt 1 come out")
    ways = zone._paper_ways(counter, level)
    assert [(way.action, way.value) for way in ways] == [
        ("till:answer_printed", "yes"),
        ("till:answer_printed", "no"),
    ]
    counter.answer_printed(ANNA, came_out=False)
    counter.work_off()
    assert zone._printing(counter, finished)[0] == "good" and roll.printed == 1
    assert zone._paper_ways(counter, "good") == ()


def speak_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words as they stand in the code: no program is set up here."""
    words = {"gettext": str, "ngettext": lambda one, *_: one, "get_language": lambda: "en"}
    for name, stand_in in words.items():
        monkeypatch.setitem(vars(translation._trans), name, stand_in)


WHILE_IT_IS_DRAWN = ("_paying", "_printing", "modes", "receipt", "_notice")
"""Each reads the desk for a part of the zone, one after another."""


@pytest.mark.parametrize("part", WHILE_IT_IS_DRAWN)
def test_what_happens_while_the_zone_is_drawn_is_shown_by_the_next_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    """The paper comes out on its own thread: a zone that says "is being printed" under the tag of
    the printed one would be told for ever that nothing is new."""
    speak_plainly(monkeypatch)
    monkeypatch.setattr(zone, "reverse", lambda name, args: name)
    shop = Shop(tmp_path)
    counter = shop.counter
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    monkeypatch.setattr(counter, "settle", lambda: None)
    counter.pay_cash(ANNA, shop.tap_id(), None)
    while counter.sale_lane.step() == 0.0:
        pass
    assert shop.till.desk.undelivered and shop.printer.printed == 0
    draw = getattr(zone, part)

    def drawn(*what: Any, **how: Any) -> Any:
        made = draw(*what, **how)
        counter.work_off()
        return made

    monkeypatch.setattr(zone, part, drawn)
    shown = zone.zone(counter)
    assert shop.printer.printed == 1, "the paper came out in the middle"
    says_so = shown.done is not None and shown.done.print_level == "good"
    assert says_so or shown.etag != zone.etag(counter)


def test_a_wish_that_ends_while_the_zone_is_drawn_is_looked_at_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak_plainly(monkeypatch)
    monkeypatch.setattr(zone, "reverse", lambda name, args: name)
    shop = Shop(tmp_path)
    till, draw = shop.till, zone._notice
    wish = Wish(PARKED, "cart", 1, ANNA, till.clock.steady_s())
    till.sharing.wishes[PARKED, "cart"] = wish

    def drawn(*what: Any) -> Any:
        made = draw(*what)
        wish.outcome = HOLDER_AWAY
        return made

    monkeypatch.setattr(zone, "_notice", drawn)
    shown = zone.zone(shop.counter)
    assert shown.poll_ms > 0 and shown.etag != zone.etag(shop.counter)
    assert zone.zone(shop.counter).poll_ms == 0, "what has ended is not asked for again"


def test_the_tag_is_never_newer_than_what_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page is drawn on another thread than the one that commits, also between two statements of
    a commit that takes effect."""
    shop = Shop(tmp_path)
    till, seen = shop.till, dict[str, set[str]]()

    def watched(changed: object, name: str, value: object) -> None:
        object.__setattr__(changed, name, value)
        seen.setdefault(zone.etag(shop.counter), set()).add(repr((till.desk, till.series)))

    monkeypatch.setattr(type(till), "__setattr__", watched)
    selling.tap_article(till, ANNA, shop.tap_id(), COFFEE)
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    assert shop.printer.printed == 1 and len(seen) > 3
    last = seen[zone.etag(shop.counter)]
    assert last == {repr((till.desk, till.series))}
