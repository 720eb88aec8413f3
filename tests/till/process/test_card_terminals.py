"""A card payment's whole way, with terminals that speak XML: from the key on the screen to the
payment app, back to the receipt, to the control unit and onto paper."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.till.flow.shop import COFFEE
from tests.till.process.rig import TILL_PROGRAM, Simulator, Street, TillProcess
from tests.till.process.screen import Screen, Zone, eventually
from tests.till.process.swedish import reason, swedish

pytestmark = pytest.mark.slow

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


@pytest.fixture(scope="module")
def epas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    folder = tmp_path_factory.mktemp("asking")
    made = Simulator("xml_terminal", folder, "--dialect", "epas", "--payment-ms", "40")
    try:
        yield made
    finally:
        made.part.stop()


@pytest.fixture
def counter(whole_street: Street, epas: Simulator) -> Iterator[TillProcess]:
    """A till whose card terminal speaks EPAS, and whose second is the one that speaks JSON."""
    whole_street.reset()
    epas.reset()
    till = whole_street.new_till()
    ready = whole_street.card.part.ready
    second = {
        "card_terminal_id": ready["poi_id"],
        "address": whole_street.card.address,
        "name": "Bar",
        "ca": ready["ca"],
    }
    more = ("--card-terminal-name", "Kassan", "--more-card-terminals", json.dumps([second]))
    till.start(TILL_PROGRAM, *arguments(epas), *more).ready()
    till.log_in()
    try:
        yield till
        assert whole_street.office.faults == []
    finally:
        till.stop()
        whole_street.reset()


def asked(screen: Screen) -> str:
    """The id of what the card terminal asks, once it does."""

    def question() -> str:
        fields = screen.get("/").page.all("input")
        found = [one.attrs for one in fields if one.attrs.get("name") == "question"]
        return found[0]["value"] if found else ""

    return eventually(question)


def test_a_signature_is_asked_for_on_the_screen_and_printed_at_once(
    counter: TillProcess, epas: Simulator
) -> None:
    epas.switch(ask="signature")
    screen = a_coffee(counter)
    screen.post("/pay/card")
    question = asked(screen)
    slips = counter.street.printer.look("/slips")
    assert any("Underskrift" in slip["text"] for slip in slips)
    assert "Stämmer underskriften?" in screen.get("/").text
    assert counter.bodies("receipt.sealed") == []
    screen.post("/paying/reply", question=question, said="yes")
    number = int(printed(screen).receipt)
    assert eventually(lambda: counter.slips(number))
    [sealed] = counter.bodies("receipt.sealed")
    assert sealed.payments[0].card.merchant_slip[-2:] == ("Underskrift:", "." * 24)


def test_a_wrong_signature_charges_nothing(counter: TillProcess, epas: Simulator) -> None:
    epas.switch(ask="signature")
    screen = a_coffee(counter)
    screen.post("/pay/card")
    screen.post("/paying/reply", question=asked(screen), said="no")
    assert screen.until("open").notice == reason("refusal")
    assert epas.look()["counters"]["tills"][counter.till_id]["charges"]["number"] == 0


def test_a_code_of_the_telephone_is_typed_at_the_till(
    counter: TillProcess, epas: Simulator
) -> None:
    epas.switch(ask="code")
    screen = a_coffee(counter)
    screen.post("/pay/card")
    screen.post("/paying/reply", question=asked(screen), said="654321")
    printed(screen)
    assert any("telephone: 654321" in one["request"] for one in epas.heard())


@pytest.mark.requirement("R-CARD-005")
def test_one_of_two_card_terminals_is_chosen_at_the_payment(counter: TillProcess) -> None:
    screen = a_coffee(counter)
    window = screen.get("/paying?ask=1", fragment=True).page
    assert [one.text for one in window.all(".terminals")] == ["Kassan Bar"]
    poi_id = counter.street.card.part.ready["poi_id"]
    method = next(
        one.attrs["value"]
        for one in window.all("button")
        if one.text == "Kort" and "name" in one.attrs
    )
    screen.post("/pay", method=method, card_terminal=poi_id)
    printed(screen)
    assert counter.charges() == (1, COFFEE_MINOR)
    [sealed] = counter.bodies("receipt.sealed")
    assert sealed.payments[0].card.card_terminal_id == poi_id
    status = screen.get("/status").text
    assert POI in status and poi_id in status and "SIMU-SN-0002" in status


def known(decided: list[Any]) -> list[Any]:
    """Those of a payment's outcomes that say what became of it."""
    return [one for one in decided if one.outcome != "unknown"]


@pytest.mark.requirement("R-CARD-007")
def test_a_till_that_dies_in_a_payment_finds_it_again(
    counter: TillProcess, epas: Simulator
) -> None:
    epas.switch(payment_ms=1_000)
    screen = a_coffee(counter)
    screen.post("/pay/card")
    eventually(lambda: epas.look("/transactions"))
    counter.kill()
    epas.switch(payment_ms=40)
    counter.start(TILL_PROGRAM, *arguments(epas)).ready()
    # A terminal that has lost its till in the middle of the dialogue cancels; until then the till
    # says that it is not known, and asks again.
    decided = eventually(lambda: known(counter.bodies("payment.decided")))[-1]
    assert (decided.outcome, decided.reason) == ("declined", "cancelled")
    assert decided.learnt_by == "status"
    assert epas.look()["counters"]["tills"][counter.till_id]["charges"]["number"] == 0
    assert len(counter.screen.until("open").lines) == 1, "the cart stands"


def test_the_cashier_stops_a_payment(counter: TillProcess, epas: Simulator) -> None:
    epas.switch(payment_ms=20_000)
    screen = a_coffee(counter)
    screen.post("/pay/card")
    eventually(lambda: epas.look("/transactions"))
    screen.post("/paying/cancel")
    assert screen.until("open").notice == swedish("The payment was stopped. Nothing was charged.")
