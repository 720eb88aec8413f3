"""Card payments set in the office: rules of card methods, terminals of a store; tills hear it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.office.cast import Cast

from skrin.domain.codec import decode
from skrin.domain.payment import PaymentMethod
from skrin.office.paymentsystems import queries as paymentsystems
from skrin.office.publication import actions as publication
from skrin.office.publication.sections import rows_of
from skrin.office.tenancy.wall import inside
from skrin.sync.messages import CardTerminalSettings, StoreCardTerminal

pytestmark = pytest.mark.office

DESK = {
    "what": "save", "number": "0", "designation": "", "protocol": "epas",
    "address": "192.168.1.30:9000", "card_terminal": "80000091", "name": "Disken",
    "provider": "Exempelkort AB", "provider_phone": "08-465 004 10",
}  # fmt: skip


def terminals(cast: Cast, store: int = 1) -> list[StoreCardTerminal]:
    """What the tills of a store are told."""
    with inside(cast.company):
        rows = rows_of(cast.company, store)
    found = [row for (section, _), row in rows.items() if section == "card_terminals"]
    return [decode(StoreCardTerminal, row) for row in found]


@pytest.mark.requirement("R-SET-011", "OPP-021", "OPP-054")
def test_a_stores_terminals_are_set_changed_removed_and_told_to_its_tills(cast: Cast) -> None:
    client = cast.logged_in()
    assert "Kortbetalningar" in client.get("/settings").content.decode()
    assert "/settings/cards/1" in client.get("/settings/cards").content.decode()
    made = client.post("/settings/cards/1", DESK)
    assert made.status_code == 200
    assert "Sparat." in made.content.decode()
    [told] = terminals(cast)
    assert told.terminal == CardTerminalSettings(
        "80000091", "192.168.1.30:9000", "Disken", "epas", "", "Exempelkort AB", "08-465 004 10"
    )
    number = str(told.id)
    changed = client.post("/settings/cards/1", DESK | {"number": number, "name": "Baren"})
    assert changed.status_code == 200
    assert [one.terminal.name for one in terminals(cast)] == ["Baren"]
    with inside(cast.company):
        before = publication.current(cast.company, 1)
        after = publication.publish_everywhere(cast.company)
    assert after[1] == before, "nothing was left unpublished"
    gone = client.post("/settings/cards/1", {"what": "remove", "number": number})
    assert gone.status_code == 200
    assert terminals(cast) == []


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(cast: Cast) -> None:
    client = cast.logged_in()
    wrong: dict[str, dict[str, Any]] = {
        "är ingen adress till en kortterminal": {"address": "disken"},
        "är inget terminal-id": {"card_terminal": "min terminal"},
        "talas det bara över TLS": {"protocol": "nexo"},
        "Det är inget certifikat": {"protocol": "nexo", "ca": "-----BEGIN CERTIFICATE-----"},
        "Välj vad kortterminalen talar.": {"protocol": "zvt"},
        "Den kortterminalen har tagits bort": {"number": "12345"},
    }
    for sentence, typed in wrong.items():
        answer = client.post("/settings/cards/1", DESK | typed)
        page = answer.content.decode()
        assert (answer.status_code, sentence in page) == (422, True), sentence
        assert "number" in typed or 'value="Exempelkort AB"' in page
    assert terminals(cast) == []
    assert client.post("/settings/cards/1", DESK).status_code == 200
    twice = client.post("/settings/cards/1", DESK)
    assert (twice.status_code, "finns redan" in twice.content.decode()) == (422, True)
    assert client.get("/settings/cards/99").status_code == 404


@pytest.mark.requirement("R-CARD-006")
def test_what_a_card_method_does_is_set_and_told_to_the_tills(cast: Cast) -> None:
    with inside(cast.company):
        methods = paymentsystems.methods(cast.company)
    card = next(one for one in methods if one.kind == "card")
    cash = next(one for one in methods if one.kind == "cash")
    client = cast.logged_in()
    sent = {
        "method": str(card.id), "partial": "no", "tips": "yes", "provider": "Exempelkort AB",
        "provider_phone": "08-465 004 10",
    }  # fmt: skip
    assert client.post("/settings/cards", sent).status_code == 200
    with inside(cast.company):
        rows = rows_of(cast.company, 1)
    told = decode(PaymentMethod, rows[("payment_methods", str(card.id))])
    assert (told.partial, told.tips) == (False, True)
    assert (told.provider, told.provider_phone) == ("Exempelkort AB", "08-465 004 10")
    assert client.post("/settings/cards", sent | {"partial": "yes", "tips": ""}).status_code == 200
    with inside(cast.company):
        after = {one.id: one for one in paymentsystems.methods(cast.company)}
    assert (after[card.id].partial, after[card.id].tips) == (True, False)
    for nobody in (str(cash.id), "0", "x", "99999999999"):
        assert client.post("/settings/cards", sent | {"method": nobody}).status_code == 404
    assert after[cash.id].provider == ""
