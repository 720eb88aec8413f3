"""The checks of the town: after every step what that step touched, each day all of it."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from skrin.domain.rights import journaled, orders, terms
from skrin.domain.rights.equation import out_of_book
from skrin.domain.rights.rows import Row
from skrin.till.examining import examine
from skrin.till.flow.rights_folding import LAST_ORDER, hold_of
from skrin.till.storage.damage import Finding
from skrin.till.verify import verify
from skrin.town.world.ledger import Ledger, Shared, must
from skrin.town.world.office import OLDER
from skrin.town.world.restoring import digest_of_registers
from skrin.town.world.tills import TownTill

if TYPE_CHECKING:
    from skrin.town.world.running import World


RECEIPTS = ("normal", "ovning")
"""What a unit calls receipts; copies and pro formas stand beside."""


class Checks:
    """The auditor of a town."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.shared = Shared()
        self.ledgers: dict[str, Ledger] = {}
        self.born_gift_cards: dict[str, int] = {}
        """Cards that were there before the town, with what was on them."""
        self.any_lost = False
        """A device is gone, and what it had not sent with it."""
        self.known_to: dict[str, int] = {}
        """By register: how far the office had its journal before it was put back to a backup."""
        self.unheard: set[str] = set()
        """Registers of devices that are gone, of which the office has forgotten something."""
        self.equations = 0
        self._verified: dict[str, int] = {}
        self._restored: dict[str, int] = {}

    def ledger(self, one: TownTill) -> Ledger:
        """The auditor's book of a till."""
        if one.register not in self.ledgers:
            self.ledgers[one.register] = Ledger(one.register, self.shared)
        return self.ledgers[one.register]

    # After every step.

    def read(self, one: TownTill) -> None:
        """Read what a till wrote since; what its screen confirmed has to be there still."""
        ledger = self.ledger(one)
        for entry in one.till.file.entries(ledger.seq + 1):
            ledger.take(entry)
        head = one.till.file.head()
        must(head[0] == ledger.seq, f"{one.name} has fewer entries than it had")

    def survived(self, one: TownTill) -> None:
        """After a death: what the screen had confirmed is in the journal, and what was read of it
        is what it says now."""
        promised = one.confirmed
        if promised.seq:
            found = one.till.file.entry(promised.seq)
            kept = found is not None and found.hash == promised.hash
            must(kept, f"{one.name} confirmed entry {promised.seq}, and lost it")
        ledger = self.ledgers.get(one.register)
        if ledger and ledger.seq:
            found = one.till.file.entry(ledger.seq)
            must(found is not None and found.hash == ledger.hash, f"{one.name} has another history")

    def step(self, touched: list[TownTill]) -> None:
        """What a step touched."""
        for one in touched:
            self.read(one)
            twice = one.printer.twice
            must(not twice, f"{one.name} printed a document 2 times ({''.join(twice)[:8]})")
        self._gift_cards_are_not_overdrawn()
        rights = set()
        for ledger in self.ledgers.values():
            rights |= ledger.touched
            ledger.touched.clear()
        if rights:
            self.book(rights)

    def lost(self, one: TownTill) -> None:
        """A device is gone: what it had not sent is unknown for ever."""
        self.any_lost = True
        at_office, _ = self.head_at_office(one)
        self.forgotten(one, at_office)
        unsent = [fact for seq, fact in self.ledger(one).facts if seq > at_office]
        for fact in unsent:
            if isinstance(fact, terms.GiftCardCredited):
                self.shared.gift_lost[fact.key] += fact.amount
            if isinstance(fact, terms.RightMove) and fact.what == terms.USED:
                # Of a parked receipt that was paid there, and again elsewhere, nobody can be told.
                generations = self.shared.parked_used.get(fact.key, [])
                if fact.generation in generations:
                    generations.remove(fact.generation)
        self.ledger(one).facts.clear()

    def forgotten(self, one: TownTill, at_office: int) -> None:
        """A till is out of use, and the office has less of its journal than it had. It waits for
        such a one no more: what it did there with a right may be done again. If the device is gone
        nobody can ever know, and the office has to name the till."""
        known_to = self.known_to.get(one.register, 0)
        if known_to <= at_office:
            return
        if one.gone:
            self.known_to[one.register] = at_office
            self.unheard.add(one.register)
        for seq, fact in self.ledger(one).history:
            if at_office < seq <= known_to:
                self.shared.unknowable.add(terms.right_of(fact))

    def forgotten_of_gone(self, one: TownTill, at_office: int) -> None:
        """The office was put back to a backup, after the device was gone."""
        known_to = self.known_to.get(one.register, 0)
        for seq, fact in self.ledger(one).history:
            if at_office < seq <= known_to and isinstance(fact, terms.GiftCardCredited):
                self.shared.gift_lost[fact.key] += fact.amount
        self.forgotten(one, at_office)

    def head_at_office(self, one: TownTill) -> tuple[int, bytes]:
        """Number and hash of the last entry that the office has of a till."""
        with self.world.office.inside():
            found = self.rows(
                "SELECT head_seq, head_hash FROM ingest_chain"
                " WHERE company_id = %s AND till = %s AND store = %s",
                one.enrolled.till,
                one.store,
            )
        return (int(found[0][0]), bytes(found[0][1])) if found else (0, b"")

    def _gift_cards_are_not_overdrawn(self) -> None:
        shared = self.shared
        for key, used in shared.gift_used.items():
            had = self.born_gift_cards.get(key, 0) + shared.gift_credited[key]
            fits = used <= had or shared.excused(terms.GIFT_CARD, key)
            must(fits, f"{used} was used of a gift card that ever had {had}")

    # The book of rights.

    def book(self, rights: set[tuple[str, str]]) -> None:
        """The book equation of these rights, for every till (I7)."""
        from skrin.office.rights import queries

        self.equations += len(rights)
        office = self.world.office
        with office.inside():
            if queries.catching_up(office.company):
                return  # It was put back, and has not heard all journals again.
            rows = {
                right: queries.row(office.company, *right)
                for right in rights - self.shared.unknowable
            }
            heads = self.heads()
            known = self.known_registers()
            under_way = self._orders()
        for right, row in rows.items():
            if row is not None:
                fits = row.adds_up() or self._gave_back_unheard(row, heads)
                must(fits, f"the book does not add up: {row}")
            elif right[0] in journaled.BORN_WITH_RECEIPTS:
                continue  # The office has not heard of this receipt.
            for one in self.world.all_tills:
                if one.register in known:
                    self._equation(one, right, row, heads, under_way)

    def _gave_back_unheard(self, row: Row, heads: dict[str, int]) -> bool:
        """Whether somebody who holds some of it gave it back in an end that the office, which was
        put back, has not heard again: what others got of it stands in To look at meanwhile."""
        books = (self.ledgers.get(one.register) for one in row.held)
        return any(book.ended_at > heads.get(book.register, 0) for book in books if book)

    def _equation(
        self,
        one: TownTill,
        right: tuple[str, str],
        row: Any,
        heads: dict[str, int],
        under_way: list[tuple[str, orders.Order]],
    ) -> None:
        ledger = self.ledger(one)
        head = heads.get(one.register, 0)
        ledger.facts = [(seq, fact) for seq, fact in ledger.facts if seq > head]
        last_order = int(one.till.file.state(LAST_ORDER, "0"))
        hold = hold_of(one.till.file, one.register, *right, 1)
        owed = out_of_book(
            row,
            one.register,
            hold,
            [fact for _, fact in ledger.facts if terms.right_of(fact) == right],
            [
                order
                for register, order in under_way
                if register == one.register
                and order.order_no > last_order
                and (order.kind, order.key) == right
            ],
        )
        # In its end a till gives back all that lies there at once; how much, the book knows alone.
        must(
            owed <= 0 if ledger.ended_at > head else owed == 0,
            f"book and {one.name} disagree by {owed} about {right[0]} {right[1][:12]}:"
            f" the book has {row}, the till {hold}",
        )
        if ledger.ended_at:
            must(hold.have == hold.reserved == 0, f"{one.name} has ended, and holds {hold}")

    def heads(self) -> dict[str, int]:
        """By register: how far the office has its journal. Call inside the company."""
        return {
            f"{till}-{store}": seq
            for till, store, seq in self.rows(
                "SELECT till, store, head_seq FROM ingest_chain WHERE company_id = %s"
            )
        }

    def known_registers(self) -> set[str]:
        """Those that the office has not forgotten altogether. Call inside the company."""
        from skrin.office.tills import queries as tills

        return {*tills.registers(self.world.office.company)}

    def _orders(self) -> list[tuple[str, orders.Order]]:
        last = {
            one.register: int(one.till.file.state(LAST_ORDER, "0")) for one in self.world.all_tills
        }
        found = []
        for register, after in last.items():
            found += self.rows(
                "SELECT register, order_no, kind, body::text FROM rights_order"
                " WHERE company_id = %s AND register = %s AND order_no > %s",
                register,
                after,
            )
        return [
            (register, orders.read_order(number, kind, json.loads(body)))
            for register, number, kind, body in found
        ]

    def rows(self, statement: str, *more: int | str) -> list[tuple[Any, ...]]:
        """Rows of this company. Call inside it."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(statement, [self.world.office.company, *more])
            return list(cursor.fetchall())

    # Each day, and at the end.

    def day(self, *, anew: bool = True, whole: bool = False) -> None:
        """All of it: money, paper, files; and the office, where it can be reached. `anew`: journals
        that have grown are read from their beginning; `whole`: all are, grown or not."""
        for one in self.world.all_tills:
            self._cards(one)
            self._units(one)
            if whole or (anew and self._has_grown(one, self._verified)):
                self._journal(one, whole)
            if self.world.reaches(one):
                one.exchange()
                self.read(one)
                self._orders_are_taken(one)  # Before another's claim brings more.
        if self.world.office.answers:
            rights = set()
            with self.world.office.inside():
                found = "SELECT kind, key FROM rights_book WHERE company_id = %s"
                rights = {(str(kind), str(key)) for kind, key in self.rows(found)}
            self.book(rights)
        for one in self.world.all_tills:
            if self.world.reaches(one):
                self._office(one)
                if whole or (anew and self._has_grown(one, self._restored)):
                    self.world.restored.check(one)
                    self._restored[one.register] = self.ledger(one).seq

    def _has_grown(self, one: TownTill, since: dict[str, int]) -> bool:
        """Whether its journal is longer by half than it was. What reads it from the beginning waits
        for that, so that a month does not cost thirty times a day."""
        return self.ledger(one).seq * 2 >= since.get(one.register, 0) * 3

    def _journal(self, one: TownTill, whole: bool) -> None:
        """The journal as it lies on the disk, from its first entry. Each new one was proven when it
        was read."""
        if whole and one is self.world.tills[0]:
            verify(one.till.file.path)  # As an inspector would; the examination reads as much.
        self._verified[one.register] = self.ledger(one).seq
        found = examine(one.till.file.path, one.place).findings
        # A false one would stop a till that is whole.
        must(not found, f"{one.name} examined: {'; '.join(map(Finding.words, found))}")

    def _cards(self, one: TownTill) -> None:
        """Each charge belongs to a receipt, or lies on the counter, or is undone."""
        ledger = self.ledger(one)
        found = ledger.card_differences(one.terminal.moved_minor)
        must(not found, "; ".join(found))
        known = {*ledger.attempt_minor}
        desk = one.till.desk
        if desk.attempt:
            known.add(desk.attempt.begun.attempt_id)
        stray = {*one.terminal.moved_minor} - known
        must(not stray, f"{one.name}: the terminal moved money of which nobody knows: {stray}")
        open_cart = desk.cart.cart_id if desk.cart else ""
        pending = {sealed.cart_id for _, sealed in ledger.waiting.values()}
        for cart_id, minor in ledger.card_by_cart().items():
            if cart_id in (open_cart, *pending):
                continue
            on_receipts = ledger.receipt_card_minor[cart_id]
            must(
                minor == on_receipts,
                f"{one.name}: {minor} went over the card terminal for a cart whose receipts"
                f" say {on_receipts}",
            )

    def _units(self, one: TownTill) -> None:
        """Every mark is one that the unit gave to that receipt."""
        ledger = self.ledger(one)
        given = {registered.code: registered for registered in one.unit.registered}
        for code, receipt_id in self.shared.codes.items():
            sealed = ledger.signed.get(receipt_id)
            if sealed is None:
                continue
            registered = given.get(code)
            must(registered is not None, f"{one.name}: no unit gave the mark of {sealed.number}")
            assert registered is not None
            same = (registered.number, registered.total_minor) == (
                sealed.number,
                sealed.total_minor,
            )
            must(same, f"{one.name}: the mark of {sealed.number} was given to {registered.number}")
        times = Counter(
            registered.receipt_id
            for registered in one.unit.registered
            if registered.receipt_type in RECEIPTS
        )
        for receipt_id, told in ledger.attempts_at_unit.items():
            really = times[receipt_id]
            must(
                really <= told,
                f"{one.name}: a receipt was registered {really} times, its mark tells of {told}",
            )

    def _office(self, one: TownTill) -> None:
        """The office has the till's journal, its receipts, its Z, and accounts that balance."""
        ledger, company = self.ledger(one), self.world.office.company
        till, store = one.enrolled.till, one.store
        with self.world.office.inside():
            chain = self.rows(
                "SELECT head_seq, head_hash, stopped, alarm FROM ingest_chain"
                " WHERE company_id = %s AND till = %s AND store = %s",
                till,
                store,
            )
            must(bool(chain), f"the office knows nothing of {one.name}")
            seq, digest, stopped, alarm = chain[0]
            must(not stopped and not alarm, f"the office has stopped {one.name}: {alarm}")
            same = (seq, bytes(digest)) == (ledger.seq, ledger.hash)
            must(same, f"the office has {seq} entries of {one.name}, not {ledger.seq}")
            unread = self.rows(
                "SELECT seq, kind, why FROM ingest_unread"
                " WHERE company_id = %s AND till = %s AND store = %s",
                till,
                store,
            )
            must(not unread, f"the office cannot read entries of {one.name}: {unread}")
            found = self.rows(
                "SELECT count(*), coalesce(sum(total_minor), 0)::bigint FROM receipts_receipt"
                " WHERE company_id = %s AND till = %s AND store = %s AND mode = 'normal'",
                till,
                store,
            )[0]
            normal = (ledger.receipts, self._net(ledger))
            must(tuple(found) == normal, f"the office has {found} of {one.name}, not {normal}")
            self._registers(one)
            self._closings(one, ledger, company)

    def _orders_are_taken(self, one: TownTill) -> None:
        """A till that has just talked to the office has taken every order (I8)."""
        with self.world.office.inside():
            found = self.rows(
                "SELECT last_order_no FROM rights_post WHERE company_id = %s AND register = %s",
                one.register,
            )
        given = int(found[0][0]) if found else 0
        taken = int(one.till.file.state(LAST_ORDER, "0"))
        must(given == taken, f"{one.name} has taken {taken} of {given} orders, and rests")

    def _parked_list(self, one: TownTill) -> None:
        """The till shows the store's parked receipts as the office has them, where it takes the
        list at all. At rest: who spoke before another till has not heard of that one yet."""
        from skrin.office.rights import queries

        if one.link.dialect == OLDER:
            return
        found = {card.cart_id: card for card in one.till.sharing.parked}
        wanted = {
            card.cart_id: card
            for card in queries.parked_cards(self.world.office.company, one.store)
        }
        must(found == wanted, f"{one.name} shows parked receipts that are not the office's list")

    def _registers(self, one: TownTill) -> None:
        """The till has the registers that the office publishes now, to the byte; and nothing that
        was said to it out of order made it take itself for a copy."""
        must(not one.till.sharing.frozen, f"{one.name} holds no rights, and was never put back")
        number, digest = self.rows(
            "SELECT number, digest FROM publication_edition WHERE company_id = %s AND store = %s"
            " ORDER BY number DESC LIMIT 1",
            one.store,
        )[0]
        told = int(one.till.file.state("publication")), one.till.file.state("publication_digest")
        must(told == (number, digest), f"{one.name} has publication {told[0]}, not {number}")
        made = digest_of_registers(one.till.file.path)
        must(made == digest, f"the registers of {one.name} are not publication {number}")

    @staticmethod
    def _net(ledger: Ledger) -> int:
        open_minor = sum(s.sales_minor - s.returns_minor for s in ledger.periods.values())
        return ledger.grand_sales_minor - ledger.grand_returns_minor + open_minor

    def _closings(self, one: TownTill, ledger: Ledger, company: int) -> None:
        from skrin.office.accounting import queries as accounting
        from skrin.office.receipts import queries as receipts

        books = accounting.books(company)
        while ledger.closings:
            seq = ledger.closings.pop()
            found = receipts.closing(company, one.enrolled.till, one.store, seq)
            must(found is not None, f"the office has no Z at entry {seq} of {one.name}")
            assert found is not None
            made = accounting.day_voucher(books, found[1])
            must(made.refusal is None, f"no accounts for Z {found[1].number}: {made.refusal}")
            same = made.debit_minor == made.credit_minor
            must(same, f"the voucher of Z {found[1].number} of {one.name} is off balance")

    def told_of_breaks(self) -> None:
        """At rest: a parked receipt that was used under two generations is reported (I4)."""
        with self.world.office.inside():
            told = self.rows(
                "SELECT DISTINCT key FROM rights_report WHERE company_id = %s"
                " AND what IN ('used_after_break', 'edited_after_break')"
            )
        known = {str(key) for (key,) in told}
        for key, generations in self.shared.parked_used.items():
            if len(generations) > 1 and not self.shared.excused(terms.PARKED, key):
                must(key in known, f"parked receipt {key[:8]} was used twice, nobody is told")

    def office_catches_up(self) -> bool:
        """Whether the office was put back, and has not heard every till since."""
        from skrin.office.rights import queries

        with self.world.office.inside():
            return queries.catching_up(self.world.office.company) is not None

    def has_caught_up(self) -> None:
        """At rest: an office that was put back has heard every till, and the book is as if nothing
        had been: nothing was given twice."""
        from skrin.office.rights import queries

        office = self.world.office
        with office.inside():
            late = queries.catching_up(office.company)
            twice = self.rows(
                "SELECT kind, key FROM rights_report WHERE company_id = %s"
                " AND what = 'granted_twice'"
            )
            waiting = self.rows("SELECT * FROM rights_waiting WHERE company_id = %s")
            for one in self.world.tills:
                self._parked_list(one)
            if self.world.put_back_over or self.shared.ended:
                # What a till had given back that was heard last was reported as given twice before.
                twice = self.rows(
                    "SELECT kind, key FROM rights_book WHERE company_id = %s AND free < 0"
                )
            named = self.rows(
                "SELECT register FROM rights_report WHERE company_id = %s AND what = 'not_heard'"
            )
            known = self.known_registers()
        unknown = [one.name for one in self.world.tills if one.register not in known]
        must(not unknown, f"the office has forgotten {unknown}, which sell on")
        twice = [right for right in twice if not self.shared.excused(*map(str, right))]
        must(late is None, f"the office was put back, and waits still: {late}")
        unnamed = self.unheard - {str(register) for (register,) in named}
        must(not unnamed, f"the office has forgotten what {unnamed} did, and nobody is told")
        must(not twice, f"the office was put back, and gave twice: {twice}")
        must(not waiting, f"the office was put back, and leaves claims open: {waiting}")

    def gift_cards(self) -> None:
        """At rest: each card's balance is what its movements come to."""
        from skrin.office.giftcards import queries as giftcards

        shared, company = self.shared, self.world.office.company
        with self.world.office.inside():
            for key in {*self.born_gift_cards, *shared.gift_credited}:
                card = giftcards.card(company, key)
                had = self.born_gift_cards.get(key, 0) + shared.gift_credited[key]
                left = had - shared.gift_lost[key] - shared.gift_used[key]
                balance = card.balance if card else 0
                # What a lost device used and never sent stays frozen on the card (rule 12).
                fits = balance >= left if self.any_lost else balance == left
                must(fits, f"a gift card has {balance} on it; its movements leave {left}")
