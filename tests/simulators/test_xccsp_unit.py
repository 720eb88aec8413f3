"""The simulated unit on HTTP, asked with XML that is written out here."""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator

import pytest
from tests.simulators.devices import ADDRESS, DEADLINE_S, Device

ORG = "5566778899"
HEAD = (
    '<?xml version="1.0" encoding="ISO-8859-1" standalone="yes"?>'
    '<request xmlns="http://www.retailinnovation.se/xccsp">'
)
KIND = {"Content-Type": "text/xml; charset=iso-8859-1"}


@pytest.fixture(scope="module")
def one_unit() -> Iterator[Device]:
    device = Device("xccsp_unit")
    yield device
    assert device.stop() == 0


@pytest.fixture
def unit(one_unit: Device) -> Device:
    one_unit.reset()
    return one_unit


def post(
    device: Device, body: str, path: str = "/xccsp", headers: dict[str, str] | None = None
) -> tuple[int, str]:
    link = http.client.HTTPConnection(ADDRESS, device.port, timeout=DEADLINE_S)
    try:
        link.request("POST", path, body.encode("latin-1"), {**KIND, **(headers or {})})
        answer = link.getresponse()
        return answer.status, answer.read().decode("latin-1")
    finally:
        link.close()


def receipt(serial: int, pos: str = "KASSA01", kind: str = "normal", total: str = "125,00") -> str:
    return (
        HEAD + "<type>RegisterReceipt</type><data><Receipt><IsNewSession>1</IsNewSession>"
        f"<SerialNo>{serial}</SerialNo><Date>202612011230</Date><ReceiptId>{serial}</ReceiptId>"
        f"<PosId>{pos}</PosId><OrgNo>{ORG}</OrgNo><ReceiptTotal>{total}</ReceiptTotal>"
        f"<NegativeTotal>0,00</NegativeTotal><ReceiptType>{kind}</ReceiptType><VatList><Vat>"
        "<Class>1</Class><Percentage>25,00</Percentage><Amount>25,00</Amount></Vat></VatList>"
        "</Receipt></data></request>"
    )


def question(kind: str, name: str, pos: str = "KASSA01") -> str:
    who = f"<PosId>{pos}</PosId><OrgNo>{ORG}</OrgNo>"
    return HEAD + f"<type>{kind}</type><data><{name}>{who}</{name}></data></request>"


def field(answer: str, name: str) -> str:
    found = re.search(rf"<{name}>(.*?)</{name}>", answer)
    return found[1] if found else ""


def test_a_receipt_gets_a_code_and_is_counted_by_type(unit: Device) -> None:
    for kind in ("normal", "kopia", "ovning", "profo"):
        status, answer = post(unit, receipt(1, f"TYPE-{kind}", kind))
        assert status == 200
        assert field(answer, "type") == "RegisterReceiptResponse"
        assert re.fullmatch(r"[A-Z2-7]{32};[A-Z2-7]{26}", field(answer, "Code"))
        assert field(answer, "UnitId") == "SIMX00000001"
        assert (field(answer, "UnitMainStatus"), field(answer, "UnitStorageStatus")) == ("0", "0")
        tally = unit.counters()["receipts"][ORG][f"TYPE-{kind}"]
        assert list(tally) == [kind] and tally[kind]["total_minor"] == 125_00


def test_identity_and_status(unit: Device) -> None:
    answer = post(unit, question("RequestIdentity", "IdentityRequest"))[1]
    assert (field(answer, "Id"), field(answer, "Firmware")) == ("SIMX00000001", "3.14")
    unit.switch(main_status="99", storage_status=1, licences=3, status_as="names")
    answer = post(unit, question("RequestStatus", "StatusRequest"))[1]
    assert field(answer, "MainStatus") == "No Connection"
    assert field(answer, "StorageStatus") == "High Level Warning"
    assert field(answer, "InstalledLicenses") == "3"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("no xml", "3"),
        (receipt(1).replace(' xmlns="http://www.retailinnovation.se/xccsp"', ""), "3"),
        (question("RequestTea", "TeaRequest"), "2"),
        (receipt(1, total="125.00"), "3"),
        (receipt(1).replace("<Class>1", "<Class>2"), "3"),
        (receipt(1).replace(ORG, "5566778890"), "3"),
        (receipt(1).replace("<PosId>KASSA01</PosId>", ""), "3"),
        (receipt(1, kind="other"), "3"),
    ],
)
def test_what_is_wrong_is_a_fault(unit: Device, body: str, code: str) -> None:
    status, answer = post(unit, body)
    assert (status, field(answer, "type"), field(answer, "Code")) == (200, "Fault", code)


def test_the_order_of_the_fields_does_not_matter(unit: Device) -> None:
    swapped = receipt(1).replace("<IsNewSession>1</IsNewSession><SerialNo>1</SerialNo>", "")
    swapped = swapped.replace(
        "<VatList>", "<SerialNo>1</SerialNo><IsNewSession>0</IsNewSession><VatList>"
    )
    assert field(post(unit, swapped)[1], "type") == "RegisterReceiptResponse"


@pytest.mark.parametrize(("repeat", "same"), [("new", False), ("same", True)])
def test_a_repeated_serial_is_registered_anew_or_answered_again(
    unit: Device, repeat: str, same: bool
) -> None:
    unit.switch(repeat=repeat)
    pos = f"REPEAT-{repeat}"
    codes = [field(post(unit, receipt(7, pos))[1], "Code") for _ in range(2)]
    assert (codes[0] == codes[1]) is same
    assert unit.counters()["receipts"][ORG][pos]["normal"]["number"] == (1 if same else 2)


def test_switches_make_it_fail(unit: Device) -> None:
    unit.switch(licences=0)
    assert field(post(unit, receipt(1))[1], "Code") == "9"
    unit.switch(licences=5, storage_status=2)
    assert field(post(unit, receipt(1))[1], "Code") == "10"
    unit.switch(storage_status=0, http_status={"value": 503, "times": 1})
    assert post(unit, receipt(1))[0] == 503
    unit.switch(garbage={"times": 1})
    assert "Service unavailable" in post(unit, receipt(1))[1]
    unit.switch(half_answer={"times": 1})
    with pytest.raises(http.client.IncompleteRead):
        post(unit, receipt(1))
    unit.switch(hang_up={"times": 1})
    with pytest.raises(http.client.RemoteDisconnected):
        post(unit, receipt(1))
    unit.switch(wrong_id={"times": 1})
    assert field(post(unit, receipt(1))[1], "UnitId") == "OTHER0000099"


def test_other_paths_and_kinds_are_not_served(unit: Device) -> None:
    assert post(unit, receipt(1), "/")[0] == 404
    assert post(unit, receipt(1), headers={"Content-Type": "application/json"})[0] == 415


def test_who_asks_must_say_who_he_is() -> None:
    device = Device("xccsp_unit", "--login", "basic", "--user", "a", "--password", "b")
    try:
        assert post(device, receipt(1))[0] == 401
        assert post(device, receipt(1), headers={"Authorization": "Basic YTpj"})[0] == 401
        assert post(device, receipt(1), headers={"Authorization": "Basic YTpi"})[0] == 200
    finally:
        assert device.stop() == 0
