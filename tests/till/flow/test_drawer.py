"""Cash put in and taken out, and the drawer opened by hand: by whom, on paper, in X and Z."""

from __future__ import annotations

import pytest
from tests.till.flow.shop import ANNA, COFFEE, Shop

from skrin.documents.escpos import DRAWER_PULSE
from skrin.domain.cash import CashMoved, DrawerOpened, Reason
from skrin.domain.codec import decode_body
from skrin.domain.refusal import Refusal
from skrin.sync.messages import Person
from skrin.till.flow import closing, drawer, selling, training

EVA = Person("p2", "Eva", "manager", (1,))
BANK = Reason(7, "BANK", "cash_out", "Till banken", {}, "1930")
CHANGE = Reason(8, "CHANGE", "cash_in", "Växel från banken", {}, "1930")


@pytest.fixture
def open_shop(shop: Shop) -> Shop:
    shop.till.registers.reasons = {reason.id: reason for reason in (BANK, CHANGE)}
    closing.set_float(shop.till, EVA, 1_000_00)
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    return shop


def moved(shop: Shop) -> CashMoved:
    """The last movement of cash in the journal."""
    entries = [e for e in shop.till.file.entries(1) if e.header.kind == "cash.moved"]
    body = decode_body("cash.moved", 1, entries[-1].body)
    assert isinstance(body, CashMoved)
    return body


@pytest.mark.requirement("R-BTN-019", "R-CASH-001", "R-CASH-002")
def test_cash_in_and_out_change_what_the_drawer_should_hold(open_shop: Shop) -> None:
    shop = open_shop
    shop.counter.move_cash(EVA, shop.tap_id(), "cash_out", 800_00, BANK.id, "Påse 14")
    shop.counter.move_cash(EVA, shop.tap_id(), "cash_in", 200_00, CHANGE.id, "")
    report = closing.open_report(shop.till, EVA, shop.till.file)
    assert report.cash_expected_minor == 1_000_00 + 34_00 - 800_00 + 200_00
    assert report.row("cash_out", "7").amount_minor == 800_00
    assert report.row("cash_in", "8").amount_minor == 200_00
    assert report.row("drawer").count == 2
    assert report.net_minor == 34_00, "cash beside the sales is no sale"
    said = moved(shop)
    assert (said.account, said.reason_name, said.number) == ("1930", "Växel från banken", 2)
    shop.counter.close_days(EVA, shop.till.today())
    paper = shop.printer.slips[-1].decode("cp858")
    assert "Uttaget Till banken" in paper and "-800,00" in paper
    assert "Insatt Växel från banken" in paper and "434,00" in paper
    assert shop.till.cash_carried_minor == 434_00


def test_the_slip_opens_the_drawer_and_says_who_and_why(open_shop: Shop) -> None:
    shop = open_shop
    shop.counter.move_cash(EVA, shop.tap_id(), "cash_out", 800_00, BANK.id, "Påse 14")
    slip = shop.printer.slips[-1]
    assert slip.count(DRAWER_PULSE) == 1
    text = slip.decode("cp858")
    for said in ("Uttag ur kassan", "Till banken", "Påse 14", "800,00", "Eva", "Underskrift"):
        assert said in text
    assert shop.till.desk.undelivered == ()


def test_a_cashier_needs_a_manager_and_the_entry_says_which(open_shop: Shop) -> None:
    shop = open_shop
    before = shop.till.head.seq
    with pytest.raises(Refusal, match="pin_wanted"):
        shop.counter.move_cash(ANNA, shop.tap_id(), "cash_out", 800_00, BANK.id, "")
    with pytest.raises(Refusal, match="pin_wanted"):
        shop.counter.open_drawer(ANNA, shop.tap_id())
    assert (shop.till.head.seq, shop.printer.pulses) == (before, 0)
    shop.counter.move_cash(ANNA, shop.tap_id(), "cash_out", 800_00, BANK.id, "", EVA)
    assert (moved(shop).cashier, moved(shop).approved_by) == ("Anna", "p2")


@pytest.mark.requirement("R-BTN-021")
def test_the_drawer_is_opened_by_hand_counted_and_logged(open_shop: Shop) -> None:
    shop = open_shop
    tap = shop.tap_id()
    shop.counter.open_drawer(ANNA, tap, EVA)
    shop.counter.open_drawer(ANNA, tap, EVA)  # The screen sent it twice.
    assert shop.printer.pulses == 1
    (entry,) = [e for e in shop.till.file.entries(1) if e.header.kind == "drawer.opened"]
    body = decode_body("drawer.opened", 1, entry.body)
    assert body == DrawerOpened("key", tap, "p2") and entry.header.user == "p1"
    report = closing.open_report(shop.till, EVA, shop.till.file)
    assert report.row("drawer").count == 1


def test_a_drawer_that_could_not_open_is_not_counted(open_shop: Shop) -> None:
    shop = open_shop
    shop.printer.state = "silent"
    before = shop.till.head.seq
    with pytest.raises(Refusal, match="printer_silent"):
        shop.counter.open_drawer(EVA, shop.tap_id())
    with pytest.raises(Refusal, match="printer_silent"):
        shop.counter.move_cash(EVA, shop.tap_id(), "cash_out", 800_00, BANK.id, "")
    assert shop.till.head.seq == before


def test_the_same_tap_twice_moves_cash_once_also_after_a_restart(open_shop: Shop) -> None:
    shop = open_shop
    tap = shop.tap_id()
    shop.counter.move_cash(EVA, tap, "cash_in", 200_00, CHANGE.id, "")
    shop.restart()
    shop.till.registers.reasons = {CHANGE.id: CHANGE}
    shop.counter.move_cash(EVA, tap, "cash_in", 200_00, CHANGE.id, "")
    assert shop.kinds().count("cash.moved") == 1


@pytest.mark.parametrize(
    ("amount_minor", "reason", "text", "code"),
    [
        (800_50, 7, "", "tendered_not_payable"),
        (0, 7, "", "tendered_not_payable"),
        (800_00, 8, "", "reason_wanted"),
        (800_00, 0, "utan", "reason_wanted"),
    ],
)
def test_what_cannot_be_moved(
    open_shop: Shop, amount_minor: int, reason: int, text: str, code: str
) -> None:
    with pytest.raises(Refusal, match=code):
        open_shop.counter.move_cash(EVA, open_shop.tap_id(), "cash_out", amount_minor, reason, text)


def test_without_reasons_a_text_says_why(shop: Shop) -> None:
    with pytest.raises(Refusal, match="text_empty"):
        shop.counter.move_cash(EVA, shop.tap_id(), "cash_out", 50_00, 0, " ")
    shop.counter.move_cash(EVA, shop.tap_id(), "cash_out", 50_00, 0, "Frimärken")
    assert (moved(shop).text, moved(shop).account) == ("Frimärken", "")


def test_practice_moves_no_cash_and_opens_nothing(shop: Shop) -> None:
    training.set_training(shop.till, EVA, True)
    for act in (
        lambda: shop.counter.open_drawer(EVA, shop.tap_id()),
        lambda: shop.counter.move_cash(EVA, shop.tap_id(), "cash_out", 50_00, 0, "x"),
    ):
        with pytest.raises(Refusal, match="not_in_training"):
            act()


def test_a_slip_that_is_not_out_holds_the_next_payment(shop: Shop) -> None:
    shop.printer.stop_in_next = "paper_out"
    shop.counter.move_cash(EVA, shop.tap_id(), "cash_out", 50_00, 0, "Frimärken")
    shop.restart()
    selling.tap_article(shop.till, ANNA, shop.tap_id(), COFFEE)
    shop.printer.state = "ready"
    with pytest.raises(Refusal, match="slip_waits"):
        shop.counter.pay_cash(ANNA, shop.tap_id(), None)
    waiting = shop.counter.paper_lane.owes_answer()
    assert waiting and waiting.slip and waiting.slip.text == "Frimärken"
    shop.counter.answer_printed(ANNA, came_out=False)
    shop.counter.work_off()
    assert "Frimärken" in shop.printer.slips[-1].decode("cp858")
    shop.counter.pay_cash(ANNA, shop.tap_id(), None)


def test_a_drawer_that_jams_after_its_entry_is_told(shop: Shop) -> None:
    shop.printer.open_drawer = lambda: "silent"  # type: ignore[method-assign]
    with pytest.raises(Refusal, match="drawer_shut"):
        drawer.open_drawer(shop.till, EVA, shop.counter.preflight, shop.tap_id())
    assert shop.kinds()[-1] == "drawer.opened"
