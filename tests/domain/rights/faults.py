"""Faults to be found: holes of the first wording (H), and plants (P). Each is the product with one
thing done wrongly, in bounds that let the harm come out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.domain.rights.world import Bounds, Happening, Left, Office, Rules, Till, World, register

from skrin.domain.rights import book, deciding, hold, terms
from skrin.domain.rights.hold import Hold
from skrin.domain.rights.orders import Grant, Order, Recall
from skrin.domain.rights.rows import Ingested, Post, Row, Sent, lower, raise_held
from skrin.domain.rights.terms import (
    Fact,
    LeaseEnded,
    RightClaimed,
    RightDecided,
    RightGivenBack,
    RightMove,
)

CARD, COPY, RETURN, PARKED = terms.GIFT_CARD, terms.COPY, terms.RETURN, terms.PARKED


@dataclass(frozen=True)
class Fault:
    """A planted fault: what is wrong, where it shows, and the harm that it must come to."""

    name: str
    what: str
    bounds: Bounds
    rules: Callable[[], Rules]
    harm: str


def ingesting(wrong: Callable[..., Ingested | None]) -> Rules:
    """Rules whose office does `wrong` instead, where that returns something."""

    def ingest(
        row: Row | None, posts: Mapping[str, Post], reg: str, fact: Fact, **more: Any
    ) -> Ingested:
        done = wrong(row, posts, reg, fact)
        return book.ingest(row, posts, reg, fact, **more) if done is None else done

    return Rules(ingest=ingest)


# H1: the lease ends at the till, later at the office, which frees it by the clock.


def lease_freed_by_clock() -> Rules:
    def end_lease(held: Hold) -> hold.Step:
        ended = LeaseEnded(held.kind, held.key, held.generation, held.until_utc_ms or 0)
        return (ended,), replace(hold.fold(held, ended), have=0)

    def office_clock(
        world: World, office: Office, left: Left, till: Till, i: int
    ) -> Iterator[Happening]:
        if office.row and till.hold.lease_over_utc_ms and office.row.held_by(register(i)):
            row, freed = lower(office.row, register(i), office.row.held_by(register(i)))
            after = office._replace(row=replace(row, free=row.free + freed))
            yield "lease ends at the office", after, left, till

    return Rules(end_lease=end_lease, beside=[office_clock])


# H2: a claim sent beside the journal overtakes the giving back before it.


def claim_beside_the_journal() -> Rules:
    def ask(held: Hold, claim_id: str, amount: int, cart_id: str, **_: Any) -> hold.Step:
        if held.have or held.reserved:
            return (), held  # It asks only for what it does not have.
        return (), replace(held, claim=hold.Claim(claim_id, amount, cart_id))

    def overtakes(
        world: World, office: Office, left: Left, till: Till, i: int
    ) -> Iterator[Happening]:
        claim, row = till.hold.claim, office.row
        if claim is None or row is None or (i, claim.claim_id) in office.beside:
            return
        after = office._replace(beside=(*office.beside, (i, claim.claim_id)))
        claimed = RightClaimed(claim.claim_id, row.kind, row.key, claim.amount, "cart")
        if row.held_by(register(i)) < claim.amount:
            yield "claim arrives", world.take_in(after, i, claimed), left, till
            return
        number = office.posts[i].last_order_no + 1
        yours = Grant(number, claim.claim_id, row.kind, row.key, 1, row.generation, None, row.state)
        posts = {post.register: post for post in office.posts}
        told = world.stored(after, posts, Ingested(row, (Sent(register(i), yours),)))
        yield "claim arrives: already yours", told, left, till

    return Rules(ask=ask, beside=[overtakes])


# H3 and P1: something is counted twice.


def counted_twice(which: Callable[[Fact], bool]) -> Rules:
    def again(world: World, office: Office, left: Left, till: Till, i: int) -> Iterator[Happening]:
        for fact in set(till.facts[: till.sent]):
            if which(fact) and len(office.beside) < 1:
                doubled = office._replace(beside=(*office.beside, (i, fact)))
                yield "comes again", world.take_in(doubled, i, fact), left, till

    return Rules(beside=[again])


def no_guard_on_entries() -> Rules:
    """The office takes any entry, not only head + 1."""
    return replace(counted_twice(lambda _: True), is_next_entry=lambda head, seq: True)


def is_answer_to_recall(fact: Fact) -> bool:
    return isinstance(fact, RightGivenBack) and fact.order_no > 0


# H4 and H5: what was not wanted any more is lost.


def forget_claim(held: Hold) -> hold.Step:
    return (), replace(held, claim=None)


def ignore_late_grant(held: Hold, last_order_no: int, order: Order) -> hold.Step:
    if not isinstance(order, Grant) or held.claim is not None:
        return hold.apply_order(held, last_order_no, order)
    late = RightDecided(
        *(order.order_no, order.claim_id, order.kind, order.key, False, "late", "", 0, 0, None, "")
    )
    return (late,), held


def unknown_taken_for_refused() -> Rules:
    return Rules(go_on_without=forget_claim, apply_order=ignore_late_grant)


def cancel_beside_the_journal() -> Rules:
    """The cancel is a message; the office takes the grant back when it has made it."""

    def arrives(office: Office, till: Till, i: int) -> tuple[Office, Till] | None:
        if till.beside != "cancel":
            return None
        arrived = till._replace(beside=None)
        if office.row is None or not office.row.held_by(register(i)):
            return office, arrived
        row, freed = lower(office.row, register(i), 1)
        return office._replace(row=replace(row, free=row.free + freed)), arrived

    def beside(world: World, office: Office, left: Left, till: Till, i: int) -> Iterator[Happening]:
        done = arrives(office, till, i)
        if done:
            yield "cancel arrives", done[0], left, done[1]

    return Rules(
        go_on_without=forget_claim,
        apply_order=ignore_late_grant,
        cancel_message="cancel",
        beside=[beside],
        arrives_at_rest=arrives,
    )


# H6: a break that the giving back does not know of.


def break_without_generation() -> Rules:
    """What was given back before the break frees whoever holds now."""

    def wrong(row: Row | None, posts: Mapping[str, Post], reg: str, fact: Fact) -> Ingested | None:
        old = row and isinstance(fact, RightGivenBack) and fact.generation != row.generation
        if row and old and row.held:
            freed = sum(one.amount for one in row.held)
            return Ingested(replace(row, free=row.free + freed, held=()))
        return None

    return ingesting(wrong)


# H7 and H8: a till that is not what it was.


def replacement_folds_rights_back() -> Rules:
    def replaced(
        world: World, office: Office, left: Left, till: Till, i: int
    ) -> Iterator[Happening]:
        row, gone = office.row, register(0)
        if i == 0 or left.destroyed or not till.alive or row is None or not row.held_by(gone):
            return
        amount = row.held_by(gone)
        moved, _ = lower(row, gone, amount)
        held = replace(till.hold, have=till.hold.have + amount, generation=row.generation)
        after = office._replace(row=raise_held(moved, register(i), amount))
        yield "replaces the destroyed one", after, left, till._replace(hold=held)

    return Rules(beside=[replaced])


def disk_put_back() -> Rules:
    def copied(world: World, office: Office, left: Left, till: Till, i: int) -> Iterator[Happening]:
        if till.beside is None and till.hold.have:
            disk = (till.hold, till.last_order_no, till.facts)
            yield "disk copied", office, left, till._replace(beside=disk)
        elif till.beside is not None and len(till.beside[2]) >= till.sent:
            held, last, facts = till.beside
            back = till._replace(hold=held, last_order_no=last, facts=facts, paper="")
            yield "disk put back", office, left, back

    return Rules(beside=[copied])


# H9: a claim waits for a holder.


def claim_waits() -> Rules:
    """A claim is put beside the row until a holder has given back; nobody is refused."""

    def wrong(row: Row | None, posts: Mapping[str, Post], reg: str, fact: Fact) -> Ingested | None:
        if row is None:
            return None
        if isinstance(fact, RightClaimed) and not row.free and row.held_by(reg) == 0:
            recalled, orders = deciding.recall_others(row, posts, reg)
            waiting = f"{row.state}~{reg}~{fact.claim_id}"
            return Ingested(replace(recalled, state=waiting), orders)
        state, *waits = row.state.split("~")
        done = book.ingest(row, posts, reg, fact)
        if not waits or done.row is None or not done.row.free:
            return None
        claimed = RightClaimed(waits[1], row.kind, row.key, 1, "cart")
        return book.ingest(replace(done.row, state=state), posts, waits[0], claimed)

    return ingesting(wrong)


# P2 to P10.


def doubled_order_applied() -> Rules:
    def apply_any(held: Hold, last_order_no: int, order: Order) -> hold.Step:
        return hold.apply_order(held, order.order_no - 1, order)

    def again(world: World, office: Office, left: Left, till: Till, i: int) -> Iterator[Happening]:
        for order in office.orders[i]:
            if order.order_no <= till.last_order_no and till.beside is None:
                doubled = world.apply(till, order)._replace(beside="doubled")
                yield f"order {order.order_no} again", office, left, doubled

    return Rules(apply_order=apply_any, beside=[again])


def first_claim_creates() -> Rules:
    def wrong(row: Row | None, posts: Mapping[str, Post], reg: str, fact: Fact) -> Ingested | None:
        if row is None and isinstance(fact, RightClaimed):
            made = book.open_row(fact.kind, fact.key, fact.amount, "0")
            return book.ingest(made, posts, reg, fact)
        return None

    return ingesting(wrong)


def recall_takes_reserved() -> Rules:
    def apply_order(held: Hold, last_order_no: int, order: Order) -> hold.Step:
        if not isinstance(order, Recall) or not held.reserved:
            return hold.apply_order(held, last_order_no, order)
        everything = held.have + held.reserved
        back = RightGivenBack(
            held.kind, held.key, held.generation, everything, terms.RECALLED, order.order_no
        )
        return (back,), replace(held, have=0)

    return Rules(apply_order=apply_order)


def refund_counted_twice() -> Rules:
    def credit(held: Hold) -> hold.Step:
        facts = (terms.GiftCardCredited(held.key, 1, "refund", "r2"),)
        return facts, replace(held, have=held.have + 1, generation=terms.FIRST_GENERATION)

    return Rules(credit=credit)


def state_left_behind() -> Rules:
    def wrong(row: Row | None, posts: Mapping[str, Post], reg: str, fact: Fact) -> Ingested | None:
        done = book.ingest(row, posts, reg, fact)
        bare = tuple(
            replace(sent, order=replace(sent.order, state="0"))
            if isinstance(sent.order, Grant)
            else sent
            for sent in done.orders
        )
        return replace(done, orders=bare)

    return ingesting(wrong)


def retiring_frees() -> Rules:
    def retire(row: Row | None, post: Post) -> tuple[Row | None, Post]:
        if row is not None:
            row, freed = lower(row, post.register, row.held_by(post.register))
            row = replace(row, free=row.free + freed)
        return row, book.retire(post)

    return Rules(retire=retire)


def late_settlement_unreported() -> Rules:
    def wrong(row: Row | None, posts: Mapping[str, Post], reg: str, fact: Fact) -> Ingested | None:
        late = row and isinstance(fact, RightMove) and fact.generation != row.generation
        return Ingested(row) if late else None

    return ingesting(wrong)


def answers_before_commit() -> Rules:
    def answers_and_dies(
        world: World, office: Office, left: Left, till: Till, i: int
    ) -> Iterator[Happening]:
        facts = till.facts[till.sent :]
        if facts and till.alive and not office.orders[i]:
            lost = world.take_in(office, i, facts[0])
            for order in lost.orders[i]:
                yield "office answers and dies", office, left, world.apply(till, order)

    return Rules(beside=[answers_and_dies])


FAULTS = [
    Fault("H1", "the office frees a lease by its clock",
          Bounds(CARD, 2, 1, 2, leases=True), lease_freed_by_clock, "I1"),
    Fault("H2", "a claim travels beside the journal",
          Bounds(RETURN, 2, 2, 2, given_back=1, issued_before=True),
          claim_beside_the_journal, "I4"),
    Fault("H3", "an answer to a recall has no number",
          Bounds(RETURN, 2, 2, 3, issued_before=True, doubles=True),
          lambda: counted_twice(is_answer_to_recall), "I4"),
    Fault("H4", "unknown is taken for refused",
          Bounds(CARD, 2, 1, 1, waits_given_up=1), unknown_taken_for_refused, "I8"),
    Fault("H5", "a cancel travels beside the journal",
          Bounds(CARD, 2, 1, 1, waits_given_up=1), cancel_beside_the_journal, "I8"),
    Fault("H6", "a giving back knows no generation",
          Bounds(PARKED, 3, 1, 2, given_back=1, breaks=1, issued_before=True),
          break_without_generation, "I4"),
    Fault("H7", "a replacement folds rights back",
          Bounds(COPY, 2, 1, 0, destroyed=1, issued_before=True),
          replacement_folds_rights_back, "I2"),
    Fault("H8", "a disk is put back from a copy",
          Bounds(COPY, 2, 1, 0, issued_before=True, doubles=True), disk_put_back, "I2"),
    Fault("H9", "a claim waits for its holder",
          Bounds(RETURN, 2, 2, 1, destroyed=1, issued_before=True), claim_waits, "I8"),
    Fault("P1", "a doubled entry is counted twice",
          Bounds(CARD, 2, 1, 3, given_back=1, doubles=True),
          no_guard_on_entries, "I1"),
    Fault("P2", "a doubled order is applied twice",
          Bounds(CARD, 2, 1, 2, doubles=True), doubled_order_applied, "I1"),
    Fault("P3", "the first claim creates the right",
          Bounds(RETURN, 2, 2, 1), first_claim_creates, "I4"),
    Fault("P4", "a recall takes what a sale has reserved",
          Bounds(CARD, 2, 1, 3), recall_takes_reserved, "I1"),
    Fault("P5", "a refund counts at the till and at the office",
          Bounds(CARD, 2, 1, 2, refunds=1), refund_counted_twice, "I1"),
    Fault("P6", "a copy is printed again by itself",
          Bounds(COPY, 2, 1, 0, crashes=1, issued_before=True),
          lambda: Rules(asks_after_crash=False), "I2"),
    Fault("P7", "a token is granted without its state",
          Bounds(RETURN, 2, 2, 2, issued_before=True), state_left_behind, "I3"),
    Fault("P8", "retiring a till frees what it holds",
          Bounds(RETURN, 2, 2, 1, retired=1, issued_before=True), retiring_frees, "I4"),
    Fault("P9", "a late settlement is not reported",
          Bounds(PARKED, 2, 1, 1, breaks=1, issued_before=True),
          late_settlement_unreported, "I4"),
    Fault("P10", "the office answers before it commits",
          Bounds(CARD, 2, 1, 2), answers_before_commit, "I1"),
]  # fmt: skip
