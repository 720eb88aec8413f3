"""The office's side: one row of the book per right, moved only by what journals say.

`total = free + held + used`, always. Every claim is decided at once, when its entry is ingested,
from what is free (rule 3). Only used and given back *entries* of a register lower what it holds:
no clock, message or retirement does (rule 7); a break moves it under a new generation (rule 11).
A fact touches one right, so an app loads the row of `terms.right_of(fact)` and the posts of
`concerned(row, register)`, calls `ingest` and writes row, orders and reports in one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from skrin.domain.rights import adopting, deciding, terms
from skrin.domain.rights.rows import (
    USED_AFTER_BREAK,
    Held,
    Ingested,
    Post,
    Report,
    Row,
    lower,
    raise_held,
)
from skrin.domain.rights.terms import (
    Fact,
    GiftCardCredited,
    RightClaimed,
    RightGivenBack,
    RightMove,
)

EDITED_AFTER_BREAK = "edited_after_break"
OVER_HOLD, BORN_TWICE, UNKNOWN_RIGHT = "over_hold", "born_twice", "unknown_right"
"""What a person at the office must look at. The last three never happen with honest journals."""


def ingest(
    row: Row | None,
    posts: Mapping[str, Post],
    register: str,
    fact: Fact,
    *,
    until_utc_ms: int | None = None,
    forbidden: str = "",
    late: bool = False,
) -> Ingested:
    """The row after one more fact of `register`, with the orders and reports that follow.

    The caller takes each journal strictly in order, an entry once (D26). `until_utc_ms` is the end
    that a grant of this claim gets: a lease. `forbidden`: why a claim of this right is refused
    whatever is free (a blocked card). `late`: other journals may have told already of what came
    after this (`adopting`). Facts that only the till counts change nothing.
    """
    if isinstance(fact, RightClaimed):
        if forbidden and row:
            return deciding.refuse(row, posts, register, fact, forbidden)
        return deciding.decide(row, posts, register, fact, until_utc_ms)
    if isinstance(fact, RightGivenBack):
        return _given_back(row, register, fact)
    if isinstance(fact, GiftCardCredited):
        return Ingested(_credited_card(row, fact.key, fact.amount))
    if isinstance(fact, RightMove):
        return _moved(row, posts, register, fact, late)
    return Ingested(row)


def _moved(
    row: Row | None, posts: Mapping[str, Post], register: str, move: RightMove, late: bool
) -> Ingested:
    if move.what == terms.BORN:
        return _born(row, posts, register, move)
    if move.what not in (terms.USED, terms.KEPT, terms.CREDITED):
        return Ingested(row)
    if row is None:
        return Ingested(None, reports=(Report(UNKNOWN_RIGHT, register, move),))
    if move.what == terms.CREDITED:
        return Ingested(credit(row, move.amount))
    if move.generation != row.generation:
        # Under an old generation the book is never touched; a person gets both receipts.
        what = USED_AFTER_BREAK if move.what == terms.USED else EDITED_AFTER_BREAK
        return Ingested(row, reports=(Report(what, register, move),))
    state = adopting.later_state(row, move.state) if late else move.state
    if move.what == terms.KEPT:
        return Ingested(replace(row, state=state))
    row, lowered = lower(row, register, move.amount)
    row = replace(row, used=row.used + lowered, state=state or row.state)
    return Ingested(row, reports=_over(register, move, lowered < move.amount))


def _born(row: Row | None, posts: Mapping[str, Post], register: str, move: RightMove) -> Ingested:
    if row is not None and row.total:
        return Ingested(row, reports=(Report(BORN_TWICE, register, move),))
    if row is not None:
        return _heard_at_last(row, posts, register, move)
    born = Row(
        move.kind,
        move.key,
        total=move.amount,
        free=0,
        used=0,
        generation=move.generation,
        held=(Held(register, move.amount),),
        state=move.state,
    )
    return Ingested(born)


def _heard_at_last(row: Row, posts: Mapping[str, Post], register: str, move: RightMove) -> Ingested:
    """A right that was granted to others before the office heard of its beginning (`adopting`)."""
    row = replace(row, total=move.amount)
    if move.generation != row.generation:
        told = adopting.taken_over_since(row, posts, register)
        return Ingested(replace(row, free=row.free + move.amount), (told,))
    return Ingested(raise_held(row, register, move.amount))


def _given_back(row: Row | None, register: str, fact: RightGivenBack) -> Ingested:
    if row is None:
        return Ingested(None, reports=(Report(UNKNOWN_RIGHT, register, fact),))
    if fact.order_no:
        row = _answered(row, register, fact.order_no)
    if fact.generation != row.generation:
        return Ingested(row)  # It was taken over before this came: nothing is freed (rule 11).
    row, lowered = lower(row, register, fact.amount)
    row = replace(row, free=row.free + lowered)
    return Ingested(row, reports=_over(register, fact, lowered < fact.amount))


def handed_over(row: Row, register: str) -> Row:
    """The row after a register whose trade is over gave back all that lay idle there. Nothing was
    reserved there and no claim open, so that is all that it held (`terms.HandedOver`)."""
    row, lowered = lower(row, register, row.held_by(register))
    return replace(row, free=row.free + lowered)


def _answered(row: Row, register: str, order_no: int) -> Row:
    """Close the recall that this answers; who still holds then has it in a cart."""
    held = tuple(
        replace(one, recall_no=0, busy=True)
        if one.register == register and one.recall_no == order_no
        else one
        for one in row.held
    )
    return replace(row, held=held)


def _over(register: str, fact: Fact, is_over: bool) -> tuple[Report, ...]:
    return (Report(OVER_HOLD, register, fact),) if is_over else ()


def open_row(kind: str, key: str, amount: int, state: str = "") -> Row:
    """A right that begins at the office: a gift card issued there, an event's quota. All free."""
    return Row(kind, key, amount, amount, 0, terms.FIRST_GENERATION, (), state)


def credit(row: Row, amount: int) -> Row:
    """A new amount: a refund, a top-up, a returned seat, a manager's credit anew (rule 9)."""
    assert amount > 0, "a credit is more than nothing"
    return replace(row, total=row.total + amount, free=row.free + amount)


def _credited_card(row: Row | None, key: str, amount: int) -> Row:
    # A card that a till issued gets its row here: the entry proves the money. No claim ever does.
    return credit(row, amount) if row else open_row(terms.GIFT_CARD, key, amount)


def take(row: Row, posts: Mapping[str, Post], amount: int) -> tuple[bool, Ingested]:
    """The office as user (web copy, web shop): takes from what is free (rule 13).

    Returns whether it could; if not, holders are recalled and the caller asks again.
    """
    if row.free >= amount:
        used = replace(row, free=row.free - amount, used=row.used + amount)
        return True, Ingested(used)
    row, orders = deciding.recall_others(row, posts, "")
    return False, Ingested(row, orders)


def retire(post: Post) -> Post:
    """A till is lost, destroyed, replaced or restored: its holds are frozen as they are.

    Nothing is freed. Its late entries are still ingested, its claims refused (rule 12).
    """
    return replace(post, retired=True)


def concerned(row: Row | None, register: str) -> frozenset[str]:
    """The registers whose posts `ingest` may read or number orders for."""
    return frozenset({register, *(one.register for one in row.held)} if row else {register})


def posts_after(posts: Mapping[str, Post], ingested: Ingested) -> dict[str, Post]:
    """The posts with the numbers of the orders that were made."""
    after = dict(posts)
    for sent in ingested.orders:
        post = after[sent.register]
        assert terms.is_next(post.last_order_no, sent.order.order_no), "orders have no gaps"
        after[sent.register] = replace(post, last_order_no=sent.order.order_no)
    return after


NEXT_ASKED_MS, NEXT_RECALLED_MS, NEXT_QUIET_MS = 500, 1_000, 5_000


def next_exchange_ms(claim_is_open: bool, recall_in_store: bool) -> int:
    """When a till exchanges again: soon while it waits, or while something is called back."""
    if claim_is_open:
        return NEXT_ASKED_MS
    return NEXT_RECALLED_MS if recall_in_store else NEXT_QUIET_MS


__all__ = [
    "USED_AFTER_BREAK",
    "Ingested",
    "Post",
    "Report",
    "Row",
    "concerned",
    "credit",
    "handed_over",
    "ingest",
    "next_exchange_ms",
    "open_row",
    "posts_after",
    "retire",
    "take",
]
