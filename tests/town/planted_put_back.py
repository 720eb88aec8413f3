"""Faults planted in what holds when the office was put back to a backup. As those of `planted`."""

from __future__ import annotations

from typing import Any
from unittest import mock

from tests.town.faults import around, fault, put

from skrin.town.world.rivals import RIVALS
from skrin.town.world.weather import OFFICE_BACK, OFFICE_SAVED

PUT_BACK = (OFFICE_SAVED, OFFICE_BACK)
OVER_AN_END = (*PUT_BACK, "is lost")


@fault(*PUT_BACK, "gets new prices", seed=3)
def publication_by_its_number() -> list[Any]:
    """A till takes registers for its own when they have the number that it has."""
    from skrin.till.flow.uploading import UploadLane

    def is_other(self: Any, answer: Any) -> bool:
        return bool(answer.publication != self.till.publication)

    return [mock.patch.object(UploadLane, "_is_other", is_other)]


@fault(*PUT_BACK)
def order_numbers_again() -> list[Any]:
    """An office that was put back gives numbers of orders that tills have had."""
    from skrin.office.rights.forgotten import Told

    before = Told.hear

    def hear(self: Any, order_no: int, fact: Any, now_ms: int) -> bool:
        last_no = self.last_no
        known = before(self, order_no, fact, now_ms)
        self.last_no = last_no
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE rights_post SET last_order_no = %s WHERE company_id = %s AND register = %s",
                [last_no, self.company, self.register],
            )
        return known

    return [mock.patch.object(Told, "hear", hear)]


@fault(*PUT_BACK)
def answers_not_taken_over() -> list[Any]:
    """What a till was granted, and the office has forgotten, stays forgotten."""
    return [put("skrin.office.rights.actions._decided_before", lambda saying, fact, _: None)]


@fault(*PUT_BACK, *RIVALS, "makes a copy")
def grants_before_all_are_heard() -> list[Any]:
    """An office that was put back grants what a till may have that it has not heard."""

    def ingest(before: Any, *about: Any, forbidden: str = "", **more: Any) -> Any:
        return before(*about, forbidden="" if forbidden == "catching_up" else forbidden, **more)

    return [around("skrin.domain.rights.book.ingest", ingest)]


@fault(*PUT_BACK)
def put_back_not_noticed() -> list[Any]:
    """An office does not look whether its database is the one that it was last used with."""
    return [put("skrin.office.put_back._IS_NOW", "SELECT 'the same'")]


@fault(*OVER_AN_END)
def a_forgotten_till_does_not_ask() -> list[Any]:
    """A till that the office has forgotten does not show that it was let in."""
    from skrin.till.flow.uploading import UNKNOWN_TILL, UploadLane

    return [mock.patch.object(UploadLane, "_not_known", lambda self: UNKNOWN_TILL)]


@fault(*OVER_AN_END, seed=2)
def who_was_not_heard_is_not_named() -> list[Any]:
    """Nobody is told of a till that was not heard after a backup was put back."""

    def report(before: Any, company: int, register: str, seq: int, what: str, *more: Any) -> Any:
        if what != "not_heard":
            before(company, register, seq, what, *more)

    return [around("skrin.office.rights.storing.report", report)]


@fault(*OVER_AN_END, seed=2)
def the_replaced_till_is_waited_for() -> list[Any]:
    """The till that another replaced stays in use after a backup was put back."""
    return [put("skrin.office.tills.strangers._was_out", lambda admission, till, now_ms: None)]
