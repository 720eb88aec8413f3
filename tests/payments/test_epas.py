"""EPAS and nexo XML: what is said, what is read, and what is refused. The messages are written out
here after the published samples; nothing of the simulator is used."""

from __future__ import annotations

import base64
import json
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from skrin.domain.payment import REFUND, VOID
from skrin.payments.contract import (
    CHOICE,
    CODE,
    CONFIRM,
    PaymentAnswer,
    PaymentAsk,
    TerminalIdentity,
)
from skrin.payments.epas import answers, codec, device, requests
from skrin.payments.epas.dialects import EPAS_1_0, NEXO_XML_3_1, Dialect
from skrin.payments.epas.speech import XmlSpeech

ASK = PaymentAsk(
    "attempt-1", "till-1", "2k", "80000091", 59_00, "SEK", "2026-11-20T14:05:00+01:00", "Åsa",
    begun_at_utc_ms=1_795_179_900_000,
)  # fmt: skip
HEAD = 'MessageClass="Service" MessageCategory="{}" MessageType="Response" ServiceID="{}"'
BOTH = pytest.mark.parametrize("dialect", [EPAS_1_0, NEXO_XML_3_1], ids=lambda one: one.code)


def parsed(message: bytes) -> ET.Element:
    return ET.fromstring(message)


def header(category: str, service_id: str = "2k", dialect: Dialect = EPAS_1_0) -> str:
    who = f'{dialect.sale_id}="till-1" POIID="80000091"'
    return f"<MessageHeader {HEAD.format(category, service_id)} {who}/>"


def answered(body: str, category: str = "Payment", dialect: Dialect = EPAS_1_0) -> bytes:
    declared = '<?xml version="1.0" encoding="utf-8"?>'
    head = header(category, "2k", dialect)
    return f"{declared}<SaleToPOIResponse>{head}{body}</SaleToPOIResponse>".encode()


GOOD = (
    '<Response Result="Success" /><POIData><POITransactionID TransactionID="000009103009"'
    ' TimeStamp="2026-11-20T14:05:31.5304374+01:00" /></POIData>'
    '<PaymentResult PaymentType="Normal"><AmountsResp AuthorizedAmount="{}" /></PaymentResult>'
)


def payment(inner: str) -> str:
    return f"<PaymentResponse>{inner}</PaymentResponse>"


def read(body: bytes, dialect: Dialect = EPAS_1_0, ask: PaymentAsk = ASK) -> PaymentAnswer:
    return XmlSpeech(dialect).read_payment(body, ask)


@BOTH
def test_a_payment_is_said_in_the_words_of_its_dialect(dialect: Dialect) -> None:
    root = parsed(requests.payment_request(dialect, ASK))
    head, body = root
    assert (root.tag, head.tag, body.tag) == ("SaleToPOIRequest", "MessageHeader", "PaymentRequest")
    assert head.attrib == {
        "ProtocolVersion": dialect.protocol_version,
        "MessageClass": "Service",
        "MessageCategory": "Payment",
        "MessageType": "Request",
        "ServiceID": "2k",
        dialect.sale_id: "till-1",
        "POIID": "80000091",
    }
    assert [one.tag for one in body] == ["SaleData", "PaymentTransaction", "PaymentData"]
    assert body[0].attrib == {"OperatorID": "Åsa"}
    assert body[0][0].attrib == {
        "TransactionID": "attempt-1",
        "TimeStamp": "2026-11-20T14:05:00+01:00",
    }
    assert body[1][0].attrib == {"Currency": "SEK", "RequestedAmount": "59.00"}
    assert body[2].attrib == {"PaymentType": "Normal"}
    tips = [one.attrib for one in body[1] if one.tag == "TransactionConditions"]
    assert tips == (
        [{"WaitCardRemoval": "false", "DisableTip": "true"}] if dialect.tip_flag else []
    )


def test_a_message_has_no_declaration_no_namespace_and_no_line_break() -> None:
    message = requests.payment_request(EPAS_1_0, replace(ASK, operator='A&"<\x07ö'))
    assert message.startswith(b"<SaleToPOIRequest><MessageHeader ")
    assert b"\n" not in message and b"xmlns" not in message
    assert parsed(message)[1][0].attrib["OperatorID"] == 'A&"<ö'


@BOTH
def test_money_back_and_a_charge_undone(dialect: Dialect) -> None:
    body = parsed(requests.payment_request(dialect, replace(ASK, purpose=REFUND)))[1]
    assert body[2].attrib == {"PaymentType": "Refund"}
    void = replace(ASK, purpose=VOID, undoes="T1", undoes_at="2026-11-20T13:00:00Z")
    body = parsed(requests.reversal_request(dialect, void, "T1"))[1]
    assert body.attrib == {"ReversalReason": "MerchantCancel"}
    original = body[-1]
    assert original.tag == dialect.original
    whose = {"SaleID": "till-1", "POIID": "80000091"}
    assert original.attrib == (whose if dialect.reversal_names_sale else {})
    assert original[0].attrib == {"TransactionID": "T1", "TimeStamp": "2026-11-20T13:00:00Z"}


def test_a_lost_answer_is_asked_for_as_the_dialect_can() -> None:
    last = parsed(requests.status_request(EPAS_1_0, ASK, "2l"))
    assert (last[1].tag, len(last[1])) == ("GetLastTransactionRequest", 0)
    named = parsed(requests.status_request(NEXO_XML_3_1, ASK, "2l"))
    assert named[0].attrib["ServiceID"] == "2l"
    assert named[1][0].attrib == {
        "MessageCategory": "Payment",
        "ServiceID": "2k",
        "SaleID": "till-1",
        "POIID": "80000091",
    }
    stop = parsed(requests.abort_request(EPAS_1_0, ASK, "2m"))[1]
    assert [one.tag for one in stop] == ["MessageReference", "AbortReason"]
    assert (stop[0].attrib["WorkstationID"], stop[1].text) == ("till-1", "MerchantAbort")


def test_the_till_tells_only_what_keeps_the_terminal_from_asking_over_http() -> None:
    body = parsed(XmlSpeech(NEXO_XML_3_1).login("till-1", "80000091", "L1", at_local="x",
                  software_version="1"))[1]  # fmt: skip
    assert body[-1][0].text == "PrinterReceipt"
    assert [one.tag for one in body] == ["DateTime", "SaleSoftware", "SaleTerminalData"]


@pytest.mark.parametrize(("amount", "minor"), [("59.00", 59_00), ("59", 59_00), ("59.0", 59_00)])
def test_an_approval_is_read_as_westpay_writes_it(amount: str, minor: int) -> None:
    answer = read(answered(payment(GOOD.format(amount))))
    assert (answer.outcome, answer.amount_minor) == ("approved", minor)
    assert answer.card is not None
    assert answer.card.provider_transaction_id == "000009103009"
    assert answer.card.provider_transaction_at == "2026-11-20T14:05:31.5304374+01:00"


@pytest.mark.parametrize(
    "wrong",
    [
        GOOD.format("59,00"),
        GOOD.format("-59.00"),
        GOOD.format("5900e-2"),
        GOOD.format("59.001"),
        GOOD.format("60.00"),
        GOOD.format(""),
        '<Response Result="Perhaps"/>',
        '<Response Result="Failure"/>',
        '<Response Result="Failure" ErrorCondition="Sunshine"/>',
        '<Response Result="Success"/><Response Result="Failure" ErrorCondition="Refusal"/>',
        '<Response Result="Success"/><PaymentResult PaymentType="Refund">'
        '<AmountsResp AuthorizedAmount="59.00"/></PaymentResult>',
    ],
)
def test_what_is_no_clear_yes_is_unknown(wrong: str) -> None:
    answer = read(answered(payment(wrong)))
    assert (answer.outcome, answer.reason) == ("unknown", "bad_message")


@pytest.mark.parametrize(
    "other",
    [
        header("Payment", "9z"),
        header("Reversal"),
        header("Payment").replace("till-1", "till-2"),
        header("Payment").replace("80000091", "80000092"),
        header("Payment").replace("Response", "Request"),
        "",
    ],
)
def test_an_answer_to_somebody_else_is_unknown(other: str) -> None:
    body = answered(payment(GOOD.format("59.00"))).decode().replace(header("Payment"), other)
    assert read(body.encode()) == PaymentAnswer("unknown", "bad_message", 0)


def bomb() -> bytes:
    lines = '<!DOCTYPE l [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {one} "&{before};&{before};">'
        for before, one in zip("abcdef", "bcdefg", strict=True)
    )
    return f"{lines}]><SaleToPOIResponse>&g;</SaleToPOIResponse>".encode()


@pytest.mark.parametrize(
    "hostile",
    [
        bomb(),
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><SaleToPOIResponse/>',
        b'<!DOCTYPE a [<!ENTITY % b SYSTEM "http://127.0.0.1/">%b;]><SaleToPOIResponse/>',
        b"<SaleToPOIResponse>" + b"<a>" * 5_000 + b"</a>" * 5_000 + b"</SaleToPOIResponse>",
        b"<SaleToPOIResponse>" + b"<a/>" * 20_000 + b"</SaleToPOIResponse>",
        b"<SaleToPOIResponse>" + b" " * 1_100_000 + b"</SaleToPOIResponse>",
        b"<SaleToPOIResponse>&unknown;</SaleToPOIResponse>",
        b"\xff\xfe\x00",
        b'<?xml version="1.0" encoding="none-such"?><a/>',
        b"",
    ],
    ids=["bomb", "file", "fetch", "deep", "many", "large", "entity", "bytes", "coding", "empty"],
)
def test_hostile_xml_is_refused(hostile: bytes) -> None:
    with pytest.raises(ValueError):
        codec.read(hostile)
    assert read(hostile) == PaymentAnswer("unknown", "bad_message", 0)
    assert device.refused(EPAS_1_0, hostile) is None


def test_a_value_that_stands_twice_is_not_believed() -> None:
    """As an attribute and as an element of the same name, of which there may be several."""
    assert codec.read(b'<A EntryMode="x"><EntryMode>y</EntryMode></A>') == {
        "A": {"EntryMode": ["x", "y"]}
    }
    twice = GOOD.format("59.00").replace(
        "/></PaymentResult>",
        '/><PaymentInstrumentData><CardData EntryMode="Chip"><EntryMode>Swipe</EntryMode>'
        "</CardData></PaymentInstrumentData></PaymentResult>",
    )
    assert read(answered(payment(twice))).outcome == "approved"


def test_a_slip_that_is_nested_without_end_is_left_as_it_came() -> None:
    """The money has moved by then: an odd slip must not make the answer an exception."""
    deep = base64.b64encode(('{"a":' * 400 + "1" + "}" * 400).encode()).decode()
    slip = (
        '<PaymentReceipt DocumentQualifier="CustomerReceipt"><OutputContent>'
        f"<OutputText>{deep}</OutputText></OutputContent></PaymentReceipt>"
    )
    body = answered(payment(GOOD.format("59.00") + slip), dialect=NEXO_XML_3_1)
    card = read(body, NEXO_XML_3_1)
    assert card.outcome == "approved" and card.card and card.card.customer_slip == (deep,)


def test_slips_come_as_base64_of_json_and_as_lines() -> None:
    told = {
        "Merchant": {
            "Mandatory": {"Payment": {"SignatureBlock": True}},
            "Optional": {"ReceiptString": ["KÖP:  59,00 SEK", "", "Ring +46 8", "\x1b@A=B"]},
        }
    }
    coded = base64.b64encode(json.dumps(told).encode()).decode()
    slips = (
        f'<PaymentReceipt DocumentQualifier="CashierReceipt"><OutputContent OutputFormat="Text">'
        f"<OutputText>{coded}</OutputText></OutputContent></PaymentReceipt>"
        '<PaymentReceipt DocumentQualifier="CustomerReceipt"><OutputContent>'
        "<OutputText>Rad 1</OutputText><OutputText>Rad 2</OutputText></OutputContent>"
        "</PaymentReceipt>"
    )
    body = answered(payment(GOOD.format("59.00") + slips), dialect=NEXO_XML_3_1)
    card = read(body, NEXO_XML_3_1).card
    assert card is not None and card.signature
    assert card.merchant_slip == ("KÖP:  59,00 SEK", "", "Ring +46 8", "@A=B")
    assert card.customer_slip == ("Rad 1", "Rad 2")


def last(inner: str, result: str = '<Response Result="Success"/>') -> bytes:
    repeated = f"<RepeatedMessageResponse>{header('Payment')}{inner}</RepeatedMessageResponse>"
    body = f"<GetLastTransactionResponse>{result}{repeated if inner else ''}"
    return answered(f"{body}</GetLastTransactionResponse>", "GetLastTransaction")


OURS = '<SaleData><SaleTransactionID TransactionID="attempt-1" TimeStamp="x"/></SaleData>'


@pytest.mark.requirement("R-CARD-007")
@pytest.mark.parametrize(
    ("inner", "outcome", "reason"),
    [
        (payment(OURS + GOOD.format("59.00")), "approved", ""),
        (payment(OURS + GOOD.format("40.00")), "unknown", "other_transaction"),
        (payment(OURS + GOOD.format("61.00")), "unknown", "bad_message"),
        (payment(GOOD.format("59.00")), "unknown", "other_transaction"),
        (payment(OURS.replace("-1", "-2") + GOOD.format("59.00")), "unknown", "other_transaction"),
        (
            payment(OURS + GOOD.format("59.00").replace("T14", "T08")),
            "unknown",
            "other_transaction",
        ),
        (
            payment(OURS + GOOD.format("59.00").replace("+01:00", "")),
            "unknown",
            "other_transaction",
        ),
        ("<LastTransaction Approved='true'/>", "unknown", "other_transaction"),
    ],
)
def test_the_last_transaction_is_ours_only_when_all_matches(
    inner: str, outcome: str, reason: str
) -> None:
    answer = answers.read_recovery(last(inner), ASK, "2k", EPAS_1_0)
    assert (answer.outcome, answer.reason) == (outcome, reason)


@pytest.mark.requirement("R-CARD-007")
@pytest.mark.parametrize(
    ("condition", "reason", "running"),
    [
        ("InProgress", "in_progress", True),
        ("Busy", "in_progress", True),
        ("NotFound", "not_found", False),
        ("LoggedOut", "logged_out", False),
        ("Refusal", "refusal", False),
    ],
)
def test_a_question_that_failed_tells_nothing_of_the_payment(
    condition: str, reason: str, running: bool
) -> None:
    result = f'<Response Result="Failure" ErrorCondition="{condition}"/>'
    answer = answers.read_recovery(last("", result), ASK, "2k", EPAS_1_0)
    assert answer == PaymentAnswer("unknown", reason, 0, running=running)


def asked(category: str, inner: str) -> bytes:
    head = (
        f'<MessageHeader MessageClass="Device" MessageCategory="{category}" MessageType="Request"'
        ' ServiceID="2k" DeviceID="7" WorkstationID="till-1" POIID="80000091"/>'
    )
    body = f"<{category}Request>{inner}</{category}Request>"
    return f"<SaleToPOIRequest>{head}{body}</SaleToPOIRequest>".encode()


def wanted(command: str, menu: str = "") -> device.DeviceRequest:
    words = "<OutputContent><OutputText>Vad?</OutputText></OutputContent>"
    inner = f'<DisplayOutput>{words}{menu}</DisplayOutput><InputData InputCommand="{command}"/>'
    return device.read_request(asked("Input", inner), EPAS_1_0)


@pytest.mark.parametrize(
    ("command", "kind", "said", "field", "value"),
    [
        ("GetConfirmation", CONFIRM, "yes", "ConfirmedFlag", "true"),
        ("GetConfirmation", CONFIRM, "no", "ConfirmedFlag", "false"),
        ("DigitString", CODE, "4711", "TextInput", "4711"),
        ("GetMenuEntry", CHOICE, "2", "MenuEntryNumber", "2"),
    ],
)
def test_what_the_terminal_wants_is_answered_under_its_own_id(
    command: str, kind: str, said: str, field: str, value: str
) -> None:
    menu = "".join(
        f"<MenuEntry><OutputContent><OutputText>{one}</OutputText></OutputContent></MenuEntry>"
        for one in ("SEK", "EUR")
    )
    request = wanted(command, menu if kind == CHOICE else "")
    question = request.question
    assert question is not None and (question.question_id, question.kind) == ("7", kind)
    assert question.words == ("Vad?",)
    assert question.choices == (("SEK", "EUR") if kind == CHOICE else ())
    answer = parsed(device.input_answer(EPAS_1_0, request, said))
    assert answer.tag == "SaleToPOIResponse"
    assert (answer[0].attrib["DeviceID"], answer[0].attrib["WorkstationID"]) == ("7", "till-1")
    assert answer[0].attrib["MessageType"] == "Response"
    given = answer[1].find("InputResult/Input")
    assert given is not None
    assert given.attrib.get(field) == value or given.findtext(field) == value
    nobody = parsed(device.input_answer(EPAS_1_0, request, None))
    response = nobody[1].find("InputResult/Response")
    assert response is not None and response.attrib["ErrorCondition"] == "Cancel"


def test_an_unknown_wish_is_answered_with_a_no() -> None:
    strange = asked("Input", '<InputData InputCommand="SingASong"/>')
    with pytest.raises(ValueError):
        device.read_request(strange, EPAS_1_0)
    no = device.refused(EPAS_1_0, strange)
    assert no is not None and b"MessageFormat" in no


def test_the_serial_number_is_read_from_the_login() -> None:
    system = (
        '<LoginResponse><Response Result="Success"/><POISystemData>'
        '<POITerminalData POISerialNumber="1710000520"/></POISystemData></LoginResponse>'
    )
    speech = XmlSpeech(EPAS_1_0)
    assert speech.read_login(answered(system, "Login"), "till-1", "2k") == ("", "1710000520")
    assert speech.read_identity(answered(system, "Login")) == TerminalIdentity("1710000520")
    named = system.replace(
        "<POITerminalData",
        '<POISoftware ManufacturerID="Westpay" ApplicationName="Carbon" SoftwareVersion="1.4"/>'
        "<POITerminalData",
    )
    assert speech.read_identity(answered(named, "Login")) == TerminalIdentity(
        "1710000520", "Carbon", "Westpay", "1.4"
    )
    assert speech.read_identity(b"<nothing") == TerminalIdentity()
    bare = '<LoginResponse><Response Result="Failure" ErrorCondition="Busy"/></LoginResponse>'
    assert speech.read_login(answered(bare, "Login"), "till-1", "2k") == ("busy", "")
    assert speech.read_state(answered(bare, "Login"), "till-1", "2k").state == "busy"
