"""Faults planted between till and office, in clocks and devices, and in what is made again.

As those of `planted`: each changes the program in this process and is undone afterwards.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from unittest import mock

from tests.town.faults import around, fault, put

from skrin.town.world import perils
from skrin.town.world.weather import (
    OLD_ANSWERS,
    OTHER_VERSION,
    STARTED_TWICE,
    TWO_SCREENS,
    UNIT_LINE,
)

# What is made again from the office.


@fault("makes a copy")
def copies_not_numbered_again() -> list[Any]:
    """A register that is made again forgets the numbers of its copies."""
    from skrin.till.flow.rebuilding import Rebuilding

    before = Rebuilding._number

    def number(self: Any, series: str, last: int) -> None:
        if series != "copy":
            before(self, series, last)

    return [mock.patch.object(Rebuilding, "_number", number)]


@fault("moves cash")
def cash_not_counted_again() -> list[Any]:
    """A register that is made again does not count cash that was moved."""

    def counted(before: Any, desk: Any, header: Any, body: Any, totals: Any) -> Any:
        return None if header.kind == "cash.moved" else before(desk, header, body, totals)

    return [around("skrin.till.flow.rebuilding.counted", counted)]


@fault()
def office_gives_out_a_hole() -> list[Any]:
    """The office leaves an entry out of what it gives to who makes a register again."""

    def after(before: Any, company: int, till: str, store: int, seq: int, most: int) -> Any:
        head, records = before(company, till, store, seq, most)
        return head, records[:30] + records[31:]

    return [around("skrin.office.ingest.queries.records_after", after)]


# Answers out of order.


@fault(OLD_ANSWERS, "gets new prices", seed=7)
def publication_not_proven() -> list[Any]:
    """What came of the registers is applied without a look at its digest."""

    class Fits(str):
        def __ne__(self, other: object) -> bool:
            return False

        __hash__ = str.__hash__

    return [put("skrin.till.flow.publication.digest_of_buckets", lambda buckets: Fits())]


@fault(OLD_ANSWERS)
def old_answer_taken_for_a_second_history() -> list[Any]:
    """A till that hears of an older head than before takes itself for a copy."""
    from skrin.till.flow.uploading import UploadLane

    before = UploadLane._same_hash

    def same(self: Any, answer: Any) -> bool:
        return answer.head_seq >= self.till.acknowledged_seq and before(self, answer)

    return [mock.patch.object(UploadLane, "_same_hash", same)]


@fault(OLD_ANSWERS, seed=3)
def only_newer_publications_are_fetched() -> list[Any]:
    """A till fetches registers only when it hears a higher number than before, whatever else the
    answer says of them."""
    from skrin.till.flow.uploading import UploadLane

    before = UploadLane._exchange

    def exchange(self: Any, max_bytes: int) -> Any:
        answer = before(self, max_bytes)
        highest = max(answer.publication, getattr(self.till, "heard_of", 0))
        news = highest > getattr(self.till, "heard_of", 0)
        self.till.heard_of = highest
        if news:
            return answer
        return replace(answer, publication=self.till.publication, publication_digest="")

    return [mock.patch.object(UploadLane, "_exchange", exchange)]


# Two that claim to be one.


@fault(STARTED_TWICE)
def older_start_is_heard() -> list[Any]:
    """The office hears an older start of a till after a newer one."""

    def hear(before: Any, head: Any, now_ms: int) -> Any:
        return replace(before(head, now_ms), alone=True)

    return [around("skrin.office.tills.actions.hear", hear)]


@fault(STARTED_TWICE)
def known_numbers_not_compared() -> list[Any]:
    """What comes under a number that the office has is taken for the same."""
    return [put("skrin.office.ingest.actions._compare", lambda *asked: None)]


@fault(STARTED_TWICE)
def link_to_the_head_not_proven() -> list[Any]:
    """The first entry of a message is not held against the head that the office has."""
    from skrin.domain.entry import read_entry
    from skrin.office.ingest.reading import Head

    def read(before: Any, records: Any, head: Any, *more: Any) -> Any:
        if records:
            head = Head(head.seq, read_entry(records[0]).prev_hash)
        return before(records, head, *more)

    return [
        around("skrin.office.ingest.reading.read_batch", read),
        put("skrin.office.ingest.actions._compare", lambda *asked: None),
    ]


@fault(STARTED_TWICE)
def newest_history_counts() -> list[Any]:
    """What came last under a number is what the office keeps."""
    from skrin.office.ingest import actions

    before = actions._compare

    def compare(cursor: Any, identity: Any, first_seq: int, records: Any) -> Any:
        fault = before(cursor, identity, first_seq, records)
        if fault:
            cursor.execute(
                "DELETE FROM ingest_entry WHERE company_id = %s AND till = %s AND store = %s"
                " AND seq >= %s",
                [*identity, fault.seq],
            )
            cursor.execute(
                "UPDATE ingest_chain SET head_seq = %s - 1 WHERE company_id = %s AND till = %s"
                " AND store = %s",
                [fault.seq, *identity],
            )
        return None

    return [put("skrin.office.ingest.actions._compare", compare)]


@fault(STARTED_TWICE)
def told_of_another_and_shares_on() -> list[Any]:
    """A till that was told of another with its name goes on to use what lies at it."""
    from skrin.till.flow.rights import TWO_HISTORIES

    return [put("skrin.till.flow.rights.TWO_HISTORIES", TWO_HISTORIES - {"rival_incarnation"})]


# The control unit.


@fault(UNIT_LINE, seed=4)
def sends_of_an_earlier_run_count_as_one() -> list[Any]:
    """After a restart all that was sent to the unit before counts as one try."""
    return [put("skrin.till.flow.lanes._keep_sends", lambda *kept: None)]


@fault(perils.UNIT_LATE)
def unanswered_send_not_counted() -> list[Any]:
    """What the unit did not answer is not counted as sent to it."""
    from skrin.till.flow.lanes import SaleLane

    before = SaleLane._asked_to_register

    def asked(self: Any, document_id: str, request: Any) -> Any:
        mark = before(self, document_id, request)
        if mark is None:
            self.sends[document_id] -= 1
        return mark

    return [mock.patch.object(SaleLane, "_asked_to_register", asked)]


# Two screens.


@fault(TWO_SCREENS, seed=5)
def page_of_before_counts() -> list[Any]:
    """A tap on a page from before another took over counts, once its screen holds the till anew."""
    from skrin.domain.refusal import Refusal
    from skrin.till.pairing.register import PairedScreens

    def check(self: Any, carried: Any) -> None:
        if carried.screen != self.register.active:
            raise Refusal("used_elsewhere")

    return [mock.patch.object(PairedScreens, "check", check)]


@fault(TWO_SCREENS, "loses power", "is restarted", days=2)
def taking_over_forgotten() -> list[Any]:
    """After a restart the till is used on its own screen, and counts from the first again."""
    from skrin.till.pairing.register import OWN, PairedScreens

    before = PairedScreens._read

    def read(self: Any) -> Any:
        return replace(before(self), active=OWN, generation=0)

    return [mock.patch.object(PairedScreens, "_read", read)]


# Versions.


@fault(OTHER_VERSION, days=3)
def file_changed_statement_by_statement() -> list[Any]:
    """A step of the file's form is no commit of its own."""

    def make_tables(connection: Any, versions: Any) -> None:
        has = connection.execute("PRAGMA user_version").fetchone()[0]
        for number, schema in enumerate(versions[has:], start=has + 1):
            connection.executescript(f"{schema} PRAGMA user_version = {number};")

    return [
        put(f"skrin.{where}.make_tables", make_tables)
        for where in ("till.storage.shop_file", "town.world.disks", "town.world.versions")
    ]


@fault(OTHER_VERSION)
def later_kind_ends_the_reading() -> list[Any]:
    """The office takes an entry of a kind that it does not know for a torn one."""
    from skrin.domain.entry import read_entry
    from skrin.domain.journal import KINDS
    from skrin.office.ingest.reading import TORN, Fault

    def of(before: Any, record: bytes, seq: int, *more: Any) -> Any:
        header = read_entry(record).header
        if (header.kind, header.version) not in KINDS:
            return Fault(seq, TORN, record, more[-1])
        return before(record, seq, *more)

    return [around("skrin.office.ingest.reading._fault", of)]


@fault(OTHER_VERSION)
def later_kind_left_out_when_made_again() -> list[Any]:
    """A register that is made again leaves out what it does not know."""
    from skrin.domain.entry import read_entry
    from skrin.domain.journal import KINDS
    from skrin.till.flow.rebuilding import Rebuilding

    before = Rebuilding.take

    def take(self: Any, records: Any) -> Any:
        headers = [(read_entry(record).header, record) for record in records]
        known = [record for header, record in headers if (header.kind, header.version) in KINDS]
        return before(self, known)

    return [mock.patch.object(Rebuilding, "take", take)]


@fault(seed=9)
def later_message_taken_without_entries() -> list[Any]:
    """Of a message with more in its head than is known only the head is taken."""

    def unpack(before: Any, body: bytes) -> Any:
        exchange = before(body)
        return replace(exchange, records=()) if b'"later"' in body else exchange

    return [around("skrin.town.world.office.unpack_exchange", unpack)]
