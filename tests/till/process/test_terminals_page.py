"""The card terminals' page with real processes: terminals of all kinds are tried, set and used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.till.flow.shop import COFFEE
from tests.till.process.office_stub import OWNER, PASSWORD
from tests.till.process.rig import Simulator, Street, TillProcess
from tests.till.process.screen import Screen, eventually
from tests.till.process.swedish import refusal, swedish

pytestmark = pytest.mark.slow

POI, CARD = "80000091", "2"
ROOMS = {"epas": "epas", "nexo": "nexo_xml"}


@pytest.fixture(scope="module", params=["epas", "nexo"])
def other(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Simulator]:
    folder = tmp_path_factory.mktemp(f"page-{request.param}")
    made = Simulator("xml_terminal", folder, "--dialect", request.param, "--payment-ms", "40")
    try:
        yield made
    finally:
        made.part.stop()


def fields(terminal: Simulator, **more: str) -> dict[str, str]:
    protocol = ROOMS[str(terminal.part.ready["dialect"])]
    return {"protocol": protocol, "address": terminal.address, "card_terminal": POI, **more}


def as_owner(till: TillProcess) -> Screen:
    screen = Screen(till.screen.port)
    assert screen.log_in(OWNER, PASSWORD).status == 302
    return screen


def paid_by_card(till: TillProcess, terminal: str) -> None:
    till.screen.tap(COFFEE)
    till.screen.post("/pay", method=CARD, card_terminal=terminal)
    eventually(
        lambda: till.screen.poll().print_sentence == swedish("The receipt is printed."),
    )


@pytest.mark.requirement("R-SET-008", "R-CARD-005", "OPP-054")
def test_a_terminal_is_tried_set_used_and_removed_on_its_page(
    street: Street, till: TillProcess, other: Simulator
) -> None:
    owner = as_owner(till)
    tried = owner.post("/card-terminals/test", **fields(other))
    assert tried.status == 200
    assert swedish("The card terminal answers and is ready.") in tried.page.text
    for fact in ("SIMU-SN-0002", "Simulated terminal"):
        assert fact in tried.page.text
    assert till.bodies("card_terminal.set") == []

    used = owner.post("/card-terminals/use", **fields(other, name="Bar", provider="Exempelkort AB"))
    assert used.status == 302
    page = owner.get("/card-terminals").page.text
    assert "Bar" in page and POI in page and other.address in page
    paid_by_card(till, POI)
    [money] = other.look()["counters"]["tills"].values()
    assert money["charges"]["sum_minor"] == 34_00
    assert till.bodies("payment.begun")[-1].card_terminal_id == POI
    [paid] = till.bodies("receipt.sealed")[-1].payments
    assert paid.card.card_terminal_serial == "SIMU-SN-0002"

    till.kill()
    till.restart()
    assert "Bar" in as_owner(till).get("/card-terminals").page.text, "remembered"
    assert as_owner(till).post("/card-terminals/remove", known=POI).status == 302
    assert as_owner(till).post("/card-terminals/office").status == 302
    sets = [(one.card_terminal_id, one.removed) for one in till.bodies("card_terminal.set")]
    assert sets == [(POI, False), (POI, True)]
    till.log_in()
    paid_by_card(till, "")


def test_what_is_wrong_with_a_terminal_is_said(
    street: Street, till: TillProcess, other: Simulator, tmp_path: Path
) -> None:
    owner = as_owner(till)

    def tried(**typed: str) -> str:
        answer = owner.post("/card-terminals/test", **fields(other, **typed))
        return answer.page.says(".notice")

    not_there = swedish(
        "Nobody answers at that address. Is the terminal on, and on the shop's"
        " network? Look up its address in its own menu."
    )
    assert not_there in tried(address="127.0.0.1:9")
    card = street.card
    ca = str(card.part.ready["ca"])
    json = {"protocol": "nexo", "address": card.address, "card_terminal": card.part.ready["poi_id"]}
    ready = swedish("The card terminal answers and is ready.")
    assert ready in tried(**json, ca=ca)
    assert ready in tried(**json, ca=Path(ca).read_text()), "or its text"
    other_ca = Simulator("card_terminal", tmp_path, "--ca-dir", str(tmp_path / "ca"))
    try:
        untrusted = tried(**json, ca=str(other_ca.part.ready["ca"]))
    finally:
        other_ca.part.stop()
    assert untrusted.startswith("Något svarar där men kan inte visa")
    assert "ingen terminal med det id:t" in tried(card_terminal="80000000")
    unknown = owner.post("/card-terminals/test", **fields(other, address="hos oss"))
    assert unknown.status == 422
    assert unknown.page.says("#address-fault") == refusal(
        "card_terminal_address_unreadable", typed="hos oss"
    )
    other.switch(refuse=True, refuse_condition="Busy", applies_to="other")
    try:
        assert "arbetar åt någon annan" in tried()
    finally:
        other.reset()
    for action in ("test", "use", "remove", "office"):
        answer = till.screen.post(f"/card-terminals/{action}", **fields(other))
        assert (answer.status, answer.page.says(".notice")) == (422, refusal("not_allowed"))
