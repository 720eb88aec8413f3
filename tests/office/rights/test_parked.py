"""Parked receipts that the tills of a store share: one holder, whoever asks first (R-PARK-006)."""

from __future__ import annotations

import pytest
from tests.office.rights.store import ALVA, SAGA, ATill, Store

from skrin.domain.entry import Entry
from skrin.domain.refusal import Refusal
from skrin.domain.rights.terms import PARKED
from skrin.office.tenancy.wall import inside
from skrin.office.tills import actions as tills
from skrin.till.flow import parking, selling
from skrin.till.storage.shop_file import ShopFile

pytestmark = pytest.mark.office


def parked(store: Store, one: ATill, *names: str, name: str = "Bord 4") -> str:
    """Goods parked at a till and known to the whole store; the cart's id."""
    one.rings(*names or ("coffee",))
    parking.park(one.till, ALVA, name)
    one.meets(2)
    for other in store.tills:
        other.meets()
    return parking.parked_carts(one.till.file)[-1].cart.cart_id


def lines(one: ATill) -> list[str]:
    cart = one.till.desk.cart
    return [line.item.name for line in cart.lines] if cart else []


@pytest.mark.requirement("R-PARK-006", "R-PARK-002")
def test_the_list_shows_what_lies_at_another_till(store: Store) -> None:
    a, b = store.opens()
    parked(store, a, "coffee", "mug")
    (card,) = parking.elsewhere(b.till, b.till.file)
    assert (card.name, card.holder, card.on_screen, card.total_minor) == (
        "Bord 4",
        a.designation,
        False,
        183_50,
    )
    assert [line.name for line in card.lines] == ["Bryggkaffe", "Mugg"]
    assert parking.elsewhere(a.till, a.till.file) == []
    assert parking.parked_carts(b.till.file) == []
    store.adds_up()


@pytest.mark.requirement("R-PARK-006", "R-PARK-005", "OPP-009")
def test_another_till_fetches_adds_and_pays(store: Store) -> None:
    a, b = store.opens()
    cart_id = parked(store, a, "coffee")
    assert parking.fetch(b.till, ALVA, cart_id) is False
    b.meets()  # Asked; refused, and called back from A.
    wish = b.till.sharing.wish(PARKED, cart_id)
    assert wish is not None and (wish.outcome, wish.holder) == ("recalled", a.designation)
    a.meets()  # A gives it back at once and unasked.
    assert parking.parked_carts(a.till.file) == []
    store.clock.forward(2.5)
    b.meets(2)
    assert lines(b) == ["Bryggkaffe"]
    store.adds_up()
    b.rings("mug")
    b.pays()
    assert b.till.desk.finished is not None
    for one in (b, a):
        one.meets()
    store.adds_up()
    row = store.row(PARKED, cart_id)
    assert row is not None and (row.total, row.free, row.used, row.held) == (1, 0, 1, ())
    assert parking.elsewhere(a.till, a.till.file) == []
    assert store.reports() == []
    assert store.cast.rows("SELECT count(*) FROM rights_parked_name") == [(0,)]


@pytest.mark.parametrize("takes_over", [False, True])
def test_whoever_looks_sees_that_it_is_waited_for_or_there(store: Store, takes_over: bool) -> None:
    """A screen looks at each change, and looks again only while something is waited for."""
    a, b = store.opens()
    cart_id = parked(store, a, "coffee")
    seen = []

    def looks() -> None:
        wish = b.till.sharing.wish(PARKED, cart_id)
        seen.append("waits" if wish and wish.waits else " ".join(lines(b)))

    if takes_over:
        parking.take_over(b.till, SAGA, cart_id)
    else:
        parking.fetch(b.till, ALVA, cart_id)
    b.till.listeners.append(looks)
    for _ in range(2):
        b.meets()
        a.meets()
        store.clock.forward(2.5)
    assert (seen[0], seen[-1]) == ("waits", "Bryggkaffe")
    assert set(seen) == {"waits", "Bryggkaffe"}, "at no moment neither"


@pytest.mark.requirement("R-PARK-006", "OPP-009")
def test_two_tills_race_and_one_gets_it(store: Store) -> None:
    a, b, c = store.opens(3)
    cart_id = parked(store, a, "coffee")
    for one in (b, c):
        parking.fetch(one.till, ALVA, cart_id)
    for one in (b, c, a):
        one.meets()
        store.adds_up()
    for _ in range(4):
        store.clock.forward(2.5)
        for one in (c, b, a):
            one.meets()
            store.adds_up()
    assert sorted([lines(b), lines(c)]) == [[], ["Bryggkaffe"]]
    assert lines(a) == []
    loser = b if lines(c) else c
    wish = loser.till.sharing.wish(PARKED, cart_id)
    assert wish is not None and wish.outcome in ("held_by", "holder_away")


def test_one_on_a_screen_stays_there_and_the_asker_is_told_who_has_it(store: Store) -> None:
    a, b = store.opens()
    cart_id = parked(store, a, "coffee")
    assert parking.fetch(a.till, ALVA, cart_id)
    for one in (a, b):
        one.meets(2)
    (card,) = parking.elsewhere(b.till, b.till.file)
    assert (card.on_screen, card.holder, card.person) == (True, a.designation, ALVA.person)
    parking.fetch(b.till, ALVA, cart_id)
    b.meets()
    a.meets()
    store.clock.forward(2.5)
    b.meets(2)
    wish = b.till.sharing.wish(PARKED, cart_id)
    assert wish is not None and (wish.outcome, wish.holder) == ("held_by", a.designation)
    assert lines(a) == ["Bryggkaffe"] and lines(b) == []
    store.adds_up()


@pytest.mark.requirement("R-PARK-006", "OPP-009")
def test_without_the_office_the_holder_can_and_others_are_told_at_once(store: Store) -> None:
    a, b = store.opens()
    cart_id = parked(store, a, "coffee")
    a.wire.away = b.wire.away = True
    for one in (a, b):
        one.meets()
    before = b.till.head.seq
    with pytest.raises(Refusal, match="office_away"):
        parking.fetch(b.till, ALVA, cart_id)
    assert b.till.head.seq == before
    assert parking.fetch(a.till, ALVA, cart_id)
    a.pays()
    assert a.till.desk.finished is not None
    store.adds_up()
    a.wire.away = b.wire.away = False
    for one in (a, b):
        one.meets(2)
    store.adds_up()
    assert store.reports() == []
    with pytest.raises(Refusal, match="parked_gone"):
        parking.fetch(b.till, ALVA, cart_id)


def test_a_lost_answer_and_a_doubled_exchange_change_nothing(store: Store) -> None:
    a, b = store.opens()
    cart_id = parked(store, a, "coffee")
    parking.fetch(b.till, ALVA, cart_id)
    b.wire.loses = 1
    b.meets()
    store.adds_up()
    again = store.cast.take(b.wire.seen[-1], store.clock.utc_ms)
    assert [order.order_no for order in again.orders] == [1]
    b.meets()
    a.meets()
    store.clock.forward(2.5)
    b.wire.loses = 1
    b.meets()
    store.adds_up()
    store.clock.forward(2.5)
    b.meets(2)
    assert lines(b) == ["Bryggkaffe"]
    for exchange in [*a.wire.seen, *b.wire.seen]:
        store.cast.take(exchange, store.clock.utc_ms)
    store.adds_up()
    claims = store.cast.rows("SELECT granted, reason FROM rights_claim ORDER BY register, seq")
    assert claims == [(False, "recalled"), (True, "")]
    assert b.till.file.state("last_order_no") == "2"


def test_what_is_no_longer_wanted_goes_back_by_itself(store: Store) -> None:
    a, b = store.opens()
    cart_id = parked(store, a, "coffee")
    parking.fetch(b.till, ALVA, cart_id)
    b.meets()
    a.meets()
    store.clock.forward(2.5)
    b.wire.loses = 1
    b.meets()  # The office grants it, the answer is lost; meanwhile a customer stands here.
    b.rings("mug")
    b.meets(2)
    assert lines(b) == ["Mugg"]
    store.adds_up()
    row = store.row(PARKED, cart_id)
    assert row is not None and (row.free, row.held) == (1, ())
    a.meets()
    (card,) = parking.elsewhere(a.till, a.till.file)
    assert (card.register, card.name) == ("", "Bord 4")
    parking.fetch(a.till, ALVA, cart_id)
    a.meets(2)
    assert lines(a) == ["Bryggkaffe"]


def test_a_restarted_program_keeps_what_it_holds_and_wants_nothing(store: Store) -> None:
    a, b = store.opens()
    cart_id = parked(store, a, "coffee")
    a.restart()
    assert [p.cart.cart_id for p in parking.parked_carts(a.till.file)] == [cart_id]
    parking.fetch(b.till, ALVA, cart_id)
    b.restart()
    for one in (b, a):
        one.meets(2)
    store.clock.forward(2.5)
    b.meets(2)
    store.adds_up()
    assert lines(b) == []
    row = store.row(PARKED, cart_id)
    assert row is not None and row.free == 1
    assert parking.fetch(a.till, ALVA, cart_id) is False
    a.meets(2)
    assert lines(a) == ["Bryggkaffe"]
    a.restart()
    assert lines(a) == ["Bryggkaffe"]
    a.pays()
    a.meets(2)
    store.adds_up()


@pytest.mark.requirement("R-PARK-006", "OPP-009", "OPP-032")
def test_a_manager_takes_over_from_a_till_that_is_away(store: Store) -> None:
    a, b = store.opens()
    cart_id = parked(store, a, "coffee")
    a.wire.away = True
    a.meets()
    with pytest.raises(Refusal, match="pin_wanted"):
        parking.take_over(b.till, ALVA, cart_id)
    parking.take_over(b.till, ALVA, cart_id, SAGA)
    b.meets(2)
    assert lines(b) == ["Bryggkaffe"]
    assert store.reports() == ["taken_over"]
    store.adds_up()
    assert parking.fetch(a.till, ALVA, cart_id)  # A does not know, and sells it too.
    a.rings("mug")
    a.pays()
    b.pays()
    for one in (b, a):
        one.wire.away = False
        one.meets(3)
    store.adds_up()
    assert sorted(store.reports()) == ["taken_over", "used_after_break"]
    row = store.row(PARKED, cart_id)
    assert row is not None and (row.generation, row.used, row.held) == (2, 1, ())


def test_what_was_taken_over_cannot_be_paid_and_is_put_away(store: Store) -> None:
    a, b = store.opens()
    cart_id = parked(store, a, "coffee")
    assert parking.fetch(a.till, ALVA, cart_id)
    a.rings("mug")
    for one in (a, b):
        one.meets(2)
    parking.take_over(b.till, ALVA, cart_id, SAGA)
    b.meets(2)
    assert lines(b) == ["Bryggkaffe"]
    a.meets(2)
    assert lines(a) == ["Bryggkaffe", "Mugg"]  # It can still be read.
    with pytest.raises(Refusal, match="broken") as refused:
        a.pays()
    assert b.designation in str(refused.value.values["by"])
    parking.park(a.till, ALVA, "undan")
    assert lines(a) == [] and parking.parked_carts(a.till.file) == []
    for one in (a, b):
        one.meets(2)
    store.adds_up()
    assert sorted(store.reports()) == ["edited_after_break", "taken_over"]
    (card,) = parking.elsewhere(a.till, a.till.file)
    assert (card.holder, card.on_screen) == (b.designation, True)


def test_a_till_out_of_use_keeps_what_it_has_until_it_is_taken_over(store: Store) -> None:
    a, b = store.opens()
    cart_id = parked(store, a, "coffee")
    with inside(store.cast.company):
        tills.retire(store.cast.company, a.enrolled.till)
    parking.fetch(b.till, ALVA, cart_id)
    b.meets(2)
    wish = b.till.sharing.wish(PARKED, cart_id)
    assert wish is not None and (wish.outcome, wish.holder) == ("frozen", a.designation)
    row = store.row(PARKED, cart_id)
    assert row is not None and row.held_by(a.register) == 1
    parking.take_over(b.till, ALVA, cart_id, SAGA)
    b.meets(2)
    assert lines(b) == ["Bryggkaffe"]
    a.rings("mug")  # It may still sell, and what it sells is still taken in.
    a.pays()
    a.meets(3)
    assert store.head_of(a) == a.till.head.seq
    store.adds_up()


def test_given_up_it_is_gone_for_all(store: Store) -> None:
    a, b = store.opens()
    first, second = parked(store, a, "coffee"), parked(store, a, "mug", name="Två")
    parking.delete(a.till, ALVA, first)
    parking.fetch(a.till, ALVA, second)
    selling.abort(a.till, ALVA)
    for one in (a, b):
        one.meets(2)
    store.adds_up()
    assert parking.elsewhere(b.till, b.till.file) == []
    for cart_id in (first, second):
        row = store.row(PARKED, cart_id)
        assert row is not None and (row.used, row.free, row.held) == (1, 0, ())


def test_names_travel_beside_the_journal_only(store: Store) -> None:
    a, b = store.opens()
    parked(store, a, "coffee", name="Fru Hemlighet")
    (card,) = parking.elsewhere(b.till, b.till.file)
    assert card.name == "Fru Hemlighet"
    for one in (a, b):
        assert all(b"Hemlighet" not in entry.record for entry in one.till.file.entries(1))
    found = store.cast.rows(
        "SELECT count(*) FROM ingest_entry WHERE position(%s in record) > 0", [b"Hemlighet"]
    )
    assert found == [(0,)]
    stored = store.cast.rows("SELECT body::text, state FROM rights_order, rights_book")
    assert all("Hemlighet" not in str(row) for row in stored)


@pytest.mark.requirement("R-PARK-006")
def test_the_list_says_at_once_that_the_till_where_one_lies_is_out_of_use(store: Store) -> None:
    a, b = store.opens()
    parked(store, a, "coffee")
    (card,) = parking.elsewhere(b.till, b.till.file)
    assert not card.away
    with inside(store.cast.company):
        tills.retire(store.cast.company, a.enrolled.till)
    b.meets()
    (card,) = parking.elsewhere(b.till, b.till.file)
    assert card.away


def test_an_exchange_without_rights_asks_once(store: Store) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    (a,) = store.opens(1)
    a.meets(2)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        a.meets()
    of_rights = [q["sql"] for q in captured.captured_queries if "rights_" in q["sql"]]
    assert len(of_rights) == 1
    a.rings("coffee")
    a.pays()
    with CaptureQueriesContext(connection) as captured:
        a.meets()
    of_rights = [q["sql"] for q in captured.captured_queries if "rights_" in q["sql"]]
    assert len(of_rights) == 1


@pytest.mark.parametrize("dies_at", ["right.decided", "cart.fetched"])
def test_a_kill_inside_a_commit_loses_nothing_and_doubles_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch, dies_at: str
) -> None:
    """Order and fetching are a commit each: cut at either, the next start goes on from there."""
    a, b = store.opens()
    cart_id = parked(store, a, "coffee")
    parking.fetch(b.till, ALVA, cart_id)
    for one in (b, a):
        one.meets()
    store.clock.forward(2.5)
    append = ShopFile.append

    def cut(file: ShopFile, entry: Entry) -> None:
        append(file, entry)
        if entry.header.kind == dies_at and file is b.till.file:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ShopFile, "append", cut)
        with pytest.raises(KeyboardInterrupt):
            b.meets(2)
    b.restart()
    store.adds_up()
    b.meets(2)
    store.adds_up()
    assert lines(b) == []
    kinds = b.kinds()
    assert kinds.count("right.decided") == 2
    if parking.fetch(b.till, ALVA, cart_id) is False:
        b.meets(2)  # Nobody waited after the restart: it went back, and is asked for again.
    assert lines(b) == ["Bryggkaffe"]
    b.pays()
    b.meets(2)
    store.adds_up()
    row = store.row(PARKED, cart_id)
    assert row is not None and (row.used, row.held) == (1, ())
