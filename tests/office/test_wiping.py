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
