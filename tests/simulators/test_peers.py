"""The simulators against programs that we did not write."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.simulators.devices import ADDRESS, Device

from skrin.simulators.printer.commands import Cutter
from skrin.simulators.printer.mechanism import Cut, Mechanism
from skrin.simulators.printer.paper import Picture

PEERS = Path(__file__).resolve().parents[1] / "peers"
DEADLINE_S = 20.0

pytestmark = [
    pytest.mark.peer,
    pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed"),
    pytest.mark.skipif(
        not (PEERS / "node_modules").is_dir(),
        reason="tests/peers/node_modules is missing; run npm ci in tests/peers",
    ),
]


def run_peer(script: str, *arguments: str, said: str) -> str:
    done = subprocess.run(
        ["node", script, *arguments],
        cwd=PEERS,
        input=said,
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


RECEIPT = """^^^Bageriet

Storgatan 1, 111 22 Stockholm
---
Räksmörgås | 65,00
Kaffe | 35,00
---
^Att betala | ^100,00
{code:https://kvitto.example/1;option:qrcode,4,m}
"""


FINDER = ["#######", "#     #", "# ### #", "# ### #", "# ### #", "#     #", "#######"]
"""The corner that every QR code has."""


def corner_of(picture: Picture, modules: int, dots: int) -> list[str]:
    """The upper left modules of a picture, a sign each."""

    def sign(across: int, down: int) -> str:
        x, y = across * dots + dots // 2, down * dots + dots // 2
        bits = picture.rows[y * picture.row_bytes + x // 8]
        return "#" if bits >> (7 - x % 8) & 1 else " "

    return ["".join(sign(x, y) for x in range(modules)) for y in range(modules)]


@pytest.mark.parametrize("columns", [42, 48, 32])
def test_receiptline_is_read(columns: int) -> None:
    options = {"cpl": columns, "encoding": "cp858", "command": "escpos", "spacing": False}
    data = bytes.fromhex(run_peer("receiptline.js", json.dumps(options), said=RECEIPT))
    cutter, mechanism = Cutter(), Mechanism(columns)
    events = [event for one in cutter.feed(data) for event in mechanism.execute(one)]
    (slip,) = [event.slip for event in events if isinstance(event, Cut)]
    assert not mechanism.unknown
    lines = [line.strip() for line in slip.text().split("\n")]
    assert "Bageriet" in lines
    assert "Storgatan 1, 111 22 Stockholm" in lines
    sold = next(line for line in slip.text().split("\n") if line.startswith("Räksmörgås"))
    assert sold == "Räksmörgås" + "65,00".rjust(columns - len("Räksmörgås"))
    (code,) = [one for one in slip.elements if isinstance(one, Picture)]
    assert corner_of(code, modules=7, dots=4) == FINDER, "its QR codes are drawn as pictures"


@pytest.mark.parametrize(
    ("switches", "word"),
    [
        ({}, "online"),
        ({"cover_open": True}, "coveropen"),
        ({"paper_out": True}, "paperempty"),
    ],
)
def test_receiptio_reads_the_status(printer: Device, switches: dict[str, bool], word: str) -> None:
    printer.switch(**switches)
    for options in ("-q -p escpos", "-q"):
        assert run_peer("receiptio.js", str(printer.port), options, said="").strip() == word


def test_receiptio_prints_and_learns_of_it(printer: Device) -> None:
    for options in ("-p escpos -c 42", "-c 42"):
        printer.reset(slips=True)
        word = run_peer("receiptio.js", str(printer.port), options, said=RECEIPT)
        assert word.strip() == "success"
        (slip,) = printer.json("/slips")
        assert "Storgatan 1, 111 22 Stockholm" in slip["text"]
        assert printer.counters()["unknown"] == {}


def test_receiptio_learns_that_the_paper_ended(printer: Device) -> None:
    printer.switch(paper_out_after_lines=3)
    word = run_peer("receiptio.js", str(printer.port), "-p escpos -c 42 -t 10", said=RECEIPT)
    assert word.strip() == "paperempty"


@pytest.fixture
def terminal_on_8443(tmp_path: Path) -> Iterator[Device]:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, 8443))
        except OSError:
            pytest.skip("port 8443, which this client insists on, is taken")
    device = Device("card_terminal", "--port", "8443", "--payment-ms", "5")
    yield device
    device.stop()


def paid(amount: float) -> dict[str, Any]:
    sale = {"TransactionID": "peer-1", "TimeStamp": "2026-12-01T11:30:00.000Z"}
    return {
        "SaleData": {"SaleTransactionID": sale},
        "PaymentTransaction": {"AmountsReq": {"Currency": "SEK", "RequestedAmount": amount}},
    }


def test_adyens_client_pays_asks_and_reverses(terminal_on_8443: Device) -> None:
    def send(*messages: dict[str, Any]) -> list[dict[str, Any]]:
        poi_id = terminal_on_8443.ready["poi_id"]
        answers: list[dict[str, Any]] = json.loads(
            run_peer("adyen.js", poi_id, said=json.dumps(messages))
        )
        return answers

    reference = {"MessageCategory": "Payment", "SaleID": "PEER", "ServiceID": "P3"}
    approved, declined, lost, found, diagnosis, aborted = send(
        {"category": "Payment", "serviceId": "P1", "body": paid(125.5)},
        {"category": "Payment", "serviceId": "P2", "body": paid(1.24)},
        {"category": "Payment", "serviceId": "P3", "body": paid(11.5)},
        {
            "category": "TransactionStatus",
            "serviceId": "P4",
            "body": {"MessageReference": reference},
        },
        {"category": "Diagnosis", "serviceId": "P5", "body": {"HostDiagnosisFlag": True}},
        {
            "category": "Abort",
            "serviceId": "P6",
            "body": {"MessageReference": reference, "AbortReason": "MerchantAbort"},
        },
    )
    payment = approved["PaymentResponse"]
    assert payment["Response"]["Result"] == "Success"
    assert payment["PaymentResult"]["AmountsResp"] == {"AuthorizedAmount": 125.5, "Currency": "SEK"}
    assert payment["PaymentResult"]["PaymentInstrumentData"]["CardData"]["PaymentBrand"] == "visa"
    assert payment["PaymentReceipt"][0]["OutputContent"]["OutputText"][0]["Text"]
    assert declined["PaymentResponse"]["Response"]["ErrorCondition"] == "Refusal"
    assert "lost" in lost
    inner = found["TransactionStatusResponse"]["RepeatedMessageResponse"]
    inner = inner["RepeatedResponseMessageBody"]["PaymentResponse"]
    assert inner["PaymentResult"]["AmountsResp"]["AuthorizedAmount"] == 11.5
    assert diagnosis["DiagnosisResponse"]["POIStatus"]["GlobalStatus"] == "OK"
    assert aborted == {}
    original = {"POITransactionID": payment["POIData"]["POITransactionID"]}
    (reversal,) = send(
        {
            "category": "Reversal",
            "serviceId": "P7",
            "body": {"OriginalPOITransaction": original, "ReversalReason": "MerchantCancel"},
        }
    )
    assert reversal["ReversalResponse"]["Response"]["Result"] == "Success"
    books = terminal_on_8443.counters()["tills"]["PEER"]
    assert books["charges"] == {"number": 2, "sum_minor": 13700}
    assert books["reversals"] == {"number": 1, "sum_minor": 12550}
