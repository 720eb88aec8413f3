"""Settings of tills, made once in the office: for chosen tills and stores, told to those alone."""

from __future__ import annotations

import pytest
from tests.office.cast import Cast

from skrin.domain.article import StoreCard
from skrin.domain.codec import decode
from skrin.domain.till_setting import OWN_METHOD_IDS
from skrin.office.accounting import queries as accounting
from skrin.office.publication import actions as publication
from skrin.office.publication.sections import rows_of
from skrin.office.tenancy.wall import inside
from skrin.office.tills import queries as tills
from skrin.sync.messages import StoreTillSettings

pytestmark = pytest.mark.office

LEAVE = {"do-footer": "keep", "do-own_methods": "keep", "do-theme": "keep", "own": ["", ""]}


def told(cast: Cast, store: int = 1) -> dict[str, dict[str, tuple[str, ...]]]:
    """What the tills of a store are told, by designation."""
    with inside(cast.company):
        rows = rows_of(cast.company, store)
    found = [row for (section, _), row in rows.items() if section == "settings"]
    return {one.designation: one.values for one in (decode(StoreTillSettings, r) for r in found)}


def designations(cast: Cast) -> list[str]:
    with inside(cast.company):
        return [seat.designation for seat in tills.seats(cast.company) if seat.store == 1]


@pytest.mark.requirement("R-SET-011", "R-SET-005", "R-SET-007")
def test_chosen_tills_get_what_was_set_once_and_others_do_not(cast: Cast) -> None:
    client = cast.logged_in()
    one = designations(cast)[0]
    sent = LEAVE | {
        "target": [f"till-{one}"],
        "do-footer": "set",
        "footer": "Ha det gott\r\nÖppet 7-18",
        "do-own_methods": "set",
        "own": ["Swish", "Kupong"],
    }
    page = client.post("/tills/settings", sent)
    assert page.status_code == 200
    assert "Sparat för 1 rad i listan." in page.content.decode()
    values = {"footer": ("Ha det gott", "Öppet 7-18"), "own_methods": ("Swish", "Kupong")}
    assert told(cast) == {one: values}
    store = LEAVE | {"target": ["store-1"], "do-theme": "set", "theme": "contrast"}
    assert client.post("/tills/settings", store).status_code == 200
    assert told(cast) == {one: values, "": {"theme": ("contrast",)}}
    with inside(cast.company):
        before = publication.current(cast.company, 1)
        assert publication.publish_everywhere(cast.company)[1] == before, "nothing is unpublished"
    back = LEAVE | {"target": [f"till-{one}", "store-1"], "do-footer": "back", "do-theme": "back"}
    assert client.post("/tills/settings", back).status_code == 200
    assert told(cast) == {one: {"own_methods": ("Swish", "Kupong")}}
    with inside(cast.company):
        seat = next(s for s in tills.seats(cast.company) if s.designation == one)
        done = tills.done(cast.company, seat.number)
    assert [note.reason for note in done if note.what == "settings"] == [
        "footer, theme",
        "footer, own_methods",
    ]


def test_a_stores_foot_has_one_home(cast: Cast) -> None:
    client = cast.logged_in()
    sent = LEAVE | {"target": ["store-1"], "do-footer": "set", "footer": "Välkommen åter"}
    assert client.post("/tills/settings", sent).status_code == 200
    with inside(cast.company):
        card = decode(StoreCard, rows_of(cast.company, 1)["store", "store"])
    assert card.footer == ("Välkommen åter",)
    assert told(cast) == {}
    assert "Välkommen åter" in client.get("/settings/paper/1").content.decode()
    everything = [f"till-{one}" for one in designations(cast)]
    back = LEAVE | {"target": ["store-1", *everything], "do-footer": "back"}
    assert client.post("/tills/settings", back).status_code == 200
    with inside(cast.company):
        card = decode(StoreCard, rows_of(cast.company, 1)["store", "store"])
    assert card.footer == ("Välkommen åter",), "the store's foot is what they go back to"


def test_what_is_wrong_is_said_and_changes_nothing(cast: Cast) -> None:
    client = cast.logged_in()
    here = {"target": ["store-1"]}
    wrong = {
        "Välj minst en butik eller kassa": LEAVE | {"do-theme": "back"},
        "inget skulle ändras": LEAVE | here,
        "Högst 5 rader får plats": LEAVE
        | here
        | {"do-footer": "set", "footer": "\n".join("123456")},
        "Kontant” heter redan": LEAVE | here | {"do-own_methods": "set", "own": ["Kontant"]},
        "Båda heter lika": LEAVE | here | {"do-own_methods": "set", "own": ["A", "a"]},
        "Välj en av färgerna": LEAVE | here | {"do-theme": "set", "theme": "rosa"},
    }
    for sentence, sent in wrong.items():
        answer = client.post("/tills/settings", sent)
        assert (answer.status_code, sentence in answer.content.decode()) == (422, True), sentence
    other = client.post("/tills/settings", LEAVE | {"target": ["store-77"], "do-theme": "back"})
    assert other.status_code == 422
    assert told(cast) == {}


def test_own_methods_have_an_account_that_can_be_set(cast: Cast) -> None:
    client = cast.logged_in()
    with inside(cast.company):
        assert accounting.own_methods(cast.company) == dict.fromkeys(OWN_METHOD_IDS, "1580")
    sent = {"what": "accounts", "account": ["1686", "1580"]}
    assert client.post("/tills/settings", sent).status_code == 200
    with inside(cast.company):
        plan = accounting.books(cast.company).plan
    assert [plan.methods[number] for number in OWN_METHOD_IDS] == ["1686", "1580"]
    wrong = client.post("/tills/settings", sent | {"account": ["1910", "bank"]})
    assert (wrong.status_code, "som 1580" in wrong.content.decode()) == (422, True)
    with inside(cast.company):
        plan = accounting.books(cast.company).plan
    assert [plan.methods[number] for number in OWN_METHOD_IDS] == ["1686", "1580"]
