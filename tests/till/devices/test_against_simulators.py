"""The till's wires against the device simulators, which were written apart from them (D31)."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from tests.fiscal.se.receipts import mark_request, sealed_receipt
from tests.till.devices.simulators import Simulator, simulator
from tests.till.devices.stubs import wait_until

from skrin.domain.receipt import RETURN
from skrin.fiscal.contract import UnitRefused, UnitSilent
from skrin.payments.contract import PaymentAnswer, PaymentAsk
from skrin.till.devices.card_terminal import NexoTerminal
from skrin.till.devices.contract import PrintResult
from skrin.till.devices.control_unit import CleanCashUnit, TcpLine
from skrin.till.devices.printer import NetworkPrinter

JOB = b"\x1b@Bageriet\nKvitto 1001\nTotalt 125,00\nTack!\n\x1bd\x06\x1dV\x00"
SLIP = "Kvitto 1001"


@pytest.fixture(scope="module")
def unit_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    state = tmp_path_factory.mktemp("unit") / "unit.json"
    with simulator("control_unit", "--state", str(state)) as running:
        yield running


@pytest.fixture
def unit(unit_process: Simulator) -> Simulator:
    unit_process.reset()
    return unit_process


@pytest.fixture
def unit_line(unit: Simulator) -> CleanCashUnit:
    line = TcpLine("127.0.0.1", unit.port)
    return CleanCashUnit(line, question_deadline_s=0.5, register_deadline_s=0.5)


DESIGNATIONS = (f"KASSA{number:02d}" for number in count(1))


def test_the_unit_tells_who_and_how_it_is(unit: Simulator, unit_line: CleanCashUnit) -> None:
    identity, status = unit_line.identity(), unit_line.status()
    assert (identity.unit_id, int(identity.protocol)) == ("SIMU00000001", 2)
    assert (status.ok, status.main_status) == (True, "0")
    unit.switch(main_status=4, severity=4)
    status = unit_line.status()
    assert (status.ok, status.main_status, status.detail[1]) == (False, "4", "4")


@pytest.mark.requirement("R-CTRL-001", "R-CTRL-002")
def test_sales_and_returns_add_up_at_the_unit(unit: Simulator, unit_line: CleanCashUnit) -> None:
    designation = next(DESIGNATIONS)
    sale = sealed_receipt((2500, 125_00), (600, 53_00), designation=designation, number=1)
    back = sealed_receipt((600, 10_60), designation=designation, number=2, kind=RETURN)
    marks = [
        unit_line.register(mark_request(sale, serial=1)),
        unit_line.register(mark_request(back, serial=2)),
    ]
    assert len({mark.code for mark in marks}) == 2
    assert all(len(mark.code) == 59 and mark.unit_id == "SIMU00000001" for mark in marks)
    heard = str(unit.look()["counters"])
    assert designation in heard
    for figure in (167_40, 10_60):  # 178.00 sold less 10.60 returned, and what was returned.
        assert any(written in heard for written in _written(figure)), (figure, heard)


def _written(figure_minor: int) -> tuple[str, ...]:
    whole, part = divmod(figure_minor, 100)
    return (str(figure_minor), f"{whole},{part:02d}", f"{whole}.{part:02d}")


@pytest.mark.requirement("R-CTRL-007")
@pytest.mark.parametrize("repeat", ["new", "same"])
def test_a_lost_answer_is_asked_for_again_with_the_same_bytes(
    repeat: str, unit: Simulator, unit_line: CleanCashUnit
) -> None:
    unit.switch(hang_up={"times": 1}, repeat=repeat)
    request = mark_request(sealed_receipt((2500, 125_00), designation=next(DESIGNATIONS)))
    with pytest.raises(UnitSilent):
        unit_line.register(request)
    first = unit_line.register(request)
    again = unit_line.register(request)
    assert (first.code == again.code) is (repeat == "same")


def test_silence_ends_at_the_deadline_and_heals(unit: Simulator, unit_line: CleanCashUnit) -> None:
    unit.switch(silent={"times": 1})
    begun = time.monotonic()
    with pytest.raises(UnitSilent):
        unit_line.status()
    assert 0.4 < time.monotonic() - begun < 3
    assert unit_line.status().ok


def test_a_late_answer_is_silence_and_the_next_exchange_is_clean(
    unit: Simulator, unit_line: CleanCashUnit
) -> None:
    request = mark_request(sealed_receipt((2500, 125_00), designation=next(DESIGNATIONS)))
    unit.switch(slow_ms={"value": 900, "times": 1})
    with pytest.raises(UnitSilent):
        unit_line.register(request)
    wait_until(lambda: _answers(unit_line), 5)
    assert len(unit_line.register(request).code) == 59


def _answers(unit_line: CleanCashUnit) -> bool:
    try:
        return unit_line.status().ok
    except UnitSilent:
        return False


def test_a_doubled_answer_is_read_once(unit: Simulator, unit_line: CleanCashUnit) -> None:
    unit.switch(answer_twice=True)
    designation = next(DESIGNATIONS)
    codes = {
        unit_line.register(
            mark_request(sealed_receipt((2500, 1_00), designation=designation), serial=serial)
        ).code
        for serial in (1, 2, 3)
    }
    assert len(codes) == 3


@pytest.mark.parametrize("code", [f"{number:03d}" for number in range(1, 12)])
def test_every_refusal_of_the_unit_arrives(
    code: str, unit: Simulator, unit_line: CleanCashUnit
) -> None:
    unit.switch(refuse={"times": 1}, refuse_code=code)
    request = mark_request(sealed_receipt((2500, 1_00), designation=next(DESIGNATIONS)))
    with pytest.raises(UnitRefused) as refused:
        unit_line.register(request)
    assert refused.value.code == code
    assert refused.value.renew_serial is (code in ("004", "011"))
    assert refused.value.again is (code in ("001", "006", "008", "010"))


def test_a_serial_out_of_order_asks_for_a_new_one(
    unit: Simulator, unit_line: CleanCashUnit
) -> None:
    sealed = sealed_receipt((2500, 1_00), designation=next(DESIGNATIONS))
    unit_line.register(mark_request(sealed, serial=5))
    with pytest.raises(UnitRefused) as refused:
        unit_line.register(mark_request(sealed, serial=9))
    assert refused.value.renew_serial
    assert unit_line.register(mark_request(sealed, serial=10)).message_serial == 10


@pytest.fixture(scope="module")
def terminal_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    ca_dir = tmp_path_factory.mktemp("card")
    arguments = ("--ca-dir", str(ca_dir), "--payment-ms", "50", "--long-ms", "1500")
    with simulator("card_terminal", *arguments) as running:
        yield running


@pytest.fixture
def terminal(terminal_process: Simulator) -> Simulator:
    terminal_process.reset()
    return terminal_process


def line_to(terminal: Simulator, pay_deadline_s: float = 5.0) -> NexoTerminal:
    assert Path(terminal.ready["ca"]).is_file()
    return NexoTerminal(
        f"https://127.0.0.1:{terminal.port}/nexo/",
        terminal.ready["ca"],
        sale_id="TILL01",
        card_terminal_id=terminal.ready["poi_id"],
        pay_deadline_s=pay_deadline_s,
        status_deadline_s=5.0,
    )


SERVICE_IDS = (f"{number:X}" for number in count(0xA0))


def attempt(terminal: Simulator, amount_minor: int) -> PaymentAsk:
    service_id = next(SERVICE_IDS)
    return PaymentAsk(
        attempt_id=f"attempt-{service_id}",
        sale_id="TILL01",
        service_id=service_id,
        card_terminal_id=terminal.ready["poi_id"],
        amount_minor=amount_minor,
        currency="SEK",
        at_local="2026-12-01T12:30:00",
        operator="Eva",
    )


def test_an_approval_with_card_and_slips(terminal: Simulator) -> None:
    answer = line_to(terminal).pay(attempt(terminal, 87_40))
    assert (answer.outcome, answer.reason, answer.amount_minor) == ("approved", "", 87_40)
    card = answer.card
    assert card is not None and card.brand and card.approval_code and card.provider_transaction_id
    assert sum(sign.isdigit() for sign in card.masked_pan) <= 12
    assert card.customer_slip and card.merchant_slip
    assert any("87" in row for row in card.customer_slip)


@pytest.mark.parametrize(
    ("amount_minor", "reason"),
    [(1_24, "refusal"), (51_34, "wrong_pin"), (101_40, "cancelled"), (11_53, "busy")],
)
def test_each_clear_no_is_declined_and_stays_so_when_asked(
    amount_minor: int, reason: str, terminal: Simulator
) -> None:
    till_side, ask = line_to(terminal), attempt(terminal, amount_minor)
    assert till_side.pay(ask) == PaymentAnswer("declined", reason, 0)
    later = till_side.status_of(ask, next(SERVICE_IDS))
    assert later.outcome == "declined"
    assert later.reason in (reason, "not_found")


@pytest.mark.requirement("R-CARD-007")
def test_150_was_charged_once_and_the_status_finds_it(terminal: Simulator) -> None:
    till_side, ask = line_to(terminal, 1.0), attempt(terminal, 21_50)
    assert till_side.pay(ask) == PaymentAnswer("unknown", "no_answer", 0)
    found = till_side.status_of(ask, next(SERVICE_IDS))
    assert (found.outcome, found.amount_minor) == ("approved", 21_50)
    assert found.card is not None and found.card.approval_code
    assert till_side.status_of(ask, next(SERVICE_IDS)) == found


@pytest.mark.requirement("R-CARD-007")
def test_151_was_never_charged_and_the_status_says_so(terminal: Simulator) -> None:
    till_side, ask = line_to(terminal, 1.0), attempt(terminal, 21_51)
    assert till_side.pay(ask) == PaymentAnswer("unknown", "no_answer", 0)
    answer = till_side.status_of(ask, next(SERVICE_IDS))
    assert answer == PaymentAnswer("declined", "not_found", 0)


def test_152_is_running_until_it_is_approved(terminal: Simulator) -> None:
    till_side, ask = line_to(terminal, 0.7), attempt(terminal, 21_52)
    first = till_side.pay(ask)
    assert first.outcome == "unknown"
    running = till_side.status_of(ask, next(SERVICE_IDS))
    assert running == PaymentAnswer("unknown", "in_progress", 0, running=True)
    answers: list[PaymentAnswer] = []

    def settled() -> bool:
        answers.append(till_side.status_of(ask, next(SERVICE_IDS)))
        return answers[-1].outcome != "unknown"

    wait_until(settled)
    assert (answers[-1].outcome, answers[-1].amount_minor) == ("approved", 21_52)


def test_another_attempt_is_never_taken_for_ours(terminal: Simulator) -> None:
    till_side, ours = line_to(terminal), attempt(terminal, 30_00)
    assert till_side.pay(ours).outcome == "approved"
    stranger = replace(ours, amount_minor=20_00)
    answer = till_side.status_of(stranger, next(SERVICE_IDS))
    assert answer == PaymentAnswer("unknown", "bad_message", 0)
    never_sent = replace(ours, service_id=next(SERVICE_IDS))
    answer = till_side.status_of(never_sent, next(SERVICE_IDS))
    assert answer == PaymentAnswer("declined", "not_found", 0)
    elsewhere = replace(never_sent, card_terminal_id="SIMU-00000002")
    assert till_side.status_of(elsewhere, next(SERVICE_IDS)).outcome == "unknown"


def test_hang_up_silence_and_a_doubled_answer(terminal: Simulator) -> None:
    till_side = line_to(terminal, 1.0)
    terminal.switch(hang_up={"times": 1}, applies_to="payment")
    ask = attempt(terminal, 40_00)
    assert till_side.pay(ask) == PaymentAnswer("unknown", "no_answer", 0)
    assert till_side.status_of(ask, next(SERVICE_IDS)).outcome == "approved"
    terminal.switch(silent={"times": 1}, applies_to="payment")
    ask = attempt(terminal, 41_00)
    assert till_side.pay(ask) == PaymentAnswer("unknown", "no_answer", 0)
    assert till_side.status_of(ask, next(SERVICE_IDS)).outcome in ("approved", "declined")
    terminal.switch(answer_twice=True)
    assert till_side.pay(attempt(terminal, 42_00)).amount_minor == 42_00
    assert till_side.pay(attempt(terminal, 43_00)).amount_minor == 43_00


@pytest.mark.parametrize(
    ("condition", "outcome", "reason"),
    [
        ("Aborted", "declined", "aborted"),
        ("InvalidCard", "declined", "invalid_card"),
        ("PaymentRestriction", "declined", "payment_restriction"),
        ("NotAllowed", "declined", "not_allowed"),
        ("DeviceOut", "unknown", "device_out"),
        ("UnreachableHost", "unknown", "unreachable"),
    ],
)
def test_refusals_of_the_terminal(
    condition: str, outcome: str, reason: str, terminal: Simulator
) -> None:
    terminal.switch(refuse={"times": 1}, refuse_condition=condition, applies_to="payment")
    answer = line_to(terminal).pay(attempt(terminal, 50_00))
    assert (answer.outcome, answer.reason) == (outcome, reason)


def test_a_lost_session_is_opened_anew(terminal: Simulator) -> None:
    terminal.switch(refuse={"times": 1}, refuse_condition="LoggedOut", applies_to="payment")
    assert line_to(terminal).pay(attempt(terminal, 60_00)).outcome == "approved"
    terminal.switch(login_required=True)
    assert line_to(terminal).pay(attempt(terminal, 61_00)).outcome == "approved"


def test_a_running_payment_can_be_aborted(terminal: Simulator) -> None:
    terminal.switch(payment_ms=8000)
    till_side, ask = line_to(terminal, 10.0), attempt(terminal, 70_00)
    outcome: list[PaymentAnswer] = []
    paying = threading.Thread(target=lambda: outcome.append(till_side.pay(ask)))
    paying.start()
    wait_until(lambda: till_side.status_of(ask, next(SERVICE_IDS)).running)
    till_side.abort(ask, next(SERVICE_IDS))
    paying.join(10)
    assert outcome == [PaymentAnswer("declined", "aborted", 0)]


def test_the_state_of_the_terminal(terminal: Simulator) -> None:
    assert line_to(terminal).state(next(SERVICE_IDS)).state == "ready"
    terminal.switch(global_status="Maintenance")
    assert line_to(terminal).state(next(SERVICE_IDS)).state == "maintenance"


@pytest.fixture(scope="module")
def printer_process() -> Iterator[Simulator]:
    with simulator("printer", "--columns", "42") as running:
        yield running


@pytest.fixture
def printer(printer_process: Simulator) -> Simulator:
    printer_process.reset()
    return printer_process


@pytest.fixture
def printer_line(printer: Simulator) -> Iterator[NetworkPrinter]:
    line = NetworkPrinter(
        "127.0.0.1",
        printer.port,
        42,
        query_timeout_s=0.3,
        job_timeout_s=5.0,
        poll_s=0.3,
        settle_s=0.8,
    )
    yield line
    if line._kept:
        line._kept.close()


def whole_slips(printer: Simulator) -> int:
    """How many slips came out that carry the whole receipt."""
    slips = [slip["text"] for slip in printer.look("/slips")]
    return sum(all(word in text for word in (SLIP, "Totalt", "Tack!")) for text in slips)


@pytest.mark.requirement("R-DEV-001", "R-DEV-002")
def test_the_printer_tells_its_condition(printer: Simulator, printer_line: NetworkPrinter) -> None:
    assert printer_line.condition() == "ready"
    for switches, condition in (
        ({"paper_low": True}, "paper_low"),
        ({"paper_low": False, "paper_out": True}, "paper_out"),
        ({"paper_out": False, "cover_open": True}, "cover_open"),
        ({"cover_open": False, "offline": True}, "offline"),
        ({"offline": False}, "ready"),
    ):
        printer.switch(**switches)
        assert printer_line.condition() == condition
    printer.switch(silent={"times": 1})
    assert printer_line.condition() == "silent"
    wait_until(lambda: printer_line.condition() == "ready")


def test_a_job_comes_out_once(printer: Simulator, printer_line: NetworkPrinter) -> None:
    before = whole_slips(printer)
    assert printer_line.print(JOB) == PrintResult("out", "ready")
    assert whole_slips(printer) == before + 1


@pytest.mark.parametrize("condition", ["paper_out", "cover_open", "offline"])
def test_nothing_is_sent_to_a_printer_that_cannot_print(
    condition: str, printer: Simulator, printer_line: NetworkPrinter
) -> None:
    before = whole_slips(printer)
    printer.switch(**{condition: True})
    assert printer_line.print(JOB) == PrintResult("not_out", condition)
    printer.switch(**{condition: False})
    assert printer_line.condition() == "ready"
    assert whole_slips(printer) == before
    assert printer_line.print(JOB).outcome == "out"
    assert whole_slips(printer) == before + 1


@pytest.mark.requirement("R-DEV-001")
@pytest.mark.parametrize(("resume", "settled"), [("continue", "out"), ("lost", "not_out")])
def test_paper_that_runs_out_in_the_middle(
    resume: str, settled: str, printer: Simulator, printer_line: NetworkPrinter
) -> None:
    before = whole_slips(printer)
    printer.switch(resume=resume, paper_out_after_lines=2)
    assert printer_line.print(JOB) == PrintResult("unsure", "paper_out")
    assert printer_line.condition() == "paper_out"
    assert printer_line.settle() == "unsure"
    printer.switch(paper_out_after_lines=0, paper_out=False)
    assert printer_line.condition() in ("ready", "paper_low")
    assert printer_line.settle() == settled
    if settled == "not_out":
        assert printer_line.print(JOB).outcome == "out"
    assert printer_line.condition() == "ready"
    assert whole_slips(printer) == before + 1


def served_client(printer: Simulator) -> socket.socket:
    """A client that the printer serves: the one before it may be leaving still, and then a printer
    that refuses second clients refuses this one."""

    lines: list[socket.socket] = []

    def served() -> bool:
        line = socket.create_connection(("127.0.0.1", printer.port), timeout=5)
        with contextlib.suppress(OSError):
            line.sendall(b"\x10\x04\x01")
            if line.recv(1) == b"\x12":
                lines.append(line)
                return True
        line.close()
        return False

    wait_until(served)
    return lines[0]


def test_a_second_client_waits_or_is_refused(
    printer: Simulator, printer_line: NetworkPrinter
) -> None:
    for manner in ("wait", "refuse"):
        printer.switch(second_client=manner)
        with served_client(printer) as _first:
            assert printer_line.condition() == "silent"
            assert printer_line.print(JOB) == PrintResult("not_out", "silent")
        wait_until(lambda: printer_line.condition() == "ready")


def test_a_printer_that_hangs_up_after_hearing_leaves_the_job_unsure(
    printer: Simulator, printer_line: NetworkPrinter
) -> None:
    printer.switch(hang_up={"times": 1}, applies_to="job")
    assert printer_line.print(JOB).outcome == "unsure"
    wait_until(lambda: printer_line.condition() == "ready")
    assert printer_line.settle() in ("out", "not_out")


def given_back(terminal: Simulator, amount_minor: int) -> PaymentAsk:
    return replace(attempt(terminal, amount_minor), purpose="refund")


def undoing(paid: PaymentAsk) -> PaymentAsk:
    service_id = next(SERVICE_IDS)
    return replace(paid, purpose="void", service_id=service_id, attempt_id=f"attempt-{service_id}")


def totals(terminal: Simulator) -> dict[str, int]:
    """What the terminal has moved since it was started, in minor units."""
    kinds = terminal.look()["counters"]["tills"]["TILL01"]
    return {kind: kinds[kind]["sum_minor"] for kind in ("charges", "refunds", "reversals")}


def charged(terminal: Simulator, line: NexoTerminal, amount_minor: int) -> tuple[PaymentAsk, str]:
    ask = attempt(terminal, amount_minor)
    answer = line.pay(ask)
    assert answer.card is not None and answer.card.provider_transaction_id
    return ask, answer.card.provider_transaction_id


def test_money_goes_back_to_a_card(terminal: Simulator) -> None:
    line = line_to(terminal)
    charged(terminal, line, 10_00)
    before = totals(terminal)
    answer = line.refund(given_back(terminal, 87_40))
    assert (answer.outcome, answer.amount_minor) == ("approved", 87_40)
    assert answer.card is not None and answer.card.customer_slip
    assert totals(terminal)["refunds"] - before["refunds"] == 87_40
    terminal.switch(refuse={"times": 1}, refuse_condition="Refusal", applies_to="payment")
    assert line.refund(given_back(terminal, 5_00)) == PaymentAnswer("declined", "refusal", 0)


@pytest.mark.requirement("R-PAY-006", "R-CARD-007")
def test_a_charge_is_undone_at_the_terminal_once(terminal: Simulator) -> None:
    line = line_to(terminal)
    paid, transaction = charged(terminal, line, 87_40)
    before = totals(terminal)
    answer = line.reverse(undoing(paid), transaction)
    assert (answer.outcome, answer.amount_minor) == ("approved", 87_40)
    assert totals(terminal)["reversals"] - before["reversals"] == 87_40
    again = line.reverse(undoing(paid), transaction)
    assert again == PaymentAnswer("declined", "not_allowed", 0)
    assert totals(terminal)["reversals"] - before["reversals"] == 87_40


def test_what_the_terminal_does_not_know_or_no_longer_reverses_stays_charged(
    terminal: Simulator,
) -> None:
    line = line_to(terminal)
    paid, transaction = charged(terminal, line, 20_00)
    assert line.reverse(undoing(paid), "SIMU999999.nobody").reason == "not_found"
    assert line.reverse(undoing(paid), "") == PaymentAnswer("declined", "not_found", 0)
    charged(terminal, line, 30_00)
    terminal.switch(reverse_last_only=True)
    assert line.reverse(undoing(paid), transaction).reason == "not_allowed"


@pytest.mark.requirement("R-CARD-007")
@pytest.mark.parametrize("fault", ["hang_up", "silent"])
def test_a_lost_answer_to_a_reversal_is_asked_for_as_a_reversal(
    fault: str, terminal: Simulator
) -> None:
    line = line_to(terminal, 1.0)
    paid, transaction = charged(terminal, line, 44_00)
    terminal.switch(**{fault: {"times": 1}}, applies_to="reversal")
    ask = undoing(paid)
    assert line.reverse(ask, transaction) == PaymentAnswer("unknown", "no_answer", 0)
    found = line.status_of(ask, next(SERVICE_IDS))
    assert (found.outcome, found.amount_minor) in (("approved", 44_00), ("declined", 0))
    as_charge = line.status_of(replace(ask, purpose="charge"), next(SERVICE_IDS))
    assert as_charge.reason == "not_found", "under another category nothing is known of it"
    # Whatever the status said is what a second try meets.
    again = line.reverse(undoing(paid), transaction)
    assert (again.outcome == "declined") is (found.outcome == "approved")


@pytest.mark.requirement("R-CARD-007")
def test_a_lost_answer_to_a_refund_is_found_once(terminal: Simulator) -> None:
    line = line_to(terminal, 1.0)
    charged(terminal, line, 10_00)
    before = totals(terminal)
    terminal.switch(hang_up={"times": 1}, applies_to="payment")
    ask = given_back(terminal, 63_00)
    assert line.refund(ask) == PaymentAnswer("unknown", "no_answer", 0)
    found = line.status_of(ask, next(SERVICE_IDS))
    assert (found.outcome, found.amount_minor) == ("approved", 63_00)
    assert totals(terminal)["refunds"] - before["refunds"] == 63_00
    never = given_back(terminal, 1_00)
    assert line.status_of(never, next(SERVICE_IDS)) == PaymentAnswer("declined", "not_found", 0)


def test_a_tip_comes_on_top_where_the_till_takes_tips(terminal: Simulator) -> None:
    line = line_to(terminal)
    terminal.switch(tip_minor=10_00)
    with_tip = replace(attempt(terminal, 90_00), tips=True)
    assert line.pay(with_tip).amount_minor == 100_00
    assert line.status_of(with_tip, next(SERVICE_IDS)).amount_minor == 100_00
    assert line.pay(attempt(terminal, 90_00)).amount_minor == 90_00
