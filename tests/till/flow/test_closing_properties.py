"""Any order of sales, returns, closings, kills and clocks: no number is missing, nothing is lost.

What the till keeps is held against the journal alone, read and added up here.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.till.flow.shop import BUN, CARD_CASE, COFFEE, Shop

from skrin.domain.codec import decode_body
from skrin.domain.journal import verify_chain
from skrin.domain.receipt import RETURN, ReceiptSealed
from skrin.domain.refusal import Refusal
from skrin.domain.report import DayReport
from skrin.sync.messages import Person
from skrin.till.flow import clock_confirming, closing, parking, reporting, returning, selling
from skrin.till.flow.closing import Count

EVA = Person("p2", "Eva", "manager", (1,))
MEMORY = Path("/dev/shm")


def sell(shop: Shop, article: int = COFFEE) -> None:
    selling.tap_article(shop.till, EVA, shop.tap_id(), article)
    shop.counter.pay_cash(EVA, shop.tap_id(), None)


def sell_by_card(shop: Shop) -> None:
    selling.tap_article(shop.till, EVA, shop.tap_id(), CARD_CASE)
    shop.counter.pay_card(EVA, shop.tap_id())


def take_back(shop: Shop) -> None:
    returning.set_mode(shop.till, EVA, "once")
    sell(shop, BUN)


def park(shop: Shop) -> None:
    selling.tap_article(shop.till, EVA, shop.tap_id(), BUN)
    parking.park(shop.till, EVA, "Bord 4")


def close(shop: Shop) -> None:
    shop.counter.close_days(EVA, shop.till.today())


def count_and_close(shop: Shop) -> None:
    expected = closing.open_report(shop.till, EVA, shop.till.file).cash_expected_minor
    shop.counter.close_days(EVA, shop.till.today(), Count(max(0, expected - 7_00)))


def close_the_first_that_waits(shop: Shop) -> None:
    waiting = closing.waiting_periods(shop.till)
    shop.counter.close_days(EVA, waiting[0].business_day if waiting else shop.till.today())


def set_float(shop: Shop) -> None:
    closing.set_float(shop.till, EVA, 500_00)


def killed_while_closing(shop: Shop) -> None:
    """The disk takes half of a closing and no more: nothing of that Z is there."""

    def fail(*args: Any) -> None:
        raise OSError("no space left on device")

    shop.till.file.add_closing = fail  # type: ignore[method-assign]
    try:
        close(shop)
    except OSError:
        pass
    finally:
        shop.restart()


def go_back(seconds: float) -> Callable[[Shop], None]:
    def turn(shop: Shop) -> None:
        shop.clock.forward(-seconds)
        clock_confirming.confirm(shop.till, EVA)

    return turn


STEPS: dict[str, Callable[[Shop], None]] = {
    "sell": sell,
    "sell by card": sell_by_card,
    "take back": take_back,
    "park": park,
    "close": close,
    "count and close": count_and_close,
    "close the first": close_the_first_that_waits,
    "float": set_float,
    "X": lambda shop: shop.counter.x_report(EVA),
    "kill": lambda shop: shop.restart(),
    "killed while closing": killed_while_closing,
    "an hour": lambda shop: shop.clock.forward(3600),
    "a day": lambda shop: shop.clock.forward(86400),
    "three days": lambda shop: shop.clock.forward(3 * 86400),
    "a minute back": lambda shop: shop.clock.forward(-60),
    "an hour back": go_back(3600),
    "two days back": go_back(2 * 86400),
}


def do(shop: Shop, step: str) -> None:
    """One step; what a person would be refused is refused here too."""
    try:
        STEPS[step](shop)
    except Refusal as no:
        known = {"nothing_to_close", "clock_went_back", "cart_open", "count_not_now"}
        assert no.code in known, no.code
        shop.clock.forward(200)


def journal(shop: Shop) -> list[tuple[Any, Any]]:
    entries = list(shop.till.file.entries(1))
    verify_chain(entries)
    return [(e.header, decode_body(e.header.kind, e.header.version, e.body)) for e in entries]


def check(shop: Shop) -> None:
    """Numbers without holes, every receipt in one Z or in none yet, sums without loss."""
    told = journal(shop)
    sealed = [(h, b) for h, b in told if isinstance(b, ReceiptSealed)]
    closed = [b for h, b in told if h.kind == "day.closed" and isinstance(b, DayReport)]
    assert [b.number for _, b in sealed] == list(range(1, len(sealed) + 1))
    assert [z.number for z in closed] == list(range(1, len(closed) + 1))
    places = [(z.periods[0].business_day, z.periods[0].period) for z in closed]
    assert places == sorted(set(places)), "in date order, each period once"
    days = [h.business_day for h, _ in told]
    assert days == sorted(days), "a business day never goes backwards"
    sold: Counter[tuple[str, int]] = Counter()
    back: Counter[tuple[str, int]] = Counter()
    for header, body in sealed:
        kept = back if body.kind == RETURN else sold
        kept[header.business_day, header.period] += body.total_minor
    for place, z in zip(places, closed, strict=True):
        assert z.row("receipts").amount_minor == sold[place]
        assert z.row("returns").amount_minor == back[place]
    for before, z in zip([None, *closed], closed, strict=False):
        of = (z.row("receipts").amount_minor, z.row("returns").amount_minor)
        grand = (before.grand.sales_minor, before.grand.returns_minor) if before else (0, 0)
        assert (z.grand.sales_minor, z.grand.returns_minor) == (grand[0] + of[0], grand[1] + of[1])
    waiting = {p for p in (*sold, *back) if p not in places}
    assert waiting <= {(p.business_day, p.period) for p in closing.waiting_periods(shop.till)}
    now = closing.open_report(shop.till, EVA, shop.till.file)
    assert now.grand.sales_minor == sold.total() and now.grand.returns_minor == back.total()
    if days:
        whole = reporting.period_report(shop.till, shop.till.file, EVA, days[0], days[-1])
        assert whole.net_minor == sold.total() - back.total()
        assert whole.row("method", "1").amount_minor == whole.row("cash").amount_minor
    check_cash(told, closed)


def check_cash(told: list[tuple[Any, Any]], closed: list[DayReport]) -> None:
    """Cash goes from Z to Z: what a day begins with is what the one before left, or its float."""
    carried_minor = 0
    for z in closed:
        stated = z.row("float")
        assert z.float_minor == (stated.amount_minor if stated.count else carried_minor)
        assert z.cash_expected_minor == z.float_minor + z.row("cash").amount_minor
        counted = z.cash_counted_minor
        if counted is not None:
            difference = z.row("cash_difference").amount_minor
            assert counted == z.cash_expected_minor + difference
        carried_minor = z.cash_expected_minor if counted is None else counted


@pytest.mark.slow
@pytest.mark.requirement("R-CLOSE-004", "R-CLOSE-006", "R-MORE-008")
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(sorted(STEPS)), min_size=4, max_size=25))
@example(["X", "a minute back", "close", "sell"])
@example(["a day", "X", "a minute back", "close", "sell"])
def test_any_order_keeps_numbers_without_holes_and_sums_without_loss(steps: list[str]) -> None:
    folder = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
    shop = Shop(folder)
    try:
        for step in steps:
            do(shop, step)
        check(shop)
        shop.restart()
        check(shop)
    finally:
        shop.till.file.close()
        shutil.rmtree(folder)


def test_a_loss_is_seen(tmp_path: Path) -> None:
    """The check is no blind one: a receipt that a Z left out, a Z number used twice."""
    shop = Shop(tmp_path)
    sell(shop)
    close(shop)
    check(shop)
    sell(shop)
    db = shop.till.file._db
    db.execute("DELETE FROM totals WHERE kind = 'receipts' AND period = 2")
    close(shop)
    with pytest.raises(AssertionError):
        check(shop)
