"""Tills that ask at the very same moment: each exchange in a thread and a connection of its own."""

from __future__ import annotations

import threading

import pytest
from django.db import connections
from tests.office.rights.store import ALVA, ATill, Store

from skrin.domain.rights.terms import PARKED, RETURN
from skrin.till.flow import parking, returning, rights

pytestmark = pytest.mark.office

ROUNDS = 6
DEADLINE_S = 60.0


def at_once(*tills: ATill) -> None:
    """Exchange at the same moment."""
    barrier = threading.Barrier(len(tills), timeout=DEADLINE_S)
    faults: list[BaseException] = []

    def meet(one: ATill) -> None:
        try:
            barrier.wait()
            one.meets()
        except BaseException as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=meet, args=[one], daemon=True) for one in tills]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE_S)
        assert not thread.is_alive(), "an exchange hangs: two of them wait for each other"
    assert faults == []


@pytest.mark.requirement("R-PARK-006", "OPP-009")
def test_a_parked_receipt_that_nobody_has_goes_to_one_of_those_who_ask(store: Store) -> None:
    a, b, c = store.opens(3)
    for _ in range(ROUNDS):
        a.rings("coffee")
        parking.park(a.till, ALVA, "Bord")
        (parked,) = parking.parked_carts(a.till.file)
        cart_id = parked.cart.cart_id
        for one in (a, b, c):
            one.meets(2)
        rights.ask(b.till, ALVA, PARKED, cart_id, 1)  # Calls it back from A, and goes on.
        b.meets()
        rights.go_on_without(b.till, ALVA, PARKED, cart_id)
        a.meets()
        for one in (b, c):
            one.meets()
            parking.fetch(one.till, ALVA, cart_id)
        at_once(b, c, a)
        store.adds_up()
        winners = [one for one in (b, c) if one.till.desk.cart is not None]
        assert len(winners) == 1
        winners[0].pays()
        for one in (b, c):
            rights.go_on_without(one.till, ALVA, PARKED, cart_id)
        at_once(a, b, c)
        at_once(c, b, a)
        store.adds_up()
        row = store.row(PARKED, cart_id)
        assert row is not None and (row.used, row.held) == (1, ())


def lies_at(one: ATill, key: str) -> bool:
    return returning.lies_here(one.till, one.till.file, key)


@pytest.mark.requirement("R-RET-004", "OPP-008")
def test_of_two_tills_that_want_to_return_one_may(store: Store) -> None:
    a, b, c = store.opens(3)
    for _ in range(ROUNDS):
        a.rings("mug")
        a.pays()
        assert a.till.desk.finished
        (sale,) = a.till.desk.finished.receipts
        a.meets()
        key = returning.own_key(a.till, a.till.file, sale.number)
        for one in (b, c):
            returning.find(one.till, one.wire, sale.designation, sale.number)
            returning.want(one.till, ALVA, key)
        at_once(b, c)
        may = [one for one in (a, b, c) if lies_at(one, key)]
        for _ in range(4):  # Who got it may lose it to the other once before a line is tapped.
            at_once(a, b, c)
            store.adds_up()
            may = [one for one in (a, b, c) if lies_at(one, key)]
            assert len(may) <= 1
            if may and may[0] is not a:
                break
            store.clock.forward(2.5)
        assert may and may[0] is not a
        returning.return_line(may[0].till, ALVA, store.tap(), 0, 1, key=key)
        may[0].pays()
        at_once(a, b, c)
        store.clock.forward(12.0)
        at_once(a, b, c)
        store.adds_up()
        row = store.row(RETURN, key)
        assert row is not None and (row.used, row.held) == (1, ())
