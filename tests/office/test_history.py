"""A till that took another's place is told what that one registered, and nobody else is (D45)."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.office.cast import Cast, Device, enrol, found_cast
from tests.office.journals import Journal
from tests.office.test_tills import code_in, seat

from skrin.domain.codec import decode, encode
from skrin.office.sync_api import views
from skrin.sync.history import HISTORY_PATH, HistoryAnswer, HistoryQuestion
from skrin.sync.messages import EnrolAnswer, Fault
from skrin.till.flow.rebuilding import Rebuilding, differences
from skrin.till.storage.shop_file import ShopFile

pytestmark = pytest.mark.office


def replaced(cast: Cast, designation: str, by: str) -> Device:
    """The till that took this one's place in the office, as a device of its own."""
    old = seat(cast, designation)
    form = {"cause": "replaced", "reason": "Gick sönder", "replace": "yes", "designation": by}
    page = cast.logged_in().post(f"/tills/{old.number}/retire", form).content.decode()
    key = Ed25519PrivateKey.generate()
    return Device(decode(EnrolAnswer, enrol(code_in(page), key).content), key)


def asked(device: Device, register: str, after: int = 0, store: int = 1) -> HistoryAnswer | str:
    response = device.post(HISTORY_PATH, encode(HistoryQuestion(store, register, after)))
    if response.status_code != 200:
        return decode(Fault, response.content).fault
    return decode(HistoryAnswer, response.content)


@pytest.mark.requirement("R-TERM-015", "OPP-024")
def test_the_successor_gets_it_all_and_makes_the_register_again(
    cast: Cast, journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for article in ("coffee", "mug", "coffee"):
        journal.sale(cast.articles[article])
    journal.close()
    journal.sale(cast.articles["mug"])
    cast.take(journal.exchange())
    monkeypatch.setattr(views, "MAX_PIECE_BYTES", 3000)
    device = replaced(cast, journal.designation, "NY-1")
    assert device.answer.predecessor == journal.till
    register, file = f"{journal.till}-1", ShopFile(tmp_path / "shop.sqlite")
    making = Rebuilding(file)
    pieces = 0
    while True:
        piece = asked(device, register, making.head_seq)
        assert isinstance(piece, HistoryAnswer)
        assert piece.designation == journal.designation
        if not piece.records:
            break
        making.take(piece.records)
        pieces += 1
    assert pieces > 3, "it comes in pieces"
    assert (making.head_seq, piece.head_seq) == (journal.head[0], journal.head[0])
    assert file.head()[1].hex() == journal.head[1]
    assert [row[0] for row in file.closings(9)] == [1] and len(file.receipts_numbered(4)) == 1
    assert differences(file) == ()
    # A third in the line reads both before it.
    third = replaced(cast, "NY-1", "NY-2")
    assert isinstance(asked(third, register), HistoryAnswer)
    first = asked(third, f"{device.answer.till}-1")
    assert isinstance(first, HistoryAnswer) and first.head_seq == 0


def test_nobody_else_is_told_anything(cast: Cast, journal: Journal) -> None:
    journal.sale(cast.articles["coffee"])
    cast.take(journal.exchange())
    device = replaced(cast, journal.designation, "NY-1")
    register = f"{journal.till}-1"
    outsider = found_cast()
    assert asked(outsider.device, register) == "foreign_journal"
    assert asked(cast.device, register) == "till_retired"
    assert asked(device, f"{journal.till}-2", store=1) == "foreign_journal"
    assert asked(device, register, store=2) == "foreign_store"
    for nonsense in ("", "-", "x", f"{journal.till}", f"{journal.till}-", "../1"):
        assert asked(device, nonsense) == "foreign_journal"
