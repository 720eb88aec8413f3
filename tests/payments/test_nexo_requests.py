"""The requests to a card terminal: their exact JSON, and exact amounts in it."""

from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.payments.nexo_messages import ASK, REFUND_ASK, TIP_ASK, VOID_ASK

from skrin.payments.contract import PaymentAsk
from skrin.payments.nexo import requests
from skrin.payments.nexo.exact import major_from_minor, minor_from_major, read_json, write_json


def test_the_payment_request_byte_for_byte() -> None:
    assert requests.payment_request(ASK) == (
        b'{"SaleToPOIRequest":{"MessageHeader":{"ProtocolVersion":"3.0","MessageClass":"Service",'
        b'"MessageCategory":"Payment","MessageType":"Request","SaleID":"TILL01","ServiceID":"1A",'
        b'"POIID":"V400m-1"},"PaymentRequest":{"SaleData":{"SaleTransactionID":{"TransactionID":'
        b'"attempt-1","TimeStamp":"2026-12-01T12:30:00"},"OperatorID":"Eva"},'
        b'"PaymentTransaction":{"AmountsReq":{"Currency":"SEK","RequestedAmount":125.00}},'
        b'"PaymentData":{"PaymentType":"Normal"}}}}'
    )


def test_the_status_question_names_the_attempt() -> None:
    asked = json.loads(requests.status_request(ASK, "1B"))["SaleToPOIRequest"]
    assert asked["MessageHeader"]["ServiceID"] == "1B"
    assert asked["MessageHeader"]["MessageCategory"] == "TransactionStatus"
    assert asked["TransactionStatusRequest"]["MessageReference"] == {
        "MessageCategory": "Payment",
        "SaleID": "TILL01",
        "ServiceID": "1A",
        "POIID": "V400m-1",
    }


def test_a_refund_is_a_payment_of_another_type() -> None:
    charge, refund = (
        json.loads(requests.payment_request(ask))["SaleToPOIRequest"] for ask in (ASK, REFUND_ASK)
    )
    assert refund["PaymentRequest"].pop("PaymentData") == {"PaymentType": "Refund"}
    del charge["PaymentRequest"]["PaymentData"]
    assert refund == charge


def test_the_reversal_request_byte_for_byte() -> None:
    assert requests.reversal_request(VOID_ASK, "poi-77.psp-88") == (
        b'{"SaleToPOIRequest":{"MessageHeader":{"ProtocolVersion":"3.0","MessageClass":"Service",'
        b'"MessageCategory":"Reversal","MessageType":"Request","SaleID":"TILL01","ServiceID":"1A",'
        b'"POIID":"V400m-1"},"ReversalRequest":{"SaleData":{"SaleTransactionID":{"TransactionID":'
        b'"attempt-1","TimeStamp":"2026-12-01T12:30:00"},"OperatorID":"Eva"},'
        b'"OriginalPOITransaction":{"POITransactionID":{"TransactionID":"poi-77.psp-88",'
        b'"TimeStamp":"2026-12-01T12:30:00"}},"ReversalReason":"MerchantCancel"}}}'
    )
    for ask, transaction in ((ASK, "poi-77.psp-88"), (VOID_ASK, "")):
        with pytest.raises(AssertionError):
            requests.reversal_request(ask, transaction)


def test_a_tip_is_asked_for_only_where_one_is_taken() -> None:
    def said(ask: PaymentAsk) -> object:
        body = json.loads(requests.payment_request(ask))["SaleToPOIRequest"]["PaymentRequest"]
        return body["SaleData"].get("SaleToAcquirerData")

    assert said(TIP_ASK) == "tenderOption=AskGratuity"
    assert said(ASK) is said(dataclasses.replace(REFUND_ASK, tips=True)) is None


@pytest.mark.parametrize(
    ("ask", "category"), [(ASK, "Payment"), (REFUND_ASK, "Payment"), (VOID_ASK, "Reversal")]
)
def test_questions_name_the_category_that_was_asked_in(ask: PaymentAsk, category: str) -> None:
    for request in (requests.status_request(ask, "1B"), requests.abort_request(ask, "1B")):
        body = json.loads(request)["SaleToPOIRequest"]
        kind = body["MessageHeader"]["MessageCategory"]
        assert body[f"{kind}Request"]["MessageReference"]["MessageCategory"] == category


def test_abort_login_and_diagnosis_have_their_categories_and_bodies() -> None:
    abort = json.loads(requests.abort_request(ASK, "1C"))["SaleToPOIRequest"]
    assert abort["AbortRequest"]["MessageReference"]["ServiceID"] == "1A"
    assert abort["AbortRequest"]["AbortReason"] == "MerchantAbort"
    login = json.loads(
        requests.login_request(
            "TILL01", "V400m-1", "L1", at_local="2026-12-01T08:00:00", software_version="0.1.0"
        )
    )["SaleToPOIRequest"]
    assert login["MessageHeader"]["MessageCategory"] == "Login"
    assert login["LoginRequest"]["SaleSoftware"]["SoftwareVersion"] == "0.1.0"
    assert login["LoginRequest"]["DateTime"] == "2026-12-01T08:00:00"
    diagnosis = json.loads(requests.diagnosis_request("TILL01", "V400m-1", "1D"))
    assert diagnosis["SaleToPOIRequest"]["DiagnosisRequest"] == {"HostDiagnosisFlag": False}


def test_a_charge_of_nothing_or_with_a_foreign_message_id_is_a_bug() -> None:
    for change in ({"amount_minor": 0}, {"service_id": "12345678901"}, {"service_id": "A-1"}):
        with pytest.raises(AssertionError):
            requests.payment_request(dataclasses.replace(ASK, **change))  # type: ignore[arg-type]


@given(st.integers(0, 99_999_999_99))
def test_an_amount_goes_out_and_comes_back_to_the_ore(amount_minor: int) -> None:
    text = write_json({"a": major_from_minor(amount_minor, "SEK")})
    whole, part = divmod(amount_minor, 100)
    assert text == b'{"a":%d.%02d}' % (whole, part)
    assert minor_from_major(read_json(text)["a"], "SEK") == amount_minor


@pytest.mark.parametrize(
    ("text", "amount_minor"),
    [("1", 100), ("1.0", 100), ("1.00", 100), ("1e2", 10000), ("0.3", 30), ("0", 0)],
)
def test_numbers_are_read_however_they_are_written(text: str, amount_minor: int) -> None:
    assert minor_from_major(read_json(b'{"a":%s}' % text.encode())["a"], "SEK") == amount_minor


@pytest.mark.parametrize(
    "text",
    [
        *("1.001", "-1", "true", "null", '"1"', "NaN", "Infinity", "[]", "1e12"),
        *("1e999999", "1e-999999", "1e9999999999999999999", "0e999999", "1" * 5000),
    ],
)
def test_what_is_no_amount_is_not_read_as_one(text: str) -> None:
    with pytest.raises(ValueError):
        minor_from_major(read_json(b'{"a":%s}' % text.encode())["a"], "SEK")
