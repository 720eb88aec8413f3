"""The card terminal over HTTPS: outcomes by amount, recovery, faults, and its own books."""

from __future__ import annotations

import http.client
import itertools
import json
import signal
import ssl
import threading
import time
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from tests.simulators.devices import ADDRESS, Device, eventually
from tests.simulators.nexo import Till, new_service_id, payment, poi_id_of, verdict

from skrin.simulators.card_terminal import wire
from skrin.simulators.card_terminal.ledger import major_units, minor_units
from skrin.simulators.card_terminal.outcomes import outcome_of

_SALE_IDS = itertools.count(1)
LOST = (http.client.RemoteDisconnected, ConnectionError, ssl.SSLError)


@pytest.fixture
def till(card_terminal: Device) -> Till:
    """A till of its own for each test, since the terminal never forgets money."""
    return Till(card_terminal, f"TILL-{next(_SALE_IDS)}")


def books(device: Device, till: Till) -> dict[str, Any]:
    return device.counters()["tills"][till.sale_id]


def test_amounts_stay_exact_on_the_wire() -> None:
    text = '{"a": 0.10, "b": 1234567890.10, "c": 5, "d": 1.00}'
    assert wire.write(wire.read(text)) == text
    assert minor_units(Decimal("0.10")) == 10
    assert minor_units(Decimal("12.5")) == 1250
    assert str(major_units(1005)) == "10.05"
    with pytest.raises(ValueError):
        minor_units(Decimal("0.101"))
    with pytest.raises(ValueError):
        wire.read('{"a": NaN}')


@pytest.mark.parametrize(
    ("amount_minor", "condition"),
    [(124, "Refusal"), (11_134, "WrongPIN"), (5140, "Cancel"), (2153, "Busy"), (12_500, "")],
)
def test_the_amount_chooses(amount_minor: int, condition: str) -> None:
    outcome = outcome_of(amount_minor)
    assert (outcome.condition, outcome.is_answered) == (condition, True)


def test_an_approved_payment(card_terminal: Device, till: Till) -> None:
    service_id = new_service_id()
    status, data = till.post(till.message("Payment", payment(125), service_id))
    assert status == 200
    assert b'"AuthorizedAmount": 125.00' in data, "two decimals, exactly"
    answer = json.loads(data)["SaleToPOIResponse"]
    assert answer["MessageHeader"]["ServiceID"] == service_id
    assert answer["MessageHeader"]["SaleID"] == till.sale_id
    body = answer["PaymentResponse"]
    assert verdict(body) == "Success"
    assert body["SaleData"]["SaleTransactionID"] == {
        "TransactionID": "attempt-1",
        "TimeStamp": "2026-12-01T11:30:00.000Z",
    }
    result = body["PaymentResult"]
    assert result["AmountsResp"]["Currency"] == "SEK"
    assert result["PaymentInstrumentData"]["CardData"]["MaskedPan"] == "476173 **** 0119"
    assert result["PaymentInstrumentData"]["CardData"]["PaymentBrand"] == "visa"
    assert len(result["PaymentAcquirerData"]["ApprovalCode"]) == 6
    assert poi_id_of(body).startswith("SIMU")
    assert books(card_terminal, till)["charges"] == {"number": 1, "sum_minor": 12500}


def test_the_slips_are_url_encoded_pairs(till: Till) -> None:
    body = till.pay(19.5)
    slips = {one["DocumentQualifier"]: one for one in body["PaymentReceipt"]}
    assert set(slips) == {"CashierReceipt", "CustomerReceipt"}
    assert slips["CashierReceipt"]["RequiredSignatureFlag"] is False
    lines = [one["Text"] for one in slips["CustomerReceipt"]["OutputContent"]["OutputText"]]
    pairs = {parse_qs(line)["key"][0]: parse_qs(line) for line in lines}
    assert pairs["totalAmount"]["value"] == ["SEK 19.50"]
    assert pairs["approved"]["name"] == ["APPROVED"]
    assert pairs["authCode"]["value"] == [
        body["PaymentResult"]["PaymentAcquirerData"]["ApprovalCode"]
    ]
    assert "key=filler" in lines


@pytest.mark.parametrize(
    ("amount", "condition"),
    [(1.24, "Refusal"), (11.34, "WrongPIN"), (21.4, "Cancel"), (101.53, "Busy")],
)
def test_declined_payments(
    card_terminal: Device, till: Till, amount: float, condition: str
) -> None:
    service_id = new_service_id()
    body = till.pay(amount, service_id)
    assert verdict(body) == condition
    assert "PaymentResult" not in body
    found = till.ask(service_id)
    assert verdict(found) == "Success", "the question is answered; the inner verdict counts"
    inner = found["RepeatedMessageResponse"]["RepeatedResponseMessageBody"]["PaymentResponse"]
    assert verdict(inner) == condition
    assert books(card_terminal, till)["charges"]["number"] == 0


def test_refunds_are_not_subject_to_test_amounts(card_terminal: Device, till: Till) -> None:
    body = till.pay(1.24, kind="Refund")
    assert verdict(body) == "Success"
    assert body["PaymentResult"]["PaymentType"] == "Refund"
    assert books(card_terminal, till)["refunds"] == {"number": 1, "sum_minor": 124}


def test_a_lost_answer_is_found_by_asking(card_terminal: Device, till: Till) -> None:
    service_id = new_service_id()
    with pytest.raises(LOST):
        till.pay(11.5, service_id)
    till.link.close()
    found = till.ask(service_id)
    assert found["MessageReference"]["ServiceID"] == service_id
    repeated = found["RepeatedMessageResponse"]
    assert repeated["MessageHeader"]["ServiceID"] == service_id
    assert repeated["MessageHeader"]["MessageType"] == "Response"
    inner = repeated["RepeatedResponseMessageBody"]["PaymentResponse"]
    assert verdict(inner) == "Success"
    assert str(inner["PaymentResult"]["AmountsResp"]["AuthorizedAmount"]) == "11.50"
    assert books(card_terminal, till)["charges"]["number"] == 1


def test_a_payment_never_processed_is_not_found(card_terminal: Device, till: Till) -> None:
    service_id = new_service_id()
    with pytest.raises(LOST):
        till.pay(11.51, service_id)
    till.link.close()
    assert verdict(till.ask(service_id)) == "NotFound"
    assert till.sale_id not in card_terminal.counters()["tills"]


def test_asking_without_a_service_id_is_about_the_last(till: Till) -> None:
    till.pay(10)
    last = till.pay(20)
    found = till.send("TransactionStatus", {})
    inner = found["RepeatedMessageResponse"]["RepeatedResponseMessageBody"]["PaymentResponse"]
    assert poi_id_of(inner) == poi_id_of(last)


def pay_in_background(device: Device, till: Till, amount: float, service_id: str) -> list[Any]:
    """Start a payment on its own connection; the answer arrives in the list."""
    answers: list[Any] = []
    other = Till(device, till.sale_id, timeout_s=15)

    def pay() -> None:
        answers.append(other.pay(amount, service_id))

    thread = threading.Thread(target=pay, daemon=True)
    thread.start()
    eventually(lambda: verdict(till.ask(service_id)) == "InProgress")
    answers.append(thread)
    return answers


def finished(answers: list[Any]) -> dict[str, Any]:
    answers[0].join(timeout=10)
    assert len(answers) == 2
    return answers[1]


def test_a_long_payment_is_in_progress_and_then_approved(card_terminal: Device, till: Till) -> None:
    card_terminal.switch(long_ms=500)
    service_id = new_service_id()
    answers = pay_in_background(card_terminal, till, 31.52, service_id)
    assert verdict(till.ask(service_id)) == "InProgress"
    assert verdict(till.pay(10)) == "Busy"
    diagnosis = till.send("Diagnosis", {})
    assert diagnosis["POIStatus"]["GlobalStatus"] == "Busy"
    assert verdict(finished(answers)) == "Success"
    assert verdict(till.ask(service_id)) == "Success"
    assert books(card_terminal, till)["charges"] == {"number": 1, "sum_minor": 3152}


def test_abort_stops_the_running_payment(card_terminal: Device, till: Till) -> None:
    card_terminal.switch(payment_ms=8000)
    service_id = new_service_id()
    answers = pay_in_background(card_terminal, till, 45, service_id)
    wrong = {"MessageCategory": "Payment", "SaleID": till.sale_id, "ServiceID": "NOTTHIS"}
    for reference in (wrong, {**wrong, "ServiceID": service_id}):
        body = {"MessageReference": reference, "AbortReason": "MerchantAbort"}
        assert till.post(till.message("Abort", body)) == (200, b"")
        if reference is wrong:
            assert verdict(till.ask(service_id)) == "InProgress"
    assert verdict(finished(answers)) == "Aborted"
    assert books(card_terminal, till)["charges"]["number"] == 0


def test_a_reversal_is_done_once(card_terminal: Device, till: Till) -> None:
    paid = till.pay(80)
    first = till.reverse(poi_id_of(paid))
    assert verdict(first) == "Success"
    assert str(first["ReversedAmount"]) == "80.00"
    assert verdict(till.reverse(poi_id_of(paid))) == "NotAllowed"
    assert verdict(till.reverse("SIMU999999.none")) == "NotFound"
    assert verdict(till.reverse(poi_id_of(till.pay(1.24)))) == "NotAllowed"
    assert books(card_terminal, till) == {
        "charges": {"number": 1, "sum_minor": 8000},
        "refunds": {"number": 0, "sum_minor": 0},
        "reversals": {"number": 1, "sum_minor": 8000},
        "not_approved": 4,
    }


def test_a_lost_reversal_is_found_by_asking(card_terminal: Device, till: Till) -> None:
    paid = till.pay(80)
    service_id = new_service_id()
    card_terminal.switch(hang_up={"times": 1}, applies_to="reversal")
    with pytest.raises(LOST):
        till.reverse(poi_id_of(paid), service_id)
    till.link.close()
    found = till.ask(service_id, "Reversal")
    inner = found["RepeatedMessageResponse"]["RepeatedResponseMessageBody"]["ReversalResponse"]
    assert verdict(inner) == "Success"


def test_only_the_last_is_reversed_if_told(card_terminal: Device, till: Till) -> None:
    card_terminal.switch(reverse_last_only=True)
    earlier, last = till.pay(10), till.pay(20)
    assert verdict(till.reverse(poi_id_of(earlier))) == "NotAllowed"
    assert verdict(till.reverse(poi_id_of(last))) == "Success"


def test_a_repeat_charges_anew(card_terminal: Device, till: Till) -> None:
    card_terminal.switch(repeat="new")
    service_id = new_service_id()
    assert poi_id_of(till.pay(10, service_id)) != poi_id_of(till.pay(10, service_id))
    assert books(card_terminal, till)["charges"] == {"number": 2, "sum_minor": 2000}


def test_a_repeat_gets_the_same_answer(card_terminal: Device, till: Till) -> None:
    card_terminal.switch(repeat="same")
    service_id = new_service_id()
    assert till.pay(10, service_id) == till.pay(10, service_id)
    assert books(card_terminal, till)["charges"] == {"number": 1, "sum_minor": 1000}


def test_silent_does_nothing_and_heals(card_terminal: Device, till: Till) -> None:
    card_terminal.switch(silent={"times": 1})
    service_id = new_service_id()
    hasty = Till(card_terminal, till.sale_id, timeout_s=0.4)
    with pytest.raises(TimeoutError):
        hasty.pay(10, service_id)
    hasty.link.close()
    assert verdict(till.ask(service_id)) == "NotFound"
    assert verdict(till.pay(10, service_id)) == "Success"


def test_hanging_up_has_done_the_work(card_terminal: Device, till: Till) -> None:
    card_terminal.switch(hang_up={"times": 1})
    service_id = new_service_id()
    with pytest.raises(LOST):
        till.pay(10, service_id)
    till.link.close()
    assert verdict(till.ask(service_id)) == "Success"
    assert books(card_terminal, till)["charges"]["number"] == 1


def test_refusing_moves_no_money(card_terminal: Device, till: Till) -> None:
    card_terminal.switch(refuse={"times": 1}, refuse_condition="InvalidCard")
    assert verdict(till.send("Diagnosis", {})) == "Success", "only money is refused by itself"
    assert verdict(till.pay(10)) == "InvalidCard"
    assert verdict(till.pay(10)) == "Success"
    card_terminal.switch(refuse=True, refuse_condition="NotAllowed", applies_to="status")
    assert verdict(till.ask("ANY")) == "NotAllowed"


def test_answering_twice(card_terminal: Device, till: Till) -> None:
    card_terminal.switch(answer_twice={"times": 1})
    text = till.message("Payment", payment(10))
    till.link.request("POST", "/nexo/", text.encode())
    sock = till.link.sock
    assert sock is not None
    received = b""
    while received.count(b'"PaymentResponse"') < 2:
        more = sock.recv(65_536)
        assert more
        received += more
    assert books(card_terminal, till)["charges"]["number"] == 1


def test_slow_answers_after_the_wait(card_terminal: Device, till: Till) -> None:
    card_terminal.switch(slow_ms={"value": 200, "times": 1})
    began = time.monotonic()
    till.send("Diagnosis", {})
    assert time.monotonic() - began >= 0.2


def test_login_where_it_is_required(card_terminal: Device, till: Till) -> None:
    card_terminal.switch(login_required=True)
    assert verdict(till.pay(10)) == "LoggedOut"
    login = till.send("Login", {"DateTime": "2026-12-01T11:30:00.000Z", "OperatorLanguage": "sv"})
    assert login["POISystemData"]["POIStatus"]["GlobalStatus"] == "OK"
    assert verdict(till.pay(10)) == "Success"
    assert verdict(till.send("Logout", {})) == "Success"
    assert verdict(till.pay(10)) == "LoggedOut"


def test_diagnosis_says_what_the_switch_says(card_terminal: Device, till: Till) -> None:
    card_terminal.switch(global_status="Unreachable")
    body = till.send("Diagnosis", {"HostDiagnosisFlag": True})
    assert body["POIStatus"]["GlobalStatus"] == "Unreachable"
    assert body["HostStatus"] == [{"AcquirerID": "SIMU", "IsReachableFlag": False}]


@pytest.mark.parametrize(
    ("header", "condition"),
    [
        ({"ProtocolVersion": "2.0"}, "MessageFormat"),
        ({"ServiceID": "TOOLONG12345"}, "MessageFormat"),
        ({"ServiceID": "A-1"}, "MessageFormat"),
        ({"MessageClass": "Device"}, "MessageFormat"),
        ({"POIID": "OTHER-1"}, "UnavailableDevice"),
    ],
)
def test_bad_headers_are_refused(till: Till, header: dict[str, str], condition: str) -> None:
    assert verdict(till.send("Payment", payment(10), **header)) == condition


@pytest.mark.parametrize("amount", [0, -1, 10.005, "10.00", True, None])
def test_bad_amounts_are_refused(card_terminal: Device, till: Till, amount: Any) -> None:
    assert verdict(till.pay(amount)) == "MessageFormat"
    assert till.sale_id not in card_terminal.counters()["tills"]


def test_other_currencies_and_services_are_refused(till: Till) -> None:
    body = payment(10)
    body["PaymentTransaction"]["AmountsReq"]["Currency"] = "EUR"
    assert verdict(till.send("Payment", body)) == "NotAllowed"
    assert verdict(till.pay(10, kind="CashAdvance")) == "NotAllowed"
    assert verdict(till.send("Reconciliation", {})) == "UnavailableService"


def test_what_is_no_message_is_refused_by_http(card_terminal: Device, till: Till) -> None:
    assert till.post("not json")[0] == 400
    assert till.post("[]")[0] == 400
    assert till.post('{"SaleToPOIRequest": {"MessageHeader": {}, "NexoBlob": "x"}}')[0] == 400
    till.link.request("POST", "/other/", b"{}")
    assert till.link.getresponse().status == 404


def test_a_request_in_chunks_is_read(till: Till) -> None:
    text = till.message("Diagnosis", {}).encode()
    parts = iter([text[:10], text[10:]])
    till.link.request(
        "POST", "/nexo/", parts, {"Transfer-Encoding": "chunked"}, encode_chunked=True
    )
    answer = till.link.getresponse()
    assert (answer.status, b'"Success"' in answer.read()) == (200, True)
    # The second chunk is only announced: it is refused by its size, before it is sent.
    till.link.putrequest("POST", "/nexo/")
    till.link.putheader("Transfer-Encoding", "chunked")
    till.link.endheaders()
    till.link.send(b"%x\r\n%s\r\n%x\r\n" % (600_000, b"x" * 600_000, 600_000))
    assert till.link.getresponse().status == 413


def test_the_certificate_is_for_this_machine_only(card_terminal: Device, till: Till) -> None:
    till.send("Diagnosis", {})
    sock = till.link.sock
    assert isinstance(sock, ssl.SSLSocket)
    certificate = sock.getpeercert()
    assert certificate is not None
    assert certificate["subjectAltName"] == (("DNS", "localhost"), ("IP Address", ADDRESS))
    with pytest.raises(ssl.SSLCertVerificationError):
        stranger = ssl.create_default_context()
        http.client.HTTPSConnection(
            ADDRESS, card_terminal.port, timeout=3, context=stranger
        ).connect()
    eventually(lambda: verdict(till.send("Diagnosis", {})) == "Success")


def test_books_and_authority_survive_a_power_cut(tmp_path: Path) -> None:
    arguments = ("--state", str(tmp_path / "card.log"), "--ca-dir", str(tmp_path / "ca"))
    first = Device("card_terminal", *arguments, "--payment-ms", "5", "--long-ms", "30000")
    till = Till(first, "TILL")
    paid = till.pay(100, "A1")
    reversed_one = till.pay(50, "A2")
    till.reverse(poi_id_of(reversed_one), "A3")
    running = Till(first, "TILL")
    running.link.request("POST", "/nexo/", running.message("Payment", payment(1.52), "A4").encode())
    eventually(lambda: verdict(till.ask("A4")) == "InProgress")
    before = books(first, till)
    first.stop(signal.SIGKILL)
    authority = (tmp_path / "ca" / "ca.pem").read_bytes()

    with (tmp_path / "card.log").open("ab") as log:
        log.write(b'{"event": "end", "number": 4, "resp')
    again = Device("card_terminal", *arguments, "--payment-ms", "5")
    assert (tmp_path / "ca" / "ca.pem").read_bytes() == authority
    till = Till(again, "TILL")
    found = till.ask("A1")["RepeatedMessageResponse"]["RepeatedResponseMessageBody"]
    assert found["PaymentResponse"] == paid
    assert verdict(till.reverse(poi_id_of(reversed_one))) == "NotAllowed"
    cut_off = till.ask("A4")["RepeatedMessageResponse"]["RepeatedResponseMessageBody"]
    assert verdict(cut_off["PaymentResponse"]) == "Aborted"
    after = books(again, till)
    assert {name: after[name] for name in ("charges", "refunds", "reversals")} == {
        name: before[name] for name in ("charges", "refunds", "reversals")
    }
    assert again.stop() == 0
    assert (tmp_path / "ca" / "ca-key.pem").stat().st_mode & 0o077 == 0
