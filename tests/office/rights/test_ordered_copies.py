"""A copy that is ordered at the office: made by the till that was named, once, or said why not."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.test import Client
from tests.office.cast import swedish
from tests.office.rights.store import ALVA, ATill, Store
from tests.office.rights.test_copies import asks, comes, copies_made
from tests.office.rights.test_returns import sold

from skrin.domain.beside import CopyDeclined
from skrin.domain.receipt import ReceiptSealed
from skrin.domain.refusal import Refusal
from skrin.domain.rights.terms import COPY
from skrin.office.copies import actions, queries
from skrin.office.copies.queries import MADE, ORDERED, OVER, REFUSED, WITHDRAWN, Ordered
from skrin.office.tenancy.wall import inside
from skrin.sync.messages import Person
from skrin.till.flow import closing, returning, selling, training
from skrin.till.flow.ordered_copies import LATER_S

pytestmark = pytest.mark.office

SAGA = Person("1", "Saga", "owner", (1,))
HOUR_MS = 3_600_000


@dataclass
class Desk:
    """The office's side of a store."""

    store: Store
    ids: int = 0

    def order(self, at: ATill, key: str, order_id: str = "") -> str:
        """Order a copy at a till; the order's id."""
        self.ids += 1
        name = order_id or f"{0xCC000000 + self.ids:032x}"
        with inside(self.store.cast.company):
            wanted = actions.Wanted(name, 1, at.register, key, SAGA)
            actions.order(self.store.cast.company, wanted, self.store.clock.utc_ms)
        return name

    def withdraw(self, key: str) -> bool:
        with inside(self.store.cast.company):
            return actions.withdraw(self.store.cast.company, key, self.store.clock.utc_ms)

    def last(self, key: str) -> Ordered:
        with inside(self.store.cast.company):
            company, now_ms = self.store.cast.company, self.store.clock.utc_ms
            return queries.of_receipt(company, key, now_ms)[0]

    def refused(self, at: ATill, key: str) -> str:
        with pytest.raises(Refusal) as no:
            self.order(at, key)
        return no.value.code


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def own_key(one: ATill, sale: ReceiptSealed) -> str:
    """The key of a receipt, at the till that issued it."""
    return returning.own_key(one.till, one.till.file, sale.number)


def idles(store: Store, one: ATill) -> None:
    """Nobody sells at the till for a while: what it does by itself, it does."""
    store.clock.forward(16.0)
    one.counter.quiet_lane.step()
    one.counter.work_off()


def works(store: Store, one: ATill, *others: ATill, rounds: int = 4) -> None:
    """The till exchanges and idles, until what was ordered has come about."""
    for _ in range(rounds):
        one.meets()
        idles(store, one)
        comes(store, one, *others)


@pytest.mark.requirement("R-COPY-012", "OPP-013", "R-COPY-003")
def test_a_copy_ordered_on_the_receipts_page_comes_out_at_the_till(
    store: Store, desk: Desk
) -> None:
    a, b = store.opens()
    sale = sold(store, a, "coffee", "mug")
    sold(store, b, "mug")
    for one in (a, b):
        one.meets()
    key = own_key(a, sale)
    register, _, seq = key.partition(":")
    till, _, number = register.rpartition("-")
    url = f"/receipts/{till}/{number}/{seq}"
    client = store.cast.logged_in()
    shown = client.get(url).content.decode()
    assert swedish("The customer's copy") in shown and f'value="{b.register}"' in shown
    order = shown.split('name="order" value="')[1][:32]
    form = {"what": "order", "register": b.register, "order": order}
    assert client.post(f"{url}/copy", form)["Location"] == url
    assert client.post(f"{url}/copy", form)["Location"] == url, "sent twice, ordered once"
    shown = client.get(url).content.decode()
    assert "Beställd av Saga" in shown and swedish("Withdraw the order") in shown
    assert 'name="register"' not in shown
    papers = b.printer.printed
    works(store, b, a)
    (made,) = copies_made(a, b)
    assert (made.copy_id, made.designation, made.cashier) == (order, b.designation, "Saga")
    assert made.original.sealed.number == sale.number
    assert b.printer.printed == papers + 1 and b"KOPIA" in b.printer.slips[-1]
    row = store.row(COPY, key)
    assert row is not None and (row.used, row.free, row.held) == (1, 0, ())
    assert desk.last(key).state == MADE
    shown = client.get(url).content.decode()
    assert "Beställd av Saga, gjord vid" in shown and 'name="register"' not in shown
    assert desk.refused(a, key) == "copy_made"
    counted = closing.open_report(b.till, ALVA, b.till.file).row("copies").count
    assert counted == 1, "it counts at the till that made it"


@pytest.mark.requirement("R-COPY-001", "OPP-013")
def test_a_till_that_is_away_makes_it_when_it_comes_back(store: Store, desk: Desk) -> None:
    (a,) = store.opens(1)
    sale = sold(store, a, "mug")
    a.meets()
    key = own_key(a, sale)
    a.wire.away = True
    desk.order(a, key)
    works(store, a)
    assert copies_made(a) == [] and desk.last(key).state == ORDERED
    a.wire.away = False
    works(store, a)
    assert len(copies_made(a)) == 1 and desk.last(key).state == MADE


def test_on_an_old_word_nothing_is_begun(store: Store, desk: Desk) -> None:
    (a,) = store.opens(1)
    sale = sold(store, a, "mug")
    a.meets()
    key = own_key(a, sale)
    desk.order(a, key)
    a.meets()
    assert a.till.sharing.copies, "the till knows of it"
    a.wire.away = True
    a.meets()
    desk.withdraw(key)
    idles(store, a)
    assert copies_made(a) == [], "it may have been withdrawn, and was"
    a.wire.away = False
    works(store, a)
    assert copies_made(a) == [] and desk.last(key).state == WITHDRAWN


def test_ordered_twice_is_one_and_another_order_is_refused(store: Store, desk: Desk) -> None:
    a, b = store.opens()
    sale = sold(store, a, "mug")
    a.meets()
    key = own_key(a, sale)
    name = desk.order(a, key)
    assert desk.order(a, key, name) == name
    assert desk.refused(b, key) == "copy_ordered"
    assert desk.withdraw(key) and not desk.withdraw(key)
    desk.order(b, key)
    with inside(store.cast.company):
        assert len(queries.of_receipt(store.cast.company, key, store.clock.utc_ms)) == 2


@pytest.mark.requirement("R-COPY-001", "R-COPY-012")
@pytest.mark.parametrize("at", ["same", "other"])
def test_who_makes_it_at_a_till_first_ends_the_order(store: Store, desk: Desk, at: str) -> None:
    a, b = store.opens()
    sale = sold(store, a, "mug")
    sold(store, b, "mug")
    for one in (a, b):
        one.meets()
    key = own_key(a, sale)
    named = a if at == "same" else b
    desk.order(named, key)
    assert asks(store, a, key), "the customer stands at the first till, and gets it"
    a.counter.work_off()
    works(store, named, a)
    works(store, a, named)
    assert len(copies_made(a, b)) == 1
    last = desk.last(key)
    assert (last.state, last.reason) == (REFUSED, "used_up")


@pytest.mark.parametrize("order", ["till first", "order first"])
def test_a_race_of_order_and_cashier_makes_one(store: Store, desk: Desk, order: str) -> None:
    a, b, c = store.opens(3)
    sales = [sold(store, a, "mug") for _ in range(4)]
    for one in (b, c):
        sold(store, one, "mug")
    for one in (a, b, c):
        one.meets()
    for sale in sales:
        key = own_key(a, sale)
        desk.order(b, key)
        b.meets()
        if order == "order first":
            idles(store, b)
        asks(store, c, key)
        idles(store, b)
        for _ in range(3):
            comes(store, c, b, a)
            works(store, b, c, a, rounds=2)
        if order == "order first":
            # Both asked while no exchange ran, and may have given up: the till that was named tries
            # again after five minutes, and the cashier has gone on.
            store.clock.forward(LATER_S)
            works(store, b, a, c, rounds=6)
        made = [m for m in copies_made(a, b, c) if m.key == key]
        assert len(made) == 1
        assert desk.last(key).state in (MADE, REFUSED)


@pytest.mark.requirement("R-COPY-001")
@pytest.mark.parametrize("trouble", ["restart", "answer lost", "answer twice"])
def test_what_was_made_is_never_made_again(store: Store, desk: Desk, trouble: str) -> None:
    (a,) = store.opens(1)
    sale = sold(store, a, "mug")
    a.meets()
    key = own_key(a, sale)
    name = desk.order(a, key)
    a.meets()
    idles(store, a)
    assert [one.copy_id for one in copies_made(a)] == [name]
    old = a.wire.answers[-1]
    if trouble == "restart":
        a.restart()
    elif trouble == "answer lost":
        a.wire.loses = 2
        a.meets()
    a.till.sharing.copies, a.till.sharing.online = old.copies, True
    assert old.copies
    idles(store, a)
    works(store, a)
    assert len(copies_made(a)) == 1 and desk.last(key).state == MADE
    assert a.bodies("copy.declined") == []


def test_made_before_the_withdrawal_came_is_told_as_made(store: Store, desk: Desk) -> None:
    (a,) = store.opens(1)
    sale = sold(store, a, "mug")
    a.meets()
    key = own_key(a, sale)
    desk.order(a, key)
    a.meets()
    idles(store, a)
    assert desk.withdraw(key)
    works(store, a)
    assert len(copies_made(a)) == 1 and desk.last(key).state == MADE


def test_it_waits_for_the_day_the_counter_and_practice(store: Store, desk: Desk) -> None:
    a, b = store.opens()
    sale = sold(store, a, "mug")
    a.meets()
    key = own_key(a, sale)
    desk.order(b, key)
    works(store, b, a)
    assert copies_made(b) == [], "its day has not begun: nobody would close it"
    sold(store, b, "mug")
    b.rings("coffee")
    works(store, b, a)
    assert copies_made(b) == [], "goods lie on the counter"
    selling.abort(b.till, ALVA)
    training.set_training(b.till, SAGA, True)
    works(store, b, a)
    assert copies_made(b) == [], "practice"
    training.set_training(b.till, SAGA, False)
    works(store, b, a)
    assert len(copies_made(b)) == 1


def test_an_order_is_over_after_a_day(store: Store, desk: Desk) -> None:
    a, b = store.opens()
    sale = sold(store, a, "mug")
    a.meets()
    key = own_key(a, sale)
    desk.order(b, key)
    store.clock.forward(24 * 3600.0)
    works(store, b, a)
    assert copies_made(b) == [] and desk.last(key).state == OVER
    desk.order(a, key)
    assert desk.last(key).state == ORDERED


def test_a_role_that_may_not_at_the_till_is_declined_with_the_reason(
    store: Store, desk: Desk
) -> None:
    (a,) = store.opens(1)
    sale = sold(store, a, "mug")
    a.meets()
    key = own_key(a, sale)
    with inside(store.cast.company):
        wanted = actions.Wanted("e" * 32, 1, a.register, key, Person("9", "Rut", "accountant", ()))
        actions.order(store.cast.company, wanted, store.clock.utc_ms)
    works(store, a)
    assert a.bodies("copy.declined") == [CopyDeclined("e" * 32, key, "not_allowed")]
    last = desk.last(key)
    assert (last.state, last.reason, copies_made(a)) == (REFUSED, "not_allowed", [])
    works(store, a)
    assert len(a.bodies("copy.declined")) == 1, "said once"
    desk.order(a, key)
    works(store, a)
    assert len(copies_made(a)) == 1


def test_a_unit_that_will_never_have_it_is_told(store: Store, desk: Desk) -> None:
    (a,) = store.opens(1)
    sale = sold(store, a, "mug")
    a.meets()
    key = own_key(a, sale)
    desk.order(a, key)
    a.unit.refuse("003")
    works(store, a)
    assert a.kinds().count("document.refused") == 1
    last = desk.last(key)
    assert (last.state, last.reason) == (REFUSED, "unit_refused")
    assert desk.refused(a, key) == "copy_made", "its right is used up"


def test_entries_that_no_till_of_ours_writes_stop_nothing(store: Store, desk: Desk) -> None:
    a, b = store.opens()
    sale = sold(store, a, "mug")
    a.meets()
    key = own_key(a, sale)
    name = desk.order(a, key)
    with b.till.transaction(ALVA) as tx:
        tx.append("copy.declined", CopyDeclined(name, key, "not_allowed"))
    with b.till.transaction(ALVA) as tx:
        tx.append("copy.declined", CopyDeclined("\0" + name, "\0", "\0"))
    b.meets()
    assert store.head_of(b) == b.till.head.seq, "all of it was taken in"
    assert desk.last(key).state == ORDERED, "another till's word does not end it"
    works(store, a)
    assert desk.last(key).state == MADE


def test_what_cannot_be_ordered_is_refused(store: Store, desk: Desk) -> None:
    (a,) = store.opens(1)
    sale = sold(store, a, "mug")
    a.meets()
    key = own_key(a, sale)
    assert desk.refused(a, f"{a.register}:999999") == "copy_none"
    company = store.cast.company
    for register in ("SK999999-1", f"{a.enrolled.till}-2", ""):
        with pytest.raises(Refusal) as no, inside(company):
            wanted = actions.Wanted("d" * 32, 1, register, key, SAGA)
            actions.order(company, wanted, store.clock.utc_ms)
        assert no.value.code == "copy_no_till"


def test_only_who_may_see_and_copy_can_order(store: Store, desk: Desk) -> None:
    (a,) = store.opens(1)
    sale = sold(store, a, "mug")
    a.meets()
    register, _, seq = own_key(a, sale).partition(":")
    url = f"/receipts/{register[:-2]}/1/{seq}/copy"
    form = {"what": "order", "register": a.register}
    outsider: Client = store.cast.logged_in(store.cast.outsider)
    assert outsider.post(url, form).status_code == 404
    assert store.cast.logged_in(store.cast.cashier).post(url, form).status_code == 403
    assert store.cast.rows("SELECT count(*) FROM copies_order") == [(0,)]
    wrong = store.cast.logged_in().post(url, {**form, "register": "SK000000-1"})
    assert wrong.status_code == 422
    assert swedish("Choose a till of the store that is in use.") in wrong.content.decode()
    nothing = store.cast.logged_in().post(url, {"what": "withdraw"})
    assert nothing.status_code == 422
