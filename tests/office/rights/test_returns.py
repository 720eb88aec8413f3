"""Returns at another till than the one that sold: one token that carries what came back (D12)."""

from __future__ import annotations

import pytest
from tests.office.rights.store import ALVA, SAGA, ATill, Store

from skrin.domain.receipt import ReceiptSealed
from skrin.domain.refusal import Refusal
from skrin.domain.rights.terms import RETURN
from skrin.office.ingest import actions as ingest
from skrin.sync.messages import FoundSale
from skrin.till.flow import parking, returning, selling, training

pytestmark = pytest.mark.office


def sold(store: Store, one: ATill, *names: str) -> ReceiptSealed:
    """Goods sold at a till, in the office's list."""
    one.rings(*names)
    one.pays()
    one.meets(2)
    assert one.till.desk.finished
    return one.till.desk.finished.receipts[-1]


def found(one: ATill, sale: ReceiptSealed) -> FoundSale:
    (only,) = returning.find(one.till, one.wire, sale.designation, sale.number)
    return only


def gets(store: Store, one: ATill, key: str, other: ATill) -> None:
    """Ask for a sale's returns that lie at another till, and get them."""
    returning.want(one.till, ALVA, key)
    for _ in range(3):
        one.meets()
        other.meets()
        store.adds_up()
        store.clock.forward(2.5)
    one.meets()
    assert returning.lies_here(one.till, one.till.file, key)


def returns(store: Store, one: ATill, key: str, milli: int = 1000, line: int = 1) -> ReceiptSealed:
    """So much of a line comes back and is paid out; the return's receipt."""
    returning.return_line(one.till, ALVA, store.tap(), 0, line, milli, key=key)
    one.pays()
    store.adds_up()
    assert one.till.desk.finished
    return one.till.desk.finished.receipts[0]


@pytest.mark.requirement("R-RET-002", "R-RET-004", "OPP-008")
def test_a_sale_of_another_till_is_found_granted_and_returned(store: Store) -> None:
    a, b = store.opens()
    sale = sold(store, a, "coffee", "coffee", "mug")
    key = found(b, sale).key
    assert [line.name for line in found(b, sale).receipt.lines] == ["Bryggkaffe", "Mugg"]
    with pytest.raises(Refusal, match="return_elsewhere"):
        returning.return_line(b.till, ALVA, store.tap(), 0, 1, 1000, key=key)
    gets(store, b, key, a)
    back = returns(store, b, key)
    assert (back.kind, back.total_minor) == ("return", 34_00)
    assert back.lines[0].origin is not None
    assert back.lines[0].origin.receipt_id == sale.receipt_id
    b.meets(2)
    store.adds_up()
    row = store.row(RETURN, key)
    assert row is not None and row.held_by(b.register) == 1
    with pytest.raises(Refusal, match="return_elsewhere"):
        returning.return_line(a.till, ALVA, store.tap(), sale.number, 1, 1000)


@pytest.mark.requirement("R-RET-004", "OPP-008")
def test_single_returns_at_two_tills_undo_a_sale_exactly(store: Store) -> None:
    """D12: the rounding of each part follows from what came back before, wherever it did."""
    a, b = store.opens()
    selling.tap_article(
        a.till, ALVA, store.tap(), store.cast.articles["tea"].article, quantity_milli=3
    )
    a.pays()
    a.meets(2)
    assert a.till.desk.finished
    (sale,) = a.till.desk.finished.receipts
    key = found(b, sale).key
    amounts, vat = [], []
    for one, other in ((a, b), (b, a), (a, b)):
        if not returning.lies_here(one.till, one.till.file, key):
            gets(store, one, key, other)
        back = returns(store, one, key, 1)
        one.meets(2)
        amounts.append(back.total_minor)
        vat.append(sum(row.vat_minor for row in back.vat))
    assert sale.total_minor == sum(amounts) == 2_70
    assert sum(vat) == sum(row.vat_minor for row in sale.vat)
    row = store.row(RETURN, key)
    assert row is not None and (row.used, row.free, row.held) == (1, 0, ())
    returning.want(b.till, ALVA, key)
    b.meets(2)
    wish = b.till.sharing.wish(RETURN, key)
    assert wish is not None and wish.outcome == "used_up"
    store.adds_up()


@pytest.mark.requirement("R-RET-004", "OPP-008")
def test_two_tills_race_and_never_give_back_more_than_was_sold(store: Store) -> None:
    a, b, c = store.opens(3)
    sale = sold(store, a, "mug")
    key = found(b, sale).key
    found(c, sale)
    for one in (b, c):
        returning.want(one.till, ALVA, key)
    for _ in range(5):
        for one in (c, b, a):
            one.meets()
            store.adds_up()
        store.clock.forward(2.5)
    holders = [one for one in (a, b, c) if returning.lies_here(one.till, one.till.file, key)]
    assert len(holders) == 1 and holders[0] is not a
    back = 0
    for one in (b, c):
        try:
            back += returns(store, one, key).total_minor
        except Refusal as no:
            assert no.code == "return_elsewhere"
    assert back == sale.total_minor


def test_offline_the_holder_can_and_others_are_told_at_once(store: Store) -> None:
    a, b = store.opens()
    sale = sold(store, a, "mug", "mug")
    key = found(b, sale).key
    for one in (a, b):
        one.wire.away = True
        one.meets()
    with pytest.raises(Refusal, match="office_away"):
        returning.want(b.till, ALVA, key)
    with pytest.raises(Refusal, match="office_away"):
        returning.find(b.till, b.wire, sale.designation, sale.number)
    returning.return_line(a.till, ALVA, store.tap(), sale.number, 1, 1000)
    a.pays()
    for one in (a, b):
        one.wire.away = False
        one.meets(2)
    store.adds_up()
    gets(store, b, key, a)
    with pytest.raises(Refusal, match="nothing_left_to_return"):
        returning.return_line(b.till, ALVA, store.tap(), 0, 1, 2000, key=key)
    returns(store, b, key)


def test_a_sale_that_the_office_has_not_heard_of_is_not_found(store: Store) -> None:
    a, b = store.opens()
    a.wire.away = True
    a.rings("mug")
    a.pays()
    assert a.till.desk.finished
    (sale,) = a.till.desk.finished.receipts
    assert returning.find(b.till, b.wire, sale.designation, sale.number) == []
    key = f"{a.register}:{a.till.file.receipt_seqs(sale.number)[0]}"  # type: ignore[index]
    b.till.sharing.found[key] = sale
    returning.want(b.till, ALVA, key)
    b.meets(2)
    wish = b.till.sharing.wish(RETURN, key)
    assert wish is not None and wish.outcome == "not_here_yet"
    assert store.row(RETURN, key) is None


def test_what_stands_on_the_open_receipt_is_not_given_back_and_taken_off_it_is(
    store: Store,
) -> None:
    a, b = store.opens()
    sale = sold(store, a, "mug")
    key = found(b, sale).key
    returning.return_line(a.till, ALVA, store.tap(), sale.number, 1)
    returning.want(b.till, ALVA, key)
    for one in (b, a):
        one.meets()
    store.clock.forward(2.5)
    b.meets(2)
    wish = b.till.sharing.wish(RETURN, key)
    assert wish is not None and (wish.outcome, wish.holder) == ("held_by", a.designation)
    selling.remove_line(a.till, ALVA, store.tap(), 1)
    returning.want(b.till, ALVA, key)  # The cashier tries again: it is called back once more.
    for one in (b, a):
        one.meets()
    gets(store, b, key, a)
    returns(store, b, key)
    selling.abort(a.till, ALVA)
    for one in (a, b):
        one.meets(2)
    store.adds_up()


def test_an_aborted_return_leaves_the_token_idle_and_a_parked_one_is_refused(
    store: Store,
) -> None:
    a, b = store.opens()
    sale = sold(store, a, "mug")
    returning.return_line(a.till, ALVA, store.tap(), sale.number, 1)
    with pytest.raises(Refusal, match="return_not_parkable"):
        parking.park(a.till, ALVA, "Bord 1")
    selling.abort(a.till, ALVA)
    key = found(b, sale).key
    gets(store, b, key, a)
    returns(store, b, key)


def test_a_restart_between_the_commits_keeps_the_token_and_what_came_back(store: Store) -> None:
    a, b = store.opens()
    sale = sold(store, a, "mug", "mug")
    key = found(b, sale).key
    gets(store, b, key, a)
    returning.return_line(b.till, ALVA, store.tap(), 0, 1, 1000, key=key)
    b.restart()
    store.adds_up()
    b.counter.preflight.check_unit()
    b.unit.be_silent(2)
    b.pays()
    b.restart()
    b.counter.work_off()
    b.meets(2)
    store.adds_up()
    assert b.till.file.returned_of(sale.receipt_id) == {1: 1000}
    gets(store, a, key, b)
    assert a.till.file.returned_of(sale.receipt_id) == {1: 1000}
    with pytest.raises(Refusal, match="nothing_left_to_return"):
        returning.return_line(a.till, ALVA, store.tap(), sale.number, 1, 2000)
    returning.return_line(a.till, ALVA, store.tap(), sale.number, 1)
    a.pays()
    a.meets(2)
    row = store.row(RETURN, key)
    assert row is not None and row.used == 1


def test_a_rebuild_of_the_read_models_decides_nothing_anew(store: Store) -> None:
    a, b = store.opens()
    sale = sold(store, a, "mug", "mug")
    key = found(b, sale).key
    gets(store, b, key, a)
    returns(store, b, key)
    b.meets(2)
    tables = ("book", "order", "claim", "report", "post")
    before = [store.cast.rows(f"SELECT * FROM rights_{t} ORDER BY 1, 2, 3") for t in tables]
    for one in (a, b):
        ingest.rebuild(store.cast.company, one.enrolled.till, 1)
    after = [store.cast.rows(f"SELECT * FROM rights_{t} ORDER BY 1, 2, 3") for t in tables]
    assert after == before
    store.adds_up()


def test_practice_shares_nothing(store: Store) -> None:
    a, b = store.opens()
    sale = sold(store, a, "mug")
    key = found(b, sale).key
    training.set_training(b.till, SAGA, True)
    with pytest.raises(Refusal, match="not_in_training"):
        returning.want(b.till, ALVA, key)
    b.rings("coffee")
    parking.park(b.till, ALVA, "Övning")
    b.meets(2)
    assert store.cast.rows("SELECT count(*) FROM rights_book") == [(0,)]
    training.set_training(b.till, SAGA, False)
