"""A small world of one right: an office, some tills, and everything that may happen between them.

Each step is one commit of the product's own functions (`hold`, `book`); this file only says what
may happen next, and keeps the truth that no program knows (what was really used, printed,
returned). All parts are frozen and hashable. A crash between commits is a step not taken; a message
lost is one not delivered, or not yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from skrin.domain.rights import book, hold, terms
from skrin.domain.rights.hold import Hold
from skrin.domain.rights.orders import Order
from skrin.domain.rights.rows import Ingested, Post, Row
from skrin.domain.rights.terms import Fact, GiftCardCredited, RightMove

UNTIL = 1_000
KEY = "k"


@dataclass(frozen=True)
class Bounds:
    """How much may happen in all. `units`: what there is; for a return, the pieces sold."""

    kind: str
    tills: int
    units: int
    claims: int
    given_back: int = 0
    waits_given_up: int = 0
    asked_again: int = 0
    breaks: int = 0
    edits: int = 0
    refunds: int = 0
    destroyed: int = 0
    retired: int = 0
    crashes: int = 0
    office_asks: int = 0
    leases: bool = False
    doubles: bool = False
    issued_before: bool = False
    """The token is born and known to the office at the start: a shorter way to a fault."""


class Left(NamedTuple):
    """What may still happen."""

    claims: int
    given_back: int
    waits_given_up: int
    asked_again: int
    breaks: int
    edits: int
    refunds: int
    destroyed: int
    retired: int
    crashes: int
    office_asks: int
    births: int
    repeated: int = 0


class Office(NamedTuple):
    """The office's database, and which truths it caused. `beside` is for planted faults only."""

    row: Row | None
    posts: tuple[Post, ...]
    orders: tuple[tuple[Order, ...], ...]
    credited: int = 0
    reported: int = 0
    spent: int = 0
    beside: tuple[Any, ...] = ()


class Till(NamedTuple):
    """A till's disk, and the truth about it. `facts[sent:]` are not yet at the office.

    Facts that are there, and orders that the till took, are kept only where doubles are tried.
    `beside` is for planted faults only.
    """

    hold: Hold
    last_order_no: int = 0
    facts: tuple[Fact, ...] = ()
    sent: int = 0
    alive: bool = True
    claims_made: int = 0
    used_under: tuple[int, ...] = ()
    spent: int = 0
    credited: int = 0
    quantity: int = 0
    paper: str = ""
    printed: int = 0
    beside: Any = None


def register(i: int) -> str:
    return f"T{i + 1}-1"


Happening = tuple[str, Office, Left, Till]


@dataclass
class Rules:
    """The functions that the world runs on: the product's own, unless a fault is planted."""

    ask: Callable[..., hold.Step] = hold.ask
    go_on_without: Callable[[Hold], hold.Step] = hold.go_on_without
    apply_order: Callable[[Hold, int, Order], hold.Step] = hold.apply_order
    end_lease: Callable[[Hold], hold.Step] = hold.end_lease
    credit: Callable[[Hold], hold.Step] = lambda held: hold_after_credit(held)
    ingest: Callable[..., Ingested] = book.ingest
    retire: Callable[[Row | None, Post], tuple[Row | None, Post]] = lambda row, post: (
        row,
        book.retire(post),
    )
    is_next_entry: Callable[[int, int], bool] = terms.is_next
    asks_after_crash: bool = True
    stores_before_it_answers: bool = True
    cancel_message: Any = None
    beside: list[Callable[[World, Office, Left, Till, int], Iterator[Happening]]] = field(
        default_factory=list
    )
    """What a fault lets happen beside the two logs."""
    arrives_at_rest: Callable[[Office, Till, int], tuple[Office, Till] | None] = (
        lambda office, till, i: None
    )
    """A message beside the log that a run with good links delivers."""


def hold_after_credit(held: Hold) -> hold.Step:
    """A refund to the card, journaled by a till: `hold.fold` leaves the hold as it is."""
    credited = GiftCardCredited(KEY, 1, "refund", "r2")
    return (credited,), hold.fold(held, credited)


def for_the_office(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """Facts that may move the book; the others go up too, but `ingest` leaves the row alone
    (`test_rules.py` holds that), so the exploration need not carry them."""
    return tuple(fact for fact in facts if not _only_here(fact))


def _only_here(fact: Fact) -> bool:
    if isinstance(fact, RightMove):
        return fact.what in (terms.RESERVED, terms.CANCELLED, terms.WANTED, terms.UNWANTED)
    return isinstance(fact, (terms.RightDecided, terms.RightBroken, terms.LeaseEnded))


class World:
    """What may happen, from parts: till, office, and what is left to happen."""

    def __init__(self, bounds: Bounds, rules: Rules | None = None) -> None:
        self.bounds = bounds
        self.rules = rules or Rules()
        self.at_office = bounds.kind in (terms.GIFT_CARD, terms.SEAT)
        self.issued = 1 if bounds.kind in terms.TOKENS else bounds.units

    def start(self) -> tuple[Office, Left, tuple[Till, ...]]:
        b = self.bounds
        row = book.open_row(b.kind, KEY, b.units) if self.at_office else None
        left = Left(
            *(b.claims, b.given_back, b.waits_given_up, b.asked_again, b.breaks, b.edits),
            *(b.refunds, b.destroyed, b.retired, b.crashes, b.office_asks),
            births=0 if self.at_office else 1,
        )
        tills = [Till(Hold(b.kind, KEY)) for _ in range(b.tills)]
        posts = tuple(Post(register(i)) for i in range(b.tills))
        office = Office(row, posts, ((),) * b.tills)
        if b.issued_before and not self.at_office:
            tills[0], left = self._born(tills[0], left)
            office, tills[0] = self.ingest(office, 0, tills[0]) or (office, tills[0])
        return office, left, tuple(tills)

    # What a till may do by itself.

    def local(self, left: Left, till: Till, may_bear: bool) -> Iterator[tuple[str, Left, Till]]:
        if till.alive:
            if may_bear and left.births and till.hold.generation == 0:
                born, after = self._born(till, left)
                yield "born", after, born
            yield from self._claims(left, till)
            yield from self._cart(left, till)
            yield from self._paper(left, till)
            if left.destroyed:
                after = left._replace(destroyed=left.destroyed - 1)
                yield "destroyed", after, till._replace(alive=False)

    def _born(self, till: Till, left: Left) -> tuple[Till, Left]:
        state = "0" if self.bounds.kind in terms.TOKENS else ""
        return (
            self.commit(till, hold.bear(till.hold, self.issued, state)),
            left._replace(births=left.births - 1),
        )

    def commit(self, till: Till, step: hold.Step, **truth: Any) -> Till:
        facts, held = step
        kept = till.facts + for_the_office(facts)
        return till._replace(hold=held, facts=kept, **truth)

    def asked(self, till: Till, amount: int, seen_generation: int = 0) -> Till:
        step = self.rules.ask(
            till.hold,
            f"c{till.claims_made}",
            amount,
            "cart",
            online=True,
            seen_generation=seen_generation,
        )
        return self.commit(till, step, claims_made=till.claims_made + 1)

    def _claims(self, left: Left, till: Till) -> Iterator[tuple[str, Left, Till]]:
        claim = till.hold.claim
        if left.claims and claim is None:
            for amount in range(1, self.issued + 1):
                after = left._replace(claims=left.claims - 1)
                yield f"asks for {amount}", after, self.asked(till, amount)
        if claim and claim.wanted and left.waits_given_up:
            after = left._replace(waits_given_up=left.waits_given_up - 1)
            gone_on = self.commit(till, self.rules.go_on_without(till.hold))
            yield "goes on without", after, gone_on._replace(beside=self.rules.cancel_message)
        if claim and not claim.wanted and left.asked_again:
            after = left._replace(asked_again=left.asked_again - 1)
            again = self.rules.ask(till.hold, "x", claim.amount, "cart", online=True)
            yield "asks again", after, self.commit(till, again)

    def _cart(self, left: Left, till: Till) -> Iterator[tuple[str, Left, Till]]:
        held = till.hold
        broken = held.reserved and held.reserved_generation != held.generation
        if held.have and not held.reserved and not broken:
            for amount in range(1, held.have + 1):
                yield f"reserves {amount}", left, self.commit(till, hold.reserve(held, amount))
        if held.reserved:
            yield "cancels", left, self.commit(till, hold.cancel(held))
            yield from self._uses(left, till)
        if held.have and left.given_back:
            after = left._replace(given_back=left.given_back - 1)
            for amount in range(1, held.have + 1):
                yield f"gives back {amount}", after, self.commit(till, hold.give_back(held, amount))
        if held.until_utc_ms is not None:
            yield "lease ends", left, self.commit(till, self.rules.end_lease(held))
        if left.refunds:
            after = left._replace(refunds=left.refunds - 1)
            refunded = self.commit(till, self.rules.credit(held), credited=till.credited + 1)
            yield "refunds 1", after, refunded

    def _uses(self, left: Left, till: Till) -> Iterator[tuple[str, Left, Till]]:
        held = till.hold
        if self.bounds.kind == terms.RETURN:
            yield from self._returns(left, till)
            return
        paper = "sealed" if self.bounds.kind == terms.COPY else ""
        under = (*till.used_under, held.reserved_generation)
        spent = till.spent + held.reserved
        step = hold.use(held, held.reserved)
        used = self.commit(till, step, used_under=under, spent=spent, paper=paper)
        yield f"uses {held.reserved}", left, used
        if self.bounds.kind == terms.PARKED and left.edits:
            after = left._replace(edits=left.edits - 1)
            step = hold.keep(held, str(int(held.state) + 1))
            yield "parks with more", after, self.commit(till, step, quantity=till.quantity + 1)

    def _returns(self, left: Left, till: Till) -> Iterator[tuple[str, Left, Till]]:
        before = int(till.hold.state)
        for pieces in range(1, self.bounds.units - before + 1):
            so_far, truth = before + pieces, till.quantity + pieces
            if so_far < self.bounds.units:
                step = hold.keep(till.hold, str(so_far))
                yield f"returns {pieces}", left, self.commit(till, step, quantity=truth)
            else:
                under = (*till.used_under, till.hold.reserved_generation)
                step = hold.use(till.hold, 1, str(so_far))
                done = self.commit(till, step, quantity=truth, used_under=under, spent=1)
                yield f"returns the last {pieces}", left, done

    def _paper(self, left: Left, till: Till) -> Iterator[tuple[str, Left, Till]]:
        """The copy's paper comes out between two commits; a crash leaves it unknown (rule 5)."""
        if till.paper == "sealed":
            yield "prints", left, till._replace(paper="printing", printed=till.printed + 1)
        if till.paper == "printing":
            yield "knows it came out", left, till._replace(paper="done")
        if till.paper in ("sealed", "printing") and left.crashes:
            after = left._replace(crashes=left.crashes - 1)
            truth = f"asked after {till.paper}" if self.rules.asks_after_crash else "sealed"
            yield "crashes", after, till._replace(paper=truth)
        if till.paper == "asked after sealed":
            yield "a person says no", left, till._replace(paper="sealed")
        if till.paper == "asked after printing":
            yield "a person says yes", left, till._replace(paper="done")

    # What passes between a till and the office.

    def breaks(self, office: Office, left: Left, till: Till) -> Iterator[tuple[str, Left, Till]]:
        """A manager's claim, with the generation that the list shows now."""
        if left.breaks and left.claims and till.alive and office.row and not till.hold.claim:
            after = left._replace(breaks=left.breaks - 1, claims=left.claims - 1)
            yield "manager takes over", after, self.asked(till, 1, office.row.generation)

    def ingest(self, office: Office, i: int, till: Till) -> tuple[Office, Till] | None:
        """The office takes the next entry of a till that can still reach it."""
        if not till.alive or till.sent >= len(till.facts):
            return None
        fact = till.facts[till.sent]
        office = self.take_in(office, i, fact)
        if self.bounds.doubles:
            return office, till._replace(sent=till.sent + 1)
        return office, till._replace(facts=till.facts[1:])

    def take_in(self, office: Office, i: int, fact: Fact) -> Office:
        until = UNTIL if self.bounds.leases else None
        posts = {post.register: post for post in office.posts}
        done = self.rules.ingest(office.row, posts, register(i), fact, until_utc_ms=until)
        credited = fact.amount if isinstance(fact, GiftCardCredited) else 0
        office = self.stored(office, posts, done)
        return office._replace(credited=office.credited + credited)

    def stored(self, office: Office, posts: Mapping[str, Post], done: Ingested) -> Office:
        after = book.posts_after(posts, done)
        orders = list(office.orders)
        for sent in done.orders:
            at = next(i for i, post in enumerate(office.posts) if post.register == sent.register)
            orders[at] += (sent.order,)
        settled = sum(report.what == book.USED_AFTER_BREAK for report in done.reports)
        return office._replace(
            row=done.row,
            posts=tuple(after[post.register] for post in office.posts),
            orders=tuple(orders),
            reported=office.reported + settled,
        )

    def deliver(self, office: Office, i: int, till: Till) -> tuple[Office, Till] | None:
        """The till takes its next order."""
        order = self.next_order(office, i, till)
        if order is None or not till.alive:
            return None
        applied = self.apply(till, order)
        if not self.bounds.doubles:
            orders = list(office.orders)
            orders[i] = orders[i][1:]
            office = office._replace(orders=tuple(orders))
        return office, applied

    def apply(self, till: Till, order: Order) -> Till:
        step = self.rules.apply_order(till.hold, till.last_order_no, order)
        last = max([till.last_order_no, *(terms.order_no_of(fact) for fact in step[0])])
        return self.commit(till, step, last_order_no=last)

    def next_order(self, office: Office, i: int, till: Till) -> Order | None:
        return next(
            (order for order in office.orders[i] if order.order_no == till.last_order_no + 1), None
        )

    def under_way(self, office: Office, i: int, till: Till) -> tuple[Order, ...]:
        return tuple(order for order in office.orders[i] if order.order_no > till.last_order_no)

    # What the office does by itself.

    def office_acts(self, office: Office, left: Left) -> Iterator[tuple[str, Office, Left]]:
        if left.retired:
            for i, post in enumerate(office.posts):
                if not post.retired:
                    row, retired = self.rules.retire(office.row, post)
                    posts = (*office.posts[:i], retired, *office.posts[i + 1 :])
                    after = left._replace(retired=left.retired - 1)
                    yield f"{post.register} retired", office._replace(row=row, posts=posts), after
        if left.office_asks and office.row and office.spent == 0:
            posts_now = {post.register: post for post in office.posts}
            could, done = book.take(office.row, posts_now, 1)
            after = left._replace(office_asks=left.office_asks - 1)
            taken = self.stored(office, posts_now, done)
            yield "office takes", taken._replace(spent=int(could)), after

    # Resting: one fixed order of deliveries, open carts cancelled.

    def rest_till(self, till: Till) -> Till | None:
        if till.alive and till.hold.reserved:
            return self.commit(till, hold.cancel(till.hold))
        return None
