"""What a card terminal's answers are taken for: only a clear yes or no leaves unknown."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.payments.nexo_messages import (
    APPROVED_PAYMENT,
    APPROVED_REVERSAL,
    ASK,
    REFUND_ASK,
    TIP_ASK,
    VOID_ASK,
    changed,
    failed,
    header,
    response,
    status_body,
)

from skrin.payments.contract import PaymentAnswer, PaymentAsk, TerminalIdentity
from skrin.payments.nexo.answers import (
    MONEY_MAY_HAVE_MOVED,
    NO_MONEY_MOVED,
    read_diagnosis,
    read_identity,
    read_login,
    read_payment,
    read_reversal,
    read_status,
)
from skrin.payments.nexo.details import masked


def paid(body: object, head: dict[str, Any] | None = None) -> PaymentAnswer:
    return read_payment(response("Payment", body, head), ASK)


def status(body: object, head: dict[str, Any] | None = None) -> PaymentAnswer:
    head = head or header("TransactionStatus", "1B")
    return read_status(response("TransactionStatus", body, head), ASK, "1B")


def test_an_approval_brings_amount_card_and_references() -> None:
    answer = paid(APPROVED_PAYMENT)
    assert (answer.outcome, answer.reason, answer.amount_minor) == ("approved", "", 125_00)
    card = answer.card
    assert card is not None
    assert (card.brand, card.masked_pan, card.approval_code) == (
        "visa",
        "476173 **** 0119",
        "123456",
    )
    assert (card.entry_mode, card.verification, card.online) == ("ICC", "PIN", True)
    assert card.provider_transaction_id == "poi-77.psp-88"
    assert card.acquirer_transaction_id == "acq-99"


def test_slips_are_lines_without_orders_to_the_printer() -> None:
    card = paid(APPROVED_PAYMENT).card
    assert card is not None
    assert card.merchant_slip == ("CASHIER COPY",)
    assert card.customer_slip == (
        "KÖPARENS KVITTO",
        "",
        "Card *******0119",
        "Total 125.00 kr",
        "GODKÄNT",
        "@evil",
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("name=100%25+rabatt&value=a%26b%3Dc", "100% rabatt a&b=c"),
        ("name=%C3%85%C3%84%C3%96&key=x", "ÅÄÖ"),
        ("name=%zz%4&value=%FF", "%zz%4 \ufffd"),
        ("value=only", "only"),
        ("name=&value=&key=x&", ""),
        ("50%25 %41", "50% A"),
        ("\ud800", "?"),
    ],
)
def test_slip_texts_are_decoded(text: str, line: str) -> None:
    receipt = {
        "DocumentQualifier": "CustomerReceipt",
        "OutputContent": {"OutputText": [{"Text": "a"}, {"Text": text}, {"Text": "b"}]},
    }
    card = paid(changed(APPROVED_PAYMENT, "PaymentReceipt", [receipt])).card
    assert card is not None and card.customer_slip == ("a", line, "b")


def test_a_lower_amount_is_an_approval_of_that_amount() -> None:
    for result in ("Partial", "Success"):
        body = changed(APPROVED_PAYMENT, "Response.Result", result)
        body = changed(body, "PaymentResult.AmountsResp.AuthorizedAmount", 100.5)
        answer = paid(body)
        assert (answer.outcome, answer.reason, answer.amount_minor) == (
            "approved",
            "partial",
            100_50,
        )


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ("Aborted", "aborted"),
        ("Busy", "busy"),
        ("Cancel", "cancelled"),
        ("InsertedCard", "inserted_card"),
        ("InvalidCard", "invalid_card"),
        ("LoggedOut", "logged_out"),
        ("MessageFormat", "message_format"),
        ("NotAllowed", "not_allowed"),
        ("PaymentRestriction", "payment_restriction"),
        ("Refusal", "refusal"),
        ("UnavailableDevice", "unavailable_device"),
        ("UnavailableService", "unavailable_service"),
        ("WrongPIN", "wrong_pin"),
    ],
)
def test_a_clear_no_is_declined(condition: str, reason: str) -> None:
    no = PaymentAnswer("declined", reason, 0)
    assert paid(failed(condition)) == no
    assert status(status_body(failed(condition))) == no


@pytest.mark.parametrize(
    ("condition", "reason", "running"),
    [
        ("DeviceOut", "device_out", False),
        ("InProgress", "in_progress", True),
        ("UnreachableHost", "unreachable", False),
        ("NotFound", "bad_message", False),
        ("Exploded", "bad_message", False),
        ("", "bad_message", False),
    ],
)
def test_everything_else_stays_unknown(condition: str, reason: str, running: bool) -> None:
    open_answer = PaymentAnswer("unknown", reason, 0, running=running)
    assert paid(failed(condition)) == open_answer
    assert status(status_body(failed(condition))) == open_answer


BAD_MESSAGE = PaymentAnswer("unknown", "bad_message", 0)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("Response", None),
        ("Response.Result", "Maybe"),
        ("Response.Result", "Failure"),
        ("Response.ErrorCondition", "Refusal"),
        ("SaleData.SaleTransactionID.TransactionID", "attempt-2"),
        ("PaymentResult", None),
        ("PaymentResult", []),
        ("PaymentResult.PaymentType", "Refund"),
        ("PaymentResult.AmountsResp", None),
        ("PaymentResult.AmountsResp.Currency", "EUR"),
        ("PaymentResult.AmountsResp.AuthorizedAmount", None),
        ("PaymentResult.AmountsResp.AuthorizedAmount", "125.00"),
        ("PaymentResult.AmountsResp.AuthorizedAmount", True),
        ("PaymentResult.AmountsResp.AuthorizedAmount", 0),
        ("PaymentResult.AmountsResp.AuthorizedAmount", -125),
        ("PaymentResult.AmountsResp.AuthorizedAmount", 125.001),
        ("PaymentResult.AmountsResp.AuthorizedAmount", 126),
    ],
)
def test_a_yes_that_is_not_clear_stays_unknown(path: str, value: object) -> None:
    body = changed(APPROVED_PAYMENT, path, value)
    assert paid(body) == BAD_MESSAGE
    assert status(status_body(body)) == BAD_MESSAGE


@pytest.mark.parametrize("name", ["SaleID", "ServiceID", "POIID", "MessageCategory", "MessageType"])
def test_an_answer_to_someone_else_stays_unknown(name: str) -> None:
    for body in (APPROVED_PAYMENT, failed("Refusal")):
        assert paid(body, header("Payment", **{name: "other"})) == BAD_MESSAGE
        assert paid(body, changed(header("Payment"), name, None)) == BAD_MESSAGE


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("SaleData", None),
        ("POIData", None),
        ("PaymentReceipt", None),
        ("PaymentReceipt", [7, {"DocumentQualifier": "CustomerReceipt", "OutputContent": "x"}]),
        ("PaymentResult.PaymentInstrumentData", "card"),
        ("PaymentResult.PaymentAcquirerData", None),
        ("PaymentResult.AuthenticationMethod", "PIN"),
        ("PaymentResult.AmountsResp.Currency", None),
    ],
)
def test_odd_details_do_not_take_a_clear_yes_away(path: str, value: object) -> None:
    answer = paid(changed(APPROVED_PAYMENT, path, value))
    assert (answer.outcome, answer.amount_minor) == ("approved", 125_00)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"SaleToPOIResponse": 7}',
        b'{"SaleToPOIRequest": {"EventNotification": {"EventToNotify": "Reject"}}}',
        b"[" * 100_000,
        response("Payment", APPROVED_PAYMENT)[:-30],
        response("Reversal", APPROVED_PAYMENT, header("Payment")),
    ],
)
def test_what_cannot_be_read_stays_unknown(body: bytes) -> None:
    assert read_payment(body, ASK) == BAD_MESSAGE
    assert read_status(body, ASK, "1B") == BAD_MESSAGE
    assert read_login(body, "TILL01", "1B") == "bad_message"
    assert read_diagnosis(body, "TILL01", "1B").state == "silent"


def test_an_offline_approval_says_so() -> None:
    card = paid(changed(APPROVED_PAYMENT, "PaymentResult.OnlineFlag", False)).card
    assert card is not None and card.online is False


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("4761739001010119", "****0119"),
        ("4761 7390 0101 0119", "****0119"),
        ("476173******0119", "476173******0119"),
        ("47617390****0119", "47617390****0119"),
        ("", ""),
    ],
)
def test_a_whole_card_number_is_never_kept(sent: str, kept: str) -> None:
    assert masked(sent) == kept
    path = "PaymentResult.PaymentInstrumentData.CardData.MaskedPan"
    card = paid(changed(APPROVED_PAYMENT, path, sent)).card
    assert card is not None and card.masked_pan == kept


@pytest.mark.requirement("R-CARD-007")
def test_a_repeated_answer_is_the_verdict() -> None:
    answer = status(status_body(APPROVED_PAYMENT))
    assert answer == paid(APPROVED_PAYMENT)
    assert answer.outcome == "approved"


@pytest.mark.parametrize("name", ["SaleID", "ServiceID", "POIID", "MessageCategory", "MessageType"])
def test_a_repeated_answer_to_another_attempt_stays_unknown(name: str) -> None:
    inner = header("Payment", **{name: "other"})
    assert status(status_body(APPROVED_PAYMENT, inner)) == BAD_MESSAGE
    assert status(status_body(failed("Refusal"), inner)) == BAD_MESSAGE


def test_a_status_answer_for_another_reference_or_without_the_repeated_one_stays_unknown() -> None:
    body = status_body(APPROVED_PAYMENT)
    assert status(changed(body, "MessageReference.ServiceID", "ZZ")) == BAD_MESSAGE
    assert status(changed(body, "RepeatedMessageResponse", None)) == BAD_MESSAGE
    assert status(changed(body, "MessageReference", None)).outcome == "approved"


def test_a_status_answer_to_another_question_stays_unknown() -> None:
    late = header("TransactionStatus", "1A")
    assert status(status_body(APPROVED_PAYMENT), late) == BAD_MESSAGE
    assert status(failed("NotFound"), late) == BAD_MESSAGE


@pytest.mark.requirement("R-CARD-007")
def test_not_found_is_a_no_only_from_the_terminal_that_was_asked() -> None:
    assert status(failed("NotFound")) == PaymentAnswer("declined", "not_found", 0)
    other = header("TransactionStatus", "1B", POIID="V400m-2")
    assert status(failed("NotFound"), other) == PaymentAnswer("unknown", "other_terminal", 0)
    assert status(status_body(APPROVED_PAYMENT), other) == BAD_MESSAGE


@pytest.mark.parametrize(
    ("condition", "reason", "running"),
    [
        ("InProgress", "in_progress", True),
        ("Busy", "in_progress", True),
        ("LoggedOut", "logged_out", False),
        ("Refusal", "refusal", False),
        ("NotAllowed", "not_allowed", False),
        ("DeviceOut", "device_out", False),
        ("Exploded", "bad_message", False),
    ],
)
def test_a_failed_question_says_nothing_of_the_payment(
    condition: str, reason: str, running: bool
) -> None:
    assert status(failed(condition)) == PaymentAnswer("unknown", reason, 0, running=running)


def test_login_is_read() -> None:
    def login(body: object, service_id: str = "L1") -> str:
        return read_login(response("Login", body, header("Login", service_id)), "TILL01", "L1")

    assert login({"Response": {"Result": "Success"}}) == ""
    assert login(failed("Busy")) == "busy"
    assert login(failed("NotAllowed")) == "not_allowed"
    assert login({"Response": {"Result": "Success"}}, "L2") == "bad_message"


def test_who_the_terminal_is_is_read_from_its_login() -> None:
    def told(system: object) -> TerminalIdentity:
        body = {"Response": {"Result": "Success"}, "POISystemData": system}
        return read_identity(response("Login", body, header("Login", "L1")))

    software = {"ApplicationName": "Payments", "ProviderIdentification": "Maker"}
    data = {"POISerialNumber": "V400m-324688179"}
    full = told({"POISoftware": software | {"SoftwareVersion": "1.9"}, "POITerminalData": data})
    assert full == TerminalIdentity("V400m-324688179", "Payments", "Maker", "1.9")
    assert told({"POISoftware": software}) == TerminalIdentity("", "Payments", "Maker", "")
    strange = {"POISoftware": {"ApplicationName": 7, "SoftwareVersion": "a\nb"}}
    assert told(strange) == told({"POISoftware": "none"}) == TerminalIdentity()
    assert read_identity(b"{") == TerminalIdentity()


def test_a_diagnosis_is_read() -> None:
    def state(body: object) -> tuple[str, ...]:
        head = header("Diagnosis", "1D")
        told = read_diagnosis(response("Diagnosis", body, head), "TILL01", "1D")
        return dataclasses.astuple(told)

    def well(status_word: str) -> dict[str, Any]:
        poi = {"GlobalStatus": status_word, "PrinterStatus": "NoPaper"}
        return {"Response": {"Result": "Success"}, "POIStatus": poi}

    assert state(well("OK")) == ("ready", "NoPaper")
    assert state(well("Busy")) == ("busy", "NoPaper")
    assert state(well("Maintenance")) == ("maintenance", "NoPaper")
    assert state(well("Unreachable")) == ("unreachable", "NoPaper")
    assert state(well("Dancing")) == ("silent", "bad_message")
    assert state(failed("Busy")) == ("busy", "busy")
    assert state(failed("LoggedOut")) == ("maintenance", "logged_out")
    assert state(failed("UnavailableService")) == ("ready", "unavailable_service")


LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("Failure")
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@given(st.sampled_from(sorted(APPROVED_PAYMENT)), TREES)
def test_no_shape_of_any_part_raises_or_approves_another_amount(part: str, tree: object) -> None:
    answer = paid({**APPROVED_PAYMENT, part: tree})
    assert answer.outcome in ("approved", "unknown", "declined")
    assert answer.amount_minor == (125_00 if answer.outcome == "approved" else 0)
    json.dumps(dataclasses.asdict(answer)).encode()


def approved(amount: float, tip: float | None = None) -> dict[str, Any]:
    body = changed(APPROVED_PAYMENT, "PaymentResult.AmountsResp.AuthorizedAmount", amount)
    if tip is not None:
        body["PaymentResult"]["AmountsResp"]["TipAmount"] = tip
    return body


@pytest.mark.parametrize(
    ("body", "ask", "outcome", "amount_minor"),
    [
        (approved(140), TIP_ASK, "approved", 140_00),
        (approved(140, 15), TIP_ASK, "approved", 140_00),
        (approved(125, 0), TIP_ASK, "approved", 125_00),
        (approved(140, 10), TIP_ASK, "unknown", 0),
        (approved(125, 15), TIP_ASK, "unknown", 0),
        (approved(100, 15), TIP_ASK, "unknown", 0),
        (approved(140), ASK, "unknown", 0),
        (approved(140, 15), ASK, "unknown", 0),
        (approved(140), dataclasses.replace(REFUND_ASK, tips=True), "unknown", 0),
    ],
)
def test_more_than_was_asked_is_a_tip_only_where_tips_are_taken(
    body: dict[str, Any], ask: PaymentAsk, outcome: str, amount_minor: int
) -> None:
    answer = read_payment(response("Payment", body), ask)
    assert (answer.outcome, answer.amount_minor) == (outcome, amount_minor)


def test_a_refund_must_say_that_it_is_one() -> None:
    refunded = changed(APPROVED_PAYMENT, "PaymentResult.PaymentType", "Refund")
    unsaid = changed(APPROVED_PAYMENT, "PaymentResult.PaymentType", None)
    for body, ask, outcome in (
        (refunded, REFUND_ASK, "approved"),
        (APPROVED_PAYMENT, REFUND_ASK, "unknown"),
        (unsaid, REFUND_ASK, "unknown"),
        (refunded, ASK, "unknown"),
        (unsaid, ASK, "approved"),
    ):
        assert read_payment(response("Payment", body), ask).outcome == outcome
    no = read_payment(response("Payment", failed("Refusal")), REFUND_ASK)
    assert (no.outcome, no.reason) == ("declined", "refusal")


def undone(body: object, **changes: str) -> PaymentAnswer:
    return read_reversal(response("Reversal", body, header("Reversal", **changes)), VOID_ASK)


def test_a_charge_is_undone_whole_or_not_known_to_be() -> None:
    done = undone(APPROVED_REVERSAL)
    assert (done.outcome, done.amount_minor) == ("approved", 125_00)
    assert done.card is not None
    assert done.card.provider_transaction_id == "poi-78.psp-89"
    assert undone({"Response": {"Result": "Success"}}).outcome == "approved"
    for odd in (
        changed(APPROVED_REVERSAL, "ReversedAmount", 100),
        changed(APPROVED_REVERSAL, "ReversedAmount", "125"),
        changed(APPROVED_REVERSAL, "Response.Result", "Perhaps"),
        failed("Dragons"),
        [],
    ):
        assert undone(odd) == PaymentAnswer("unknown", "bad_message", 0)
    for other in ({"SaleID": "TILL02"}, {"ServiceID": "9"}, {"POIID": "V400m-2"}):
        assert undone(APPROVED_REVERSAL, **other).outcome == "unknown"
    as_payment = read_reversal(response("Payment", APPROVED_PAYMENT), VOID_ASK)
    assert as_payment.outcome == "unknown"


@pytest.mark.parametrize("condition", [*NO_MONEY_MOVED, "NotFound"])
def test_a_clear_no_to_a_reversal_leaves_the_charge(condition: str) -> None:
    assert undone(failed(condition)).outcome == "declined"


@pytest.mark.parametrize("condition", [*MONEY_MAY_HAVE_MOVED])
def test_an_open_end_of_a_reversal_is_unknown(condition: str) -> None:
    assert undone(failed(condition)).outcome == "unknown"


def test_the_status_of_a_reversal_is_read_as_one() -> None:
    def asked(body: dict[str, Any]) -> PaymentAnswer:
        head = header("TransactionStatus", "1B")
        return read_status(response("TransactionStatus", body, head), VOID_ASK, "1B")

    body = status_body(APPROVED_PAYMENT, header("Reversal"))
    body["RepeatedMessageResponse"]["RepeatedResponseMessageBody"] = {
        "ReversalResponse": APPROVED_REVERSAL
    }
    found = asked(body)
    assert (found.outcome, found.amount_minor) == ("approved", 125_00)
    assert asked(status_body(APPROVED_PAYMENT)).outcome == "unknown", "that was the charge itself"
    assert asked(failed("NotFound")) == PaymentAnswer("declined", "not_found", 0)
    assert asked(failed("InProgress")).running


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_reading_a_reversal_never_raises(body: bytes) -> None:
    assert read_reversal(body, VOID_ASK).outcome == "unknown"
