"""The one copy of a receipt, shared by the tills of a store: whoever makes it, nobody makes two."""

from __future__ import annotations

import pytest
from tests.office.rights.store import ALVA, SAGA, ATill, Store
from tests.office.rights.test_race import ROUNDS, at_once
from tests.office.rights.test_returns import found, sold

from skrin.domain.beside import CopySealed
from skrin.domain.refusal import Refusal
from skrin.domain.rights.terms import COPY
from skrin.office.ingest import actions as ingest
from skrin.till.flow import closing, copying, returning, rights, training

pytestmark = pytest.mark.office


def copies_made(*tills: ATill) -> list[CopySealed]:
    bodies = [body for one in tills for body in one.bodies("copy.sealed")]
    return [body for body in bodies if isinstance(body, CopySealed)]


def asks(store: Store, one: ATill, key: str) -> bool:
    return one.counter.copy_receipt(ALVA, store.tap(), key)


def comes(store: Store, one: ATill, *others: ATill) -> None:
    """Exchange until what was asked for came, or somebody says no."""
    for _ in range(3):
        one.meets()
        for other in others:
            other.meets()
        store.adds_up()
        store.clock.forward(2.5)
    one.meets()
    one.counter.work_off()


@pytest.mark.requirement("R-COPY-012", "OPP-013", "R-COPY-003")
def test_a_copy_is_made_at_another_till_and_then_nowhere(store: Store) -> None:
    a, b = store.opens()
    sale = sold(store, a, "coffee", "mug")
    key = found(b, sale).key
    papers = b.printer.printed
    assert not asks(store, b, key), "another till may make it: it is asked for"
    comes(store, b, a)
    (made,) = copies_made(a, b)
    assert made.designation == b.designation and made.original.sealed.number == sale.number
    assert made.original.mark.code and made.original.till_id == a.enrolled.till
    assert b.printer.printed == papers + 1
    assert b"KOPIA" in b.printer.slips[-1]
    b.meets(2)
    store.adds_up()
    row = store.row(COPY, key)
    assert row is not None and (row.total, row.used, row.free, row.held) == (1, 1, 0, ())
    for one in (a, b):
        try:
            assert not asks(store, one, key)
        except Refusal as no:
            assert no.code == "copy_made"
        comes(store, one, a, b)
    wish = a.till.sharing.wish(COPY, key)
    assert wish is not None and (wish.outcome, wish.holder) == ("used_up", b.designation)
    assert len(copies_made(a, b)) == 1
    counted = [
        closing.open_report(one.till, ALVA, one.till.file).row("copies").count for one in (a, b)
    ]
    assert counted == [0, 1], "it counts at the till that made it"


@pytest.mark.requirement("R-COPY-012", "R-COPY-001", "OPP-013")
def test_of_tills_that_race_for_the_copy_one_makes_it(store: Store) -> None:
    a, b, c = store.opens(3)
    for _ in range(ROUNDS):
        sale = sold(store, a, "mug")
        key = found(b, sale).key
        for one in (b, c):
            asks(store, one, key)
        asks(store, a, key) if store.taps % 2 else None
        for _ in range(5):
            at_once(b, c, a)
            for one in (a, b, c):
                one.counter.work_off()
            store.clock.forward(2.5)
        store.adds_up()
        assert len([m for m in copies_made(a, b, c) if m.key == key]) <= 1
        for one in (a, b, c):
            rights.go_on_without(one.till, ALVA, COPY, key)
        at_once(a, b, c)
        at_once(c, b, a)
        store.adds_up()
    made = copies_made(a, b, c)
    assert len({one.key for one in made}) == len(made) > ROUNDS // 2


@pytest.mark.requirement("R-COPY-012")
@pytest.mark.parametrize("trouble", ["late", "never", "twice", "lost"])
def test_an_office_that_answers_late_twice_or_not_at_all(store: Store, trouble: str) -> None:
    a, b = store.opens()
    sale = sold(store, a, "mug")
    key = found(b, sale).key
    asks(store, b, key)
    if trouble == "never":
        b.wire.away = True
        b.meets()
        a.meets()
        b.meets()
        assert copies_made(a, b) == []
        b.wire.away = False
    elif trouble == "lost":
        b.wire.loses = 2
        b.counter.upload_lane.step()
        b.counter.upload_lane.step()
    elif trouble == "late":
        store.clock.forward(11.0)
        rights.go_on_without(b.till, ALVA, COPY, key)
    comes(store, b, a)
    if trouble == "twice":
        for answer in list(b.wire.answers):
            rights.take_orders(b.till, answer.orders)
        for batch in b.wire.seen:
            store.cast.take(batch, store.clock.utc_ms)
    store.adds_up()
    made = copies_made(a, b)
    assert len(made) == (0 if trouble == "late" else 1)
    for one in (a, b):
        try:
            asks(store, one, key)
        except Refusal as no:
            assert no.code == "copy_made"
        comes(store, one, a, b)
    assert len(copies_made(a, b)) == 1, "what came too late was given back, and can be asked for"
    store.adds_up()


@pytest.mark.requirement("R-COPY-012", "R-COPY-001")
def test_without_the_office_the_holder_can_and_nobody_else(store: Store) -> None:
    a, b = store.opens()
    sale, other = sold(store, a, "mug"), sold(store, a, "coffee")
    keys = [found(b, one).key for one in (sale, other)]
    for one in (a, b):
        one.wire.away = True
        one.meets()
    with pytest.raises(Refusal, match="office_away"):
        asks(store, b, keys[0])
    assert asks(store, a, keys[0])
    for one in (a, b):
        one.wire.away = False
        one.meets(2)
    store.adds_up()
    asks(store, b, keys[0])
    comes(store, b, a)
    wish = b.till.sharing.wish(COPY, keys[0])
    assert wish is not None and (wish.outcome, wish.holder) == ("used_up", a.designation)
    # What was called back is gone also while the office is away: in between nobody may.
    asks(store, b, keys[1])
    b.meets()
    a.meets()
    a.wire.away = True
    a.meets()
    with pytest.raises(Refusal, match="office_away"):
        asks(store, a, keys[1])
    assert len(copies_made(a, b)) == 1


@pytest.mark.requirement("R-COPY-003")
def test_a_grant_outlives_a_restart_and_is_used_once(store: Store) -> None:
    a, b = store.opens()
    sale = sold(store, a, "mug")
    key = found(b, sale).key
    asks(store, b, key)
    b.unit.be_silent(1)
    b.counter.preflight.unit_answered_s = None
    comes(store, b, a)
    b.restart()
    store.adds_up()
    assert copying.lies_here(b.till, b.till.file, key) or copies_made(b)
    if not copies_made(b):
        assert asks(store, b, key), "it lies here now: nobody is asked"
    b.counter.work_off()
    b.restart()
    b.counter.work_off()
    comes(store, b, a)
    assert len(copies_made(a, b)) == 1


def test_a_return_of_another_till_is_found_and_copied(store: Store) -> None:
    a, b = store.opens()
    sale = sold(store, a, "mug")
    returning.return_line(a.till, ALVA, store.tap(), sale.number, 1)
    a.pays()
    a.meets(2)
    assert a.till.desk.finished
    back = a.till.desk.finished.receipts[0]
    key = found(b, back).key
    asks(store, b, key)
    comes(store, b, a)
    (made,) = copies_made(a, b)
    assert made.original.sealed.kind == "return"
    assert b"RETUR" in b.printer.slips[-1]


def test_a_rebuild_decides_no_copy_anew_and_practice_has_none(store: Store) -> None:
    a, b = store.opens()
    sale = sold(store, a, "mug")
    key = found(b, sale).key
    asks(store, b, key)
    comes(store, b, a)
    before = store.row(COPY, key)
    for one in (a, b):
        ingest.rebuild(store.cast.company, one.enrolled.till, 1)
    assert store.row(COPY, key) == before
    training.set_training(b.till, SAGA, True)
    with pytest.raises(Refusal, match="not_in_training"):
        asks(store, b, key)
