"""The printers' page and the other printer, with real processes: a cable, a shared one, a fault."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.till.flow.shop import COFFEE
from tests.till.process.office_stub import OWNER, PASSWORD
from tests.till.process.rig import Simulator, Street, TillProcess
from tests.till.process.screen import Screen, eventually
from tests.till.process.swedish import refusal, swedish

pytestmark = pytest.mark.slow

PRINTED = "The receipt is printed."


@pytest.fixture(scope="module")
def kitchen(whole_street: Street) -> Iterator[Simulator]:
    """A second printer, on a cable."""
    printer = Simulator("printer", whole_street.folder / "kitchen", "--columns", "32", "--cable")
    try:
        yield printer
    finally:
        printer.part.stop()


@pytest.mark.requirement("OPP-050", "OPP-054", "R-DEV-004")
def test_another_printer_is_set_tried_and_used_while_the_first_is_out(
    street: Street, till: TillProcess, kitchen: Simulator
) -> None:
    owner = Screen(till.screen.port)
    assert owner.log_in(OWNER, PASSWORD).status == 302
    there = {"kind": "usb", "address": kitchen.part.ready["cable"], "name": "Kök"}
    there |= {"columns": "32", "code_page": "cp858"}
    wrong = owner.post("/printers/put", **{**there, "address": "/etc/passwd"})
    assert wrong.page.says("#address-fault") == refusal(
        "printer_address_unreadable", typed="/etc/passwd"
    )
    assert till.screen.post("/printers/put", **there).page.says(".notice") == refusal("not_allowed")
    tried = owner.post("/printers/test", **there)
    assert swedish("The printer says that the test page came out.") in tried.page.text
    assert "TESTSIDA" in kitchen.look("/slips")[-1]["text"]
    assert owner.post("/printers/put", **there).status == 302

    till.log_in()
    street.printer.switch(paper_out=True)
    till.screen.tap(COFFEE)
    refused = till.screen.post("/pay/cash")
    assert refused.status == 422
    key = swedish("Print on: %(name)s", name="Kök")
    assert key in refused.text
    there_now = till.screen.post("/print-there", address=there["address"])
    assert there_now.status == 200, there_now.text
    till.screen.post("/pay/cash")
    eventually(lambda: till.screen.poll().print_sentence == swedish(PRINTED))
    text = kitchen.look("/slips")[-1]["text"]
    assert "Bryggkaffe" in text and max(map(len, text.split("\n"))) <= 32
    assert till.slips(1) == []

    till.kill()
    till.restart()
    till.log_in()
    till.screen.tap(COFFEE)
    till.screen.post("/pay/cash")
    eventually(lambda: till.screen.poll().print_sentence == swedish(PRINTED))
    assert len([s for s in kitchen.look("/slips") if "Bryggkaffe" in s["text"]]) == 2
    assert [body.change for body in till.bodies("printer.set")] == ["added", "used"]
