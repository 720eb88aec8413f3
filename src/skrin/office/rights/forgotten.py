"""What an office that was put back to a backup has forgotten, and tills know. Inside the company.

Orders are numbered, and each gives one entry in its till's journal. So the journal tells which
answers a till was given: numbers go on behind those, a claim is not decided before the journal has
told of all that its till was answered, and what the office does not know it takes from there
(`domain.rights.adopting`). Meanwhile the company *catches up*: nothing new is granted until every
till in use has sent all that it has, or somebody says to go on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from django.db import connection

from skrin.domain.rights import adopting
from skrin.domain.rights.adopting import CAUGHT_UP, GRANTED_TWICE, NOT_HEARD
from skrin.domain.rights.orders import Broken, Order, Recall, read_order
from skrin.domain.rights.terms import Fact, RightClaimed
from skrin.office.rights import storing


@dataclass(slots=True)
class Told:
    """How far the journal of a register has told of the orders that its till took. `orders_after`:
    the last that the till says to have taken."""

    company: int
    register: str
    orders_after: int
    last_no: int
    journaled_no: int
    catching_up: bool

    @property
    def owes(self) -> bool:
        """Whether the till was answered more than its journal has told so far."""
        return self.orders_after > self.journaled_no

    def hear(self, order_no: int, fact: Fact, now_ms: int) -> bool:
        """The journal tells of its next order. False when the office made none like it: what it
        has under that number instead nobody has heard, and goes out under a new one."""
        mine = self._order(order_no) if order_no <= self.last_no else None
        self.journaled_no = order_no
        self.last_no = max(self.last_no, order_no)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO rights_post (company_id, register, last_order_no, journaled_no)"
                " VALUES (%s, %s, %s, %s) ON CONFLICT (company_id, register) DO UPDATE"
                " SET last_order_no = excluded.last_order_no,"
                " journaled_no = excluded.journaled_no",
                [self.company, self.register, self.last_no, order_no],
            )
        if mine is not None and adopting.is_told_by(mine, fact):
            return True
        if isinstance(mine, (Recall, Broken)):
            self._send_anew(mine, now_ms)
        return False

    def _order(self, order_no: int) -> Order | None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT kind, body FROM rights_order"
                " WHERE company_id = %s AND register = %s AND order_no = %s",
                [self.company, self.register, order_no],
            )
            found = cursor.fetchone()
        if found is None:
            return None
        kind, body = found
        return read_order(order_no, kind, json.loads(body) if isinstance(body, str) else body)

    def _send_anew(self, order: Recall | Broken, now_ms: int) -> None:
        self.last_no += 1
        again = replace(order, order_no=self.last_no)
        storing.keep_order(self.company, self.register, again, now_ms)
        row = storing.load(self.company, order.kind, order.key)
        if row is None or isinstance(order, Broken):
            return
        row = adopting.recalled_anew(row, self.register, order.order_no, self.last_no)
        storing.save(self.company, 0, row, None, now_ms)


def told(company: int, register: str, orders_after: int) -> Told:
    """How a register stands, as the office has it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(p.last_order_no, 0), coalesce(p.journaled_no, 0),"
            " EXISTS (SELECT 1 FROM rights_catching_up WHERE company_id = %s)"
            " FROM (SELECT 1) one LEFT JOIN rights_post p"
            " ON p.company_id = %s AND p.register = %s",
            [company, company, register],
        )
        last_no, journaled_no, catching_up = cursor.fetchone() or (0, 0, False)
    return Told(company, register, orders_after, last_no, journaled_no, catching_up)


# Claims that wait.


@dataclass(frozen=True, slots=True)
class Waiting:
    """A claim that is not decided yet, and the entry that made it."""

    seq: int
    person: str
    business_day: str
    claim: RightClaimed


def wait(company: int, register: str, one: Waiting) -> None:
    """Keep a claim until its till's journal has told whether it was answered."""
    claim = one.claim
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO rights_waiting (company_id, register, seq, person, business_day,"
            " claim_id, kind, key, amount, cart_id, seen_generation)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                *(company, register, one.seq, one.person, one.business_day),
                *(claim.claim_id, claim.kind, claim.key, claim.amount),
                *(claim.cart_id, claim.seen_generation),
            ],
        )


def waiting(company: int, register: str, claim_id: str = "") -> list[Waiting]:
    """Take the claims that wait out of the list, or that one; in the order of the journal."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM rights_waiting WHERE company_id = %s AND register = %s"
            " AND (%s = '' OR claim_id = %s) RETURNING seq, person, business_day,"
            " claim_id, kind, key, amount, cart_id, seen_generation",
            [company, register, claim_id, claim_id],
        )
        found = sorted(cursor.fetchall())
    return [
        Waiting(seq, person, business_day, RightClaimed(*claim))
        for seq, person, business_day, *claim in found
    ]


def decided_before(company: int, register: str, claim_id: str) -> tuple[bool, int] | None:
    """(granted, amount) as the office decided a claim; None when it has not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT granted, amount FROM rights_claim"
            " WHERE company_id = %s AND register = %s AND claim_id = %s LIMIT 1",
            [company, register, claim_id],
        )
        found = cursor.fetchone()
    return (bool(found[0]), int(found[1])) if found else None


# Catching up.


def begin(company: int, why: str, now_ms: int) -> bool:
    """From now on nothing is granted until all tills were heard. False when it is so already."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO rights_catching_up (company_id, since_ms, why) VALUES (%s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            [company, now_ms, why],
        )
        begun = bool(cursor.rowcount)
        if begun:
            cursor.execute("DELETE FROM rights_heard WHERE company_id = %s", [company])
    return begun


def note_heard(company: int, register: str, orders_after: int, now_ms: int) -> None:
    """A till has sent all that it has. The last one ends the catching up."""
    storing.lock(company)
    if told(company, register, orders_after).owes:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO rights_heard (company_id, register) VALUES (%s, %s)"
            " ON CONFLICT DO NOTHING",
            [company, register],
        )
    if not not_heard(company):
        end(company, now_ms)


def not_heard(company: int) -> list[str]:
    """The registers that are waited for: in use, not stopped, not heard. A till that has never
    spoken since it enrolled counts: it may have since the backup. So does one that the office has
    forgotten altogether, until a person has said whether it is in use."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.till_id || '-' || s.store FROM tills_till t"
            " JOIN tills_seat s ON s.till_id = t.id AND s.company_id = t.company_id"
            " WHERE t.company_id = %(company)s AND t.till_id IS NOT NULL AND NOT t.retired"
            " AND NOT EXISTS (SELECT 1 FROM ingest_chain c WHERE c.company_id = %(company)s"
            "   AND c.till = t.till_id AND c.store = s.store AND c.stopped)"
            " AND NOT EXISTS (SELECT 1 FROM rights_heard h WHERE h.company_id = %(company)s"
            "   AND h.register = t.till_id || '-' || s.store)"
            " UNION SELECT o.till || '-' || (seat->>'store') FROM tills_stranger o,"
            "   jsonb_array_elements(o.admission->'seats') seat"
            " WHERE o.company_id = %(company)s AND o.answer = ''"
            " ORDER BY 1",
            {"company": company},
        )
        return [str(name) for (name,) in cursor.fetchall()]


def end(company: int, now_ms: int) -> None:
    """Go on. Who was not heard is reported, what was given twice, each right once, and that it is
    over: what people did in the office does not come again."""
    unheard = not_heard(company)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM rights_catching_up WHERE company_id = %s RETURNING since_ms", [company]
        )
        found = cursor.fetchone()
        if found is None:
            return
        for register in (*unheard, *_ended_unheard(company, int(found[0]))):
            storing.report(company, register, 0, NOT_HEARD, "", "", "", now_ms)
        cursor.execute("DELETE FROM rights_heard WHERE company_id = %s", [company])
        cursor.execute(
            "INSERT INTO rights_report"
            " (company_id, register, seq, place, what, kind, key, person, found_at_ms)"
            " SELECT b.company_id, coalesce(b.held->0->>'register', ''), 0,"
            "  (SELECT count(*) FROM rights_report r WHERE r.company_id = b.company_id)"
            "   + row_number() OVER (ORDER BY b.kind, b.key), %s, b.kind, b.key, '', %s"
            " FROM rights_book b WHERE b.company_id = %s AND b.free < 0",
            [GRANTED_TWICE, now_ms, company],
        )
    storing.report(company, "", 0, CAUGHT_UP, "", " ".join(unheard), "", now_ms)


def _ended_unheard(company: int, since_ms: int) -> list[str]:
    """The registers that were taken out of use, or sent away, while they were waited for."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.till_id || '-' || s.store FROM tills_till t"
            " JOIN tills_seat s ON s.till_id = t.id AND s.company_id = t.company_id"
            " WHERE t.company_id = %(company)s AND t.till_id IS NOT NULL AND t.retired"
            " AND EXISTS (SELECT 1 FROM tills_event e WHERE e.company_id = t.company_id"
            "   AND e.till_id = t.id AND e.what IN ('retired', 'wiped', 'was_out')"
            "   AND e.at_ms >= %(since)s)"
            " AND NOT EXISTS (SELECT 1 FROM rights_heard h WHERE h.company_id = t.company_id"
            "   AND h.register = t.till_id || '-' || s.store)"
            " UNION SELECT o.till || '-' || (seat->>'store') FROM tills_stranger o,"
            "   jsonb_array_elements(o.admission->'seats') seat"
            " WHERE o.company_id = %(company)s AND o.answer IN ('sent_away', 'was_out')"
            "   AND o.answered_at_ms >= %(since)s"
            " ORDER BY 1",
            {"company": company, "since": since_ms},
        )
        return [str(name) for (name,) in cursor.fetchall()]


__all__ = [
    "Told",
    "Waiting",
    "begin",
    "decided_before",
    "end",
    "not_heard",
    "note_heard",
    "told",
    "wait",
    "waiting",
]
