"""Faults planted between till and office, in clocks and devices, and in what is made again.

As those of `planted`: each changes the program in this process and is undone afterwards.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from unittest import mock

from tests.town.faults import around, fault, put

from skrin.town.world.weather import OLD_ANSWERS

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


@fault(OLD_ANSWERS)
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


@fault(OLD_ANSWERS)
def only_newer_publications_are_fetched() -> list[Any]:
    """A till fetches registers only when it hears a higher number, and keeps the number it heard."""
    from skrin.till.flow.uploading import UploadLane

    before = UploadLane._exchange

    def exchange(self: Any) -> Any:
        answer = before(self)
        highest = max(answer.publication, getattr(self.till, "heard_of", 0))
        news = highest > getattr(self.till, "heard_of", 0)
        self.till.heard_of = highest
        return answer if news else replace(answer, publication=self.till.publication)

    return [mock.patch.object(UploadLane, "_exchange", exchange)]
