"""Gift cards at two tills and a real office: what is on one is used once (OPP-007, D21, D22)."""

from __future__ import annotations

import pytest
from tests.office.rights.cards import GiftShop
from tests.office.rights.store import ALVA, SAGA, ATill, Store

from skrin.documents.escpos import FEED_AND_CUT
from skrin.domain.giftcard import valid_until
from skrin.domain.refusal import Refusal
from skrin.exports.sie_voucher import voucher_of
from skrin.office.accounting import queries as accounting
from skrin.office.giftcards import actions as office_cards
from skrin.office.giftcards import queries as office_queries
from skrin.office.tenancy.wall import inside
from skrin.till.flow import closing, gift_codes, giftcards, parking, paying, returning, selling
from skrin.till.flow.refunding import original_ways
from skrin.till.flow.sharing import HOLDER_AWAY
from skrin.till.ui import gifts

pytestmark = pytest.mark.office


@pytest.fixture
def shop(store: Store) -> GiftShop:
    return GiftShop(store)


def paid(one: ATill) -> list[tuple[str, int]]:
    return [(part.name, part.amount_minor) for part in one.till.desk.payments]


def receipt_of(one: ATill) -> tuple[tuple[str, int, int | None], ...]:
    """(name, amount, left on the card) of each payment of the sale just done."""
    one.counter.work_off()  # In a shop the lane of the sale seals by itself.
    finished = one.till.desk.finished
    assert finished is not None
    return tuple(
        (part.name, part.amount_minor, part.gift.left_minor if part.gift else None)
        for sealed in finished.receipts
        for part in sealed.payments
    )


@pytest.mark.requirement("R-PAY-001", "R-PAY-010", "OPP-007")
def test_a_card_is_sold_here_and_pays_there(shop: GiftShop, store: Store) -> None:
    a, b = store.opens()
    code = shop.sells(a, 500_00)
    a.meets()
    assert shop.on_card(code) == (500_00, 0, 0)
    answer = shop.looks(b, code)
    assert (answer.state, answer.balance_minor, answer.tail) == ("usable", 500_00, code[-4:])
    assert answer.valid_until == valid_until(a.till.today(), 12)
    b.rings("coffee", "coffee", "coffee")
    shop.redeems(b, code, 102_00)
    assert paid(b) == []
    b.meets(2)
    assert receipt_of(b) == (("Presentkort", 102_00, 398_00),)
    b.meets()
    assert shop.on_card(code) == (398_00, 0, 102_00)
    store.adds_up()
    assert store.reports() == []
    with inside(shop.company):
        happened = office_queries.history(shop.company, shop.key(code))
        assert [(one.what, one.amount) for one in happened] == [
            ("redeemed", -102_00),
            ("issued", 500_00),
        ]
        assert office_queries.liability(shop.company) == 398_00


@pytest.mark.requirement("R-PAY-001", "OPP-007")
def test_what_the_card_has_not_is_paid_by_card(shop: GiftShop, store: Store) -> None:
    (a,) = store.opens(1)
    code = shop.sells(a, 50_00)
    a.meets()
    a.rings("coffee", "coffee")
    shop.redeems(a, code, 50_00)
    a.meets(2)
    assert paid(a) == [("Presentkort", 50_00)]
    assert a.till.desk.left_minor == 18_00
    a.pays()
    assert [part[:2] for part in receipt_of(a)] == [("Presentkort", 50_00), ("Kort", 18_00)]
    a.meets()
    assert shop.on_card(code) == (0, 0, 50_00)
    store.adds_up()


@pytest.mark.requirement("OPP-007")
def test_two_tills_race_for_one_card(shop: GiftShop, store: Store) -> None:
    a, b = store.opens()
    code = shop.sells(a, 100_00)
    a.meets()
    for one in (a, b):
        one.rings("coffee", "coffee", "coffee")
        shop.redeems(one, code, 80_00)
    for _ in range(3):
        for one in (b, a):
            one.meets()
            store.adds_up()
    assert paid(b) == [("Presentkort", 80_00)]
    assert paid(a) == []
    wish = giftcards.waited_for(a.till)
    assert wish is not None
    assert (wish.outcome, wish.free_amount, wish.holder) == ("too_little", 20_00, b.designation)
    shop.redeems(a, code, 20_00)
    a.meets(2)
    assert paid(a) == [("Presentkort", 20_00)]
    a.pays()
    b.pays()
    for one in (a, b):
        one.meets()
    assert shop.on_card(code) == (0, 0, 100_00)
    store.adds_up()


@pytest.mark.requirement("OPP-007")
def test_a_part_taken_out_again_goes_back_to_the_card(shop: GiftShop, store: Store) -> None:
    a, _ = store.opens()
    code = shop.sells(a, 100_00)
    a.meets()
    a.rings("coffee", "coffee", "coffee")
    shop.redeems(a, code, 60_00)
    a.meets(2)
    (part,) = a.till.desk.payments
    a.counter.back_out(ALVA, store.tap(), part.payment_id)
    assert a.till.desk.payments == ()
    assert a.kinds()[-3:] == ["right.moved", "right.given_back", "payment.given_back"]
    a.meets()
    assert shop.on_card(code) == (100_00, 0, 0)
    store.adds_up()


@pytest.mark.requirement("OPP-007")
def test_without_the_office_it_is_refused_at_once(shop: GiftShop, store: Store) -> None:
    a, _ = store.opens()
    code = shop.sells(a, 100_00)
    a.meets()
    a.rings("coffee")
    a.wire.away = True
    a.meets()
    with pytest.raises(Refusal, match="office_away"):
        shop.looks(a, code)
    with pytest.raises(Refusal, match="office_away"):
        shop.redeems(a, code, 34_00)
    assert paid(a) == []
    a.pays()
    assert a.till.desk.finished is not None
    code = shop.sells(a, 200_00)  # A card that the till prints can be sold all the same.
    a.wire.away = False
    a.meets()
    assert shop.on_card(code) == (200_00, 0, 0)
    store.adds_up()


def test_an_answer_that_is_lost_or_late_books_once(shop: GiftShop, store: Store) -> None:
    a, _ = store.opens()
    code = shop.sells(a, 100_00)
    a.meets()
    a.rings("coffee")
    shop.redeems(a, code, 34_00)
    a.wire.loses = 1
    a.meets()
    assert paid(a) == []
    a.meets(2)
    assert receipt_of(a) == (("Presentkort", 34_00, 66_00),)
    a.meets(2)
    assert shop.on_card(code) == (66_00, 0, 34_00)
    store.adds_up()


def test_a_grant_that_comes_when_nobody_waits_goes_back(shop: GiftShop, store: Store) -> None:
    a, _ = store.opens()
    code = shop.sells(a, 100_00)
    a.meets()
    a.rings("coffee")
    shop.redeems(a, code, 34_00)
    giftcards.go_on_without(a.till, ALVA)
    a.pays()
    a.meets(3)
    assert shop.on_card(code) == (100_00, 0, 0)
    assert receipt_of(a)[0][0] == "Kort"
    store.adds_up()


def test_goods_taken_off_meanwhile_give_the_amount_back(shop: GiftShop, store: Store) -> None:
    a, _ = store.opens()
    code = shop.sells(a, 100_00)
    a.meets()
    a.rings("coffee", "mug")
    shop.redeems(a, code, 100_00)
    selling.remove_line(a.till, ALVA, store.tap(), 2)
    a.meets(3)
    assert paid(a) == []
    assert shop.on_card(code) == (100_00, 0, 0)
    store.adds_up()


@pytest.mark.parametrize("after", ["right.claimed", "right.decided", "right.moved"])
def test_a_till_killed_between_two_commits_loses_nothing(
    shop: GiftShop, store: Store, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the claim, after the grant, and after the amount was reserved and paid."""
    a, _ = store.opens()
    code = shop.sells(a, 100_00)
    a.meets()
    a.rings("coffee", "mug")
    shop.redeems(a, code, 100_00)
    if after == "right.decided":
        monkeypatch.setattr(giftcards, "_pay", lambda *rest: None)
    if after != "right.claimed":
        a.counter.upload_lane.step()
        a.counter.upload_lane.step()
    assert after in a.kinds()
    a.restart()
    a.meets(3)
    if after == "right.moved":
        assert paid(a) == [("Presentkort", 100_00)]
        a.pays()
        a.meets()
        assert shop.on_card(code) == (0, 0, 100_00)
    else:
        assert paid(a) == []
        assert shop.on_card(code) == (100_00, 0, 0)
    store.adds_up()


@pytest.mark.requirement("OPP-007")
def test_topping_up_a_card(shop: GiftShop, store: Store) -> None:
    a, b = store.opens()
    code = shop.sells(a, 100_00)
    a.meets()
    answer = shop.looks(b, code)
    giftcards.top_up(b.till, ALVA, store.tap(), shop.key(code), answer, 150_00)
    with pytest.raises(Refusal, match="gift_card_on_receipt"):
        shop.redeems(b, code, 10_00)
    b.pays()
    b.meets()
    assert shop.on_card(code) == (250_00, 0, 0)
    store.adds_up()


@pytest.mark.requirement("OPP-007")
def test_a_card_is_taken_back_only_when_nothing_is_used(shop: GiftShop, store: Store) -> None:
    a, b = store.opens()
    code = shop.sells(a, 100_00)
    a.meets()
    answer = shop.looks(b, code)
    key = shop.key(code)
    with pytest.raises(Refusal, match="pin_wanted"):
        giftcards.take_back(b.till, ALVA, store.tap(), key, answer)
    giftcards.take_back(b.till, ALVA, store.tap(), key, answer, SAGA)
    b.meets(2)
    assert b.till.desk.left_minor == -100_00
    b.counter.pay_cash(ALVA, store.tap(), None)
    finished = b.till.desk.finished
    assert finished and (finished.receipts[0].kind, finished.receipts[0].total_minor) == (
        "return",
        100_00,
    )
    b.meets()
    assert shop.on_card(code) == (0, 0, 100_00)
    other = shop.sells(a, 100_00)
    a.meets()
    a.rings("coffee")
    shop.redeems(a, other, 34_00)
    a.meets(2)
    assert receipt_of(a) == (("Presentkort", 34_00, 66_00),)
    a.meets()
    with pytest.raises(Refusal, match="gift_card_used"):
        giftcards.take_back(b.till, ALVA, store.tap(), shop.key(other), shop.looks(b, other), SAGA)
    store.adds_up()
    with inside(shop.company):
        assert office_queries.liability(shop.company) == 66_00


def test_a_card_to_take_back_whose_line_goes_away_is_whole_again(
    shop: GiftShop, store: Store
) -> None:
    a, _ = store.opens()
    code = shop.sells(a, 100_00)
    a.meets()
    giftcards.take_back(a.till, ALVA, store.tap(), shop.key(code), shop.looks(a, code), SAGA)
    a.meets(2)
    cart = a.till.desk.cart
    assert cart and cart.lines[0].back
    selling.abort(a.till, ALVA)
    a.meets(2)
    assert shop.on_card(code) == (100_00, 0, 0)
    store.adds_up()


@pytest.mark.requirement("OPP-007")
def test_money_back_goes_onto_a_card_as_a_credit(shop: GiftShop, store: Store) -> None:
    a, _ = store.opens()
    code = shop.sells(a, 100_00)
    a.meets()
    for key in (shop.key(code), ""):  # Onto the card that is there, and onto a new one.
        returning.set_mode(a.till, ALVA, "once", SAGA)
        a.rings("coffee")
        a.counter.refund_to_gift_card(ALVA, store.tap(), shop.method, key, None)
        assert receipt_of(a)[0][:2] == ("Presentkort", 34_00)
    a.meets(2)
    assert shop.on_card(code) == (134_00, 0, 0)
    with inside(shop.company):
        assert office_queries.liability(shop.company) == 168_00
        listed, count = office_queries.listed(shop.company)
        assert count == 2 and sorted(one.balance for one in listed) == [34_00, 134_00]
    store.adds_up()


@pytest.mark.requirement("OPP-007")
def test_blocked_and_expired_cards_are_refused_by_the_office(shop: GiftShop, store: Store) -> None:
    (a,) = store.opens(1)
    shop.imports("GAMMALT-0001", 300_00, "2020-12-31")
    assert shop.looks(a, "GAMMALT0001").state == "card_expired"
    code = shop.sells(a, 100_00)
    a.meets()
    with inside(shop.company):
        office_cards.block(shop.company, shop.key(code), True, "1", store.clock.utc_ms)
    assert shop.looks(a, code).state == "card_blocked"
    a.rings("coffee")
    shop.redeems(a, code, 34_00)
    a.meets(2)
    wish = giftcards.waited_for(a.till)
    assert wish is not None and wish.outcome == "card_blocked"
    with inside(shop.company):
        office_cards.block(shop.company, shop.key(code), False, "1", store.clock.utc_ms)
    shop.redeems(a, code, 34_00)
    a.meets(2)
    assert receipt_of(a) == (("Presentkort", 34_00, 66_00),)
    store.adds_up()


def test_cards_from_elsewhere_are_brought_in_whole_or_not(shop: GiftShop, store: Store) -> None:
    (a,) = store.opens(1)
    shop.imports("7350-0001-2345", 250_00)
    assert shop.looks(a, "735000012345").balance_minor == 250_00
    forms = [office_cards.CardForm("NEW-123456", 1_00), office_cards.CardForm("735000012345", 1)]
    with inside(shop.company), pytest.raises(Refusal, match="card_there"):
        office_cards.bring_in(shop.company, forms, "1", store.clock.utc_ms)


def test_a_printed_card_is_sold_when_the_office_knows_it(shop: GiftShop, store: Store) -> None:
    (a,) = store.opens(1)
    shop.imports("TRYCKT-000042", 0)
    code = "TRYCKT000042"
    answer = shop.looks(a, code)
    assert answer.state == "not_sold"
    giftcards.top_up(a.till, ALVA, store.tap(), shop.key(code), answer, 200_00)
    a.pays()
    a.meets()
    assert shop.on_card(code) == (200_00, 0, 0)
    with pytest.raises(Refusal, match="gift_card_unknown"):
        shop.looks(a, "NOBODYHASTHIS")


def test_a_card_being_sold_is_one_piece_and_is_not_parked(shop: GiftShop, store: Store) -> None:
    (a,) = store.opens(1)
    selling.tap_group(a.till, ALVA, store.tap(), shop.group, 100_00)
    with pytest.raises(Refusal, match="gift_card_one"):
        selling.change_quantity(a.till, ALVA, store.tap(), 1, 1000)
    with pytest.raises(Refusal, match="gift_card_not_parkable"):
        parking.park(a.till, ALVA, "1")
    with pytest.raises(Refusal, match="gift_card_wanted"):
        paying.pay(a.till, ALVA, a.counter.preflight, store.tap(), shop.method, None)


def test_the_code_is_on_the_slip_and_nowhere_else(shop: GiftShop, store: Store) -> None:
    (a,) = store.opens(1)
    code = shop.sells(a, 500_00)
    receipt, slip = a.printer.slips[-1].split(FEED_AND_CUT)[:2]
    assert code.encode() not in receipt and f"****{code[-4:]}".encode() in receipt
    assert code.encode() in slip and f"{code[:5]}-{code[5:10]}-{code[10:]}".encode() in slip
    assert a.till.file.states(gift_codes.KEPT) == []
    a.meets()
    for entry in a.till.file.entries(1):
        assert code.encode() not in entry.record
    tables = ("giftcards_card", "giftcards_event", "rights_book", "receipts_receipt")
    for table in tables:
        found = store.cast.rows(f"SELECT t::text FROM {table} t")
        assert found and all(code not in str(row[0]) for row in found)


@pytest.mark.requirement("R-PAY-010", "OPP-007")
def test_the_voucher_books_a_debt_and_pays_it_off(shop: GiftShop, store: Store) -> None:
    (a,) = store.opens(1)
    code = shop.sells(a, 500_00)
    a.meets()
    a.rings("coffee")
    shop.redeems(a, code, 34_00)
    a.meets(2)
    a.counter.work_off()
    a.meets()
    closing.close_days(a.till, SAGA, a.till.today(), lambda delivery: None)
    report = a.bodies("day.closed")[-1]
    rows = {row.key: row.amount_minor for row in report.rows_of("gift_cards")}  # type: ignore[attr-defined]
    assert rows == {"issued": 500_00, "redeemed": -34_00}
    with inside(shop.company):
        books = accounting.books(shop.company)
    voucher = voucher_of(report, books.plan)  # type: ignore[arg-type]
    booked = {line.account: line.amount_minor for line in voucher.lines}
    assert booked["2421"] == -500_00 + 34_00
    assert booked["1580"] == 500_00
    assert sum(booked.values()) == 0


def test_a_till_taken_out_of_use_with_an_amount_leaves_it_frozen(
    shop: GiftShop, store: Store
) -> None:
    a, b = store.opens()
    code = shop.sells(a, 100_00)
    a.meets()
    b.rings("coffee", "mug")
    shop.redeems(b, code, 100_00)
    b.wire.loses = 1
    b.meets()
    assert shop.on_card(code) == (0, 100_00, 0)
    a.rings("coffee")
    shop.redeems(a, code, 34_00)
    a.meets(2)
    wish = giftcards.waited_for(a.till)
    assert wish is not None and wish.outcome in ("recalled", "held_by", HOLDER_AWAY)
    with inside(shop.company):
        key = shop.key(code)
        office_cards.credit_anew(shop.company, key, 50_00, "1", store.clock.utc_ms)
    assert shop.on_card(code) == (50_00, 100_00, 0)
    store.adds_up()


def test_cards_that_are_sold_are_no_turnover(shop: GiftShop, store: Store) -> None:
    (a,) = store.opens(1)
    shop.sells(a, 500_00)
    a.rings("coffee")
    a.pays()
    a.meets()
    sold = store.cast.rows("SELECT sum(gross_minor) FROM statistics_sold")
    hours = store.cast.rows("SELECT sum(receipts), sum(gross_minor) FROM statistics_receipts")
    assert sold == [(34_00,)] and hours == [(2, 34_00)]


@pytest.mark.requirement("R-RET-003", "OPP-007")
def test_goods_go_back_onto_the_card_and_by_the_ways_that_paid_also_at_another_till(
    shop: GiftShop, store: Store
) -> None:
    a, b = store.opens()
    code = shop.sells(a, 100_00)
    a.meets()
    a.rings("mug", "coffee")
    shop.redeems(a, code, 100_00)
    a.meets(2)
    a.pays()
    a.meets()
    sale = a.till.desk.finished
    assert sale is not None
    (found,) = returning.find(b.till, b.wire, a.designation, sale.receipts[0].number)
    for _ in range(2):  # Called back from the till that sold, then given.
        returning.want(b.till, ALVA, found.key)
        b.meets()
        a.meets(2)
        b.meets(2)
    for line, owed in ((1, 149_50), (2, 34_00)):
        returning.return_line(b.till, ALVA, store.tap(), 0, line, key=found.key)
        ways = [(part.name, part.amount_minor) for part in original_ways(b.till, b.till.file)]
        if line == 1:
            assert ways == [("Presentkort", 100_00), ("Kort", 49_50)]
            first = original_ways(b.till, b.till.file)[0]
            assert (first.key, first.card) == (shop.key(code), code[-4:])
            b.counter.refund_to_gift_card(ALVA, store.tap(), shop.method, first.key, 60_00)
            ways = [(part.name, part.amount_minor) for part in original_ways(b.till, b.till.file)]
            assert ways == [("Kort", 49_50)], "a card stands on a receipt once"
        else:
            assert ways == [("Kort", owed)], "what came back before is taken off its parts"
        b.pays()
        b.meets()
    assert shop.on_card(code) == (60_00, 0, 100_00)
    store.adds_up()


@pytest.mark.requirement("OPP-007")
def test_how_long_a_card_holds_is_set_at_the_office_and_stands_on_the_slip(
    shop: GiftShop, store: Store
) -> None:
    (a,) = store.opens(1)
    form = {"what": "validity", "method": str(shop.method), "months": "6"}
    assert store.cast.logged_in().post("/gift-cards", form).status_code == 200
    a.meets(2)
    code = shop.sells(a, 100_00)
    last_day = valid_until(a.till.today(), 6)
    slip = a.printer.slips[-1].split(FEED_AND_CUT)[1]
    assert b"till och med" in slip and last_day.encode() in slip
    a.meets()
    assert shop.looks(a, code).valid_until == last_day
    form["months"] = "0"
    assert store.cast.logged_in().post("/gift-cards", form).status_code == 200
    a.meets(2)
    code = shop.sells(a, 100_00)
    assert b"till och med" not in a.printer.slips[-1].split(FEED_AND_CUT)[1]
    a.meets()
    assert shop.looks(a, code).valid_until == ""


def test_a_screen_that_looks_between_grant_and_payment_looks_again(
    shop: GiftShop, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The part is paid in a commit after the grant's: a look in between is no end of the wait."""
    (a,) = store.opens(1)
    code = shop.sells(a, 100_00)
    a.meets()
    a.rings("coffee")
    seen: list[int] = []
    pay = giftcards._pay

    def looked_at(*call: object) -> None:
        waiting = gifts.waiting(a.counter)
        seen.append(waiting.poll_ms if waiting else 0)
        pay(*call)  # type: ignore[arg-type]

    monkeypatch.setattr(giftcards, "_pay", looked_at)
    shop.redeems(a, code, 30_00)
    a.meets(2)
    assert seen == [gifts.POLL_MS]
    assert paid(a) == [("Presentkort", 30_00)]
    assert gifts.waiting(a.counter) is None
