"""The rules of rights, one by one, in the words of the trade."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.domain.rights.shop import Shop
from tests.domain.rights.world import for_the_office

from skrin.domain.refusal import Refusal
from skrin.domain.rights import book, deciding, hold, orders, terms
from skrin.domain.rights.hold import Hold
from skrin.domain.rights.orders import Broken, Grant, Order, Recall, Refuse
from skrin.domain.rights.rows import Row
from skrin.domain.rights.terms import (
    COPY,
    GIFT_CARD,
    PARKED,
    RETURN,
    SEAT,
    GiftCardCredited,
    LeaseEnded,
    RightBroken,
    RightClaimed,
    RightDecided,
    RightGivenBack,
    RightMove,
)

FIRST = terms.FIRST_GENERATION


def card(amount: int = 200_00) -> Shop:
    return Shop(GIFT_CARD, row=book.open_row(GIFT_CARD, "k", amount))


def parked_at_a() -> Shop:
    """A parked cart of 3 goods, made at A, known to the office."""
    shop = Shop(PARKED)
    shop["A"].does(hold.bear(shop["A"].hold, 1, "3 goods"))
    shop.uploads("A")
    return shop


def refused(facts: list[terms.Fact]) -> tuple[str, str, int]:
    """The last refusal among what a till journaled: reason, holder, what is free."""
    no = [fact for fact in facts if isinstance(fact, RightDecided) and not fact.granted][-1]
    return no.reason, no.holder, no.amount


def row_of(shop: Shop) -> Row:
    assert shop.row is not None
    return shop.row


def test_rule_1_a_signed_receipt_bears_its_copy_at_its_till() -> None:
    shop = Shop(COPY)
    facts = shop["A"].does(hold.bear(shop["A"].hold, 1))
    assert facts == (RightMove("born", COPY, "k", FIRST, 1),)
    assert shop["A"].hold.have == 1, "it lies here from that commit, office or not"
    assert shop.row is None
    shop.uploads("A")
    assert shop.row == Row(COPY, "k", 1, 0, 0, FIRST, shop.row.held) and shop.row.held_by("A") == 1
    with pytest.raises(AssertionError):
        hold.bear(shop["A"].hold, 1)


def test_rule_1_no_claim_ever_makes_a_row() -> None:
    shop = Shop(COPY)
    shop["A"].does(hold.bear(shop["A"].hold, 1))
    shop.asks("B")
    assert refused(shop.exchanges("B")) == (terms.NOT_HERE_YET, "", 0)
    assert shop.row is None


def test_rule_1_a_card_that_a_till_issued_gets_its_row_from_the_entry_of_its_sale() -> None:
    shop = Shop(GIFT_CARD)
    shop["A"].journal.append(GiftCardCredited("k", 500_00, "issued", "r1"))
    shop.uploads("A")
    assert (row_of(shop).total, row_of(shop).free) == (500_00, 500_00)
    assert shop["A"].hold.have == 0


def test_rule_1_a_right_born_twice_is_reported_and_changes_nothing() -> None:
    shop = parked_at_a()
    before = shop.row
    shop["B"].journal.append(RightMove("born", PARKED, "k", FIRST, 1, "else"))
    done = book.ingest(shop.row, shop.posts, "B", shop["B"].journal[0])
    assert done.row == before
    assert [report.what for report in done.reports] == [book.BORN_TWICE]


def test_rule_2_asking_is_an_entry_and_only_one_is_open() -> None:
    shop = card()
    shop.asks("A", 100_00)
    assert shop["A"].journal == [RightClaimed("A0", GIFT_CARD, "k", 100_00, "cart A")]
    shop.asks("A", 100_00)
    assert len(shop["A"].journal) == 1, "asking for the same again is the same claim"
    with pytest.raises(Refusal, match="asking"):
        shop.asks("A", 50_00)


def test_rule_2_offline_no_claim_is_made() -> None:
    with pytest.raises(Refusal) as no:
        hold.ask(Hold(GIFT_CARD, "k"), "c1", 1, "cart", online=False)
    assert no.value.code == "office_away"


def test_rule_3_a_claim_is_granted_whole_or_refused() -> None:
    shop = card(200_00)
    shop.gets("A", 80_00)
    assert (row_of(shop).free, row_of(shop).held_by("A")) == (120_00, 80_00)
    shop.asks("B", 150_00)
    assert refused(shop.exchanges("B")) == (terms.TOO_LITTLE, "A", 120_00)
    assert row_of(shop).free == 120_00, "the whole amount or nothing"
    shop.gets("B", 120_00)


def test_rule_3_a_refusal_recalls_from_each_other_holder_once() -> None:
    shop = card(100_00)
    shop.gets("A", 60_00)
    shop.gets("B", 40_00)
    shop.asks("C", 100_00)
    shop.uploads("C")
    recalls = {name: [wire.kind for wire in shop.orders[name]] for name in "ABC"}
    assert recalls == {"A": ["grant", "recall"], "B": ["grant", "recall"], "C": ["refuse"]}
    shop.takes_orders("C")
    shop.asks("C", 100_00)
    shop.uploads("C")
    assert [len(shop.orders[name]) for name in "ABC"] == [2, 2, 2], "an open recall is not doubled"
    for name in "AB":
        shop.exchanges(name)
    shop.takes_orders("C")
    shop.gets("C", 100_00)


def test_rule_3_the_reason_says_what_can_be_done() -> None:
    shop = parked_at_a()
    shop["A"].does(hold.reserve(shop["A"].hold, 1))
    shop.asks("B")
    assert refused(shop.exchanges("B")) == (terms.IS_RECALLED, "A", 0)
    shop.exchanges("A")
    shop.asks("B")
    assert refused(shop.exchanges("B")) == (terms.HELD_BY, "A", 0), "it answered: on its screen"
    shop["A"].does(hold.use(shop["A"].hold, 1))
    shop.exchanges("A")
    shop.asks("B")
    assert refused(shop.exchanges("B")) == (terms.USED_UP, "", 0)
    assert row_of(shop).state == shop["A"].hold.state == "3 goods"


def test_rule_3_the_holder_that_can_answer_is_named() -> None:
    shop = card(100)
    shop.gets("A", 60)
    shop.gets("B", 40)
    shop["A"].does(hold.reserve(shop["A"].hold, 60))
    shop.asks("C", 100)
    shop.exchanges("C")
    shop.exchanges("A")
    shop.asks("C", 100)
    assert refused(shop.exchanges("C")) == (terms.IS_RECALLED, "B", 0), "A has it in a cart"
    shop.posts["A"] = book.retire(shop.posts["A"])
    shop.asks("C", 100)
    assert refused(shop.exchanges("C")) == (terms.IS_RECALLED, "B", 0), "A is out of use"


def test_rule_3_a_holder_that_got_more_is_asked_anew() -> None:
    shop = card(100)
    shop.gets("A", 60)
    shop["A"].does(hold.reserve(shop["A"].hold, 60))
    shop.asks("B", 100)
    assert refused(shop.exchanges("B")) == (terms.TOO_LITTLE, "A", 40)
    shop.exchanges("A")
    shop.gets("A", 40)
    shop.asks("B", 100)
    assert refused(shop.exchanges("B")) == (terms.IS_RECALLED, "A", 0), "40 of it lies idle there"


def test_rule_4_orders_are_taken_in_number_order_once() -> None:
    shop = card()
    shop.asks("A", 10_00)
    shop.uploads("A")
    wire = shop.orders["A"][0]
    order = orders.read_order(wire.order_no, wire.kind, wire.body)
    early = replace(order, order_no=2)
    held = shop["A"].hold
    assert hold.apply_order(held, 0, early) == ((), held)
    facts, after = hold.apply_order(held, 0, order)
    assert after.have == 10_00 and after.claim is None
    assert [terms.order_no_of(fact) for fact in facts] == [1]
    assert hold.apply_order(after, 1, order) == ((), after), "a doubled order changes nothing"


def test_rule_4_what_is_no_longer_wanted_is_given_back_in_the_same_commit() -> None:
    shop = card()
    shop.asks("A", 10_00)
    shop["A"].does(hold.go_on_without(shop["A"].hold))
    shop.uploads("A")
    facts = shop.takes_orders("A")
    assert [type(fact) for fact in facts] == [RightDecided, RightGivenBack]
    assert shop["A"].hold.have == 0 and shop["A"].hold.claim is None
    shop.uploads("A")
    assert row_of(shop).free == 200_00


def test_rule_4_asking_again_makes_the_open_claim_wanted() -> None:
    shop = card()
    shop.asks("A", 10_00)
    shop["A"].does(hold.go_on_without(shop["A"].hold))
    shop.asks("A", 10_00)
    shop.exchanges("A")
    assert shop["A"].hold.have == 10_00
    assert sum(isinstance(fact, RightClaimed) for fact in shop["A"].journal) == 1


def test_rule_5_using_names_what_was_used_and_has_no_way_back() -> None:
    shop = card()
    shop.gets("A", 30_00)
    shop["A"].does(hold.reserve(shop["A"].hold, 30_00))
    facts = shop["A"].does(hold.use(shop["A"].hold, 30_00))
    assert facts == (RightMove("used", GIFT_CARD, "k", FIRST, 30_00),)
    assert (shop["A"].hold.have, shop["A"].hold.reserved) == (0, 0)
    assert row_of(shop).used == 0, "until it is ingested the book calls it held"
    shop.uploads("A")
    assert (row_of(shop).used, row_of(shop).held) == (30_00, ())
    with pytest.raises(AssertionError):
        hold.use(shop["A"].hold, 1)


def test_rule_5_only_what_lies_here_can_be_reserved() -> None:
    with pytest.raises(Refusal) as no:
        hold.reserve(Hold(GIFT_CARD, "k", have=5, generation=FIRST), 6)
    assert no.value.code == "too_little"


def test_rule_6_a_recall_takes_what_is_idle_and_never_what_is_reserved() -> None:
    shop = card(100_00)
    shop.gets("A", 100_00)
    shop["A"].does(hold.reserve(shop["A"].hold, 70_00))
    shop.asks("B", 100_00)
    shop.uploads("B")
    facts = shop.exchanges("A")
    assert facts == [RightGivenBack(GIFT_CARD, "k", FIRST, 30_00, terms.RECALLED, 2)]
    assert shop["A"].hold.reserved == 70_00
    assert (row_of(shop).free, row_of(shop).held_by("A")) == (30_00, 70_00)


def test_rule_6_the_answer_may_be_nothing_and_is_journaled_with_the_number() -> None:
    shop = parked_at_a()
    shop["A"].does(hold.reserve(shop["A"].hold, 1))
    shop.asks("B")
    shop.uploads("B")
    assert shop.exchanges("A") == [RightGivenBack(PARKED, "k", FIRST, 0, terms.RECALLED, 1)]
    assert row_of(shop).held[0].recall_no == 0, "the recall is answered"


def test_rule_7_only_used_and_given_back_lower_a_hold() -> None:
    row = book.open_row(GIFT_CARD, "k", 100)
    shop = Shop(GIFT_CARD, row=row)
    shop.gets("A", 100)
    held = row_of(shop)
    posts = shop.posts | {"A": book.retire(shop.posts["A"])}
    never: list[terms.Fact] = [
        RightMove(what, GIFT_CARD, "k", FIRST, 100)
        for what in (terms.RESERVED, terms.CANCELLED, terms.WANTED, terms.UNWANTED)
    ]
    never += [
        RightDecided(2, "c", GIFT_CARD, "k", True, "", "", 100, FIRST, None, ""),
        RightBroken(2, GIFT_CARD, "k", 2, "B"),
        LeaseEnded(GIFT_CARD, "k", FIRST, 1),
    ]
    for fact in never:
        assert book.ingest(held, posts, "A", fact).row == held, fact
        assert not for_the_office((fact,))
    used = RightMove(terms.USED, GIFT_CARD, "k", FIRST, 100)
    back = RightGivenBack(GIFT_CARD, "k", FIRST, 100, terms.BY_WISH)
    for fact in (used, back):
        lowered = book.ingest(held, posts, "A", fact).row
        assert lowered and lowered.held_by("A") == 0 and lowered.adds_up()
        assert for_the_office((fact,))


def test_rule_7_more_than_was_held_is_reported_and_the_book_still_adds_up() -> None:
    shop = card(100)
    shop.gets("A", 40)
    used = RightMove(terms.USED, GIFT_CARD, "k", FIRST, 50)
    done = book.ingest(shop.row, shop.posts, "A", used)
    assert done.row and done.row.adds_up() and done.row.used == 40
    assert [report.what for report in done.reports] == [book.OVER_HOLD]


def leased() -> Shop:
    """100 leased to A until 1 000, beforehand: no cart waits for it."""
    shop = card(100)
    shop["A"].does(hold.ask(shop["A"].hold, "c", 100, "", online=True))
    shop.uploads("A", until_utc_ms=1_000)
    shop.takes_orders("A")
    return shop


def test_rule_8_a_lease_ends_at_the_till_and_the_rest_goes_back() -> None:
    shop = leased()
    assert shop["A"].hold.until_utc_ms == 1_000
    shop["A"].does(hold.reserve(shop["A"].hold, 30))
    with pytest.raises(Refusal, match="lease_over"):
        hold.reserve(shop["A"].hold, 10, lease_runs=False)
    facts = shop["A"].does(hold.end_lease(shop["A"].hold))
    assert facts == (
        LeaseEnded(GIFT_CARD, "k", FIRST, 1_000),
        RightGivenBack(GIFT_CARD, "k", FIRST, 70, terms.LEASE_ENDED),
    )
    with pytest.raises(Refusal, match="lease_over"):
        hold.reserve(shop["A"].hold, 10)
    shop["A"].does(hold.use(shop["A"].hold, 30))
    shop.uploads("A")
    assert (row_of(shop).free, row_of(shop).used) == (70, 30), "what was reserved may finish"


def test_rule_8_what_is_granted_to_a_cart_leaves_the_end_of_the_lease() -> None:
    shop = leased()
    shop.row = book.credit(row_of(shop), 50)
    shop.gets("A", 50)
    assert (shop["A"].hold.have, shop["A"].hold.until_utc_ms) == (150, 1_000)


def test_rule_8_the_office_frees_nothing_by_time() -> None:
    shop = leased()
    shop.asks("B", 100)
    shop.uploads("B", until_utc_ms=9_999_999)
    assert row_of(shop).held_by("A") == 100
    assert row_of(shop).free == 0


def test_rule_9_a_refund_is_a_new_amount_at_the_office_never_in_the_hold() -> None:
    shop = card(100)
    shop.gets("A", 100)
    shop["A"].does(hold.reserve(shop["A"].hold, 100))
    shop["A"].does(hold.use(shop["A"].hold, 100))
    credited = GiftCardCredited("k", 60, "refund", "r9")
    shop["A"].does(((credited,), hold.fold(shop["A"].hold, credited)))
    assert shop["A"].hold.have == 0
    shop.uploads("A")
    assert (row_of(shop).total, row_of(shop).free, row_of(shop).used) == (160, 60, 100)
    shop.gets("A", 60)


def test_rule_9_a_returned_seat_is_free_at_the_office() -> None:
    shop = Shop(SEAT, row=book.open_row(SEAT, "k", 2))
    shop.gets("A", 2)
    shop["A"].does(hold.reserve(shop["A"].hold, 2))
    shop["A"].does(hold.use(shop["A"].hold, 2))
    shop["B"].journal.append(RightMove(terms.CREDITED, SEAT, "k", FIRST, 1))
    shop.uploads("A")
    shop.uploads("B")
    assert (row_of(shop).total, row_of(shop).free) == (3, 1), "capacity 2, sold 2, one came back"


def test_rule_10_the_state_travels_with_the_token() -> None:
    shop = Shop(RETURN)
    shop["A"].does(hold.bear(shop["A"].hold, 1, '{"1":0}'))
    shop["A"].does(hold.reserve(shop["A"].hold, 1))
    shop["A"].does(hold.keep(shop["A"].hold, '{"1":1000}'))
    shop.asks("B")
    shop.uploads("B")
    shop.exchanges("A")
    shop.takes_orders("B")
    shop.asks("B")
    shop.exchanges("B")
    shop.exchanges("A")
    shop.gets("B")
    assert shop["B"].hold.state == '{"1":1000}', "what A returned is known to B"
    shop["B"].does(hold.reserve(shop["B"].hold, 1))
    shop["B"].does(hold.use(shop["B"].hold, 1, '{"1":2000}'))
    shop.uploads("B")
    assert row_of(shop).state == '{"1":2000}' and row_of(shop).used == 1


def broken_by_b() -> Shop:
    shop = parked_at_a()
    shop.asks("B", seen_generation=FIRST)
    shop.exchanges("B")
    return shop


def test_rule_11_a_break_moves_the_token_under_a_new_generation() -> None:
    shop = broken_by_b()
    assert shop["B"].hold.have == 1 and shop["B"].hold.generation == 2
    assert shop["B"].hold.state == "3 goods"
    assert (row_of(shop).generation, row_of(shop).held_by("A")) == (2, 0)
    assert [report.what for report in shop.reports] == [deciding.TAKEN_OVER]
    shop.exchanges("A")
    assert shop["A"].hold.have == 0 and shop["A"].hold.state == "3 goods", "it stays readable"
    with pytest.raises(Refusal) as no:
        hold.reserve(shop["A"].hold, 1)
    assert (no.value.code, no.value.values) == ("broken", {"by": "B"})


def test_rule_11_what_the_old_holder_gives_back_or_uses_late_never_touches_the_book() -> None:
    for late in (hold.use, hold.give_back):
        shop = parked_at_a()
        if late is hold.use:
            shop["A"].does(hold.reserve(shop["A"].hold, 1))
        shop["A"].does(late(shop["A"].hold, 1))
        shop.asks("B", seen_generation=FIRST)
        shop.exchanges("B")
        before = shop.row
        shop.exchanges("A")
        assert shop.row == before
        whats = [report.what for report in shop.reports]
        late_report = [book.USED_AFTER_BREAK] if late is hold.use else []
        assert whats == [deciding.TAKEN_OVER, *late_report]


def test_rule_11_an_edit_under_an_old_generation_is_reported() -> None:
    shop = parked_at_a()
    shop["A"].does(hold.reserve(shop["A"].hold, 1))
    shop["A"].does(hold.keep(shop["A"].hold, "4 goods"))
    shop.asks("B", seen_generation=FIRST)
    shop.exchanges("B")
    shop.exchanges("A")
    assert [report.what for report in shop.reports] == [
        deciding.TAKEN_OVER,
        book.EDITED_AFTER_BREAK,
    ]
    assert row_of(shop).state == "3 goods"


def test_rule_11_a_cart_in_payment_may_end_or_is_set_aside() -> None:
    for ends in (hold.cancel, lambda held: hold.use(held, 1)):
        shop = parked_at_a()
        shop["A"].does(hold.reserve(shop["A"].hold, 1))
        shop.asks("B", seen_generation=FIRST)
        shop.exchanges("B")
        shop.exchanges("A")
        with pytest.raises(Refusal, match="broken"):
            hold.check_payable(shop["A"].hold)
        shop["A"].does(ends(shop["A"].hold))
        shop.exchanges("A")
        assert (shop["A"].hold.have, shop["A"].hold.reserved) == (0, 0)
        assert row_of(shop).held_by("B") == 1


def test_rule_11_a_break_that_comes_too_late_is_an_ordinary_claim() -> None:
    shop = broken_by_b()
    shop.asks("C", seen_generation=FIRST)
    assert refused(shop.exchanges("C")) == (terms.IS_RECALLED, "B", 0)
    assert row_of(shop).generation == 2


def test_rule_11_who_gets_it_back_is_no_longer_told_that_it_was_taken_over() -> None:
    shop = broken_by_b()
    shop.exchanges("A")
    shop["B"].does(hold.give_back(shop["B"].hold, 1))
    shop.uploads("B")
    shop.gets("A")
    assert shop["A"].hold.broken_by == ""
    shop["A"].does(hold.reserve(shop["A"].hold, 1))
    hold.check_payable(shop["A"].hold)


def test_rule_11_only_a_parked_receipt_can_be_broken() -> None:
    shop = Shop(RETURN)
    shop["A"].does(hold.bear(shop["A"].hold, 1, "{}"))
    shop.uploads("A")
    shop.asks("B", seen_generation=FIRST)
    assert refused(shop.exchanges("B")) == (terms.IS_RECALLED, "A", 0)


def test_rule_11_nothing_under_an_old_generation_comes_back() -> None:
    """By order numbers these never meet; a fold that met them would still not count them."""
    old = Hold(PARKED, "k", have=1, generation=FIRST)
    granted = RightDecided(3, "c", PARKED, "k", True, "", "", 1, 2, None, "")
    assert hold.fold(old, granted).have == 1
    newer = Hold(PARKED, "k", have=1, generation=3)
    assert hold.fold(newer, RightBroken(3, PARKED, "k", 2, "B")) == newer
    facts, after = hold.apply_order(newer, 2, Recall(3, PARKED, "k", 2))
    assert facts == (RightGivenBack(PARKED, "k", 2, 0, terms.RECALLED, 3),)
    assert after == newer


def test_rule_12_what_a_retired_till_held_is_frozen() -> None:
    shop = card(100)
    shop.gets("A", 60)
    shop.posts["A"] = book.retire(shop.posts["A"])
    shop.gets("B", 40)
    shop["B"].does(hold.reserve(shop["B"].hold, 40))
    shop["B"].does(hold.use(shop["B"].hold, 40))
    shop.asks("B", 60)
    assert refused(shop.exchanges("B")) == (terms.FROZEN, "A", 0)
    assert [wire.kind for wire in shop.orders["A"]] == ["grant"], "a retired till is not recalled"
    shop.asks("A", 1)
    assert refused(shop.exchanges("A")) == (terms.STOPPED, "", 0)
    shop["A"].does(hold.reserve(shop["A"].hold, 50))
    shop["A"].does(hold.use(shop["A"].hold, 50))
    shop.uploads("A")
    assert (row_of(shop).used, row_of(shop).held_by("A")) == (90, 10), "late entries still count"


def test_rule_12_a_frozen_parked_receipt_can_be_broken() -> None:
    shop = parked_at_a()
    shop.posts["A"] = book.retire(shop.posts["A"])
    shop.asks("B", seen_generation=FIRST)
    shop.exchanges("B")
    assert shop["B"].hold.have == 1


def test_rule_13_the_office_takes_what_is_free_or_recalls() -> None:
    shop = Shop(COPY)
    shop["A"].does(hold.bear(shop["A"].hold, 1))
    shop.uploads("A")
    could, done = book.take(row_of(shop), shop.posts, 1)
    assert not could
    shop.stores(done)
    shop.exchanges("A")
    could, done = book.take(row_of(shop), shop.posts, 1)
    assert could and done.row and (done.row.used, done.row.free) == (1, 0)


def test_rule_14_a_stopped_chain_ends_the_claim_and_a_later_grant_is_unwanted() -> None:
    shop = card()
    shop.asks("A", 10_00)
    facts = shop["A"].does(hold.end_claim(shop["A"].hold))
    assert refused(list(facts)) == (terms.STOPPED, "", 0)
    assert terms.order_no_of(facts[0]) == 0, "it is no order's entry"
    with pytest.raises(Refusal, match="stopped"):
        hold.ask(shop["A"].hold, "c9", 1, "cart", online=True, stopped=True)
    shop.exchanges("A")
    assert shop["A"].hold.have == 0
    assert row_of(shop).free == 200_00


def test_the_next_exchange_is_soon_while_somebody_waits() -> None:
    assert [book.next_exchange_ms(*waits) for waits in ((True, True), (False, True))] == [500, 1000]
    assert book.next_exchange_ms(False, False) == 5000


def test_an_app_learns_which_rows_and_posts_to_load() -> None:
    shop = card(100)
    shop.gets("A", 60)
    assert book.concerned(shop.row, "C") == {"A", "C"}
    assert book.concerned(None, "C") == {"C"}
    assert terms.right_of(GiftCardCredited("k7", 1, "issued", "r")) == (GIFT_CARD, "k7")
    nothing_back = RightGivenBack(PARKED, "k", FIRST, 0, terms.RECALLED, 4)
    assert terms.right_of(nothing_back) == (PARKED, "k")


ORDERS: list[Order] = [
    Grant(1, "c1", GIFT_CARD, "k", 5, 1, None, ""),
    Grant(2, "c1", GIFT_CARD, "k", 5, 1, 0, "{}"),
    Refuse(3, "c2", RETURN, "k", terms.HELD_BY, "T1-2", 7),
    Recall(4, COPY, "k", 1),
    Broken(5, PARKED, "k", 2, "T1-2"),
]


@pytest.mark.parametrize("order", ORDERS)
def test_an_order_goes_over_the_wire_and_back(order: Order) -> None:
    number, kind, fields = orders.fields_of(order)
    assert orders.read_order(number, kind, fields) == order
    for name in fields:
        if name != "until_utc_ms":
            less = {key: value for key, value in fields.items() if key != name}
            with pytest.raises(ValueError, match=name):
                orders.read_order(number, kind, less)


@pytest.mark.parametrize("wrong", [("grasp", {}), ("recall", {"kind": 1, "key": "k"})])
def test_an_order_that_cannot_be_read_is_not_guessed(wrong: tuple[str, orders.Fields]) -> None:
    with pytest.raises(ValueError, match="an order"):
        orders.read_order(1, *wrong)
