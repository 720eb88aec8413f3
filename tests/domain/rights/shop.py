"""An office and its tills for one right, by hand: the words of the rules' tests."""

from __future__ import annotations

from skrin.domain.codec import decode, encode
from skrin.domain.rights import book, hold, orders, terms
from skrin.domain.rights.equation import out_of_book
from skrin.domain.rights.hold import Hold
from skrin.domain.rights.rows import Ingested, Post, Report, Row
from skrin.domain.rights.terms import Fact
from skrin.sync.messages import Order as WireOrder


class Register:
    """A till: its hold, its journal, and how much of it the office has. Nothing is ever erased."""

    def __init__(self, name: str, kind: str) -> None:
        self.name = name
        self.hold = Hold(kind, "k")
        self.journal: list[Fact] = []
        self.sent = 0
        self.last_order_no = 0

    def does(self, step: hold.Step) -> tuple[Fact, ...]:
        """Commit a command. The hold is what folding the facts over it gives, nothing else."""
        facts, after = step
        folded = self.hold
        for fact in facts:
            folded = hold.fold(folded, fact)
        assert folded == after
        self.hold = after
        self.journal += facts
        self.last_order_no = max([self.last_order_no, *map(terms.order_no_of, facts)])
        return facts


class Shop:
    """The office's row, posts, orders and reports, and the registers that it writes to."""

    def __init__(self, kind: str, names: str = "ABC", row: Row | None = None) -> None:
        self.row = row
        self.tills = {name: Register(name, kind) for name in names}
        self.posts = {name: Post(name) for name in names}
        self.orders: dict[str, list[WireOrder]] = {name: [] for name in names}
        self.reports: list[Report] = []

    def __getitem__(self, name: str) -> Register:
        return self.tills[name]

    def asks(self, name: str, amount: int = 1, *, seen_generation: int = 0) -> None:
        till = self.tills[name]
        claim_id = f"{name}{len(till.journal)}"
        till.does(
            hold.ask(
                till.hold,
                claim_id,
                amount,
                f"cart {name}",
                online=True,
                seen_generation=seen_generation,
            )
        )

    def uploads(self, name: str, *, until_utc_ms: int | None = None) -> None:
        """All that the office has not got, entry by entry."""
        till = self.tills[name]
        while till.sent < len(till.journal):
            fact = till.journal[till.sent]
            done = book.ingest(self.row, self.posts, name, fact, until_utc_ms=until_utc_ms)
            till.sent += 1
            self.stores(done)
        self.adds_up()

    def stores(self, done: Ingested) -> None:
        self.posts = book.posts_after(self.posts, done)
        self.row = done.row
        self.reports += done.reports
        for sent in done.orders:
            wire = WireOrder(*orders.fields_of(sent.order))
            self.orders[sent.register].append(decode(WireOrder, encode(wire)))

    def takes_orders(self, name: str) -> list[Fact]:
        """All that the office has ordered, through the wire; returns the facts journaled."""
        till = self.tills[name]
        facts: list[Fact] = []
        for wire in self.orders[name]:
            order = orders.read_order(wire.order_no, wire.kind, wire.body)
            facts += till.does(hold.apply_order(till.hold, till.last_order_no, order))
        self.adds_up()
        return facts

    def exchanges(self, name: str) -> list[Fact]:
        """Up, down, and up again with what the orders gave."""
        self.uploads(name)
        facts = self.takes_orders(name)
        self.uploads(name)
        return facts

    def gets(self, name: str, amount: int = 1) -> None:
        """Ask, be granted, and have it idle."""
        before = self.tills[name].hold.have
        self.asks(name, amount)
        self.exchanges(name)
        assert self.tills[name].hold.have == before + amount

    def adds_up(self) -> None:
        """The book adds up, and the book equation holds with every till."""
        assert self.row is None or self.row.adds_up()
        for name, till in self.tills.items():
            waiting = [
                orders.read_order(wire.order_no, wire.kind, wire.body)
                for wire in self.orders[name]
                if wire.order_no > till.last_order_no
            ]
            owed = out_of_book(self.row, name, till.hold, till.journal[till.sent :], waiting)
            assert owed == 0, name
