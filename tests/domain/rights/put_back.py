"""A small world whose office is put back to a backup once: a world of one right as in `world.py`.

Any state of the office may be the backup, and it may come back at any instant after that. The tills
know nothing of it. They exchange as they do: a request says from where it sends, how many entries,
whether that is all, and which order was taken last; it may be handed in twice, late; an answer may
be lost. Decisions are the product's (`book`, `adopting`); what its office keeps in tables
(`office.rights.forgotten`, `actions`) is a few fields here.

Left out of the journals is what neither office nor protocol reads: reserving, cancelling, waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from tests.domain.rights.world import KEY, Bounds, Left, Rules, Till, World, register

from skrin.domain.rights import adopting, book, hold, terms
from skrin.domain.rights.equation import out_of_book
from skrin.domain.rights.orders import Broken, Grant, Order, Recall
from skrin.domain.rights.rows import Ingested, Post, Row
from skrin.domain.rights.terms import (
    Fact,
    GiftCardCredited,
    RightBroken,
    RightClaimed,
    RightDecided,
    RightMove,
)


@dataclass(frozen=True)
class BackupBounds(Bounds):
    """`noticed`: the office sees at its start that its database was put back; else no sooner than
    by a till that knows more. `repeated`: how many requests come again, late. `across`: also
    one that was sent before the putting back, and comes after it."""

    noticed: bool = True
    repeated: int = 0
    across: bool = False


class Request(NamedTuple):
    """What a till says in an exchange, with places in its journal as it counts them now."""

    first: int
    facts: tuple[Fact, ...]
    all_of_it: bool
    orders_after: int
    before: bool


class Office(NamedTuple):
    """The office's database, of each till by its place; last the backup, and what only we know.

    `heads`: how many entries it has. `told`: the last order that the journal told of. `granted`:
    (claim, amount, or -1 when refused) of claims whose outcome no journal has told yet.
    `knows`: whether the book owes the tills nothing by a putting back. `named`: what was reported.
    """

    row: Row | None
    posts: tuple[Post, ...]
    orders: tuple[tuple[Order, ...], ...]
    heads: tuple[int, ...]
    told: tuple[int, ...]
    waits: tuple[tuple[RightClaimed, ...], ...]
    granted: tuple[tuple[tuple[str, int], ...], ...]
    catches_up: bool = False
    heard: frozenset[int] = frozenset()
    credited: int = 0
    reported: int = 0
    spent: int = 0
    beside: tuple[Any, ...] = ()
    backup: Office | None = None
    was_put_back: bool = False
    knows: bool = True
    named: frozenset[str] = frozenset()


def _at(parts: tuple[Any, ...], i: int, one: Any) -> tuple[Any, ...]:
    return (*parts[:i], one, *parts[i + 1 :])


@dataclass
class BackupRules(Rules):
    """What an office does that was put back; the product's own, unless a fault is planted."""

    as_told: Callable[..., Ingested] = adopting.as_told
    claims_wait: bool = True
    numbers_go_on: bool = True
    refuses_meanwhile: bool = True
    sends_anew: bool = True
    names_what_was_given_twice: bool = True
    ends: Callable[[Office], bool] = lambda office: len(office.heard) == len(office.heads)


class BackupWorld(World):
    """What may happen in such a world."""

    def __init__(self, bounds: BackupBounds, rules: BackupRules | None = None) -> None:
        super().__init__(bounds, rules or BackupRules())
        self.backs = bounds
        self.does: BackupRules = rules or BackupRules()
        self.rules = self.does

    def start(self) -> tuple[Any, Left, tuple[Till, ...]]:
        b = self.backs
        row = book.open_row(b.kind, KEY, b.units) if self.at_office else None
        tills = tuple(Till(hold.Hold(b.kind, KEY)) for _ in range(b.tills))
        none = ((),) * b.tills
        zero = (0,) * b.tills
        posts = tuple(Post(register(i)) for i in range(b.tills))
        left = World(replace(b, issued_before=False)).start()[1]._replace(repeated=b.repeated)
        office = Office(row, posts, none, zero, zero, none, none)
        return (office, left, tills) if not b.issued_before else self._lies_at_first(office, left)

    def _lies_at_first(self, office: Office, left: Left) -> tuple[Office, Left, tuple[Till, ...]]:
        """All of it lies idle at the first till: born there, or asked for and granted."""
        first, *others = (Till(hold.Hold(self.bounds.kind, KEY)) for _ in range(self.bounds.tills))
        if self.at_office:
            first = self.asked(first, self.issued)
        else:
            first, left = self._born(first, left._replace(births=1))
        for _ in range(2):
            office = self.take(office, 0, self.request(office, first, len(first.facts)))
            office, first = self.trimmed(office, 0, first._replace(sent=office.heads[0]))
            office, first = self.deliver(office, 0, first) or (office, first)
        return office, left, (first, *others)

    def _born(self, till: Till, left: Left) -> tuple[Till, Left]:
        step = hold.bear(till.hold, self.issued, "")
        return self.commit(till, step), left._replace(births=left.births - 1)

    def commit(self, till: Till, step: hold.Step, **truth: Any) -> Till:
        facts, held = step
        kept = till.facts + tuple(fact for fact in facts if not _of_no_account(fact))
        return till._replace(hold=held, facts=kept, **truth)

    # An exchange.

    def request(self, office: Office, till: Till, count: int) -> Request:
        facts = till.facts[till.sent : till.sent + count]
        rest = till.sent + count == len(till.facts)
        before = not office.was_put_back
        return Request(till.sent, facts, rest, till.last_order_no, before)

    def exchanges(self, office: Office, left: Left, till: Till, i: int) -> Iterator[Any]:
        """Every exchange that may follow: all or a part of what is to be sent; an answer or none;
        a request that is handed in a second time later."""
        unsent = len(till.facts) - till.sent
        for count in range(1, unsent + 1) if unsent else (0,):
            request = self.request(office, till, count)
            taken = self.take(office, i, request)
            answered = till._replace(sent=taken.heads[i])
            yield f"exchanges {count}", *self.trimmed(taken, i, answered), left
            if taken != office and taken.heads[i] != till.sent:
                yield f"exchanges {count}, answer lost", *self.trimmed(taken, i, till), left
            if left.repeated and till.beside is None:
                after = left._replace(repeated=left.repeated - 1)
                later = till._replace(beside=request)
                yield f"sends {count}, on its way", office, later, after
        if till.beside is not None and self._arrives(office, till.beside):
            taken = self.take(office, i, till.beside)
            arrived = till._replace(beside=None)
            yield "an old request comes", *self.trimmed(taken, i, arrived), left

    def goes_on(self, office: Office, i: int, till: Till) -> Office | None:
        """A person says that a till will not come: every other was heard."""
        others = frozenset(range(len(office.heads))) - {i}
        if till.alive or not office.catches_up or not others <= office.heard:
            return None
        after = self.end(office)
        return after._replace(named=after.named | {adopting.NOT_HEARD})

    def _arrives(self, office: Office, old: Request) -> bool:
        """What was sent to the office before it was put back died with its connection."""
        return self.backs.across or old.before != office.was_put_back

    def trimmed(self, office: Office, i: int, till: Till) -> tuple[Office, Till]:
        """Without the entries that nobody will ask for again, and the orders."""
        backup = None if office.was_put_back else office.backup
        known = [office.heads[i], till.sent]
        known += [backup.heads[i]] if backup else []
        known += [till.beside.first] if till.beside else []
        cut = min(known)
        office = _without(office, i, cut)
        if backup:
            office = office._replace(backup=_without(backup, i, cut))
        beside = till.beside and till.beside._replace(first=till.beside.first - cut)
        facts = till.facts[cut:]
        return office, till._replace(facts=facts, sent=till.sent - cut, beside=beside)

    def take(self, office: Office, i: int, request: Request) -> Office:
        """An exchange at the office, as `office.ingest.actions.take` with `rights.take` in it."""
        head = office.heads[i]
        if request.first > head:
            if request.facts:
                office = self.begin(office)
        else:
            owed = self._owes(office, i, request)
            for fact in request.facts[head - request.first :]:
                office = self.count(office, i, fact, request)
            if owed and not self._owes(office, i, request):
                waits = office.waits[i]
                office = office._replace(waits=_at(office.waits, i, ()))
                for claim in waits:
                    office = self.count(office, i, claim, request)
            after = max(head, request.first + len(request.facts))
            office = office._replace(heads=_at(office.heads, i, after))
        if office.catches_up and self._is_heard(office, i, request):
            office = office._replace(heard=office.heard | {i})
            if self.does.ends(office):
                office = self.end(office)
        return office

    @staticmethod
    def _is_heard(office: Office, i: int, request: Request) -> bool:
        ends_here = request.first + len(request.facts) == office.heads[i]
        return request.all_of_it and ends_here and request.orders_after <= office.told[i]

    def _owes(self, office: Office, i: int, request: Request) -> bool:
        return self.does.claims_wait and request.orders_after > office.told[i]

    def count(self, office: Office, i: int, fact: Fact, request: Request) -> Office:
        if isinstance(fact, RightClaimed) and self._owes(office, i, request):
            return office._replace(waits=_at(office.waits, i, (*office.waits[i], fact)))
        if terms.order_no_of(fact) > office.told[i]:
            office = self._tells_of_an_order(office, i, fact)
        if isinstance(fact, RightDecided):
            kept = tuple(one for one in office.granted[i] if one[0] != fact.claim_id)
            office = office._replace(granted=_at(office.granted, i, kept))
        posts = {post.register: post for post in office.posts}
        stops = office.catches_up and self.does.refuses_meanwhile
        done = self.does.ingest(
            *(office.row, posts, register(i), fact),
            forbidden=terms.CATCHING_UP if stops else "",
            late=office.catches_up,
        )
        credited = fact.amount if isinstance(fact, GiftCardCredited) else 0
        office = self.stored(office, posts, done)
        office = office._replace(credited=office.credited + credited)
        if isinstance(fact, RightClaimed):
            answers = [one.order for one in done.orders if one.register == register(i)]
            amount = next((one.amount for one in answers if isinstance(one, Grant)), -1)
            granted = (*office.granted[i], (fact.claim_id, amount))
            office = office._replace(granted=_at(office.granted, i, granted))
        return office

    def _tells_of_an_order(self, office: Office, i: int, fact: Fact) -> Office:
        """As `forgotten.Told.hear`, and what follows of it."""
        number, post = terms.order_no_of(fact), office.posts[i]
        mine = next((one for one in office.orders[i] if one.order_no == number), None)
        unheard = tuple(one for one in office.orders[i] if one.order_no > number)
        office = office._replace(
            told=_at(office.told, i, number), orders=_at(office.orders, i, unheard)
        )
        if self.does.numbers_go_on:
            last = max(post.last_order_no, number)
            numbered = replace(post, last_order_no=last)
            office = office._replace(posts=_at(office.posts, i, numbered))
        if mine is not None and adopting.is_told_by(mine, fact):
            return office
        if isinstance(mine, (Recall, Broken)) and self.does.sends_anew:
            office = self._send_anew(office, i, mine)
        office = self.begin(office)
        if isinstance(fact, RightDecided):
            return self._decided_before(office, i, fact)
        return self._adopt(office, i, fact, None) if isinstance(fact, RightBroken) else office

    def _send_anew(self, office: Office, i: int, mine: Recall | Broken) -> Office:
        number = office.posts[i].last_order_no + 1
        post = replace(office.posts[i], last_order_no=number)
        orders = (*office.orders[i], replace(mine, order_no=number))
        row = office.row
        if row is not None and isinstance(mine, Recall):
            row = adopting.recalled_anew(row, register(i), mine.order_no, number)
        return office._replace(
            row=row, posts=_at(office.posts, i, post), orders=_at(office.orders, i, orders)
        )

    def _decided_before(self, office: Office, i: int, fact: RightDecided) -> Office:
        """As `rights.actions._decided_before`."""
        waits = tuple(one for one in office.waits[i] if one.claim_id != fact.claim_id)
        found = waits != office.waits[i]
        office = office._replace(waits=_at(office.waits, i, waits))
        was = dict(office.granted[i]).get(fact.claim_id)
        granted_here = was if was is not None and was >= 0 else None
        if (not found and was is None) or fact.granted == (granted_here is not None):
            return office
        return self._adopt(office, i, fact, granted_here)

    def _adopt(
        self, office: Office, i: int, fact: RightDecided | RightBroken, granted_here: int | None
    ) -> Office:
        row = office.row or adopting.unheard(fact.kind, fact.key, self.issued)
        posts = {post.register: post for post in office.posts}
        done = self.does.as_told(row, posts, register(i), fact, granted_here)
        if isinstance(fact, RightBroken) and done.row == row:
            return office
        return self.stored(office, posts, done)

    @staticmethod
    def begin(office: Office) -> Office:
        if office.catches_up:
            return office
        return office._replace(catches_up=True, heard=frozenset())

    def end(self, office: Office) -> Office:
        named = office.named
        twice = office.row is not None and office.row.free < 0
        if twice and self.does.names_what_was_given_twice:
            named |= {adopting.GRANTED_TWICE}
        return office._replace(catches_up=False, heard=frozenset(), named=named, knows=True)

    def deliver(self, office: Any, i: int, till: Till) -> tuple[Any, Till] | None:
        order = self.next_order(office, i, till)
        if order is None or not till.alive:
            return None
        return office, self.apply(till, order)

    # What befalls the database.

    def office_acts(self, office: Any, left: Left) -> Iterator[tuple[str, Any, Left]]:
        if office.backup is None and not office.was_put_back:
            yield "backup made", office._replace(backup=office), left
        if office.backup is not None:
            back: Office = office.backup
            if self.backs.noticed:
                back = self.begin(back)
            yield "put back", back._replace(was_put_back=True, knows=False), left

    def owes(self, office: Office, i: int, till: Till) -> int:
        """The book equation with one till: 0, or by how much they disagree."""
        not_ingested = till.facts[office.heads[i] :]
        under_way = self.under_way(office, i, till)  # type: ignore[arg-type]
        return out_of_book(office.row, register(i), till.hold, not_ingested, under_way)


def _without(office: Office, i: int, cut: int) -> Office:
    return office._replace(heads=_at(office.heads, i, office.heads[i] - cut)) if cut else office


def _of_no_account(fact: Fact) -> bool:
    if isinstance(fact, RightMove):
        return fact.what in (terms.RESERVED, terms.CANCELLED, terms.WANTED, terms.UNWANTED)
    return isinstance(fact, terms.LeaseEnded)
