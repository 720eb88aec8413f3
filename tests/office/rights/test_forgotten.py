"""What an office has forgotten that was put back to a backup: here tills whose journals know
answers that this office never gave, which is the same to it. The whole is in tests/town."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from tests.office.cast import Cast, enrol, swedish
from tests.office.journals import Journal

from skrin.domain.codec import decode
from skrin.domain.rights import adopting, terms
from skrin.domain.rights.rows import Held, Row
from skrin.domain.rights.terms import (
    GiftCardCredited,
    RightBroken,
    RightClaimed,
    RightDecided,
    RightGivenBack,
    RightMove,
    RightsMoved,
)
from skrin.office.load_examples import make_till
from skrin.office.rights import actions as rights
from skrin.office.rights import forgotten, storing
from skrin.office.rights import queries as rights_queries
from skrin.office.tenancy.wall import inside
from skrin.office.tills import actions as till_actions
from skrin.office.tills import queries as tills
from skrin.sync.messages import EnrolAnswer, ExchangeAnswer

pytestmark = pytest.mark.office

CARD = "card-of-a-customer"
NOW_MS = 1_790_000_000_000


@pytest.fixture
def other(cast: Cast) -> Journal:
    """A second till of the store."""
    made = make_till(cast.company, 1, "VK1-77", "Två")
    answer = decode(EnrolAnswer, enrol(str(made["code"])).content)
    return Journal(cast.company, answer.till, 1, "VK1-77", cast.methods).open()


def sends(cast: Cast, journal: Journal, orders_after: int, first: int = 1) -> ExchangeAnswer:
    """All that the journal has from `first` on, from a till that took so many orders."""
    exchange = journal.exchange(first)
    return cast.take(replace(exchange, head=replace(exchange.head, orders_after=orders_after)))


def claims(journal: Journal, claim_id: str, amount: int = 100) -> None:
    journal.append(
        "right.claimed", RightClaimed(claim_id, terms.GIFT_CARD, CARD, amount, f"cart {claim_id}")
    )


def was_granted(journal: Journal, order_no: int, claim_id: str, amount: int = 100) -> None:
    decided = RightDecided(
        *(order_no, claim_id, terms.GIFT_CARD, CARD, True, "", "", amount, 1, None, "")
    )
    journal.append("right.decided", decided)


def gives_back(journal: Journal, amount: int = 100, order_no: int = 0) -> None:
    back = RightGivenBack(terms.GIFT_CARD, CARD, 1, amount, terms.RECALLED, order_no)
    journal.append("right.given_back", back)


def uses(journal: Journal, amount: int = 100) -> None:
    for what in (terms.RESERVED, terms.USED):
        move = RightMove(what, terms.GIFT_CARD, CARD, 1, amount)
        journal.append("right.moved", RightsMoved((move,)))


def on_card(cast: Cast) -> tuple[int, int, int]:
    """Total, free and used of the card."""
    with inside(cast.company):
        row = rights_queries.row(cast.company, terms.GIFT_CARD, CARD)
    assert row is not None
    return row.total, row.free, row.used


def catches_up(cast: Cast) -> bool:
    with inside(cast.company):
        return rights_queries.catching_up(cast.company) is not None


def reported(cast: Cast) -> list[object]:
    return [row[0] for row in cast.rows("SELECT what FROM rights_report ORDER BY what")]


def sold(cast: Cast, journal: Journal, amount: int = 100) -> None:
    """The card is sold at this till."""
    journal.append("giftcard.credited", GiftCardCredited(CARD, amount, "sold", "r1"))


def test_the_till_that_was_granted_all_of_a_card_keeps_it_whoever_is_heard_first(
    cast: Cast, journal: Journal, other: Journal
) -> None:
    """The card is sold at one, granted to it, given back when the other asked, and used there."""
    sold(cast, journal)
    claims(journal, "a")
    was_granted(journal, 1, "a")
    gives_back(journal, order_no=2)
    claims(other, "b")
    was_granted(other, 1, "b")
    uses(other)

    answer = sends(cast, other, orders_after=1)
    assert answer.orders == ()  # Nothing is decided anew.
    assert on_card(cast) == (0, -100, 100)
    assert catches_up(cast) and reported(cast) == ["knows_more"]
    answer = sends(cast, journal, orders_after=2)
    assert answer.orders == () and on_card(cast) == (100, 0, 100)
    sends(cast, other, 1, first=len(other.records) + 1)
    assert not catches_up(cast) and reported(cast) == ["caught_up", "knows_more"]
    posts = cast.rows("SELECT last_order_no FROM rights_post ORDER BY last_order_no")
    assert posts == [(1,), (2,)]  # Numbers go on behind those that tills have had.


def test_what_was_given_twice_is_named_when_all_were_heard(
    cast: Cast, journal: Journal, other: Journal
) -> None:
    sold(cast, journal)
    sends(cast, journal, 0)
    claims(journal, "a")
    (order,) = sends(cast, journal, 0, first=3).orders
    assert order.kind == "grant"  # The office has no idea that it was put back.
    claims(other, "b")
    was_granted(other, 1, "b")
    sends(cast, other, 1)
    assert on_card(cast) == (100, -100, 0) and catches_up(cast)
    was_granted(journal, 1, "a")
    sends(cast, journal, 1, first=4)
    assert reported(cast) == ["caught_up", "granted_twice", "knows_more"]
    assert not catches_up(cast)
    page = cast.logged_in().get("/findings").content.decode()
    assert swedish("More was given to tills than there was") in page
    assert swedish("The office had forgotten something") in page


def test_nothing_is_granted_before_all_tills_were_heard_or_somebody_says_to_go_on(
    cast: Cast, journal: Journal, other: Journal
) -> None:
    sold(cast, journal)
    sends(cast, journal, 0)
    with inside(cast.company):
        assert forgotten.begin(cast.company, adopting.PERSON, 1)
    claims(journal, "a")
    (order,) = sends(cast, journal, 0, first=3).orders
    assert (order.kind, order.body["reason"]) == ("refuse", terms.CATCHING_UP)
    with inside(cast.company):
        nothing = rights.use_free(
            cast.company, terms.GIFT_CARD, CARD, 10, 1, lambda: pytest.fail("it was used")
        )
    assert not nothing
    browser = cast.logged_in()
    assert swedish("The office was put back to a backup, and waits for tills") in (
        browser.get("/").content.decode()
    )
    page = browser.get("/findings").content.decode()
    assert swedish("Whoever runs the office said so, %(when)s.").partition(",")[0] in page
    assert other.designation in page and journal.designation not in page
    assert swedish("A till will not come") in page
    assert swedish("Nothing to look at") not in page
    assert browser.post("/findings", {"go_on": "1"}).status_code == 302
    assert not catches_up(cast) and reported(cast) == ["caught_up", "not_heard"]
    page = browser.get("/findings").content.decode()
    assert swedish("A till was not heard after a backup was put back") in page
    assert swedish("The office was put back to a backup, and goes on without all tills") in page
    assert f"{other.designation}." in page, "who was not heard"
    claims(journal, "c")
    orders = sends(cast, journal, 1, first=4).orders
    # The till has taken the refusal without an entry of it: its claim waits for that.
    assert orders == ()
    refused = RightDecided(
        *(1, "a", terms.GIFT_CARD, CARD, False, terms.CATCHING_UP, "", 0, 0, None, "")
    )
    journal.append("right.decided", refused)
    (order,) = sends(cast, journal, 1, first=5).orders
    assert (order.kind, order.body["claim_id"]) == ("grant", "c")
    assert not catches_up(cast)


def test_a_till_that_is_taken_out_of_use_unheard_is_not_waited_for_and_named(
    cast: Cast, journal: Journal, other: Journal
) -> None:
    sends(cast, journal, 0)
    with inside(cast.company):
        assert forgotten.begin(cast.company, adopting.BACKUP, NOW_MS)
        gone = tills.known_till(cast.company, other.till)
        assert gone is not None
        doer = till_actions.Doer(0, "Saga", NOW_MS + 1)
        till_actions.take_out_of_use(cast.company, gone.number, "lost", "Stulen", doer)
    sends(cast, journal, 0)
    assert not catches_up(cast)
    named = sorted(cast.rows("SELECT register, what FROM rights_report"))
    assert named == [("", "caught_up"), (f"{other.till}-{other.store}", "not_heard")]


def test_a_till_that_goes_on_behind_what_the_office_has_shows_that_it_forgot(
    cast: Cast, journal: Journal
) -> None:
    journal.sale(cast.articles["coffee"])
    answer = sends(cast, journal, 0, first=3)
    assert answer.head_seq == 0 and catches_up(cast)
    sends(cast, journal, 0)
    assert reported(cast) == ["caught_up", "knows_more"]


def test_a_recall_under_a_number_that_a_till_has_had_goes_out_again(
    cast: Cast, journal: Journal, other: Journal
) -> None:
    """The till took order 2 before the backup was put back; the office numbers a recall so now."""
    sold(cast, journal)
    claims(journal, "a")
    sends(cast, journal, 0)
    was_granted(journal, 1, "a")
    sends(cast, journal, 1, first=4)
    claims(other, "b")
    sends(cast, other, 0)
    orders = cast.rows("SELECT order_no, kind FROM rights_order WHERE kind = 'recall'")
    assert orders == [(2, "recall")] and not catches_up(cast)
    claims(journal, "x", 7)
    decided = RightDecided(
        *(2, "x", terms.GIFT_CARD, CARD, False, terms.TOO_LITTLE, "", 0, 0, None, "")
    )
    journal.append("right.decided", decided)
    (again,) = sends(cast, journal, 2, first=5).orders
    assert (again.order_no, again.kind, again.body["key"]) == (3, "recall", CARD)
    gives_back(journal, order_no=3)
    sends(cast, journal, 3, first=7)
    assert on_card(cast) == (100, 100, 0)


def test_a_decision_without_a_claim_of_that_till_gives_nothing(
    cast: Cast, journal: Journal
) -> None:
    sold(cast, journal)
    was_granted(journal, 1, "never asked")
    sends(cast, journal, 1)
    assert on_card(cast) == (100, 100, 0)


def test_a_list_that_was_changed_as_often_has_another_tag(cast: Cast, journal: Journal) -> None:
    from skrin.office.rights import storing

    tags = set()
    for _ in range(2):
        with inside(cast.company), connection.cursor() as cursor:
            cursor.execute("DELETE FROM rights_store WHERE store = 1")
            storing.list_changed(cast.company, 1)
            shared = rights_queries.for_till(cast.company, journal.till, 1, 0, "", 1)
        tags.add(shared.parked_tag)
    assert len(tags) == 2 and all(tag.startswith("1.") for tag in tags)


def test_the_answer_tells_which_registers_are_published(cast: Cast, journal: Journal) -> None:
    answer = sends(cast, journal, 0)
    found = cast.rows(
        "SELECT number, digest FROM publication_edition WHERE store = 1"
        " ORDER BY number DESC LIMIT 1"
    )
    assert found == [(answer.publication, answer.publication_digest)]


# A parked receipt that was taken over, and the office has forgotten it.

CART = "cart-of-a-customer"


def parks(journal: Journal) -> None:
    born = RightMove(terms.BORN, terms.PARKED, CART, 1, 1)
    journal.append("right.moved", RightsMoved((born,)))


def took_over(journal: Journal, order_no: int) -> None:
    claim = RightClaimed("b", terms.PARKED, CART, 1, "another cart", 1)
    journal.append("right.claimed", claim)
    decided = RightDecided(
        *(order_no, "b", terms.PARKED, CART, True, "", "", 1, 2, None, ""),
    )
    journal.append("right.decided", decided)


def parked_row(cast: Cast) -> Row:
    with inside(cast.company):
        row = rights_queries.row(cast.company, terms.PARKED, CART)
    assert row is not None
    return row


@pytest.mark.parametrize("is_born_late", [False, True])
def test_the_old_holder_of_a_parked_receipt_is_told_again_that_it_was_taken_over(
    cast: Cast, journal: Journal, other: Journal, is_born_late: bool
) -> None:
    """The order that told it was forgotten with the rest, and may never have reached it."""
    parks(journal)
    if not is_born_late:
        sends(cast, journal, 0)
    took_over(other, 1)
    sends(cast, other, 1)
    (order,) = sends(cast, journal, 0).orders
    assert (order.kind, order.body["generation"]) == ("broken", 2)
    assert other.designation in order.body["by"]
    row = parked_row(cast)
    assert (row.generation, row.free, row.held_by(f"{other.till}-1")) == (2, 0, 1)


def test_a_taking_over_that_only_the_old_holder_was_told_of_leaves_the_receipt_free(
    cast: Cast, journal: Journal, other: Journal
) -> None:
    parks(journal)
    sends(cast, journal, 0)
    journal.append("right.broken", RightBroken(1, terms.PARKED, CART, 2, "Eva, Två"))
    sends(cast, journal, 1, first=3)
    row = parked_row(cast)
    assert (row.generation, row.free, row.held) == (2, 1, ())
    assert catches_up(cast) and reported(cast) == ["knows_more"]
    sends(cast, other, 0)
    assert not catches_up(cast)
    other.append("right.claimed", RightClaimed("c", terms.PARKED, CART, 1, "another cart"))
    (order,) = sends(cast, other, 0, first=2).orders
    assert (order.kind, order.body["generation"]) == ("grant", 2)


def test_a_journal_takes_nothing_from_others_by_saying_that_it_was_taken_over(
    cast: Cast, journal: Journal, other: Journal
) -> None:
    parks(journal)
    sends(cast, journal, 0)
    other.append("right.broken", RightBroken(1, terms.PARKED, CART, 7, "nobody"))
    sends(cast, other, 1)
    row = parked_row(cast)
    assert (row.generation, row.free, row.held) == (1, 0, (Held(f"{journal.till}-1", 1),))


def test_reports_of_one_till_never_take_each_others_place(
    cast: Cast, journal: Journal, other: Journal
) -> None:
    """What was given twice is placed behind all reports, what comes later behind that."""
    register = f"{other.till}-1"
    with inside(cast.company):
        row = Row(terms.GIFT_CARD, CARD, 100, -100, 0, 1, (Held(register, 200),))
        storing.save(cast.company, 1, row, None, NOW_MS)
        for turn in range(3):
            forgotten.begin(cast.company, adopting.PERSON, NOW_MS + turn)
            forgotten.note_heard(cast.company, f"{journal.till}-1", 0, NOW_MS + turn)
            forgotten.end(cast.company, NOW_MS + turn)
    assert reported(cast) == ["caught_up"] * 3 + ["granted_twice"] * 3 + ["not_heard"] * 3
    rows = cast.rows(f"SELECT place FROM rights_report WHERE register = '{register}'")
    assert len(set(rows)) == 6
