"""Tills that enrolled after the backup that the office was put back to: they show the office's own
admission, and a person says whether they are in use."""

from __future__ import annotations

import base64
import time
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.office.cast import Cast, Device, enrol, swedish
from tests.office.journals import Journal

from skrin.domain.codec import decode, encode
from skrin.domain.refusal import Refusal
from skrin.office.certifying import signing_key
from skrin.office.load_examples import make_till
from skrin.office.rights import queries as rights
from skrin.office.tenancy.wall import inside
from skrin.office.tills import actions as tills
from skrin.office.tills import queries as registers
from skrin.office.tills.models import EnrolmentCode, Event, Seat, Till
from skrin.sync.admissions import KNOWN_AGAIN_PATH, Admission, KnownAgain
from skrin.sync.messages import EnrolAnswer, Fault, SignedAdmission

pytestmark = pytest.mark.office

NOW_MS = time.time_ns() // 1_000_000
DOER = tills.Doer(0, "Saga", NOW_MS)


def enrolled(code: str) -> Device:
    key = Ed25519PrivateKey.generate()
    return Device(decode(EnrolAnswer, enrol(code, key).content), key)


def newcomer(cast: Cast, designation: str = "VK1-80") -> Device:
    """A till that enrolled after the backup."""
    return enrolled(str(make_till(cast.company, 1, designation, "Ny")["code"]))


def successor(cast: Cast) -> Device:
    """A till that took the place of the cast's own one after the backup."""
    with inside(cast.company):
        known = registers.known_till(cast.company, cast.device.answer.till)
        assert known is not None
        tills.take_out_of_use(cast.company, known.number, "replaced", "Trasig", DOER)
        _, code = tills.replace_till(cast.company, known.number, 1, "VK1-81", DOER)
    return enrolled(code)


def forget(cast: Cast, device: Device, *, made_since: bool = True) -> None:
    """The database is from before the till: before it was made, or before it enrolled."""
    with inside(cast.company):
        till = Till.objects.get(till_id=device.answer.till)
        if made_since:
            for model in (EnrolmentCode, Event, Seat):
                model.objects.filter(till=till).delete()
            till.delete()
        else:
            EnrolmentCode.objects.filter(till=till).update(used_at_ms=0)
            Till.objects.filter(id=till.id).update(till_id=None, public_key="")


def in_use(cast: Cast, till: str, *, retired: bool = False) -> None:
    """The database is from before the till was taken out of use; or is as it was."""
    with inside(cast.company):
        Till.objects.filter(till_id=till).update(retired=retired)


def admission_of(device: Device) -> SignedAdmission:
    assert device.answer.admission is not None
    return device.answer.admission


def asks(device: Device, admission: SignedAdmission | None = None, **changed: str) -> str:
    """What the office answers to the admission: a state, or a fault."""
    response = device.post(KNOWN_AGAIN_PATH, encode(admission or admission_of(device)), **changed)
    if response.status_code != 200:
        return decode(Fault, response.content).fault
    return decode(KnownAgain, response.content).state


def waits_for(cast: Cast) -> tuple[str, ...]:
    with inside(cast.company):
        late = rights.catching_up(cast.company)
    return late.waits_for if late else ()


def journal_of(cast: Cast, device: Device, designation: str) -> Journal:
    return Journal(cast.company, device.answer.till, 1, designation, cast.methods).open()


@pytest.mark.parametrize("made_since", [True, False])
def test_a_till_that_enrolled_since_is_let_in_by_a_person_and_all_it_sold_comes(
    cast: Cast, made_since: bool
) -> None:
    device = newcomer(cast)
    forget(cast, device, made_since=made_since)
    assert waits_for(cast) == ()
    assert asks(device) == "waits"
    register = f"{device.answer.till}-1"
    assert register in waits_for(cast), "it may have been given something: nobody else is given it"
    browser = cast.logged_in()
    sentence = swedish("Till %(till)s is not known here any more", till="VK1-80")
    assert sentence in browser.get("/findings").content.decode()
    assert "skrevs in efter säkerhetskopian" in browser.get("/").content.decode()
    assert browser.post("/findings", {"let_in": device.answer.till}).status_code == 302
    assert sentence not in browser.get("/findings").content.decode()
    assert asks(device) == "known"
    journal = journal_of(cast, device, "VK1-80")
    journal.sale(cast.articles["coffee"])
    assert device.exchange(journal.exchange()).head_seq == len(journal.records)
    with inside(cast.company):
        assert not EnrolmentCode.objects.filter(till__till_id=device.answer.till).exists()
    page = browser.get(f"/tills/{device.answer.till}/1").content.decode()
    assert swedish("%(person)s let it in again after a backup was put back", person="Saga") in page


def test_one_that_is_not_in_use_is_sent_away_and_not_waited_for(cast: Cast) -> None:
    device = newcomer(cast)
    forget(cast, device)
    asks(device)
    browser = cast.logged_in()
    assert browser.post("/findings", {"send_away": device.answer.till}).status_code == 302
    assert asks(device) == "sent_away"
    assert f"{device.answer.till}-1" not in waits_for(cast)
    assert browser.post("/findings", {"let_in": device.answer.till}).status_code == 404
    cast.take(cast.journal().exchange())
    assert waits_for(cast) == ()
    named = cast.rows("SELECT register FROM rights_report WHERE what = 'not_heard'")
    assert named == [(f"{device.answer.till}-1",)]


def test_going_on_without_it_is_not_undone_by_its_asking_again(cast: Cast) -> None:
    device = newcomer(cast)
    forget(cast, device)
    asks(device)
    browser = cast.logged_in()
    browser.post("/findings", {"go_on": "1"})
    assert asks(device) == "waits" and waits_for(cast) == ()
    assert browser.post("/findings", {"let_in": device.answer.till}).status_code == 302


def test_the_admission_of_a_successor_shows_that_the_till_before_it_is_out_of_use(
    cast: Cast,
) -> None:
    device, before = successor(cast), cast.device.answer.till
    forget(cast, device)
    in_use(cast, before)
    assert asks(device) == "waits"
    with inside(cast.company):
        known = registers.known_till(cast.company, before)
        assert known is not None and known.retired
    cast.logged_in().post("/findings", {"let_in": device.answer.till})
    with inside(cast.company):
        assert registers.predecessors(cast.company, device.answer.till) == (before,)


@pytest.mark.parametrize("first", ["successor", "predecessor"])
def test_of_two_that_are_forgotten_the_earlier_one_comes_in_out_of_use(
    cast: Cast, first: str
) -> None:
    before = newcomer(cast)
    with inside(cast.company):
        known = registers.known_till(cast.company, before.answer.till)
        assert known is not None
        tills.take_out_of_use(cast.company, known.number, "lost", "Borta", DOER)
        _, code = tills.replace_till(cast.company, known.number, 1, "VK1-81", DOER)
    after = enrolled(code)
    forget(cast, after)
    forget(cast, before)
    browser = cast.logged_in()
    for device in (after, before) if first == "successor" else (before, after):
        assert asks(device) == "waits"
        browser.post("/findings", {"let_in": device.answer.till})
    with inside(cast.company):
        out = {till: registers.known_till(cast.company, till) for till in (before.answer.till,)}
        assert [known and known.retired for known in out.values()] == [True]
        in_its_place = registers.known_till(cast.company, after.answer.till)
        assert in_its_place is not None and not in_its_place.retired


def test_a_admission_proves_nothing_without_the_tills_key_or_the_offices(cast: Cast) -> None:
    device, other = newcomer(cast), newcomer(cast, "VK1-82")
    forget(cast, device)
    own = admission_of(device)
    wrong = base64.b64encode(other.key.sign(b"/sync/known-again\n" + encode(own))).decode()
    assert asks(device, signature=wrong) == "bad_signature"
    assert asks(other, own) == "bad_admission", "another till's"
    admission = replace(decode(Admission, own.admission), predecessors=(cast.device.answer.till,))
    assert asks(device, SignedAdmission(encode(admission), own.signature)) == "bad_admission"
    forged = SignedAdmission(
        encode(admission), Ed25519PrivateKey.generate().sign(encode(admission))
    )
    assert asks(device, forged) == "bad_admission"
    certificate = b'{"format":"skrin-wipe-1"}'
    assert (
        asks(device, SignedAdmission(certificate, signing_key().sign(certificate)))
        == "bad_admission"
    )
    assert cast.rows("SELECT * FROM tills_stranger") == [] and waits_for(cast) == ()


def test_one_that_another_till_has_heard_of_is_waited_for_before_it_speaks(cast: Cast) -> None:
    journal, device = cast.journal(), newcomer(cast)
    assert cast.take(journal.exchange()).till_enrolled == device.answer.till
    forget(cast, device)
    heard = (cast.device.answer.till, device.answer.till)
    exchange = journal.exchange()
    answer = cast.take(replace(exchange, head=replace(exchange.head, tills_heard=heard)))
    assert answer.till_enrolled == cast.device.answer.till
    assert waits_for(cast) == (f"{device.answer.till}-1",), "the till that told has been heard"
    page = cast.logged_in().get("/findings").content.decode()
    assert swedish("Other tills know of it. It has not spoken yet.") in page
    assert swedish("It is in use: let it in") not in page
    assert asks(device) == "waits"
    page = cast.logged_in().get("/findings").content.decode()
    assert swedish("It is in use: let it in") in page
    assert cast.rows("SELECT count(*) FROM tills_stranger") == [(1,)]


def test_who_was_called_not_in_use_unheard_may_ask_after_all(cast: Cast) -> None:
    journal, device = cast.journal(), newcomer(cast)
    forget(cast, device)
    exchange = journal.exchange()
    heard = (device.answer.till,)
    cast.take(replace(exchange, head=replace(exchange.head, tills_heard=heard)))
    page = cast.logged_in().get("/findings").content.decode()
    assert swedish("Other tills know of it. It has not spoken yet.") in page
    assert "Står enheten i din butik, starta den" in page and 'name="let_in"' not in page
    cast.logged_in().post("/findings", {"send_away": device.answer.till})
    cast.take(replace(journal.exchange(), head=replace(exchange.head, tills_heard=heard)))
    assert waits_for(cast) == ()
    assert cast.rows("SELECT register FROM rights_report WHERE what = 'not_heard'") == [
        (f"{device.answer.till}-1",)
    ]
    assert asks(device) == "waits" and waits_for(cast) != ()


def test_a_forgotten_till_that_was_replaced_is_named_by_its_successors_admission(
    cast: Cast,
) -> None:
    before = newcomer(cast)
    with inside(cast.company):
        known = registers.known_till(cast.company, before.answer.till)
        assert known is not None
        tills.take_out_of_use(cast.company, known.number, "lost", "Borta", DOER)
        _, code = tills.replace_till(cast.company, known.number, 1, "VK1-81", DOER)
    after = enrolled(code)
    forget(cast, after)
    forget(cast, before)
    asks(after)
    cast.logged_in().post("/findings", {"let_in": after.answer.till})
    cast.take(cast.journal().exchange())
    after.exchange(journal_of(cast, after, "VK1-81").exchange())
    assert waits_for(cast) == ()
    named = cast.rows("SELECT register FROM rights_report WHERE what = 'not_heard'")
    assert named == [(f"{before.answer.till}-1",)]


def test_a_till_that_is_known_gains_nothing_by_its_admission(cast: Cast) -> None:
    device = newcomer(cast)
    in_use(cast, device.answer.till, retired=True)
    assert asks(device) == "known"
    assert cast.rows("SELECT * FROM tills_stranger") == []
    with inside(cast.company):
        known = registers.known_till(cast.company, device.answer.till)
        assert known is not None and known.retired


def test_what_was_given_to_another_since_is_said_and_nobody_is_let_in_over_it(cast: Cast) -> None:
    device = newcomer(cast)
    forget(cast, device)
    newcomer(cast)  # The same designation again.
    assert asks(device) == "waits"
    browser = cast.logged_in()
    page = browser.get("/findings").content.decode()
    assert swedish("It is not in use") in page and swedish("It is in use: let it in") not in page
    todo = swedish("When you have its package, or it is lost, say that it is not in use.")
    assert todo in page and "släpp in den" not in page, "nothing is advised that has no button"
    with inside(cast.company), pytest.raises(Refusal, match="designation_taken"):
        tills.let_in(cast.company, device.answer.till, "Saga", NOW_MS)


def test_who_may_not_take_tills_out_of_use_lets_none_in(cast: Cast) -> None:
    device = newcomer(cast)
    forget(cast, device)
    asks(device)
    assert asks(device, till=f"{cast.company + 1}/{device.answer.till}") == "bad_admission"
    browser = cast.logged_in(cast.outsider)
    browser.post("/findings", {"let_in": device.answer.till})
    assert asks(device) == "waits"
