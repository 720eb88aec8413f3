"""Decisions that an office has forgotten, taken from journals in whatever order they come."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

from skrin.domain.rights import adopting, book, journaled, terms
from skrin.domain.rights.journaled import ReturnedLine, ReturnState
from skrin.domain.rights.orders import Refuse
from skrin.domain.rights.rows import Held, Post, Row
from skrin.domain.rights.terms import RightClaimed, RightDecided, RightGivenBack, RightMove

KEY = "SK1-1:5"
POSTS = {name: Post(name) for name in ("SK1-1", "SK2-1", "SK3-1")}


def state(quantity_milli: int) -> str:
    line = ReturnedLine(1, quantity_milli, quantity_milli // 10, 0)
    return journaled.state_text(ReturnState("r", (line,)))


def granted(came_back: int) -> RightDecided:
    text = state(came_back) if came_back else ""
    return RightDecided(1, "c", terms.RETURN, KEY, True, "", "", 1, 1, None, text)


def kept(came_back: int) -> RightMove:
    return RightMove(terms.KEPT, terms.RETURN, KEY, 1, 1, state(came_back))


BACK = RightGivenBack(terms.RETURN, KEY, 1, 1, terms.RECALLED)
JOURNALS = {
    "SK1-1": (kept(1000), BACK),
    "SK2-1": (granted(1000), kept(2000), BACK),
    "SK3-1": (granted(2000), kept(3000)),
}


def heard(row: Row, register: str) -> Row:
    """The row after all of a journal."""
    for fact in JOURNALS[register]:
        if isinstance(fact, RightDecided):
            after = adopting.adopt(row, POSTS, register, fact).row
        else:
            after = book.ingest(row, {}, register, fact, late=True).row
        assert after is not None
        row = after
        assert row.total == row.free + row.used + sum(one.amount for one in row.held)
    return row


def test_whoever_is_heard_first_the_last_has_it_and_what_came_back_is_the_most() -> None:
    for order in permutations(JOURNALS):
        row = adopting.unheard(terms.RETURN, KEY, 1)
        assert row.held == (Held("SK1-1", 1),)
        for register in order:
            row = heard(row, register)
        assert (row.free, row.held) == (0, (Held("SK3-1", 1),)), order
        assert journaled.return_state(row.state).returned[0].quantity_milli == 3000, order


def test_what_two_have_at_once_stays_below_nothing() -> None:
    row = adopting.unheard(terms.RETURN, KEY, 1)
    row = heard(heard(heard(row, "SK1-1"), "SK3-1"), "SK3-1")
    assert row.free == -1


def test_a_right_that_begins_after_it_was_granted_to_another_is_born_once() -> None:
    row = adopting.unheard(terms.PARKED, "cart", 1)
    decided = replace(granted(0), kind=terms.PARKED, key="cart")
    row = adopting.adopt(row, POSTS, "SK2-1", decided).row or row
    assert (row.total, row.free) == (0, -1)
    born = RightMove(terms.BORN, terms.PARKED, "cart", 1, 1)
    done = book.ingest(row, {}, "SK1-1", born, late=True)
    assert done.row is not None and not done.reports
    assert (done.row.total, done.row.free, done.row.held_by("SK1-1")) == (1, -1, 1)
    again = book.ingest(done.row, {}, "SK1-1", born, late=True)
    assert [report.what for report in again.reports] == [book.BORN_TWICE]


def test_a_break_that_a_grant_tells_of_is_done_and_its_old_holders_use_is_reported() -> None:
    row = Row(terms.PARKED, "cart", 1, 0, 1, 1)  # Its old holder was paid, and was heard first.
    taken_over = replace(granted(0), kind=terms.PARKED, key="cart", generation=2)
    done = adopting.adopt(row, POSTS, "SK2-1", taken_over)
    assert [report.what for report in done.reports] == [book.USED_AFTER_BREAK]
    assert done.row is not None
    assert (done.row.generation, done.row.free, done.row.used) == (2, 0, 0)
    assert done.row.held == (Held("SK2-1", 1),)
    assert adopting.adopt(done.row, POSTS, "SK3-1", decided_under(1)).row == done.row


def decided_under(generation: int) -> RightDecided:
    return replace(granted(0), kind=terms.PARKED, key="cart", generation=generation)


def test_what_is_free_is_never_told_below_nothing() -> None:
    """A till journals what it is told, and an amount below 0 is no amount."""
    row = heard(heard(adopting.unheard(terms.RETURN, KEY, 1), "SK1-1"), "SK3-1")
    row = heard(row, "SK3-1")
    assert row.free < 0
    posts = {name: Post(name) for name in ("SK1-1", "SK3-1", "SK4-1")}
    claim = RightClaimed("c9", terms.RETURN, KEY, 1, "cart")
    done = book.ingest(row, posts, "SK4-1", claim)
    refused = next(one.order for one in done.orders if one.register == "SK4-1")
    assert isinstance(refused, Refuse) and refused.free == 0
