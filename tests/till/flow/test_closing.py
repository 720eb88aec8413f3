"""The float, the count and the closing of days: what is asked, what is written, the sums."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.till.flow.shop import ANNA, BUN, COFFEE, STORE, Shop

from skrin.domain.article import BLIND, BLOCKED, BY_ITSELF, REQUIRED
from skrin.domain.cash import CashCounted, FloatSet, Pieces, Reason
from skrin.domain.codec import decode_body
from skrin.domain.refusal import Refusal
from skrin.domain.report import DayReport
from skrin.sync.messages import Person
from skrin.till.flow import closing, parking, selling
from skrin.till.flow.closing import Count

EVA = Person("p2", "Eva", "manager", (1,))
BANK = Reason(7, "BANK", "cash_out", "Till banken", {}, "1930")
DAY, NEXT = "2026-11-20", "2026-11-21"


def sell(shop: Shop, article: int = COFFEE) -> None:
    """A whole sale for cash."""
    selling.tap_article(shop.till, ANNA, shop.tap_id(), article)
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)


def bodies(shop: Shop, kind: str) -> list:
    """The bodies of all entries of a kind."""
    return [
        decode_body(kind, e.header.version, e.body)
        for e in shop.till.file.entries(1)
        if e.header.kind == kind
    ]


def last_z(shop: Shop) -> DayReport:
    """The figures of the last Z."""
    return bodies(shop, "day.closed")[-1]


def setting(shop: Shop, **changes: str) -> None:
    """The store as the office would publish it with these settings."""
    shop.till.registers.store = replace(STORE, **changes)


def paper(shop: Shop, newest: int = -1) -> str:
    return shop.printer.slips[newest].decode("cp858")


@pytest.mark.requirement("R-CASH-004")
def test_float_is_asked_for_each_day_with_what_was_counted_proposed(shop: Shop) -> None:
    till = shop.till
    assert not closing.has_float(till)
    closing.set_float(till, ANNA, 1000_00)
    assert closing.has_float(till)
    sell(shop)
    shop.counter.close_days(ANNA, DAY, Count(1030_00))
    assert closing.has_float(till), "a second period of the day goes on with what lies there"
    shop.clock.forward(86400)
    assert not closing.has_float(till)
    assert closing.float_now(till, till.file) == 1030_00, "what was counted is proposed"
    shop.restart()
    assert not closing.has_float(shop.till)
    closing.set_float(shop.till, ANNA, 1030_00)
    shop.restart()
    assert closing.has_float(shop.till), "a restart asks nobody again"


@pytest.mark.requirement("R-CASH-004", "R-SET-006")
def test_a_wrong_float_is_corrected_and_both_figures_stand_in_the_journal(shop: Shop) -> None:
    closing.set_float(shop.till, ANNA, 100_00)
    with pytest.raises(Refusal, match="pin_wanted"):
        closing.set_float(shop.till, ANNA, 1000_00)
    closing.set_float(shop.till, ANNA, 1000_00, EVA)
    first, second = bodies(shop, "float.set")
    assert first == FloatSet(100_00, 0, "day_start")
    assert second == FloatSet(1000_00, 100_00, "correction", EVA.person)
    report = closing.open_report(shop.till, EVA, shop.till.file)
    assert (report.float_minor, report.cash_expected_minor) == (1000_00, 1000_00)
    assert report.row("float_change").amount_minor == 1000_00, "nothing was carried over"
    shop.counter.close_days(EVA, DAY)
    assert "ändrad från överfört med" in paper(shop)


def test_the_proposal_counts_a_day_that_still_waits_for_its_z(shop: Shop) -> None:
    closing.set_float(shop.till, ANNA, 1000_00)
    sell(shop)
    shop.clock.forward(86400)
    assert closing.float_now(shop.till, shop.till.file) == 1034_00
    closing.set_float(shop.till, ANNA, 1034_00)
    assert shop.counter.close_days(ANNA, NEXT) == [1, 2]
    assert last_z(shop).row("float_change").amount_minor == 0


def test_no_float_is_asked_where_no_cash_is_taken(shop: Shop) -> None:
    shop.till.registers.methods = [m for m in shop.till.registers.methods if m.kind != "cash"]
    assert closing.has_float(shop.till)


@pytest.mark.requirement("R-CASH-006", "OPP-015", "R-CLOSE-001")
def test_the_drawer_is_counted_by_denomination_and_the_difference_stands_on_the_z(
    shop: Shop,
) -> None:
    closing.set_float(shop.till, ANNA, 1000_00)
    sell(shop, BUN)
    pieces = (Pieces(500_00, 2), Pieces(20_00, 1), Pieces(5_00, 1))
    shop.counter.close_days(ANNA, DAY, Count(1025_00, pieces))
    (counted,) = bodies(shop, "cash.counted")
    assert counted == CashCounted(DAY, 1, "SEK", 1030_00, 1025_00, pieces)
    assert counted.difference_minor == -5_00
    report = last_z(shop)
    assert (report.cash_expected_minor, report.cash_counted_minor) == (1030_00, 1025_00)
    assert report.row("cash_difference").amount_minor == -5_00
    text = paper(shop)
    assert "Räknade kontanter                 1 025,00" in text
    assert "Differens                            -5,00" in text
    assert shop.till.cash_carried_minor == 1025_00, "what lies there is what the next day has"
    shop.restart()
    assert shop.till.cash_carried_minor == 1025_00


@pytest.mark.requirement("R-CLOSE-005", "R-CASH-006")
def test_cash_goes_to_the_bank_in_the_closing_and_the_rest_is_the_next_float(shop: Shop) -> None:
    shop.till.registers.reasons = {BANK.id: BANK}
    closing.set_float(shop.till, EVA, 1000_00)
    sell(shop)
    before = shop.till.head.seq
    shop.counter.close_days(EVA, DAY, Count(1034_00, (), 34_00, BANK.id))
    kinds = shop.kinds(before + 1)
    assert kinds[:3] == ["cash.counted", "cash.moved", "day.closed"]
    at = {e.header.at_utc_ms for e in shop.till.file.entries(before + 1, 3)}
    assert len(at) == 1, "one commit"
    report = last_z(shop)
    assert report.row("cash_out", "7").amount_minor == 34_00
    assert (report.cash_expected_minor, report.cash_counted_minor) == (1000_00, 1000_00)
    assert "Uttaget Till banken" in paper(shop)
    assert shop.till.cash_carried_minor == 1000_00
    shop.clock.forward(86400)
    assert closing.float_now(shop.till, shop.till.file) == 1000_00


def test_taking_cash_to_the_bank_keeps_the_rules_of_cash_out(shop: Shop) -> None:
    shop.till.registers.reasons = {BANK.id: BANK}
    sell(shop)

    def close(actor: Person, count: Count, day: str = DAY, approver: Person | None = None) -> None:
        shop.counter.close_days(actor, day, count, approver)

    with pytest.raises(Refusal, match="pin_wanted"):
        close(ANNA, Count(34_00, (), 34_00, BANK.id))
    with pytest.raises(Refusal, match="bank_more_than_counted"):
        close(EVA, Count(34_00, (), 35_00, BANK.id))
    with pytest.raises(Refusal, match="reason_wanted"):
        close(EVA, Count(34_00, (), 34_00))
    with pytest.raises(Refusal, match="tendered_not_payable"):
        close(EVA, Count(34_00, (), 33_50, BANK.id))
    shop.clock.forward(86400)
    with pytest.raises(Refusal, match="bank_not_now"):
        close(EVA, Count(34_00, (), 34_00, BANK.id))
    assert shop.till.file.last_closing() is None, "nothing was written"
    shop.clock.forward(-86400)
    close(ANNA, Count(34_00, (), 34_00, BANK.id), approver=EVA)
    assert bodies(shop, "cash.moved")[0].approved_by == EVA.person


def test_a_count_belongs_to_the_last_day_that_has_cash(shop: Shop) -> None:
    sell(shop)
    shop.clock.forward(86400)
    assert shop.counter.close_days(ANNA, DAY, Count(34_00)) == [1], (
        "the next morning, uncounted yet"
    )
    assert bodies(shop, "cash.counted")[0].business_day == DAY
    sell(shop)
    shop.clock.forward(86400)
    sell(shop)
    with pytest.raises(Refusal, match="count_not_now"):
        shop.counter.close_days(ANNA, NEXT, Count(68_00))
    assert shop.counter.close_days(ANNA, NEXT) == [2]
    assert "Ej räknad" in paper(shop)
    shop.counter.close_days(ANNA, "2026-11-22", Count(100_00))
    assert last_z(shop).row("cash_difference").amount_minor == -2_00, "booked at the next count"


@pytest.mark.requirement("OPP-015")
def test_a_blind_count_shows_what_should_lie_there_only_afterwards(shop: Shop) -> None:
    setting(shop, cash_count=BLIND)
    closing.set_float(shop.till, ANNA, 1000_00)
    sell(shop)
    shop.counter.x_report(ANNA)
    assert "Beräknade kontanter" not in paper(shop)
    assert "Växelkassa" in paper(shop), "what the law wants stands on every X"
    shop.counter.x_report(EVA)
    assert "Beräknade kontanter               1 034,00" in paper(shop), "by role"
    with pytest.raises(Refusal, match="count_wanted"):
        shop.counter.close_days(ANNA, DAY)
    shop.counter.close_days(ANNA, DAY, Count(1030_00))
    assert bodies(shop, "cash.counted")[0].blind
    assert "Beräknade kontanter               1 034,00" in paper(shop)
    assert "Differens                            -4,00" in paper(shop)


def test_a_store_that_wants_a_count_closes_no_day_without(shop: Shop) -> None:
    setting(shop, cash_count=REQUIRED)
    sell(shop)
    with pytest.raises(Refusal, match="count_wanted"):
        shop.counter.close_days(EVA, DAY)
    shop.clock.forward(86400)
    sell(shop)
    assert shop.counter.close_days(EVA, DAY) == [1], "what lies there belongs to a later day"
    with pytest.raises(Refusal, match="count_wanted"):
        shop.counter.close_days(EVA, NEXT)
    assert shop.counter.close_days(EVA, NEXT, Count(68_00)) == [2]


@pytest.mark.requirement("R-CLOSE-001")
def test_who_may_close_is_a_matter_of_role(shop: Shop) -> None:
    accountant = Person("p9", "Siv", "accountant", (1,))
    sell(shop)
    with pytest.raises(Refusal, match="not_allowed"):
        shop.counter.close_days(accountant, DAY)
    with pytest.raises(Refusal, match="approver_not_allowed"):
        shop.counter.close_days(accountant, DAY, None, accountant)
    assert shop.counter.close_days(ANNA, DAY) == [1]


@pytest.mark.requirement("R-CLOSE-008")
def test_closing_asks_nothing_of_the_card_terminal(shop: Shop) -> None:
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    shop.counter.pay_card(ANNA, shop.tap_id())
    shop.till.devices = replace(shop.till.devices, card_terminal=None)
    asked = shop.services
    assert shop.counter.close_days(ANNA, DAY) == [1]
    assert shop.services == asked, "not one message: the terminal settles by itself"
    assert last_z(shop).row("method", "2").amount_minor == 34_00


@pytest.mark.requirement("R-CLOSE-004")
def test_a_day_closes_though_unit_and_printer_are_dead_and_the_paper_comes_later(
    shop: Shop,
) -> None:
    sell(shop)
    shop.till.devices = replace(shop.till.devices, control_unit=None)
    shop.printer.state = "paper_out"
    assert shop.counter.close_days(ANNA, DAY) == [1]
    before = shop.printer.printed
    assert len(shop.till.desk.undelivered) == 1
    shop.printer.state = "ready"
    shop.counter.work_off()
    assert shop.printer.printed == before + 1 and "Z-dagrapport" in paper(shop)


@pytest.mark.requirement("R-CLOSE-004")
def test_two_tills_of_a_store_have_a_series_of_z_each(tmp_path: Path) -> None:
    one, two = Shop(tmp_path / "one"), Shop(tmp_path / "two")
    for _ in range(3):
        sell(one)
        one.counter.close_days(ANNA, one.till.today())
        one.clock.forward(86400)
    sell(two)
    assert two.counter.close_days(ANNA, two.till.today()) == [1]
    one.restart()
    assert one.counter.close_days(ANNA, one.till.today()) == [4]
    assert [row[0] for row in one.till.file.closings(10)] == [4, 3, 2, 1]


@pytest.mark.requirement("OPP-019", "R-CLOSE-010")
def test_an_ended_day_closes_by_itself_while_nobody_sells(shop: Shop) -> None:
    setting(shop, day_end=BY_ITSELF)
    lane = shop.counter.quiet_lane
    sell(shop)
    shop.clock.forward(3600)
    lane.step()
    assert shop.till.file.last_closing() is None, "the day goes on"
    shop.clock.forward(17 * 3600)
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    shop.clock.forward(120)
    lane.step()
    assert shop.till.file.last_closing() is None, "never in the middle of a sale"
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    lane.step()
    assert shop.till.file.last_closing() is None, "nor between two customers"
    shop.clock.forward(60)
    lane.step()
    assert shop.till.file.last_closing()[:3] == (1, DAY, 1)
    assert last_z(shop).cashier == "" and last_z(shop).cash_counted_minor is None
    shop.counter.work_off()
    assert "Ej räknad" in paper(shop)
    before = shop.till.head.seq
    lane.step()
    assert shop.till.head.seq == before, "today goes on"


@pytest.mark.requirement("OPP-019", "R-CLOSE-010")
def test_a_forgotten_day_is_known_without_looking_into_the_file(shop: Shop) -> None:
    sell(shop)
    assert not closing.day_is_forgotten(shop.till), "today goes on"
    shop.clock.forward(86400)
    assert closing.day_is_forgotten(shop.till)
    shop.restart()
    assert closing.day_is_forgotten(shop.till), "nobody has to think of it"
    shop.counter.close_days(ANNA, DAY)
    assert not closing.day_is_forgotten(shop.till)
    shop.clock.forward(2 * 86400)
    assert closing.day_is_forgotten(shop.till), "an empty day wants its Z too"


@pytest.mark.requirement("R-CLOSE-010", "R-MORE-008")
def test_what_is_sold_after_the_days_z_is_not_forgotten_either(shop: Shop) -> None:
    sell(shop)
    shop.counter.close_days(ANNA, DAY)
    sell(shop)
    assert not closing.day_is_forgotten(shop.till), "today goes on"
    shop.clock.forward(86400)
    assert closing.day_is_forgotten(shop.till)
    sell(shop)
    shop.restart()
    assert closing.day_is_forgotten(shop.till), "though something was sold today"
    setting(shop, day_end=BY_ITSELF)
    shop.clock.forward(60)
    shop.counter.quiet_lane.step()
    assert shop.till.file.last_closing()[:3] == (2, DAY, 2)
    assert not closing.day_is_forgotten(shop.till) and not shop.counter.quiet_lane.due()


@pytest.mark.requirement("OPP-019")
def test_days_that_the_till_was_off_close_when_it_starts_again(shop: Shop) -> None:
    sell(shop)
    shop.clock.forward(3 * 86400)
    shop.restart()
    setting(shop, day_end=BY_ITSELF)
    shop.clock.forward(60)
    shop.counter.quiet_lane.step()
    assert [(c[0], c[1]) for c in shop.till.file.closings(9)] == [
        (3, "2026-11-22"),
        (2, NEXT),
        (1, DAY),
    ]


def test_by_itself_keeps_the_rules_of_closing(shop: Shop) -> None:
    setting(shop, day_end=BY_ITSELF, parked_at_closing=BLOCKED)
    sell(shop)
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    parking.park(shop.till, ANNA, shop.tap_id())
    shop.clock.forward(86400)
    lane = shop.counter.quiet_lane
    lane.step()
    assert shop.till.closing_refused == "parked_left" and shop.till.file.last_closing() is None
    setting(shop, day_end=BY_ITSELF, cash_count=REQUIRED)
    lane.step()
    assert shop.till.closing_refused == "" and shop.till.file.last_closing()[0] == 1, (
        "nobody is there to count"
    )
    shop.clock.forward(40 * 86400)
    lane.step()
    assert shop.till.closing_refused == "too_many_days", "a person looks at the clock first"
    setting(shop)
    assert not lane.due(), "prompted for, where the store wants no more"
