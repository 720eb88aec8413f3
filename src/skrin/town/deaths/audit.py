# ruff: noqa: S608 (statements are put together from constants; every value is bound)
"""The auditor of the deaths: what was promised is there, and everybody tells the same.

He reads each journal with the simulated town's book (`town/world/ledger.py`), which adds up by
itself, and holds it against what stands outside of the programs: promises, card terminals, control
unit, paper, and the office's tables. Cheap looks follow each death; all of it is done at rest.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from skrin.domain.codec import decode_body
from skrin.domain.entry import NORMAL, Entry
from skrin.domain.journal import verify_chain
from skrin.domain.receipt import RETURN, ReceiptSealed, ReceiptSigned
from skrin.till.verify import verify
from skrin.town.deaths.paper import Paper
from skrin.town.deaths.promises import Promises
from skrin.town.deaths.street import Post, Street
from skrin.town.demo_witnesses import device_json
from skrin.town.replay_company import owner_of
from skrin.town.replay_office import read_sie
from skrin.town.replay_till import ReplayFailed
from skrin.town.web import WebFault, WebSession
from skrin.town.world.ledger import Finding, Ledger, Shared, must

SIGNS = {"charges": 1, "refunds": -1, "reversals": -1}


class Book:
    """One register: its journal as far as it was read, and its devices."""

    def __init__(self, post: Post, shared: Shared, paper: Paper) -> None:
        self.post = post
        self.paper = paper
        self.shared = shared
        self.ledger = Ledger(post.register, shared)
        self.by_number: dict[int, ReceiptSealed] = {}
        self.signed: set[int] = set()
        self.normal: set[str] = set()
        self.delivered: Counter[str] = Counter()
        self._delivery_of: dict[int, str] = {}
        self.begun: dict[str, str] = {}
        """By the service id of a message to the card terminal: our attempt."""
        self.card: dict[int, dict[str, Any]] = {}
        self._card_read = 0
        self.accounted = 0
        """Of how many Z the accounting file was read."""

    def read(self) -> None:
        """Read what was written since. Raises `Finding`."""
        reader = self.post.reader()
        try:
            for entry in reader.entries(self.ledger.seq + 1):
                self.ledger.take(entry)
                self._note(entry)
            head = reader.head()
            must(head[0] >= self.ledger.seq, f"{self.post.designation} has lost entries")
            kept = reader.entry(self.ledger.seq)
            same = self.ledger.seq == 0 or (kept is not None and kept.hash == self.ledger.hash)
            must(same, f"{self.post.designation} has another history")
        finally:
            reader.close()

    def _note(self, entry: Entry) -> None:
        header = entry.header
        if header.kind not in ("receipt.sealed", "receipt.signed", "payment.begun"):
            if header.kind == "document.delivered":
                body: Any = decode_body(header.kind, header.version, entry.body)
                self.delivered[body.delivery_id] += 1
            return
        said: Any = decode_body(header.kind, header.version, entry.body)
        if isinstance(said, ReceiptSealed):
            if header.mode == NORMAL:
                self.by_number[said.number] = said
                self.normal.add(said.receipt_id)
        elif isinstance(said, ReceiptSigned):
            if header.mode == NORMAL:
                self.signed.add(said.number)
                self._delivery_of[said.number] = said.delivery.delivery_id
        else:
            self.begun[said.service_id] = said.attempt_id

    # After each death.

    def kept(self, promised: Promises) -> None:
        """What was promised before a death is there after it. Raises `Finding`."""
        where = self.post.designation
        lost = promised.taps - self.ledger.taps
        must(not lost, f"{where}: {len(lost)} taps were answered, and are not in the journal")
        for number, paid_minor in promised.receipts.items():
            sealed = self.by_number.get(number)
            must(sealed is not None, f"{where}: the screen told of receipt {number}; it is gone")
            assert sealed is not None
            kept_minor = abs(sealed.to_pay_minor)
            same = kept_minor == paid_minor
            must(same, f"{where}: receipt {number} was shown with {paid_minor}, it is {kept_minor}")
            marked = number in self.signed
            must(marked, f"{where}: the screen told of receipt {number}, which has no mark now")
        missing = promised.closings - set(range(1, self.ledger.last_number["Z"] + 1))
        must(not missing, f"{where}: the screen told of Z {sorted(missing)}; they are gone")

    def intents(self) -> None:
        """Whatever the card terminal was asked for was written down before. Raises `Finding`."""
        asked = {str(one["service_id"]): one for one in self.card.values()}
        unknown = [one for service, one in asked.items() if service not in self.begun]
        must(
            not unknown,
            f"{self.post.designation}: the card terminal was asked for what no entry tells of:"
            f" {[(one['kind'], one['amount_minor']) for one in unknown]}",
        )

    def read_card(self) -> None:
        """What the card terminal remembers, which is on its disk. Read it before the journal."""
        if not self.post.card_log.exists():
            return
        with self.post.card_log.open("rb") as file:
            file.seek(self._card_read)
            said = file.read()
        whole = said.rfind(b"\n") + 1
        self._card_read += whole
        for line in said[:whole].splitlines():
            event = json.loads(line)
            if event["event"] == "begin":
                self.card[event["number"]] = event
            else:
                self.card[event["number"]] |= event

    def printed_once(self) -> None:
        """No receipt came out twice as an original, or without its mark. Look at the paper before
        the journal is read: a till goes on meanwhile. Raises `Finding`."""
        twice = {number: n for number, n in self.paper.originals.items() if n > 1}
        must(not twice, f"{self.post.designation}: receipts came out more than once: {twice}")
        strange = set(self.paper.originals) - self.signed
        must(not strange, f"{self.post.designation}: paper of unsigned receipts {strange}")

    # At rest.

    def all_printed(self) -> None:
        """Each receipt came out, once. Raises `Finding`."""
        self.printed_once()
        where = self.post.designation
        missing = [n for n in self.signed if self.paper.originals.get(n, 0) != 1]
        must(not missing, f"{where}: receipts {missing} never came out of the printer")
        undelivered = [n for n, one in self._delivery_of.items() if self.delivered[one] != 1]
        must(not undelivered, f"{where}: {undelivered} are not delivered once by the journal")

    def money(self) -> None:
        """Each charge belongs to a receipt or is undone. Raises `Finding`."""
        moved: Counter[str] = Counter()
        for one in self.card.values():
            if one.get("is_approved"):
                attempt = self.begun[str(one["service_id"])]
                moved[attempt] += SIGNS[one["kind"]] * int(one["amount_minor"])
        ledger, where = self.ledger, self.post.designation
        told = ledger.card_differences(dict(moved))
        must(not told, f"{where}: {'; '.join(told)}")
        open_ended = {a for a, minor in moved.items() if minor and a not in ledger.attempt_minor}
        must(not open_ended, f"{where}: nobody decided what became of {open_ended}")
        for cart, minor in ledger.card_by_cart().items():
            on_receipts = ledger.receipt_card_minor[cart]
            must(
                minor == on_receipts,
                f"{where}: {minor} went over the card terminal, the receipts say {on_receipts}",
            )

    def marks(self, unit: dict[str, Any]) -> None:
        """One mark for each receipt; what the unit has more is told as repeats. Raises
        `Finding`."""
        of_till = [
            by_type.get("normal", {})
            for of_company in unit["counters"]["receipts"].values()
            for designation, by_type in of_company.items()
            if designation == self.post.designation
        ]
        number = sum(one.get("number", 0) for one in of_till)
        again = sum(one.get("again_number", 0) for one in of_till)
        where = self.post.designation
        must(
            number - again == len(self.signed),
            f"{where}: the unit registered {number}, {again} of them again, the journal has"
            f" {len(self.signed)} receipts",
        )
        tries = {r: n for r, n in self.ledger.attempts_at_unit.items() if r in self.normal}
        told = sum(tries.values()) - len(tries)
        must(again <= told, f"{where}: {again} were registered again, the marks tell of {told}")
        total = sum(one.get("total_minor", 0) - one.get("again_total_minor", 0) for one in of_till)
        must(
            total == self.net_minor,
            f"{where}: the unit registered {total} in all, the journal {self.net_minor}",
        )

    @property
    def net_minor(self) -> int:
        """All signed receipts."""
        return sum(
            sealed.total_minor * (-1 if sealed.kind == RETURN else 1)
            for number, sealed in self.by_number.items()
            if number in self.signed
        )


class Auditor:
    """Audits a street."""

    def __init__(self, street: Street, papers: dict[str, Paper]) -> None:
        self.street = street
        shared = Shared()
        self.shared = shared
        self.books = {
            post.designation: Book(post, shared, papers[post.designation]) for post in street.posts
        }
        self.looks = self.audits = self.vouchers = 0

    def after_death(self, post: Post, promised: Promises) -> None:
        """A cheap look at one register. Raises `Finding`."""
        book = self.books[post.designation]
        book.read_card()
        book.paper.look()
        book.read()
        book.kept(promised)
        book.intents()
        book.printed_once()
        self.looks += 1

    def acknowledged(self) -> dict[str, int]:
        """By designation, how far the till's file says that the office has it."""
        found = {}
        for post in self.street.posts:
            reader = post.reader()
            try:
                found[post.designation] = int(reader.state("acknowledged_seq", "0"))
            finally:
                reader.close()
        return found

    def office_kept(self, acknowledged: dict[str, int]) -> None:
        """The office has what it acknowledged. Ask before it takes more. Raises `Finding`."""
        heads = self._heads()
        for post in self.street.posts:
            head = heads.get((post.till_id, post.store), (0, b""))[0]
            promised = acknowledged[post.designation]
            must(
                head >= promised,
                f"the office acknowledged entry {promised} of {post.designation}, it has {head}",
            )
        self.looks += 1

    def _heads(self) -> dict[tuple[str, int], tuple[int, bytes]]:
        rows = self.street.query("SELECT till, store, head_seq, head_hash FROM ingest_chain")
        return {(str(t), int(s)): (int(seq), bytes(digest)) for t, s, seq, digest in rows}

    def caught_up(self) -> bool:
        """Whether the office has every journal to its head. Only while nothing is written."""
        heads = self._heads()
        for book in self.books.values():
            book.read_card()
            book.read()
            post = book.post
            if heads.get((post.till_id, post.store), (0, b""))[0] != book.ledger.seq:
                return False
        return True

    def at_rest(self, promised: dict[str, Promises]) -> None:
        """Everything, while nobody sells and the office has all. Raises `Finding`."""
        unit, office = device_json(self.street.unit.ready, "/state"), self._office_window()
        for name, book in self.books.items():
            book.read_card()
            book.paper.look()
            book.read()
            book.kept(promised[name])
            book.intents()
            book.money()
            book.marks(unit)
            book.all_printed()
            self._proven(book)
            self._office(book)
            self._accounts(book, office)
        self._gift_cards()
        self.audits += 1

    def _proven(self, book: Book) -> None:
        """The journal's own proof, and each entry as it lies at the office. Raises `Finding`."""
        verify(book.post.shop)
        reader = book.post.reader()
        try:
            entries = list(reader.entries(1))
        finally:
            reader.close()
        verify_chain(entries)
        rows = self.street.query(
            "SELECT record FROM ingest_entry WHERE till = %s AND store = %s ORDER BY seq",
            book.post.till_id,
            book.post.store,
        )
        same = [bytes(row[0]) for row in rows] == [entry.record for entry in entries]
        must(same, f"the office has other entries of {book.post.designation} than the till")

    def _office(self, book: Book) -> None:
        post, query = book.post, self.street.query
        identity = post.till_id, post.store
        where = " WHERE till = %s AND store = %s"
        rows = query(
            "SELECT head_seq, head_hash, stopped, alarm FROM ingest_chain" + where, *identity
        )
        must(bool(rows), f"the office knows nothing of {post.designation}")
        seq, digest, stopped, alarm = rows[0]
        must(not stopped and not alarm, f"the office has stopped {post.designation}: {alarm}")
        same = (seq, bytes(digest)) == (book.ledger.seq, book.ledger.hash)
        must(same, f"the office has {seq} of {book.ledger.seq} entries of {post.designation}")
        (count,) = query("SELECT count(*), max(seq) FROM ingest_entry" + where, *identity)
        whole = count == (book.ledger.seq, book.ledger.seq)
        must(whole, f"the office's entries of {post.designation} have holes: {count}")
        unread = query("SELECT seq, kind, why FROM ingest_unread" + where, *identity)
        must(not unread, f"the office cannot read entries of {post.designation}: {unread}")
        (found,) = query(
            "SELECT count(*), coalesce(sum(total_minor), 0)::bigint FROM receipts_receipt"
            + where
            + " AND mode = 'normal'",
            *identity,
        )
        normal = (len(book.signed), book.net_minor)
        must(found == normal, f"the office has {found} of {post.designation}, not {normal}")
        (closings,) = query("SELECT count(*) FROM receipts_closing" + where, *identity)
        must(
            closings[0] == book.ledger.last_number["Z"],
            f"the office has {closings[0]} Z of {post.designation},"
            f" not {book.ledger.last_number['Z']}",
        )

    def _accounts(self, book: Book, office: WebSession) -> None:
        """The accounting file of each Z balances. Raises `Finding`."""
        post = book.post
        for seq in book.ledger.closings[book.accounted :]:
            where = f"{post.designation}: the accounting file of the Z at entry {seq}"
            try:
                read_sie(office.get_bytes(f"/closings/{post.till_id}/{post.store}/{seq}.si"))
            except (ReplayFailed, WebFault) as fault:
                raise Finding(f"{where}: {fault}") from fault
            book.accounted += 1
            self.vouchers += 1

    def _office_window(self) -> WebSession:
        owner = owner_of(self.street.company)
        web = WebSession(self.street.office_url)
        web.log_in(owner.email, owner.password)
        return web

    def _gift_cards(self) -> None:
        """Each card's balance is what its movements come to. Raises `Finding`."""
        rows = self.street.query(
            "SELECT key, total, used FROM rights_book WHERE kind = %s", "gift_card"
        )
        book = {str(key): int(total) - int(used) for key, total, used in rows}
        for key, credited in self.shared.gift_credited.items():
            left = credited - self.shared.gift_used[key]
            must(left >= 0, f"{-left} too much was used of a gift card")
            must(book.get(key) == left, f"a gift card has {book.get(key)}, its movements {left}")


__all__ = ["Auditor", "Book", "Finding"]
