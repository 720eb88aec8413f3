"""A device is certified as emptied only when the office has all of it (D46)."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from tests.office.cast import Cast, swedish
from tests.office.journals import Journal
from tests.office.test_tills import seat

from skrin.domain.codec import decode, encode
from skrin.domain.rights.terms import HandedOver
from skrin.sync.messages import Fault
from skrin.sync.wiping import WIPE_PATH, Certificate, WipeAnswer, WipedRegister, WipeQuestion

pytestmark = pytest.mark.office


def asked(cast: Cast, *registers: WipedRegister) -> WipeAnswer | str:
    question = WipeQuestion(registers, ("device.sqlite",))
    response = cast.device.post(WIPE_PATH, encode(question))
    if response.status_code != 200:
        return decode(Fault, response.content).fault
    return decode(WipeAnswer, response.content)


@pytest.mark.requirement("R-TERM-020", "OPP-027")
def test_a_device_is_certified_when_all_of_it_is_here(cast: Cast, journal: Journal) -> None:
    journal.sale(cast.articles["coffee"])
    journal.close()
    cast.take(journal.exchange())
    seq, digest = journal.head
    assert asked(cast, WipedRegister(1, seq, digest)) == "not_handed_over"
    journal.append("till.handed_over", HandedOver("moved_out", 1))
    seq, digest = journal.head
    assert asked(cast, WipedRegister(1, seq, digest)) == "head_differs", "one entry is not here"
    cast.take(journal.exchange(first_seq=seq))
    assert asked(cast, WipedRegister(1, seq, "00" * 32)) == "head_differs"
    assert asked(cast) == "register_missing"
    assert asked(cast, WipedRegister(2, seq, digest)) == "chain_not_whole"
    assert not seat(cast, journal.designation).retired
    answer = asked(cast, WipedRegister(1, seq, digest))
    assert isinstance(answer, WipeAnswer)
    key = Ed25519PublicKey.from_public_bytes(answer.public_key)
    key.verify(answer.signature, answer.certificate)
    said = decode(Certificate, answer.certificate)
    assert (said.till, said.registers) == (journal.till, (WipedRegister(1, seq, digest),))
    old = seat(cast, journal.designation)
    assert old.retired
    client = cast.logged_in()
    page = client.get(f"/tills/{old.till}/1").content.decode()
    assert swedish("Its device was emptied; the office certified that it has all of it") in page
    # The archive stays: its receipts and reports are read in the office as before.
    assert client.get("/receipts").status_code == 200
    assert isinstance(asked(cast, WipedRegister(1, seq, digest)), WipeAnswer), "asked again"


@pytest.mark.requirement("R-TERM-016", "R-TERM-020")
def test_a_copy_of_a_till_out_of_use_is_certified_though_its_trade_never_ended(
    cast: Cast, journal: Journal
) -> None:
    """A disk died; what was restored of it is behind what the office has."""
    journal.sale(cast.articles["coffee"])
    copied = WipedRegister(1, *journal.head)
    journal.sale(cast.articles["coffee"])
    cast.take(journal.exchange())
    whole = WipedRegister(1, *journal.head)
    assert asked(cast, whole) == "not_handed_over"
    assert asked(cast, copied) == "head_differs", "a till in use shows all that it has"
    number = seat(cast, journal.designation).number
    retired = {"cause": "lost", "reason": "Disken dog"}
    answer = cast.logged_in().post(f"/tills/{number}/retire", retired)
    assert answer.status_code == 200
    other = WipedRegister(1, copied.head_seq, "00" * 32)
    beyond = WipedRegister(1, whole.head_seq + 1, whole.head_hash)
    for wrong in (other, beyond):
        assert asked(cast, wrong) == "head_differs", "what the office lacks is not wiped"
    assert isinstance(asked(cast, copied), WipeAnswer)
    assert isinstance(asked(cast, whole), WipeAnswer)
