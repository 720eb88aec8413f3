"""The till's XML wires against the XML card terminal simulator, which was written apart (D31)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count

import pytest
from tests.till.devices.simulators import Simulator, simulator
from tests.till.devices.stubs import wait_until

from skrin.domain.payment import REFUND, VOID
from skrin.payments.contract import CODE, CONFIRM, PaymentAnswer, PaymentAsk
from skrin.till.devices.card_terminal import SessionTerminal
from skrin.till.devices.xml_terminal import NEXO_XML_PATH, EpasTerminal, NexoXmlTerminal

TILL, POI = "till-1", "80000091"
NUMBERS = count(1)


@pytest.fixture(scope="module", params=["epas", "nexo"])
def either_process(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    with simulator("xml_terminal", "--dialect", request.param, "--payment-ms", "20") as running:
        yield running


@pytest.fixture(scope="module")
def epas_process() -> Iterator[Simulator]:
    with simulator("xml_terminal", "--dialect", "epas", "--payment-ms", "20") as running:
        yield running


@pytest.fixture
def either(either_process: Simulator) -> Simulator:
    either_process.reset()
    return either_process


@pytest.fixture
def epas(epas_process: Simulator) -> Simulator:
    epas_process.reset()
    return epas_process


@contextmanager
def line_to(running: Simulator, **more: float) -> Iterator[SessionTerminal]:
    named = {"sale_id": TILL, "card_terminal_id": POI}
    limits = {"pay_deadline_s": 8.0, "status_deadline_s": 2.0, **more}
    terminal: SessionTerminal
    if running.ready["dialect"] == "epas":
        terminal = EpasTerminal("127.0.0.1", running.port, **named, **limits)  # type: ignore[arg-type]
    else:
        url = f"http://127.0.0.1:{running.port}{NEXO_XML_PATH}"
        terminal = NexoXmlTerminal(url, **named, **limits)  # type: ignore[arg-type]
    try:
        yield terminal
    finally:
        terminal.close()


def an_ask(amount_minor: int = 125_00, **more: object) -> PaymentAsk:
    number = next(NUMBERS)
    now_ms = time.time_ns() // 1_000_000
    ask = PaymentAsk(
        f"attempt-{number:04d}", TILL, f"{number:x}", POI, amount_minor, "SEK",
        time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime()), "Anna", begun_at_utc_ms=now_ms,
    )  # fmt: skip
    return replace(ask, **more)  # type: ignore[arg-type]


def in_thread(work: Callable[[], PaymentAnswer]) -> tuple[threading.Thread, list[PaymentAnswer]]:
    found: list[PaymentAnswer] = []
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    return thread, found


def charged(running: Simulator) -> int:
    tills = running.look()["counters"]["tills"]
    return int(tills.get(TILL, {}).get("charges", {}).get("sum_minor", 0))


def runs_at(running: Simulator, ask: PaymentAsk) -> bool:
    newest = running.look("/transactions")[:1]
    return any(one["service_id"] == ask.service_id and not one["response"] for one in newest)


@pytest.mark.requirement("R-CARD-005")
def test_a_purchase_names_the_payment_app_and_its_device(either: Simulator) -> None:
    before = charged(either)
    with line_to(either) as terminal:
        answer = terminal.pay(an_ask(125_00))
    assert (answer.outcome, answer.reason, answer.amount_minor) == ("approved", "", 125_00)
    assert answer.card is not None
    assert (answer.card.card_terminal_id, answer.card.card_terminal_serial) == (POI, "SIMU-SN-0002")
    assert answer.card.masked_pan == "476173 **** 0119"
    assert answer.card.approval_code.isdigit()
    assert "TOTAL SEK 125.00" in answer.card.customer_slip
    assert "MERCHANT COPY" in answer.card.merchant_slip
    assert charged(either) == before + 125_00


@pytest.mark.parametrize(
    ("amount_minor", "reason"),
    [(11_24, "refusal"), (11_34, "wrong_pin"), (11_40, "cancelled"), (11_53, "busy")],
)
def test_a_no_is_a_clear_no(either: Simulator, amount_minor: int, reason: str) -> None:
    before = charged(either)
    with line_to(either) as terminal:
        answer = terminal.pay(an_ask(amount_minor))
    assert (answer.outcome, answer.reason, answer.card) == ("declined", reason, None)
    assert charged(either) == before


def test_nobody_there_and_a_refused_login_are_a_no(either: Simulator) -> None:
    either.switch(refuse=True, refuse_condition="NotAllowed", applies_to="other")
    with line_to(either) as terminal:
        assert terminal.pay(an_ask()) == PaymentAnswer("declined", "not_allowed", 0)
    nobody = EpasTerminal("127.0.0.1", 1, sale_id=TILL, card_terminal_id=POI)
    assert nobody.pay(an_ask()) == PaymentAnswer("declined", "not_sent", 0)
    assert nobody.state("1").state == "silent"


def test_a_session_is_opened_when_the_terminal_wants_one(either: Simulator) -> None:
    either.switch(login_required=True)
    with line_to(either) as terminal:
        assert terminal.state("S1").state == "ready"
        assert terminal.pay(an_ask()).outcome == "approved"
    assert either.look()["counters"]["requests"]["Logout"] >= 1


def test_the_state_is_what_the_terminal_says(either: Simulator) -> None:
    with line_to(either) as terminal:
        either.switch(global_status="Unreachable")
        assert terminal.state("S2").state == "unreachable"
        either.switch(global_status="OK")
        assert (terminal.state("S3").state, terminal.serial) == ("ready", "SIMU-SN-0002")


@pytest.mark.requirement("R-CARD-007")
def test_a_lost_answer_is_found_again(either: Simulator) -> None:
    before = charged(either)
    ask = an_ask(11_50)
    with line_to(either) as terminal:
        assert terminal.pay(ask) == PaymentAnswer("unknown", "no_answer", 0)
        found = terminal.status_of(ask, "Q1")
    assert (found.outcome, found.amount_minor) == ("approved", 11_50)
    assert found.card is not None and found.card.card_terminal_id == POI
    assert charged(either) == before + 11_50


@pytest.mark.requirement("R-CARD-007")
def test_one_that_still_runs_is_asked_about_again(either: Simulator) -> None:
    either.switch(long_ms=1_500)
    ask = an_ask(11_52)
    with line_to(either, pay_deadline_s=0.5) as terminal:
        assert terminal.pay(ask).outcome == "unknown"
        running = terminal.status_of(ask, "Q2")
        assert (running.outcome, running.running) == ("unknown", True)
        wait_until(lambda: terminal.status_of(ask, "Q3").outcome == "approved", 6)


@pytest.mark.requirement("R-CARD-007")
def test_another_last_transaction_proves_nothing(epas: Simulator) -> None:
    """Never processed: the terminal's last is the sale before. Only a person can tell (D18)."""
    ask = an_ask(11_51)
    with line_to(epas) as terminal:
        assert terminal.pay(an_ask(50_00)).outcome == "approved"
        assert terminal.pay(ask).outcome == "unknown"
        assert terminal.status_of(ask, "Q4") == PaymentAnswer("unknown", "other_transaction", 0)


@pytest.mark.requirement("R-CARD-007")
@pytest.mark.parametrize("differs", ["reference", "amount", "time", "nothing named"])
def test_the_last_transaction_counts_only_when_all_of_it_matches(
    epas: Simulator, differs: str
) -> None:
    ask = an_ask(11_50)
    with line_to(epas) as terminal:
        assert terminal.pay(ask).outcome == "unknown"
        hours_ms = 3 * 3600 * 1000
        asked = {
            "reference": replace(ask, attempt_id="another"),
            "amount": replace(ask, amount_minor=ask.amount_minor + 1),
            "time": replace(ask, begun_at_utc_ms=ask.begun_at_utc_ms - hours_ms),
            "nothing named": ask,
        }[differs]
        epas.switch(nameless=differs == "nothing named")
        assert terminal.status_of(asked, "Q5") == PaymentAnswer("unknown", "other_transaction", 0)
        epas.switch(nameless=False)
        assert terminal.status_of(ask, "Q6").outcome == "approved"


def test_a_terminal_without_a_memory_proves_nothing() -> None:
    with simulator("xml_terminal", "--dialect", "epas") as fresh, line_to(fresh) as terminal:
        assert terminal.status_of(an_ask(), "Q7") == PaymentAnswer("unknown", "not_found", 0)


@pytest.mark.requirement("R-PAY-006")
def test_a_charge_is_reversed_once_and_money_goes_back(either: Simulator) -> None:
    with line_to(either) as terminal:
        paid = terminal.pay(an_ask(60_00))
        assert paid.card is not None and paid.card.provider_transaction_at
        transaction = paid.card.provider_transaction_id
        void = an_ask(
            60_00, purpose=VOID, undoes=transaction, undoes_at=paid.card.provider_transaction_at
        )
        assert terminal.reverse(void, transaction).outcome == "approved"
        again = an_ask(60_00, purpose=VOID, undoes=transaction)
        assert terminal.reverse(again, transaction).outcome == "declined"
        assert terminal.refund(an_ask(25_00, purpose=REFUND)).amount_minor == 25_00
    counted = either.look()["counters"]["tills"][TILL]
    assert counted["refunds"]["sum_minor"] % 25_00 == 0 and counted["reversals"]["number"] >= 1


def test_a_lost_reversal_is_found_by_what_it_undid(epas: Simulator) -> None:
    with line_to(epas) as terminal:
        paid = terminal.pay(an_ask(60_00))
        assert paid.card is not None
        transaction = paid.card.provider_transaction_id
        void = an_ask(60_00, purpose=VOID, undoes=transaction)
        epas.switch(hang_up={"times": 1}, applies_to="reversal")
        assert terminal.reverse(void, transaction).outcome == "unknown"
        assert terminal.status_of(void, "Q8").outcome == "approved"
        other = replace(void, undoes="another")
        assert terminal.status_of(other, "Q9").reason == "other_transaction"


def test_a_tip_is_asked_for_only_where_tips_are_taken(epas: Simulator) -> None:
    epas.switch(tip_minor=10_00)
    with line_to(epas) as terminal:
        assert terminal.pay(an_ask(60_00, tips=True)).amount_minor == 70_00
        assert terminal.pay(an_ask(60_00)).amount_minor == 60_00


def test_a_part_is_approved_as_a_part(either: Simulator) -> None:
    either.switch(partial_minor=40_00)
    with line_to(either) as terminal:
        answer = terminal.pay(an_ask(60_00))
    assert (answer.outcome, answer.reason, answer.amount_minor) == ("approved", "partial", 40_00)


def test_the_cashier_stops_a_payment_and_the_payment_tells(either: Simulator) -> None:
    either.switch(payment_ms=5_000)
    ask = an_ask(60_00)
    before = charged(either)
    with line_to(either) as terminal:
        thread, found = in_thread(lambda: terminal.pay(ask))
        wait_until(lambda: runs_at(either, ask), 5)
        terminal.abort(ask, "A1")
        thread.join(8)
    assert found == [PaymentAnswer("declined", "aborted", 0)]
    assert charged(either) == before


@pytest.mark.parametrize("shape", ["garbage", "doctype", "half", "huge", "unknown"])
def test_what_cannot_be_read_is_unknown_and_found_again(either: Simulator, shape: str) -> None:
    either.switch(answer_shape={"value": shape, "times": 1})
    ask = an_ask(70_00)
    with line_to(either, pay_deadline_s=3.0) as terminal:
        answer = terminal.pay(ask)
        assert answer.outcome == "unknown"
        assert answer.reason in ("bad_message", "no_answer")
        assert terminal.status_of(ask, "QA").outcome == "approved"


def test_silence_ends_at_the_deadline(either: Simulator) -> None:
    either.switch(silent=True, applies_to="payment")
    with line_to(either, pay_deadline_s=0.6) as terminal:
        begun = time.monotonic()
        assert terminal.pay(an_ask()) == PaymentAnswer("unknown", "no_answer", 0)
        assert 0.5 < time.monotonic() - begun < 4


def test_a_second_answer_is_nobodys(either: Simulator) -> None:
    either.switch(answer_twice=True)
    with line_to(either) as terminal:
        assert terminal.pay(an_ask(10_00)).amount_minor == 10_00
        assert terminal.pay(an_ask(20_00)).amount_minor == 20_00


def test_a_line_that_broke_is_opened_anew(epas: Simulator) -> None:
    with line_to(epas) as terminal:
        assert terminal.pay(an_ask(10_00)).outcome == "approved"
        epas.switch(hang_up={"times": 1}, applies_to="payment")
        lost = an_ask(20_00)
        assert terminal.pay(lost).reason == "no_answer"
        assert terminal.status_of(lost, "QB").outcome == "approved"
        assert terminal.pay(an_ask(30_00)).outcome == "approved"


def epas_line(running: Simulator, slips: list[tuple[str, ...]], out: bool = True) -> EpasTerminal:
    def print_slip(lines: tuple[str, ...]) -> bool:
        slips.append(lines)
        return out

    return EpasTerminal(
        "127.0.0.1", running.port, sale_id=TILL, card_terminal_id=POI, print_slip=print_slip,
        pay_deadline_s=8.0,
    )  # fmt: skip


@pytest.mark.parametrize(("said", "outcome"), [("yes", "approved"), ("no", "declined")])
def test_a_signature_is_printed_and_confirmed(epas: Simulator, said: str, outcome: str) -> None:
    epas.switch(ask="signature")
    slips: list[tuple[str, ...]] = []
    terminal = epas_line(epas, slips)
    thread, found = in_thread(lambda: terminal.pay(an_ask(80_00)))
    wait_until(lambda: terminal.attendance().question is not None, 5)
    question = terminal.attendance().question
    assert question is not None
    assert (question.kind, question.words) == (CONFIRM, ("Stämmer underskriften?",))
    assert [lines[-2] for lines in slips] == ["Underskrift:"]
    terminal.reply("another question", "yes")
    assert terminal.attendance().question == question
    terminal.reply(question.question_id, said)
    terminal.reply(question.question_id, said)
    thread.join(8)
    terminal.close()
    assert [answer.outcome for answer in found] == [outcome]
    assert terminal.attendance().question is None and terminal.attendance().says == ""
    if found[0].card:
        assert found[0].card.merchant_slip == slips[0] and not found[0].card.signature


def test_a_slip_that_cannot_be_printed_ends_the_payment(epas: Simulator) -> None:
    epas.switch(ask="signature")
    terminal = epas_line(epas, [], out=False)
    answer = terminal.pay(an_ask(80_00))
    terminal.close()
    assert (answer.outcome, answer.reason) == ("unknown", "device_out")


def test_a_fault_of_ours_while_reading_makes_the_outcome_unknown_at_once(
    epas: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    epas.switch(ask="signature")
    till_side = epas_line(epas, [])
    faults: list[object] = []
    monkeypatch.setattr(threading, "excepthook", lambda told: faults.append(told.exc_type))

    def breaks_down(lines: tuple[str, ...]) -> bool:
        raise RuntimeError("a bug")

    till_side._print_slip = breaks_down
    begun, ask = time.monotonic(), an_ask()
    answer = till_side.pay(ask)
    assert (answer.outcome, answer.reason) == ("unknown", "no_answer")
    assert time.monotonic() - begun < 6, "the deadline is not waited for"
    wait_until(lambda: faults == [RuntimeError])
    wait_until(lambda: not till_side.status_of(ask, "QB").running)
    till_side.close()


def test_an_approval_code_is_typed_and_the_words_are_shown(epas: Simulator) -> None:
    epas.switch(ask="code", payment_ms=200)
    terminal = epas_line(epas, [])
    thread, found = in_thread(lambda: terminal.pay(an_ask(80_00)))
    wait_until(lambda: terminal.attendance().question is not None, 5)
    attendance = terminal.attendance()
    assert attendance.question is not None
    assert (attendance.says, attendance.question.kind) == ("Kontakt med banken", CODE)
    terminal.reply(attendance.question.question_id, "123456")
    thread.join(8)
    assert terminal.event == "CardInserted"
    terminal.close()
    assert [answer.outcome for answer in found] == ["approved"]
    assert any("code of the telephone: 123456" in one["request"] for one in epas.look()["heard"])


def test_a_stop_ends_a_payment_that_waits_for_the_cashier(epas: Simulator) -> None:
    epas.switch(ask="code")
    terminal = epas_line(epas, [])
    ask = an_ask(80_00)
    thread, found = in_thread(lambda: terminal.pay(ask))
    wait_until(lambda: terminal.attendance().question is not None, 5)
    terminal.abort(ask, "A2")
    thread.join(8)
    assert terminal.attendance().question is None
    terminal.close()
    assert found == [PaymentAnswer("declined", "aborted", 0)]


def test_a_signature_over_http_is_printed_after_the_answer() -> None:
    with simulator("xml_terminal", "--dialect", "nexo") as nexo, line_to(nexo) as terminal:
        nexo.switch(ask="signature")
        answer = terminal.pay(an_ask(80_00))
        assert answer.card is not None and answer.card.signature
        nexo.switch(ask="")
        answer = terminal.pay(an_ask(80_00))
        assert answer.card is not None and not answer.card.signature
