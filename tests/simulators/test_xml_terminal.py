"""The XML card terminal: messages written out here, answers taken apart here (D31)."""

from __future__ import annotations

import http.client
import struct
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.simulators.devices import ADDRESS, Device, Line, eventually

POI = "80000091"


@pytest.fixture(scope="module")
def one_epas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Device]:
    state = tmp_path_factory.mktemp("epas") / "card.log"
    device = Device("xml_terminal", "--payment-ms", "5", "--state", str(state))
    yield device
    assert device.stop() == 0


@pytest.fixture
def epas(one_epas: Device) -> Device:
    one_epas.reset()
    return one_epas


def message(category: str, inner: str, service: str, till: str = "K1", poi: str = POI) -> bytes:
    head = (
        f'<MessageHeader ProtocolVersion="1.0" MessageClass="Service" MessageCategory="{category}"'
        f' MessageType="Request" WorkstationID="{till}" ServiceID="{service}" POIID="{poi}"/>'
    )
    body = f"<{category}Request>{inner}</{category}Request>"
    return f"<SaleToPOIRequest>{head}{body}</SaleToPOIRequest>".encode()


def payment(amount: str, service: str, kind: str = "Normal", **who: str) -> bytes:
    inner = (
        f'<SaleData><SaleTransactionID TransactionID="a-{service}" TimeStamp="2026-11-20T14:05"/>'
        f'</SaleData><PaymentTransaction><AmountsReq Currency="SEK" RequestedAmount="{amount}"/>'
        f'<TransactionConditions DisableTip="true"/></PaymentTransaction>'
        f'<PaymentData PaymentType="{kind}"/>'
    )
    return message("Payment", inner, service, **who)


def send(line: Line, data: bytes) -> None:
    line.send(struct.pack(">I", len(data)) + data)


def hear(line: Line) -> ET.Element:
    size = line.read(4)
    assert len(size) == 4, "the terminal hung up"
    return ET.fromstring(line.read(struct.unpack(">I", size)[0]))


def spoken(line: Line, data: bytes, say_yes: bool = True) -> tuple[ET.Element, list[str]]:
    """The answer, and what the terminal told and asked before it; each is answered."""
    send(line, data)
    told: list[str] = []
    while (root := hear(line)).tag == "SaleToPOIRequest":
        head, body = root
        category = head.attrib["MessageCategory"]
        told.append(" ".join([category, *(one.text or "" for one in root.iter("OutputText"))]))
        if head.attrib["MessageType"] != "Request":
            continue
        answer = '<Response Result="Success"/>'
        if category == "Input":
            flag = "true" if say_yes else "false"
            said = f"<Input><ConfirmedFlag>{flag}</ConfirmedFlag></Input>"
            answer = f"<InputResult>{answer}{said}</InputResult>"
        attributes = " ".join(f'{k}="{v}"' for k, v in head.attrib.items())
        turned = attributes.replace('MessageType="Request"', 'MessageType="Response"')
        inner = f"<{category}Response>{answer}</{category}Response>"
        text = f"<SaleToPOIResponse><MessageHeader {turned}/>{inner}</SaleToPOIResponse>"
        send(line, text.encode())
        del body
    return root, told


def response(root: ET.Element) -> dict[str, str]:
    found = root[1].find("Response")
    assert found is not None
    return dict(found.attrib)


def charged(device: Device, till: str = "K1") -> dict[str, int]:
    return dict(device.counters()["tills"].get(till, {}).get("charges", {}))


def test_a_purchase_is_told_printed_and_answered(epas: Device) -> None:
    with Line(epas.port) as line:
        root, told = spoken(line, payment("59.00", "1"))
    assert response(root) == {"Result": "Success"}
    assert root[0].attrib["WorkstationID"] == "K1" and root[0].attrib["ServiceID"] == "1"
    amounts = root[1].find("PaymentResult/AmountsResp")
    assert amounts is not None and amounts.attrib["AuthorizedAmount"] == "59.00"
    assert root[1].find("PaymentReceipt") is None, "the slips came before"
    assert [one.split()[0] for one in told][:4] == ["Event", "Display", "Print", "Print"]
    assert "MERCHANT COPY" in told[2] and "CARDHOLDER COPY" in told[3]
    assert charged(epas) == {"number": 1, "sum_minor": 59_00}


@pytest.mark.parametrize(
    ("amount", "condition"),
    [("1.24", "Refusal"), ("1.34", "WrongPIN"), ("1.40", "Cancel"), ("1.53", "Busy")],
)
def test_the_amount_chooses_the_outcome(epas: Device, amount: str, condition: str) -> None:
    with Line(epas.port) as line:
        root, _ = spoken(line, payment(amount, f"c{condition[:5]}"))
    assert response(root)["ErrorCondition"] == condition


def test_a_signature_that_is_wrong_refuses(epas: Device) -> None:
    epas.switch(ask="signature")
    before = charged(epas)
    with Line(epas.port) as line:
        root, told = spoken(line, payment("60", "s1"), say_yes=False)
    assert response(root)["ErrorCondition"] == "Refusal"
    assert any("Underskrift" in one for one in told)
    assert charged(epas) == before


def test_the_last_transaction_is_told_with_its_reference(epas: Device) -> None:
    with Line(epas.port) as line:
        spoken(line, payment("61.00", "l1"))
        root, _ = spoken(line, message("GetLastTransaction", "", "l2"))
        found = root[1].find("RepeatedMessageResponse/PaymentResponse/SaleData/SaleTransactionID")
        assert found is not None and found.attrib["TransactionID"] == "a-l1"
        epas.switch(nameless=True)
        root, _ = spoken(line, message("GetLastTransaction", "", "l3"))
        assert root[1].find("RepeatedMessageResponse/PaymentResponse/SaleData") is None
        epas.switch(login_required=True)
        root, _ = spoken(line, payment("61.00", "l4", till="K9"))
        assert response(root)["ErrorCondition"] == "LoggedOut"


def test_an_abort_has_no_answer_and_ends_the_payment(epas: Device) -> None:
    epas.switch(payment_ms=8_000)
    with Line(epas.port, timeout_s=10) as line:
        send(line, payment("62.00", "x1"))
        eventually(lambda: epas.json("/transactions")[0]["service_id"] == "x1")
        reference = '<MessageReference MessageCategory="Payment" ServiceID="x1"/>'
        send(line, message("Abort", reference, "x2"))
        root = hear(line)
    assert root[0].attrib["ServiceID"] == "x1"
    assert response(root)["ErrorCondition"] == "Aborted"


def test_money_is_remembered_over_a_power_cut(tmp_path: Path) -> None:
    state = ("--state", str(tmp_path / "card.log"), "--payment-ms", "5")
    first = Device("xml_terminal", *state)
    with Line(first.port) as line:
        spoken(line, payment("63.00", "p1"))
    first.process.kill()
    first.process.communicate()
    again = Device("xml_terminal", *state)
    assert charged(again) == {"number": 1, "sum_minor": 63_00}
    assert again.stop() == 0


def test_a_message_for_another_terminal_or_of_no_sense_is_refused(epas: Device) -> None:
    with Line(epas.port) as line:
        root, _ = spoken(line, payment("1.00", "w1", poi="1"))
        assert response(root)["ErrorCondition"] == "UnavailableDevice"


def post(device: Device, data: bytes) -> tuple[int, bytes]:
    link = http.client.HTTPConnection(ADDRESS, device.port, timeout=5)
    try:
        link.request("POST", "/EPASSaleToPOI/3.1", data, {"Content-Type": "application/xml"})
        answer = link.getresponse()
        return answer.status, answer.read()
    finally:
        link.close()


def test_over_http_it_asks_nothing_and_an_abort_is_204() -> None:
    nexo = Device("xml_terminal", "--dialect", "nexo", "--payment-ms", "5")
    words = (b'ProtocolVersion="1.0"', b'ProtocolVersion="3.1"'), (b"WorkstationID", b"SaleID")
    pay, stop = payment("59", "1"), message("Abort", '<MessageReference ServiceID="1"/>', "2")
    for old, new in words:
        pay, stop = pay.replace(old, new), stop.replace(old, new)
    status, body = post(nexo, pay)
    root = ET.fromstring(body)
    assert (status, response(root)) == (200, {"Result": "Success"})
    assert len(root.findall("PaymentResponse/PaymentReceipt")) == 2
    assert post(nexo, stop) == (204, b"")
    assert nexo.stop() == 0
