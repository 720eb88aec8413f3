"""XCCSP: what a unit on HTTP is told, byte for byte, and every answer it can give."""

from __future__ import annotations

import dataclasses

import pytest
from tests.fiscal.se.receipts import mark_request, sealed_receipt

from skrin.domain.receipt import RETURN
from skrin.domain.refusal import Refusal
from skrin.fiscal.contract import UNREADABLE, UnitRefused, UnitSilent
from skrin.fiscal.se import xccsp

BEGIN = (
    '<?xml version="1.0" encoding="ISO-8859-1" standalone="yes"?>'
    '<request xmlns="http://www.retailinnovation.se/xccsp">'
)
CODE = "WKZQUH56H7X3DVQEJPHOYNWDV7HS223N;BA7WNV7ODW6RCY4ZLNLF4J66IM"


def response(kind: str, name: str, **fields: str) -> bytes:
    inner = "".join(f"<{field}>{text}</{field}>" for field, text in fields.items())
    return (
        '<?xml version="1.0" encoding="ISO-8859-1" standalone="yes"?>'
        '<response xmlns="http://www.retailinnovation.se/xccsp">'
        f"<type>{kind}</type><data><{name}>{inner}</{name}></data></response>"
    ).encode("iso-8859-1")


def registered(code: str = CODE, main: str = "0", storage: str = "0") -> bytes:
    return response(
        "RegisterReceiptResponse",
        "RegisterResult",
        Code=code,
        UnitId="RIHTT131550010466",
        UnitMainStatus=main,
        UnitStorageStatus=storage,
    )


@pytest.mark.requirement("R-CTRL-001")
def test_a_sale_has_the_fields_in_their_order() -> None:
    assert xccsp.register_request(mark_request()).decode("iso-8859-1") == (
        BEGIN + "<type>RegisterReceipt</type><data><Receipt><IsNewSession>1</IsNewSession>"
        "<SerialNo>1</SerialNo><Date>202612011230</Date><ReceiptId>1001</ReceiptId>"
        "<PosId>KASSA01</PosId><OrgNo>5566778899</OrgNo><ReceiptTotal>125,00</ReceiptTotal>"
        "<NegativeTotal>0,00</NegativeTotal><ReceiptType>normal</ReceiptType><VatList><Vat>"
        "<Class>1</Class><Percentage>25,00</Percentage><Amount>25,00</Amount></Vat></VatList>"
        "</Receipt></data></request>"
    )


def test_a_return_has_its_signs_and_each_rate_its_class() -> None:
    sealed = sealed_receipt((600, 10_60), (1200, 11_20), (0, 5_00), kind=RETURN)
    told = xccsp.register_request(mark_request(sealed)).decode()
    assert "<ReceiptTotal>-26,80</ReceiptTotal><NegativeTotal>26,80</NegativeTotal>" in told
    assert told.count("<Vat>") == 3
    for number, rate, amount in (("2", "12,00", "-1,20"), ("3", "6,00", "-0,60"), ("4",) * 3):
        rate, amount = ("0,00", "0,00") if number == "4" else (rate, amount)
        written = f"<Class>{number}</Class><Percentage>{rate}</Percentage><Amount>{amount}</Amount>"
        assert written in told


@pytest.mark.parametrize("receipt_type", ["normal", "kopia", "ovning", "profo"])
def test_each_receipt_type_is_told(receipt_type: str) -> None:
    told = xccsp.register_request(mark_request(receipt_type=receipt_type)).decode()
    assert f"<ReceiptType>{receipt_type}</ReceiptType>" in told


def test_questions_name_register_and_organisation() -> None:
    who = "<PosId>KASSA 1&amp;</PosId><OrgNo>5566778899</OrgNo>"
    for ask, kind, name in (
        (xccsp.status_request, "RequestStatus", "StatusRequest"),
        (xccsp.identity_request, "RequestIdentity", "IdentityRequest"),
    ):
        body = f"<type>{kind}</type><data><{name}>{who}</{name}></data></request>"
        assert ask("KASSA 1&", "556677-8899").decode() == BEGIN + body


def test_the_mark_of_the_published_answer_is_read() -> None:
    mark = xccsp.read_mark(registered(), mark_request(serial=7), 3)
    assert (mark.code, mark.unit_id) == (CODE, "RIHTT131550010466")
    assert (mark.main_status, mark.storage_status) == ("0", "0")
    assert (mark.message_serial, mark.attempts) == (7, 3)


def test_only_training_may_come_without_a_code() -> None:
    assert xccsp.read_mark(registered(""), mark_request(receipt_type="ovning")).code == ""
    for receipt_type in ("normal", "kopia", "profo"):
        with pytest.raises(UnitSilent):
            xccsp.read_mark(registered(""), mark_request(receipt_type=receipt_type))


@pytest.mark.parametrize(
    ("main", "storage", "digits", "ok", "fault"),
    [
        ("0", "0", ("0", "0"), True, ""),
        ("OK", "OK", ("0", "0"), True, ""),
        ("Warning", "High Level Warning", ("1", "1"), True, ""),
        ("ProtocolError", "0", ("2", "0"), True, ""),
        ("Non_Fatal_Error", "0", ("3", "0"), True, ""),
        ("FATAL ERROR", "0", ("4", "0"), False, "4"),
        ("5", "0", ("5", "0"), False, "5"),
        ("99", "0", ("99", "0"), False, "99"),
        ("No connection", "0", ("99", "0"), False, "99"),
        ("0", "2", ("0", "2"), False, "010"),
        ("0", "Transaction memory full", ("0", "2"), False, "010"),
        ("what", "0", ("what", "0"), False, "what"),
    ],
)
def test_statuses_come_as_digits_or_as_names(
    main: str, storage: str, digits: tuple[str, str], ok: bool, fault: str
) -> None:
    body = response(
        "StatusResponse",
        "Status",
        Id="U1",
        Firmware="3",
        InstalledLicenses="5",
        MainStatus=main,
        StorageStatus=storage,
        Type="Multi",
    )
    status = xccsp.read_status(body)
    assert (status.main_status, status.storage_status) == digits
    assert (status.ok, status.fault, status.licences) == (ok, fault, "5")


def test_the_identity_is_read() -> None:
    body = response("IdentityResponse", "Identity", Id="U1", Firmware="3.14", Type="Multi User")
    identity = xccsp.read_identity(body)
    assert dataclasses.astuple(identity) == ("U1", "XCCSP", "3.14", "Multi User")


@pytest.mark.parametrize(
    ("code", "written", "again"),
    [
        ("2", "002", False),
        ("3", "003", False),
        ("6", "006", True),
        ("7", "007", False),
        ("8", "008", True),
        ("9", "009", False),
        ("10", "010", True),
        ("98", "098", True),
        ("99", "099", True),
        ("77", "077", True),
        ("", "", True),
        ("odd", "odd", True),
    ],
)
def test_each_fault_says_what_may_help(code: str, written: str, again: bool) -> None:
    fault = response("Fault", "FaultInfo", Code=code, ShortMessage="s", Message="m")
    for read in (xccsp.read_identity, xccsp.read_status):
        with pytest.raises(UnitRefused):
            read(fault)
    with pytest.raises(UnitRefused) as refused:
        xccsp.read_mark(fault, mark_request())
    no = refused.value
    assert (no.code, no.again, no.renew_serial) == (written, again, False)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>Service unavailable",
        registered()[:120],
        registered().replace(b"ISO-8859-1", b"EBCDIC-WHAT"),
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ccc">]><response>&b;</response>',
        response("IdentityResponse", "Identity", Id="U1"),
        response("RegisterReceiptResponse", "Other", Code=CODE),
        response("RegisterReceiptResponse", "RegisterResult", Code=CODE, UnitId=""),
        b"<response/>" + b" " * xccsp.ANSWER_MOST_BYTES,
    ],
    ids=["none", "html", "half", "encoding", "entities", "kind", "name", "no unit", "too long"],
)
def test_what_is_no_answer_counts_as_none(body: bytes) -> None:
    with pytest.raises(UnitSilent) as silence:
        xccsp.read_mark(body, mark_request())
    assert silence.value.code == UNREADABLE


def test_what_cannot_be_told_is_refused_before_it_is_sent() -> None:
    with pytest.raises(Refusal):
        xccsp.register_request(mark_request(sealed_receipt((1000, 1_10))))
    with pytest.raises(Refusal):
        xccsp.identity_request("KASSA#1", "5566778899")
