"""A small town around one store: cashiers at three tills do what cashiers do, links break, answers
are lost, messages come twice, programs are killed; after each step the book equation holds.

The truth that no program knows is read off the journals of all tills: what was really sold, and
what really came back.
"""

from __future__ import annotations

import random
from collections import Counter as Tally
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.office.rights.store import ALVA, SAGA, ATill, Store

from skrin.domain.beside import CopySealed
from skrin.domain.money import half_up
from skrin.domain.receipt import RETURN, SALE, ReceiptLine, ReceiptSealed
from skrin.domain.refusal import Refusal
from skrin.domain.rights import terms
from skrin.till.flow import parking, returning, rights, selling
from skrin.till.flow.rights_folding import open_holds

GOODS = ("coffee", "mug", "tea")


@dataclass
class Town:
    """A store, a seed, and what happened."""

    store: Store
    seed: int
    breaks: bool = True
    told: list[str] = field(default_factory=list)
    refused: Tally[str] = field(default_factory=Tally)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.store.opens(3)
        self.sales: list[tuple[ATill, ReceiptSealed]] = []

    def steps(self, count: int) -> None:
        """So many things happen, each checked."""
        doings = [
            *((self.sells, 3), (self.parks, 4), (self.fetches, 5), (self.pays, 3)),
            *((self.deletes, 1), (self.aborts, 1), (self.wants_returns, 4), (self.returns, 4)),
            *((self.goes_on, 1), (self.chases, 4), (self.exchanges, 8), (self.loses_an_answer, 2)),
            *((self.copies, 4),),
            *((self.doubles, 2), (self.link, 2), (self.restarts, 1), (self.waits, 2)),
            *(((self.takes_over, 1),) if self.breaks else ()),
        ]
        names, weights = zip(*doings, strict=True)
        for _ in range(count):
            do: Callable[[ATill], None] = self.dice.choices(names, weights)[0]
            till = self.dice.choice(self.store.tills)
            self.told.append(f"{till.designation} {do.__name__}")
            try:
                do(till)
            except Refusal as no:
                self.refused[no.code] += 1
                self.told[-1] += f" ({no.code})"
            self.store.adds_up()
            self.truth()

    # What cashiers do.

    def sells(self, one: ATill) -> None:
        if one.till.desk.cart is None:
            one.rings(self.dice.choice(GOODS), self.dice.choice(GOODS))
            self.pays(one)

    def parks(self, one: ATill) -> None:
        one.rings(self.dice.choice(GOODS))
        parking.park(one.till, ALVA, parking.proposed_name(one.till))

    def fetches(self, one: ATill) -> None:
        here = [parked.cart.cart_id for parked in parking.parked_carts(one.till.file)]
        there = [card.cart_id for card in parking.elsewhere(one.till, one.till.file)]
        if here or there:
            parking.fetch(one.till, ALVA, self.dice.choice(here + there))

    def takes_over(self, one: ATill) -> None:
        there = parking.elsewhere(one.till, one.till.file)
        if there:
            parking.take_over(one.till, ALVA, self.dice.choice(there).cart_id, SAGA)

    def pays(self, one: ATill) -> None:
        if one.till.desk.cart is None:
            return
        one.pays()
        finished = one.till.desk.finished
        for sealed in finished.receipts if finished else ():
            if sealed.kind == SALE:
                self.sales.append((one, sealed))

    def deletes(self, one: ATill) -> None:
        here = parking.parked_carts(one.till.file)
        if here:
            parking.delete(one.till, ALVA, self.dice.choice(here).cart.cart_id)

    def aborts(self, one: ATill) -> None:
        selling.abort(one.till, ALVA)

    def wants_returns(self, one: ATill) -> None:
        if self.sales:
            returning.want(one.till, ALVA, self._key(one, *self.dice.choice(self.sales[-6:])))

    def _key(self, one: ATill, seller: ATill, sale: ReceiptSealed) -> str:
        if seller is not one:
            returning.find(one.till, one.wire, sale.designation, sale.number)
        return returning.own_key(seller.till, seller.till.file, sale.number)

    def returns(self, one: ATill) -> None:
        able = []
        for seller, sale in self.sales[-6:]:
            key = returning.own_key(seller.till, seller.till.file, sale.number)
            if returning.lies_here(one.till, one.till.file, key):
                able.append((seller, sale, key))
        if not able:
            return
        seller, sale, key = self.dice.choice(able)
        line = self.dice.choice(sale.lines)
        returning.return_line(
            one.till,
            ALVA,
            self.store.tap(),
            sale.number if seller is one else 0,
            line.line,
            self.dice.choice([None, min(line.quantity_milli, 1)]),
            key="" if seller is one else key,
        )
        if self.dice.random() < 0.7:
            self.pays(one)

    def copies(self, one: ATill) -> None:
        if self.sales:
            key = self._key(one, *self.dice.choice(self.sales[-6:]))
            one.counter.copy_receipt(ALVA, self.store.tap(), key)

    def goes_on(self, one: ATill) -> None:
        for kind, key in list(one.till.sharing.wishes):
            rights.go_on_without(one.till, ALVA, kind, key)

    def chases(self, one: ATill) -> None:
        """Wait until what was asked for came, or somebody says no."""
        if not one.till.sharing.hurries():
            self.fetches(one) if one.till.desk.cart is None else self.wants_returns(one)
        for _ in range(2):
            for other in (one, *self.store.tills):
                other.counter.upload_lane.step()
            self.store.clock.forward(2.5)

    # What goes wrong.

    def exchanges(self, one: ATill) -> None:
        one.counter.upload_lane.step()

    def loses_an_answer(self, one: ATill) -> None:
        one.wire.loses = 1
        one.counter.upload_lane.step()
        one.wire.loses = 0

    def doubles(self, one: ATill) -> None:
        if one.wire.seen:
            self.store.cast.take(self.dice.choice(one.wire.seen), self.store.clock.utc_ms)
        if one.wire.answers:
            rights.take_orders(one.till, self.dice.choice(one.wire.answers).orders)

    def link(self, one: ATill) -> None:
        one.wire.away = not one.wire.away and self.dice.random() < 0.5
        one.counter.upload_lane.step()

    def restarts(self, one: ATill) -> None:
        one.restart()

    def waits(self, one: ATill) -> None:
        self.store.clock.forward(self.dice.choice([1.0, 3.0, 12.0]))

    # The truth.

    def truth(self) -> None:
        """Nothing was sold twice unless it was taken over, never more came back than was sold, and
        each return is what D12 says."""
        sealed = [body for one in self.store.tills for body in one.bodies("receipt.sealed")]
        receipts = [body for body in sealed if isinstance(body, ReceiptSealed)]
        taken = {key for (key,) in self.store.cast.rows("SELECT key FROM rights_report")}
        copied = [body for one in self.store.tills for body in one.bodies("copy.sealed")]
        keys = Tally(body.key for body in copied if isinstance(body, CopySealed))
        assert all(times == 1 for times in keys.values()), keys
        settled = Tally(body.cart_id for body in receipts if body.kind == SALE)
        for cart_id, times in settled.items():
            assert times == 1 or cart_id in taken, f"{cart_id} was sold {times} times"
        back: dict[tuple[str, int], list[ReceiptLine]] = {}
        for body in receipts:
            for line in body.lines if body.kind == RETURN else ():
                assert line.origin is not None
                back.setdefault((line.origin.receipt_id, line.origin.line), []).append(line)
        sold = {(r.receipt_id, li.line): li for r in receipts if r.kind == SALE for li in r.lines}
        for place, lines in back.items():
            milli = sum(line.quantity_milli for line in lines)
            of = sold[place]
            assert milli <= of.quantity_milli, f"{milli} of {of.quantity_milli} came back"
            paid_minor = sum(line.amount_minor for line in lines)
            assert paid_minor == half_up(of.amount_minor * milli, of.quantity_milli)

    def rests(self) -> None:
        """With good links and open receipts given up everything comes to rest: no claim is open,
        both sides agree, and who asks twice gets what lies idle (I8, I9)."""
        for one in self.store.tills:
            one.wire.away, one.wire.loses = False, 0
            selling.abort(one.till, ALVA)
            self.goes_on(one)
        self._all_exchange(4)
        self.truth()
        for one in self.store.tills:
            assert all(not held.claim and not held.reserved for held in open_holds(one.till.file))
            assert self.store.head_of(one) == one.till.head.seq
        asker = self.store.tills[0]
        for card in parking.elsewhere(asker.till, asker.till.file):
            parking.fetch(asker.till, ALVA, card.cart_id)
            self._all_exchange(3)
            if asker.till.desk.cart is None:
                parking.fetch(asker.till, ALVA, card.cart_id)
                self._all_exchange(2)
            assert asker.till.desk.cart is not None, card
            assert asker.till.desk.cart.cart_id == card.cart_id
            parking.park(asker.till, ALVA, "åter")
        self._all_exchange(2)
        rows = self.store.cast.rows(
            "SELECT total, free, used, held::text FROM rights_book WHERE kind = %s", [terms.PARKED]
        )
        assert all(total == 1 for total, *_ in rows)

    def _all_exchange(self, times: int) -> None:
        for _ in range(times):
            for one in self.store.tills:
                one.meets()
                self.store.adds_up()
            self.store.clock.forward(2.5)
