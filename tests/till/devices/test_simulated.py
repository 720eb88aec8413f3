"""The devices without wires keep the contracts: same counting, same failures, same words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.fiscal.se.receipts import mark_request, sealed_receipt
from tests.payments.nexo_messages import ASK

from skrin.domain.receipt import RETURN
from skrin.domain.refusal import Refusal
from skrin.fiscal.contract import UnitRefused, UnitSilent
from skrin.payments.contract import PaymentAnswer
from skrin.till.devices.contract import PrintResult
from skrin.till.devices.simulated import InstantCardTerminal, InstantControlUnit, PaperRoll

SALE_KEY = ("5566778899", "KASSA01", "normal")


def test_the_unit_counts_sales_and_returns_per_register_and_type() -> None:
    unit = InstantControlUnit()
    unit.register(mark_request(sealed_receipt((2500, 125_00), (600, 53_00)), serial=1))
    unit.register(mark_request(sealed_receipt((600, 10_60), kind=RETURN), serial=2))
    unit.register(mark_request(receipt_type="kopia", serial=3))
    normal = unit.counters[SALE_KEY]
    assert (normal.receipts, normal.total_minor, normal.returns_minor) == (2, 167_40, 10_60)
    assert normal.vat_minor == {2500: 25_00, 600: 2_40}
    assert unit.counters[(*SALE_KEY[:2], "kopia")].receipts == 1


def test_codes_follow_from_history_and_look_like_real_ones() -> None:
    codes = []
    for _ in range(2):
        unit = InstantControlUnit()
        codes.append([unit.register(mark_request(serial=serial)).code for serial in (1, 2)])
    assert codes[0] == codes[1]
    assert codes[0][0] != codes[0][1]
    assert [len(part) for part in codes[0][0].split(",")] == [32, 26]
    assert InstantControlUnit("OTHER").register(mark_request()).code != codes[0][0]


@pytest.mark.parametrize(("same", "receipts"), [(True, 1), (False, 2)])
def test_a_lost_answer_has_registered_and_a_repeat_is_new_or_the_same(
    same: bool, receipts: int
) -> None:
    unit = InstantControlUnit(same_answer_again=same)
    unit.be_silent(1, after_hearing=True)
    with pytest.raises(UnitSilent):
        unit.register(mark_request())
    assert unit.counters[SALE_KEY].receipts == 1
    assert unit.register(mark_request()).code
    assert unit.counters[SALE_KEY].receipts == receipts


def test_a_deaf_unit_registers_nothing_and_heals() -> None:
    unit = InstantControlUnit()
    unit.be_silent(2)
    with pytest.raises(UnitSilent):
        unit.status()
    with pytest.raises(UnitSilent):
        unit.register(mark_request())
    assert unit.counters == {}
    assert unit.status().ok
    assert unit.identity().unit_id == "FAKE00000001"


def test_the_unit_refuses_as_often_as_told_and_takes_no_impossible_receipt() -> None:
    unit = InstantControlUnit()
    unit.refuse("011")
    unit.refuse("006", times=2)
    codes = []
    for _ in range(3):
        with pytest.raises(UnitRefused) as refused:
            unit.register(mark_request())
        codes.append((refused.value.code, refused.value.renew_serial, refused.value.again))
    assert codes == [("011", True, False), ("006", False, True), ("006", False, True)]
    with pytest.raises(Refusal):
        unit.register(mark_request(sealed_receipt((1000, 1_10))))
    assert unit.counters == {}


def test_the_terminal_approves_and_counts() -> None:
    terminal = InstantCardTerminal()
    answer = terminal.pay(ASK)
    assert (answer.outcome, answer.amount_minor) == ("approved", 125_00)
    assert (terminal.charges, terminal.charged_minor) == (1, 125_00)
    assert terminal.status_of(ASK, "1B") == answer
    with pytest.raises(AssertionError):
        terminal.pay(ASK)


def test_the_terminal_does_what_is_planned() -> None:
    terminal = InstantCardTerminal()
    terminal.plan.extend(["refusal", "lost", "never", "running", "running"])
    asks = [replace(ASK, service_id=f"{number}") for number in range(1, 6)]
    no_answer = PaymentAnswer("unknown", "no_answer", 0)
    running = PaymentAnswer("unknown", "in_progress", 0, running=True)
    declined = PaymentAnswer("declined", "refusal", 0)
    assert [terminal.pay(ask) for ask in asks] == [declined, *[no_answer] * 4]
    assert terminal.status_of(asks[0], "A") == declined
    assert terminal.status_of(asks[1], "A").outcome == "approved"
    assert terminal.status_of(asks[2], "A") == PaymentAnswer("declined", "not_found", 0)
    assert [terminal.status_of(asks[3], "A") for _ in range(2)] == [running, running]
    assert terminal.status_of(asks[3], "A").amount_minor == 125_00
    terminal.abort(asks[4], "B")
    assert terminal.status_of(asks[4], "A") == PaymentAnswer("declined", "aborted", 0)
    assert (terminal.charges, terminal.charged_minor) == (2, 250_00)
    assert terminal.state("A").state == "ready"


def test_the_roll_keeps_the_last_slips_and_counts_all() -> None:
    roll = PaperRoll(keep=2)
    for number in range(5):
        assert roll.print(b"slip %d" % number) == PrintResult("out", "ready")
    assert (list(roll.slips), roll.printed, roll.printed_bytes) == ([b"slip 3", b"slip 4"], 5, 30)


@pytest.mark.parametrize(("loses", "settled"), [(False, "out"), (True, "not_out")])
def test_the_roll_stops_and_goes_on_in_both_manners(loses: bool, settled: str) -> None:
    roll = PaperRoll()
    roll.stop_in_next, roll.loses_buffer = "paper_out", loses
    assert roll.print(b"slip") == PrintResult("unsure", "paper_out")
    assert roll.print(b"slip") == PrintResult("not_out", "paper_out")
    assert (roll.condition(), roll.settle(), roll.printed) == ("paper_out", "unsure", 0)
    roll.state = "ready"
    assert roll.settle() == settled
    assert roll.printed == (0 if loses else 1)
