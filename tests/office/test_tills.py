"""Making tills with codes, taking them out of use, and what a stopped chain shows (D23 to D26)."""

from __future__ import annotations

import re
import time

import pytest
from django.test import Client
from tests.office.cast import PASSWORD, Cast, enrol, swedish
from tests.office.journals import Journal

from skrin.domain.codec import decode, encode
from skrin.office.ingest import queries as ingest
from skrin.office.load_examples import make_till
from skrin.office.paymentsystems import actions as terminals
from skrin.office.paymentsystems import queries as paymentsystems
from skrin.office.people import actions as people
from skrin.office.people import queries as members
from skrin.office.publication import actions as publication
from skrin.office.tenancy.wall import inside
from skrin.office.tills import actions
from skrin.office.tills import queries as tills
from skrin.office.tills.models import Event, Seat, Till
from skrin.sync.messages import (
    LOGIN_PATH,
    CardTerminalSettings,
    EnrolAnswer,
    Fault,
    LoginAnswer,
    LoginRequest,
    PublicationRequest,
)

pytestmark = pytest.mark.office

CODE = re.compile(r'<p class="code"[^>]*>([\d]+(?:-[0-9A-Z]{4}){3})</p>')


def code_in(page: str) -> str:
    found = CODE.search(page)
    assert found, page
    return found[1]


def make(client: Client, designation: str, label: str = "Kassa ny", store: int = 1) -> str:
    answer = client.post("/tills/new", {"store": store, "designation": designation, "label": label})
    assert answer.status_code == 200, answer.content
    return code_in(answer.content.decode())


def seat(cast: Cast, designation: str) -> tills.SeatCard:
    with inside(cast.company):
        return next(one for one in tills.seats(cast.company) if one.designation == designation)


@pytest.mark.requirement("R-WO-001")
def test_a_till_is_made_and_its_code_makes_a_device_of_it_once(cast: Cast) -> None:
    client = cast.logged_in()
    form = client.get("/tills/new").content.decode()
    assert f'value="{cast.journal().designation[:-1]}2"' in form, "the next that is free"
    code = make(client, "NY-1")
    assert code not in client.get("/tills").content.decode(), "shown once"
    new = seat(cast, "NY-1")
    page = client.get(f"/tills/{new.number}/seat").content.decode()
    assert swedish("Waits for its device") in page and code not in page
    assert enrol(code).status_code == 200
    assert enrol(code).status_code == 403
    assert seat(cast, "NY-1").till
    answer = client.post(f"/tills/{new.number}/code")
    assert swedish("This till needs no code") in answer.content.decode()


def test_a_code_made_while_a_device_enrolled_makes_no_second_device_of_the_till(
    cast: Cast,
) -> None:
    """Who renews a code reads the till without a lock: its device may come meanwhile."""
    first = make_till(cast.company, 1, "RACE1", "Kassa")["code"]
    with inside(cast.company):
        stale = Till.objects.get(company_id=cast.company, seats__designation="RACE1")
    assert enrol(first).status_code == 200
    with inside(cast.company):
        second = actions.new_code(stale, time.time_ns() // 1_000_000)
        before = Till.objects.get(id=stale.id).public_key
    assert enrol(second).status_code == 403
    with inside(cast.company):
        assert Till.objects.get(id=stale.id).public_key == before


def test_a_new_code_ends_the_one_before_and_is_asked_for_by_a_form(cast: Cast) -> None:
    client = cast.logged_in()
    first = make(client, "NY-2")
    number = seat(cast, "NY-2").number
    assert client.get(f"/tills/{number}/code").status_code == 405
    second = code_in(client.post(f"/tills/{number}/code").content.decode())
    assert enrol(first).status_code == 403
    assert enrol(second).status_code == 200
    assert [(one.what, one.person) for one in done(cast, number)] == [
        ("code", "Saga"),
        ("made", "Saga"),
    ]


def done(cast: Cast, number: int) -> list[tills.Done]:
    with inside(cast.company):
        return tills.done(cast.company, number)


@pytest.mark.parametrize(
    ("designation", "label", "fault"),
    [
        ("", "Kassa", "A designation is 1 to 16 letters, digits and signs, without å, ä and ö."),
        ("KÅ1", "Kassa", "A designation is 1 to 16 letters, digits and signs, without å, ä and ö."),
        ("NY-3", " ", "Give the till a name."),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_made(
    cast: Cast, designation: str, label: str, fault: str
) -> None:
    answer = cast.logged_in().post(
        "/tills/new", {"store": "1", "designation": designation, "label": label}
    )
    assert answer.status_code == 422
    assert swedish(fault) in answer.content.decode()
    with inside(cast.company):
        assert Seat.objects.count() == 1 and not Event.objects.exists()


def test_a_designation_is_used_once_also_by_a_till_out_of_use(cast: Cast) -> None:
    client = cast.logged_in()
    make(client, "NY-4")
    number = seat(cast, "NY-4").number
    form = {"cause": "given_up", "reason": "Kiosken är stängd"}
    assert client.post(f"/tills/{number}/retire", form).status_code == 200
    answer = client.post("/tills/new", {"store": "2", "designation": "NY-4", "label": "En till"})
    taken = "Another till has this designation, or has had it. Choose one that is free."
    assert answer.status_code == 422 and swedish(taken) in answer.content.decode()


@pytest.mark.requirement("R-WO-001")
def test_a_till_is_taken_out_of_use_with_a_reason_that_stays(cast: Cast, journal: Journal) -> None:
    journal.sale(cast.articles["coffee"])
    cast.take(journal.exchange())
    client, till = cast.logged_in(), seat(cast, journal.designation)
    path = f"/tills/{till.number}/retire"
    for form in ({"cause": "lost"}, {"reason": "Stulen i natt"}, {"cause": "x", "reason": "abc"}):
        assert client.post(path, form).status_code == 422
    assert not seat(cast, journal.designation).retired
    answer = client.post(path, {"cause": "lost", "reason": "Stulen i natt"})
    assert answer.status_code == 200
    page = client.get(f"/tills/{till.till}/1").content.decode()
    for shown in ("Stulen i natt", swedish("It is lost or stolen"), swedish("Taken out of use")):
        assert shown in page
    assert f"/tills/{till.number}/retire" not in page, "once is enough"
    journal.sale(cast.articles["mug"])
    taken = cast.take(journal.exchange(first_seq=taken_head(cast, journal) + 1))
    assert (taken.chain, taken.head_seq) == ("retired", journal.entries[-1].header.seq)
    body = encode(LoginRequest(cast.cashier, PASSWORD, 1))
    refused = cast.device.post(LOGIN_PATH, body)
    assert (refused.status_code, decode(Fault, refused.content).fault) == (403, "till_retired")


def taken_head(cast: Cast, journal: Journal) -> int:
    with inside(cast.company):
        return ingest.chains(cast.company)[journal.till, 1].head_seq


def test_a_successor_has_a_series_of_its_own_and_the_same_devices(cast: Cast) -> None:
    client, old = cast.logged_in(), seat(cast, cast.journal().designation)
    form = {"cause": "replaced", "reason": "Skärmen gick sönder", "replace": "yes"}
    taken = client.post(f"/tills/{old.number}/retire", {**form, "designation": old.designation})
    assert taken.status_code == 422
    assert not seat(cast, old.designation).retired, "both or nothing"
    answer = client.post(f"/tills/{old.number}/retire", {**form, "designation": "NY-5"})
    enrolled = enrol(code_in(answer.content.decode()))
    assert enrolled.status_code == 200
    assert decode(EnrolAnswer, enrolled.content).predecessor == old.till
    assert cast.device.answer.predecessor == "", "the first till of a shop replaces none"
    new = seat(cast, "NY-5")
    assert (new.predecessor, seat(cast, old.designation).successor) == (old.designation, "NY-5")
    for one, words in ((new, "In the place of"), (old, "Replaced by")):
        assert swedish(words) in client.get(f"/tills/{one.till}/1").content.decode()
    assert seat(cast, old.designation).retired
    assert (new.label, new.store) == (old.label, old.store) and new.till not in ("", old.till)


@pytest.mark.requirement("R-SET-011", "R-TERM-024")
def test_what_was_set_for_a_till_is_set_for_the_one_after_it(cast: Cast) -> None:
    client, old = cast.logged_in(), seat(cast, cast.journal().designation)
    doer = actions.Doer(0, "Saga", 1)
    foot = ("Ha det gott",)
    terminal = CardTerminalSettings("POI9", "192.0.2.9:9000", "", "epas")
    with inside(cast.company):
        actions.set_settings(cast.company, 1, old.designation, {"footer": foot}, doer)
        terminals.set_card_terminal(cast.company, 1, old.designation, terminal)
        publication.publish(cast.company, 1)
    form = {"cause": "replaced", "reason": "Skärmen gick sönder", "replace": "yes"}
    answer = client.post(f"/tills/{old.number}/retire", {**form, "designation": "NY-6"})
    assert answer.status_code == 200
    with inside(cast.company):
        kept = {one.designation: one.values for one in tills.till_settings(cast.company, 1)}
        named = [one.designation for one in paymentsystems.card_terminals(cast.company, 1)]
        rows = publication.answer(cast.company, PublicationRequest(1, 0, "")).rows
    assert kept["NY-6"] == {"footer": foot} and named == ["NY-6"]
    told = [row.row or "" for row in rows if row.section == "settings"]
    assert any("NY-6" in row and "Ha det gott" in row for row in told), "tills learn of it"


@pytest.mark.requirement("R-USER-004")
def test_a_device_becomes_a_till_in_another_store_too(cast: Cast) -> None:
    client, first = cast.logged_in(), seat(cast, cast.journal().designation)
    form = {"store": "2", "designation": "NY-8", "device": str(first.number)}
    assert f'<option value="{first.number}"' in client.get("/tills/new").content.decode()
    for wrong, status in (
        ({"designation": first.designation}, 422),
        ({"designation": "Å-1"}, 422),
        ({"store": "1"}, 422),
        ({"device": "999999999"}, 404),
        ({"device": "x"}, 404),
    ):
        assert client.post("/tills/new", form | wrong).status_code == status, wrong
    answer = client.post("/tills/new", form)
    assert answer.status_code == 200
    assert swedish("%(name)s is a till in both stores now", name=first.label) in (
        answer.content.decode()
    )
    new = seat(cast, "NY-8")
    assert (new.till, new.store, new.number) == (first.till, 2, first.number)
    # The device hears of it at a log-in, and its entries in the new store are a chain of their own.
    asked = cast.device.post(LOGIN_PATH, encode(LoginRequest(cast.owner, PASSWORD, 0)))
    said = decode(LoginAnswer, asked.content)
    assert said.person is not None and said.person.stores == (1, 2)
    assert [(one.store, one.designation) for one in said.seats] == [
        (1, first.designation),
        (2, "NY-8"),
    ]
    there = Journal(cast.company, first.till, 2, "NY-8", cast.methods).open()
    there.sale(cast.articles["coffee"])
    assert cast.device.exchange(there.exchange()).head_seq == there.head[0]
    assert "NY-8" in client.get("/receipts?from=2026-11-20&to=2026-11-20").content.decode()


def test_a_till_out_of_use_before_its_device_came_takes_none(cast: Cast) -> None:
    client = cast.logged_in()
    code = make(client, "NY-6")
    number = seat(cast, "NY-6").number
    client.post(f"/tills/{number}/retire", {"cause": "given_up", "reason": "Ångrade oss"})
    assert enrol(code).status_code == 403


@pytest.mark.requirement("R-SYNC-003")
def test_a_stopped_chain_says_what_happened_and_offers_the_one_way_on(
    cast: Cast, journal: Journal
) -> None:
    journal.sale(cast.articles["coffee"])
    exchange = journal.exchange()
    cast.take(exchange)
    other = cast.journal()
    other.sale(cast.articles["mug"])
    assert cast.take(other.exchange()).chain == "stopped"
    client = cast.logged_in()
    page = client.get(f"/tills/{journal.till}/1").content.decode()
    assert swedish("Nothing more of this till is taken in") in page
    with inside(cast.company):
        (conflict,) = ingest.conflicts(cast.company, journal.till, 1)
    assert conflict.hash[:16] in page and conflict.stored_hash[:16] in page
    assert conflict.hash != conflict.stored_hash
    number = seat(cast, journal.designation).number
    assert f'href="/tills/{number}/retire?cause=history"' in page
    form = client.get(f"/tills/{number}/retire?cause=history").content.decode()
    assert 'value="history" checked' in form and 'name="replace" value="yes" checked' in form
    accountant = other_member(cast, "accountant")
    page = accountant.get(f"/tills/{journal.till}/1").content.decode()
    assert swedish("Nothing more of this till is taken in") in page
    assert "/retire" not in page, "who may not set anything is shown no way to"


def other_member(cast: Cast, role: str) -> Client:
    person = members.person_id(cast.cashier)
    assert person is not None
    with inside(cast.company):
        people.set_member(cast.company, person, role, "Alva", ())
    return cast.logged_in(cast.cashier)


def test_a_member_of_one_store_makes_and_retires_tills_there_only(cast: Cast) -> None:
    far = cast.logged_in()
    make(far, "NY-7", store=2)
    person = members.person_id(cast.cashier)
    assert person is not None
    with inside(cast.company):
        people.set_member(cast.company, person, "manager", "Alva", (1,))
    client = cast.logged_in(cast.cashier)
    number = seat(cast, "NY-7").number
    form = {"store": "2", "designation": "NY-8", "label": "Kassa"}
    assert client.post("/tills/new", form).status_code == 404
    for path in (f"/tills/{number}/seat", f"/tills/{number}/retire"):
        assert client.get(path).status_code == 404
    assert client.post(f"/tills/{number}/code").status_code == 404
    assert not seat(cast, "NY-7").retired
