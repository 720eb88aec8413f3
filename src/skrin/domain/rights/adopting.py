"""Decisions that an office made and has forgotten, because its database was put back to a backup.

The till that was told of one has it in its journal, and the journal wins: what was granted lies
there. Journals of several tills come in any order, so for a while more may have been given than was
free: `free` is below 0 until the till that gave it back has sent that too. Where it stays so when
all tills were heard, the same was granted twice (`GRANTED_TWICE`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from skrin.domain.rights import journaled, terms
from skrin.domain.rights.journaled import ReturnedLine, ReturnState
from skrin.domain.rights.orders import Broken, Grant, Order, Recall, Refuse
from skrin.domain.rights.rows import (
    USED_AFTER_BREAK,
    Held,
    Ingested,
    Post,
    Report,
    Row,
    Sent,
    lower,
    raise_held,
)
from skrin.domain.rights.terms import Fact, RightBroken, RightDecided, RightGivenBack

GRANTED_TWICE, KNOWS_MORE, NOT_HEARD = "granted_twice", "knows_more", "not_heard"
CAUGHT_UP = "caught_up"
"""What a person at the office must look at: what two tills were given; that a till knows answers
which the office does not; that a till was not waited for, so that nobody knows what it was given
since the backup; and that the waiting is over, when what people did there is to be done again."""

BACKUP, TILL, PERSON = "backup", "till", "person"
"""Why a company's office hears all tills before it gives anything: the database is another than it
was, a till knows more than the office, or somebody said so."""


def is_told_by(order: Order, fact: Fact) -> bool:
    """Whether a journal's entry of an order is the entry of this one."""
    if isinstance(order, (Grant, Refuse)):
        if not isinstance(fact, RightDecided):
            return False
        return (order.claim_id, isinstance(order, Grant)) == (fact.claim_id, fact.granted)
    wanted = RightGivenBack if isinstance(order, Recall) else RightBroken
    return isinstance(fact, wanted) and (order.kind, order.key) == (fact.kind, fact.key)


def recalled_anew(row: Row, register: str, was_no: int, order_no: int) -> Row:
    """The row after a recall that `register` did not hear goes out under another number."""
    held = tuple(
        replace(one, recall_no=order_no)
        if (one.register, one.recall_no) == (register, was_no)
        else one
        for one in row.held
    )
    return replace(row, held=held)


def as_told(
    row: Row,
    posts: Mapping[str, Post],
    register: str,
    fact: RightDecided | RightBroken,
    granted_here: int | None = None,
) -> Ingested:
    """What an order comes to that the journal of `register` tells of, and that the office does not
    know to have made. `granted_here`: how much it granted for the same claim, None = nothing."""
    if isinstance(fact, RightBroken):
        # Only who held it is told; so a journal cannot take from others by saying so.
        holds = row.held_by(register) > 0
        return _taken_over(row, posts, register, fact) if holds else Ingested(row)
    if fact.granted == (granted_here is not None):
        return Ingested(row)
    if fact.granted:
        return adopt(row, posts, register, fact)
    return Ingested(take_back(row, register, granted_here or 0))


def unheard(kind: str, key: str, copies_allowed: int) -> Row:
    """The row of a right that was granted, and whose beginning the office has not heard (again).
    A receipt's lie at the till that made it, as at its birth."""
    row = Row(kind, key, 0, 0, 0, terms.FIRST_GENERATION)
    if kind not in journaled.BORN_WITH_RECEIPTS:
        return row
    register, _ = journaled.of_receipt_key(key)
    amount = copies_allowed if kind == terms.COPY else 1
    return replace(row, total=amount, held=(Held(register, amount),))


def adopt(row: Row, posts: Mapping[str, Post], register: str, decided: RightDecided) -> Ingested:
    """What a grant comes to that the journal of `register` tells of, whatever is free."""
    if decided.generation < row.generation:
        # It was taken over since: nothing under an old generation touches the book.
        return Ingested(row, (taken_over_since(row, posts, register),))
    taken = _taken_over(row, posts, register, decided)
    row = taken.row or row
    row = replace(row, state=later_state(row, decided.state))
    row = replace(row, free=row.free - decided.amount)
    return replace(taken, row=raise_held(row, register, decided.amount))


def _taken_over(
    row: Row, posts: Mapping[str, Post], register: str, fact: RightDecided | RightBroken
) -> Ingested:
    """The row under the generation that `fact` tells of. Who holds under the old one is told, for
    the order that told him may be forgotten too; `register` knows."""
    if fact.generation <= row.generation:
        return Ingested(row)
    by = fact.by if isinstance(fact, RightBroken) else register
    told = tuple(
        _broken(row, posts, one.register, fact.generation, by)
        for one in row.held
        if one.register != register
    )
    reports: tuple[Report, ...] = ()
    if row.used:  # By its old holder, who was heard before the till that took it over.
        reports = (Report(USED_AFTER_BREAK, register, fact),)
    free = row.free + row.used + sum(one.amount for one in row.held)
    row = replace(row, generation=fact.generation, free=free, used=0, held=())
    return Ingested(row, told, reports)


def taken_over_since(row: Row, posts: Mapping[str, Post], register: str) -> Sent:
    """Tells a register that what its journal says it got was taken over later. Where it knows,
    nothing comes of it."""
    by = row.held[0].register if row.held else ""
    return _broken(row, posts, register, row.generation, by)


def _broken(row: Row, posts: Mapping[str, Post], register: str, generation: int, by: str) -> Sent:
    number = posts[register].last_order_no + 1
    return Sent(register, Broken(number, row.kind, row.key, generation, by))


def take_back(row: Row, register: str, amount: int) -> Row:
    """The row after the office has heard that what it granted anew was refused in truth."""
    row, lowered = lower(row, register, amount)
    return replace(row, free=row.free + lowered)


def later_state(row: Row, state: str) -> str:
    """Which of two states of a right is the later one, where journals do not come in order."""
    if not state or not row.state:
        return state or row.state
    if row.free < 0 and row.kind == terms.PARKED:
        return row.state  # Others had it since, and one of them has not been heard.
    if row.kind == terms.RETURN:
        return _together(row.state, state)
    if row.kind == terms.COPY:
        was, said = journaled.copy_state(row.state), journaled.copy_state(state)
        made = tuple(dict.fromkeys((*was.made, *said.made)))
        return journaled.state_text(replace(was, made=made))
    if row.kind == terms.PARKED:
        was_at = journaled.parked_state(row.state).parked_utc_ms
        return state if journaled.parked_state(state).parked_utc_ms >= was_at else row.state
    return state


def _together(was: str, said: str) -> str:
    """What came back so far only ever grows: of each line the larger figures hold."""
    before, after = journaled.return_state(was), journaled.return_state(said)
    lines: dict[int, ReturnedLine] = {one.line: one for one in before.returned}
    for one in after.returned:
        known = lines.get(one.line)
        if known is None or one.quantity_milli > known.quantity_milli:
            lines[one.line] = one
    receipt_id = after.receipt_id or before.receipt_id
    return journaled.state_text(ReturnState(receipt_id, tuple(lines[n] for n in sorted(lines))))
