"""Faults planted in Skrin, one at a time, to see that the town catches each.

A fault is a function that changes the program in this process and is undone afterwards. Run by
itself this tells how many towns each took, counted from the first: `python -m tests.town.planted
[NAME ...]`. `--known` begins with the town that showed a fault when it was counted last.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest import mock

from tests.town import planted_between, planted_ends, planted_put_back
from tests.town.faults import FAULTS, around, fault, put

from skrin.town.town_command import lived_through, place
from skrin.town.world import perils
from skrin.town.world.plans import EMPTY_DAY, plan
from skrin.town.world.rivals import RIVALS, SAME_CARD

TILLS, SALES, PERIL_EVERY = 2, 40, 3
TOWNS_MOST = 12
MISSED = 3
KNOWN = "--known"

__all__ = ["planted_between", "planted_ends", "planted_put_back"]
"""Their faults stand in the same list."""


# The journal.


@fault("loses power")
def commit_not_on_the_disk() -> list[Any]:
    """A commit returns before it is on the disk; the power goes."""
    from skrin.town.world import disks

    def torn(before: Any, folder: Any, into: Any, file: Any, dice: Any) -> None:
        before(folder, into, file, dice)
        log = into / "shop.sqlite-wal"
        if log.exists() and log.stat().st_size > 40_000:
            with log.open("r+b") as opened:
                opened.truncate(log.stat().st_size - 30_000)

    return [put("skrin.town.world.tills.left_behind", lambda *a: torn(disks.left_behind, *a))]


@fault("is restarted")
def number_taken_twice() -> list[Any]:
    """A series gives its last number again after a restart."""
    from skrin.till.storage.shop_file import ShopFile

    def series(self: Any) -> dict[str, int]:
        found = dict(self._db.execute("SELECT name, last FROM series").fetchall())
        return {name: max(0, last - 1) for name, last in found.items()}

    return [mock.patch.object(ShopFile, "series", series)]


@fault("has its clock jump", seed=2)
def clock_trusted_for_order() -> list[Any]:
    """Entries take the time that the clock shows, also when it went back."""
    from skrin.till.flow.till import Till

    return [
        mock.patch.object(Till, "instant", lambda self: self.clock.now()),
        mock.patch.object(Till, "instant_of_outcome", lambda self: self.clock.now()),
        mock.patch.object(Till, "_stops", lambda self, now: False),
    ]


@fault("has its clock jump", seed=2)
def day_goes_backwards() -> list[Any]:
    """The business day is what the clock says, also when that is an earlier one."""
    from skrin.domain.closing import business_day_of
    from skrin.till.flow.till import Till

    def business_day(self: Any, at: Any) -> str:
        return business_day_of(at.utc_ms, at.offset_min, 240)

    return [mock.patch.object(Till, "business_day", business_day)]


@fault(perils.DISK_FULL)
def chain_from_memory() -> list[Any]:
    """After a failed commit the till goes on from the head that it had in mind."""
    from skrin.till.flow.till import Transaction

    def leave(self: Any, kind: Any, *faults: object) -> None:
        try:
            self.till.file.end(kind is not None, self.close)
        finally:
            self.take_effect()

    return [
        mock.patch.object(Transaction, "__exit__", leave),
        around("skrin.till.flow.till.Till.run", lambda before, self, command: command()),
    ]


@fault("parks")
def name_in_an_entry() -> list[Any]:
    """The name of a parked receipt is written on the receipt."""

    def park(before: Any, till: Any, actor: Any, name: str) -> None:
        from skrin.till.flow import editing

        editing.note_cart(till, actor, till.clock.new_id(), name)
        before(till, actor, name)

    return [around("skrin.till.flow.parking.park", park)]


@fault()
def repeated_tap_counts() -> list[Any]:
    """A tap that comes twice is rung twice."""
    return [put("skrin.till.flow.selling.known", lambda cart, tap_id: False)]


# Money.


@fault()
def remainder_dropped() -> list[Any]:
    """Sharing drops what does not divide."""

    def share(total: int, weights: Any, order: Any = None) -> list[int]:
        whole = sum(weights)
        return [total * weight // whole if whole else 0 for weight in weights]

    return [put("skrin.domain.vat.share", share)]


@fault()
def vat_cut_off() -> list[Any]:
    """VAT is cut off instead of rounded."""
    return [
        put(
            "skrin.domain.vat.vat_within",
            lambda gross, rate: abs(gross) * rate // (10_000 + rate) * (1 if gross >= 0 else -1),
        )
    ]


@fault("takes goods back")
def each_return_rounds_itself() -> list[Any]:
    """What comes back is rounded piece by piece, not together with what came back before."""
    from skrin.domain.money import half_up

    def of_origin(line: Any) -> tuple[int, int, int]:
        origin, back = line.origin, line.quantity_milli
        amount = half_up(origin.amount_minor * back, origin.sold_milli)
        return amount, origin.rate_bp, half_up(origin.vat_minor * back, origin.sold_milli)

    return [put("skrin.domain.pricing._of_origin", of_origin)]


@fault("takes goods back")
def totals_forget_a_return() -> list[Any]:
    """A day's totals count sales alone."""

    def rows(before: Any, sealed: Any) -> list[Any]:
        return before(sealed) if sealed.kind == "sale" else []

    return [around("skrin.till.flow.completing.receipt_rows", rows)]


@fault("takes goods back")
def grand_totals_forget_returns() -> list[Any]:
    """The grand total of returns stays as it is."""
    from skrin.domain.report import GrandTotals

    def after(self: Any, totals: Any) -> Any:
        sold = totals.get(("receipts", ""))
        return GrandTotals(self.sales_minor + (sold.amount_minor if sold else 0), 0)

    return [mock.patch.object(GrandTotals, "after", after)]


@fault("practises")
def practice_counts() -> list[Any]:
    """Receipts of practice are numbered among the real ones."""
    return [put("skrin.fiscal.se.series_of", lambda kind: "receipt")]


@fault("closes the day too early")
def closing_off_by_a_period() -> list[Any]:
    """After a Z the day goes on in the period that was closed."""
    return [
        put(
            "skrin.till.flow.till.period_on",
            lambda day, last: last[1] if last and last[0] == day else 1,
        )
    ]


@fault(EMPTY_DAY, days=4, seed=2)
def empty_days_left_out() -> list[Any]:
    """A day on which nothing was sold gets no Z."""
    from skrin.domain.closing import periods_to_close

    def to_close(*args: Any) -> list[Any]:
        return [one for one in periods_to_close(*args) if one.counted]

    return [
        put("skrin.till.flow.closing.periods_to_close", to_close),
    ]


# Intent, effect, outcome.


@fault(perils.TERMINAL)
def unknown_taken_for_no() -> list[Any]:
    """A card payment without an answer is taken for declined."""

    def decide(before: Any, till: Any, attempt: str, answer: Any, *more: Any, **names: Any) -> None:
        if answer.outcome == "unknown":
            answer = replace(answer, outcome="declined", reason="refusal")
        before(till, attempt, answer, *more, **names)

    return [around("skrin.till.flow.lanes.outcomes.decide", decide)]


@fault(perils.TERMINAL)
def payment_sent_again() -> list[Any]:
    """After a restart a payment without an answer is sent once more."""
    from skrin.till.flow.lanes import SaleLane

    before = SaleLane._money

    def money(self: Any, attempt: Any) -> float:
        self.fresh_attempt = attempt.begun.attempt_id
        return before(self, attempt)

    return [mock.patch.object(SaleLane, "_money", money)]


@fault(perils.TERMINAL, seed=9)
def charge_not_undone() -> list[Any]:
    """A part that was paid by card is taken off the receipt, and the card is not told."""
    from skrin.payments.contract import PaymentAnswer
    from skrin.town.world.devices import TownTerminal

    def reverse(self: Any, ask: Any, transaction: str) -> Any:
        return PaymentAnswer("approved", "", ask.amount_minor)

    return [mock.patch.object(TownTerminal, "reverse", reverse)]


@fault(perils.UNIT_DEAF)
def registered_anew_unsaid() -> list[Any]:
    """The mark tells of one try, however many there were."""
    from skrin.till.flow import lanes

    before = lanes.SaleLane._asked_to_register

    def asked(self: Any, document_id: str, request: Any) -> Any:
        mark = before(self, document_id, request)
        return mark and replace(mark, attempts=1)

    return [mock.patch.object(lanes.SaleLane, "_asked_to_register", asked)]


@fault(perils.UNIT_SILENT, perils.UNIT_REFUSES)
def mark_made_up() -> list[Any]:
    """While the unit is silent the till makes a mark of its own."""
    from skrin.domain.receipt import FiscalMark
    from skrin.till.flow import lanes

    before = lanes.SaleLane._asked_to_register

    def asked(self: Any, document_id: str, request: Any) -> Any:
        mark = before(self, document_id, request)
        own = FiscalMark("OWN", f"OWN{document_id}", "0", "0", request.message_serial, 1)
        return mark or own

    return [mock.patch.object(lanes.SaleLane, "_asked_to_register", asked)]


@fault(perils.DIES_AT_CALL, perils.DIES_AT_COMMIT)
def printed_again_after_a_death() -> list[Any]:
    """After a restart what waits is printed without asking anybody (P6)."""
    from skrin.till.flow.lanes import PaperLane

    before = PaperLane.step

    def step(self: Any) -> float:
        self.fresh.update(one.delivery.delivery_id for one in self.till.desk.undelivered)
        return before(self)

    return [mock.patch.object(PaperLane, "step", step)]


@fault(perils.DISK_FULL)
def printed_again_on_a_full_disk() -> list[Any]:
    """What came out is forgotten when it cannot be written down."""
    from skrin.till.flow import output
    from skrin.till.flow.lanes import PaperLane

    def out(self: Any, delivery_id: str) -> None:
        output.delivered(self.till, delivery_id, "printed")
        self.fresh.discard(delivery_id)

    return [mock.patch.object(PaperLane, "_out", out)]


# What tills share.


@fault(*RIVALS)
def right_granted_twice() -> list[Any]:
    """A claim is granted whatever is free."""
    from skrin.domain.rights import deciding

    def decide(row: Any, posts: Any, register: str, claim: Any, until: Any) -> Any:
        if row is None:
            return deciding.refuse(row, posts, register, claim, "not_here_yet")
        return deciding._granted(row, posts, register, claim, until)

    return [put("skrin.domain.rights.deciding.decide", decide)]


@fault(*RIVALS)
def claim_creates_the_right() -> list[Any]:
    """The first claim of a right that nobody knows creates it (P3)."""
    from skrin.domain.rights import book, deciding

    before = deciding.decide

    def decide(row: Any, posts: Any, register: str, claim: Any, until: Any) -> Any:
        row = row or book.open_row(claim.kind, claim.key, claim.amount)
        if not row.free and row.total <= row.used:
            row = replace(row, free=claim.amount, total=row.total + claim.amount)
        return before(row, posts, register, claim, until)

    return [put("skrin.domain.rights.deciding.decide", decide)]


@fault(*RIVALS)
def order_taken_twice() -> list[Any]:
    """An order is taken as often as it comes (P2)."""
    return [
        put("skrin.domain.rights.terms.is_next", lambda last, number: True),
        put("skrin.till.flow.uploading.LAST_ORDER", "never_kept"),
    ]


@fault(*RIVALS)
def recall_takes_what_is_reserved() -> list[Any]:
    """A recall gives back what lies in the cart on the screen (P4)."""
    from skrin.domain.rights import hold, orders, terms

    before = hold.apply_order

    def apply(held: Any, last: int, order: Any) -> Any:
        if isinstance(order, orders.Recall) and held.reserved:
            back = terms.RightGivenBack(
                held.kind, held.key, order.generation, held.reserved, terms.RECALLED, order.order_no
            )
            return (back,), replace(held, have=held.have - held.reserved)
        return before(held, last, order)

    return [put("skrin.domain.rights.hold.apply_order", apply)]


@fault(*RIVALS, perils.DIES_AT_CALL, "loses power", seed=5)
def unwanted_grant_kept() -> list[Any]:
    """A grant that nobody waits for any more is neither used nor given back (H4)."""
    from skrin.domain.rights import hold

    def granted(held: Any, order: Any) -> Any:
        wanted = held.claim is not None and held.claim.wanted
        return before(held, order) if wanted else ((), held)

    before = hold._granted
    return [put("skrin.domain.rights.hold._granted", granted)]


@fault("takes goods back")
def token_without_its_state() -> list[Any]:
    """A token is granted without what came back so far (P7)."""
    from skrin.domain.rights import deciding

    before = deciding._granted

    def granted(row: Any, *more: Any) -> Any:
        done = before(row, *more)
        sent = tuple(
            replace(one, order=replace(one.order, state="{}"))
            if row.kind == "return" and one.order.state
            else one
            for one in done.orders
        )
        return replace(done, orders=sent)

    return [put("skrin.domain.rights.deciding._granted", granted)]


@fault("makes a copy", *RIVALS)
def copy_not_used_up() -> list[Any]:
    """Making a copy leaves the right to make one."""

    def facts(before: Any, body: Any) -> Any:
        return () if type(body).__name__ == "CopySealed" else before(body)

    return [around("skrin.till.flow.till.facts_of", facts)]


@fault(*RIVALS)
def break_not_reported() -> list[Any]:
    """What the old holder still pays after a break is told to nobody (P9)."""
    return [put("skrin.office.rights.actions._report", lambda *told: None)]


@fault("takes goods back", "tops a gift card up")
def refund_counted_twice() -> list[Any]:
    """Money back onto a card counts at the office twice (P5)."""
    from skrin.domain.rights import book

    before = book.credit
    return [put("skrin.domain.rights.book.credit", lambda row, amount: before(row, 2 * amount))]


@fault()
def gift_card_used_in_part() -> list[Any]:
    """A tenth of what is paid with a card stays on it."""
    from skrin.domain.rights import book

    before = book.lower

    def lower(row: Any, register: str, amount: int) -> Any:
        return before(row, register, amount - amount // 10)

    return [put("skrin.domain.rights.book.lower", lower)]


# Between till and office.


@fault(perils.SENT_TWICE, SAME_CARD, seed=5)
def repeated_upload_counted() -> list[Any]:
    """Entries that the office knows are counted once more when they come again (P1)."""
    from skrin.domain.entry import read_entry
    from skrin.office.ingest import actions
    from skrin.office.rights import actions as rights

    before = actions._compare

    def compare(cursor: Any, identity: Any, first_seq: int, records: Any) -> Any:
        rights.take(identity, [read_entry(record) for record in records], 0, 0)
        return before(cursor, identity, first_seq, records)

    return [put("skrin.office.ingest.actions._compare", compare)]


@fault(perils.OFFICE_DIES, SAME_CARD, seed=9)
def answered_before_the_commit() -> list[Any]:
    """The office answers before it has committed, and dies (P10)."""
    from skrin.town.world import office
    from skrin.town.world.perils import BEFORE, OFFICE_DIES

    before = office.TownLink.deliver

    def deliver(self: Any, body: bytes) -> Any:
        from django.db import transaction

        peril = self.perils.peril
        if not (peril and peril.what == OFFICE_DIES and peril.how == BEFORE):
            return before(self, body)
        self.perils.strikes(OFFICE_DIES, "office", BEFORE)
        answer: Any = None
        try:
            with transaction.atomic():
                answer = before(self, body)
                raise office.OfficeDied
        except office.OfficeDied:
            return answer

    return [mock.patch.object(office.TownLink, "deliver", deliver)]


@fault(perils.LINK_CUT, perils.ANSWER_LOST, seed=3)
def acknowledged_on_sending() -> list[Any]:
    """What was sent is taken for acknowledged, whatever the answer."""
    from skrin.till.flow.uploading import UploadLane

    before = UploadLane._exchange

    def exchange(self: Any, max_bytes: int) -> Any:
        try:
            return before(self, max_bytes)
        except Exception:
            self.till.acknowledged_seq = self.till.head.seq
            raise

    def take(self: Any, answer: Any) -> None:
        seq = self.till.acknowledged_seq
        before_take(self, answer)
        self.till.acknowledged_seq = max(seq, self.till.acknowledged_seq)

    before_take = UploadLane._take
    return [
        mock.patch.object(UploadLane, "_exchange", exchange),
        mock.patch.object(UploadLane, "_take", take),
    ]


@fault(perils.UNIT_SILENT)
def receipt_lost_by_the_office() -> list[Any]:
    """The office leaves out a receipt whose mark comes in a later message than its sealing."""
    from skrin.office.receipts import projection

    before = projection.fold

    def fold(entries: Any, sealed_before: Any) -> Any:
        folded = before(entries, sealed_before)
        folded.signed = [
            one for one in folded.signed if one.sealed.receipt_id not in folded.was_unsigned
        ]
        return folded

    return [put("skrin.office.receipts.actions.fold", fold)]


@fault()
def voucher_without_rounding() -> list[Any]:
    """The books are told nothing of cash rounding."""
    from skrin.exports import sie_voucher

    before = sie_voucher._postings

    def postings(report: Any, plan_: Any, day: str) -> Any:
        return [one for one in before(report, plan_, day) if one[0] != plan_.rounding]

    return [put("skrin.exports.sie_voucher._postings", postings)]


# Running.


@contextmanager
def planted(name: str) -> Iterator[None]:
    """The program with one fault in it."""
    patches = FAULTS[name].plant()
    try:
        for patch in patches:
            patch.start()
        yield
    finally:
        for patch in reversed(patches):
            patch.stop()


def towns_until_found(name: str, folder: Any, first: int = 1) -> tuple[int, str]:
    """How many towns it took to find a fault, the `first` one before all, and what was found; 0 =
    it was not."""
    seeds = [first, *(seed for seed in range(1, TOWNS_MOST + 1) if seed != first)]
    with planted(name):
        for number, seed in enumerate(seeds, start=1):
            planned = plan(seed, FAULTS[name].days, TILLS, SALES, PERIL_EVERY, FAULTS[name].favours)
            found = lived_through(planned, folder).found
            if found:
                return number, found.what
    return 0, ""


def main(words: list[str]) -> int:
    """Tell of each fault; a line of JSON each. Exit code `MISSED` when one was not found."""
    known = KNOWN in words
    names = [word for word in words if word != KNOWN]
    missed = 0
    with place() as folder:
        for name in names or sorted(FAULTS):
            towns, what = towns_until_found(name, folder, FAULTS[name].seed if known else 1)
            missed += towns == 0
            print(json.dumps({"fault": name, "towns": towns, "found": what[:200]}), flush=True)
    return MISSED if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
