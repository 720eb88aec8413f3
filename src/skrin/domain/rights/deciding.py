"""Decisions on claims, at the office: granted from what is free, or refused, at once (rule 3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from skrin.domain.rights import terms
from skrin.domain.rights.orders import Broken, Grant, Recall, Refuse
from skrin.domain.rights.rows import Held, Ingested, Post, Report, Row, Sent, raise_held
from skrin.domain.rights.terms import RightClaimed

TAKEN_OVER = "taken_over"
"""The report of a break; the orders say from whom."""


def decide(
    row: Row | None,
    posts: Mapping[str, Post],
    register: str,
    claim: RightClaimed,
    until_utc_ms: int | None,
) -> Ingested:
    """Grant the whole amount or refuse it; a decision is a fact and is never made anew."""
    if row is None:
        return refuse(row, posts, register, claim, terms.NOT_HERE_YET)
    if posts[register].retired:
        return refuse(row, posts, register, claim, terms.STOPPED)
    if row.free >= claim.amount:
        return _granted(row, posts, register, claim, until_utc_ms)
    if _may_break(row, register, claim):
        return _break(row, posts, register, claim)
    reason, holder = _why_not(row, posts, register)
    row, recalls = recall_others(row, posts, register)
    refused = refuse(row, posts, register, claim, reason, holder)
    return replace(refused, orders=refused.orders + recalls)


def recall_others(
    row: Row, posts: Mapping[str, Post], register: str
) -> tuple[Row, tuple[Sent, ...]]:
    """Recall from each other holder that has no recall open; one out of use never answers."""
    held: list[Held] = []
    sent: list[Sent] = []
    for one in row.held:
        if one.register != register and not one.recall_no and not posts[one.register].retired:
            order_no = posts[one.register].last_order_no + 1
            recall = Recall(order_no, row.kind, row.key, row.generation)
            sent.append(Sent(one.register, recall))
            one = replace(one, recall_no=order_no)
        held.append(one)
    return replace(row, held=tuple(held)), tuple(sent)


def _granted(
    row: Row,
    posts: Mapping[str, Post],
    register: str,
    claim: RightClaimed,
    until_utc_ms: int | None,
) -> Ingested:
    row = raise_held(replace(row, free=row.free - claim.amount), register, claim.amount)
    grant = Grant(
        posts[register].last_order_no + 1,
        claim.claim_id,
        row.kind,
        row.key,
        claim.amount,
        row.generation,
        until_utc_ms,
        row.state,
    )
    return Ingested(row, (Sent(register, grant),))


def refuse(
    row: Row | None,
    posts: Mapping[str, Post],
    register: str,
    claim: RightClaimed,
    reason: str,
    holder: str = "",
) -> Ingested:
    """Refuse a claim for a reason that the cashier's words are found by."""
    refused = Refuse(
        posts[register].last_order_no + 1,
        claim.claim_id,
        claim.kind,
        claim.key,
        reason,
        holder,
        # Below 0 where an office was put back to a backup and has not heard who gave it back.
        max(row.free, 0) if row else 0,
    )
    return Ingested(row, (Sent(register, refused),))


def _why_not(row: Row, posts: Mapping[str, Post], register: str) -> tuple[str, str]:
    """The reason, and the register that holds it, live ones before those out of use."""
    others = [one for one in row.held if one.register != register]
    living = [one for one in others if not posts[one.register].retired]
    first = next(iter(living or others), None)
    if row.free:
        return terms.TOO_LITTLE, first.register if first else ""
    if first is None:
        return (terms.HELD_BY, register) if row.held else (terms.USED_UP, "")
    if not living:
        return terms.FROZEN, first.register
    busy = next((one for one in living if one.busy), None)
    if busy and all(one.busy for one in living):
        return terms.HELD_BY, busy.register
    return terms.IS_RECALLED, next(one for one in living if not one.busy).register


def _may_break(row: Row, register: str, claim: RightClaimed) -> bool:
    return (
        row.kind == terms.PARKED
        and claim.seen_generation == row.generation
        and bool(row.held)
        and not row.held_by(register)
    )


def _break(row: Row, posts: Mapping[str, Post], register: str, claim: RightClaimed) -> Ingested:
    """Take a parked receipt over: new generation, old holder told, a report, grant to the asker."""
    generation = row.generation + 1
    told = tuple(
        Sent(
            one.register,
            Broken(
                posts[one.register].last_order_no + 1, row.kind, row.key, generation, by=register
            ),
        )
        for one in row.held
    )
    free = row.free + sum(one.amount for one in row.held)
    taken = replace(row, generation=generation, free=free, held=())
    granted = _granted(taken, posts, register, claim, None)
    return Ingested(granted.row, told + granted.orders, (Report(TAKEN_OVER, register, claim),))
