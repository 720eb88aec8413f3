"""A card payment's whole way, with terminals that speak XML: from the key on the screen to the
payment app, back to the receipt, to the control unit and onto paper."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.till.flow.shop import COFFEE
from tests.till.process.rig import TILL_PROGRAM, Simulator, Street, TillProcess
from tests.till.process.screen import Screen, Zone, eventually

COFFEE_MINOR = 34_00
POI = "80000091"


@pytest.fixture(scope="module", params=["epas", "nexo"])
def terminal(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Simulator]:
    folder = tmp_path_factory.mktemp(request.param)
    made = Simulator("xml_terminal", folder, "--dialect", request.param, "--payment-ms", "40")
    try:
        yield made
    finally:
        made.part.stop()


def arguments(terminal: Simulator) -> list[str]:
    protocol = {"epas": "epas", "nexo": "nexo_xml"}[terminal.part.ready["dialect"]]
    return [
        *("--card-terminal", terminal.address, "--card-terminal-id", POI),
        *("--card-terminal-protocol", protocol, "--card-terminal-ca", ""),
    ]


@pytest.fixture
def desk(whole_street: Street, terminal: Simulator) -> Iterator[TillProcess]:
    whole_street.reset()
    terminal.reset()
    till = whole_street.new_till()
    till.start(TILL_PROGRAM, *arguments(terminal)).ready()
    till.log_in()
    try:
        yield till
        assert whole_street.office.faults == []
    finally:
        till.stop()
        whole_street.reset()


def a_coffee(till: TillProcess) -> Screen:
    answer = till.screen.post("/tap", article_id=str(COFFEE))
    assert answer.status == 200, answer.page.text
    return till.screen


def printed(screen: Screen) -> Zone:
    eventually(lambda: screen.zone().state == "done")
    return screen.zone()


@pytest.mark.requirement("R-CARD-003", "R-CARD-005")
def test_the_result_reaches_the_receipt_the_control_unit_and_the_paper(
    desk: TillProcess, terminal: Simulator
) -> None:
    screen = a_coffee(desk)
    screen.post("/pay/card")
    number = int(printed(screen).receipt)
    [slip] = eventually(lambda: desk.slips(number))
    counted = terminal.look()["counters"]["tills"][desk.till_id]
    assert counted["charges"] == {"number": 1, "sum_minor": COFFEE_MINOR}
    [decided], [sealed] = desk.bodies("payment.decided"), desk.bodies("receipt.sealed")
    [signed] = desk.bodies("receipt.signed")
    assert (decided.outcome, decided.amount_minor) == ("approved", COFFEE_MINOR)
    assert [paid.card for paid in sealed.payments] == [decided.card]
    card = decided.card
    assert (card.card_terminal_id, card.card_terminal_serial) == (POI, "SIMU-SN-0002")
    kinds = [entry.header.kind for entry in desk.journal()]
    order = ["payment.begun", "payment.decided", "receipt.sealed", "receipt.signed"]
    places = [kinds.index(kind) for kind in [*order, "document.delivered"]]
    assert places == sorted(places), "the answer, then the receipt, the unit's code, the paper"
    assert desk.registered()["total_minor"] == COFFEE_MINOR
    assert card.approval_code in slip["text"] and signed.mark.unit_id in slip["text"]
    for line in filter(None, card.customer_slip):
        assert line in slip["text"]
    [begun] = desk.bodies("payment.begun")
    assert begun.card_terminal_id == POI
