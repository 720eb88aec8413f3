"""A till that ends in order gives back all that it holds; one that died, nothing (D21, D45)."""

from __future__ import annotations

import pytest
from tests.office.cast import swedish
from tests.office.rights.store import ALVA, Store
from tests.office.rights.test_copies import asks, comes, copies_made
from tests.office.rights.test_returns import found, returns, sold

from skrin.domain.refusal import Refusal
from skrin.domain.rights.terms import COPY, RETURN
from skrin.office.ingest import actions as ingest
from skrin.office.tenancy.wall import inside
from skrin.office.tills import actions as tills
from skrin.sync.messages import Person
from skrin.till.flow import handing_over, parking, returning, training

pytestmark = pytest.mark.office

OLA = Person("3", "Ola", "owner", (1,))


def ends(store: Store) -> tuple[str, str]:
    """Two sales at the first till, the first partly returned there; it hands over and is taken out
    of use. The keys of both sales."""
    a, b = store.tills
    keys = [found(b, sold(store, a, "coffee", "coffee", "mug")).key for _ in range(2)]
    returns(store, a, keys[0], 1000)
    a.counter.close_days(OLA, a.till.today())
    handing_over.hand_over(a.till, OLA, handing_over.REPLACED)
    number = int(a.enrolled.till.removeprefix("SK"))
    page = f"/tills/{number}/retire"
    asks_first = swedish(
        "Receipts parked at it, and rights that it holds, stay with it until broken."
    )
    assert asks_first in store.cast.logged_in().get(page).content.decode()
    a.meets(2)
    store.adds_up()
    ended = swedish("It has ended its trade: the till after it copies and takes back.")
    assert ended in store.cast.logged_in().get(page).content.decode()
    with inside(store.cast.company):
        tills.retire(store.cast.company, a.enrolled.till)
    return keys[0], keys[1]


@pytest.mark.requirement("R-TERM-015", "OPP-024")
def test_what_the_old_till_sold_is_copied_and_returned_at_the_next_one(store: Store) -> None:
    store.opens()
    a, b = store.tills
    first, second = ends(store)
    for key in (first, second):
        returning.want(b.till, ALVA, key)
        b.meets(2)
        store.adds_up()
        assert returning.lies_here(b.till, b.till.file, key)
    # What came back at the old till counts: one coffee of the first sale is left, and the mug.
    with pytest.raises(Refusal, match="nothing_left_to_return"):
        returning.return_line(b.till, ALVA, store.tap(), 0, 1, 2000, key=first)
    assert returns(store, b, first, 1000).total_minor == returns(store, b, second, 1000).total_minor
    assert not asks(store, b, second)
    comes(store, b)
    (made,) = copies_made(b)
    assert made.original.sealed.designation == a.designation
    b.meets(2)
    row = store.row(COPY, second)
    assert row is not None and (row.used, row.free, row.held) == (1, 0, ())
    store.adds_up()
    assert store.reports() == []


def test_nothing_is_registered_after_the_end_and_nothing_used_twice(store: Store) -> None:
    store.opens()
    a, b = store.tills
    first, _ = ends(store)
    head = a.till.head.seq
    for does in (
        lambda: a.rings("coffee"),
        lambda: asks(store, a, first),
        lambda: returning.return_line(a.till, OLA, store.tap(), 1, 1),
        lambda: a.counter.open_drawer(OLA, store.tap()),
        lambda: training.set_training(a.till, OLA, True),
        lambda: a.counter.close_days(OLA, a.till.today()),
        lambda: handing_over.hand_over(a.till, OLA, handing_over.REPLACED),
    ):
        with pytest.raises(Refusal):
            does()
    assert a.till.head.seq == head, "not one entry"
    a.restart()
    assert a.till.handed_over
    with pytest.raises(Refusal, match="till_handed_over"):
        a.rings("coffee")
    a.counter.copy_z(OLA, 1)
    assert a.kinds()[-2:] == ["report.copied", "document.delivered"], "a report is still copied"
    # A rebuild of the office's projections, and the same entries again, free nothing twice.
    returning.want(b.till, ALVA, first)
    b.meets(2)
    with inside(store.cast.company):
        ingest.rebuild(store.cast.company, a.enrolled.till, 1)
    a.till.acknowledged_seq = 0
    a.meets(2)
    store.adds_up()
    row = store.row(RETURN, first)
    assert row is not None and (row.free, row.held_by(b.register)) == (0, 1)


def test_a_recall_that_was_on_its_way_frees_nothing_twice(store: Store) -> None:
    store.opens()
    a, b = store.tills
    key = found(b, sold(store, a, "coffee")).key
    a.counter.close_days(OLA, a.till.today())
    returning.want(b.till, ALVA, key)
    b.meets()  # Refused and recalled: the order waits for the first till.
    handing_over.hand_over(a.till, OLA, handing_over.MOVED_OUT)
    a.meets(3)
    store.adds_up()
    row = store.row(RETURN, key)
    assert row is not None and row.free + row.held_by(b.register) == 1
    assert store.reports() == [], "the late answer gave back nothing"
    for _ in range(3):
        store.clock.forward(2.5)
        b.meets(2)
    assert returning.lies_here(b.till, b.till.file, key)


def test_what_is_not_finished_hinders_the_end(store: Store) -> None:
    store.opens()
    a = store.tills[0]
    with pytest.raises(Refusal, match="not_allowed"):
        handing_over.hand_over(a.till, ALVA, handing_over.REPLACED)
    a.rings("coffee")
    with pytest.raises(Refusal, match="handing_over_busy"):
        handing_over.hand_over(a.till, OLA, handing_over.REPLACED)
    parking.park(a.till, ALVA, "Bord 1")
    with pytest.raises(Refusal, match="handing_over_parked"):
        handing_over.hand_over(a.till, OLA, handing_over.REPLACED)
    parking.delete(a.till, ALVA, a.till.file.parked()[0][0])
    with pytest.raises(Refusal, match="handing_over_day"):
        handing_over.hand_over(a.till, OLA, handing_over.REPLACED)
    a.counter.close_days(OLA, a.till.today())
    with pytest.raises(Refusal, match="handing_over_cause"):
        handing_over.hand_over(a.till, OLA, "because")
    handing_over.hand_over(a.till, OLA, handing_over.REPLACED)


@pytest.mark.requirement("R-TERM-024")
def test_a_till_that_died_hands_nothing_over(store: Store) -> None:
    """It may have made the copy, or paid back, unsent: nobody else gets what it held (H7)."""
    store.opens()
    a, b = store.tills
    key = found(b, sold(store, a, "coffee")).key
    with inside(store.cast.company):
        tills.retire(store.cast.company, a.enrolled.till)
    returning.want(b.till, ALVA, key)
    b.meets(2)
    wish = b.till.sharing.wish(RETURN, key)
    assert wish is not None and wish.outcome == "frozen"
    assert not returning.lies_here(b.till, b.till.file, key)
